package plot

import (
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
	caption := ""
	if len(all) > maxSeries {
		caption = fmt.Sprintf(o.say("只画前 %d 条线，共 %d 条", "the first %d of %d series"), maxSeries, len(all))
		all = all[:maxSeries]
	}
	low, high, first, last, values := 0.0, 0.0, o.First, o.Last, 0
	see := func(year int, v float64) {
		low, high = min(low, v), max(high, v)
		if first == 0 || year < first {
			first = year
		}
		last = max(last, year)
	}
	for _, s := range all {
		for _, p := range s.Points {
			if p.Status.HasValue() {
				see(p.Year, *p.Value)
				values++
			}
		}
	}
	if values == 0 {
		return nil, fmt.Errorf("%w: no series has a value", ErrNothing)
	}
	for _, b := range bands {
		for year, s := range b.Years {
			if year >= first && year <= last && s.Median != nil {
				see(year, *s.Median)
				if len(bands) == 1 && s.Q3 != nil {
					see(year, *s.Q3)
				}
			}
		}
	}
	lines := []string{}
	if caption != "" {
		lines = append(lines, caption)
	}
	c, top := begin(o, pageWidth, o.heading(m, first, last), lines...)
	names, named := make([]string, len(all)), 0.0
	for i, s := range all {
		names[i] = o.name(s.RegionCode, s.RegionName)
		if s.Publisher != "" {
			names[i] = s.Publisher
		}
		named = max(named, width(names[i], textSize))
	}
	direct := !o.Bare || len(all) > 1 // names at the ends of the lines
	right := c.Width - side
	if direct {
		right -= min(named, c.Width/3) + 8
	}
	height := o.Height
	if height == 0 {
		height = max(260, 15*float64(len(all)))
	}
	s := NewScale(low, high, false, m.Share, o.English)
	ticks := s.Ticks()
	left := side
	for _, t := range ticks {
		left = max(left, 6+width(t.Label, 10.5)+6)
	}
	bottom := top + height
	x := func(year float64) float64 {
		if last == first {
			return (left + right) / 2
		}
		return left + 6 + (right-left-12)*(year-float64(first))/float64(last-first)
	}
	y := func(v float64) float64 { return bottom - height*s.At(v) }
	for _, t := range ticks {
		at := bottom - height*t.At
		c.line("grid", point{left, at}, point{right, at})
		c.write("soft", t.Label, left-6, at+4, 1, 10.5)
	}
	every := 1 + int(float64(last-first)*34/(right-left))
	for year := first; year <= last; year++ {
		if (last-year)%every == 0 {
			c.write("soft", fmt.Sprint(year), x(float64(year)), bottom+17, 0.5, 10.5)
		}
	}
	if len(bands) == 1 {
		for _, run := range runs(bands[0].Years, first, last) {
			var upper, lower []point
			for _, year := range run {
				st := bands[0].Years[year]
				upper, lower = append(upper, point{x(float64(year)), y(*st.Q3)}), append(lower, point{x(float64(year)), y(*st.Q1)})
			}
			slices.Reverse(lower)
			if len(run) > 1 {
				c.area("band", mark{}, append(upper, lower...)...)
			}
		}
	}
	for _, b := range bands {
		for _, run := range runs(b.Years, first, last) {
			var path []point
			for _, year := range run {
				path = append(path, point{x(float64(year)), y(*b.Years[year].Median)})
			}
			c.line(b.Class, path...)
		}
	}
	broken := map[int]bool{}
	for _, s := range all {
		for _, p := range s.Points {
			if p.Break && p.Year > first && p.Year <= last && !broken[p.Year] {
				broken[p.Year] = true
				at := x(float64(p.Year) - .5)
				c.line("break", point{at, top}, point{at, bottom})
			}
		}
	}
	hollow, doubted := false, false
	var ends []lineEnd
	for i, s := range all {
		var run, end []point
		flush := func() {
			if len(run) > 1 {
				c.line(fmt.Sprintf("line%d", i), run...)
			}
			run = nil
		}
		for _, p := range s.Points {
			if p.Break || !p.Status.HasValue() {
				flush()
			}
			if !p.Status.HasValue() || p.Year < first || p.Year > last {
				continue
			}
			at := point{x(float64(p.Year)), y(*p.Value)}
			run, end = append(run, at), []point{at}
		}
		flush()
		for _, p := range s.Points {
			if !p.Status.HasValue() || p.Year < first || p.Year > last {
				continue
			}
			class := fmt.Sprintf("point%d", i)
			tell := fmt.Sprintf("%s %d: %s%s", names[i], p.Year, Value(m, *p.Value), o.unit(m))
			if p.Break {
				class, hollow = fmt.Sprintf("hollow%d", i), true
				tell += o.say(" · 口径变化", " · break")
			}
			if why := o.doubt(p.Contradicted); why != "" {
				class, tell = "doubt", tell+" · "+why
				doubted = true
			}
			c.dot(class, mark{tell, o.link(p.ReportID)}, x(float64(p.Year)), y(*p.Value), 3.6)
		}
		if end != nil {
			ends = append(ends, lineEnd{names[i], i, end[0].y})
		}
	}
	if direct {
		c.endNames(ends, right+8, top, bottom)
	}
	under := bottom + 22
	var key []string
	for _, b := range bands {
		if b.Name != "" && !o.Bare {
			key = append(key, "┄ "+b.Name)
		}
	}
	if hollow {
		key = append(key, o.say("○ 口径变化，前后不宜直接比较", "○ break: not to be compared with the years before without care"))
	}
	if doubted && !o.Bare { // a page has a key of its own
		key = append(key, doubtKey)
	}
	if len(key) > 0 {
		under = c.keys(o, key, left, under+12)
	}
	return c.end(o, under), nil
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
