package plot

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

// ErrNoFont is a PNG without a font that has Chinese characters.
var ErrNoFont = errors.New("no font with Chinese characters")

// families is what an SVG asks for, the first that a system has.
const families = "'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','PingFang SC','Microsoft YaHei','WenQuanYi Micro Hei','SimHei','Liberation Sans',Arial,sans-serif"

// typeface is the name of the font in this package's plots.
const typeface = "Chart"

// FindFont returns a font file with Chinese characters where Linux, macOS and
// Windows keep theirs; "" when there is none.
func FindFont() string {
	for _, pattern := range []string{
		"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
		"/usr/share/fonts/*/NotoSansCJK*-Regular.*", "/usr/share/fonts/*/*/NotoSansCJK*-Regular.*", "/usr/share/fonts/*/*/NotoSansSC*-Regular.*",
		"/usr/share/fonts/truetype/wqy/*.ttc", "/usr/share/fonts/wqy*/*.ttc", "/usr/share/fonts/*/*/SourceHanSans*-Regular.*", "/usr/share/fonts/truetype/droid/DroidSansFallback*.ttf",
		"/System/Library/Fonts/PingFang.ttc", "/System/Library/Fonts/STHeiti Light.ttc", "/Library/Fonts/Arial Unicode.ttf",
		`C:\Windows\Fonts\msyh.ttc`, `C:\Windows\Fonts\simhei.ttf`,
	} {
		found, _ := filepath.Glob(pattern) // the patterns are well formed
		for _, path := range found {
			if _, err := loadFont(path); err == nil {
				return path
			}
		}
	}
	return ""
}

// maxFont bounds a font file: the largest Chinese collections have 120 MB.
const maxFont = 256 << 20

// loadFont reads a font or the first of a collection that has Chinese
// characters.
func loadFont(path string) (*opentype.Font, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxFont {
		return nil, fmt.Errorf("%s: too large for a font", path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	fonts, err := opentype.ParseCollection(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var buffer sfnt.Buffer
	for i := range fonts.NumFonts() {
		f, err := fonts.Font(i)
		if err != nil {
			continue
		}
		if glyph, err := f.GlyphIndex(&buffer, '县'); err != nil || glyph == 0 {
			continue
		}
		// Of a collection for several languages the one for simplified Chinese,
		// whose characters differ in shape.
		if name, err := f.Name(&buffer, sfnt.NameIDFamily); err == nil && fonts.NumFonts() > 1 && i+1 < fonts.NumFonts() && !strings.HasSuffix(name, " SC") {
			continue
		}
		return f, nil
	}
	return nil, fmt.Errorf("%s: %w", path, ErrNoFont)
}

// handler sets texts. Without a font of its own it measures by the widths of
// Liberation Sans and gives every wide character an em, as Chinese type has it.
type handler struct {
	text.Plain
	chinese bool // the font has Chinese characters, so its own widths hold
}

func newHandler(path string) (handler, error) {
	h := handler{chinese: path != ""}
	var face font.Face
	if path != "" {
		f, err := loadFont(path)
		if err != nil {
			return h, err
		}
		face = font.Face{Font: font.Font{Typeface: typeface, Variant: "Sans"}, Face: f}
	} else {
		for _, f := range liberation.Collection() {
			if f.Font.Variant == "Sans" && f.Font.Style == 0 && f.Font.Weight == 0 {
				face = font.Face{Font: font.Font{Typeface: typeface, Variant: "Sans"}, Face: f.Face}
			}
		}
	}
	h.Fonts = font.NewCache(font.Collection{face})
	return h, nil
}

func (h handler) width(line string, fnt font.Font) vg.Length {
	face := h.Fonts.Lookup(fnt, fnt.Size)
	if h.chinese {
		return face.Width(line)
	}
	var narrow strings.Builder
	wide := 0
	for _, r := range line {
		if unicode.In(r, unicode.Han) || r >= 0x3000 && r < 0x3100 || r >= 0xff00 && r < 0xff61 {
			wide++
		} else {
			narrow.WriteRune(r)
		}
	}
	return face.Width(narrow.String()) + vg.Length(wide)*fnt.Size
}

// A Chinese character fills its em from a little below the baseline, in every
// typeface, whatever the font file says of its lines.
const (
	ascent  = 0.95
	descent = 0.12
	leading = 1.35 // from line to line
)

// Extents implements text.Handler.
func (h handler) Extents(fnt font.Font) font.Extents {
	return font.Extents{Ascent: ascent * fnt.Size, Descent: descent * fnt.Size, Height: leading * fnt.Size}
}

// Box implements text.Handler.
func (h handler) Box(txt string, fnt font.Font) (width, height, depth vg.Length) {
	return h.width(txt, fnt), ascent * fnt.Size, descent * fnt.Size
}

// Draw implements text.Handler.
func (h handler) Draw(c vg.Canvas, txt string, style text.Style, pt vg.Point) {
	txt = strings.TrimRight(txt, "\n")
	if txt == "" {
		return
	}
	size := style.Font.Size
	face := h.Fonts.Lookup(style.Font, size)
	c.SetColor(style.Color)
	c.Push()
	defer c.Pop()
	c.Translate(pt)
	if style.Rotation != 0 {
		c.Rotate(style.Rotation)
	}
	lines := h.Lines(txt)
	height := ascent*size + vg.Length(len(lines)-1)*leading*size
	last := height * vg.Length(style.YAlign)
	for i, line := range lines {
		y := last + vg.Length(len(lines)-1-i)*leading*size
		c.FillString(face, vg.Point{X: vg.Length(style.XAlign) * h.width(line, style.Font), Y: y}, line)
	}
}
