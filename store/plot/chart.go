package plot

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"

	"nianbao/parser/catalog"
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

// Options choose how to draw. The zero value draws for a file in Chinese.
type Options struct {
	Format string // SVG or PNG; "": SVG
	// Font is the file of a font with Chinese characters, for PNG; "": FindFont.
	Font    string
	English bool
	// Heading is the measure, area and year; "": as far as the data tell them.
	Heading string
	// Area names what the regions lie in, where there is no Heading.
	Area string
	// Source, with date and licence, stands below the picture; "": the usual words
	// without a date.
	Source string
	// Own is the code of a region to point out.
	Own string
	// Bare leaves heading and source out, where a page has them around the chart.
	Bare bool
	// First and Last are the years of the axis; 0: those with a value.
	First, Last int
	// Width and Height are in CSS pixels; 0: as the kind of chart needs.
	Width, Height float64
	// Name names a region; nil: as the data do.
	Name func(code, name string) string
	// Link is where a mark of a report leads in a page; nil: nowhere.
	Link func(report int64) string
}

func (o Options) name(code, name string) string {
	if o.Name != nil {
		return o.Name(code, name)
	}
	return name
}

func (o Options) link(report int64) string {
	if o.Link == nil || report == 0 {
		return ""
	}
	return o.Link(report)
}

// doubt tells what contradicts a figure, by the rules of the findings that do; "" for
// nothing.
func (o Options) doubt(rules []string) string {
	titles := make([]string, len(rules))
	for i, rule := range rules {
		r, _ := catalog.FindRule(rule)
		titles[i] = cmp.Or(o.say(r.TitleZH, r.TitleEN), rule)
	}
	return strings.Join(titles, o.say("、", ", "))
}

// say chooses between the languages.
func (o Options) say(zh, en string) string {
	if o.English {
		return en
	}
	return zh
}

// Sizes in CSS pixels, 96 to an inch.
const (
	pageWidth  = 680.0 // a page of A4 less its margins, 18 cm
	pageHeight = 1040.0
	textSize   = 12.0
	side       = 14.0 // of empty paper
)

// Chart is a picture as shapes.
type Chart struct {
	Width, Height float64
	// Label says in one line what the picture shows.
	Label  string
	shapes []shape
}

type point struct{ x, y float64 }

// shape is a line or area, a disc, or a text; class is its look.
type shape struct {
	class  string
	path   []point
	closed bool
	// regions are what a mark of a map has: outlines by the class that fills them, class
	// draws their edges.
	regions []outlines
	disc    *disc
	text    string
	at      point   // of a text, on its baseline
	anchor  float64 // what of the text is left of it: 0, 0.5 or 1
	size    float64
	bold    bool
	mark
}

type disc struct {
	at point
	r  float64
}

// mark is what a shape tells when it is pointed at or reached, and where it
// leads.
type mark struct{ tell, link string }

func (c *Chart) line(class string, points ...point) {
	c.shapes = append(c.shapes, shape{class: class, path: points})
}

func (c *Chart) area(class string, m mark, points ...point) {
	c.shapes = append(c.shapes, shape{class: class, path: points, closed: true, mark: m})
}

// outlines are areas that the look of a class fills.
type outlines struct {
	fill  string
	paths [][]point
}

// region draws one mark of a map.
func (c *Chart) region(m mark, regions ...outlines) {
	c.shapes = append(c.shapes, shape{class: "border", regions: regions, mark: m})
}

func (c *Chart) rect(class string, m mark, x, y, width, height float64) {
	c.area(class, m, point{x, y}, point{x + width, y}, point{x + width, y + height}, point{x, y + height})
}

func (c *Chart) dot(class string, m mark, x, y, r float64) {
	c.shapes = append(c.shapes, shape{class: class, disc: &disc{point{x, y}, r}, mark: m})
}

// write sets a text with its baseline at y.
func (c *Chart) write(class, text string, x, y, anchor, size float64) {
	c.shapes = append(c.shapes, shape{class: class, text: text, at: point{x, y}, anchor: anchor, size: size, bold: class == "title"})
}

// begin makes a chart with its heading and returns where the drawing may start.
func begin(o Options, width float64, heading string, lines ...string) (c *Chart, top float64) {
	if o.Width > 0 {
		width = o.Width
	}
	c = &Chart{Width: width, Label: heading}
	if o.Heading != "" {
		c.Label = o.Heading
	}
	top = 6
	if o.Bare {
		return c, top
	}
	top = side
	for _, line := range wrap(c.Label, width-2*side, 15) {
		top += 15
		c.write("title", line, side, top, 0, 15)
		top += 6
	}
	for _, text := range lines {
		for _, line := range wrap(text, width-2*side, textSize) {
			top += textSize
			c.write("soft", line, side, top, 0, textSize)
			top += 5
		}
	}
	return c, top + 6
}

// end closes a chart whose drawing reaches down to y: source, date and licence.
func (c *Chart) end(o Options, y float64) *Chart {
	if !o.Bare {
		source := o.Source
		if source == "" {
			source = o.say("资料来源：政府信息公开工作年度报告，nianbao 整理。数字为政府公开的事实，整理 CC BY 4.0。",
				"Source: annual reports on government information disclosure, collected with nianbao. Figures are published facts; arrangement CC BY 4.0.")
		}
		y += 8
		for _, line := range wrap(source, c.Width-2*side, 10.5) {
			y += 10.5
			c.write("soft", line, side, y, 0, 10.5)
			y += 4
		}
		y += 4
	}
	c.Height = y + 4
	return c
}

// Write writes a picture in the format that the options name.
func (c *Chart) Write(w io.Writer, o Options) error {
	switch o.Format {
	case SVG, "":
		_, err := w.Write(c.svg(false))
		return err
	case PNG:
		return c.png(w, o.Font)
	}
	return fmt.Errorf("%w: %q; want svg or png", ErrFormat, o.Format)
}

// Inline is the chart as SVG to stand in a page: its marks are links or stops of
// the keyboard. Everything that comes from data is escaped.
func (c *Chart) Inline() string { return string(c.svg(true)) }

// finish writes what a drawing makes, or its error.
func finish(w io.Writer, o Options, c *Chart, err error) error {
	if err != nil {
		return err
	}
	return c.Write(w, o)
}
