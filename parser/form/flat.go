package form

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/document"
	"nianbao/parser/report"
)

// Flattened tables: a copy that kept one cell a line, or one row a line, and
// lost the blank cells and the columns. A row's label is followed by its
// figures; as many figures as columns are those of the columns, none at all
// is a row of blanks, and anything between is open.

// flatReader collects the lines between two grids and reads them as one run.
type flatReader struct {
	reader *reader
	visual bool // lines are those of a page: what stands in one row stands on one line
	lines  []flatLine
	total  int // of all runs
}

type flatLine struct {
	text  string
	block int
	line  int
}

// maxFlat bounds the lines that are looked at for flattened tables, in all of
// a document. A flattened report has some hundreds.
const maxFlat = 20_000

func (f *flatReader) add(block int, b document.Block) {
	if f.total > maxFlat {
		return
	}
	for text := range strings.SplitSeq(b.Text, "\n") {
		if strings.TrimSpace(text) != "" && !pageNumber(text) {
			f.lines = append(f.lines, flatLine{text, block, b.Line})
			if f.total++; f.total > maxFlat {
				f.reader.finding(report.Finding{
					Rule: report.RuleLimit, Severity: report.SeverityWarning, Locator: report.Line(b.Line),
					Message: fmt.Sprintf("the document has more than %d lines; those beyond were not searched for tables", maxFlat),
				})
				return
			}
		}
	}
}

// pageNumber reports a line that only numbers a page: — 3 —, 第3页.
func pageNumber(text string) bool {
	s, _ := foldFigure(text)
	if t, ok := strings.CutPrefix(s, "第"); ok {
		t, ok = strings.CutSuffix(t, "页")
		return ok && digits(t)
	}
	const dashes = "-—–－―─"
	t := strings.TrimLeft(s, dashes)
	u := strings.TrimRight(t, dashes)
	return t != s && u != t && digits(u)
}

func digits(s string) bool {
	return s != "" && len(s) <= 3 && strings.Trim(s, "0123456789") == ""
}

// flatToken is a token with the line it came from, and the digits glued to
// its label (规章555).
type flatToken struct {
	token
	block int
	glued string
	prose bool // too long to be a label
}

// flush reads the lines collected so far.
func (f *flatReader) flush(int) {
	lines := f.lines
	f.lines = nil
	if len(lines) == 0 {
		return
	}
	tokens := make([]flatToken, 0, len(lines))
	annex := 0
	for i := 0; i < len(lines); i++ {
		ts, taken := f.tokens(lines, i)
		i += taken - 1
		for _, t := range ts {
			if t.has(groupAnnex) {
				annex++
			}
		}
		tokens = append(tokens, ts...)
	}
	run := flatRun{reader: f.reader, tokens: tokens, visual: f.visual}
	if annex >= 8 {
		run.annex()
		return
	}
	run.read()
}

// tokens cuts a line into tokens; it may take the lines after it where a
// label is broken over them.
func (f *flatReader) tokens(lines []flatLine, i int) (ts []flatToken, taken int) {
	l := lines[i]
	wrap := func(t token) flatToken { return flatToken{token: t, block: l.block} }
	at := report.Line(l.line)
	if len(l.text) > maxLabel*4 {
		if strings.Count(l.text, " ") > 20 {
			if ts := f.row(l, at); ts != nil {
				return ts, 1
			}
		}
		return []flatToken{{token: token{raw: l.text, at: at, kind: tokenText}, block: l.block, prose: true}}, 1
	}
	if strings.Contains(l.text, "。") && len(l.text) > 30 { // a sentence
		return []flatToken{{token: token{raw: l.text, at: at, kind: tokenText}, block: l.block, prose: true}}, 1
	}
	if f.dashed(l.text, at) {
		if ts := f.row(l, at); ts != nil {
			return ts, 1
		}
	}
	if t, ok := f.brokenResult(lines, i, at); ok {
		return []flatToken{wrap(t), {token: token{at: at}, block: lines[i+1].block}}, 2
	}
	whole := f.reader.newToken(l.text, at)
	if whole.kind != tokenText && whole.kind != tokenOdd || len(whole.means) > 0 {
		return []flatToken{wrap(whole)}, 1
	}
	if ts := f.row(l, at); ts != nil {
		return ts, 1
	}
	if ts := f.labels(l, at); ts != nil {
		return ts, 1
	}
	if whole.kind == tokenText {
		if name, digits, ok := glued(l.text); ok {
			t := wrap(f.reader.newToken(name, at))
			if len(t.means) > 0 {
				t.raw, t.glued = l.text, digits
				return []flatToken{t}, 1
			}
		}
		text := l.text
		for n := 1; n <= 2 && i+n < len(lines) && len(text)+len(lines[i+n].text) <= maxLabel*4; n++ {
			text += lines[i+n].text
			if t := f.reader.newToken(text, at); len(t.means) > 0 {
				for _, m := range lines[i : i+n+1] {
					if len(f.reader.newToken(m.text, at).means) > 0 {
						return []flatToken{wrap(whole)}, 1 // a label of its own beside it
					}
				}
				t.raw = text
				out := []flatToken{wrap(t)}
				for _, m := range lines[i+1 : i+n+1] {
					out = append(out, flatToken{token: token{at: at}, block: m.block})
				}
				return out, n + 1
			}
		}
	}
	t := wrap(whole)
	t.prose = len([]rune(l.text)) > 60
	return []flatToken{t}, 1
}

// brokenResult joins a heading of section four that its narrow column broke in
// the middle, 其他 / 结果: each half is a label elsewhere.
func (f *flatReader) brokenResult(lines []flatLine, i int, at report.Locator) (t token, ok bool) {
	const half = len("结果 ")
	if i+1 >= len(lines) || len(lines[i].text) > half || len(lines[i+1].text) > half || !startsAsLabel(lines[i].text) || !startsAsLabel(lines[i+1].text) {
		return t, false
	}
	t = f.reader.newToken(lines[i].text+lines[i+1].text, at)
	return t, t.has(groupResult)
}

// dashed reports a line that ends in a dash of its own: its label alone would
// be known with it, 行政处罚 / / /.
func (f *flatReader) dashed(text string, at report.Locator) bool {
	fields := strings.Fields(text)
	if len(fields) < 2 {
		return false
	}
	last := f.reader.newToken(fields[len(fields)-1], at)
	return last.kind == tokenNothing
}

// row cuts a line that holds a label and its figures, or several labels,
// parted by white space.
func (f *flatReader) row(l flatLine, at report.Locator) []flatToken {
	fields := strings.FieldsFunc(l.text, func(r rune) bool { return r <= ' ' || r == 0x3000 || r == 0xA0 })
	if len(fields) < 2 || len(fields) > 800 {
		return nil
	}
	if ts := f.several(fields, l.block, at, true); len(ts) > 12 {
		return ts // a whole table in one line
	}
	if len(fields) > 60 {
		return nil
	}
	cut := f.figuresFrom(fields, at)
	var out []flatToken
	// The annex has a unit between label and figure.
	if n := cut - 1; n > 0 && annexUnits[fold(fields[n])] {
		if t := f.reader.newToken(strings.Join(fields[:n], " "), at); t.has(groupAnnex) {
			out = []flatToken{{token: t, block: l.block}}
			for _, w := range fields[n:] {
				out = append(out, flatToken{token: f.reader.newToken(w, at), block: l.block})
			}
			return out
		}
	}
	if cut > 0 {
		head := strings.Join(fields[:cut], " ")
		t := f.reader.newToken(head, at)
		switch several := f.several(fields[:cut], l.block, at, false); {
		case len(t.means) > 0:
			out = append(out, flatToken{token: t, block: l.block})
		case several != nil:
			out = several
			if cut == len(fields) {
				return out
			}
		case cut == len(fields), t.kind != tokenText, len([]rune(head)) > 60,
			f.labels(flatLine{text: head, block: l.block}, at) != nil: // labels and figures mixed: no row of ours
			return nil
		default:
			out = append(out, flatToken{token: t, block: l.block})
		}
	}
	if cut == len(fields) {
		return nil
	}
	for _, w := range fields[cut:] {
		t := f.reader.newToken(w, at)
		if t.kind == tokenText {
			t.kind = tokenOdd
		}
		out = append(out, flatToken{token: t, block: l.block})
	}
	return out
}

// figuresFrom returns the index of the first figure behind the label. Some
// words among the figures stand for figures.
func (f *flatReader) figuresFrom(fields []string, at report.Locator) int {
	first := len(fields)
	for i := len(fields) - 1; i > 0; i-- {
		t := f.reader.newToken(fields[i], at)
		switch {
		case t.kind == tokenFigure, t.kind == tokenNothing:
			first = i
		case oddWords[fold(fields[i])]:
			first = i
		default:
			return first
		}
	}
	return first
}

// oddWords are what people write into a cell for want of a figure. Any other
// word beside figures may be a note, a unit or a label, and leaves open how
// many cells the row had.
var oddWords = map[string]bool{
	"若干": true, "多": true, "较多": true, "少量": true, "十余": true, "数十": true, "上百": true, "待统计": true, "待定": true, "统计中": true, "见附件": true, "详见附件": true,
	"同上": true, "同左": true, "不详": true, "未统计": true, "无法统计": true, "保密": true, "涉密": true, "?": true, "??": true, "O": true, "o": true,
}

// several reads fields that are labels one after the other: a heading and its
// row, or a header, and with figures a whole table. A label may itself be
// broken over fields. Nil when any field is none of these, numbers aside.
func (f *flatReader) several(fields []string, block int, at report.Locator, figures bool) []flatToken {
	var out []flatToken
	for i := 0; i < len(fields); {
		n := min(len(fields)-i, 4)
		if t := f.reader.newToken(fields[i], at); figures && (t.kind == tokenFigure || t.kind == tokenNothing) {
			out = append(out, flatToken{token: t, block: block})
			i++
			continue
		}
		for ; n > 0; n-- {
			if t := f.reader.newToken(strings.Join(fields[i:i+n], ""), at); len(t.means) > 0 {
				out = append(out, flatToken{token: t, block: block})
				break
			}
		}
		switch {
		case n > 0:
			i += n
		case ordinalOnly(fields[i]):
			i++ // 三、 alone
		default:
			return nil
		}
	}
	return out
}

// labels cuts a line of labels that were run together, 本年制发件数本年废止件数.
// Every character must belong to one.
func (f *flatReader) labels(l flatLine, at report.Locator) []flatToken {
	key := []rune(lettersOnly(fold(l.text)))
	if len(key) < 6 || len(key) > 120 {
		return nil
	}
	var out []flatToken
	for len(key) > 0 {
		n := min(len(key), 30)
		for ; n >= 2; n-- {
			if ms := f.reader.lex.exact[string(key[:n])]; ms != nil {
				t := f.reader.newToken(string(key[:n]), at)
				if t.has(groupMetric) || t.has(groupApplicant) || t.has(groupApplicants) || t.has(groupResult) || t.has(groupBody) || t.has(groupCorner) {
					out = append(out, flatToken{token: t, block: l.block})
					break
				}
			}
		}
		if n < 2 {
			return nil
		}
		key = key[n:]
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

// glued parts a label from digits that were run into it.
func glued(text string) (name, digits string, ok bool) {
	s, _ := foldFigure(text)
	i := len(s)
	for i > 0 && (s[i-1] >= '0' && s[i-1] <= '9' || s[i-1] == ',' || s[i-1] == '.') {
		i--
	}
	if i == len(s) || i == 0 {
		return "", "", false
	}
	return s[:i], s[i:], true
}

// flatRun reads one run of tokens.
type flatRun struct {
	*reader
	tokens  []flatToken
	i       int
	rows    []flatRow // of the requests table in hand
	leaves  []string  // its applicants, in order
	metrics *columns
	fresh   bool // no row has stood under the metrics yet
	abreast bool // the metrics in force are of two tables
	visual  bool // as flatReader has it
	alien   bool // the requests table in hand is of another year
}

// flatRow is a row of the requests table whose figures are fewer than its
// columns, or that is full; solve.go places the former.
type flatRow struct {
	code   string
	values []token
	at     report.Locator
	exact  bool
}

func (f *flatRun) read() {
	for f.i < len(f.tokens) {
		t := &f.tokens[f.i]
		f.reader.alien = f.aliens[t.block]
		switch {
		case t.has(groupArticle):
			f.closeRequests()
			f.metrics, f.fresh, f.abreast = nil, false, false
			f.use(1)
		case t.has(groupMetric), t.has(groupCorner) && f.metricsAhead():
			f.closeRequests()
			f.metricColumns()
		case t.has(groupBody) && f.resultsAhead():
			f.closeRequests()
			f.results()
		case (t.has(groupApplicants) || t.has(groupApplicant)) && f.applicantsAhead():
			f.applicantColumns()
		case t.has(groupSubject) && f.metrics != nil:
			f.subject(t.code(groupSubject), true)
		case f.leaves != nil && (t.has(groupOutcome) || t.has(groupOutcomes)):
			f.outcomeRow()
		default:
			f.other()
		}
	}
	f.closeRequests()
}

var noToken flatToken

func (f *flatRun) ahead(n int) *flatToken {
	if f.i+n < len(f.tokens) {
		return &f.tokens[f.i+n]
	}
	return &noToken
}

// use marks n tokens as part of a table and steps over them.
func (f *flatRun) use(n int) {
	for ; n > 0 && f.i < len(f.tokens); n-- {
		f.used[f.tokens[f.i].block] = true
		f.i++
	}
}

// other handles a line that is no known label in its place.
func (f *flatRun) other() {
	t := &f.tokens[f.i]
	inTable := f.metrics != nil || f.leaves != nil
	if !inTable || t.kind != tokenText {
		f.i++
		return
	}
	values := f.valuesFrom(f.i+1, 0)
	switch {
	case f.leaves != nil && !t.prose && len(values) > 0:
		// A label that is misspelled, or in no layout.
		if code, _ := f.outcome(&t.token); code != "" {
			f.outcomeRow()
			return
		}
		f.unexpected(t.raw, t.at, raws(values))
		f.use(1 + len(values))
	case f.metrics != nil && !t.prose && len(values) > 0:
		if code, _ := f.search(t.label, groupSubject); code != "" && len(t.means) == 0 {
			f.subject(code, false)
			return
		}
		f.unexpected(t.raw, t.at, raws(values))
		f.use(1 + len(values))
	case len([]rune(t.raw)) <= 8 && f.leaves != nil:
		f.use(1) // 三、 alone, the number of a merged cell
	default:
		if f.leaves != nil {
			if code, _ := f.outcome(&t.token); code != "" {
				f.outcomeRow()
				return
			}
		}
		f.closeRequests()
		f.metrics = nil
		f.i++
	}
}

// valuesFrom lists the figures and dashes that begin at token i, behind a label
// or a header. As long as there are fewer than n, a short word among them is a
// figure that cannot be read.
func (f *flatRun) valuesFrom(i, n int) []token { return f.valuesOn(f.tokens[i-1].block, i, n) }

// valuesOn is valuesFrom for the figures of one visual line.
func (f *flatRun) valuesOn(line, i, n int) []token {
	var out []token
	for ; i < len(f.tokens); i++ {
		t := &f.tokens[i]
		switch {
		case f.visual && t.block != line:
			return out
		case t.kind == tokenBlank: // the tail of a label broken over lines
			continue
		case t.kind == tokenText && len(out) < n && f.odd(t):
		case t.kind == tokenText:
			return out
		case t.kind == tokenOdd && !f.odd(t) && (!hasHan(t.raw) || len([]rune(t.raw)) > 12):
			return out // 1/3, (2): numbers of pages and notes; a row of no known label
		}
		out = append(out, t.token)
	}
	return out
}

// alone reports whether a label without figures on its line is a row of blanks.
// On a page it may as well be broken over lines, with the figures beside its
// middle: then a line next to it begins with no label that is known.
func (f *flatRun) alone() bool {
	if !f.visual {
		return true
	}
	known := func(t *flatToken) bool { return t.prose || len(t.means) > 0 }
	block := f.tokens[f.i].block
	n := 1
	for f.ahead(n) != &noToken && (f.ahead(n).block == block || f.ahead(n).kind == tokenBlank) {
		n++
	}
	if next := f.ahead(n); next != &noToken && !known(next) {
		return false
	}
	i := f.i
	for i >= 0 && f.tokens[i].block == block {
		i--
	}
	if i < 0 {
		return true
	}
	for i > 0 && f.tokens[i-1].block == f.tokens[i].block {
		i--
	}
	return known(&f.tokens[i])
}

// notAlone is why a label that may be half of one gives no blanks.
const notAlone = "no figure stands on its line, and the label may be broken over lines"

// odd reports whether a text is a word put where a figure should be.
func (f *flatRun) odd(t *flatToken) bool {
	return oddWords[fold(t.raw)]
}

// ordinalOnly reports a number without its heading: 三、
func ordinalOnly(raw string) bool { return stripNumber(fold(raw)+"x") == "x" }

// label steps over a row's label and the tails of its broken lines.
func (f *flatRun) label() {
	f.use(1)
	for f.i < len(f.tokens) && f.tokens[f.i].kind == tokenBlank {
		f.use(1)
	}
}

// metricsAhead reports whether a header of section two begins here: a metric
// comes before any row.
func (f *flatRun) metricsAhead() bool {
	for n := 1; n <= 4; n++ {
		t := f.ahead(n)
		switch {
		case t.has(groupMetric):
			return true
		case t.kind != tokenText && t.kind != tokenBlank, t.prose, len(t.means) > 0:
			return false
		}
	}
	return false
}

// metricColumns reads a header. A label that is not known keeps its place: it
// has figures too.
func (f *flatRun) metricColumns() {
	var leaves []leaf
	add := func(t *flatToken) {
		code := t.code(groupMetric)
		if code == "" {
			code, _ = f.search(t.label, groupMetric)
		}
		leaves = append(leaves, leaf{code: code, raw: t.raw, col: len(leaves), end: len(leaves) + 1})
		f.voteByMetric(t.label)
	}
	unknown := func(t *flatToken) bool {
		return t.kind == tokenText && len(t.means) == 0 && !t.prose && t.glued == ""
	}
	if f.tokens[f.i].has(groupCorner) {
		f.label()
	} else if f.i > 0 && unknown(&f.tokens[f.i-1]) && len([]rune(f.tokens[f.i-1].raw)) <= 20 {
		add(&f.tokens[f.i-1])
	}
	for f.i < len(f.tokens) {
		t := &f.tokens[f.i]
		if !t.has(groupMetric) && !unknown(t) || t.has(groupSubject) {
			break
		}
		if unknown(t) && !f.headerGoesOn() {
			break
		}
		add(t)
		f.label()
	}
	// Two headers without a row between them stood side by side: whose figures
	// a row below has, nothing tells any more.
	f.abreast = f.abreast || f.fresh
	f.fresh = true
	f.metrics = newColumns(leaves)
	f.table++
	f.seen["disclosure"] = true
}

// headerGoesOn reports whether the label in hand is followed by another metric
// or by a row's label, and not by figures of its own.
func (f *flatRun) headerGoesOn() bool {
	for n := 1; ; n++ {
		t := f.ahead(n)
		if t.kind == tokenBlank && t != &noToken {
			continue
		}
		return t.has(groupMetric) || t.has(groupSubject)
	}
}

// unitAbove is the unit that a line close above names, 单位:元, with no figure in
// between that it could belong to.
func (f *flatRun) unitAbove() string {
	for k := f.i - 1; k >= max(0, f.i-6) && f.tokens[k].kind != tokenFigure; k-- {
		if u := unitLine(f.tokens[k].raw); u != "" {
			return u
		}
	}
	return ""
}

// subject reads a row of section two.
func (f *flatRun) subject(code string, exact bool) {
	t := f.tokens[f.i]
	f.fresh = false
	n := len(f.metrics.leaves)
	if f.abreast {
		values := f.valuesFrom(f.i+1, 0)
		f.label()
		f.use(len(values))
		f.leaveAllOf(code, t.at, raws(values), "two tables stood side by side, and the copy ran their rows together")
		return
	}
	values := f.valuesFrom(f.i+1, n)
	at := t.at
	f.unit = f.unitAbove()
	defer func() { f.unit = "" }()
	switch {
	case t.glued != "":
		f.use(1)
		if n == 1 && len(values) == 0 {
			v := f.newToken(t.glued, at)
			f.subjectFigures(code, exact, at, f.metrics, []token{v}, nil)
			return
		}
		f.leaveSubject(code, at, []string{t.raw}, "its digits are glued to its label, and nothing tells where one figure ends")
		return
	case len(values) == 0 && !f.alone():
		f.label()
		f.leaveSubject(code, at, nil, notAlone)
		return
	case len(values) == 0:
		f.label()
		blanks := make([]token, n)
		for i := range blanks {
			blanks[i].at = at
		}
		f.subjectFigures(code, exact, at, f.metrics, blanks, nil)
		return
	}
	f.label()
	f.use(len(values))
	if f.looseSign(values) {
		f.leaveSubject(code, at, raws(values), "a dash before a figure may be its sign or a cell of its own")
		return
	}
	if len(values) != n {
		f.leaveSubject(code, at, raws(values), fmt.Sprintf("%d figures stand for %d columns, and nothing tells which cells were blank", len(values), n))
		return
	}
	f.subjectFigures(code, exact, at, f.metrics, values, nil)
}

// looseSign reports whether a row of one line has a dash before a figure where
// figures have signs: 本年增/减 of – 38.
func (f *flatRun) looseSign(values []token) bool {
	if !slices.ContainsFunc(f.metrics.leaves, func(l leaf) bool { return l.code == "items_change" }) {
		return false
	}
	for i := 1; i < len(values); i++ {
		if a, b := &values[i-1], &values[i]; a.at == b.at && a.kind == tokenNothing && b.kind == tokenFigure {
			return true
		}
	}
	return false
}

// leaveAllOf leaves out everything that a subject may have.
func (f *flatRun) leaveAllOf(subject string, at report.Locator, raw []string, why string) {
	for _, ind := range indicators() {
		if strings.HasPrefix(ind.Code, "disclosure."+subject+".") {
			f.left[ind.Code] = true
		}
	}
	f.leave(report.RuleFlatAmbiguous, "disclosure."+subject, at, raw, why)
}

func (f *flatRun) leaveSubject(subject string, at report.Locator, raw []string, why string) {
	for _, l := range f.metrics.leaves {
		if code, ok := metricCode(subject, l.code); ok {
			f.leave(report.RuleFlatAmbiguous, code, at, raw, why)
		}
	}
}

// applicantsAhead reports whether the tokens from here name at least three
// kinds of applicants in a row.
func (f *flatRun) applicantsAhead() bool {
	distinct := map[string]bool{}
	for n := 0; ; n++ {
		t := f.ahead(n)
		if t.kind == tokenBlank && t.block == f.ahead(n-1).block && n > 0 && t != &noToken {
			continue
		}
		if !t.has(groupApplicant) && !t.has(groupApplicants) {
			break
		}
		distinct[t.code(groupApplicant)+t.code(groupApplicants)] = true
	}
	return len(distinct) >= 3 && (distinct["natural_person"] || distinct["commercial_enterprise"])
}

func (f *flatRun) applicantColumns() {
	f.seen["requests"] = true
	alien := f.reader.alien
	defer func() { f.alien = alien }()
	var order []string
	legal := -1
	for f.i < len(f.tokens) {
		t := &f.tokens[f.i]
		code := t.code(groupApplicant)
		switch {
		case code != "":
		case t.code(groupApplicants) == "legal_person":
			legal = len(order)
			f.label()
			continue
		case t.has(groupApplicants):
			f.label()
			continue
		case t.kind == tokenText && !t.prose && len(t.means) == 0 && (f.ahead(1).has(groupApplicant) || f.ahead(1).has(groupApplicants)):
			// Misspelled, or a column of no layout: it counts all the same.
			code, _ = f.search(t.label, groupApplicant)
		}
		if code == "" && (t.kind != tokenText || len(t.means) > 0 || t.prose || !f.ahead(1).has(groupApplicant) && !f.ahead(1).has(groupApplicants)) {
			break
		}
		order = append(order, code)
		f.label()
	}
	// Read row by row, the kinds of legal person come after 总计 and take the
	// place of their heading.
	if legal >= 0 {
		var before, kinds, after []string
		for k, a := range order {
			switch {
			case legalPersons[a]:
				kinds = append(kinds, a)
			case k < legal:
				before = append(before, a)
			default:
				after = append(after, a)
			}
		}
		order = append(append(before, kinds...), after...)
		if f.visual && len(order) > 0 && (order[0] != "natural_person" || order[len(order)-1] != catalog.ApplicantTotal) {
			order = nil // the lines of a header whose cells stand at different heights
		}
	}
	seen := map[string]bool{}
	for _, a := range order {
		if a != "" && seen[a] {
			order = nil
			break
		}
		seen[a] = true
	}
	if !seen["natural_person"] || !seen[catalog.ApplicantTotal] {
		order = nil // cut short: figures would be too many for it
	}
	// A header that is repeated at a page break begins no new table.
	if len(f.rows) > 0 && !slices.Equal(order, f.leaves) {
		f.closeRequests()
	}
	f.leaves = order
}

// outcomeRow takes one row of the requests table.
func (f *flatRun) outcomeRow() {
	t := &f.tokens[f.i]
	code, exact := f.outcome(&t.token)
	if code == "" {
		f.label()
		if values := f.valuesFrom(f.i, 0); len(values) > 0 {
			f.unexpected(t.raw, t.at, raws(values))
			f.use(len(values))
		}
		return
	}
	if t.glued != "" {
		f.use(1)
		f.leave(report.RuleFlatAmbiguous, code, t.at, []string{t.raw}, "its digits are glued to its label, and nothing tells where one figure ends")
		return
	}
	values := f.valuesFrom(f.i+1, len(f.leaves))
	at := t.at
	alone := f.alone()
	f.label()
	f.use(len(values))
	if len(values) == 0 && code == "requests.other_processing" {
		if next := f.ahead(0).code(groupOutcome); strings.HasPrefix(next, code+".") {
			return // the heading of three rows
		}
	}
	if len(values) == 0 && !alone {
		f.leave(report.RuleFlatAmbiguous, code, at, nil, notAlone)
		return
	}
	f.rows = append(f.rows, flatRow{code, values, at, exact})
}

// closeRequests records the rows of the requests table in hand.
func (f *flatRun) closeRequests() {
	rows, leaves := f.rows, f.leaves
	f.rows, f.leaves = nil, nil
	if len(rows) == 0 || len(leaves) == 0 {
		return
	}
	f.table++
	outer := f.reader.alien
	f.reader.alien = f.alien
	defer func() { f.reader.alien = outer }()
	var open []int
	for i, row := range rows {
		switch {
		case len(row.values) == len(leaves):
			for k, v := range row.values {
				if leaves[k] == "" {
					continue
				}
				f.put(row.code, leaves[k], v.raw, v.at, quantity{}, row.exact)
			}
		case len(row.values) == 0:
			for _, a := range leaves {
				if a != "" {
					f.put(row.code, a, "", row.at, quantity{}, row.exact)
				}
			}
		default:
			open = append(open, i)
		}
	}
	solved := solve(leaves, rows, open)
	for _, i := range open {
		row := rows[i]
		p := solved[i]
		if p == nil {
			f.leave(report.RuleFlatAmbiguous, row.code, row.at, raws(row.values),
				fmt.Sprintf("%d figures stand for %d columns, and the sums allow more than one reading", len(row.values), len(leaves)))
			continue
		}
		for k, a := range leaves {
			raw, at := "", row.at
			if p[k] >= 0 {
				raw, at = row.values[p[k]].raw, row.values[p[k]].at
			}
			f.put(row.code, a, raw, at, quantity{}, row.exact)
		}
		f.finding(report.Finding{
			Rule: report.RuleFlatInferred, Severity: report.SeverityInfo, Indicator: row.code, Locator: row.at, Actual: report.Text(strings.Join(raws(row.values), " | ")),
			Message: fmt.Sprintf("the figures of %s were placed by the table's own sums, which leave one reading", row.code),
		})
	}
}

// resultsAhead reports whether a header of section four begins here.
func (f *flatRun) resultsAhead() bool {
	results := 0
	for n := 0; ; n++ {
		t := f.ahead(n)
		if t == &noToken || !t.has(groupBody) && !t.has(groupResult) && t.kind != tokenBlank {
			break
		}
		if t.has(groupResult) {
			results++
		}
	}
	return results >= 4
}

// results reads the header and the figures of section four.
func (f *flatRun) results() {
	f.metrics = nil
	f.table++
	f.seen["review"] = true
	var order []string // proceedings
	var runs [][]string
	var subs int
	have := map[string]bool{}
	at := f.tokens[f.i].at
	for f.i < len(f.tokens) && (f.tokens[f.i].has(groupBody) || f.tokens[f.i].has(groupResult) || f.tokens[f.i].kind == tokenBlank) {
		t := &f.tokens[f.i]
		if b := t.code(groupBody); b != "" {
			order = append(order, b)
			if strings.HasPrefix(b, "litigation.") {
				subs++
			}
			have = map[string]bool{}
		} else if res := t.code(groupResult); res != "" {
			if len(have) == 0 || have[res] {
				runs, have = append(runs, nil), map[string]bool{}
			}
			have[res] = true
			runs[len(runs)-1] = append(runs[len(runs)-1], res)
		}
		f.use(1)
	}
	values := f.valuesOn(f.ahead(0).block, f.i, len(order)*5)
	// 行政复议 comes first and 行政诉讼 is only the heading of its two kinds.
	var bodies []string
	for _, b := range order {
		if b != "litigation" {
			bodies = append(bodies, b)
		}
	}
	whole := len(bodies) == len(runs)
	var leaves []string
	seen := map[string]bool{}
	for k := 0; whole && k < len(runs); k++ {
		whole = len(runs[k]) == len(runs[0])
		for _, res := range runs[k] {
			code := bodies[k] + "." + res
			whole = whole && !seen[code]
			seen[code] = true
			leaves = append(leaves, code)
		}
	}
	f.use(len(values))
	if !whole || len(values) != len(leaves) {
		if len(values) > 0 {
			f.leave(report.RuleFlatAmbiguous, "review", at, raws(values),
				fmt.Sprintf("%d figures stand for %d columns, and nothing tells which cells were blank", len(values), len(leaves)))
		}
		for _, code := range leaves {
			f.left[code] = true
		}
		return
	}
	for k, code := range leaves {
		f.put(code, "", values[k].raw, values[k].at, quantity{}, true)
	}
}

// annex reads a flattened annex: each label is followed by its unit and its
// figure, or by neither.
func (f *flatRun) annex() {
	f.table++
	next := f.rowNumbers()
	for f.i < len(f.tokens) {
		t := &f.tokens[f.i]
		f.reader.alien = f.aliens[t.block]
		if t.kind != tokenText || !t.has(groupAnnex) && t.prose {
			f.i++
			continue
		}
		ids := f.annexIDs(&t.token)
		n := 1
		var values []token
		for ; f.i+n < len(f.tokens); n++ {
			v := &f.tokens[f.i+n]
			if v.kind == tokenText && !annexUnits[fold(v.raw)] || f.visual && v.block != t.block {
				break
			}
			if v.kind != tokenBlank {
				values = append(values, v.token)
			}
		}
		if k := len(values) - 1; next > 0 && k >= 0 && strings.TrimSpace(values[k].raw) == strconv.Itoa(next) && f.annexGoesOn(n) {
			values = values[:k] // the number of the row below
			next++
		}
		if len(ids) == 0 && (len(values) == 0 || len(f.reader.annex.lines) == 0) {
			f.i++
			continue
		}
		if t.glued != "" {
			// One figure a row: what follows the label is that figure.
			values = append([]token{f.newToken(t.glued, t.at)}, values...)
		}
		label := t.token
		if len(ids) > 0 && onlyUnits(values) && (len(values) > 0 || f.alone()) {
			values = append(values, token{at: t.at}) // the blank cell vanished with the copy
		}
		f.annexAdd(label, values, -1)
		f.use(n)
	}
}

// annexGoesOn reports whether a row of the annex stands close behind token n.
func (f *flatRun) annexGoesOn(n int) bool {
	rest := f.tokens[min(f.i+n, len(f.tokens)):]
	return slices.ContainsFunc(rest[:min(12, len(rest))], func(t flatToken) bool { return t.has(groupAnnex) || annexUnits[fold(t.raw)] })
}

// rowNumbers returns 2 where the copy has a column 序号 before the labels, so that
// the number of each row stands behind the figure of the one above it; else 0.
func (f *flatRun) rowNumbers() int {
	head := slices.IndexFunc(f.tokens, func(t flatToken) bool { return t.label.full == "序号" })
	if head < 0 {
		return 0
	}
	for i := head + 1; i < min(head+8, len(f.tokens)); i++ {
		if f.tokens[i].has(groupAnnex) {
			if strings.TrimSpace(f.tokens[i-1].raw) == "1" {
				return 2
			}
			break
		}
	}
	return 0
}

func onlyUnits(values []token) bool {
	for _, v := range values {
		if !annexUnits[fold(v.raw)] {
			return false
		}
	}
	return true
}
