package explorer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

// shownPages are the captures of the whole program and the fixtures of the reader.
func shownPages(t testing.TB) []string {
	t.Helper()
	var paths []string
	for _, pattern := range []string{"testdata/reports/*.html", "testdata/wild/*.html", "parser/htmldoc/testdata/*.html"} {
		found, err := filepath.Glob(filepath.Join("..", "..", "..", filepath.FromSlash(pattern)))
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: no page: %v", pattern, err)
		}
		paths = append(paths, found...)
	}
	return paths
}

// Every place of a page that was read is marked in what is shown of it, and what
// is shown is safe.
func TestPageMarksWhatWasRead(t *testing.T) {
	cells, lines := 0, 0
	for _, path := range shownPages(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := newPageFacsimile(t.Context(), data, "")
		if err != nil {
			t.Fatal(err)
		}
		var marks []marking
		want := map[string]string{}
		for _, b := range f.Document().Blocks {
			if b.Kind != document.Table {
				lines++
				marks = append(marks, marking{At: report.Line(b.Line), Class: fmt.Sprint("l", b.Line)})
				continue
			}
			for r := range b.Grid.Rows {
				for _, c := range b.Grid.Own(r) {
					cells++
					class := fmt.Sprintf("t%dr%dc%d", b.Grid.Number, c.Row, c.Col)
					marks = append(marks, marking{At: b.Grid.Locator(c), Class: class})
					place := f.shown.Place(b.Grid.Locator(c))
					if strings.Trim(c.Text, "0123456789") == "" && len(place) > 0 && place[0].Type == html.ElementNode {
						want[class] = c.Text // of other texts, notes and pictures are shown as they are
					}
				}
			}
		}
		content, found := f.HTML(marks)
		if err := safe(content); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		got := markedTexts(t, content)
		for i, m := range marks {
			if !found[i] {
				t.Errorf("%s: %v is not found", path, m.At)
			} else if w := want[m.Class]; !strings.Contains(withoutSpace(got[m.Class]), w) {
				t.Errorf("%s: %v was read as %q and %q is marked", path, m.At, w, got[m.Class])
			}
		}
	}
	if cells < 5000 || lines < 1000 {
		t.Errorf("only %d cells and %d lines were looked at", cells, lines)
	}
}

// markedTexts are the texts in the elements of each class that are not only to be seen.
func markedTexts(t *testing.T, content []byte) map[string]string {
	t.Helper()
	root, err := html.Parse(strings.NewReader("<!DOCTYPE html><body>" + string(content)))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	var walk func(n *html.Node, classes []string)
	walk = func(n *html.Node, classes []string) {
		if n.Type == html.TextNode {
			for _, c := range classes {
				got[c] += n.Data
			}
		}
		switch n.Data { // to be seen, and not said
		case "s", "del", "rt":
			return
		}
		for _, a := range n.Attr {
			if a.Key == "style" && (strings.Contains(a.Val, "visibility:hidden") || strings.Contains(a.Val, "line-through")) {
				return
			}
			if a.Key == "class" && a.Val == "field" {
				return
			}
			if a.Key == "class" {
				classes = append(slices.Clone(classes), strings.Fields(a.Val)...)
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, classes)
		}
	}
	walk(root, nil)
	return got
}

// safe holds a facsimile against what may stand in one.
func safe(content []byte) error {
	allowed := map[string]bool{"img": true, "mark": true, "html": true, "head": true, "body": true}
	for _, name := range shownAs {
		allowed[name] = true
	}
	root, err := html.Parse(strings.NewReader("<!DOCTYPE html><body>" + string(content)))
	if err != nil {
		return nil // nested too deep for this parser; browsers cut such pages
	}
	var walk func(n *html.Node) error
	walk = func(n *html.Node) error {
		if n.Type == html.CommentNode {
			return fmt.Errorf("a comment: %q", n.Data)
		}
		if n.Type == html.ElementNode {
			if !allowed[n.Data] || n.Namespace != "" {
				return fmt.Errorf("the element %s %q", n.Namespace, n.Data)
			}
			for _, a := range n.Attr {
				switch a.Key {
				case "class", "id", "title", "alt", "style", "align", "valign", "width", "height", "bgcolor", "color", "size", "face", "border", "cellpadding",
					"cellspacing", "nowrap", "start", "type", "rowspan", "colspan", "span":
				case "src":
					if !embeddedPicture.MatchString(a.Val) {
						return fmt.Errorf("src %q", a.Val)
					}
				default:
					return fmt.Errorf("the attribute %s=%q", a.Key, a.Val)
				}
				if a.Key == "style" && strings.ContainsAny(a.Val, `\@<>`) || a.Key == "style" && strings.Contains(strings.ToLower(a.Val), "url") && strings.Contains(a.Val, "(") {
					return fmt.Errorf("style %q", a.Val)
				}
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if err := walk(c); err != nil {
				return err
			}
		}
		return nil
	}
	return walk(root)
}

// Nothing of a page that runs, loads, links or asks is left, and what it says
// and looks like is.
func TestPageIsInert(t *testing.T) {
	page := `<html><head><meta http-equiv=refresh content="0;url=http://evil.example/"><base href=//evil.example><link rel=stylesheet href=x.css>
<style>@import url(http://evil.example)</style><script src=a.js></script></head>
<body onload="go()" background=http://evil.example/b.gif><h1 onclick=x() style="color:red;background:url(http://evil.example/a);position:fixed;font-family:&quot;宋体&quot;">年报</h1>
<form action=http://evil.example><input name=a><button>送</button><textarea>t</textarea></form>
<p style="color:red;behavior:url(#x);-moz-binding:url(y)">收到<a href="javascript:alert(1)" onmouseover=x>申请</a><b>21</b>件<img src=http://evil.example/p.png alt="图&quot;一"><img src="data:image/png;base64,AAAA"><img src="data:image/svg+xml;base64,AAAA"></p>
<iframe src=http://evil.example></iframe><object data=x><embed src=y></object><svg onload=x><a xlink:href="javascript:x"><text>s</text></a></svg><math><mtext></mtext></math>
<template><script>1</script></template><noscript><img src=x onerror=y></noscript><video src=x autoplay></video><p hidden>藏</p>
<table><tr><td width="50%" bgcolor='"><script>'>甲<td style="width:expression(alert(1))">1<td>2<td>3</table></body></html>`
	f, err := newPageFacsimile(t.Context(), []byte(page), "")
	if err != nil {
		t.Fatal(err)
	}
	content, found := f.HTML([]marking{
		{At: report.Cell(1, 1, 2), Class: "at", ID: "at", Title: `a "title"`},
		{Text: "收到申请21 件", Class: "sentence"},
		{Text: "收到申请 21件", From: 5, To: 7, Class: "told"},
		{At: report.Cell(2, 1, 2), Class: "at"},
		{At: report.Line(99), Class: "at"},
		{Text: "不在", Class: "at"},
		{At: report.Locator{Table: 1, Row: 1}, Class: "row"},
		{At: report.Locator{Table: 1}, Class: "table"},
	})
	if err := safe(content); err != nil {
		t.Error(err)
	}
	if !slices.Equal(found, []bool{true, true, true, false, false, false, true, true}) {
		t.Errorf("found %v", found)
	}
	got := string(content)
	for _, want := range []string{
		`<h1 style="color:red;font-family:&#34;宋体&#34;">年报</h1>`, `<mark class="sentence">收到</mark><span><mark class="sentence">申请</mark></span><b><mark class="told">21</mark></b><mark class="sentence">件</mark>`,
		`<span class="picture">图&#34;一</span>`, `<img src="data:image/png;base64,AAAA" alt="">`, `class="at row" id="at" title="a &#34;title&#34;">1</td>`, `<td class="row" width="50%">甲</td>`,
		`<table class="data table">`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	for _, no := range []string{"evil", "script", "javascript", "expression", "藏", "button", "onload", "url("} {
		if strings.Contains(got, no) {
			t.Errorf("%q is left in\n%s", no, got)
		}
	}
}

func TestPageLimits(t *testing.T) {
	if _, err := newPageFacsimile(t.Context(), make([]byte, maxPageBytes+1), ""); !errors.Is(err, errLargePage) {
		t.Errorf("a large page: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newPageFacsimile(ctx, []byte("<p>1"), ""); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	for name, page := range map[string]string{
		"deep":                 strings.Repeat("<div>", 3000) + "深<table><tr><td>甲<td>1<td>2<td>3</table>",
		"formatting left open": strings.Repeat("<font><b><i>", 2000) + "<p>年报<table><tr><td>甲<td>1<td>2<td>3</table>",
		"lines of one cell":    "<table><tr><td>甲<td>1<td>2<td>3<tr><td colspan=4>" + strings.Repeat("政府信息公开工作年度报告，依申请公开。<br>", 30_000) + "</table>",
		"tables":               strings.Repeat("<table><tr><td>甲<td>1<td>2<td>3</table>", 8000),
	} {
		f, err := newPageFacsimile(t.Context(), []byte(page), "")
		if err != nil {
			t.Fatal(err)
		}
		content, found := f.HTML([]marking{{At: report.Cell(1, 1, 2), Class: "at"}, {Text: "1", Class: "at"}})
		if !found[0] || !found[1] {
			t.Errorf("%s: %v", name, found)
		}
		if err := safe(content); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever the bytes, a facsimile holds nothing that could run or load.
func FuzzPage(f *testing.F) {
	for _, path := range shownPages(f) {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`<svg><style><img src=x onerror=alert(1)></style></svg><math><mi><![CDATA[<script>]]>`))
	f.Add([]byte(`<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := newPageFacsimile(t.Context(), data, "")
		if err != nil {
			t.Fatal(err)
		}
		content, _ := s.HTML([]marking{{At: report.Cell(1, 1, 1), Class: "at"}, {At: report.Line(1), Class: "at"}, {Text: "1", Class: "at"}})
		if err := safe(content); err != nil {
			t.Errorf("%v in %q", err, content)
		}
	})
}
