package plot

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"nianbao/parser/region"
	"nianbao/store/ask"
)

// tile is where a province stands on a grid of their own, column and row, and its
// letters of ISO 3166-2.
type tile struct {
	column, row int
	letters     string
}

// tiles lie about as the provinces do, and have no borders.
var tiles = map[string]tile{
	"23": {7, 0, "HL"},
	"15": {5, 1, "NM"}, "11": {6, 1, "BJ"}, "22": {7, 1, "JL"},
	"65": {0, 2, "XJ"}, "62": {2, 2, "GS"}, "64": {3, 2, "NX"}, "14": {4, 2, "SX"}, "13": {5, 2, "HE"}, "12": {6, 2, "TJ"}, "21": {7, 2, "LN"},
	"63": {1, 3, "QH"}, "61": {3, 3, "SN"}, "41": {4, 3, "HA"}, "37": {5, 3, "SD"},
	"54": {0, 4, "XZ"}, "51": {2, 4, "SC"}, "50": {3, 4, "CQ"}, "42": {4, 4, "HB"}, "34": {5, 4, "AH"}, "32": {6, 4, "JS"}, "31": {7, 4, "SH"},
	"53": {2, 5, "YN"}, "52": {3, 5, "GZ"}, "43": {4, 5, "HN"}, "36": {5, 5, "JX"}, "33": {6, 5, "ZJ"},
	"45": {3, 6, "GX"}, "44": {4, 6, "GD"}, "35": {5, 6, "FJ"}, "71": {6, 6, "TW"},
	"46": {3, 7, "HI"}, "82": {4, 7, "MO"}, "81": {5, 7, "HK"},
}

// Area is a region on a map with its value.
type Area struct {
	Code, Name string
	Value      *float64 // nil: none
	Tell       string   // what else there is to say of it
	// Contradicted are the rules of findings about the value, as in a row of a
	// comparison.
	Contradicted []string
	Link         string
}

// Tiles draws provinces as tiles of equal size, shaded by value. All provinces
// stand on it; those without a value are grey.
func Tiles(m ask.Measure, areas []Area, o Options, caption string) (*Chart, error) {
	var values []float64
	by := map[string]Area{}
	for _, a := range areas {
		if len(a.Code) < 2 {
			continue
		}
		by[a.Code[:2]] = a
		if a.Value != nil {
			values = append(values, *a.Value)
		}
	}
	if len(values) == 0 {
		return nil, fmt.Errorf("%w: no province has a value", ErrNothing)
	}
	s := shadesOf(m, values)
	c, top := begin(o, 560, o.heading(m), caption)
	margin := side
	if o.Bare {
		margin = 2
	}
	size := min(66, (c.Width-2*margin)/8)
	codes := make([]string, 0, len(tiles))
	for code := range tiles {
		codes = append(codes, code)
	}
	slices.SortFunc(codes, func(a, b string) int {
		return cmp.Or(tiles[a].row-tiles[b].row, tiles[a].column-tiles[b].column)
	})
	left := (c.Width - 8*size) / 2
	for _, code := range codes {
		a, at := by[code], tiles[code]
		known, _ := region.Lookup(code + "0000")
		name := shortProvince(o.name(known.Code, known.Name))
		x, y := left+float64(at.column)*size, top+float64(at.row)*size
		step, figure := 0, "—"
		if a.Value != nil {
			step, figure = s.step(*a.Value), Statistic(m, *a.Value)
			if !m.Share {
				figure = Short(Whole(*a.Value), o.English)
			}
		}
		tell := o.told(name, a, func(v float64) string { return Statistic(m, v) + o.unit(m) })
		c.rect(fmt.Sprintf("h%d", step), mark{tell, a.Link}, x+1, y+1, size-2, size-2)
		class := on(step)
		letters := max(size*.2, 10)
		fit := func(text string) float64 { return min(letters, letters*(size-4)/max(width(text, letters), 1)) }
		if o.English && size < 45 {
			name = at.letters // one way of naming for all
		}
		c.write(class, name, x+size/2, y+size*.44, 0.5, fit(name))
		c.write(class, figure, x+size/2, y+size*.76, 0.5, fit(figure))
	}
	if at, ok := tiles[(o.Own + "  ")[:2]]; ok {
		x, y := left+float64(at.column)*size, top+float64(at.row)*size
		c.line("tileown", point{x, y}, point{x + size, y}, point{x + size, y + size}, point{x, y + size}, point{x, y}, point{x + size, y})
	}
	y := c.legend(o, m, s, margin, top+8*size+10, o.say("无数值", "no value"))
	return c.end(o, y), nil
}

// told is what the mark of an area says: its name, its value as people read it, and
// what else there is to say.
func (o Options) told(name string, a Area, value func(float64) string, more ...string) string {
	text := name + ": "
	if a.Value == nil {
		text += o.say("无数值", "no value")
	} else {
		text += value(*a.Value)
	}
	for _, m := range append(more, a.Tell) {
		if m != "" {
			text += " · " + m
		}
	}
	return text
}

// shortProvince is a province's name as a label: without 省, 市 and what makes a
// region autonomous.
func shortProvince(name string) string {
	for _, end := range []string{"特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "省", "市"} {
		if s, ok := strings.CutSuffix(name, end); ok {
			return s
		}
	}
	return name
}

// Boundaries are the outlines of regions, by code.
type Boundaries map[string][][]point

// maxBoundaries bounds a file of boundaries.
const maxBoundaries = 256 << 20

// ReadBoundaries reads a GeoJSON FeatureCollection (RFC 7946) of polygons whose
// property adcode is the code of GB/T 2260, a text or a number. Features without
// one are left out; a file without any is an error.
func ReadBoundaries(r io.Reader) (Boundaries, error) {
	var file struct {
		Features []struct {
			Properties struct {
				Adcode any `json:"adcode"`
			} `json:"properties"`
			Geometry struct {
				Type        string          `json:"type"`
				Coordinates json.RawMessage `json:"coordinates"`
			} `json:"geometry"`
		} `json:"features"`
	}
	limited := &io.LimitedReader{R: r, N: maxBoundaries}
	if err := json.NewDecoder(limited).Decode(&file); err != nil {
		if limited.N <= 0 {
			return nil, fmt.Errorf("boundaries: larger than %d MB", maxBoundaries>>20)
		}
		return nil, fmt.Errorf("boundaries: no GeoJSON: %w", err)
	}
	all := Boundaries{}
	for i, f := range file.Features {
		code := fmt.Sprint(f.Properties.Adcode)
		if v, ok := f.Properties.Adcode.(float64); ok {
			code = fmt.Sprintf("%.0f", v)
		}
		if _, ok := region.Lookup(code); !ok {
			continue
		}
		var polygons [][][][]float64
		var err error
		switch f.Geometry.Type {
		case "Polygon":
			polygons = make([][][][]float64, 1)
			err = json.Unmarshal(f.Geometry.Coordinates, &polygons[0])
		case "MultiPolygon":
			err = json.Unmarshal(f.Geometry.Coordinates, &polygons)
		}
		if err != nil {
			return nil, fmt.Errorf("boundaries: feature %d (%s): %w", i+1, code, err)
		}
		for _, polygon := range polygons {
			line, ok := outlineOf(polygon)
			if !ok {
				return nil, fmt.Errorf("boundaries: feature %d (%s) has a position that is no longitude and latitude", i+1, code)
			}
			if len(line) > 2 {
				all[code] = append(all[code], line)
			}
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("boundaries: no polygon has a property adcode with a code of a region")
	}
	return all, nil
}

// outlineOf is the first ring of a polygon; the others are holes: what lies in them is
// smaller and drawn later. False where a position is no longitude and latitude.
func outlineOf(polygon [][][]float64) (line []point, ok bool) {
	if len(polygon) == 0 {
		return nil, true
	}
	for _, at := range polygon[0] {
		if len(at) < 2 || math.Abs(at[0]) > 180 || math.Abs(at[1]) > 90 {
			return nil, false
		}
		line = append(line, point{at[0], at[1]})
	}
	return line, true
}

// size is about how large a region is, in square degrees.
func (b Boundaries) size(code string) (size float64) {
	for _, line := range b[code] {
		twice := 0.0
		for i, q := range line {
			next := line[(i+1)%len(line)]
			twice += q.x*next.y - next.x*q.y
		}
		size += math.Abs(twice) / 2
	}
	return size
}

// shades are those of a map; false where no region with a value has a boundary.
func (b Boundaries) shades(m ask.Measure, areas []Area) (shades, bool) {
	var values []float64
	for _, a := range areas {
		if a.Value != nil && b[a.Code] != nil {
			values = append(values, *a.Value)
		}
	}
	if len(values) == 0 {
		return shades{}, false
	}
	return shadesOf(m, values), true
}

// MapLegend is the legend of a [Map] that is drawn bare, which is shown in more sizes
// than its letters can be read in.
func MapLegend(m ask.Measure, areas []Area, b Boundaries, o Options) (*Chart, error) {
	s, ok := b.shades(m, areas)
	if !ok {
		return nil, fmt.Errorf("%w: no region with a value has a boundary", ErrNothing)
	}
	c, top := begin(o, pageWidth, o.heading(m))
	y := c.legend(o, m, s, 2, top, o.say("无数值", "no value"))
	if slices.ContainsFunc(areas, func(a Area) bool { return len(a.Contradicted) > 0 && b[a.Code] != nil }) {
		y = c.keys(o, []string{doubtKey}, 2, y+18) + 4
	}
	return c.end(o, y), nil
}

// maxMarks is up to how many regions of a map are marks of their own where provinces may
// be the marks instead.
const maxMarks = 400

// ByProvinces reports whether there are so many.
func ByProvinces(areas []Area, b Boundaries) bool {
	n := 0
	for _, a := range areas {
		if len(b[a.Code]) > 0 {
			n++
		}
	}
	return n > maxMarks
}

// Map draws regions with their boundaries, shaded by value; those without a value
// are grey, and one's own has an outline. Where there are provinces and more regions than
// anybody wants to go through, the marks are the provinces, with what they tell and where
// they lead. ErrNothing: no region that has a value has a boundary.
func Map(m ask.Measure, areas []Area, b Boundaries, o Options, caption string, provinces ...Area) (*Chart, error) {
	areas = slices.Clone(areas)
	slices.SortStableFunc(areas, func(x, y Area) int { return cmp.Compare(b.size(y.Code), b.size(x.Code)) })
	var lines [][]point
	for _, a := range areas {
		lines = append(lines, b[a.Code]...)
	}
	low, high := around(lines...)
	s, ok := b.shades(m, areas)
	if !ok {
		return nil, fmt.Errorf("%w: no region with a value has a boundary", ErrNothing)
	}
	c, top := begin(o, pageWidth, o.heading(m), caption)
	// Degrees of longitude shrink with latitude: true at the middle of the map.
	squeeze := math.Cos((low.y + high.y) / 2 * math.Pi / 180)
	wide, tall := max((high.x-low.x)*squeeze, 1e-9), max(high.y-low.y, 1e-9)
	zoom := min((c.Width-2*side)/wide, 720/tall)
	left := (c.Width - wide*zoom) / 2
	drawn := drawnOutlines(areas, b, func(q point) point {
		return point{left + (q.x-low.x)*squeeze*zoom, top + (high.y-q.y)*zoom}
	})
	var own [][]point
	var doubted []point
	together := len(provinces) > 0 && ByProvinces(areas, b)
	by := map[string]*[steps + 1]outlines{} // of a province, by shade
	for i, a := range areas {
		if len(drawn[i]) == 0 {
			continue
		}
		if o.owns(a.Code) {
			own = drawn[i]
		}
		step, why := 0, o.doubt(a.Contradicted)
		if a.Value != nil {
			step = s.step(*a.Value)
		}
		if at, room := middle(drawn[i][0]); why != "" && room >= 12 {
			doubted = append(doubted, at)
		}
		fill := fmt.Sprintf("h%d", step)
		if together {
			if by[a.Code[:2]] == nil {
				by[a.Code[:2]] = &[steps + 1]outlines{}
			}
			of := &by[a.Code[:2]][step]
			of.fill, of.paths = fill, append(of.paths, drawn[i]...)
			continue
		}
		// One mark, and one stop of the keyboard, for a region of many islands.
		tell := o.told(o.name(a.Code, a.Name), a, func(v float64) string { return Value(m, v) + o.unit(m) }, why)
		c.region(mark{tell, a.Link}, outlines{fill, drawn[i]})
	}
	for _, code := range slices.Sorted(maps.Keys(by)) {
		told := mark{}
		if i := slices.IndexFunc(provinces, func(a Area) bool { return strings.HasPrefix(a.Code, code) }); i >= 0 {
			a := provinces[i]
			tell := o.told(o.name(a.Code, a.Name), a, func(v float64) string { return o.say("中位数 ", "median ") + Statistic(m, v) + o.unit(m) })
			told = mark{tell, a.Link}
		}
		c.region(told, slices.DeleteFunc(by[code][:], func(x outlines) bool { return x.paths == nil })...)
	}
	for _, path := range own { // over its neighbours
		c.line("tileown", append(path, path[0])...)
	}
	for _, at := range doubted { // where there is room for the sign; the mark tells it anyway
		c.dot("doubt", mark{}, at.x, at.y, 2.6)
	}
	y := top + tall*zoom
	if !o.Bare {
		y = c.legend(o, m, s, side, y+12, o.say("无数值", "no value"))
		if len(doubted) > 0 {
			y = c.keys(o, []string{doubtKey}, side, y+18)
		}
	}
	return c.end(o, y), nil
}

// maxOutline is how many corners all regions of a map have together: a map of all
// counties is no larger than a page may be.
const maxOutline = 10_000

// drawnOutlines places the outlines of areas on the paper, to half a pixel and with as
// few corners as are seen there, or as a map may have.
func drawnOutlines(areas []Area, b Boundaries, place func(point) point) [][][]point {
	all := make([][][]point, len(areas))
	for i, a := range areas {
		for _, line := range b[a.Code] {
			path := make([]point, len(line))
			for k, q := range line {
				path[k] = place(q)
			}
			all[i] = append(all[i], path)
		}
	}
	for tolerance := .35; ; tolerance *= 1.5 {
		corners := 0
		simpler := make([][][]point, len(all))
		for i, paths := range all {
			for _, path := range paths {
				if path = coarse(path, tolerance); len(path) > 2 {
					simpler[i] = append(simpler[i], path)
					corners += len(path)
				}
			}
			// What is too small for the paper still has its place.
			if simpler[i] == nil && len(paths) > 0 {
				at, _ := middle(paths[0])
				at = half(at)
				simpler[i] = [][]point{{{at.x - .5, at.y}, {at.x + .5, at.y}, {at.x, at.y + .5}}}
			}
		}
		if corners <= maxOutline || tolerance > 8 {
			return simpler
		}
	}
}

// half is the nearest place on a grid of half pixels.
func half(q point) point { return point{math.Round(q.x*2) / 2, math.Round(q.y*2) / 2} }

// coarse is a closed line with no more corners than are needed to stay within tolerance
// of it (Douglas and Peucker's way), on a grid of half pixels; fewer than three corners:
// nothing is left of it.
func coarse(path []point, tolerance float64) (kept []point) {
	if n := len(path); n > 1 && path[0] == path[n-1] {
		path = path[:n-1]
	}
	if len(path) < 3 {
		return nil
	}
	keep := corners(path, tolerance)
	for i, q := range path {
		if q = half(q); keep[i] && (len(kept) == 0 || q != kept[len(kept)-1]) {
			kept = append(kept, q)
		}
	}
	if n := len(kept); n > 1 && kept[0] == kept[n-1] {
		kept = kept[:n-1]
	}
	return kept
}

// corners are those of a closed line that are needed to stay within tolerance of it.
func corners(path []point, tolerance float64) (keep []bool) {
	far := 0 // from the first
	for i, q := range path {
		if math.Hypot(q.x-path[0].x, q.y-path[0].y) > math.Hypot(path[far].x-path[0].x, path[far].y-path[0].y) {
			far = i
		}
	}
	keep = make([]bool, len(path)+1)
	keep[0], keep[far], keep[len(path)] = true, true, true
	ring := append(slices.Clone(path), path[0])
	spans := [][2]int{{0, far}, {far, len(path)}}
	for len(spans) > 0 {
		from, to := spans[len(spans)-1][0], spans[len(spans)-1][1]
		spans = spans[:len(spans)-1]
		worst, at := tolerance, 0
		for i := from + 1; i < to; i++ {
			if d := apartFrom(ring[i], ring[from], ring[to]); d > worst {
				worst, at = d, i
			}
		}
		if at > 0 {
			keep[at] = true
			spans = append(spans, [2]int{from, at}, [2]int{at, to})
		}
	}
	return keep
}

// apartFrom is how far a point is from the line between two others.
func apartFrom(q, a, b point) float64 {
	length := math.Hypot(b.x-a.x, b.y-a.y)
	if length == 0 {
		return math.Hypot(q.x-a.x, q.y-a.y)
	}
	along := ((q.x-a.x)*(b.x-a.x) + (q.y-a.y)*(b.y-a.y)) / (length * length)
	along = min(max(along, 0), 1)
	return math.Hypot(q.x-a.x-along*(b.x-a.x), q.y-a.y-along*(b.y-a.y))
}

// middle is the middle of the box around an outline, and the smaller of its sides.
func middle(path []point) (at point, room float64) {
	low, high := around(path)
	return point{(low.x + high.x) / 2, (low.y + high.y) / 2}, min(high.x-low.x, high.y-low.y)
}

// around is the box around outlines.
func around(paths ...[]point) (low, high point) {
	low, high = point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for _, path := range paths {
		for _, q := range path {
			low, high = point{min(low.x, q.x), min(low.y, q.y)}, point{max(high.x, q.x), max(high.y, q.y)}
		}
	}
	return low, high
}
