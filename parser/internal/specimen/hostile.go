package specimen

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"

	"nianbao/parser/catalog"
)

// Input is a file that no reader may choke on: broken, enormous, or no
// report at all. A reader takes bounded time and memory over it and ends in
// facts or in a finding.
type Input struct {
	Name string // a file name, its extension what the input pretends to be
	// NoFacts: the input holds no report; a reader that takes a figure from it
	// is wrong.
	NoFacts bool
	write   func() []byte
}

// Bytes makes the input, anew each time: some have ten megabytes and more.
func (h Input) Bytes() []byte { return h.write() }

// Hostile returns 200 and more hostile inputs in a fixed order. Making the
// list costs nothing; [Input.Bytes] does the work.
func Hostile() []Input {
	var all []Input
	for _, group := range [][]Input{hostilePages(), hostileTables(), notReports(), hostileText(), hostileMagic(), hostileArchives(), hostilePDF(), mutations()} {
		all = append(all, group...)
	}
	return all
}

// times repeats.
func times(n int, s string) string { return strings.Repeat(s, n) }

// inPage puts markup into a page that begins as a report does.
func inPage(markup string) []byte {
	return []byte("<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>疏附县2022年政府信息公开工作年度报告</title></head><body><h1>疏附县2022年政府信息公开工作年度报告</h1>\n" +
		"<p>一、总体情况</p><p>本文为检验程序所拟。</p><p>二、主动公开政府信息情况</p>\n" + markup + "\n</body></html>")
}

func hostilePages() []Input {
	lazy := func(name string, write func() string) Input {
		return Input{Name: name + ".html", write: func() []byte { return inPage(write()) }}
	}
	var all []Input
	for _, element := range []string{"div", "b", "font", "a", "table><tr><td", "table", "ul><li", "blockquote", "svg", "math", "form", "span", "select", "template", "p", "object", "button", "nobr"} {
		name := strings.NewReplacer("><", "-").Replace(element)
		all = append(all, lazy("deep-"+name, func() string { return times(60_000, "<"+element+">") + "行政许可" }))
	}
	all = append(all,
		lazy("deep-misnested", func() string { return times(20_000, "<b><i><p></b></i><table><td>") }),
		lazy("deep-adoption", func() string { return times(5_000, "<a><b><font><i><div>") + times(5_000, "</a></b></font></i>") }),
		lazy("foster-parents", func() string { return "<table>" + times(200_000, "文<b>字</b>") + "</table>" }),
		lazy("columns-of-many-tables", func() string { return times(20_000, "<table><colgroup span=99999><col span=99999>") }),
		lazy("end-tags-only", func() string { return times(300_000, "</td></tr></table>") }),
		lazy("angle-brackets", func() string { return times(1_000_000, "<") }),
		lazy("ampersands", func() string { return times(1_000_000, "&") }),
		lazy("entities", func() string { return times(500_000, "&nbsp;&#48;") }),
		lazy("unknown-entities", func() string { return times(300_000, "&x;&#xFFFFFFFF;&#x110000;") }),
		lazy("breaks", func() string { return times(1_000_000, "<br>") }),
		lazy("comment-open", func() string { return "<!--" + times(500_000, "行政许可 5 ") }),
		lazy("script-open", func() string { return "<script>" + times(500_000, "'<td>5</td>';") }),
		lazy("attribute-open", func() string { return "<td title=\"" + times(500_000, "行政许可 5 ") }),
		lazy("attribute-long", func() string { return "<p style=\"" + times(5_000_000, "x") + "\">行政许可</p>" }),
		lazy("attributes-many", func() string {
			var b strings.Builder
			b.WriteString("<p ")
			for i := range 100_000 {
				fmt.Fprintf(&b, "a%d=1 ", i)
			}
			return b.String() + ">行政许可</p>"
		}),
		lazy("element-name-long", func() string { return "<" + times(2_000_000, "x") + ">行政许可" }),
		lazy("nul-text", func() string { return times(100_000, "行政\x00许可\x00") }),
		lazy("nul-tags", func() string { return times(50_000, "<t\x00d>5</t\x00d>") }),
		lazy("surrogates-references", func() string { return times(50_000, "&#xD800;&#xDFFF;&#55296;") }),
		lazy("surrogates-bytes", func() string { return times(50_000, "\xed\xa0\x80行政\xed\xbf\xbf") }),
		lazy("overlong", func() string { return times(50_000, "\xc0\xaf\xe0\x80\xaf\xf8\x88\x80\x80\x80") }),
		lazy("headings", func() string { return times(100_000, "<h2>一、总体情况</h2>") }),
		lazy("sections-restart", func() string {
			return times(30_000, "<p>一、总体情况</p><p>二、主动公开政府信息情况</p><p>三、收到和处理政府信息公开申请情况</p>")
		}),
		lazy("titles", func() string { return times(50_000, "<h1>疏附县2022年政府信息公开工作年度报告</h1>") }),
		lazy("dates", func() string { return "<p>" + times(100_000, "2022年1月1日至2022年12月31日") + "</p>" }),
		lazy("brackets", func() string { return "<p>" + times(300_000, "(") + times(300_000, "第二十条") + "</p>" }),
		lazy("figures-in-a-sentence", func() string { return "<p>" + times(100_000, "公开信息12条,其中") + "。</p>" }),
		lazy("digits-in-a-sentence", func() string { return "<p>主动公开政府信息" + times(1_000_000, "7") + "条。</p>" }),
		lazy("numerals-in-a-sentence", func() string { return "<p>主动公开政府信息" + times(300_000, "十百千万亿") + "条。</p>" }),
		lazy("prose-without-end", func() string { return "<p>" + times(500_000, "推进政务公开工作") + "</p>" }),
		lazy("image-only", func() string { return "<img src=\"data:image/png;base64," + times(1_000_000, "iVBO") + "\">" }),
		lazy("spaces", func() string { return times(3_000_000, " ") + times(500_000, "\u3000\u200b") }),
		lazy("combining", func() string { return "<td>行" + times(500_000, "\u0301") + "政许可</td>" }),
		lazy("marks-of-direction", func() string { return times(100_000, "\u202e0512\u202c\u2066") }),
		Input{Name: "charset-utf7.html", write: func() []byte {
			return []byte("<meta charset=\"utf-7\"><title>+Zbd+</title>" + times(1000, "+AGg-"))
		}},
		Input{Name: "charset-unknown.html", write: func() []byte {
			return bytes.Replace(inPage("<table><tr><td>行政许可</td><td>5</td></tr></table>"), []byte("utf-8"), []byte("x-nonsense-9"), 1)
		}},
		Input{Name: "charset-iso2022.html", write: func() []byte {
			return bytes.Replace(inPage(times(1000, "\x1b$)A\x0e!!\x0f")), []byte("utf-8"), []byte("iso-2022-kr"), 1)
		}},
		Input{Name: "utf16-odd.html", write: func() []byte { return append([]byte{0xff, 0xfe}, bytes.Repeat([]byte{0x00, 0xd8, 0x31}, 50_001)...) }},
		Input{Name: "bom-only.html", NoFacts: true, write: func() []byte { return []byte("\ufeff") }},
	)
	return all
}

func hostileTables() []Input {
	table := func(name string, write func() string) Input {
		return Input{Name: "table-" + name + ".html", write: func() []byte {
			return inPage("<table border=1>\n<tr><td>信息内容</td><td>本年处理决定数量</td></tr>\n" + write() + "</table>")
		}}
	}
	row := "<tr><td>行政许可</td><td>5</td></tr>"
	span := func(name, attrs string, rows int) Input {
		return table(name, func() string { return times(rows, "<tr><td "+attrs+">行政许可</td><td "+attrs+">5</td></tr>") })
	}
	var all []Input
	all = append(all,
		span("rowspan-huge", `rowspan="99999999"`, 3), span("colspan-huge", `colspan="99999999"`, 3),
		span("spans-huge", `rowspan="99999999" colspan="99999999"`, 300), span("spans-65534", `rowspan="65534" colspan="1000"`, 2_000),
		span("spans-negative", `rowspan="-1" colspan="-5"`, 50), span("spans-zero", `rowspan="0" colspan="0"`, 2_000), span("spans-words", `rowspan="abc" colspan="2.5"`, 50),
		span("spans-exponent", `rowspan="1e9" colspan="0x7fffffff"`, 50), span("spans-overflow", `rowspan="18446744073709551617" colspan="9223372036854775808"`, 50),
		span("spans-full-width", `rowspan="`+fullWidthASCII("9999")+`"`, 50), span("spans-signed", `rowspan="+3" colspan=" 2 "`, 50),
		table("rowspan-cascade", func() string {
			var b strings.Builder
			for i := range 3_000 {
				fmt.Fprintf(&b, "<tr><td rowspan=%d>行政许可</td></tr>", 3_000-i)
			}
			return b.String()
		}),
		table("rowspan-staircase", func() string { return times(2_000, "<tr>"+times(20, `<td rowspan="900">0</td>`)+"</tr>") }),
		table("million-cells-row", func() string { return "<tr><td>行政许可</td>" + times(1_000_000, "<td>5</td>") + "</tr>" }),
		table("million-rows", func() string { return times(1_000_000, "<tr><td>5") }),
		table("million-cells-square", func() string { return times(1_000, "<tr>"+times(1_000, "<td>0")+"</tr>") }),
		table("million-empty-rows", func() string { return times(1_000_000, "<tr></tr>") }),
		table("row-many-times", func() string { return times(50_000, row) }),
		table("header-many-times", func() string {
			return times(20_000, "<tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td></tr>")
		}),
		table("label-long", func() string { return "<tr><td>行政许可" + times(1_000_000, "(含") + "</td><td>5</td></tr>" }),
		table("label-invisible", func() string { return "<tr><td>行政" + times(500_000, "\u200b\u00ad") + "许可</td><td>5</td></tr>" }),
		table("labels-nearly-right", func() string {
			return times(20_000, "<tr><td>要求行政机关确认或者重新出具本人已经获取的信息的各类申请事项之一</td><td>5</td></tr>")
		}),
		table("labels-nearly-right-long", func() string {
			return times(300, "<tr><td>"+times(300, "申请人无正当理由逾期未补正行政机关不再处理")+"</td><td>5</td></tr>")
		}),
		table("figure-long", func() string { return "<tr><td>行政许可</td><td>" + times(1_000_000, "9") + "</td></tr>" }),
		table("cell-many-paragraphs", func() string { return "<tr><td>行政许可</td><td>" + times(200_000, "<p>5</p>") + "</td></tr>" }),
		table("nested-in-every-cell", func() string {
			return times(2_000, "<tr><td><table><tr><td><table><tr><td>行政许可</td><td>5</td></tr></table></td></tr></table></td></tr>")
		}),
		table("caption-bomb", func() string { return times(100_000, "<caption>行政许可</caption>") }),
		table("groups-many", func() string { return times(100_000, "<tbody><tr><td rowspan=9>5</td></tr></tbody>") }),
		table("cols-many", func() string { return "<colgroup span=99999999>" + times(200_000, "<col span=1000>") + row }),
		Input{Name: "tables-many.html", write: func() []byte { return inPage(times(100_000, "<table>"+row+"</table>")) }},
		Input{Name: "tables-empty.html", write: func() []byte { return inPage(times(300_000, "<table></table>")) }},
		Input{Name: "tables-contradicting.html", write: func() []byte {
			var b strings.Builder
			for i := range 2_000 {
				fmt.Fprintf(&b, "<table><tr><td>信息内容</td><td>本年处理决定数量</td></tr><tr><td>行政许可</td><td>%d</td></tr></table>", i)
			}
			return inPage(b.String())
		}},
	)
	for i, figure := range []string{"1e309", "NaN", "Inf", "0x10", "-0", times(400, "9"), "\u0661\u0662", "½", "1/2", "1.2.3", "1,2,3", ",,,", "--5", "5-", "٫5", "五", "5\x005", "\U0001d7d9\U0001d7da", "1_000", "5%", "5‰", "≥5", "∞", "0b1", "1e3", "²", "⑤"} {
		all = append(all, table(fmt.Sprintf("figure-%02d", i), func() string { return "<tr><td>行政许可</td><td>" + figure + "</td></tr>" }))
	}
	return all
}

func hostileText() []Input {
	text := func(name string, noFacts bool, write func() string) Input {
		return Input{Name: "text-" + name + ".txt", NoFacts: noFacts, write: func() []byte { return []byte(write()) }}
	}
	title := "疏附县2022年政府信息公开工作年度报告\n\n三、收到和处理政府信息公开申请情况\n\n"
	return []Input{
		{Name: "zeros-10mb.bin", NoFacts: true, write: func() []byte { return make([]byte, 10<<20) }},
		{Name: "zeros-10mb.html", NoFacts: true, write: func() []byte { return make([]byte, 10<<20) }},
		text("digit-zeros", true, func() string { return times(10<<20, "0") }),
		text("lines-of-zero", true, func() string { return times(1_000_000, "0\n") }),
		text("lines-of-nothing", true, func() string { return times(5_000_000, "\n") }),
		text("figures-after-label", false, func() string {
			return title + "一、本年新收政府信息公开申请数量\n" + times(200_000, "0\n")
		}),
		text("labels-only", false, func() string { return title + times(200_000, "一、本年新收政府信息公开申请数量\n") }),
		text("ambiguous-rows", false, func() string {
			return title + times(20_000, "1.属于国家秘密\n1\n2\n3\n2.其他法律行政法规禁止公开\n1\n1\n")
		}),
		text("table-again-and-again", false, func() string {
			return title + "申请人情况\n自然人 法人或其他组织 总计\n商业企业 科研机构 社会公益组织 法律服务机构 其他\n" +
				times(6_600, "一、本年新收政府信息公开申请数量 3 2 0 0 0 5 10\n二、上年结转政府信息公开申请数量 3 4 0 0 0 1 8\n（一）予以公开 1 2 3 4 5 6 7\n")
		}),
		text("list-again-and-again", false, func() string {
			return "疏附县2017年政府信息公开情况统计表\n" + times(2_500, "（一）主动公开政府信息数 条 5\n1.政府公报公开政府信息数 条 3\n2.政府网站公开政府信息数 条 4\n"+
				"3.政务微博公开政府信息数 条 7\n4.政务微信公开政府信息数 条 3\n5.其他方式公开政府信息数 条 9\n（一）回应公众关注热点或重大舆情数 次 5\n（三）其他情形数 件 4\n")
		}),
		text("pipes", true, func() string { return times(3_000_000, "|") }),
		text("pipes-one-line", false, func() string { return title + times(1_000_000, "行政许可 | 5 | ") }),
		text("tabs", true, func() string { return times(3_000_000, "\t") }),
		text("one-line", false, func() string { return title + times(500_000, "行政许可 5 ") }),
		text("glued", false, func() string { return title + "规章" + times(1_000_000, "5") }),
		text("carriage-returns", true, func() string { return times(2_000_000, "\r") }),
		text("form-feeds", true, func() string { return times(200_000, "\f\v\x1b[31m") }),
		text("byte-order-marks", true, func() string { return times(500_000, "\ufeff") }),
		text("noncharacters", true, func() string { return times(200_000, "\ufffe\uffff\ufffd") }),
		text("surrogates", true, func() string { return times(200_000, "\xed\xa0\x80\xed\xb0\x80") }),
		text("half-gb18030", true, func() string { return times(500_000, "\x81\x30") + "\x81" }),
		text("dashes", true, func() string { return times(500_000, "---|---\n") }),
		{Name: "random-1mb.txt", NoFacts: true, write: func() []byte { return random(1<<20, 1) }},
		{Name: "random-characters.txt", NoFacts: true, write: func() []byte {
			rng := rand.New(rand.NewPCG(5, 5))
			var b strings.Builder
			for range 300_000 {
				b.WriteRune('\u4e00' + rune(rng.IntN(0x5000)))
			}
			return []byte(b.String())
		}},
		{Name: "utf16-without-mark.txt", write: func() []byte {
			var b []byte
			for _, r := range title + "行政许可\n5\n" {
				b = append(b, byte(r), byte(r>>8))
			}
			return b
		}},
		{Name: "empty.html", NoFacts: true, write: func() []byte { return nil }},
		{Name: "one-byte.html", NoFacts: true, write: func() []byte { return []byte("<") }},
	}
}

func random(n int, seed uint64) []byte {
	rng := rand.New(rand.NewPCG(seed, 99))
	b := make([]byte, n)
	for i := 0; i+8 <= n; i += 8 {
		binary.LittleEndian.PutUint64(b[i:], rng.Uint64())
	}
	return b
}

// hostileMagic has random bytes behind the first bytes of every kind of file.
func hostileMagic() []Input {
	var all []Input
	for _, m := range []struct{ name, magic string }{
		{"pdf", "%PDF-1.7\n"}, {"docx", "PK\x03\x04\x14\x00\x06\x00"}, {"zip", "PK\x05\x06"}, {"zip", "PK\x07\x08"}, {"doc", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"},
		{"png", "\x89PNG\r\n\x1a\n"}, {"jpg", "\xff\xd8\xff\xe0\x00\x10JFIF\x00"}, {"gif", "GIF89a"}, {"gz", "\x1f\x8b\x08\x00"}, {"rar", "Rar!\x1a\x07\x01\x00"},
		{"7z", "7z\xbc\xaf\x27\x1c"}, {"bmp", "BM"}, {"tif", "II*\x00"}, {"webp", "RIFF\x00\x00\x00\x00WEBP"}, {"elf", "\x7fELF"}, {"exe", "MZ\x90\x00"},
		{"bz2", "BZh9"}, {"xz", "\xfd7zXZ\x00"}, {"zst", "\x28\xb5\x2f\xfd"}, {"rtf", "{\\rtf1\\ansi"}, {"ps", "%!PS-Adobe-3.0\n"}, {"db", "SQLite format 3\x00"},
		{"xml", "<?xml version=\"1.0\"?>"}, {"html", "<!DOCTYPE html><html>"}, {"txt", "\xff\xfe"}, {"txt", "\xfe\xff"}, {"txt", "\xef\xbb\xbf"}, {"warc", "WARC/1.0\r\n"},
		{"mht", "MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n"}, {"ofd", "PK\x03\x04\x0a\x00OFD.xml"},
	} {
		for _, n := range []int{64, 64 << 10} {
			all = append(all, Input{Name: fmt.Sprintf("magic-%02d-%d.%s", len(all)/2, n, m.name), NoFacts: true, write: func() []byte {
				return append([]byte(m.magic), random(n, uint64(n+len(m.magic)))...)
			}})
		}
	}
	return all
}

func hostilePDF() []Input {
	pdf := func(name string, write func() string) Input {
		return Input{Name: "pdf-" + name + ".pdf", NoFacts: true, write: func() []byte { return []byte("%PDF-1.7\n" + write()) }}
	}
	trailer := func(size int, more string) string {
		return fmt.Sprintf("trailer\n<< /Size %d /Root 1 0 R %s>>\nstartxref\n0\n%%%%EOF\n", size, more)
	}
	catalogue := "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
	return []Input{
		pdf("pages-loop", func() string {
			return catalogue + "2 0 obj\n<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>\nendobj\n" + trailer(3, "")
		}),
		pdf("parents-loop", func() string {
			return catalogue + "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 /Parent 3 0 R >>\nendobj\n3 0 obj\n<< /Type /Pages /Kids [2 0 R] /Count 9 /Parent 2 0 R >>\nendobj\n" + trailer(4, "")
		}),
		pdf("xref-loop", func() string {
			return catalogue + "xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 2 /Root 1 0 R /Prev 58 >>\nstartxref\n58\n%%EOF\n"
		}),
		pdf("count-huge", func() string {
			return catalogue + "2 0 obj\n<< /Type /Pages /Kids [] /Count 2147483647 >>\nendobj\n" + trailer(3, "")
		}),
		pdf("stream-length-huge", func() string {
			return catalogue + "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>\nendobj\n4 0 obj\n<< /Length 2000000000 >>\nstream\nBT ET\nendstream\nendobj\n" + trailer(5, "")
		}),
		pdf("flate-bomb", func() string {
			var b bytes.Buffer
			z := zlib.NewWriter(&b)
			block := []byte(times(1<<16, " "))
			for range 64 << 4 { // 64 MB
				_, _ = z.Write(block) // a bytes.Buffer does not fail
			}
			_ = z.Close()
			return catalogue + "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>\nendobj\n4 0 obj\n<< /Filter /FlateDecode /Length " +
				fmt.Sprint(b.Len()) + " >>\nstream\n" + b.String() + "\nendstream\nendobj\n" + trailer(5, "")
		}),
		pdf("arrays-deep", func() string {
			return catalogue + "2 0 obj\n" + times(200_000, "[") + times(200_000, "]") + "\nendobj\n" + trailer(3, "")
		}),
		pdf("dictionaries-deep", func() string {
			return catalogue + "2 0 obj\n" + times(100_000, "<</A ") + "\nendobj\n" + trailer(3, "")
		}),
		pdf("pages-many", func() string {
			var b strings.Builder
			b.WriteString(catalogue + "2 0 obj\n<< /Type /Pages /Count 20000 /Kids [" + times(20_000, "3 0 R ") + "] >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n")
			return b.String() + trailer(4, "")
		}),
		pdf("page-huge", func() string {
			return catalogue + "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1e9 1e9] >>\nendobj\n" + trailer(4, "")
		}),
		pdf("lines-many", func() string {
			content := times(200_000, "0 0 m 500 500 l S\n")
			return catalogue + "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>\nendobj\n4 0 obj\n<< /Length " +
				fmt.Sprint(len(content)) + " >>\nstream\n" + content + "endstream\nendobj\n" + trailer(5, "")
		}),
		pdf("form-loop", func() string {
			return catalogue + "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /X 4 0 R >> >> /Contents 5 0 R >>\nendobj\n" +
				"4 0 obj\n<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 4 0 R >> >> /Length 11 >>\nstream\n/X Do /X Do\nendstream\nendobj\n5 0 obj\n<< /Length 5 >>\nstream\n/X Do\nendstream\nendobj\n" + trailer(6, "")
		}),
		pdf("encrypted", func() string {
			return catalogue + "2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n3 0 obj\n<< /Filter /Standard /V 5 /R 6 /O (" + times(48, "o") + ") /U (" + times(48, "u") + ") /P -4 >>\nendobj\n" + trailer(4, "/Encrypt 3 0 R ")
		}),
		pdf("objects-many", func() string {
			var b strings.Builder
			for i := range 100_000 {
				fmt.Fprintf(&b, "%d 0 obj\n<<>>\nendobj\n", i+1)
			}
			return b.String() + trailer(100_001, "")
		}),
		pdf("header-only", func() string { return "" }),
		pdf("no-end", func() string { return catalogue + times(100_000, "endobj ") }),
	}
}

// mutations are damaged copies of good writings. What a reader still finds in
// them is not said.
func mutations() []Input {
	var all []Input
	for _, name := range []string{"html-clean", "html-word-paste", "docx-clean", "xlsx-clean", "text-cells", "charset-gb18030"} {
		style, ok := Find(name)
		if !ok {
			continue
		}
		good := func() []byte {
			data, _, err := style.Write(Random(rand.New(rand.NewPCG(42, 1)), catalog.Layout2021))
			if err != nil {
				return nil
			}
			return data
		}
		for _, tenth := range []int{1, 5, 9} {
			all = append(all, Input{Name: fmt.Sprintf("cut-%s-%d0%s", name, tenth, style.Extension), write: func() []byte {
				data := good()
				return data[:len(data)*tenth/10]
			}})
		}
		for seed := range uint64(3) {
			all = append(all, Input{Name: fmt.Sprintf("flip-%s-%d%s", name, seed, style.Extension), write: func() []byte {
				data, rng := good(), rand.New(rand.NewPCG(seed, 3))
				for range len(data)/2000 + 1 {
					data[rng.IntN(len(data))] ^= 1 << rng.IntN(8)
				}
				return data
			}})
		}
		all = append(all, Input{Name: fmt.Sprintf("shuffle-%s%s", name, style.Extension), write: func() []byte {
			data, rng := good(), rand.New(rand.NewPCG(8, 3))
			const size = 512
			n := len(data) / size
			out := make([]byte, 0, len(data))
			for _, i := range rng.Perm(n) {
				out = append(out, data[i*size:(i+1)*size]...)
			}
			return out
		}})
	}
	return all
}
