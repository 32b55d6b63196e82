package plot

import (
	"bytes"
	"errors"
	"fmt"
	"image/color"
	"io"
	"nianbao/store/ask"
	"regexp"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Formats of a picture.
const (
	SVG = "svg"
	PNG = "png"
)

// Errors of a request.
var (
	ErrFormat  = errors.New("no such picture format")
	ErrNothing = errors.New("nothing to draw")
)

// Options choose how to draw.
type Options struct {
	Format string // SVG or PNG; "": SVG
	// Font is the file of a font with Chinese characters, for PNG; "": FindFont.
	Font string
}

// Sizes in print.
const (
	pageWidth  = 18 * vg.Centimeter // a page of A4 less its margins
	rowHeight  = 5 * vg.Millimeter
	rowsHeight = 22.5 * vg.Centimeter // of all rows of a picture, so that it fits on the page
	resolution = 200                  // dots an inch of a PNG
)

var (
	ink   = color.RGBA{0x22, 0x22, 0x22, 0xff}
	faint = color.RGBA{0xd9, 0xd9, 0xd9, 0xff}
	mark  = color.RGBA{0x00, 0x5a, 0x9c, 0xff}
)

// newPlot is an empty plot whose texts are set by h.
func newPlot(h handler, title, caption string) *plot.Plot {
	p := plot.New()
	p.TextHandler = h
	face := func(size vg.Length) font.Font { return font.Font{Typeface: typeface, Variant: "Sans", Size: size} }
	p.Title.Text = title
	if caption != "" {
		p.Title.Text += "\n" + caption
	}
	p.Title.TextStyle.Handler, p.Title.TextStyle.Font, p.Title.TextStyle.Color = h, face(10), ink
	p.Title.Padding = 3 * vg.Millimeter
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Label.TextStyle.Handler, a.Label.TextStyle.Font, a.Label.TextStyle.Color = h, face(8), ink
		a.Tick.Label.Handler, a.Tick.Label.Font, a.Tick.Label.Color = h, face(8), ink
		a.Color, a.Tick.Color, a.Label.Padding = ink, ink, 2*vg.Millimeter
	}
	p.Legend.TextStyle.Handler, p.Legend.TextStyle.Font, p.Legend.TextStyle.Color = h, face(8), ink
	return p
}

// rowsOf is how high each of n rows is, and how large its label may be.
func rowsOf(n int) (height, label vg.Length) {
	height = min(rowHeight, rowsHeight/vg.Length(max(1, n)))
	return height, min(8, height*0.85)
}

// factor is what values of a measure are multiplied by: shares are drawn in
// percent.
func factor(m ask.Measure) float64 {
	if m.Share {
		return 100
	}
	return 1
}

// family is what gonum writes for the name of the font.
var family = regexp.MustCompile(`font-family:[^;"]*;`)

// render draws on a page of a size and writes it.
func render(w io.Writer, o Options, width, height vg.Length, paint func(draw.Canvas)) error {
	switch o.Format {
	case SVG, "":
		c := vgsvg.New(width, height)
		paint(draw.New(c))
		var b bytes.Buffer
		if _, err := c.WriteTo(&b); err != nil {
			return err
		}
		_, err := w.Write(family.ReplaceAll(b.Bytes(), []byte("font-family:"+families+";")))
		return err
	case PNG:
		c := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(resolution))}
		paint(draw.New(c))
		_, err := c.WriteTo(w)
		return err
	}
	return badFormat(o)
}

func badFormat(o Options) error {
	return fmt.Errorf("%w: %q; want svg or png", ErrFormat, o.Format)
}

// handlerFor loads the font that a format needs.
func (o Options) handler() (handler, error) {
	switch o.Format {
	case SVG, "":
		return newHandler("")
	case PNG:
		path := o.Font
		if path == "" {
			path = FindFont()
		}
		if path == "" {
			return handler{}, fmt.Errorf("%w: name a font file, install one (Debian: fonts-noto-cjk), or draw an SVG", ErrNoFont)
		}
		return newHandler(path)
	}
	return handler{}, badFormat(o)
}
