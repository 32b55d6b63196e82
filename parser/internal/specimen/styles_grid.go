package specimen

import (
	"slices"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/document"
	"nianbao/parser/report"
)

// gridStyles differ in how the tables are drawn: arrangement, spans, and rows
// and columns that are moved, missing or more.
func gridStyles() []Style {
	styles := []Style{
		{Name: "grid-split", Shows: "section two as four or five tables", Layouts: newLayouts, form: func(f *form) { f.arrangement = split }},
		{Name: "grid-abreast", Shows: "section two as one table with two blocks side by side", Layouts: newLayouts, form: func(f *form) { f.arrangement = abreast }},
		{Name: "grid-nested", Shows: "section two as tables side by side in layout tables", Layouts: newLayouts, form: func(f *form) { f.arrangement = nested }},
		{Name: "grid-cut-with-header", Shows: "the table is cut in two at a page break, its header printed again", Layouts: anyLayout, page: func(p *page) { p.cut(true) }},
		{Name: "grid-cut-without-header", Shows: "the table is cut in two at a page break, the second half without header", Layouts: anyLayout, page: func(p *page) { p.cut(false) }},
		{Name: "grid-cut-row", Shows: "the table is cut between two words of a long label: the second half begins with a row that has only the label's end", Layouts: only2021, page: cutRow},
		{Name: "grid-spans-disagree", Shows: "labels of data rows span more columns than the header's corner, so that no figure stands under its heading by grid column", Layouts: newLayouts, page: func(p *page) {
			for _, g := range p.grids("requests") {
				for _, r := range g.rows {
					if len(r.keys()) == 0 {
						continue
					}
					for _, c := range r.cells {
						if c.kind == labelCell {
							c.cols = max(c.cols, 1) + 1
							break
						}
					}
				}
			}
		}},
		{Name: "grid-header-wide", Shows: "every header cell spans two columns, data cells one: the header is twice as wide as the rows below", Layouts: anyLayout, page: func(p *page) {
			p.cells(func(g *grid, c *cell) {
				if c.kind == headCell && g.name != "annex" {
					c.cols = 2 * max(c.cols, 1)
				} else if g.name == "annex" && c.kind == headCell {
					c.cols = 2
				}
			})
		}},
		{Name: "grid-data-wide", Shows: "every figure cell spans two columns, header cells one", Layouts: newLayouts, page: func(p *page) {
			p.cells(func(g *grid, c *cell) {
				if c.kind == figureCell && g.name != "disclosure" {
					c.cols = 2
				}
			})
		}},
		{Name: "grid-rowspan-long", Shows: "the rowspans of 三 and of its kinds are too long and reach into rows that are not theirs", Layouts: newLayouts, page: func(p *page) { p.stretch(3) }},
		{Name: "grid-rowspan-short", Shows: "the rowspans of 三 and of its kinds are too short, so that the last rows' labels move to the left", Layouts: newLayouts, page: func(p *page) { p.stretch(-1) }},
		{Name: "grid-rowspan-none", Shows: "no rowspan at all: the labels of item and kind stand only in the first row, the rows below are shorter", Layouts: newLayouts, page: func(p *page) {
			for _, g := range p.grids("requests") {
				for _, r := range g.rows[3:] {
					for _, c := range r.cells {
						c.rows = 1
					}
				}
			}
		}},
		{Name: "grid-merged-repeated", Shows: "merged labels are repeated in every row, as a spreadsheet unmerges them", Layouts: newLayouts, page: unmerge},
		{Name: "grid-empty-columns", Shows: "hundreds of empty columns stand right of the figures", Layouts: anyLayout, page: func(p *page) {
			for _, g := range p.grids() {
				for i, r := range g.rows {
					if i%3 == 0 {
						r.cells = append(r.cells, &cell{kind: fillerCell, cols: 312})
						continue
					}
					for range 240 {
						r.cells = append(r.cells, &cell{kind: fillerCell})
					}
				}
			}
		}},
		{Name: "grid-empty-rows", Shows: "empty rows stand between the rows, some with as many cells as a row of figures", Layouts: anyLayout, page: func(p *page) {
			for _, g := range p.grids() {
				var rows []*row
				for i, r := range g.rows {
					rows = append(rows, r)
					spanned := false
					for j, above := range g.rows[:i+1] {
						for _, c := range above.cells {
							spanned = spanned || j+c.rows > i+1
						}
					}
					if !spanned && i > 0 {
						empty := rowOf()
						for range g.width() {
							empty.cells = append(empty.cells, &cell{kind: fillerCell})
						}
						rows = append(rows, empty)
					}
				}
				g.rows = rows
			}
		}},
		{Name: "grid-spacer-columns", Shows: "an empty column of layout stands left of every table", Layouts: anyLayout, page: func(p *page) {
			for _, g := range p.grids() {
				for _, r := range g.rows {
					r.cells = append([]*cell{{kind: fillerCell}}, r.cells...)
				}
			}
		}},
		{Name: "grid-one-row-others", Shows: "(六)其他处理 as one row in the layout of 2021", Layouts: only2021, form: joinLines},
		{Name: "grid-extra-document-row", Shows: "section two has the extra row 其他主动公开文件", Layouts: newLayouts, form: func(f *form) {
			for i := range f.articles {
				if a := &f.articles[i]; strings.Contains(a.title, "(一)") {
					a.rows = append(a.rows, stub{label: "其他主动公开文件", keys: []string{"", "", ""}, texts: []string{"317", "12", "2904"}})
				}
			}
			f.want.Rules = append(f.want.Rules, report.RuleUnexpectedRow)
		}},
		{Name: "grid-extra-request-row", Shows: "section three has a row of a province's own between two of the standard's", Layouts: newLayouts, form: func(f *form) {
			at := slices.IndexFunc(f.lines, func(l line) bool { return l.code == "requests.denied.third_party_rights" })
			extra := line{item: "三、本年度办理结果", kind: "(三)不予公开", detail: "其中:涉及个人隐私", texts: []string{"41", "42", "43", "44", "45", "46", "261"}}
			if at >= 0 {
				f.lines = slices.Insert(f.lines, at+1, extra)
				f.want.Rules = append(f.want.Rules, report.RuleUnexpectedRow)
			}
		}},
		{Name: "grid-extra-column", Shows: "section three has an applicant column that no layout has", Layouts: newLayouts, form: func(f *form) {
			f.columns = slices.Insert(f.columns, 2, column{"", "个体工商户", true})
		}},
		{Name: "grid-missing-column", Shows: "section three lacks the column 法律服务机构", Layouts: newLayouts, form: func(f *form) {
			f.columns = slices.DeleteFunc(f.columns, func(c column) bool { return c.code == "legal_service" })
			f.missing()
		}},
		{Name: "grid-columns-reordered", Shows: "the columns of the legal persons stand in another order", Layouts: newLayouts, form: func(f *form) {
			f.columns[1], f.columns[3] = f.columns[3], f.columns[1]
			f.columns[2], f.columns[4] = f.columns[4], f.columns[2]
		}},
		{Name: "grid-total-first", Shows: "the column 总计 stands first", Layouts: newLayouts, form: func(f *form) {
			last := len(f.columns) - 1
			f.columns = slices.Insert(f.columns[:last:last], 0, f.columns[last])
		}},
		{Name: "grid-rows-reordered", Shows: "rows stand in another order than the standard's: within a kind, and 四 before 三", Layouts: newLayouts, form: func(f *form) {
			for i := 1; i < len(f.lines); i++ {
				a, b := &f.lines[i-1], &f.lines[i]
				if a.kind == b.kind && a.detail != "" && b.detail != "" && i%2 == 0 {
					*a, *b = *b, *a
				}
			}
			last := len(f.lines) - 1
			if f.lines[last].code == "requests.carried_out" {
				out := f.lines[last]
				f.lines = slices.Insert(f.lines[:last:last], min(2, last), out)
			}
			for i := range f.articles {
				slices.Reverse(f.articles[i].rows)
			}
		}},
		{Name: "grid-rows-missing", Shows: "rows are missing: a kind's first, and 上年结转", Layouts: newLayouts, form: func(f *form) {
			n := len(f.lines)
			f.lines = slices.DeleteFunc(f.lines, func(l line) bool {
				return l.code == "requests.carried_in" || l.code == "requests.denied.state_secret" || l.code == "requests.not_processed.duplicate"
			})
			if len(f.lines) < n {
				f.missing()
			}
		}},
		{Name: "grid-blocks-reordered", Shows: "the blocks of section two stand in another order", Layouts: newLayouts, form: func(f *form) { slices.Reverse(f.articles) }},
		{Name: "grid-columns-swapped", Shows: "the columns of section two stand in another order", Layouts: newLayouts, form: func(f *form) {
			for i := range f.articles {
				a := &f.articles[i]
				if len(a.heads) != 4 {
					continue
				}
				a.heads = []string{a.heads[0], a.heads[3], a.heads[1], a.heads[2]}
				for j, r := range a.rows {
					a.rows[j].keys = []string{r.keys[2], r.keys[0], r.keys[1]}
				}
			}
		}},
		{Name: "grid-one-header-row", Shows: "section three has one header row, without 法人或其他组织 above the five columns", Layouts: newLayouts, page: func(p *page) {
			for _, g := range p.grids("requests") {
				one := rowOf(head("项目", 1, 3))
				for _, c := range applicantColumns(p.truth.Meta.Layout) {
					one.cells = append(one.cells, head(c.label, 1, 1))
				}
				g.rows = append([]*row{one}, g.rows[3:]...)
			}
		}},
		{Name: "grid-review-stacked", Shows: "section four as three tables, one a kind", Layouts: newLayouts, page: stackReview},
		{Name: "grid-review-upright", Shows: "section four turned: a row a figure", Layouts: newLayouts, page: turnReview},
		{Name: "grid-annex-no-units", Shows: "the annex without its column of units", Layouts: only2014, form: func(f *form) { f.noUnits = true }, page: func(p *page) {
			for _, key := range []string{"requests.fees_collected", "resources.budget"} {
				p.also(key, report.StatusUnitAssumed)
			}
		}},
		{Name: "grid-annex-units-in-labels", Shows: "the annex without its column of units, the unit behind each label", Layouts: only2014, form: func(f *form) {
			f.noUnits = true
			for i := range f.annex {
				if e := &f.annex[i]; e.unit != "" {
					e.label += "(单位:" + e.unit + ")"
				}
			}
		}},
		{Name: "grid-annex-province-rows", Shows: "the annex with rows of a province's own", Layouts: only2014, form: func(f *form) {
			own := []entry{
				{level: 2, label: "机构领导、机构设置及人事信息", unit: "条", text: "311"}, {level: 2, label: "政府规章和规范性文件", unit: "条", text: "27"},
				{level: 2, label: "财政信息", unit: "条", text: "190"}, {level: 2, label: "其他", unit: "条", text: "1203"},
			}
			at := slices.IndexFunc(f.annex, func(e entry) bool { return e.key == "disclosure.normative_documents.made_total" })
			if at < 0 {
				return
			}
			f.annex = slices.Insert(f.annex, at+1, own...)
			f.want.Rules = append(f.want.Rules, report.RuleUnexpectedRow)
		}},
		{Name: "grid-annex-abreast", Shows: "the annex as two halves side by side in six columns", Layouts: only2014, page: func(p *page) {
			for _, g := range p.grids("annex") {
				body := g.rows[1:]
				half := (len(body) + 1) / 2
				for _, r := range body {
					p.doubt(Undecidable, r.keys()...) // no standard has this table
				}
				rows := []*row{rowOf(append(slices.Clone(g.rows[0].cells), g.rows[0].cells...)...)}
				for i := range half {
					r := rowOf(body[i].cells...)
					if i+half < len(body) {
						r.cells = append(slices.Clip(r.cells), body[i+half].cells...)
					} else {
						r.cells = append(slices.Clip(r.cells), &cell{kind: fillerCell}, &cell{kind: fillerCell}, &cell{kind: fillerCell})
					}
					rows = append(rows, r)
				}
				g.rows = rows
			}
		}},
		{Name: "grid-annex-level-columns", Shows: "the annex's levels as columns of their own instead of indentation", Layouts: only2014, page: func(p *page) {
			for _, g := range p.grids("annex") {
				g.rows[0].cells[0].cols = 5
				for _, r := range g.rows[1:] {
					l := r.cells[0]
					cells := []*cell{}
					for range l.level {
						cells = append(cells, &cell{kind: fillerCell})
					}
					l.cols, l.level = 5-l.level, 0
					r.cells = append(append(cells, l), r.cells[1:]...)
				}
			}
		}},
	}
	for i := range styles {
		styles[i].Container, styles[i].Extension = document.HTML, ".html"
	}
	return styles
}

func (p *page) also(key string, s report.Status) {
	if e, ok := p.want.Facts[key]; ok && e.Value != nil {
		e.Also = append(e.Also, s)
		p.want.Facts[key] = e
	}
}

// cut cuts the table of section three, or the annex, into two blocks. Spans
// that reach over the cut go on in the second half, as Word writes them.
func (p *page) cut(again bool) {
	var blocks []*block
	for _, b := range p.blocks {
		blocks = append(blocks, b)
		if b.kind != gridBlock || b.grids[0].name != "requests" && b.grids[0].name != "annex" {
			continue
		}
		g := b.grids[0]
		heads := 3
		if g.name == "annex" {
			heads = 1
		}
		n := len(g.rows) - heads
		if n < 6 {
			continue
		}
		at := heads + n/3 + p.rng.IntN(n/3)
		second := &grid{name: g.name}
		if again {
			for _, r := range g.rows[:heads] {
				second.rows = append(second.rows, rowOf(slices.Clone(r.cells)...))
			}
		}
		first := g.rows[at]
		var hanging []*cell
		for i, r := range g.rows[heads:at] {
			for _, c := range r.cells {
				if rows, _ := c.spans(); heads+i+rows > at {
					rest := *c
					if p.rng.IntN(2) == 0 {
						rest.text = ""
					}
					rest.rows = heads + i + rows - at
					c.rows = at - heads - i
					hanging = append(hanging, &rest)
				}
			}
		}
		first.cells = append(hanging, first.cells...)
		second.rows = append(second.rows, g.rows[at:]...)
		g.rows = g.rows[:at]
		blocks = append(blocks, &block{kind: gridBlock, section: b.section, grids: []*grid{second}})
	}
	p.blocks = blocks
}

// cutRow cuts the table within the row of a long label: its figures stand in
// the first half, the end of its label alone in a row of the second.
func cutRow(p *page) {
	const code = "requests.other_processing.correction_overdue"
	var blocks []*block
	for _, b := range p.blocks {
		blocks = append(blocks, b)
		if b.kind != gridBlock || b.grids[0].name != "requests" {
			continue
		}
		g := b.grids[0]
		at := slices.IndexFunc(g.rows, func(r *row) bool {
			keys := r.keys()
			return len(keys) > 0 && strings.HasPrefix(keys[0], code+"@")
		})
		if at < 0 {
			continue
		}
		var item, kind *cell
		for _, r := range g.rows[:at+1] {
			for _, c := range r.cells {
				if strings.HasPrefix(c.text, "三、") {
					item = c
				}
				if strings.HasSuffix(c.text, "其他处理") {
					kind = c
				}
			}
		}
		r := g.rows[at]
		for i, c := range r.cells {
			if c.kind != labelCell || !strings.Contains(c.text, "逾期") {
				continue
			}
			begin, end, _ := strings.Cut(c.text, "、")
			c.text = begin + "、"
			rest := rowOf(label("", 1, 1), label("", 1, 1), label(end, 1, 1))
			for range r.cells[i+1:] {
				rest.cells = append(rest.cells, &cell{kind: fillerCell})
			}
			kindRows, itemRows := 0, 0
			for _, below := range g.rows[at+1:] {
				if strings.HasPrefix(below.cells[0].text, "四、") {
					break
				}
				itemRows++
				if below.keys() != nil && strings.HasPrefix(below.keys()[0], "requests.other_processing") {
					kindRows++
				}
			}
			if item != nil && kind != nil {
				item.rows -= itemRows
				kind.rows -= kindRows
				rest.cells[0].rows, rest.cells[1].rows = itemRows+1, kindRows+1
			}
			blocks = append(blocks, &block{kind: gridBlock, section: b.section, grids: []*grid{{name: g.name, rows: append([]*row{rest}, g.rows[at+1:]...)}}})
			g.rows = g.rows[:at+1]
			// Without the end of its label the row is known by its place only.
			p.doubt(Undecidable, keysOf(code, catalog.Layout2021)...)
			break
		}
	}
	p.blocks = blocks
}

// stretch changes the rowspans of section three's labels by n rows.
func (p *page) stretch(n int) {
	for _, g := range p.grids("requests") {
		for _, r := range g.rows[3:] {
			for _, c := range r.cells {
				if c.rows > 2 {
					c.rows += n
				}
			}
		}
	}
}

// unmerge repeats a merged cell in every row and column it covers.
func unmerge(p *page) {
	for _, g := range p.grids("requests", "review") {
		type place struct{ row, col int }
		at := map[place]*cell{}
		for i, r := range g.rows {
			col := 0
			for _, c := range r.cells {
				for at[place{i, col}] != nil {
					col++
				}
				rows, cols := c.spans()
				for y := range rows {
					for x := range cols {
						d := *c
						d.rows, d.cols = 1, 1
						at[place{i + y, col + x}] = &d
					}
				}
				col += cols
			}
		}
		for i, r := range g.rows {
			r.cells = nil
			for col := 0; at[place{i, col}] != nil; col++ {
				r.cells = append(r.cells, at[place{i, col}])
			}
		}
	}
}

func joinLines(f *form) {
	f.truth.joinOthers()
	at := slices.IndexFunc(f.lines, func(l line) bool { return strings.HasPrefix(l.code, "requests.other_processing") })
	f.lines = slices.DeleteFunc(f.lines, func(l line) bool { return strings.HasPrefix(l.code, "requests.other_processing") })
	if at < 0 {
		at = len(f.lines) - 1
	}
	f.lines = slices.Insert(f.lines, at, line{code: "requests.other_processing", item: "三、本年度办理结果", kind: "(六)其他处理"})
}

// stackReview prints section four as three tables of five columns.
func stackReview(p *page) {
	var blocks []*block
	for _, b := range p.blocks {
		if b.kind != gridBlock || b.grids[0].name != "review" {
			blocks = append(blocks, b)
			continue
		}
		figures := b.grids[0].rows[3].cells
		for i, title := range []string{"行政复议", "行政诉讼(未经复议直接起诉)", "行政诉讼(复议后起诉)"} {
			heads := rowOf()
			for _, r := range reviewResults {
				heads.cells = append(heads.cells, head(r.label, 1, 1))
			}
			g := &grid{name: "review", rows: []*row{rowOf(head(title, 1, len(reviewResults))), heads, rowOf(figures[i*5 : i*5+5]...)}}
			blocks = append(blocks, &block{kind: gridBlock, section: 4, grids: []*grid{g}})
		}
	}
	p.blocks = blocks
}

// turnReview prints section four with a row for each figure.
func turnReview(p *page) {
	for _, g := range p.grids("review") {
		figures := g.rows[3].cells
		rows := []*row{rowOf(head("类别", 1, 3), head("数量", 1, 1))}
		for i, f := range figures {
			r := rowOf()
			switch i {
			case 0:
				r.cells = append(r.cells, label("行政复议", 5, 2))
			case 5:
				r.cells = append(r.cells, label("行政诉讼", 10, 1), label("未经复议直接起诉", 5, 1))
			case 10:
				r.cells = append(r.cells, label("复议后起诉", 5, 1))
			}
			r.cells = append(r.cells, label(reviewResults[i%5].label, 1, 1), f)
			p.doubt(Undecidable, f.key) // no standard has this table
			rows = append(rows, r)
		}
		g.rows = rows
	}
}
