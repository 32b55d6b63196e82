package plot

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"

	"nianbao/store/ask"
)

// maxSeries is how many lines a picture can hold and still be read.
const maxSeries = 28

// Band is how the values of a group of regions lie in each year: drawn behind the
// lines as its middle half and its median.
type Band struct {
	Name  string
	Class string // of the median's line: middle or peer
	Years map[int]ask.Statistics
}

// Trend draws series over years into a file.
func Trend(w io.Writer, m ask.Measure, all []ask.Series, o Options) error {
	c, err := Lines(m, all, nil, o)
	return finish(w, o, c, err)
}

// Lines draws series over years with the bands behind them. A year without value
// interrupts its line; a break is a hollow dot that the line before does not
// reach, with a dotted line through all. ErrNothing: there is no value.
func Lines(m ask.Measure, all []ask.Series, bands []Band, o Options) (*Chart, error) {
	var lines []string
	if len(all) > maxSeries {
		lines = []string{fmt.Sprintf(o.say("只画前 %d 条线，共 %d 条", "the first %d of %d series"), maxSeries, len(all))}
		all = all[:maxSeries]
	}
	p := &linesPlot{o: o, m: m, all: all, bands: bands, first: o.First, last: o.Last}
	if !p.measure() {
		return nil, fmt.Errorf("%w: no series has a value", ErrNothing)
	}
	p.Chart, p.top = begin(o, pageWidth, o.heading(m, p.first, p.last), lines...)
	p.layOut()
	p.axes()
	p.drawBands()
	p.breaks()
	var ends []lineEnd
	for i := range all {
		if end, ok := p.series(i); ok {
			ends = append(ends, end)
		}
	}
	if p.direct() {
		p.endNames(ends, p.right+8, p.top, p.bottom)
	}
	return p.end(o, p.key()), nil
}

// linesPlot is a picture of lines while it is drawn.
type linesPlot struct {
	*Chart
	o     Options
	m     ask.Measure
	all   []ask.Series
	bands []Band

	first, last              int      // years
	low, high                float64  // values
	names                    []string // of the series
	scale                    Scale
	ticks                    []Tick
	left, right, top, bottom float64
	hollow, doubted          bool // there are such dots
}

// shown reports whether a point has a value, in one of the years.
func (p *linesPlot) shown(at ask.TrendPoint) bool {
	return at.Status.HasValue() && at.Year >= p.first && at.Year <= p.last
}

// measure finds the years and values that the picture must hold, and reports whether a
// series has any.
func (p *linesPlot) measure() bool {
	found := false
	see := func(year int, v float64) {
		p.low, p.high = min(p.low, v), max(p.high, v)
		if p.first == 0 || year < p.first {
			p.first = year
		}
		p.last = max(p.last, year)
	}
	for _, s := range p.all {
		for _, at := range s.Points {
			if at.Status.HasValue() {
				see(at.Year, *at.Value)
				found = true
			}
		}
	}
	for _, b := range p.bands {
		for year, s := range b.Years {
			if !found || year < p.first || year > p.last || s.Median == nil {
				continue
			}
			see(year, *s.Median)
			if len(p.bands) == 1 && s.Q3 != nil {
				see(year, *s.Q3)
			}
		}
	}
	return found
}

// direct reports whether the names of the series stand at the ends of their lines.
func (p *linesPlot) direct() bool { return !p.o.Bare || len(p.all) > 1 }

// layOut finds the place of the lines between the labels of values and the names.
func (p *linesPlot) layOut() {
	p.names = make([]string, len(p.all))
	named := 0.0
	for i, s := range p.all {
		p.names[i] = cmp.Or(s.Publisher, p.o.name(s.RegionCode, s.RegionName))
		named = max(named, width(p.names[i], textSize))
	}
	p.right = p.Width - side
	if p.direct() {
		p.right -= min(named, p.Width/3) + 8
	}
	p.scale = NewScale(p.low, p.high, false, p.m.Share, p.o.English)
	p.ticks = p.scale.Ticks()
	p.left = side
	for _, t := range p.ticks {
		p.left = max(p.left, 6+width(t.Label, 10.5)+6)
	}
	p.bottom = p.top + cmp.Or(p.o.Height, max(260, 15*float64(len(p.all))))
}

func (p *linesPlot) x(year float64) float64 {
	if p.last == p.first {
		return (p.left + p.right) / 2
	}
	return p.left + 6 + (p.right-p.left-12)*(year-float64(p.first))/float64(p.last-p.first)
}

func (p *linesPlot) y(v float64) float64 { return p.bottom - (p.bottom-p.top)*p.scale.At(v) }

func (p *linesPlot) at(year int, v float64) point { return point{p.x(float64(year)), p.y(v)} }

// axes draws the grid of values and writes the years.
func (p *linesPlot) axes() {
	for _, t := range p.ticks {
		at := p.bottom - (p.bottom-p.top)*t.At
		p.line("grid", point{p.left, at}, point{p.right, at})
		p.write("soft", t.Label, p.left-6, at+4, 1, 10.5)
	}
	every := 1 + int(float64(p.last-p.first)*34/(p.right-p.left))
	for year := p.first; year <= p.last; year++ {
		if (p.last-year)%every == 0 {
			p.write("soft", fmt.Sprint(year), p.x(float64(year)), p.bottom+17, 0.5, 10.5)
		}
	}
}

// drawBands draws the middle half of a group, if it is the only one, and the medians of
// all.
func (p *linesPlot) drawBands() {
	if len(p.bands) == 1 {
		years := p.bands[0].Years
		for _, run := range runs(years, p.first, p.last) {
			var upper, lower []point
			for _, year := range run {
				upper, lower = append(upper, p.at(year, *years[year].Q3)), append(lower, p.at(year, *years[year].Q1))
			}
			slices.Reverse(lower)
			if len(run) > 1 {
				p.area("band", mark{}, append(upper, lower...)...)
			}
		}
	}
	for _, b := range p.bands {
		for _, run := range runs(b.Years, p.first, p.last) {
			var path []point
			for _, year := range run {
				path = append(path, p.at(year, *b.Years[year].Median))
			}
			p.line(b.Class, path...)
		}
	}
}

// breaks draws a line through all where a series has a break.
func (p *linesPlot) breaks() {
	broken := map[int]bool{}
	for _, s := range p.all {
		for _, at := range s.Points {
			if at.Break && at.Year > p.first && at.Year <= p.last && !broken[at.Year] {
				broken[at.Year] = true
				x := p.x(float64(at.Year) - .5)
				p.line("break", point{x, p.top}, point{x, p.bottom})
			}
		}
	}
}

// series draws a series, its dots above its line, and reports where it ends, if it has a
// value.
func (p *linesPlot) series(i int) (end lineEnd, ok bool) {
	var run []point
	flush := func() {
		if len(run) > 1 {
			p.line(fmt.Sprintf("line%d", i), run...)
		}
		run = nil
	}
	for _, at := range p.all[i].Points {
		if at.Break || !at.Status.HasValue() {
			flush()
		}
		if p.shown(at) {
			run = append(run, p.at(at.Year, *at.Value))
			end, ok = lineEnd{p.names[i], i, run[len(run)-1].y}, true
		}
	}
	flush()
	for _, at := range p.all[i].Points {
		if p.shown(at) {
			p.value(i, at)
		}
	}
	return end, ok
}

// value draws the dot of a value.
func (p *linesPlot) value(i int, at ask.TrendPoint) {
	class := fmt.Sprintf("point%d", i)
	tell := fmt.Sprintf("%s %d: %s%s", p.names[i], at.Year, Value(p.m, *at.Value), p.o.unit(p.m))
	if at.Break {
		class, p.hollow = fmt.Sprintf("hollow%d", i), true
		tell += p.o.say(" · 口径变化", " · break")
	}
	if why := p.o.doubt(at.Contradicted); why != "" {
		class, tell, p.doubted = "doubt", tell+" · "+why, true
	}
	to := p.at(at.Year, *at.Value)
	p.dot(class, mark{tell, p.o.link(at.ReportID)}, to.x, to.y, 3.6)
}

// key writes what the signs of the picture mean, and returns where it ends.
func (p *linesPlot) key() float64 {
	var key []string
	for _, b := range p.bands {
		if b.Name != "" && !p.o.Bare {
			key = append(key, "┄ "+b.Name)
		}
	}
	if p.hollow {
		key = append(key, p.o.say("○ 口径变化，前后不宜直接比较", "○ break: not to be compared with the years before without care"))
	}
	if p.doubted && !p.o.Bare { // a page has a key of its own
		key = append(key, doubtKey)
	}
	if len(key) == 0 {
		return p.bottom + 22
	}
	return p.keys(p.o, key, p.left, p.bottom+34)
}

// doubtKey stands for the key of figures that something contradicts.
const doubtKey = "doubt"

// keys writes what signs mean, a line each where they have no room side by side, and
// returns the last one's place.
func (c *Chart) keys(o Options, all []string, left, y float64) float64 {
	x := left
	for i, key := range all {
		sign := 0.0
		if key == doubtKey {
			key, sign = o.say("与同一份报告的其他数字或文字矛盾", "contradicted by other figures or words of the same report"), 12
		}
		lines := wrap(key, c.Width-left-side-sign, 10.5)
		if i > 0 && x+sign+width(key, 10.5) > c.Width-side {
			x, y = left, y+14
		}
		if sign > 0 {
			c.dot("doubt", mark{}, x+4, y-4, 3.6)
		}
		for n, line := range lines {
			if n > 0 {
				y += 12
			}
			c.write("soft", line, x+sign, y, 0, 10.5)
		}
		x += sign + width(lines[len(lines)-1], 10.5) + 16
	}
	return y
}

// lineEnd is where a line ends and whose it is.
type lineEnd struct {
	name string
	line int
	y    float64
}

// endNames writes the names of lines at their ends, pushed apart where they would
// overlap.
func (c *Chart) endNames(ends []lineEnd, x, top, bottom float64) {
	slices.SortStableFunc(ends, func(a, b lineEnd) int { return int(math.Copysign(1, a.y-b.y)) })
	gap := min(15, (bottom-top+10)/float64(max(1, len(ends))))
	for i := range ends {
		if i > 0 {
			ends[i].y = max(ends[i].y, ends[i-1].y+gap)
		}
	}
	limit := bottom + 4
	for i := len(ends) - 1; i >= 0; i-- {
		ends[i].y = min(ends[i].y, limit)
		limit = ends[i].y - gap
	}
	size := min(textSize, gap*.85)
	for _, e := range ends {
		c.line(fmt.Sprintf("line%d", e.line), point{x - 6, e.y}, point{x + 2, e.y})
		c.write("ink", clip(e.name, c.Width-x-6, size), x+5, e.y+size*.36, 0, size)
	}
}

// runs are the stretches of years that follow each other and have a median.
func runs(years map[int]ask.Statistics, first, last int) (all [][]int) {
	var run []int
	for year := first; year <= last+1; year++ {
		if s, ok := years[year]; ok && s.Median != nil && year <= last {
			run = append(run, year)
			continue
		}
		if run != nil {
			all = append(all, run)
		}
		run = nil
	}
	return all
}
