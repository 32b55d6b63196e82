package plot

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store/ask"
)

// maxRows is how many regions a page can hold and still be read.
const maxRows = 90

// Compare draws a comparison: of one year as ranked dots, of several years as
// a heat map of regions × years.
func Compare(w io.Writer, c *ask.Comparison, o Options) error {
	years := map[int]bool{}
	for _, r := range c.Rows {
		years[r.Year] = true
	}
	if len(years) > 1 {
		return heat(w, c, o)
	}
	return dots(w, c, o)
}

// dots has a row for each region, the largest on top, and a line at the median.
func dots(w io.Writer, c *ask.Comparison, o Options) error {
	h, err := o.handler()
	if err != nil {
		return err
	}
	var rows []ask.ComparisonRow
	for _, r := range c.Rows {
		if r.Status.HasValue() {
			rows = append(rows, r)
		}
	}
	if len(rows) == 0 {
		return fmt.Errorf("%w: no region has a value", ErrNothing)
	}
	slices.SortStableFunc(rows, func(a, b ask.ComparisonRow) int {
		switch {
		case *a.Value > *b.Value:
			return -1
		case *a.Value < *b.Value:
			return 1
		}
		return 0
	})
	caption := fmt.Sprintf("%d: %s", rows[0].Year, without(c, len(rows)))
	if len(rows) > maxRows {
		caption += fmt.Sprintf("; the first %d", maxRows)
		rows = rows[:maxRows]
	}
	p := newPlot(h, title(c.Measure), caption)
	name := namer(c.Rows)
	var points plotter.XYs
	var names []plot.Tick
	for i, r := range rows {
		y := float64(len(rows) - 1 - i)
		points = append(points, plotter.XY{X: *r.Value * factor(c.Measure), Y: y})
		label := name(r)
		if r.Corrected {
			label += " *"
		}
		names = append(names, plot.Tick{Value: y, Label: label})
	}
	scatter, err := plotter.NewScatter(points)
	if err != nil {
		return err
	}
	scatter.GlyphStyle = draw.GlyphStyle{Color: mark, Radius: 2.2, Shape: draw.CircleGlyph{}}
	guides := plotter.NewGrid()
	guides.Vertical.Color, guides.Horizontal.Color = faint, faint
	p.Add(guides)
	if len(c.Groups) == 1 && c.Groups[0].Median != nil {
		m := *c.Groups[0].Median * factor(c.Measure)
		line, err := plotter.NewLine(plotter.XYs{{X: m, Y: -0.7}, {X: m, Y: float64(len(rows)) - 0.3}})
		if err != nil {
			return err
		}
		line.LineStyle = draw.LineStyle{Color: ink, Width: vg.Points(0.8), Dashes: []vg.Length{vg.Points(3), vg.Points(2)}}
		p.Add(line)
		p.X.Label.Text = fmt.Sprintf("%s    - - 中位数 median %s", unit(c.Measure), printed(c.Measure, m))
	} else {
		p.X.Label.Text = unit(c.Measure)
	}
	p.Add(scatter)
	p.X.Min = min(0, p.X.Min)
	p.X.Max += (p.X.Max - p.X.Min) / 50 // no dot on the edge
	p.X.Tick.Marker = numbers{}
	p.Y.Min, p.Y.Max = -0.7, float64(len(rows))-0.3
	p.Y.Tick.Marker = plot.ConstantTicks(names)
	p.Y.Tick.Length, p.Y.LineStyle.Width = 0, 0
	height, label := rowsOf(len(rows))
	p.Y.Tick.Label.Font.Size = label
	return render(w, o, pageWidth, vg.Length(len(rows))*height+3.5*vg.Centimeter, func(c draw.Canvas) { p.Draw(margin(c)) })
}

// namer names the regions, or agencies, of rows; of several regions of one name
// each with the region above it.
func namer(rows []ask.ComparisonRow) func(ask.ComparisonRow) string {
	code, twice := map[string]string{}, map[string]bool{}
	for _, r := range rows {
		if known, ok := code[r.RegionName]; ok && known != r.RegionCode {
			twice[r.RegionName] = true
		}
		code[r.RegionName] = r.RegionCode
	}
	return func(r ask.ComparisonRow) string {
		if r.Publisher != "" && r.Scope == report.ScopeAgency {
			return r.Publisher
		}
		path := region.Path(r.RegionCode)
		if !twice[r.RegionName] || len(path) < 2 {
			return r.RegionName
		}
		above := path[len(path)-2]
		if above.Nominal() {
			above = path[0]
		}
		return r.RegionName + "（" + above.Name + "）"
	}
}

// margin keeps ink off the edge.
func margin(c draw.Canvas) draw.Canvas {
	m := 4 * vg.Millimeter
	return draw.Crop(c, m, -m, m, -m)
}

// title names a measure in both languages, the outer labels left out.
func title(m ask.Measure) string {
	parts := strings.Split(m.LabelZH, " > ")
	if len(parts) > 2 {
		parts = parts[len(parts)-2:]
	}
	s := strings.Join(parts, " ")
	if m.LabelEN != "" {
		s += "  " + m.LabelEN
	}
	return s
}

func unit(m ask.Measure) string {
	switch {
	case m.Share:
		return "%"
	case m.Kind == ask.KindRate:
		return "比率 ratio"
	}
	return m.Unit
}

// without says how many rows have no value, and why.
func without(c *ask.Comparison, with int) string {
	counts := map[string]int{}
	for _, g := range c.Groups {
		for status, n := range g.Without {
			counts[string(status)] += n
		}
	}
	parts := []string{fmt.Sprintf("%d with a value", with)}
	for _, status := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%d %s", counts[status], strings.ReplaceAll(status, "_", " ")))
	}
	return strings.Join(parts, ", ")
}
