package htmldoc

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/text/encoding/simplifiedchinese"

	"nianbao/parser/internal/fixture"
)

// wordPage is a report as pasted from Word: some 115 KB for 200 figures, the
// applicants' table of 28 rows among them.
func wordPage() string {
	var b strings.Builder
	b.WriteString(`<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><head>
<meta http-equiv=Content-Type content="text/html; charset=utf-8"><title>演示县2022年政府信息公开工作年度报告</title>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!--
`)
	for i := range 60 {
		fmt.Fprintf(&b, "p.Mso%d, li.Mso%d {mso-style-parent:\"\"; margin:0cm; text-align:justify; font-size:10.5pt; font-family:\"Times New Roman\";}\n", i, i)
	}
	b.WriteString("--></style></head><body lang=ZH-CN style='text-justify-trim:punctuation'><div class=Section1 style='layout-grid:15.6pt'>\n")
	for i := range 20 {
		fmt.Fprintf(&b, `<p class=MsoNormal style='text-indent:32.0pt;mso-char-indent-count:2.0;line-height:28.0pt;mso-line-height-rule:exactly'><span style='font-size:16.0pt;font-family:仿宋_GB2312;mso-hansi-font-family:宋体'>全年主动公开政府信息</span><span lang=EN-US style='font-size:16.0pt;font-family:"Times New Roman"'>%d</span><span style='font-size:16.0pt;font-family:仿宋_GB2312'>条,其中概况类信息若干条,政策文件解读若干条。<span lang=EN-US><o:p></o:p></span></span></p>
`, 1000+i)
	}
	b.WriteString("<table class=MsoNormalTable border=0 cellspacing=0 cellpadding=0 width=600 style='width:450.0pt;border-collapse:collapse'>\n")
	for r := range 28 {
		b.WriteString(" <tr style='mso-yfti-irow:1;height:21.0pt'>\n")
		fmt.Fprintf(&b, `  <td width=180 colspan=3 style='width:135.0pt;border:solid windowtext 1.0pt;mso-border-alt:solid windowtext .5pt;padding:0cm 5.4pt 0cm 5.4pt'><p class=MsoNormal><span style='font-family:宋体;mso-ascii-font-family:"Times New Roman"'>(一)予以公开的第%d行</span></p></td>
`, r)
		for c := range 7 {
			fmt.Fprintf(&b, `  <td width=60 style='width:45.0pt;border-top:none;border-left:none;border-bottom:solid windowtext 1.0pt;border-right:solid windowtext 1.0pt;mso-border-top-alt:solid windowtext .5pt;mso-border-left-alt:solid windowtext .5pt;mso-border-alt:solid windowtext .5pt;padding:0cm 5.4pt 0cm 5.4pt;height:21.0pt'>
  <p class=MsoNormal align=center style='text-align:center;mso-pagination:widow-orphan'><span lang=EN-US style='font-size:10.0pt;font-family:宋体;mso-bidi-font-family:宋体;mso-font-kerning:0pt'>%d<o:p></o:p></span></p></td>
`, r*c)
		}
		b.WriteString(" </tr>\n")
	}
	b.WriteString("</table></div></body></html>")
	return b.String()
}

func BenchmarkWordPage(b *testing.B) {
	page := wordPage()
	utf8 := []byte(page)
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes(utf8)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("html.Parse alone", func(b *testing.B) {
		b.SetBytes(int64(len(utf8)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := html.Parse(strings.NewReader(page)); err != nil {
				b.Fatal(err)
			}
		}
	})
	// A site's own sheet, whose rules ask for all attributes.
	site := []byte(strings.Replace(page, "</head>", "<style>.nav ul li ul {display:none}</style></head>", 1))
	for _, bc := range []struct {
		name     string
		data     []byte
		thorough bool
	}{
		{"Read", utf8, false},
		{"Read GB18030", gb, false},
		{"Read site", site, false},
		{"Read thorough", utf8, true},
	} {
		b.Run(bc.name, func(b *testing.B) {
			b.SetBytes(int64(len(bc.data)))
			b.ReportAllocs()
			for b.Loop() {
				d, err := read(context.Background(), bc.data, "", bc.thorough)
				if err != nil || len(fixture.Grids(d)) != 1 {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("build", func(b *testing.B) {
		b.SetBytes(int64(len(page)))
		b.ReportAllocs()
		for b.Loop() {
			if build(page, &sheets{}) == nil {
				b.Fatal("given up")
			}
		}
	})
}
