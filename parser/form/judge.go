package form

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"nianbao/parser/catalog"
	"nianbao/parser/text"
)

// What of a flattened table is sure? A label and all its figures on one line
// are a row. Where figures stand on lines of their own, they are those of the
// label before them only as long as label and figures take turns: a figure
// before the first label, a row with more figures than columns or a piece of a
// label without a row show that they do not. As many figures as columns are
// those of the columns; none at all is a row of blanks, where nothing else of
// the table is open; of the rest the sums decide.

// judged is a row with what there is to weigh of it.
type judged struct {
	*flatItem
	g       *flatGroup
	t       *flatTable
	i, n, m int // its place; how many columns and figures there are
	heap    int // figures that are no row's, before it and behind the last row that has some
}

// results reports the figures of section four, which no label names.
func (j *judged) results() bool { return j.g.table == catalog.TableReview }

// three reports whether other rows are details of its.
func (j *judged) three() bool {
	return j.g.table == catalog.TableRequests && j.t.heads[j.code]
}

// doubts are the reasons for which the figures of a row cannot be known; the first
// that holds is given, with its {m} figures and {n} columns. Those behind the row that is sure do not reach it.
var doubts = []struct {
	why   string
	holds func(*judged) bool
}{
	{noOrderKnown, func(j *judged) bool { return j.n == 0 }},
	{"the header names no total, which every print has: what of it stands elsewhere cannot be told", func(j *judged) bool { return j.results() && !j.t.columns.totals() }},
	{"its last figure may be a number that adorns the heading below", func(j *judged) bool { return j.m > 0 && j.values[j.m-1].adorns }},
	{"another part of the header stood elsewhere, so whose these columns are cannot be told", func(j *judged) bool { return j.t.mixed }},
	{"{m} figures stand for {n} columns, and nothing tells which cells were blank", func(j *judged) bool { return j.results() && j.m != j.n }},
	{"they do not stand on one line", func(j *judged) bool { return j.results() && (j.t.visual || j.t.columns.lined) && !j.onLine() }},
	{"it is the heading of rows of its own, of one of which its figures may be", func(j *judged) bool { return j.m > 0 && j.three() }},
	{"two tables stood side by side, and the copy ran their rows together", func(j *judged) bool { return j.t.abreast }},
	{"figures stand before the first label, so whose a figure is cannot be told", func(j *judged) bool { return len(j.t.ahead) > 0 }},
	{"a row has more figures than the header names columns, which are {n}", func(j *judged) bool { return j.t.wide }},
	{"its digits are glued to its label, and nothing tells where one figure ends", func(j *judged) bool { return j.label.glued != "" && (j.n != 1 || j.m > 0) }},
	{"figures stand before and behind the end of its label", func(j *judged) bool {
		return j.m > 0 && j.unclosed() && j.i+1 < len(j.t.items) && j.t.items[j.i+1].code == "" && len(j.t.items[j.i+1].values) > 0
	}},
	{"its unit may be the end of a longer one, of which the beginning stands elsewhere", func(j *judged) bool { return j.m > 0 && j.tornUnit() }},
	{"figures stand on both sides of its unit", func(j *judged) bool { return j.before > 0 && j.before < len(j.all()) }},
	{"figures stand alone on the line beside its own, and may be the digits that its cells had no room for", func(j *judged) bool { return j.sure && j.t.goesOn(j.i) }},
	{"its column is so narrow that it broke a dash, and may have cut off digits", func(j *judged) bool { return j.m > 0 && j.t.brokenDash }},
	{"", func(j *judged) bool { return j.sure || j.label.glued != "" }},
	{"{m} figures stand for {n} columns", func(j *judged) bool { return j.m > j.n }},
	{"its figures stand on lines of their own, and a sum contradicts the order that the header leaves open", func(j *judged) bool { return j.m > 0 && j.t.unsure && !j.t.columns.adds(j.values) }},
	{"no figure stands on its line, and the label may be broken over lines", func(j *judged) bool { return j.m > 0 && j.t.visual && !j.onLine() }},
	{"labels and figures do not stand in turn, so whose a figure is cannot be told", func(j *judged) bool { return j.m > 0 && (j.t.crowded || j.t.early) }},
	{"its figures stand on lines of their own, and columns that break a header after every character break figures too", func(j *judged) bool {
		return j.m > 1 && j.t.narrow && !j.onLine() && !j.t.columns.adds(j.values)
	}},
	{"its figures stand on several lines, and their sum does not hold", func(j *judged) bool {
		_, ok := numbers(j.values)
		return ok && j.m == j.n && j.t.columns.total() && (j.ragged() || j.t.gaps && j.lacksNext()) && !j.t.columns.adds(j.values)
	}},
	{"its figures stand on a line of their own, beside a piece of another label", func(j *judged) bool {
		return j.m > 0 && j.t.beside(j.i, func(it flatItem) bool { return it.piece })
	}},
	{"its figures stand on a line of their own, beside a label that has none", func(j *judged) bool {
		return j.m > 0 && j.t.lines && !j.onLine() && (j.t.bare(j.i-1) || j.t.bare(j.i+1))
	}},
	{"no figure stands behind it, and its label may be broken or its figures elsewhere", func(j *judged) bool {
		return j.m == 0 && (j.t.open || j.fragment || j.unclosed() || j.t.elsewhere(j.i) || j.t.beside(j.i, func(it flatItem) bool { return it.fragment || it.code == "" && it.unit != nil }))
	}},
	{"no figure stands behind it, and its label stands there again with some", func(j *judged) bool {
		return j.m == 0 && j.g.table != kindAnnex && slices.ContainsFunc(j.t.items, func(it flatItem) bool { return it.code == j.code && len(it.values) > 0 })
	}},
	{"no figure stands behind it, and the label behind it begins with digits that may be its own", func(j *judged) bool {
		return j.m == 0 && j.i+1 < len(j.t.items) && startsWithDigit(j.t.items[j.i+1].label.raw)
	}},
	{"no figure stands behind it, and figures without a label stand before the list", func(j *judged) bool { return j.m == 0 && j.heap >= leastHeaped }},
	{"neither it nor the row that the form has before it stands with a figure there", func(j *judged) bool { return j.m == 0 && j.lonely() }},
	{"no figure stands behind it, and the table ends there before its last row", func(j *judged) bool { return j.m == 0 && j.cutOff() }},
}

// cutOff reports whether the table, told one cell a line, ends behind a row that is not the
// form's last: the text may have been cut there.
func (j *judged) cutOff() bool {
	return j.g.table == catalog.TableRequests && j.i == len(j.t.items)-1 && j.code != "requests.carried_out" &&
		slices.ContainsFunc(j.t.items, func(o flatItem) bool { return len(o.values) > 0 && o.count() == 0 })
}

// lacksNext reports whether the row that a form has behind it stands nowhere, whichever form
// it is: its figures may be among those here, with its label lost.
func (j *judged) lacksNext() bool {
	cat, next := j.g.axis.cat, ""
	i, ok := cat.Index(j.code)
	if !ok {
		return false
	}
	at := cat.Indicators()[i]
	for _, form := range at.Layouts {
		for _, ind := range cat.Indicators()[i+1:] {
			if ind.Section == at.Section && ind.In(form) {
				if next = ind.Code; j.t.rows[next] {
					return false
				}
				break
			}
		}
	}
	return next != ""
}

// lonely reports whether a row stands without the one above it in the form, and no figure in
// the table: a copy that tells labels of two lines behind all else has its figures elsewhere.
func (j *judged) lonely() bool {
	above := j.g.above[j.code]
	return above != "" && !j.t.rows[above] && !j.t.filled
}

// settle gives a figure before the only label of a table to it, where no table of
// the group has a figure too many or too few: none can have come from another.
func (g *flatGroup) settle() {
	if g.table != catalog.TableDisclosure || g.stray || slices.ContainsFunc(g.tables, func(t *flatTable) bool { return !t.even() }) {
		return
	}
	for _, t := range g.tables {
		for i := range t.items {
			if it := &t.items[i]; it.code != "" && len(t.ahead) > 0 {
				it.take(append(t.ahead, it.values...))
			}
		}
		t.ahead = nil
	}
}

// even reports whether a table has as many figures as its rows have columns: each row its
// own, or one row all of them, some before its label.
func (t *flatTable) even() bool {
	rows, figures, early := 0, len(t.ahead), len(t.ahead) > 0
	for _, it := range t.items {
		figures += len(it.values)
		switch {
		case it.label.glued != "", it.code == "" && len(it.values) > 0, it.code != "" && !early && len(it.values) != t.width():
			return false
		case it.code != "":
			rows++
		}
	}
	strange := slices.ContainsFunc(t.columns.leaves, func(l leaf) bool { return l.code == "" }) // it may be the row of the figures before the first that is known
	return rows > 0 && !t.abreast && figures == rows*t.width() && (!early || rows == 1 && !strange)
}

// take gives a row figures that stand elsewhere, and are surely its own.
func (it *flatItem) take(values []token) {
	it.values, it.sure, it.heading = slices.Clone(values), true, false
	for i := range it.values {
		it.values[i].line, it.values[i].alone = -1, false
	}
}

// judge says of each row why its figures cannot be known, if they cannot.
func (g *flatGroup) judge() {
	early, open := g.stray, g.stray
	for _, t := range g.tables {
		t.weigh()
		t.sum()
		t.survey()
		t.crowded = t.overfull()
		t.lines = slices.ContainsFunc(t.items, func(it flatItem) bool { return it.sure })
		t.brokenDash = g.table == kindAnnex && slices.ContainsFunc(t.items, flatItem.brokenDash)
		early = early || len(t.ahead) > 0
		open = open || early || t.crowded || g.table != kindAnnex && slices.ContainsFunc(t.items, func(it flatItem) bool { return it.heading && len(it.values) > 0 })
	}
	for _, t := range g.tables {
		t.early, t.open = early, open
		g.judgeRows(t)
	}
}

// judgeRows says of each row of a table why its figures cannot be known.
func (g *flatGroup) judgeRows(t *flatTable) {
	heap := t.heap
	for i := range t.items {
		it := &t.items[i]
		if (it.code != "" || g.table == catalog.TableReview) && it.why == "" {
			it.why = (&judged{flatItem: it, g: g, t: t, i: i, n: t.width(), m: len(it.values), heap: heap}).doubt()
		}
		switch {
		case it.code == "":
			heap += max(0, figuresIn(it.values)-t.width()) // a row that no form has may have its own
		case len(it.values) > 0:
			heap = 0
		}
	}
}

// doubt is the first of doubts that holds.
func (j *judged) doubt() string {
	for _, d := range doubts {
		if d.holds(j) {
			return strings.NewReplacer("{n}", strconv.Itoa(j.n), "{m}", strconv.Itoa(j.m)).Replace(d.why)
		}
	}
	return ""
}

// ragged reports figures on several lines, of which one has more than another.
func (it *flatItem) ragged() bool {
	on := map[int32]int{}
	for _, v := range it.values {
		on[v.line]++
	}
	first := on[it.values[0].line]
	for _, n := range on {
		if n != first {
			return true
		}
	}
	return false
}

// unclosed reports whether the label opens a bracket that it does not close.
func (it *flatItem) unclosed() bool {
	label := text.Label(it.label.raw)
	return strings.Count(label, "(") > strings.Count(label, ")")
}

// tornUnit reports whether the row's unit is 元 and may be the rest of 万元: a narrow
// column prints the first character above the row and the second below it.
func (j *judged) tornUnit() bool {
	if j.unit == nil || text.Label(j.unit.raw) != "元" {
		return false
	}
	above := j.i > 0 && strings.ContainsAny(last(text.Label(j.t.items[j.i-1].label.raw)), "万亿")
	return j.before > 0 || above
}

// width is the number of columns.
func (t *flatTable) width() int { return len(t.columns.leaves) }

// weigh parts the figures of each row that is all on one line from what stands
// behind it.
func (t *flatTable) weigh() {
	n := t.width()
	for i := range t.items {
		it := &t.items[i]
		it.values = t.columns.unadorned(it.values)
		on := it.count()
		if it.code == "" || n == 0 || on != n || !it.opens || it.label.glued != "" {
			continue
		}
		it.sure = true
		if len(it.values) > n {
			it.values, it.rest = it.values[:n], len(it.values)-n
		}
	}
}

// unadorned takes a number that may adorn the next heading off the figures of a row that its sum
// shows to be whole without it.
func (c *columns) unadorned(values []token) []token {
	if n := len(values) - 1; n > 0 && n == len(c.leaves) && values[n].adorns && c.adds(values[:n]) {
		return values[:n]
	}
	return values
}

// brokenDash reports whether a heading has more dashes behind it than columns, which
// are those of the unit and of the figure, and all of one character.
func (it flatItem) brokenDash() bool {
	return it.code == "" && len(it.values) > 2 && !slices.ContainsFunc(it.values, func(v token) bool {
		return v.kind != tokenNothing || utf8.RuneCountInString(strings.TrimSpace(v.raw)) != 1
	})
}

// goesOn reports whether figures stand alone on the line above or below row i,
// which is all on one line, and are no row by themselves.
func (t *flatTable) goesOn(i int) bool {
	n, it := t.width(), &t.items[i]
	beside := func(of *flatItem, line int32) bool {
		k := 0
		for _, v := range of.all() {
			if v.line == line && v.alone {
				k++
			}
		}
		return k > 0 && (k < n || n == 1)
	}
	if beside(it, it.last+1) {
		return true
	}
	if i == 0 {
		return false
	}
	above := &t.items[i-1]
	return beside(above, it.label.line-1) && (n == 1 || above.count() > 0 || len(above.all()) != n)
}

// sum asks the rows whether their columns stand in the order that the header leaves open, or
// seems to tell.
func (t *flatTable) sum() {
	rows := make([]labelled, len(t.items))
	for i := range t.items {
		rows[i] = t.items[i].labelled
	}
	var refuted bool
	if t.unsure, refuted = t.columns.heard(rows); refuted {
		t.columns = noOrder()
	}
}

// count is how many of the row's figures stand on the line of its label.
func (it *flatItem) count() int {
	n := 0
	for _, v := range it.all() {
		if v.line == it.last || v.line == it.label.line {
			n++
		}
	}
	return n
}

// all are the figures that stand behind the label.
func (it *flatItem) all() []token { return it.values[:len(it.values)+it.rest] }

func (it *flatItem) onLine() bool { return it.count() == len(it.values) }

// survey notes what is true of all rows together.
func (t *flatTable) survey() {
	t.rows, t.heads = map[string]bool{}, map[string]bool{}
	for i := range t.items {
		it := &t.items[i]
		t.filled = t.filled || len(it.values) > 0
		t.gaps = t.gaps || it.code != "" && len(it.values) > 0 && len(it.values) < t.width()
		t.wide = t.wide || it.code != "" && it.count() > t.width()
		if t.rows[it.code] {
			continue
		}
		t.rows[it.code] = true
		for k, r := range it.code {
			if r == '.' {
				t.heads[it.code[:k]] = true
			}
		}
	}
}

// overfull reports whether figures are left that are no row's: a row has another
// row's behind its own.
func (t *flatTable) overfull() bool {
	n := t.width()
	if t.heaped() {
		return true
	}
	for _, it := range t.items {
		if (it.heading || it.piece) && slices.ContainsFunc(it.values, func(v token) bool { return v.kind == tokenFigure }) {
			return true
		}
		if over := len(it.values) - n; it.rest > 0 || it.code != "" && over > 0 && (t.gaps || over >= n) {
			return true
		}
	}
	return false
}

// leastHeaped is how many rows without any figure make a heap of what stands behind
// the last one.
const leastHeaped = 3

// heaped reports whether all figures stand behind the last row, on lines of their own:
// the copy has the labels first and the figures of all rows after them.
func (t *flatTable) heaped() bool {
	rows := 0
	for i, it := range t.items {
		switch {
		case it.code == "" && len(it.values) > 0 || it.label.glued != "":
			return false
		case it.code == "":
		case len(it.values) > 0:
			return rows >= leastHeaped && it.count() == 0 && !slices.ContainsFunc(t.items[i+1:], func(o flatItem) bool { return o.code != "" || len(o.values) > 0 })
		default:
			rows++
		}
	}
	return false
}

// bare reports whether item i is a row without any figure.
func (t *flatTable) bare(i int) bool {
	return i >= 0 && i < len(t.items) && t.items[i].code != "" && len(t.items[i].values) == 0 && t.items[i].label.glued == ""
}

// elsewhere reports whether figures or a unit stand behind pieces that follow item i, or the
// run of labels that it is one of, and are no row: they may be its own.
func (t *flatTable) elsewhere(i int) bool {
	for k := i + 1; k < len(t.items); k++ {
		if it := &t.items[k]; len(it.values) > 0 || it.unit != nil || it.label.glued != "" {
			return it.code == "" && !it.heading
		}
	}
	return false
}

// beside reports whether the item before or behind item i is of a kind.
func (t *flatTable) beside(i int, kind func(flatItem) bool) bool {
	return i > 0 && kind(t.items[i-1]) || i+1 < len(t.items) && kind(t.items[i+1])
}
