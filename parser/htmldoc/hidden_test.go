package htmldoc

import (
	"fmt"
	"strings"
	"testing"

	"nianbao/parser/document"
)

// Text that a style puts out of sight is not read; text that is only moved, small or
// pale is. What a style means in the attribute it means in a class as well.
func TestUnseenStyles(t *testing.T) {
	for style, want := range map[string]string{
		"font-size:0": "119", "color:red; font-size: 0pt !important": "119", "font:0/0 a": "119", "opacity:0": "119", "opacity: 0.0;": "119",
		"position:absolute;left:-9999px": "119", "left:-9999px;position:relative": "119", "left:-9999px": "3119", "text-indent:-999em;display:inline-block": "119",
		"position:absolute;clip:rect(0 0 0 0)": "119", "position:absolute; clip: rect(1px, 1px, 1px, 1px)": "119", "clip-path:inset(50%)": "119",
		"margin-left:-9999px": "119", "margin-left:-2em": "3119", "margin:0 0 0 -9999px": "3119",
		"color:#fff": "119", "COLOR: white": "119", "color:rgb(255, 255, 255)": "119", "color:transparent": "119", "color:#fff;background-color:#369": "3119", "background:white;color:#FFFFFF": "119",
		"color:#ffe": "3119", "background-color:#fff": "3119", "border-color:#fff": "3119",
		"font-size:0.9em": "3119", "font-size:0;font-size:12px": "3119", "font-family:Arial": "3119", "opacity:0.5": "3119", "opacity:1": "3119",
		"display:inline-block;width:0;overflow:hidden": "119", "overflow-x:hidden;float:left;max-width:0px": "119", "width:0;display:inline-block": "3119", "width:0;overflow:hidden": "3119",
		"display:inline-block;width:0;overflow:hidden;min-width:100%": "3119", "display:inline-block;width:0.5em;overflow:hidden": "3119", "display:inline-block;overflow:hidden;height:0;max-height:9px": "119",
		"display:inline-block;transform:scale(0)": "119", "display:inline-block;-webkit-transform: translateX(9px) scaleY(0)": "119", "float:left;transform:scale(1, 0)": "119", "float:left;scale:0": "119", "transform:matrix(0, 0, 0, 0, 0, 0);float:left": "119",
		"transform:scale(0)": "3119", "float:left;transform:scale(0.9)": "3119", "float:left;transform:scale(0.5,1)": "3119", "float:left;scale:1 1": "3119", "float:left;transform:translate(0,0)": "3119", "float:left;transform:none": "3119",
		"-webkit-text-fill-color:transparent": "119", "color:rgba(0, 0, 0, 0)": "119", "color:rgba(0,0,0,1)": "3119",
		"position:relative;left:-2px": "3119", "text-indent:-2em": "3119", "clip:rect(0 0 0 0)": "3119", "color:#000;line-height:0": "3119", "overflow:hidden": "3119", "font:12px Arial": "3119",
	} {
		for name, page := range map[string]string{
			"attribute": fmt.Sprintf(`<p>公开<span style="%s">3</span>119件</p>`, style),
			"nested":    fmt.Sprintf(`<table><tr><td>甲<td>乙<tr><td>公开<td><b><span style="%s">3</span></b>119件</table>`, style),
			"class":     fmt.Sprintf(`<style>p{color:red} .x{%s}</style><p>公开<span class="y x">3</span>119件</p>`, style),
		} {
			d, err := Read(t.Context(), []byte(page), "text/html; charset=utf-8")
			if err != nil || len(d.Blocks) != 1 {
				t.Fatalf("%s, %s: %+v, %v", style, name, d, err)
			}
			got := d.Blocks[0].Text
			if g := d.Blocks[0].Grid; g != nil {
				got = "公开" + g.At(1, 1).Text
			}
			if got != "公开"+want+"件" {
				t.Errorf("%s, %s: %q, want %s", style, name, got, want)
			}
		}
	}
	// Elements within may have a size of their own.
	for cell, want := range map[string]string{
		`<td style="font-size:0"><span style="font-size:14px">7</span>`: "7", `<td style="font-size:0"><span class="n">7</span>`: "7", `<td style="font-size:0"><p>7</p>`: "7",
		`<span class="of-a-theme-for-notes">1</span><td style="font-size:0"><span class="of-a-theme-for-notes">7</span>`: "7", // of the same tag nothing was kept before
		`<td><span style="FONT-SIZE:0"><b>3</b></span>7`:                                                                 "7", `<td><span style="font&#45;size:0">3<br></span>7`: "7", `<td style="font-size:0">7`: "", `<td style="font-size:0">9<td>8`: "",
	} {
		d, err := Read(t.Context(), []byte("<table><tr><td>甲<td>乙<tr><td>公开"+cell+"<tr><td>收到<td>5</table>"), "text/html; charset=utf-8")
		if err != nil || len(d.Blocks) != 1 || d.Blocks[0].Grid == nil {
			t.Fatalf("%s: %+v, %v", cell, d, err)
		}
		got := ""
		if c := d.Blocks[0].Grid.At(1, 1); c != nil {
			got = c.Text
		}
		if got != want {
			t.Errorf("%s: %q, want %q", cell, got, want)
		}
	}
}

// A figure that a float or a place moves beside another is not read, whatever element it is and
// whatever stands between; one that stays where it is written is.
func TestMovedFigures(t *testing.T) {
	for cell, unread := range map[string]bool{
		`28<b style="float:left">1</b>`: true, `28<span style="float:left">1</span>`: true, `<b>28<i style="float:left">1</i></b>`: true, `28<style>.f{float:left}</style><u class=f>1</u>`: true,
		`<font><b style="position:absolute">8</b></font>12`: true, `<i style="float:right">8</i>12`: true,
		`<b style="float:left">12</b>8`: false, `<p>28</p><b style="float:left">1</b>`: false, `<span>公开<p>28</p></span><b style="float:left">1</b>`: false, `<b style="float:right">128</b>`: false,
	} {
		for _, thorough := range []bool{false, true} {
			_, got := firstGrid(t, cell, "<table><tr><td>甲<td>乙<tr><td>公开<td>"+cell+"<tr><td>收到<td>5</table>", thorough)
			if strings.Contains(got, document.Unread) != unread {
				t.Errorf("%s, thorough %v: %q", cell, thorough, got)
			}
		}
	}
}

// A cell without a text is not blank where a picture stands behind it that cells with
// texts have not: its figure may be that picture.
func TestPictureBehindACell(t *testing.T) {
	for name, c := range map[string][2]string{
		"a cell":         {`<td style="background:url(7.png) no-repeat">`, document.Unread},
		"an element":     {`<td><span style="background-image: url('7.png');width:9px"></span>`, document.Unread},
		"by a class":     {`<style>.n7{background:#fff url(d.png) -63px 0}</style><td><i class="n7"></i><i class=n7></i>`, document.Unread},
		"by its row":     {`<style>#a td.n{background-image:url(d.png)}</style><td class=n>`, document.Unread},
		"beside a text":  {`<td><i style="background:url(up.png)"></i>119`, "119"},
		"behind a text":  {`<td style="background:url(paper.png)">119`, "119"},
		"a ground":       {`<td style="background:#eee">`, ""},
		"a page's paper": {`<td style="background:url(paper.png)"><td style="background:url(paper.png)">119`, ""},
	} {
		page := "<table id=a><tr><td>甲<td>乙<tr><td>公开" + c[0] + "<tr><td>收到<td>5</table>"
		for _, thorough := range []bool{false, true} {
			_, got := firstGrid(t, name, page, thorough)
			if got != c[1] {
				t.Errorf("%s, thorough %v: %q, want %q", name, thorough, got, c[1])
			}
		}
	}
}

// A class whose elements a sheet of the page does not show hides figures, rows and cells.
// Where any rule shows it, or what it is on is as long as a leaf that a script turns to,
// it does not.
func TestHiddenByClass(t *testing.T) {
	long := "本机关全年主动公开的政府信息以门户网站为主要渠道发布并逐条归档备查"
	for name, c := range map[string][2]string{
		"a figure":          {`<style>.x{display:none}</style><td><span class=x>3</span>119`, "119"},
		"an element's":      {`<style>span.x{ visibility: hidden }</style><td><span class="x">3</span><b class=x>7</b>119`, "7119"},
		"a block":           {`<style>.x{display:none}</style><td><div class=x>3</div><p>119</p>`, "3\n119"},
		"a cell":            {`<style>.x{display:none}</style><td class=x>3<td>119`, "119"},
		"long":              {`<style>.x{display:none}</style><td>119<span class=x>` + long + `</span>`, "119" + long},
		"a long row":        {`<style>.x{display:none}</style><td>119<tr class=x><td>` + long + long + `<td>7`, "119"},
		"shown by a state":  {`<style>.x{display:none} .tab.x.on{display:block}</style><td><span class=x>3</span>119`, "3119"},
		"shown on a screen": {`<style>.x{display:none} @media screen{.x{display:inline}}</style><td><span class=x>3</span>119`, "3119"},
		"red on a screen":   {`<style>.x{display:none} @media screen{.x{color:red}}</style><td><span class=x>3</span>119`, "119"},
		"hidden in print":   {`<style>@media print{.x{display:none}}</style><td><span class=x>3</span>119`, "3119"},
		"behind a string":   {`<style>p:before{content:"}"} .y{content:'{;'} .x{display:none}</style><td><span class=x>3</span>119`, "119"},
		"behind an opening": {`<style>p:before{content:'{'} .x{display:none}</style><td><span class=x>3</span>119`, "119"},
		"part of a menu":    {`<style>.menu .x{display:none}</style><td><span class=x>3</span>119`, "3119"},
		"pale by a class":   {`<style>.x{color:#fff}.y{color:#fff;background:#036}</style><td><span class=x>3</span><span class=y>1</span>19`, "119"},
		"a pale font":       {`<td><font color="#FFFFFF">3</font><font color=red>1</font>19`, "119"},
		"all of a cell":     {`<td style="color:white">119`, document.Unread},
		"a pale label":      {`<td style="color:white">文件`, "文件"},
	} {
		page := "<table><tr><td>甲<td>乙<tr><td>公开" + c[0] + "<tr><td>收到<td>5</table>"
		for _, thorough := range []bool{false, true} {
			g, got := firstGrid(t, name, page, thorough)
			if got != c[1] || name == "a long row" && len(g.Rows) != 3 {
				t.Errorf("%s, thorough %v: %q, want %q", name, thorough, got, c[1])
			}
		}
	}
}

// firstGrid reads the page that begins with a table, and what the second cell of its
// second row shows, "" where there is none.
func firstGrid(t *testing.T, name, page string, thorough bool) (g *document.Grid, cell string) {
	t.Helper()
	d, err := read(t.Context(), []byte(page), "text/html; charset=utf-8", thorough)
	if err != nil || len(d.Blocks) == 0 || d.Blocks[0].Grid == nil {
		t.Fatalf("%s: %+v, %v", name, d, err)
	}
	g = d.Blocks[0].Grid
	if c := g.At(1, 1); c != nil {
		cell = c.Text
	}
	return g, cell
}
