package plot

import (
	"cmp"
	"fmt"
	"image/color"
	"io"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"nianbao/parser/report"
	"nianbao/store/ask"
)

// grid is a comparison as regions × years.
type grid struct {
	regions []string // names, the first on top
	years   []int
	cells   [][]float64 // NaN without value
	reports [][]bool    // whether there is a report
}

// heat has a row for each region and a column for each year. Counts differ by
// orders of magnitude between counties, so colours follow the logarithm.
func heat(w io.Writer, c *ask.Comparison, o Options) error {
	h, err := o.handler()
	if err != nil {
		return err
	}
	g, more := newGrid(c)
	low, high, with := math.Inf(1), math.Inf(-1), 0
	for _, row := range g.cells {
		for _, v := range row {
			if !math.IsNaN(v) {
				low, high, with = min(low, v), max(high, v), with+1
			}
		}
	}
	if with == 0 {
		return fmt.Errorf("%w: no region has a value", ErrNothing)
	}
	caption := without(c, with)
	if more > 0 {
		caption += fmt.Sprintf("; the first %d regions of %d", len(g.regions), len(g.regions)+more)
	}
	p := newPlot(h, title(c.Measure), caption)
	scale := func(v float64) float64 { // 0 to 1
		if high == low {
			return 0.5
		}
		if c.Measure.Kind == ask.KindRate || low < 0 {
			return (v - low) / (high - low)
		}
		return math.Log1p(v-low) / math.Log1p(high-low)
	}
	var columns, rows []plot.Tick
	for i, y := range g.years {
		columns = append(columns, plot.Tick{Value: float64(i), Label: fmt.Sprint(y)})
	}
	for i, name := range g.regions {
		rows = append(rows, plot.Tick{Value: float64(len(g.regions) - 1 - i), Label: name})
	}
	p.Add(cells{g, scale, func(v float64) string { return printed(c.Measure, v) }, p.X.Tick.Label})
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = -0.5, float64(len(g.years))-0.5, -0.5, float64(len(g.regions))-0.5
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.ConstantTicks(columns), plot.ConstantTicks(rows)
	p.X.Tick.Length, p.Y.Tick.Length, p.X.LineStyle.Width, p.Y.LineStyle.Width = 0, 0, 0, 0
	p.X.Label.Text = fmt.Sprintf("%s    %s 至 %s;  灰色 grey: 无数值 no value;  空白 white: 无报告 no report", unit(c.Measure), printed(c.Measure, low), printed(c.Measure, high))
	height, label := rowsOf(len(g.regions))
	p.Y.Tick.Label.Font.Size = label
	return render(w, o, pageWidth, vg.Length(len(g.regions))*height+4*vg.Centimeter, func(c draw.Canvas) { p.Draw(margin(c)) })
}

// newGrid orders regions by code; more counts those beyond what a picture holds.
func newGrid(c *ask.Comparison) (g grid, more int) {
	names := map[string]string{}
	index := map[string]map[int]float64{} // NaN where a report has no value
	label := namer(c.Rows)
	for _, r := range c.Rows {
		key := r.RegionCode + "\x00" + r.RegionName
		if r.Scope == report.ScopeAgency && r.Publisher != "" {
			key += "\x00" + r.Publisher
		}
		names[key] = label(r)
		if index[key] == nil {
			index[key] = map[int]float64{}
		}
		if !slices.Contains(g.years, r.Year) {
			g.years = append(g.years, r.Year)
		}
		if r.Status.HasValue() {
			index[key][r.Year] = *r.Value * factor(c.Measure)
		} else if _, ok := index[key][r.Year]; !ok && r.Status != ask.NoReport {
			index[key][r.Year] = math.NaN()
		}
	}
	slices.Sort(g.years)
	var keys []string
	for key := range names {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Compare(a, b) })
	if len(keys) > maxRows {
		more = len(keys) - maxRows
		keys = keys[:maxRows]
	}
	for _, key := range keys {
		g.regions = append(g.regions, names[key])
		row, there := make([]float64, len(g.years)), make([]bool, len(g.years))
		for i, y := range g.years {
			v, ok := index[key][y]
			if !ok {
				v = math.NaN()
			}
			row[i], there[i] = v, ok
		}
		g.cells, g.reports = append(g.cells, row), append(g.reports, there)
	}
	return g, more
}

// cells draws a grid, each cell with its figure.
type cells struct {
	grid
	scale func(float64) float64
	text  func(float64) string
	style draw.TextStyle
}

// Plot implements plot.Plotter.
func (g cells) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	gap := vg.Points(0.5)
	for i, row := range g.cells {
		level := float64(len(g.cells) - 1 - i)
		for k, v := range row {
			r := vg.Rectangle{Min: vg.Point{X: x(float64(k)-0.5) + gap, Y: y(level-0.5) + gap}, Max: vg.Point{X: x(float64(k)+0.5) - gap, Y: y(level+0.5) - gap}}
			if !g.reports[i][k] {
				continue // the paper shows: there is nothing
			}
			fill, text := color.Color(color.RGBA{0xe4, 0xe4, 0xe4, 0xff}), color.Color(ink)
			label := ""
			if !math.IsNaN(v) {
				t := g.scale(v)
				fill, label = shade(t), g.text(v)
				if t > 0.55 {
					text = color.White
				}
			}
			c.FillPolygon(fill, []vg.Point{r.Min, {X: r.Min.X, Y: r.Max.Y}, r.Max, {X: r.Max.X, Y: r.Min.Y}})
			style := g.style
			style.Color, style.XAlign, style.YAlign = text, draw.XCenter, draw.YCenter
			style.Font.Size = min(7, (r.Max.Y-r.Min.Y)*0.8)
			if style.Width(label) < r.Max.X-r.Min.X {
				c.FillText(style, vg.Point{X: (r.Min.X + r.Max.X) / 2, Y: (r.Min.Y + r.Max.Y) / 2}, label)
			}
		}
	}
}

// DataRange implements plot.DataRanger.
func (g cells) DataRange() (xmin, xmax, ymin, ymax float64) {
	return -0.5, float64(len(g.years)) - 0.5, -0.5, float64(len(g.regions)) - 0.5
}

// shade goes from nearly white to dark blue, evenly in lightness, and prints
// in grey as well.
func shade(t float64) color.Color {
	low, high := [3]float64{0xf2, 0xf6, 0xfb}, [3]float64{0x08, 0x30, 0x6b}
	mix := func(i int) uint8 { return uint8(math.Round(low[i] + t*(high[i]-low[i]))) }
	return color.RGBA{mix(0), mix(1), mix(2), 0xff}
}
