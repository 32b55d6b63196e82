package plot

import (
	"fmt"
	"image/color"
	"io"
	"math"
	"nianbao/store/ask"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// colours are told apart by people who see colours differently (Okabe and Ito).
var colours = []color.Color{
	color.RGBA{0x00, 0x72, 0xb2, 0xff}, color.RGBA{0xd5, 0x5e, 0x00, 0xff}, color.RGBA{0x00, 0x9e, 0x73, 0xff}, color.RGBA{0xcc, 0x79, 0xa7, 0xff},
	color.RGBA{0xe6, 0x9f, 0x00, 0xff}, color.RGBA{0x56, 0xb4, 0xe9, 0xff}, color.RGBA{0x22, 0x22, 0x22, 0xff},
}

// dashes tell series apart in print without colour, and when colours repeat.
var dashes = [][]vg.Length{nil, {5, 2}, {2, 2}, {7, 2, 2, 2}}

// maxSeries is how many lines a picture can hold and still be read.
const maxSeries = 28

// Trend draws series over years. A year without value interrupts its line; a
// break is a hollow dot that the line before does not reach.
func Trend(w io.Writer, m ask.Measure, series []ask.Series, o Options) error {
	h, err := o.handler()
	if err != nil {
		return err
	}
	caption := ""
	if len(series) > maxSeries {
		caption = fmt.Sprintf("the first %d of %d series", maxSeries, len(series))
		series = series[:maxSeries]
	}
	p := newPlot(h, title(m), caption)
	guides := plotter.NewGrid()
	guides.Vertical.Color, guides.Horizontal.Color = faint, faint
	p.Add(guides)
	legend := plot.NewLegend()
	legend.TextStyle = p.Legend.TextStyle
	legend.Top, legend.Left, legend.Padding, legend.ThumbnailWidth = true, true, 2.5*vg.Millimeter, 8*vg.Millimeter
	drawn, widest, broken := 0, vg.Length(0), false
	for i, s := range series {
		style := draw.LineStyle{Color: colours[i%len(colours)], Width: vg.Points(1.3), Dashes: dashes[i/len(colours)%len(dashes)]}
		var full, hollow plotter.XYs
		var run plotter.XYs
		flush := func() error {
			if len(run) > 1 {
				line, err := plotter.NewLine(run)
				if err != nil {
					return err
				}
				line.LineStyle = style
				p.Add(line)
			}
			run = nil
			return nil
		}
		for _, point := range s.Points {
			if point.Break || !point.Status.HasValue() {
				if err := flush(); err != nil {
					return err
				}
			}
			if !point.Status.HasValue() {
				continue
			}
			xy := plotter.XY{X: float64(point.Year), Y: *point.Value * factor(m)}
			run = append(run, xy)
			if point.Break {
				hollow = append(hollow, xy)
			} else {
				full = append(full, xy)
			}
		}
		if err := flush(); err != nil {
			return err
		}
		for _, dots := range []struct {
			shape  draw.GlyphDrawer
			points plotter.XYs
		}{{draw.CircleGlyph{}, full}, {draw.RingGlyph{}, hollow}} {
			if len(dots.points) == 0 {
				continue
			}
			scatter, err := plotter.NewScatter(dots.points)
			if err != nil {
				return err
			}
			scatter.GlyphStyle = draw.GlyphStyle{Color: style.Color, Radius: 2.4, Shape: dots.shape}
			p.Add(scatter)
		}
		if len(full)+len(hollow) == 0 {
			continue
		}
		drawn++
		broken = broken || len(hollow) > 0
		name := s.RegionName
		if s.Publisher != "" {
			name = s.Publisher
		}
		thumb := &plotter.Line{LineStyle: style}
		legend.Add(name, thumb)
		widest = max(widest, legend.TextStyle.Width(name))
	}
	if drawn == 0 {
		return fmt.Errorf("%w: no series has a value", ErrNothing)
	}
	if broken {
		p.X.Label.Text = "○ 统计口径变化 break: not to be compared with the years before without care"
	}
	p.Y.Label.Text = unit(m)
	p.Y.Min = min(0, p.Y.Min)
	if p.Y.Max <= p.Y.Min {
		p.Y.Max = p.Y.Min + 1
	}
	p.Y.Tick.Marker, p.X.Tick.Marker = numbers{}, years{}
	p.X.Min, p.X.Max = math.Floor(p.X.Min)-0.3, math.Ceil(p.X.Max)+0.3
	side := widest + legend.ThumbnailWidth + 6*vg.Millimeter
	height := max(10*vg.Centimeter, vg.Length(drawn)*rowHeight+3*vg.Centimeter)
	return render(w, o, pageWidth, height, func(c draw.Canvas) {
		c = margin(c)
		p.Draw(draw.Crop(c, 0, -side, 0, 0))
		legend.Draw(draw.Crop(c, c.Max.X-c.Min.X-side+4*vg.Millimeter, 0, 0, -1.5*vg.Centimeter))
	})
}
