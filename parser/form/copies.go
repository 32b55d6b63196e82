package form

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/lazyregexp"
	"nianbao/parser/report"
	"nianbao/parser/text"
)

// A page may print a table more than once: last year's beside this year's, an
// empty form beside the filled one, the county's beside the office's. Each
// printing is a copy. Copies of another year and empty forms give way whole;
// what is left must agree, figure by figure, or is left out. No cell of one
// copy ever fills a blank of another.

// copied is one printing of the tables of a section.
type copied struct {
	kind    string // section of the catalogue, or annex
	whose   belongs
	at      report.Locator
	figures int
	entries map[key]*entry
	order   []key
	left    map[string]leftRow // rows of which no figure was taken
	other   bool               // it tells something else than another printing does
}

// leftRow is a row whose figures were left out.
type leftRow struct {
	table   int
	figures []float64
}

const (
	kindAnnex           = "annex"
	reviewAndLitigation = "review_and_litigation"
)

// kindOf is the section of the catalogue that an indicator, or the first part of
// one, belongs to.
func kindOf(indicator string) string {
	section, _, _ := strings.Cut(indicator, ".")
	switch section {
	case "disclosure":
		return "active_disclosure"
	case "review", "litigation":
		return reviewAndLitigation
	}
	return section
}

// leaveIn notes a row of the table in hand that was left out with the copy that it belongs to.
func (r *reader) leaveIn(q labelled) {
	kind := kindOf(cmp.Or(q.code, catalog.TableReview))
	if r.inAnnex {
		kind = kindAnnex
	}
	row := q.code
	if kind == reviewAndLitigation {
		row = kind
	}
	c := r.copyOf(kind, q.at, func(c *copied) bool { return r.has(c, row) })
	if c.left == nil {
		c.left = map[string]leftRow{}
	}
	l := c.left[row]
	l.table = r.table
	for _, t := range q.values {
		if f := readFigure(t.raw, quantity{}); f.status == report.StatusReported {
			l.figures = append(l.figures, f.value)
		}
	}
	c.left[row] = l
}

// has reports whether a copy has a row from another table than the one in hand.
func (r *reader) has(c *copied, row string) bool {
	if l, ok := c.left[row]; ok {
		return l.table != r.table
	}
	return slices.ContainsFunc(c.order, func(k key) bool {
		e := c.entries[k]
		return e.table != r.table && rowIn(c.kind, e.fact) == row
	})
}

// rowIn is the row of a table of a kind that a figure stands in.
func rowIn(kind string, f report.Fact) string {
	switch kind {
	case kindAnnex, catalog.TableRequests:
		return f.Indicator
	case reviewAndLitigation:
		return kind // all of it is one
	}
	return rowOf(f.Indicator)
}

// copyOf is the copy of a kind that something of the table in hand belongs to: the last one,
// unless it has the same from elsewhere.
func (r *reader) copyOf(kind string, at report.Locator, elsewhere func(c *copied) bool) *copied {
	room := r.room[kind] // of the first: there may be any number of others
	for _, c := range slices.Backward(r.copies) {
		if c.kind != kind {
			continue
		}
		if c.whose == r.whose && !elsewhere(c) {
			return c
		}
		room = 0
		break
	}
	c := &copied{kind: kind, whose: r.whose, at: at, entries: make(map[key]*entry, room), order: make([]key, 0, room)}
	r.copies = append(r.copies, c)
	return c
}

// copyFor is the copy that a fact belongs to.
func (r *reader) copyFor(kind string, k key, f report.Fact) *copied {
	return r.copyOf(kind, f.Locator, func(c *copied) bool {
		old := c.entries[k]
		l, left := c.left[rowIn(kind, f)]
		return old != nil && old.table != r.table || left && l.table != r.table
	})
}

// tellApart finds the copies of one kind that are of different bodies or times, for they
// contradict each other in more than one row: read or left out.
func (r *reader) tellApart() {
	for i, c := range r.copies {
		if i >= maxPrintings {
			c.other = c.whose == toReport
			continue
		}
		for _, d := range r.copies[:i] {
			if c.kind == d.kind && c.whose == toReport && d.whose == toReport && (len(c.entries) > 0 || len(d.entries) > 0) && contradictions(c, d) >= leastApart(c.kind) {
				c.other, d.other = true, true
			}
		}
	}
}

// maxPrintings bounds the copies that are held against each other. Whose those beyond are, nobody knows.
const maxPrintings = 30

// leastApart is how many rows two printings must tell differently to be of two bodies: one row may be
// torn where a table is cut, and printed again. Section four has but one.
func leastApart(kind string) int {
	if kind == reviewAndLitigation {
		return 1
	}
	return 2
}

// contradictions counts the rows that two copies tell differently.
func contradictions(c, d *copied) (n int) {
	rows := map[string]bool{}
	for _, k := range c.order {
		if e := d.entries[k]; e != nil && !sameFigure(c.entries[k].fact, e.fact) {
			rows[rowIn(c.kind, e.fact)] = true
		}
	}
	c.misses(d, rows)
	d.misses(c, rows)
	return len(rows)
}

// misses notes the rows left out of a copy whose figures another has not in that row.
func (c *copied) misses(d *copied, rows map[string]bool) {
	if len(c.left) == 0 {
		return
	}
	figures := map[string][]float64{}
	for row, l := range d.left {
		figures[row] = slices.Clone(l.figures)
	}
	for _, k := range d.order {
		if f := d.entries[k].fact; f.Value != nil {
			row := rowIn(c.kind, f)
			figures[row] = append(figures[row], *f.Value)
		}
	}
	for row, l := range c.left {
		have, ok := figures[row]
		if !ok || rows[row] {
			continue
		}
		for _, v := range l.figures {
			i := slices.Index(have, v)
			if i < 0 {
				rows[row] = true
				break
			}
			have = slices.Delete(have, i, i+1)
		}
	}
}

// join takes the facts of all copies that count, and returns how many there are.
func (r *reader) join() (n int) {
	r.facts = make([]*entry, len(r.cat.Indicators())*(len(r.applicantCodes)+1))
	r.tellApart()
	for _, c := range r.copies {
		if r.displaced(c) {
			r.finding(report.Finding{
				Rule: report.RuleUnexpectedRow, Severity: report.SeverityInfo, Locator: c.at, Actual: report.Number(float64(c.figures)),
				Message: fmt.Sprintf("a table headed with %s has %d figures, which are not this report's", c.whose, c.figures),
			})
			c.entries, c.order = nil, nil
			continue
		}
		r.contest(c)
		r.onlyShared(c)
		others := func(is func(d *copied) bool) bool {
			return slices.ContainsFunc(r.copies, func(d *copied) bool { return d != c && is(d) })
		}
		if c.figures == 0 && others(func(d *copied) bool { return d.kind == c.kind && d.home() }) {
			// An empty form: what only it has is blank all the same.
			c.order = slices.DeleteFunc(c.order, func(k key) bool { return others(func(d *copied) bool { return d.entries[k] != nil }) })
		}
		for _, k := range c.order {
			e := c.entries[k]
			if old := r.facts[k]; old != nil {
				old.conflict = old.conflict || e.conflict
				r.merge(old, e.fact, false)
				continue
			}
			r.facts[k] = e
			n++
		}
	}
	return n
}

// onlyShared leaves out of a copy that tells something else than another what the other does not
// give: nobody knows which of them is the report's.
func (r *reader) onlyShared(c *copied) {
	if !c.other {
		return
	}
	n := len(c.order)
	c.order = slices.DeleteFunc(c.order, func(k key) bool {
		alone := slices.ContainsFunc(r.copies[:min(len(r.copies), maxPrintings)], func(d *copied) bool {
			return d != c && d.other && d.kind == c.kind && d.entries[k] == nil
		})
		if alone {
			r.left[c.entries[k].fact.Indicator] = true
		}
		return alone
	})
	if n -= len(c.order); n > 0 {
		r.finding(report.Finding{
			Rule: report.RuleDuplicateRow, Severity: report.SeverityError, Locator: c.at, Actual: report.Number(float64(n)),
			Message: fmt.Sprintf("the table stands twice and tells different things; %d cells that only one of the two gives were not taken, for nobody knows which of them is this report's", n),
		})
	}
}

// contest leaves out the figures that fill a blank of a row that stands twice with
// different figures: they are one row's, and nobody knows which.
func (r *reader) contest(c *copied) {
	twice := map[string]bool{}
	for _, k := range c.order {
		if e := c.entries[k]; e.conflict {
			twice[rowIn(c.kind, e.fact)] = true
		}
	}
	if len(twice) == 0 {
		return
	}
	for _, k := range c.order {
		e := c.entries[k]
		if !e.mixed || e.conflict || !twice[rowIn(c.kind, e.fact)] {
			continue
		}
		r.contradict(e, report.Evidence{}, e.fact,
			fmt.Sprintf("%s stands in a row that is there twice with different figures; %q of one of them was not taken", e.fact.Key(), e.fact.Raw))
	}
}

// home reports a copy with figures of the report's own year.
func (c *copied) home() bool { return c.whose == toReport && c.figures > 0 }

// displaced reports a copy that is not the report's: another body's, and one of another year
// beside any figures of the report's own, read or left out, for its own table of that section
// may be there and not be understood.
func (r *reader) displaced(c *copied) bool {
	return c.whose == toAnotherBody || c.whose == toAnotherYear && (len(r.doubted) > 0 || slices.ContainsFunc(r.copies, (*copied).home))
}

// belongs tells whose a table is.
type belongs uint8

const (
	toReport      belongs = iota
	toAnotherYear         // or an example
	toAnotherBody
)

func (b belongs) String() string {
	return [...]string{"this report", "another year, or as an example,", "the name of another body"}[b]
}

// captions tell, as a page is walked, whether the last heading names a year and not the
// report's, 附:2020年办理情况, or an example, or another body: 附件:X县教育局. Such a heading holds
// until one of the report's year or body, or until the next main section; that of a whole report
// or list of another year, which have main sections of their own, only until the former.
type captions struct {
	book
	of           Of
	alien, whole bool // of another year
	body         bool // of another body
}

// whose is whose the tables are that stand here.
func (c *captions) whose() belongs {
	switch {
	case c.body:
		return toAnotherBody
	case c.alien:
		return toAnotherYear
	}
	return toReport
}

// see takes the next text that may be a heading, and those before and behind it, or "".
func (c *captions) see(printed, before, behind string) {
	if len(printed) > maxHeading*3 {
		return
	}
	own, other := c.of.Body(printed)
	c.body = (c.body || other && !c.listed(before, behind)) && !own
	if c.whose() == toReport && (c.of.Year == 0 || !strings.ContainsAny(printed, ofCopies)) {
		return
	}
	s := text.Label(printed)
	switch {
	case len([]rune(s)) > maxHeading || strings.HasSuffix(s, "."):
	case c.year(s):
	case mainHeading(s) && !c.lex.beginsOutcome(s):
		c.alien = c.alien && c.whole
		c.body = c.body && c.lex.lists(s)
	}
}

// year reports whether a heading names the report's year, another one or an example.
func (c *captions) year(heading string) bool {
	switch {
	case c.of.Year == 0:
		return false
	case ownYear(heading, c.of.Year):
		c.alien = false
	case otherYear(heading), lastYearHeading.MatchString(heading), c.lex.names(heading, groupExample):
		c.alien, c.whole = true, c.wholeReport(heading)
	default:
		return false
	}
	return true
}

// listed reports whether a body is named in a list of several or beside its figure, or signs with the day
// below: then it names no table.
func (c *captions) listed(before, behind string) bool {
	_, above := c.of.Body(before)
	_, below := c.of.Body(behind)
	return above || below || startsWithDigit(behind) || readFigure(behind, quantity{}).status == report.StatusReported
}

// wholeReport reports the heading of a report or of a list.
func (b book) wholeReport(s string) bool {
	_, _, list := b.cat.ListTitle(s)
	return list || strings.Contains(s, "年度报告") || strings.Contains(s, "年报")
}

const maxHeading = 50 // runes

// ofCopies are characters of which the headings of other years and of examples have one,
// however printed: the other headings need not be folded.
const ofCopies = "年\uf98e样樣示填"

// otherYear reports whether a heading names a year: 附:2020年X县….
func otherYear(s string) bool {
	return slices.ContainsFunc(text.Years(s), func(y text.Year) bool { return y.Named && !y.Dated })
}

// ownYear reports a heading of a table that names the report's year, and where it tells of several
// years together, 2021-2023年…, names this one apart from them: 2023年(与2021至2022年同口径). A table of
// several years is no single one's; a school's year is one, and 2023年和2022年对比 has a column for each.
func ownYear(heading string, year int) bool {
	if !strings.Contains(heading, strconv.Itoa(year)) {
		return false
	}
	compares := compared.MatchString(heading)
	rest := yearsTogether.ReplaceAllStringFunc(heading, func(years string) string {
		if onlyYear(years, year) || compares && !strings.ContainsAny(years, fromTo) {
			return years
		}
		return ","
	})
	if rest == heading {
		return true
	}
	rest = yearReached.ReplaceAllString(rest, ",")
	return slices.ContainsFunc(text.Years(rest), func(y text.Year) bool { return y.Named && !y.Dated && y.Value == year })
}

const fromTo = "-—–~～至到"

var (
	// No month stands behind it, \B: 2022年至2023年3月 is one period.
	yearsTogether = lazyregexp.New(`20[0-9]{2}(?:(?:年度?)?[` + fromTo + `,和及与]+20[0-9]{2})+年\B`)
	yearReached   = lazyregexp.New(`[含括至到]20[0-9]{2}年|20[0-9]{2}年[底末]`) // how far several go: (截至2023年底)
	compared      = lazyregexp.New(`对比|比较|相比|同比`)
)

// A heading of last year's table, with words of what the tables tell and no others, for 上年问题整改情况
// says nothing of them, nor does 上年结转…; and a cell over its columns.
var (
	lastYearHeading = lazyregexp.New(beginsLastYear + `(?:[^,:结改]*[省市州县区旗镇乡厅局委府院校关门级])?` +
		`(?:主动|依?申请人?|政府|信息|政务|公开|公开工作|收到|受理|办理|处理|答复|办结|结果|行政|复议|诉讼|许可|处罚|件?数量?|全年|年度|累计|[和及与的,])*` +
		`(?:情况|数据|统计|汇总|一览|年?报告?)+表?$`)
	lastYearCell = lazyregexp.New(beginsLastYear + `[^,:结]*$`)
)

const beginsLastYear = `^(?:附[表件]?[0-9]?:?)?(?:上一?|去)年度?(?:同期)?`

// mainHeading reports a heading such as 三、收到和处理….
func mainHeading(s string) bool {
	rest := strings.TrimLeft(s, text.Ordinals)
	return rest != s && strings.HasPrefix(rest, ",")
}
