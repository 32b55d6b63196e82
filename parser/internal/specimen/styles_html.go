package specimen

import (
	"fmt"
	"html"
	"strings"

	"nianbao/parser/document"
)

// htmlStyles differ in what surrounds the figures and in the tools that wrote it.
func htmlStyles() []Style {
	styles := []Style{
		{Name: "html-clean", Shows: "plain markup, one table a section", Layouts: anyLayout},
		{Name: "html-word-paste", Shows: "pasted from Word: mso attributes on every element, o:p in every cell, 107 to 120 KB", Layouts: anyLayout, page: wordPaste},
		{Name: "html-wps-paste", Shows: "pasted from WPS: nested spans with font names, paragraphs in cells, a thead of its own", Layouts: anyLayout, page: wpsPaste},
		{Name: "html-layout-tables", Shows: "the whole page stands in nested layout tables with navigation beside it", Layouts: anyLayout, page: func(p *page) {
			p.markup.before = `<table width="1000"><tr><td colspan="2"><table><tr><td>首页</td><td>政务公开</td><td>互动交流</td></tr></table></td></tr>` +
				`<tr><td width="200"><table><tr><td>政府信息公开指南</td></tr><tr><td>政府信息公开年报</td></tr></table></td><td><table width="780"><tr><td>` + "\n"
			p.markup.after = "</td></tr></table></td></tr><tr><td colspan=\"2\">主办:办公室 技术支持:信息中心</td></tr></table>\n"
		}},
		{Name: "html-nested-tables", Shows: "each block, the standard tables too, stands in a cell of a layout table two deep", Layouts: anyLayout, page: func(p *page) {
			p.markup.before, p.markup.after = "<table class=\"main\"><tbody>\n", "</tbody></table>\n"
			p.markup.wrap = func(_ *block, s string) string {
				return "<tr><td><table><tr><td>" + s + "</td></tr></table></td></tr>\n"
			}
		}},
		{Name: "html-other-table-first", Shows: "a table of other things stands first: index number, category, publisher", Layouts: anyLayout, page: func(p *page) {
			t := p.truth.Meta
			p.markup.before = fmt.Sprintf("<table class=\"xxgk\"><tr><td>索引号:</td><td>01%s/%d-00217</td><td>信息分类:</td><td>政府信息公开年报</td></tr>"+
				"<tr><td>发布机构:</td><td>%s</td><td>发文日期:</td><td>%s</td></tr><tr><td>名称:</td><td colspan=\"3\">%s</td></tr>"+
				"<tr><td>文号:</td><td>无</td><td>总计浏览:</td><td>356</td></tr></table>\n", t.RegionCode, int(t.Year)+1, t.Publisher, t.PublishedOn, html.EscapeString(t.Title))
		}},
		{Name: "html-heading-in-cell", Shows: "the section's heading is the first row of its table", Layouts: newLayouts, page: func(p *page) {
			for i, b := range p.blocks {
				if b.kind != gridBlock {
					continue
				}
				for j := i - 1; j >= 0; j-- {
					if h := p.blocks[j]; h.kind == headingBlock && h.section == b.section && h.text != "" {
						g := b.grids[0]
						g.rows = append([]*row{rowOf(label(h.text, 1, g.width()))}, g.rows...)
						h.text = ""
						break
					}
				}
			}
			p.dropEmpty()
		}},
		{Name: "html-one-paragraph", Shows: "all prose of a section in one paragraph, its heading too, broken by <br>", Layouts: newLayouts, page: func(p *page) {
			for i, b := range p.blocks {
				if b.kind != headingBlock {
					continue
				}
				for _, next := range p.blocks[i+1:] {
					if next.kind != paragraphBlock || next.section != b.section {
						break
					}
					b.text += "\n\u3000\u3000" + next.text
					next.text = ""
				}
			}
			p.dropEmpty()
		}},
		{Name: "html-heading-variants", Shows: "headings in the spellings that offices use, one with half a bracket", Layouts: newLayouts, page: func(p *page) {
			variants := map[int][]string{
				1: {"一 、概 述", "一、总体公开情况", "一、基本情况", "(一)总体情况"}, 2: {"二、行政机关主动公开政府信息情况", "二.主动公开政府信息情况", "(二)主动公开政府信息情况"},
				3: {"三、收到和处理政府信息公开申请的情况", "三)收到和处理政府信息公开申请情况", "(三)收到和处理政府信息公开申请情况"},
				4: {"四、因政府信息公开工作被申请行政复议、提起行政诉讼情况", "四、政府信息公开行政复议、行政诉讼情况:", "(四)政府信息公开行政复议、行政诉讼情况"},
				5: {"五、存在的主要问题及改进措施", "五、存在的主要问题和改进情况", "(五)存在的主要问题及整改措施"}, 6: {"六、其他需要报告的事项。", "六 、其他事项", "(六)其他需要报告的事项"},
			}
			bracketed := p.rng.IntN(4) == 0 // all main headings as (一) (二)
			for _, b := range p.blocks {
				if b.kind == headingBlock {
					spellings := variants[b.section]
					b.text = spellings[len(spellings)-1]
					if !bracketed {
						b.text = spellings[p.rng.IntN(len(spellings)-1)]
					}
				}
			}
		}},
		{Name: "html-printed-twice", Shows: "the page holds the report twice, for screens and for printing, with the same figures", Layouts: newLayouts, page: func(p *page) {
			p.blocks = append(p.blocks, p.blocks...)
		}},
		{Name: "html-scripts", Shows: "scripts, styles, comments and templates hold tables with other figures", Layouts: anyLayout, page: func(p *page) {
			decoy := p.decoy()
			p.markup.before = "<script>var t = '" + strings.ReplaceAll(strings.ReplaceAll(decoy, "\n", ""), "</", "<\\/") + "';</script>\n<!--" + decoy + "-->\n<template>" + decoy + "</template>\n"
			p.markup.after = "<!--[if gte mso 9]>" + decoy + "<![endif]-->\n<noscript><style>td{color:red}</style></noscript><script>createPageHTML(1, 0, \"t20220118\", \"html\");</script>\n"
		}},
		{Name: "html-hidden", Shows: "hidden rows, cells and whole tables hold wrong figures", Layouts: anyLayout, page: func(p *page) {
			p.markup.before = "<div style=\"display:none\">" + p.decoy() + "</div>\n<div hidden>" + p.decoy() + "</div>\n"
			for _, g := range p.grids() {
				var rows []*row
				for _, r := range g.rows {
					if len(r.keys()) > 0 && p.rng.IntN(2) == 0 {
						ghost := &row{hidden: true}
						for _, c := range r.cells {
							if c.rows > 1 {
								continue // a copy would hang into the rows that are shown
							}
							d := *c
							d.key = ""
							if c.kind == figureCell {
								d.kind, d.text = fillerCell, "731"
							}
							ghost.cells = append(ghost.cells, &d)
						}
						rows = append(rows, ghost)
					}
					if keys := r.keys(); len(keys) > 0 && p.rng.IntN(3) == 0 {
						at := len(r.cells) - len(keys)
						r.cells = append(r.cells[:at:at], append([]*cell{{text: "731", kind: fillerCell, hidden: true}}, r.cells[at:]...)...)
					}
					rows = append(rows, r)
				}
				g.rows = rows
			}
		}},
		{Name: "html-unclosed", Shows: "no </td> and no </tr>, element names in capitals, attributes without quotes", Layouts: anyLayout, page: func(p *page) {
			p.markup.unclosed, p.markup.upper = true, true
			p.markup.table = func(*grid) string { return " border=1 width=100%" }
			p.markup.td = func(*cell) string { return " align=center nowrap" }
		}},
		{Name: "html-sections", Shows: "thead, tbody and th, a caption, header cells with scope, row groups that end spans", Layouts: anyLayout, page: func(p *page) {
			p.markup.groups = true
		}},
		{Name: "html-fragment", Shows: "a fragment without html, head or body, as a content API gives it", Layouts: anyLayout, page: func(p *page) {
			p.markup.noTags = true
		}},
		{Name: "html-partial", Shows: "a department's report: section two has no table", Layouts: newLayouts, form: func(f *form) {
			f.articles = nil
		}},
		{Name: "html-applications-only", Shows: "sections two and four have no table", Layouts: newLayouts, form: func(f *form) {
			f.articles, f.reviews = nil, nil
		}},
	}
	for i := range styles {
		styles[i].Container, styles[i].Extension = document.HTML, ".html"
	}
	return styles
}

// width is the number of columns of a grid whose spans are right.
func (g *grid) width() int {
	w := 0
	for _, c := range g.rows[0].cells {
		_, cols := c.spans()
		w += cols
	}
	return w
}

// dropEmpty removes text blocks without text.
func (p *page) dropEmpty() {
	var kept []*block
	for _, b := range p.blocks {
		if b.text != "" || len(b.grids) > 0 {
			kept = append(kept, b)
		}
	}
	p.blocks = kept
}

// decoy is the page's first standard table with other figures.
func (p *page) decoy() string {
	gs := p.grids()
	if len(gs) == 0 {
		return ""
	}
	g := *gs[0]
	g.rows = nil
	for _, r := range gs[0].rows {
		copied := &row{}
		for _, c := range r.cells {
			d := *c
			d.html = "" // markup of its own could end the comment the decoy stands in
			if d.kind == figureCell {
				d.text = "888"
			}
			copied.cells = append(copied.cells, &d)
		}
		g.rows = append(g.rows, copied)
	}
	plain := page{}
	return plain.gridHTML(&g)
}

// wordPasteBytes is what a paste from Word is brought to by its style sheet.
const wordPasteBytes = 112 << 10

func wordPaste(p *page) {
	const font = "font-family:仿宋_GB2312;mso-ascii-font-family:'Times New Roman';mso-hansi-font-family:'Times New Roman';color:black;mso-font-kerning:0pt"
	widths := []string{"14.98%", "7.44%", "63.0pt", "48.2pt"}
	size := "10.5pt"
	p.markup.table = func(*grid) string {
		return ` class="MsoNormalTable" border="1" cellspacing="0" cellpadding="0" width="690" style="border-collapse:collapse;border:none;mso-border-alt:solid windowtext .5pt;mso-padding-alt:0cm 5.4pt 0cm 5.4pt"`
	}
	p.markup.tr = func(*row) string { return ` style="mso-yfti-irow:1;height:20.25pt"` }
	p.markup.td = func(c *cell) string {
		return fmt.Sprintf(` width="%d" style="width:%s;border:solid windowtext 1.0pt;border-left:none;mso-border-left-alt:solid windowtext .5pt;padding:0cm 5.4pt 0cm 5.4pt"`, 40+len(c.text)%60, widths[len(c.text)%len(widths)])
	}
	p.markup.inner = func(c *cell) string {
		var b strings.Builder
		for _, l := range strings.Split(c.text, "\n") {
			fmt.Fprintf(&b, `<p class="MsoNormal" align="center" style="mso-pagination:widow-orphan;text-indent:%dpt">`, c.level*12)
			if l == "" {
				fmt.Fprintf(&b, `<span lang="EN-US" style="font-size:%s"><o:p>&nbsp;</o:p></span></p>`, size)
				continue
			}
			lang := ""
			if c.kind == figureCell {
				lang = ` lang="EN-US"`
			}
			fmt.Fprintf(&b, `<span%s style="font-size:%s;%s">%s<o:p></o:p></span></p>`, lang, size, font, html.EscapeString(l))
		}
		return b.String()
	}
	p.markup.par = func(b *block, text string) string {
		return fmt.Sprintf(`<p class="MsoNormal" style="text-indent:32.0pt;line-height:28.0pt"><span style="font-size:16.0pt;%s">%s<span lang="EN-US"><o:p></o:p></span></span></p>`+"\n", font, text)
	}
	bare := len(p.html())
	var sheet strings.Builder
	sheet.WriteString("<style><!--\n")
	for i := 0; bare+sheet.Len() < wordPasteBytes-200; i++ {
		fmt.Fprintf(&sheet, "@list l%d:level1 {mso-level-number-format:chinese-counting; mso-level-suffix:none; mso-level-text:\"%%1、\"; margin-left:%d.0pt; text-indent:-21.0pt;}\n", i, i%40)
	}
	sheet.WriteString("--></style>\n")
	if bare+sheet.Len() > 120<<10 { // a large table: drop what a browser would
		size = "9pt"
		p.markup.tr = func(*row) string { return "" }
		p.markup.td = func(*cell) string { return ` style="border:solid windowtext 1.0pt;padding:0cm 5.4pt 0cm 5.4pt"` }
		bare = len(p.html())
		sheet.Reset()
		sheet.WriteString("<style><!--\n")
		for i := 0; bare+sheet.Len() < wordPasteBytes-200; i++ {
			fmt.Fprintf(&sheet, "@list l%d:level1 {mso-level-number-format:chinese-counting; margin-left:%d.0pt;}\n", i, i%40)
		}
		sheet.WriteString("--></style>\n")
	}
	p.markup.head = sheet.String()
}

func wpsPaste(p *page) {
	p.markup.table = func(*grid) string {
		return ` align="center" style="border-collapse:collapse;border:none" data-sort="sortDisabled"`
	}
	p.markup.td = func(c *cell) string {
		return fmt.Sprintf(` data-width="%d" valign="center" style="padding: 0px 7px; border-width: 1px; border-style: solid; word-break: break-all;"`, 50+len(c.text))
	}
	p.markup.inner = func(c *cell) string {
		var b strings.Builder
		for _, l := range strings.Split(c.text, "\n") {
			// WPS sets digits and characters in fonts of their own, so a label is cut into spans.
			half := []rune(l)
			cut := len(half) / 2
			if c.kind == figureCell {
				cut = 0
			}
			fmt.Fprintf(&b, `<p style="text-align:center;margin:0;text-indent:%dpx"><span style="font-family: 宋体; font-size: 12px;"><span style="font-family:宋体">%s</span></span><span style=";font-family:'Times New Roman'">%s</span></p>`,
				c.level*16, html.EscapeString(string(half[:cut])), html.EscapeString(string(half[cut:])))
		}
		return b.String()
	}
	p.markup.par = func(b *block, text string) string {
		return `<p style="text-indent:43px;line-height:37px"><span style=";font-family:仿宋_GB2312;font-size:21px"><span style="font-family:仿宋_GB2312">` + text + "</span></span></p>\n"
	}
}
