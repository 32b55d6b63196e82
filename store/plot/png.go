package plot

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// scale is the dots of a PNG to a CSS pixel: 200 dots an inch in print.
const scale = 200.0 / 96

// png draws the chart with the font of a file.
func (c *Chart) png(w io.Writer, path string) error {
	if path == "" {
		path = FindFont()
	}
	if path == "" {
		return fmt.Errorf("%w: name a font file, install one (Debian: fonts-noto-cjk), or draw an SVG", ErrNoFont)
	}
	f, close, err := loadFont(path)
	if err != nil {
		return err
	}
	defer close()
	p := painter{dst: image.NewRGBA(image.Rect(0, 0, int(math.Round(c.Width*scale)), int(math.Round(c.Height*scale)))), font: f, faces: map[float64]font.Face{}}
	draw.Draw(p.dst, p.dst.Bounds(), image.White, image.Point{}, draw.Src)
	for _, s := range c.shapes {
		if err := p.paint(s); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return png.Encode(w, p.dst)
}

// painter draws shapes on an image.
type painter struct {
	dst   *image.RGBA
	font  *opentype.Font
	faces map[float64]font.Face
}

func (p *painter) paint(s shape) error {
	l := looks[s.class]
	for _, r := range s.regions {
		for _, path := range r.paths {
			line := scaled(path)
			p.fill([][]point{line}, rgb(looks[r.fill].fill))
			p.fill(stroke(append(line, line[0]), l.width*scale, l.dash), rgb(l.stroke))
		}
	}
	if s.regions != nil {
		return nil
	}
	outline, closed := scaled(s.path), s.closed
	switch {
	case s.text != "":
		return p.write(s, rgb(l.fill))
	case s.disc != nil:
		outline, closed = circle(point{s.disc.at.x * scale, s.disc.at.y * scale}, s.disc.r*scale), true
	}
	if l.fill != "" && closed {
		p.fill([][]point{outline}, rgb(l.fill))
	}
	if l.stroke != "" {
		if closed {
			outline = append(outline, outline[0])
		}
		p.fill(stroke(outline, l.width*scale, l.dash), rgb(l.stroke))
	}
	return nil
}

func scaled(path []point) []point {
	all := make([]point, len(path), len(path)+1)
	for i, q := range path {
		all[i] = point{q.x * scale, q.y * scale}
	}
	return all
}

// circle is one as a polygon whose corners nobody sees.
func circle(at point, r float64) []point {
	n := max(12, int(4*r))
	all := make([]point, n, n+1)
	for i := range all {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		all[i] = point{at.x + r*cos, at.y + r*sin}
	}
	return all
}

// stroke is a line of some width as polygons that all turn the same way: one for
// each of its pieces, and a disc where two meet.
func stroke(path []point, width float64, dash []float64) (all [][]point) {
	for _, line := range dashed(path, dash) {
		for i := 1; i < len(line); i++ {
			a, b := line[i-1], line[i]
			length := math.Hypot(b.x-a.x, b.y-a.y)
			if length == 0 {
				continue
			}
			nx, ny := (b.y-a.y)/length*width/2, -(b.x-a.x)/length*width/2
			all = append(all, []point{{a.x + nx, a.y + ny}, {b.x + nx, b.y + ny}, {b.x - nx, b.y - ny}, {a.x - nx, a.y - ny}})
			if i > 1 && width > 2 {
				all = append(all, circle(a, width/2))
			}
		}
	}
	return all
}

// dashed cuts a line into its dashes, whose lengths are in CSS pixels.
func dashed(path []point, dash []float64) (all [][]point) {
	if dash == nil {
		return [][]point{path}
	}
	on, left, k := true, dash[0]*scale, 0
	var line []point
	for i := 1; i < len(path); i++ {
		a, b := path[i-1], path[i]
		if on && line == nil {
			line = []point{a}
		}
		length := math.Hypot(b.x-a.x, b.y-a.y)
		for done := 0.0; length > 0 && done < length; {
			step := min(left, length-done)
			done, left = done+step, left-step
			at := point{a.x + (b.x-a.x)*done/length, a.y + (b.y-a.y)*done/length}
			if on {
				line = append(line, at)
			}
			if left > 0 {
				continue
			}
			if on {
				all = append(all, line)
				line = nil
			} else {
				line = []point{at}
			}
			k = (k + 1) % len(dash)
			on, left = !on, dash[k]*scale
		}
	}
	if len(line) > 1 {
		all = append(all, line)
	}
	return all
}

// fill paints polygons in one colour, each place once.
func (p *painter) fill(polygons [][]point, c color.RGBA) {
	low, high := point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for _, polygon := range polygons {
		for _, q := range polygon {
			low, high = point{min(low.x, q.x), min(low.y, q.y)}, point{max(high.x, q.x), max(high.y, q.y)}
		}
	}
	box := image.Rect(int(math.Floor(low.x)), int(math.Floor(low.y)), int(math.Ceil(high.x))+1, int(math.Ceil(high.y))+1)
	if math.IsInf(low.x, 0) || !box.Overlaps(p.dst.Bounds()) {
		return
	}
	r := vector.NewRasterizer(box.Dx(), box.Dy())
	for _, polygon := range polygons {
		for i, q := range polygon {
			x, y := float32(q.x-float64(box.Min.X)), float32(q.y-float64(box.Min.Y))
			if i == 0 {
				r.MoveTo(x, y)
			} else {
				r.LineTo(x, y)
			}
		}
		r.ClosePath()
	}
	r.Draw(p.dst, box, image.NewUniform(c), image.Point{})
}

func (p *painter) write(s shape, c color.RGBA) error {
	face := p.faces[s.size]
	if face == nil {
		var err error
		if face, err = opentype.NewFace(p.font, &opentype.FaceOptions{Size: s.size * scale, DPI: 72}); err != nil {
			return err
		}
		p.faces[s.size] = face
	}
	d := font.Drawer{Dst: p.dst, Src: image.NewUniform(c), Face: face}
	x := s.at.x*scale - float64(d.MeasureString(s.text))/64*s.anchor
	again := 1
	if s.bold {
		again = 2 // font files have one weight; a second impression stands for the bold
	}
	for i := range again {
		d.Dot = fixed.Point26_6{X: fixed.Int26_6(64 * (x + float64(i)*s.size*scale/40)), Y: fixed.Int26_6(64 * s.at.y * scale)}
		d.DrawString(s.text)
	}
	return nil
}
