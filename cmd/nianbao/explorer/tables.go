package explorer

import (
	"slices"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/lazyregexp"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/ask"
)

// printedTable is a standard table as its layout prints it.
type printedTable struct {
	Section int // of the report that it stands in; 0 for the annex of 2014
	Title   pair
	Head    [][]printedCell
	Body    [][]printedCell
}

// printedCell is a label or a figure, with its spans.
type printedCell struct {
	Text          string // as printed
	Gloss         string // in English
	Rows, Columns int
	Indent        int // of a row of 2014's list
	Stub          bool
	Scope         string // of a label: what it heads, as HTML has it
	Figure        *figure
}

// figure is one figure of a standard table with what is known of it.
type figure struct {
	Indicator string
	Applicant string
	Label     pair
	Column    pair // of the applicants; zero where there is none
	Unit      string
	// Value and Status are those that count; Read is the figure as it was read,
	// nil where the layout has it and the report's page does not.
	Value      *float64
	Status     report.Status
	Read       *report.Fact
	Correction *store.Correction
	Findings   []int // numbers in the report's list, from 1, of those that stand here
	Doubts     []int // of those that put it in doubt, wherever they stand
}

// figures are a report's, by Fact.Key.
type figures map[string]*figure

// key is that of report.Fact.
func factKey(indicator, applicant string) string {
	return report.Fact{Indicator: indicator, Applicant: applicant}.Key()
}

// at is the figure of a cell of a layout, made up as not read where the report
// does not have it. It counts as placed.
func (f figures) at(i catalog.Indicator, applicant string, placed map[string]bool) *figure {
	key := factKey(i.Code, applicant)
	placed[key] = true
	if have := f[key]; have != nil {
		return have
	}
	return &figure{Indicator: i.Code, Applicant: applicant, Label: pair{i.LabelZH(), i.LabelEN}, Column: applicantLabel(applicant), Unit: i.Unit, Status: ask.NotRead}
}

// has reports whether a row of the layout has any figure.
func (f figures) has(code string) bool {
	for _, fig := range f {
		if fig.Indicator == code {
			return true
		}
	}
	return false
}

// printed lays the figures out as the layout prints them. rest are those that
// have no place in its tables, in the order of the catalogue.
func printed(layout string, f figures) (tables []printedTable, rest []*figure) {
	placed := map[string]bool{}
	switch catalog.Default().Form(layout).Tables {
	case catalog.TablesAnnex:
		tables = []printedTable{annex(f, placed)}
	case catalog.TablesSections:
		tables = []printedTable{disclosureTable(layout, f, placed), requestsTable(layout, f, placed), reviewTable(layout, f, placed)}
	}
	for _, t := range tables {
		headsOf(t.Head)
		headsOf(t.Body)
	}
	for _, i := range catalog.Indicators() {
		applicants := []string{""}
		for _, a := range catalog.Applicants() {
			applicants = append(applicants, a.Code)
		}
		for _, a := range applicants {
			key := factKey(i.Code, a)
			if have := f[key]; have != nil && !placed[key] {
				rest = append(rest, have)
			}
		}
	}
	return tables, rest
}

// headsOf says what each label heads: a row of nothing but labels the columns
// below it, any other its row.
func headsOf(rows [][]printedCell) {
	for _, row := range rows {
		scope := "row"
		if !slices.ContainsFunc(row, func(c printedCell) bool { return !c.Stub }) {
			scope = "col"
		}
		for i := range row {
			c := &row[i]
			if c.Scope = scope; scope == "col" && c.Columns > 1 || scope == "row" && c.Rows > 1 {
				c.Scope += "group"
			}
		}
	}
}

// spelling is how a layout prints a label of several spellings: they follow the
// forms with three tables, of which the first has the first, the next the second
// or, where there is none, the last; so has what comes after.
func spelling(label, layout string) string {
	all := strings.Split(label, "|")
	nth := max(slices.Index(catalog.Default().TableLayouts(catalog.TablesSections), layout), 0)
	return all[min(nth, len(all)-1)]
}

// gloss is the English of a printed label.
func gloss(label string) string { return texts()["printed."+label].En }

func label(text string, rows, columns int) printedCell {
	return printedCell{Text: text, Gloss: gloss(text), Rows: rows, Columns: columns, Stub: true}
}

// disclosureTable stacks the blocks of article 20, each with its own columns.
func disclosureTable(layout string, f figures, placed map[string]bool) printedTable {
	t := printedTable{Section: 2, Title: pair{"主动公开政府信息情况", "Information disclosed on the agency’s own initiative"}}
	type block struct {
		name          string
		columns, rows []string
		cells         map[[2]string]catalog.Indicator
	}
	var blocks []*block
	widest := 0
	for _, i := range catalog.Indicators() {
		if i.Section != "active_disclosure" || !i.In(layout) || len(i.Path) != 3 {
			continue
		}
		if len(blocks) == 0 || blocks[len(blocks)-1].name != i.Path[0] {
			blocks = append(blocks, &block{name: i.Path[0], cells: map[[2]string]catalog.Indicator{}})
		}
		b := blocks[len(blocks)-1]
		row, column := spelling(i.Path[1], layout), spelling(i.Path[2], layout)
		if !slices.Contains(b.columns, column) {
			b.columns = append(b.columns, column)
		}
		if !slices.Contains(b.rows, row) {
			b.rows = append(b.rows, row)
		}
		b.cells[[2]string{row, column}] = i
		widest = max(widest, len(b.columns))
	}
	for _, b := range blocks {
		// The last column is as wide as the table leaves room for.
		span := func(n int) int {
			if n == len(b.columns)-1 {
				return widest - n
			}
			return 1
		}
		t.Body = append(t.Body, []printedCell{{Text: b.name, Gloss: gloss(b.name), Rows: 1, Columns: widest + 1, Stub: true}})
		head := []printedCell{label("信息内容", 1, 1)}
		for n, c := range b.columns {
			head = append(head, label(c, 1, span(n)))
		}
		t.Body = append(t.Body, head)
		for _, r := range b.rows {
			line := []printedCell{label(r, 1, 1)}
			for n, c := range b.columns {
				cell := printedCell{Rows: 1, Columns: span(n)}
				if i, ok := b.cells[[2]string{r, c}]; ok {
					cell.Figure = f.at(i, "", placed)
				}
				line = append(line, cell)
			}
			t.Body = append(t.Body, line)
		}
	}
	return t
}

// requestsTable has a row for each outcome and a column for each kind of
// applicant.
func requestsTable(layout string, f figures, placed map[string]bool) printedTable {
	t := printedTable{Section: 3, Title: pair{"收到和处理政府信息公开申请情况", "Requests for information received and processed"}}
	applicants := catalog.Default().ApplicantsOf(layout)
	last := len(applicants) - 1
	t.Head = [][]printedCell{
		{label("(本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和)", 3, 3), label("申请人情况", 1, len(applicants))},
		{label(applicants[0].LabelZH, 2, 1), label("法人或其他组织", 1, last-1), label(applicants[last].LabelZH, 2, 1)},
		{},
	}
	for _, a := range applicants[1:last] {
		t.Head[2] = append(t.Head[2], label(a.LabelZH, 1, 1))
	}
	rows := requestsRows(layout, f)
	for n, i := range rows {
		line := requestsStub(layout, rows, n)
		for _, a := range applicants {
			line = append(line, printedCell{Rows: 1, Columns: 1, Figure: f.at(i, a.Code, placed)})
		}
		t.Body = append(t.Body, line)
	}
	return t
}

// requestsRows are the outcomes that the table of a report has.
func requestsRows(layout string, f figures) (rows []catalog.Indicator) {
	// A form may split 其他处理 into three rows, and some reports keep the one row of
	// the form before it: where it has both, show what is there.
	const other = "requests.other_processing"
	part := func(code string) bool { return strings.HasPrefix(code, other+".") }
	splits := slices.ContainsFunc(catalog.Indicators(), func(i catalog.Indicator) bool { return part(i.Code) && i.In(layout) })
	absent := func(code string) bool {
		return splits && (code == other && !f.has(other) || part(code) && f.has(other) && !f.has(code))
	}
	for _, i := range catalog.Indicators() {
		if i.Section == "requests" && i.In(layout) && i.Dimension == catalog.DimensionApplicant && !absent(i.Code) {
			rows = append(rows, i)
		}
	}
	return rows
}

// requestsStub are the labels before the figures of a row, but for those that span it
// from a row above.
func requestsStub(layout string, rows []catalog.Indicator, n int) (line []printedCell) {
	const depth = 3
	i := rows[n]
	for level, text := range i.Path {
		text = spelling(text, layout)
		if level == len(i.Path)-1 {
			return append(line, printedCell{Text: text, Gloss: i.LabelEN, Rows: 1, Columns: depth - level, Stub: true})
		}
		same := func(o catalog.Indicator) bool {
			return len(o.Path) > level+1 && slices.Equal(o.Path[:level+1], i.Path[:level+1])
		}
		if n > 0 && same(rows[n-1]) {
			continue
		}
		span := 1
		for n+span < len(rows) && same(rows[n+span]) {
			span++
		}
		line = append(line, label(text, span, 1))
	}
	return line
}

// reviewTable has one row of figures under three rows of labels.
func reviewTable(layout string, f figures, placed map[string]bool) printedTable {
	t := printedTable{Section: 4, Title: pair{"政府信息公开行政复议、行政诉讼情况", "Administrative reviews and lawsuits over disclosure"}}
	var review, lawsuits []catalog.Indicator
	for _, i := range catalog.Indicators() {
		if i.Section != "review_and_litigation" || !i.In(layout) {
			continue
		}
		if len(i.Path) == 2 {
			review = append(review, i)
		} else {
			lawsuits = append(lawsuits, i)
		}
	}
	first := []printedCell{label("行政复议", 1, len(review)), label("行政诉讼", 1, len(lawsuits))}
	var second, third, figures []printedCell
	for _, i := range review {
		second = append(second, label(i.Path[1], 2, 1))
		figures = append(figures, printedCell{Rows: 1, Columns: 1, Figure: f.at(i, "", placed)})
	}
	for n, i := range lawsuits {
		if n == 0 || lawsuits[n-1].Path[1] != i.Path[1] {
			second = append(second, label(i.Path[1], 1, 0))
		}
		second[len(second)-1].Columns++
		third = append(third, label(i.Path[2], 1, 1))
		figures = append(figures, printedCell{Rows: 1, Columns: 1, Figure: f.at(i, "", placed)})
	}
	t.Head = [][]printedCell{first, second, third}
	t.Body = [][]printedCell{figures}
	return t
}

// annexLabels are rows of 2014's annex that the catalogue names as the later
// layouts do: their place and what the annex prints.
var annexLabels = []struct {
	code  string
	after string // the code of the row before it; its own path says the rest
	path  []string
}{
	{"requests.received", "response.other", []string{"三、依申请公开情况", "(一)收到申请数"}},
	{"review.total", "requests.replied.other_channel", []string{"四、行政复议数量"}},
	{"review.upheld", "review.total", []string{"四、行政复议数量", "(一)维持具体行政行为数"}},
	{"review.corrected", "review.upheld", []string{"四、行政复议数量", "(二)被依法纠错数"}},
	{"review.other_result", "review.corrected", []string{"四、行政复议数量", "(三)其他情形数"}},
}

// reference is a label that only points to a row above: (一), 4.
var reference = lazyregexp.New(`^(\([一二三四五六七八九十]+\)|\d+\.)$`)

// annexRows are the indicators of 2014 in the order of its annex, with the
// labels it prints.
func annexRows() []catalog.Indicator {
	var rows []catalog.Indicator
	own := map[string]bool{}
	for _, l := range annexLabels {
		own[l.code] = true
	}
	for _, i := range catalog.Indicators() {
		if i.In(catalog.Layout2014) && !own[i.Code] {
			rows = append(rows, i)
		}
	}
	for _, l := range annexLabels {
		i, ok := catalog.Lookup(l.code)
		at := slices.IndexFunc(rows, func(r catalog.Indicator) bool { return r.Code == l.after })
		if !ok || at < 0 {
			continue
		}
		i.Path = l.path
		rows = slices.Insert(rows, at+1, i)
	}
	return rows
}

// annex is the list of 2014: a label, a unit and a figure in each row.
func annex(f figures, placed map[string]bool) printedTable {
	t := printedTable{Title: pair{"政府信息公开情况统计表", "Statistics of information disclosure (annex)"},
		Head: [][]printedCell{{label("统计指标", 1, 1), label("单位", 1, 1), label("统计数", 1, 1)}}}
	shown := map[string]bool{}
	for _, i := range annexRows() {
		indent := 0
		for level := range i.Path {
			text := spelling(i.Path[level], catalog.Layout2014)
			leaf := level == len(i.Path)-1
			path := strings.Join(i.Path[:level+1], "\x00")
			switch {
			case leaf:
				shown[path] = true
				applicant := ""
				if i.Dimension == catalog.DimensionApplicant {
					applicant = catalog.ApplicantTotal
				}
				t.Body = append(t.Body, []printedCell{
					{Text: text, Gloss: i.LabelEN, Rows: 1, Columns: 1, Indent: min(indent, 3), Stub: true},
					{Text: i.Unit, Gloss: english.unit(i.Unit), Rows: 1, Columns: 1, Stub: true},
					{Rows: 1, Columns: 1, Figure: f.at(i, applicant, placed)},
				})
			case !shown[path] && !reference.MatchString(text):
				shown[path] = true
				t.Body = append(t.Body, []printedCell{{Text: text, Gloss: gloss(text), Rows: 1, Columns: 3, Indent: min(indent, 3), Stub: true}})
			}
			indent++
		}
	}
	return t
}
