package plot

import (
	"fmt"
	"math"
	"slices"

	"nianbao/parser/report"
	"nianbao/store/ask"
)

// shades tell where values lie between the lowest and the highest: the least value of
// each shade, as the legend prints it. Counts differ by orders of magnitude between
// counties, so theirs follow the logarithm. Where neighbouring shades begin alike the
// darker one has the values.
type shades [steps]float64

func shadesOf(m ask.Measure, values []float64) (s shades) {
	low, high := slices.Min(values), slices.Max(values)
	least := 1.0 // what bounds differ by at least
	switch {
	case m.Share:
		least = .001
	case slices.ContainsFunc(values, func(v float64) bool { return v != math.Trunc(v) }):
		least = .1
	}
	even := m.Kind == ask.KindRate || low < 0 || high < 10*max(low, 1)
	for i := range s {
		t := float64(i) / steps
		switch {
		case high == low && i > steps/2:
			s[i] = math.Inf(1)
		case i == 0 || high == low:
			s[i] = tidy(low, least, math.Floor)
		case even:
			s[i] = tidy(low+t*(high-low), least, math.Round)
		default:
			s[i] = tidy(low+math.Expm1(t*math.Log1p(high-low)), least, math.Round)
		}
	}
	return s
}

// tidy is a number that is printed whole: of two digits, and a multiple of least.
func tidy(v, least float64, round func(float64) float64) float64 {
	by := 1 / least
	if v != 0 && least >= .1 {
		by = min(by, math.Pow(10, 1-math.Floor(math.Log10(math.Abs(v))))) // 1 for 10 to 99
	}
	return round(v*by) / by
}

// step is the shade of a value, 1 to steps.
func (s shades) step(v float64) int {
	step := 1
	for step < steps && v >= s[step] {
		step++
	}
	return step
}

// has reports whether a shade has values of its own.
func (s shades) has(step int) bool {
	return !math.IsInf(s[step-1], 1) && (step == steps || s[step] > s[step-1])
}

// legend draws the shades with their bounds.
func (c *Chart) legend(o Options, m ask.Measure, s shades, x, y float64, without string) float64 {
	const box = 15.0
	at := x
	for step := 1; step <= steps; step++ {
		if !s.has(step) {
			continue
		}
		label := "≥ " + Short(s[step-1], o.English)
		if m.Share {
			label = "≥ " + Percent(s[step-1])
		}
		c.rect(fmt.Sprintf("h%d", step), mark{}, at, y, box, box)
		c.write("soft", label, at+box+4, y+box-4, 0, 10.5)
		at += box + 4 + width(label, 10.5) + 14
		if at > c.Width-90 {
			at, y = x, y+box+5
		}
	}
	c.rect("h0", mark{}, at, y, box, box)
	c.write("soft", without, at+box+4, y+box-4, 0, 10.5)
	return y + box
}

// grid is a comparison as regions × years.
type grid struct {
	regions []string // names, the first on top
	years   []int
	cells   [][]*ask.ComparisonRow // nil: no report
}

// Heat has a row for each region and a column for each year.
func Heat(c *ask.Comparison, o Options) (*Chart, error) {
	g, more := newGrid(c, o)
	var values []float64
	for _, row := range g.cells {
		for _, r := range row {
			if r != nil && r.Status.HasValue() {
				values = append(values, *r.Value)
			}
		}
	}
	if len(values) == 0 {
		return nil, fmt.Errorf("%w: no region has a value", ErrNothing)
	}
	caption := o.count(c)
	if more > 0 {
		caption += fmt.Sprintf(o.say("；只画前 %d 个地区，共 %d 个", "; the first %d regions of %d"), len(g.regions), len(g.regions)+more)
	}
	p, top := begin(o, pageWidth, o.heading(c.Measure, g.years...), caption)
	label := 0.0
	for _, name := range g.regions {
		label = max(label, width(name, textSize))
	}
	label = min(label, p.Width/3)
	left := side + label + 10
	column := min(90, (p.Width-side-left)/float64(len(g.years)))
	height := min(20, (pageHeight-top-90)/float64(len(g.regions)))
	for k, y := range g.years {
		text := fmt.Sprint(y)
		if width(text, 10.5) > column-3 {
			text = text[2:]
		}
		p.write("soft", text, left+column*(float64(k)+.5), top+10, 0.5, 10.5)
	}
	top += 16
	h := heat{p, c.Measure, shadesOf(c.Measure, values), o, column, height, min(10.5, height*.8)}
	doubted := false
	for i, row := range g.cells {
		y := top + height*float64(i)
		p.write("ink", clip(g.regions[i], label, h.size), left-8, y+height/2+h.size*.36, 1, h.size)
		for k, r := range row {
			if r != nil { // else the paper shows: there is nothing
				h.cell(r, fmt.Sprintf("%s %d: ", g.regions[i], g.years[k]), left+column*float64(k), y)
				doubted = doubted || len(r.Contradicted) > 0
			}
		}
	}
	y := p.legend(o, c.Measure, h.shades, left, top+height*float64(len(g.regions))+10, o.say("无数值；空白为无报告", "no value; white: no report"))
	if doubted {
		y = p.keys(o, []string{doubtKey}, left, y+16) + 4
	}
	return p.end(o, y), nil
}

// heat draws the cells of a grid.
type heat struct {
	*Chart
	measure ask.Measure
	shades
	o                    Options
	column, height, size float64 // of a cell, and of its letters
}

// cell draws what a row of a comparison says; tell names its region and year.
func (h heat) cell(r *ask.ComparisonRow, tell string, x, y float64) {
	step, text, words := 0, "", statuses[r.Status]
	if r.Status.HasValue() {
		step, text = h.step(*r.Value), Value(h.measure, *r.Value)
		tell += text + h.o.unit(h.measure)
	} else {
		tell += h.o.say(words[0], words[1])
	}
	why := h.o.doubt(r.Contradicted)
	if why != "" {
		tell += " · " + why
	}
	h.rect(fmt.Sprintf("h%d", step), mark{tell, h.o.link(r.ReportID)}, x+.5, y+.5, h.column-1, h.height-1)
	if why != "" {
		h.dot("doubt", mark{}, x+h.column-5, y+h.height/2, min(2.6, h.height*.25))
	}
	if text != "" && width(text, h.size) < h.column-3 {
		h.write(on(step), text, x+h.column/2, y+h.height/2+h.size*.36, 0.5, h.size)
	}
}

// newGrid orders regions by code; more counts those beyond what a picture holds.
func newGrid(c *ask.Comparison, o Options) (g grid, more int) {
	names := map[string]string{}
	index := map[string]map[int]*ask.ComparisonRow{}
	label := namer(c.Rows, o)
	for i := range c.Rows {
		r := &c.Rows[i]
		key := r.RegionCode + "\x00" + r.RegionName
		if r.Scope == report.ScopeAgency && r.Publisher != "" {
			key += "\x00" + r.Publisher
		}
		names[key] = label(*r)
		if index[key] == nil {
			index[key] = map[int]*ask.ComparisonRow{}
		}
		if !slices.Contains(g.years, r.Year) {
			g.years = append(g.years, r.Year)
		}
		if known := index[key][r.Year]; r.Status.HasValue() || known == nil && r.Status != ask.NoReport {
			index[key][r.Year] = r
		}
	}
	slices.Sort(g.years)
	var keys []string
	for key := range names {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	if len(keys) > maxRows {
		more = len(keys) - maxRows
		keys = keys[:maxRows]
	}
	for _, key := range keys {
		g.regions = append(g.regions, names[key])
		row := make([]*ask.ComparisonRow, len(g.years))
		for i, y := range g.years {
			row[i] = index[key][y]
		}
		g.cells = append(g.cells, row)
	}
	return g, more
}
