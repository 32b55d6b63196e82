package htmldoc

import (
	"flag"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nianbao/parser/report"
)

// The same cases each time, so that a change is judged by what it changes;
// -rapid.seed and -rapid.checks look further.
func init() { flag.Set("rapid.seed", "20211231") }

// Whatever way a page takes, it becomes the same document: its tree built
// at once, or read by the tokenizer and html.Parse.
func TestEveryWaySameDocument(t *testing.T) {
	var all, built int
	rapid.Check(t, func(t *rapid.T) {
		page := randomPage(t, "a<b>", "<p>", "</div>", "<td", "</span>", "<") // damage beyond optional end tags
		thorough := mustReadRapid(t, page, true)
		shortest := mustReadRapid(t, page, false)
		if diff := cmp.Diff(thorough, shortest); diff != "" {
			t.Fatalf("%s\nthe shortest way gives another document (-thorough +shortest):\n%s", page, diff)
		}
		all++
		if _, text := begin(t.Context(), []byte(page), "", false); build(text, sheetsOf(text)) != nil {
			built++
		}
	})
	t.Logf("%d pages, %d trees built", all, built)
	if built < all/6 {
		t.Errorf("of %d pages only %d trees were built: this test shows little", all, built)
	}
}

// Formatting tags, which both ways leave out, say nothing about blocks.
func TestFormattingIsNoStructure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		page := randomPage(t)
		d := bare(t, []byte(page), "")
		if d == nil {
			t.Skip("refused by html.Parse")
		}
		got := mustReadRapid(t, page, false)
		if strings.Contains(got, report.RuleMalformed) {
			t.Skip("html.Parse alone drops cells outside tables")
		}
		if strings.Contains(got, report.RuleCaptureTruncated) || strings.Contains(got, report.RuleTruncated) {
			t.Skip("html.Parse alone cannot tell that a page breaks off")
		}
		if diff := cmp.Diff(viewText(t, d), got); diff != "" {
			t.Fatalf("%s\n(-html.Parse alone +ours):\n%s", page, diff)
		}
	})
}

func mustReadRapid(t *rapid.T, page string, thorough bool) string {
	return viewText(t, mustRead(t, []byte(page), "", thorough))
}

// pageWriter writes random pages: mostly sound, with the damage real ones have.
type pageWriter struct {
	t     *rapid.T
	b     strings.Builder
	words []string
	forms bool
}

var words = []string{"受理", "21", "0", "12,204", "&nbsp;", "&lt;td&gt;", "AT&T", "a< b", "&#20214;", "年度报告", " ", "\n", "  \n ", "件。", "—", "&am", "p;", "&#4", "5;", "< ", "５"}

// randomPage writes a page with forms, whose end tags follow rules of their own,
// and more damage where there are more words.
func randomPage(t *rapid.T, more ...string) string {
	w := pageWriter{t: t, words: append(more, words...), forms: len(more) > 0}
	w.oneOf("", "", "<!DOCTYPE html>", "<!doctype HTML PUBLIC \"-//W3C//DTD HTML 4.01 Transitional//EN\">", "\ufeff", " \n")
	if w.chance(3) {
		w.b.WriteString("<html><head><title>年报&amp;" + w.word() + "</title><meta name=PubDate content='2022-01-20'>")
		if w.forms { // html.Parse alone knows no classes
			w.oneOf("", "<style>p{margin:0} .n, b.n {vertical-align:super}\nspan.d{text-decoration:line-through}</style>", "<STYLE><!-- .N{Vertical-Align:SUB;} @media print{.d{text-decoration:line-through}} --></STYLE>",
				"<style>div > .n, td b[class=n] {display:none} p span {vertical-align:super} .d{background:#fff}</style>")
		}
		w.junk()
		w.b.WriteString("</head><body" + w.attrs("body") + ">")
	}
	w.blocks(3)
	w.oneOf("", "</body></html>", "</div></body>")
	return w.b.String()
}

func (w *pageWriter) chance(n int) bool { return rapid.IntRange(0, n-1).Draw(w.t, "chance") == 0 }

func (w *pageWriter) oneOf(s ...string) string {
	x := rapid.SampledFrom(s).Draw(w.t, "piece")
	w.b.WriteString(x)
	return x
}

func (w *pageWriter) word() string {
	return rapid.SampledFrom(w.words).Draw(w.t, "word")
}

// attrs of a start tag, quoted every way.
func (w *pageWriter) attrs(tag string) string {
	var b strings.Builder
	for range rapid.IntRange(0, 2).Draw(w.t, "attrs") {
		b.WriteString(rapid.SampledFrom([]string{
			" class=MsoNormal", ` style='border:solid windowtext 1.0pt;mso-font-charset:134;font-family:"宋体"'`, ` align="center"`, " LANG=EN-US",
			` style="font-family:&quot;宋体&quot;"`, " nowrap", ` title="a > b <td>"`, " x = 1", "/", ` width="12%"`, " onclick=\"go()\"",
		}).Draw(w.t, "attr"))
	}
	switch tag {
	case "td", "th":
		b.WriteString(rapid.SampledFrom([]string{"", "", "", " rowspan=2", ` colspan="3"`, " ROWSPAN='2' colspan=2", " rowspan=0", " colspan=x", ` rowspan="99999999"`, " style=display:none", " rowspan=1 rowspan=2"}).Draw(w.t, "span"))
	case "tr", "p", "div", "table", "h2":
		b.WriteString(rapid.SampledFrom([]string{"", "", "", "", "", "", " hidden", ` style="color:red;DISPLAY: none"`, " style='display:block' style='display:none'", " style=visibility:hidden", ` style="&#100;isplay:none"`}).Draw(w.t, "hide"))
	case "span":
		b.WriteString(rapid.SampledFrom([]string{"", "", "", "", "", "", "", "", " style='display:none;mso-hide:all'", " style='vertical-align:super'", ` class="x n" style="vertical-align: 3px"`, " class=d", " style='text-decoration:line-through'", " style='color:#fff'", " style=font-size:0"}).Draw(w.t, "hide"))
	case "b", "font":
		b.WriteString(rapid.SampledFrom([]string{"", "", "", "", " class=n", " style='vertical-align:30%'"}).Draw(w.t, "look"))
	case "a":
		b.WriteString(rapid.SampledFrom([]string{"", " name=top", " href=a.html", ` HREF="b.pdf?x=1&y=2"`, ` href="javascript:void(0)" onclick="window.open('c.doc')"`}).Draw(w.t, "href"))
	}
	return b.String()
}

func (w *pageWriter) tag(name string) string {
	if w.chance(4) {
		return strings.ToUpper(name)
	}
	return name
}

func (w *pageWriter) open(name string) {
	w.b.WriteString("<" + w.tag(name) + w.attrs(name) + ">")
}

// close leaves end tags out where optional says it may.
func (w *pageWriter) close(name string, optional bool) {
	if optional && w.chance(4) {
		return
	}
	w.b.WriteString("</" + w.tag(name))
	w.oneOf("", "", " ", "\n")
	w.b.WriteString(">")
}

// junk is what no reader sees.
func (w *pageWriter) junk() {
	w.oneOf("", "", "", "<!-- 注释 <td>9</td> -->", "<!--[if gte mso 9]><xml><w:View>Normal</w:View></xml><![endif]-->", "<![if !supportLists]>", "<![endif]>",
		"<script>document.write('<table><tr><td>7');</script>", "<SCRIPT src=x.js></SCRIPT>", "<style>td{width:1px}</style>", "<!-->", "<!--a--!>", "<?xml:namespace prefix = o />",
		"<script><!--\nvar a='</td>';\n//--></script>", "</>", "<!>", "</ x>")
}

func (w *pageWriter) inlines(depth int) {
	for range rapid.IntRange(0, 4).Draw(w.t, "inlines") {
		w.inline(depth)
	}
}

func (w *pageWriter) inline(depth int) {
	if depth <= 0 {
		w.b.WriteString(w.word())
		return
	}
	switch kind := rapid.IntRange(0, 9).Draw(w.t, "inline"); kind {
	case 0, 1, 2, 3:
		w.b.WriteString(w.word())
	case 4:
		if w.forms && w.chance(20) {
			w.b.WriteString(`<iframe srcdoc="<p>框<b>7</b>&lt;table>&lt;tr>&lt;td class=n>8<style>td.n{display:none}</style>">6</iframe>`)
		}
		w.oneOf("<br>", "<BR/>", "<img src=x.gif>", "<o:p></o:p>", "<o:p>&nbsp;</o:p>", "<wbr>", "<input type=hidden value=3>",
			"<select><option value=1>全部</option><option>2021</select>", "<textarea>8</textarea>", "<textarea> </textarea>", "<select><option>1<option selected> 2 &amp;</select>", "<select multiple><option selected>4</select>", "<input value=5>", "<INPUT TYPE=checkbox>", "<svg><text>3</text></svg>", "<del>9</del>", "<img width=1>", "<iframe src=f.html>6</iframe>", `<iframe srcdoc="<p>框<b>7</b>"<iframe src=f.html>6</iframe>", lt;table>"<iframe src=f.html>6</iframe>", lt;tr>"<iframe src=f.html>6</iframe>", lt;td>8">6</iframe>`, "<noscript>需要脚本</noscript>", "<label>标</label>")
	case 5:
		w.junk()
	default:
		name := rapid.SampledFrom([]string{"span", "b", "font", "strong", "u", "span", "a", "sup", "sub", "st1:chsdate", "o:p"}).Draw(w.t, "element")
		w.open(name)
		w.inlines(depth - 1)
		w.close(name, name == "b" || name == "font")
	}
}

func (w *pageWriter) blocks(depth int) {
	for range rapid.IntRange(0, 3).Draw(w.t, "blocks") {
		w.block(depth)
	}
}

func (w *pageWriter) block(depth int) {
	if depth <= 0 {
		w.inlines(2)
		return
	}
	switch rapid.IntRange(0, 6).Draw(w.t, "block") {
	case 0:
		w.inlines(2)
	case 1, 2:
		w.open("p")
		w.inlines(3)
		w.close("p", true)
	case 3:
		name := rapid.SampledFrom([]string{"div", "h2", "center", "li", "pre", "form"}).Draw(w.t, "container")
		if name == "form" && !w.forms {
			name = "section"
		}
		w.open(name)
		w.blocks(depth - 1)
		w.close(name, false)
	case 4:
		w.junk()
	default:
		w.table(depth)
	}
}

func (w *pageWriter) table(depth int) {
	w.open("table")
	w.oneOf("", "", "\n", "<colgroup><col width=72><col style='visibility:collapse'></colgroup>", "<caption>表</caption>", "<tbody>")
	for range rapid.IntRange(0, 4).Draw(w.t, "rows") {
		w.oneOf("", "\n", "\n ")
		if w.chance(12) {
			w.junk()
		}
		w.open("tr")
		for range rapid.IntRange(0, 4).Draw(w.t, "cells") {
			name := rapid.SampledFrom([]string{"td", "td", "td", "th"}).Draw(w.t, "cell")
			w.open(name)
			if w.chance(8) {
				w.blocks(depth - 1)
			} else {
				w.inlines(2)
			}
			w.close(name, true)
		}
		w.close("tr", true)
		if w.chance(40) {
			w.oneOf("散落", "<p>散落</p>", "</div>", "<thead>", "</tbody><tbody>", "<tfoot>")
		}
	}
	w.close("table", false)
}
