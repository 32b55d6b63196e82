package specimen

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"nianbao/parser/document"
)

// rare holds characters that GBK and GB2312 lack: one beyond the Basic
// Multilingual Plane, one that only GB18030 has, and two that GB2312 lacks.
const rare = "\U00020000䶮镕堃"

// charsetStyles differ in the encoding of the bytes and in what is said of it.
func charsetStyles() []Style {
	name := func(p *page) {
		p.add(paragraphBlock, 6, "本报告由"+rare+"校对。")
		p.want.Text = append(p.want.Text, rare)
	}
	meta := func(label string, further ...func(*page)) func(*page) {
		return func(p *page) {
			name(p)
			p.markup.charset = label
			for _, f := range further {
				f(p)
			}
		}
	}
	gb := encode(simplifiedchinese.GB18030)
	styles := []Style{
		{Name: "charset-gb18030", Shows: "GB18030, declared, with a character of four bytes", page: meta("gb18030"), write: gb},
		{Name: "charset-gb18030-undeclared", Shows: "GB18030, not declared", page: meta("-"), write: gb},
		{Name: "charset-gb2312-label", Shows: "GB18030 under the label gb2312", page: meta("gb2312"), write: gb},
		{Name: "charset-cp936-label", Shows: "GB18030 under the label cp936", page: meta("cp936"), write: gb},
		{Name: "charset-utf8-label", Shows: "GB18030 under the label utf-8", page: meta("utf-8"), write: gb},
		{Name: "charset-late-meta", Shows: "GB18030, declared beyond the first 1,024 bytes", page: meta("-", func(p *page) {
			p.markup.head = "<script>/* " + strings.Repeat("menu ", 400) + "*/</script>\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=gbk\">\n"
		}), write: gb},
		{Name: "charset-gbk-label-utf8", Shows: "UTF-8 under the label gbk", page: meta("gbk")},
		{Name: "charset-undeclared", Shows: "UTF-8, not declared", page: meta("-")},
		{Name: "charset-bom", Shows: "UTF-8 with a byte order mark under the label gb2312", page: meta("gb2312"), write: func(p *page) ([]byte, error) {
			return append([]byte("\ufeff"), p.html()...), nil
		}},
		{Name: "charset-utf16", Shows: "UTF-16, little endian, with a byte order mark", page: meta("-"), write: encode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM))},
		{Name: "charset-references", Shows: "every Chinese character as a numeric reference, decimal or hexadecimal", page: name, write: func(p *page) ([]byte, error) {
			var b bytes.Buffer
			for i, r := range []rune(p.html()) {
				switch {
				case r < 0x80:
					b.WriteRune(r)
				case i%2 == 0:
					fmt.Fprintf(&b, "&#%d;", r)
				default:
					fmt.Fprintf(&b, "&#x%X;", r)
				}
			}
			return b.Bytes(), nil
		}},
		{Name: "charset-cut-character", Shows: "UTF-8 with half a character in the prose, as a CMS cuts a text", page: func(p *page) {
			p.markup.after = "<p>相关链接:办\xe5\x85</p>\n"
		}},
		{Name: "charset-cut-gb-character", Shows: "GB18030, undeclared, with half a character before a tag", page: meta("-"), write: func(p *page) ([]byte, error) {
			data, err := gb(p)
			return bytes.Replace(data, []byte("</body>"), []byte("<p>\xb0\xec\xb9</p>\n</body>"), 1), err
		}},
		{Name: "charset-big5", Shows: "Big5 in traditional characters, as gateways write it", page: func(p *page) {
			p.toTraditional()
			p.markup.charset = "big5"
		}, write: encode(traditionalchinese.Big5)},
		{Name: "charset-traditional", Shows: "traditional characters in UTF-8", page: (*page).toTraditional},
		{Name: "charset-pinyin", Shows: "traditional characters with the sound of some words behind them, as hijacked copies have it", page: func(p *page) {
			p.toTraditional()
			r := strings.NewReplacer("數", "數(shù)", "據", "據(jù)", "開", "開(kāi)", "結", "結(jié)", "請", "請(qǐng)", "項", "項(xiàng)")
			for _, b := range p.blocks {
				b.text = r.Replace(b.text)
			}
			p.cells(func(_ *grid, c *cell) {
				c.text = r.Replace(c.text)
				if c.key != "" {
					p.doubt(Undecidable, c.key)
				}
			})
			p.want.Rules = nil
			p.want.Meta.PeriodStart, p.want.Meta.PeriodEnd = "", ""
		}},
	}
	for i := range styles {
		styles[i].Container, styles[i].Extension, styles[i].Layouts = document.HTML, ".html", anyLayout
	}
	return styles
}

// encode writes HTML in another encoding; what that lacks becomes a numeric
// reference.
func encode(e encoding.Encoding) func(*page) ([]byte, error) {
	return func(p *page) ([]byte, error) {
		return encoding.HTMLEscapeUnsupported(e.NewEncoder()).Bytes([]byte(p.html()))
	}
}
