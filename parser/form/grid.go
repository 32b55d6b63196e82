package form

import (
	"slices"
	"strings"

	"nianbao/parser/document"
	"nianbao/parser/report"
	"nianbao/parser/text"
)

// token is one cell, or one line of flattened text, with what it may be.
type token struct {
	raw      string
	at       report.Locator
	col, end int // columns it covers; both zero in flattened text
	kind     tokenKind
	label    label
	means    []meaning
}

type tokenKind uint8

const (
	tokenBlank   tokenKind = iota
	tokenNothing           // a dash, a slash, 无
	tokenFigure
	tokenOdd  // no label, and no figure either
	tokenText // may be a label
)

// value reports whether a token stands where a figure may stand.
func (t *token) value() bool { return t.kind != tokenText }

func (t *token) has(g group) bool {
	for _, m := range t.means {
		if m.group == g {
			return true
		}
	}
	return false
}

func (t *token) code(g group) string {
	for _, m := range t.means {
		if m.group == g {
			return m.code
		}
	}
	return ""
}

// newToken classifies a text.
func (r *reader) newToken(raw string, at report.Locator) token {
	t := token{raw: raw, at: at}
	if !startsAsLabel(raw) {
		if r.figureToken(&t) {
			return t
		}
	}
	if k, ok := r.lex.known(raw); ok {
		t.kind, t.label, t.means = tokenText, k.label, k.means
		return t
	}
	t.kind = tokenOdd
	if l, ok := newLabel(raw); ok {
		t.label = l
		t.means = r.lex.meanings(l)
		if len(t.means) > 0 || !startsWithDigit(raw) {
			t.kind = tokenText
		}
		if len(t.means) > 0 {
			r.lex.remember(raw, l, t.means)
		}
	} else if text.HasHan(raw) {
		t.kind = tokenText // prose in a cell
	}
	return t
}

// figureToken classifies a text that is blank, nothing or a figure.
func (r *reader) figureToken(t *token) bool {
	switch readFigure(t.raw, quantity{signed: true}).status {
	case report.StatusBlank:
		t.kind = tokenBlank
	case report.StatusNotApplicable:
		t.kind = tokenNothing
	case report.StatusReported:
		t.kind = tokenFigure
	default:
		return false
	}
	return true
}

// startsAsLabel reports whether a text begins with a character that no figure,
// dash or 无 begins with: most labels do, and need not be read as figures.
func startsAsLabel(raw string) bool {
	for _, r := range raw {
		switch {
		case r <= ' ', r == 0x3000, r == 0xA0:
			continue
		case text.Han(r):
			return !strings.ContainsRune("无無不未没暂增减減新人沒暫", r)
		}
		return false
	}
	return false
}

// startsWithDigit reports whether a text begins as a figure would: 251000元.
// An ordinal (1.属于国家秘密) does not.
func startsWithDigit(raw string) bool {
	s := text.Fold(raw)
	digits, rest := text.LeadingNumber(s)
	return digits != "" && rest != "" && !strings.ContainsAny(rest[:1], ".),:") && !strings.HasPrefix(rest, "、") && !strings.HasPrefix(rest, "：")
}

// tableRow is one row of a grid: its own cells, and those that reach into it.
type tableRow struct {
	tokens  []token
	hanging []hanging
}

// hanging is a cell that reaches into a row from above.
type hanging struct {
	span
	text string
}

func (row *tableRow) figures() int {
	n := 0
	for i := range row.tokens {
		if k := row.tokens[i].kind; k == tokenFigure {
			n++
		}
	}
	return n
}

// blank reports whether nothing stands in the row's own cells.
func (row *tableRow) blank() bool {
	return !slices.ContainsFunc(row.tokens, func(t token) bool { return t.kind != tokenBlank })
}

// spans are the columns that cells from above cover.
func (row *tableRow) spans() []span {
	var out []span
	for _, h := range row.hanging {
		out = append(out, h.span)
	}
	return out
}

// count returns how many tokens have a label of the group.
func (row *tableRow) count(g group) int {
	n := 0
	for i := range row.tokens {
		if row.tokens[i].has(g) {
			n++
		}
	}
	return n
}

func (row *tableRow) at() report.Locator {
	if len(row.tokens) == 0 {
		return report.Locator{}
	}
	l := row.tokens[0].at
	l.Column = 0
	return l
}

// gridRows are the rows of a grid that have cells of their own: one without any
// must not part a header.
func (r *reader) gridRows(g *document.Grid) []tableRow {
	rows := make([]tableRow, 0, len(g.Rows))
	for i := range g.Rows {
		row := tableRow{tokens: make([]token, 0, len(g.Rows[i]))}
		for _, c := range g.Rows[i] {
			if c.Row != i {
				row.hanging = append(row.hanging, hanging{span{c.Col, c.End()}, c.Text})
				continue
			}
			t := r.newToken(c.Text, g.Locator(c))
			t.col, t.end = c.Col, c.End()
			row.tokens = append(row.tokens, t)
		}
		if len(row.tokens) > 0 {
			rows = append(rows, row)
		}
	}
	return rows
}

// gridColumns are the columns of a grid in place of its rows.
func (r *reader) gridColumns(g *document.Grid) []tableRow {
	columns := make([]tableRow, g.Width())
	for i := range g.Rows {
		for _, c := range g.Rows[i] {
			if c.Row != i {
				continue
			}
			t := r.newToken(c.Text, g.Locator(c))
			t.col, t.end = c.Row, c.Row+c.RowSpan
			columns[c.Col].tokens = append(columns[c.Col].tokens, t)
			for k := c.Col + 1; k < c.End(); k++ {
				columns[k].hanging = append(columns[k].hanging, hanging{span{t.col, t.end}, c.Text})
			}
		}
	}
	return slices.DeleteFunc(columns, func(row tableRow) bool { return len(row.tokens) == 0 })
}

// sideways reports whether a table has across what the standard has down, and
// the other way round: outcomes, subjects or proceedings in one row.
func sideways(rows []tableRow) bool {
	results := 0
	for i := range rows {
		results += rows[i].count(groupResult)
	}
	lies := slices.ContainsFunc(rows, func(row tableRow) bool {
		return row.figures() == 0 && (row.count(groupOutcome) > 3 || row.count(groupSubject) > 2 || row.count(groupBody) > 2 && results > 3)
	})
	if !lies || len(rows) > maxSideways {
		return false
	}
	for i := range rows {
		row := &rows[i]
		if row.tokens[len(row.tokens)-1].end > maxSideways || namesApplicants(rows, i) || row.count(groupResult) > 2 {
			return false
		}
	}
	return true
}

// headed reports whether rows have a heading of the standard's own: a table that
// lay sideways goes on with no other.
func headed(rows []tableRow) bool {
	for i := range rows {
		if namesApplicants(rows, i) || rows[i].count(groupResult) > 2 || rows[i].count(groupMetric) > 0 {
			return true
		}
	}
	return false
}

// maxSideways bounds the rows and columns of a table that may lie sideways.
const maxSideways = 100

// readGrid reads one table, and reports whether it is a standard one or part
// of one.
func (r *reader) readGrid(g *document.Grid) bool {
	rows := r.gridRows(g)
	if sideways(rows) {
		if columns := r.gridColumns(g); headed(columns) {
			rows = columns
		}
	}
	annex := 0
	for i := range rows {
		if rows[i].count(groupAnnex) > 0 {
			annex++
		}
	}
	if annex >= 4 || r.annex.open && annex > 0 {
		if r.readAnnex(rows) {
			return true
		}
	}
	r.annex.open = false
	used := false
	if len(rows) > 0 && otherHeader(&rows[0], true) {
		r.metrics = nil // this table does not go on with the one before
	}
	widths := headerWidths(rows)
	var requests []requestRow
	applicants := false // this table has a header that names them
	flush := func() {
		r.readRequests(r.applicants, requests, applicants)
		requests = nil
	}
	for i := 0; i < len(rows); i++ {
		row := &rows[i]
		if len(row.tokens) > 0 && row.figures() == 0 {
			if u := unitLine(row.tokens[len(row.tokens)-1].raw); u != "" {
				r.unit = u
			}
		}
		if h, next, ok := r.applicantHeader(rows, i); ok {
			flush()
			r.applicants, used, applicants = h, true, h != nil && len(h.leaves) > 4
			r.seen["requests"] = true
			i = next - 1
			continue
		}
		if h, next, ok := r.resultHeader(rows, i); ok {
			flush()
			r.results, r.resultsDue, used = h, true, true
			r.seen["review"] = true
			i = next - 1
			continue
		}
		if r.resultColumns(row) {
			flush()
			continue
		}
		if r.proceedingRow(row) {
			used = true
			continue
		}
		if r.metricDownwards(row) {
			used = true
			continue
		}
		if r.metricHeader(row, widths) {
			flush()
			used = true
			r.seen["disclosure"] = true
			continue
		}
		if r.disclosureRow(row) {
			used = true
			continue
		}
		if r.downwards(row) {
			used = true
			continue
		}
		if q, ok := r.requestRow(row); ok {
			used = true
			if q.code != "" {
				requests = append(requests, q)
			}
			continue
		}
		if r.resultRow(row) {
			used = true
			continue
		}
		r.strayRow(row, used)
	}
	flush()
	if !used {
		r.metrics = nil
	}
	if !r.resultsDue {
		r.results = nil
	}
	r.proceedings = nil
	return used
}

// headerWidths are the widths of the rows that hold labels and no figure.
func headerWidths(rows []tableRow) map[int]bool {
	widths := map[int]bool{}
	for i := range rows {
		row := &rows[i]
		if n := len(row.tokens); n > 0 && row.figures() == 0 && row.count(groupArticle)+row.count(groupMetric)+row.count(groupApplicant)+row.count(groupApplicants)+row.count(groupBody)+row.count(groupResult) > 0 {
			widths[row.tokens[n-1].end] = true
		}
	}
	return widths
}

// strayRow notes a row of figures, inside a standard table, that is in no
// layout.
func (r *reader) strayRow(row *tableRow, inside bool) {
	if !inside || row.figures() == 0 {
		return
	}
	var name string
	var figures []string
	for i := range row.tokens {
		t := &row.tokens[i]
		if t.kind == tokenText && name == "" {
			name = t.raw
		} else if t.kind != tokenText {
			figures = append(figures, t.raw)
		}
	}
	r.unexpected(name, row.at(), figures)
}
