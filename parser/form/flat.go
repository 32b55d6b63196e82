package form

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"nianbao/parser/document"
	"nianbao/parser/lazyregexp"
	"nianbao/parser/report"
	"nianbao/parser/text"
)

// Flattened tables: a copy that kept one cell a line, one row a line or all of
// a table in one, and lost the blank cells and the columns. Its lines are cut
// into pieces, labels and figures; flow.go makes rows of them.

// flatReader collects the lines between two grids and reads them as one run.
type flatReader struct {
	*reader
	visual bool // lines are those of a page: what stands in one row stands on one line
	lines  []flatLine
	total  int // of all runs
}

type flatLine struct {
	text  string
	block int
	at    report.Locator
}

// maxFlat bounds the lines that are looked at for flattened tables, in all of
// a document. A flattened report has some hundreds.
const maxFlat = 20_000

func (f *flatReader) add(block int, b document.Block) {
	for text := range strings.SplitSeq(b.Text, "\n") {
		f.line(text, block, report.Line(b.Line))
	}
}

// addGrid takes the lines of a grid's cells as lines of their own.
func (f *flatReader) addGrid(block int, g *document.Grid) {
	for i := range g.Rows {
		for _, c := range g.Own(i) {
			for text := range strings.SplitSeq(c.Text, "\n") {
				f.line(text, block, g.Locator(c))
			}
		}
	}
}

func (f *flatReader) line(text string, block int, at report.Locator) {
	if f.total > maxFlat || strings.Trim(text, "| \t\u3000\u00a0") == "" { // bars alone part cells
		return
	}
	f.lines = append(f.lines, flatLine{text, block, at})
	if f.total++; f.total > maxFlat {
		f.finding(report.Finding{
			Rule: report.RuleLimit, Severity: report.SeverityWarning, Locator: at,
			Message: fmt.Sprintf("the document has more than %d lines; those beyond were not searched for tables", maxFlat),
		})
	}
}

// barsOnly reports whether nothing stands in a grid: its lines were bars alone.
func barsOnly(g *document.Grid) bool {
	return !slices.ContainsFunc(g.Rows, func(row []*document.Cell) bool {
		return slices.ContainsFunc(row, func(c *document.Cell) bool { return c.Text != "" })
	})
}

// oneCellRows reports whether a grid is none: a separator behind each cell made
// a row of it, or all of a table stands in one cell, line by line.
func oneCellRows(g *document.Grid) bool {
	single, filled, lines := 0, 0, 0
	for i := range g.Rows {
		n := 0
		for _, c := range g.Own(i) {
			if c.Text != "" {
				n++
				lines += strings.Count(c.Text, "\n")
			}
		}
		if n > 0 {
			filled++
		}
		if n == 1 && g.Own(i)[0].ColSpan == 1 {
			single++
		}
	}
	return single == filled && (filled >= 4 || filled == 1 && lines >= minShort)
}

// pageNumbers number pages in words: 第3页, 第 3 页 共 9 页.
var pageNumbers = lazyregexp.New(`^(?:[,/]?[第共][0-9]{1,3}页)+$`)

// pageNumber reports a line that only numbers a page: — 3 —, 第3页. - 0 0 - and
// - 0 - are cells.
func pageNumber(line string) bool {
	if len(line) > 30 {
		return false
	}
	s := text.Fold(line)
	if strings.HasSuffix(s, "页") {
		return pageNumbers.MatchString(s)
	}
	t := strings.TrimLeft(s, dashes)
	u := strings.TrimRight(t, dashes)
	return t != s && u != t && digits(u) && u[0] != '0' && len(strings.FieldsFunc(line, blankRune)) <= 3
}

// ornament reports whether the first of lines may adorn the heading below it: 04 above 四、…,
// or above nothing.
func ornament(lines []flatLine) bool {
	s := strings.TrimSpace(lines[0].text)
	return len(s) == 2 && s[0] == '0' && s[1] > '0' && s[1] <= '9' && (len(lines) == 1 || mainHeading(text.Label(lines[1].text)))
}

// awaitsFigures reports whether a label may have its figures on the line below:
// there - 3 - may be three cells as well as the number of a page.
func (f *flatReader) awaitsFigures(pieces []token) bool {
	n := len(pieces)
	if n == 0 || n > 1 && pieces[n-2].has(groupAnnex) && f.lex.unit(pieces[n-1].raw) {
		return false
	}
	p := &pieces[n-1]
	return !p.prose && !p.value() && (p.has(groupSubject) || p.has(groupMetric) || p.has(groupApplicant) || p.has(groupOutcome) ||
		len(p.means) == 0 && f.lex.partOf(p.text(), groupSubject, groupOutcome))
}

// dashes number pages between them, and stand for nothing.
const dashes = "-—–－―─"

// parting are the characters that part cells in a line without blanks.
const parting = ",;\"'，；“”"

func digits(s string) bool {
	return s != "" && len(s) <= 3 && strings.Trim(s, "0123456789") == ""
}

// flush reads the lines collected so far. torn tells that what follows may be the rest
// of their last row.
func (f *flatReader) flush(torn bool) {
	lines := f.lines
	f.lines = nil
	if !f.tabular(lines) {
		return
	}
	pieces := make([]token, 0, len(lines))
	annex := map[string]bool{}
	n := int32(0)
	for k, l := range lines {
		if pageNumber(l.text) && !(len(strings.FieldsFunc(l.text, blankRune)) == 3 && f.awaitsFigures(pieces)) {
			continue
		}
		from := len(pieces)
		pieces = f.cut(pieces, l)
		alone := !slices.ContainsFunc(pieces[from:], func(p token) bool { return !p.value() })
		for i := from; i < len(pieces); i++ {
			p := &pieces[i]
			p.block, p.line, p.alone = int32(l.block), n, alone
			p.adorns = alone && ornament(lines[k:])
			if p.has(groupAnnex) && len(p.means) == 1 {
				annex[p.code(groupAnnex)] = true
			}
		}
		n++
	}
	f.halved(pieces)
	run := flatRun{flatReader: f, pieces: pieces, severed: torn}
	if len(annex) >= minAnnex {
		run.openAnnex()
	}
	run.read()
}

// minShort is how many short lines may be a table none of whose cells is filled.
const minShort = 8

// tabular reports whether lines may hold a table: a figure stands alone in one, or
// there are enough short ones. Ordinary paragraphs with their headings need no
// further look.
func (f *flatReader) tabular(lines []flatLine) bool {
	short := 0
	for _, l := range lines {
		if sentence(l.text) || pageNumber(l.text) {
			continue
		}
		if short++; short >= minShort {
			return true
		}
		for field := range strings.FieldsFuncSeq(l.text, blankRune) {
			if _, ok := f.value(field, l.at); ok {
				return true
			}
		}
	}
	return false
}

// narrow reports whether a header's words are broken after every character: 总
// above 计.
func narrow(header []token) bool {
	single := 0
	for i, p := range header {
		if r, n := utf8.DecodeRuneInString(p.text()); n != len(p.text()) || !text.Han(r) || i > 0 && header[i-1].line == p.line {
			single = 0
			continue
		}
		if single++; single == 2 {
			return true
		}
	}
	return false
}

// minAnnex is how many labels that only the annex has make lines the annex.
const minAnnex = 6

// sentence reports a line that is running text.
func sentence(text string) bool {
	if len(text) <= 30 {
		return false
	}
	stop := strings.Contains(text, "。")
	return (stop || len(text) > maxLabel*4) && strings.Count(text, " ") <= 20
}

// maxFields bounds the fields of one line; a whole report on one has some
// hundreds.
const maxFields = 5000

// cut appends the pieces of a line.
func (f *flatReader) cut(pieces []token, l flatLine) []token {
	prose := func(text string) token {
		return token{raw: text, at: l.at, kind: tokenText, knownLabel: &noLabel, flat: flat{prose: true}}
	}
	if sentence(l.text) {
		return append(pieces, prose(l.text))
	}
	fields := strings.FieldsFunc(l.text, blankRune)
	if len(fields) > maxFields {
		return append(pieces, prose(l.text))
	}
	if len(fields) == 1 {
		fields[0] = l.text // as printed
	}
	// What stands before a bracket that was opened on another line is in it, and
	// part of the label: 同信息计 1 条).
	inside, noted := brackets(fields)
	if inside > 0 {
		pieces = append(pieces, f.labels(fields[:inside], l.at)...)
	}
	for i := inside; i < len(fields); {
		t, ok := f.value(fields[i], l.at)
		if !ok && i > inside && len(pieces) > 0 && pieces[len(pieces)-1].value() && misread(fields[i]) {
			t, ok = token{raw: fields[i], at: l.at, kind: tokenOdd, knownLabel: &noLabel}, true
		}
		if ok {
			if noted[i] {
				t.raw, t.kind = t.raw+document.Unread, tokenOdd
			}
			pieces = append(pieces, t)
			i++
			continue
		}
		if hasStop(fields[i]) || len(fields[i]) > maxLabel*4 {
			pieces = append(pieces, prose(fields[i]))
			i++
			continue
		}
		n := f.words(fields[i:], l.at)
		pieces = append(pieces, f.labels(fields[i:i+n], l.at)...)
		i += n
	}
	return pieces
}

// misread reports what a scan made of a figure behind another on its line: D, l, 〇.
func misread(field string) bool {
	return utf8.RuneCountInString(field) <= 2 && strings.IndexFunc(field, func(r rune) bool {
		return !strings.ContainsRune(zeros+"&#@?!", r) && (text.Han(r) || !unicode.IsLetter(r))
	}) < 0
}

// hasStop reports a field that is running text.
func hasStop(field string) bool { return len(field) > 30 && strings.Contains(field, "。") }

// words is how many of the fields, one at least, stand before the next that is a figure or
// running text.
func (f *flatReader) words(fields []string, at report.Locator) (n int) {
	for n = 1; n < min(len(fields), maxWords) && !hasStop(fields[n]); n++ {
		if _, ok := f.value(fields[n], at); ok {
			break
		}
	}
	return n
}

// brackets tells how many of a line's fields stand before a bracket that closes and was
// not opened on it, none where that only numbers what follows, 1); and which stand in one
// that others open and close: a figure there is part of a label or of a note, 相同信息计 1 条),
// and none of a cell; it still counts as one where figures are weighed against labels.
func brackets(fields []string) (inside int, noted []bool) {
	noted = make([]bool, len(fields))
	depth, from := 0, 0
	for i, field := range fields {
		s := text.Fold(field)
		for k, r := range s {
			switch {
			case r == '(':
				if depth++; depth == 1 {
					from = i
				}
			case r != ')':
			case depth == 1:
				depth = 0
				for k := from + 1; k < i; k++ {
					noted[k] = true
				}
			case depth > 1:
				depth--
			case inside == 0 && i > 0 && i < maxWords && !ordinalOnly(s[:k+1]):
				inside = i + 1
			}
		}
	}
	if last := len(fields) - 1; depth > 0 && last == from+1 {
		noted[last] = true // the bracket closes on the next line
	}
	return inside, noted
}

// maxWords bounds the words that are looked at together for labels.
const maxWords = 40

func blankRune(r rune) bool { return r <= ' ' || r == 0x3000 || r == 0xA0 || r == 0x202F }

// value classifies a word as what stands in a cell for figures. 1/3 and (2)
// number pages and notes, as —3— does, and a number before a label (1. ) is a part of it.
func (f *flatReader) value(word string, at report.Locator) (token, bool) {
	if len(word) > 60 || pageNumber(word) || startsAsLabel(word) && !strings.ContainsAny(word, "若多较少十数上待统见详同不未无保涉") {
		return token{}, false
	}
	t := f.newToken(word, at)
	switch {
	case t.kind == tokenFigure, t.kind == tokenNothing:
		return t, true
	}
	return t, t.kind == tokenOdd && (f.standsForFigure(word) || figureLike(word))
}

// standsForFigure reports a word that people write for want of a figure, or a figure of
// a row whose cells commas part: 0,
func (r *reader) standsForFigure(word string) bool {
	n := strings.TrimRight(word, ",;")
	return r.lex.listed(groupOdd, text.Label(word)) != "" || n != word && n != "" && strings.Trim(n, "0123456789.") == ""
}

// figureLike reports a short word that has digits, or characters of which nothing can be
// told, and numbers nothing.
func figureLike(word string) bool {
	s := text.Label(word)
	figure := strings.ContainsAny(s, "0123456789") || text.HasLost(word) || strings.Contains(word, document.Unread)
	part := strings.Contains(s, "/") || strings.HasPrefix(s, "(") || strings.Count(s, "(") != strings.Count(s, ")")
	if figure && strings.Trim(s, "0123456789") == "" {
		return true // cells that were run together, however many
	}
	return figure && !part && !ordinalOnly(word) && utf8.RuneCountInString(strings.ReplaceAll(s, document.Unread, "")) <= 12
}

// label is the piece of words that stand together.
func (f *flatReader) label(at report.Locator, words ...string) token {
	t := f.newToken(strings.Join(words, " "), at)
	t.kind, t.prose = tokenText, len(t.raw) > maxLabel
	return t
}

// labels cuts words into the labels they make: a heading and its row, or a
// header. A label may itself be broken over words. Words that are no part of any
// label make one unknown label of them all.
func (f *flatReader) labels(words []string, at report.Locator) []token {
	// An open bracket of the label would take the unit in, and what stands behind that.
	for k := len(words) - 1; k > 0 && k >= len(words)-2; k-- {
		if !f.lex.unit(words[k]) {
			continue
		}
		if p := f.label(at, words[:k]...); p.has(groupAnnex) {
			out := []token{p, f.label(at, words[k])}
			for _, word := range words[k+1:] {
				out = append(out, f.label(at, word))
			}
			return out
		}
	}
	whole := f.label(at, words...)
	if len(whole.means) > 0 {
		// 行政许可,— is no label alone.
		if name := strings.TrimRight(whole.raw, parting+dashes); strings.ContainsAny(whole.raw[len(name):], dashes) {
			whole.glued = strings.Trim(whole.raw[len(name):], parting)
		}
		return []token{whole}
	}
	if len(words) == 1 {
		if known := f.runTogether(words[0], at); known != nil {
			return known
		}
		return []token{whole}
	}
	out, strange := f.partLabels(words, at)
	if len(out) == 0 || strange && len(words) < maxWords {
		return []token{whole}
	}
	return out
}

// partLabels are the longest labels that several words make one after the other; strange
// tells that a word is no part of any.
func (f *flatReader) partLabels(words []string, at report.Locator) (out []token, strange bool) {
	for k := 0; k < len(words); {
		n := min(len(words)-k, maxPieces+1)
		if n == len(words) {
			n-- // the whole is none
		}
		p := *blankAt(at)
		for ; n > 0 && len(p.means) == 0; n-- {
			p = f.label(at, words[k:k+n]...)
		}
		if len(p.means) > 0 {
			out = append(out, p)
			k += n + 1
			continue
		}
		known := f.runTogether(words[k], at)
		if known == nil && !ordinalOnly(words[k]) { // 三、 alone is nothing
			p := f.label(at, words[k])
			strange = strange || !f.lex.partOf(p.text(), groupAny) && !strings.Contains(legend, p.text()) && !f.lex.unit(words[k])
			known = []token{p}
		}
		out = append(out, known...)
		k++
	}
	return out, strange
}

// runTogether reads a word that is several labels, or a label with digits. Nil
// where it is neither.
func (f *flatReader) runTogether(word string, at report.Locator) []token {
	if ordinalOnly(word) {
		return nil
	}
	if together := f.together(word, at); together != nil {
		return together
	}
	if name, figures, ok := glued(word); ok {
		if value, is := f.value(figures, at); is && f.lex.unit(name) { // 条1032
			return []token{f.label(at, name), value}
		}
		if p := f.label(at, name); len(p.means) > 0 {
			p.raw, p.glued = word, figures
			return []token{p}
		}
	}
	return nil
}

// together cuts labels that were run together, 本年制发件数本年废止件数. Every
// character must belong to one.
func (f *flatReader) together(word string, at report.Locator) []token {
	key := lettersOnly(text.Label(word))
	if len(key) < len("一二三四五六") || len(key) > maxLabel*2 {
		return nil
	}
	var out []token
	for key != "" {
		n := f.lex.longest(key, inHeaders...)
		if n == 0 {
			return nil
		}
		out = append(out, f.newToken(key[:n], at))
		key = key[n:]
	}
	return out
}

// ordinalOnly reports a number without its heading: 三、
func ordinalOnly(raw string) bool {
	s := text.Label(raw)
	return s != "" && len(s) <= 12 && stripNumber(s+"x") == "x"
}

// glued parts a label from digits that were run into it.
func glued(word string) (name, digits string, ok bool) {
	s := text.Fold(word)
	i := len(s)
	for i > 0 && (s[i-1] >= '0' && s[i-1] <= '9' || s[i-1] == ',' || s[i-1] == '.') {
		i--
	}
	if i == len(s) || i == 0 {
		return "", "", false
	}
	return s[:i], s[i:], true
}

// dropNumbers takes the numbers of the rows from a list that has a column 序号 before the
// labels: each stands before a label, behind the figure of the row above it.
func (f *flatRun) dropNumbers() {
	head := slices.IndexFunc(f.pieces, func(p token) bool { return f.lex.listed(groupAnnexColumn, p.label.full) == annexNumbers })
	first := 1 + head + slices.IndexFunc(f.pieces[head+1:], func(p token) bool { return p.has(groupAnnex) })
	if head < 0 || first <= head || first > head+8 || strings.TrimSpace(f.pieces[first-1].raw) != "1" {
		return
	}
	number, kept := 1, f.pieces[:first-1]
	for i := first - 1; i < len(f.pieces); i++ {
		p := f.pieces[i]
		beyond := f.pieces[i+1 : min(i+13, len(f.pieces))]
		if strings.TrimSpace(p.raw) == strconv.Itoa(number) && len(beyond) > 0 && !beyond[0].value() && slices.ContainsFunc(beyond, func(p token) bool { return p.has(groupAnnex) || f.lex.unit(p.raw) }) {
			number++
			f.used[p.block] = true
			continue
		}
		kept = append(kept, p)
	}
	f.pieces = kept
}
