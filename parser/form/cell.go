package form

import (
	"slices"
	"strconv"
	"strings"

	"nianbao/parser/lazyregexp"
	"nianbao/parser/report"
	"nianbao/parser/text"
)

// token is one cell of a grid, or a piece of a line of flattened text that is a
// cell or a part of one, with what it may be.
type token struct {
	raw    string
	at     report.Locator
	span        // columns it covers; none in flattened text
	shared bool // its figure stands beside the labels of several rows
	kind   tokenKind
	*knownLabel
	flat
}

// flat is what only a piece of flattened text has.
type flat struct {
	prose       bool // too long to be a label
	alone       bool // figures only stand on its line
	adorns      bool // it may adorn the heading on the next line, 04 above 四、…, and be no figure
	block, line int32
	glued       string // digits that were run into the label, 规章555
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

// words reports whether a token may be a label, and nothing else.
func (t *token) words() bool { return t.kind == tokenText && !t.prose && t.glued == "" }

// text is the letters of a label, without its brackets where it is a known one.
func (t *token) text() string {
	if len(t.means) > 0 {
		return t.label.bare
	}
	return t.label.full
}

func (t *token) has(g group) bool { return t.code(g) != "" }

func (t *token) code(g group) string { return codeIn(t.means, g) }

// newToken classifies a text.
func (r *reader) newToken(raw string, at report.Locator) token {
	t := token{raw: raw, at: at}
	r.classify(&t)
	return t
}

// blankAt is a blank cell that is not in print.
func blankAt(at report.Locator) *token { return &token{at: at, knownLabel: &noLabel} }

// classify tells what the text of a token may be.
func (r *reader) classify(t *token) {
	raw := t.raw
	t.knownLabel = &noLabel
	if !startsAsLabel(raw) && r.figureToken(t) {
		return
	}
	raw = r.withoutOwnYear(raw)
	if k, ok := r.lex.known(raw); ok {
		t.kind, t.knownLabel = tokenText, k
		return
	}
	t.kind = tokenOdd
	if r.standsForFigure(raw) {
		return
	}
	if l, ok := newLabel(raw); ok {
		t.knownLabel = &knownLabel{l, r.lex.meanings(l)}
		if len(t.means) > 0 || !startsWithDigit(raw) {
			t.kind = tokenText
		}
		if len(t.means) > 0 {
			r.lex.remember(raw, *t.knownLabel)
		}
	} else if text.HasHan(raw) {
		t.kind = tokenText // prose in a cell
	}
}

// withoutOwnYear takes a bracket off a label that names the report's own year; one of
// another year stays, and makes the row another's.
func (r *reader) withoutOwnYear(raw string) string {
	if r.year == 0 || !strings.Contains(raw, "年") {
		return raw
	}
	return bracketYear.ReplaceAllStringFunc(raw, func(s string) string {
		if strings.Contains(text.Fold(s), strconv.Itoa(r.year)) {
			return ""
		}
		return s
	})
}

var bracketYear = lazyregexp.New(`[(（]\s*[0-9０-９]{4}\s*年度?\s*[)）]`)

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

// tableRow is one row of a grid: its own cells, one at least, and those that reach into it.
type tableRow struct {
	tokens  []token
	hanging []hanging
}

// hanging is a cell that reaches into a row from above.
type hanging struct {
	span
	text string
}

func (row *tableRow) figures() int { return figuresIn(row.tokens) }

// figuresIn is how many of some cells are figures.
func figuresIn(cells []token) (n int) {
	for i := range cells {
		if cells[i].kind == tokenFigure {
			n++
		}
	}
	return n
}

// blank reports whether nothing stands in the row's own cells.
func (row *tableRow) blank() bool {
	return !slices.ContainsFunc(row.tokens, filled)
}

// end is the column behind the last of the row's own cells.
func (row *tableRow) end() int { return row.tokens[len(row.tokens)-1].end }

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

// count returns how many tokens of rows have a label of the group.
func count(rows []tableRow, g group) (n int) {
	for i := range rows {
		n += rows[i].count(g)
	}
	return n
}

func (row *tableRow) at() report.Locator {
	l := row.tokens[0].at
	l.Column = 0
	return l
}
