package form

import (
	"slices"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
)

// A PDF's text in reading order (pdftotext without options) gives the cells of a
// table block by block: figures that stand one above the other are one block, column
// after column, and the labels of their rows come before or behind all of them.
// Whose a figure is then only the form tells: where every row of it is named, where
// there is a figure for each cell, and where all its sums hold, the figures stand
// in its order, from top to bottom.

// minAnchored is how many labels must stand right before their own figures.
const minAnchored = 3

// inBlocks gives each row of the requests table its figures where they stand in
// blocks, and reports whether they do.
func (f *flatRun) inBlocks(g *flatGroup) bool {
	if g.section != f.requests || len(g.tables) != 1 || len(g.tables[0].ahead) == 0 {
		return false
	}
	t := g.tables[0]
	codes, layout, order := f.wholeForm(t)
	run := t.run()
	if t.width() < 2 || len(order) == 0 || len(run) != t.width()*len(order) {
		return false
	}
	rows, ok := t.rowsOfBlocks(columnBlocks(run), codes, order)
	if !ok || !f.proved(layout, t.columns.codes(), rows) {
		return false
	}
	t.ahead = nil
	for i := range t.items {
		it := &t.items[i]
		it.values = nil
		if at := slices.Index(order, codes[i]); at >= 0 {
			it.code = codes[i]
			it.take(rows[at].values)
		}
	}
	f.finding(report.Finding{
		Rule: report.RuleFlatInferred, Severity: report.SeverityInfo, Indicator: order[0], Locator: t.at,
		Message: "the figures stand in blocks apart from their labels; every row of the form is named, there is a figure for each of its cells, and all its sums hold in its order only from top to bottom",
	})
	return true
}

// rowsOfBlocks puts blocks that stand side by side together to the rows of a form, in its
// order. It reports false where they are none, where a row's sum fails, or where a label
// right before its figures stands elsewhere than the form has it.
func (t *flatTable) rowsOfBlocks(blocks [][]flatFigure, codes, order []string) (rows []labelled, ok bool) {
	n := t.width()
	anchored, anchor := 0, 0
	for ; len(blocks) > 0; blocks = blocks[n:] {
		if len(blocks) < n {
			return nil, false
		}
		height, after := len(blocks[0]), blocks[0][0].after
		if slices.ContainsFunc(blocks[:n], func(b []flatFigure) bool { return len(b) != height || b[0].after != after }) {
			return nil, false // not columns side by side
		}
		first := len(rows)
		for k := range height {
			row := make([]token, n)
			for c := range row {
				row[c] = blocks[c][k].token
			}
			if !t.columns.adds(row) {
				return nil, false
			}
			rows = append(rows, labelled{code: order[len(rows)], values: row})
		}
		if after < 0 || first > 0 && anchor == after {
			continue
		}
		anchor = after
		if code := codes[after]; code != "" {
			if at := slices.Index(order, code); at < first || at >= len(rows) {
				return nil, false // its label stands elsewhere
			}
			anchored++
		}
	}
	return rows, anchored >= minAnchored
}

// flatFigure is a figure of a table with the item that it stands behind, -1 for
// none.
type flatFigure struct {
	token
	after int
}

// run are all figures of a table, as they stand.
func (t *flatTable) run() (run []flatFigure) {
	add := func(after int, values []token) {
		for _, v := range values {
			run = append(run, flatFigure{v, after})
		}
	}
	add(-1, t.ahead)
	for i := range t.items {
		add(i, t.items[i].values)
	}
	return run
}

// columnBlocks parts figures where a label or a blank line stands between two.
func columnBlocks(run []flatFigure) [][]flatFigure {
	var blocks [][]flatFigure
	for i, v := range run {
		if i == 0 || v.after != run[i-1].after || v.at.Line != run[i-1].at.Line+1 {
			blocks = append(blocks, nil)
		}
		blocks[len(blocks)-1] = append(blocks[len(blocks)-1], v)
	}
	return blocks
}

// wholeForm returns the rows of the form all of which a table names, each once, in
// the form's order, and what row each item of the table is; no rows where there is
// no such form.
func (f *flatRun) wholeForm(t *flatTable) (codes []string, layout string, order []string) {
	three := slices.ContainsFunc(t.items, func(it flatItem) bool { return strings.HasPrefix(it.code, otherProcessing+".") })
	codes = make([]string, len(t.items))
	named := map[string]int{}
	for i, it := range t.items {
		switch codes[i] = it.code; {
		case it.code == otherProcessing && three:
			codes[i] = "" // their heading
		case it.code == "" && !it.heading && len(it.label.means) == 0:
			codes[i] = f.outcome(it.label, true) // a label with a slip of the pen
		}
		if codes[i] != "" {
			named[codes[i]]++
		}
	}
	for _, form := range f.cat.Forms() {
		order = f.requestRows(form, three)
		unnamed := func(code string) bool { return named[code] != 1 }
		if form.Tables == catalog.TablesSections && len(order) == len(named) && !slices.ContainsFunc(order, unnamed) {
			return codes, form.Name, order
		}
	}
	return codes, "", nil
}

// requestRows are the rows of a form's requests table, with one for 其他处理 or with three.
func (b book) requestRows(form catalog.Form, three bool) (codes []string) {
	for _, ind := range b.cat.Indicators() {
		if ind.Section == "requests" && ind.In(form.Name) && (!strings.HasPrefix(ind.Code, otherProcessing) || three == (ind.Code != otherProcessing)) {
			codes = append(codes, ind.Code)
		}
	}
	return codes
}
