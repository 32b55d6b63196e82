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
)

// ErrNoFont is a PNG without a font that has Chinese characters.
var ErrNoFont = errors.New("no font with Chinese characters")

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
			if _, close, err := loadFont(path); err == nil {
				close()
				return path
			}
		}
	}
	return ""
}

// maxFont bounds a font file: the largest Chinese collections have 120 MB.
const maxFont = 256 << 20

// loadFont opens a font or the first of a collection that has Chinese characters.
// Of its file, which close closes, only what is drawn is read.
func loadFont(path string) (f *opentype.Font, close func(), err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	if f, err = chinese(file); err != nil {
		_ = file.Close()
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, func() { _ = file.Close() }, nil
}

func chinese(file *os.File) (*opentype.Font, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() > maxFont {
		return nil, errors.New("too large for a font")
	}
	fonts, err := opentype.ParseCollectionReaderAt(file)
	if err != nil {
		return nil, err
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
	return nil, ErrNoFont
}

// helvetica are the widths of the characters from space to tilde in thousandths
// of the size, which the usual sans serif typefaces share or nearly do.
var helvetica = [...]uint16{
	278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
	556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
	1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
	667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
	333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
	556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
}

// width is about how wide a text is.
func width(text string, size float64) float64 {
	w := 0
	for _, r := range text {
		switch {
		case r >= ' ' && r <= '~':
			w += int(helvetica[r-' '])
		case wide(r):
			w += 1000
		default:
			w += 600
		}
	}
	return float64(w) * size / 1000
}

// wide reports whether a character fills an em, as Chinese type does.
func wide(r rune) bool {
	return unicode.In(r, unicode.Han) || r >= 0x2e80 && r < 0x3100 || r >= 0xff00 && r < 0xff61 || r >= 0x2014 && r <= 0x2026
}

// wrap breaks a text into lines of at most a width: between words, and between
// Chinese characters, but never before what closes.
func wrap(text string, most, size float64) (lines []string) {
	runes := []rune(text)
	for len(runes) > 0 {
		end, cut, w := 0, 0, 0.0
		for end < len(runes) {
			if w += width(string(runes[end]), size); w > most && end > 0 {
				break
			}
			end++
			if end < len(runes) && !strings.ContainsRune("，。；：、）》”,.;:)", runes[end]) && (wide(runes[end-1]) || wide(runes[end]) || runes[end-1] == ' ') {
				cut = end
			}
		}
		if end < len(runes) && cut > 0 {
			end = cut
		}
		lines = append(lines, strings.TrimSpace(string(runes[:end])))
		runes = runes[end:]
	}
	return lines
}

// clip shortens a text to a width.
func clip(text string, most, size float64) string {
	if width(text, size) <= most {
		return text
	}
	runes := []rune(text)
	for len(runes) > 1 && width(string(runes)+"…", size) > most {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}
