package form

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"nianbao/parser/catalog"
	"nianbao/parser/document"
	"nianbao/parser/report"
)

// Result is what the standard tables of a document say.
type Result struct {
	// Layout is the layout the tables have, the name of a form; "" when the
	// document has no standard table.
	Layout string
	// Open tells that the tables that are there are the same in several layouts, so
	// that Layout is only the likelier one; Fits are those, the oldest first.
	Open     bool
	Fits     []string
	Facts    []report.Fact // in the order of the catalogue
	Findings []report.Finding
	Used     []bool // for each block of the document: it belongs to a standard table
}

// Of is whose tables are looked for: it tells them from those of other years and bodies beside them.
type Of struct {
	Year int // 0 where it is not known
	// Body reports whether a heading names the report's own body, and whether surely another; nil
	// where nobody knows.
	Body func(heading string) (own, other bool)
}

// Read finds the standard tables of a report in a document and reads their figures. It never
// fails: what cannot be read gives findings.
func Read(doc *document.Document, of Of) Result { return builtIn().read(doc, of) }

// book is what there is to know of the forms: their indicators, labels and headers.
type book struct {
	cat            *catalog.Catalog
	lex            *lexicon
	applicantCodes []string

	room map[string]int // how many facts a kind of copy may have

	disclosure, requests, review *section
	sections                     []*section // these, as they are looked for
	annexList                    *section
}

// section is one of the standard tables.
type section struct {
	table string            // of the catalogue, or annex
	name  string            // for people
	axis  *axis             // its header; the list has none to speak of
	rows  []group           // the labels of its rows, and the headings over them
	above map[string]string // of a row, the one that its article has above it
}

// has reports whether a token is the label of one of its rows, or of a heading over them.
func (s *section) has(t *token) bool { return slices.ContainsFunc(s.rows, t.has) }

// newBook reads the labels of the forms of a catalogue, a table like labels.csv.
func newBook(cat *catalog.Catalog, labels string) book {
	var codes []string
	for _, a := range cat.Applicants() {
		codes = append(codes, a.Code)
	}
	b := book{
		applicantCodes: codes, cat: cat, lex: newLexicon(labels),
		disclosure: &section{catalog.TableDisclosure, "disclosure", newAxis(cat, catalog.TableDisclosure, "", groupMetric), []group{groupSubject}, subjectsAbove(cat)},
		requests:   &section{catalog.TableRequests, "requests", newAxis(cat, catalog.TableRequests, groupApplicants, groupApplicant), []group{groupOutcome, groupOutcomes}, nil},
		review:     &section{catalog.TableReview, "review and litigation", newAxis(cat, catalog.TableReview, groupBody, groupResult), []group{groupBody}, nil},
		annexList:  &section{table: kindAnnex, rows: []group{groupAnnex}},
	}
	b.sections = []*section{b.disclosure, b.requests, b.review}
	b.room = map[string]int{kindAnnex: len(cat.Indicators())}
	for _, ind := range cat.Indicators() {
		if b.room[ind.Section]++; ind.Dimension == catalog.DimensionApplicant {
			b.room[ind.Section] += len(codes) - 1
		}
	}
	return b
}

// subjectsAbove tells of the rows of section two which one the same article has above them.
func subjectsAbove(cat *catalog.Catalog) map[string]string {
	above := map[string]string{}
	var last catalog.Indicator
	for _, ind := range cat.Indicators() {
		row, was := rowOf(ind.Code), rowOf(last.Code)
		if ind.Section == last.Section && ind.Table() == catalog.TableDisclosure && row != was && slices.Equal(ind.Path[:1], last.Path[:1]) && above[row] == "" {
			above[row] = was
		}
		last = ind
	}
	return above
}

// rowOf is the row of section two or four that an indicator's figures stand in.
func rowOf(indicator string) string { return indicator[:max(0, strings.LastIndexByte(indicator, '.'))] }

var builtIn = sync.OnceValue(func() book { return newBook(catalog.Default(), labelsCSV) })

func (b book) read(doc *document.Document, of Of) Result {
	if of.Body == nil {
		of.Body = func(string) (own, other bool) { return false, false }
	}
	r := &reader{
		book: b, year: of.Year, owners: make([]belongs, len(doc.Blocks)), captions: captions{book: b, of: of},
		left: map[string]bool{}, doubted: map[string]bool{}, seen: map[string]bool{}, votes: map[string]map[string]bool{},
		used: make([]bool, len(doc.Blocks)), slips: 2000,
	}
	r.flat.reader, r.flat.visual = r, doc.Container == document.PDF || doc.Container == document.Placed
	beside := func(i int) string {
		if i < 0 || i >= len(doc.Blocks) {
			return ""
		}
		return doc.Blocks[i].Text
	}
	for i, b := range doc.Blocks {
		if b.Kind != document.Table {
			r.captions.see(b.Text, beside(i-1), beside(i+1))
		}
		r.owners[i] = r.captions.whose()
		switch {
		case b.Kind != document.Table:
			r.flat.add(i, b)
		case b.Grid.Loose && barsOnly(b.Grid):
			// They part the cells of the lines around it.
		case oneCellRows(b.Grid):
			r.flat.addGrid(i, b.Grid)
		default:
			r.flat.flush(b.Grid.Loose)
			r.table, r.whose = r.table+1, r.owners[i]
			r.used[i] = r.readGrid(b.Grid, beside(i-1), beside(i+1))
		}
	}
	r.flat.flush(false)
	result := r.result()
	if doc.Recognised {
		result.withoutBlanks()
	}
	return result
}

// withoutBlanks leaves out the cells in which a program that read a scan saw nothing.
func (r *Result) withoutBlanks() {
	all := len(r.Facts)
	r.Facts = slices.DeleteFunc(r.Facts, func(f report.Fact) bool { return f.Status == report.StatusBlank })
	if n := all - len(r.Facts); n > 0 {
		r.Findings = append(r.Findings, report.Finding{Rule: report.RuleAmbiguous, Severity: report.SeverityWarning, Actual: report.Number(float64(n)),
			Message: fmt.Sprintf("the text was recognised from pictures, and in %d cells nothing was: whether they are blank is not known, and they were left out", n)})
	}
}

// reader collects facts from one document.
type reader struct {
	book
	year     int       // of the report; 0 where it is not known
	captions captions  // as far as the page was walked
	owners   []belongs // for each block: whose heading it stands under
	copies   []*copied // in the order of the page
	facts    []*entry  // by their keys, once the copies are joined; nil where there is none
	findings []report.Finding
	left     map[string]bool // indicators left out with a finding of their own
	doubted  map[string]bool // kinds of copies of which figures of this report were left out
	seen     map[string]bool // kinds of tables met: disclosure, requests, review, annex
	// votes holds, for each form, the labels that not every form has.
	votes map[string]map[string]bool
	used  []bool
	slips int // inexact searches still allowed; hostile input must not buy more

	table   int     // counts the tables
	whose   belongs // the one in hand
	inAnnex bool    // the annex is being recorded

	// Columns in force: a table that was cut in two goes on under them.
	applicants *columns
	strongRow  bool       // a row that only the requests table has was read
	heading    string     // outcome heading of the requests table
	headingAt  span       // its columns
	blocks     []*columns // of section two, or the results under which proceedings stand
	blocksOf   *section
	results    *columns
	metricsDue bool // a header of section two was read whose rows may be broken, and no row below it
	resultsDue bool // the header of section four was read, its figures not yet
	turned     bool // a header in text has all its columns in an order that no print has
	annex      []annexLine
	listOpen   bool // the last table was the list: the next may go on with it
	flat       flatReader

	entries []entry // the next, allocated together
}

// key numbers the figures that a report may have: by the places of indicator and
// applicant in the catalogue.
type key int

// keyOf is the key of a figure of the i-th indicator.
func (b book) keyOf(i int, applicant string) key {
	return key(i*(len(b.applicantCodes)+1) + slices.Index(b.applicantCodes, applicant) + 1)
}

// indicator is the indicator of a key.
func (b book) indicator(k key) *catalog.Indicator {
	return &b.cat.Indicators()[int(k)/(len(b.applicantCodes)+1)]
}

// divided reports whether a key has an applicant.
func (b book) divided(k key) bool { return int(k)%(len(b.applicantCodes)+1) > 0 }

type entry struct {
	fact     report.Fact
	value    float64 // where the fact's stays
	conflict bool
	mixed    bool // one reading has a figure, another in the same table is blank
	table    int
}

// maxFindings bounds what the tables of one document can say about themselves. A
// report that follows no rule at all has some hundred.
const maxFindings = 2000

func (r *reader) finding(f report.Finding) {
	switch n := len(r.findings); {
	case n < maxFindings:
		r.findings = append(r.findings, f)
	case n == maxFindings:
		r.findings = append(r.findings, report.Finding{Rule: report.RuleLimit, Severity: report.SeverityWarning,
			Message: fmt.Sprintf("there is more to say of the tables than of any report's; what follows the first %d findings was left out", maxFindings)})
	}
}

func (r *reader) voteFor(layout, what string) {
	if r.votes[layout] == nil {
		r.votes[layout] = map[string]bool{}
	}
	r.votes[layout][what] = true
}

// amountUnit is the unit of all amounts in the catalogue.
const amountUnit = "万元"

// put records what a cell says of the i-th indicator; unit is that of an amount, as header
// or row names it. The same figure twice is one figure; two different ones are none.
func (r *reader) put(i int, applicant, raw string, at report.Locator, unit string) {
	ind := &r.cat.Indicators()[i]
	q := quantity{signed: strings.HasSuffix(ind.Code, ".items_change"), money: ind.Unit == amountUnit, unit: unit}
	fig := readFigure(raw, q)
	f := report.Fact{Indicator: ind.Code, Applicant: applicant, Unit: ind.Unit, Status: fig.status, Raw: raw, Locator: at}
	if len(r.entries) == 0 {
		r.entries = make([]entry, 64)
	}
	e := &r.entries[0]
	r.entries = r.entries[1:]
	if fig.status == report.StatusReported {
		e.value = fig.value
		f.Value = &e.value
		if q.money && fig.unit == "" {
			f.Status = report.StatusUnitAssumed
		}
	}
	kind, k := ind.Section, r.keyOf(i, applicant)
	if r.inAnnex {
		kind = kindAnnex
		for _, form := range r.cat.TableLayouts(catalog.TablesAnnex) {
			if ind.In(form) {
				r.voteFor(form, ind.Code)
			}
		}
	}
	c := r.copyFor(kind, k, f)
	if f.Value != nil {
		c.figures++
	}
	if old := c.entries[k]; old != nil {
		r.merge(old, f, true)
		return
	}
	e.fact, e.table = f, r.table
	c.entries[k] = e
	c.order = append(c.order, k)
}

// merge joins a second reading of a fact to the first. In one table a row that
// is printed again without figures says nothing.
func (r *reader) merge(old *entry, f report.Fact, oneTable bool) {
	switch {
	case sameFigure(old.fact, f):
		return
	case oneTable && !old.conflict && (f.Status == report.StatusBlank || old.fact.Status == report.StatusBlank):
		old.mixed = true
		if old.fact.Status == report.StatusBlank {
			old.fact = f
		}
		return
	}
	if !old.conflict {
		r.contradict(old, evidence(old.fact), f, fmt.Sprintf("%s stands twice with different figures, %q at %s and %q at %s; neither was taken",
			f.Key(), old.fact.Raw, old.fact.Locator, f.Raw, f.Locator))
	}
}

// contradict leaves a fact out of which f says something else than expected.
func (r *reader) contradict(e *entry, expected report.Evidence, f report.Fact, message string) {
	e.conflict = true
	r.left[f.Indicator] = true
	r.finding(report.Finding{
		Rule: report.RuleDuplicateRow, Severity: report.SeverityError, Indicator: f.Indicator, Applicant: f.Applicant,
		Expected: expected, Actual: evidence(f), Locator: f.Locator, Message: message,
	})
}

func sameFigure(a, b report.Fact) bool {
	if a.Status != b.Status {
		return false
	}
	return a.Value == nil || *a.Value == *b.Value
}

func evidence(f report.Fact) report.Evidence {
	if f.Value != nil {
		return report.Number(*f.Value)
	}
	return report.Text(f.Raw)
}

// unexpected keeps the figures of a row that is in no layout.
func (r *reader) unexpected(name string, at report.Locator, figures []string) {
	r.finding(report.Finding{
		Rule: report.RuleUnexpectedRow, Severity: report.SeverityInfo, Locator: at,
		Actual:  report.Text(strings.Join(figures, " | ")),
		Message: fmt.Sprintf("the row %q is in no layout; its figures are %s", oneLine(name), strings.Join(figures, " | ")),
	})
}

// leave records that the cells of an indicator could not be placed.
func (r *reader) leave(rule, indicator string, at report.Locator, raw []string, why string) {
	r.left[indicator] = true
	if r.whose == toReport {
		r.doubted[kindOf(indicator)] = true
	}
	r.finding(report.Finding{
		Rule: rule, Severity: report.SeverityWarning, Indicator: indicator, Locator: at,
		Actual:  report.Text(strings.Join(raw, " | ")),
		Message: fmt.Sprintf("the figures of %s were left out: %s", indicator, why),
	})
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// search finds the code of a label in a group: by its known spellings, or by
// the one spelling that a slip of the pen leads to.
func (r *reader) search(l label, g group) string {
	if code := r.lex.find(l, g); code != "" {
		return code
	}
	if r.slips <= 0 || len(r.lex.meanings(l)) > 0 {
		return ""
	}
	r.slips--
	return r.lex.nearest(l, g)
}

// result decides the layout and says what is missing.
func (r *reader) result() Result {
	r.finishAnnex()
	n := r.join()
	res := Result{Used: r.used, Facts: make([]report.Fact, 0, n)}
	res.Layout, res.Fits = r.layout()
	if res.Open = len(res.Fits) > 1; res.Open && r.year != 0 {
		// All of them began before the year, or none did.
		if res.Layout = res.Fits[len(res.Fits)-1]; r.cat.Form(res.Fits[0]).FirstYear > r.year {
			res.Layout = res.Fits[0]
		}
	}
	for k, e := range r.facts {
		if e == nil || e.conflict || r.divided(key(k)) != (r.indicator(key(k)).Dimension == catalog.DimensionApplicant) {
			continue
		}
		f := e.fact
		res.Facts = append(res.Facts, f)
		warn := func(rule, message string, args ...any) {
			r.finding(report.Finding{
				Rule: rule, Severity: report.SeverityWarning, Indicator: f.Indicator, Applicant: f.Applicant, Locator: f.Locator,
				Actual: report.Text(f.Raw), Message: fmt.Sprintf(message, args...),
			})
		}
		switch f.Status {
		case report.StatusUnreadable:
			warn(report.RuleUnreadable, "the cell of %s holds %q, which is no figure", f.Key(), oneLine(f.Raw))
		case report.StatusUnitAssumed:
			warn(report.RuleUnitAssumed, "neither the cell of %s nor its header names a unit; the value is as written, taken as %s", f.Indicator, f.Unit)
		}
	}
	layout := res.Layout
	if layout == "" && len(r.left) > 0 && r.year != 0 { // tables of which nothing could be read
		if f := r.cat.Prescribed(r.year); len(f.Sections) > 0 {
			layout = f.Name
		}
	}
	r.missing(layout)
	res.Findings = r.findings
	return res
}

// found tells, by their places in the catalogue, of which indicators figures were read,
// conflicting ones too, and of which applicants: the first of these is none.
func (r *reader) found() (indicators, applicants []bool) {
	n := len(r.applicantCodes) + 1
	indicators, applicants = make([]bool, len(r.cat.Indicators())), make([]bool, n)
	for k, e := range r.facts {
		if e != nil {
			indicators[k/n], applicants[k%n] = true, true
		}
	}
	return indicators, applicants
}

// layout is the form that has most of what was read. The tables decide, never
// the year and never the notice that the text cites; but of those that fit alike, a
// list where none was met and one that begins after the report's year are none. tied are those that are left.
func (r *reader) layout() (name string, tied []string) {
	have, _ := r.found()
	if !slices.Contains(have, true) {
		return "", nil
	}
	best := 0
	for _, f := range r.cat.Forms() {
		n := len(r.votes[f.Name])
		for i := range have {
			if have[i] && r.cat.Indicators()[i].In(f.Name) {
				n++
			}
		}
		if n > best {
			best, tied = n, nil
		}
		if n == best {
			tied = append(tied, f.Name)
		}
	}
	for _, unfit := range []func(f catalog.Form) bool{
		func(f catalog.Form) bool { return f.Tables == catalog.TablesAnnex && !r.seen[kindAnnex] },
		func(f catalog.Form) bool { return r.year != 0 && f.FirstYear > r.year },
	} {
		if left := slices.DeleteFunc(slices.Clone(tied), func(name string) bool { return unfit(r.cat.Form(name)) }); len(left) > 0 {
			tied = left
		}
	}
	if r.seen["requests"] {
		// 2019 has one row for the sixth outcome; 2021 has three, and reports
		// that still print one.
		return tied[0], tied
	}
	return tied[len(tied)-1], tied
}

// otherProcessing is the row 其他处理, which is one row or three: either is whole.
const otherProcessing = "requests.other_processing"

// missing adds a finding for each row or column of the layout that is not in
// the page, or one for a table that is not there at all.
func (r *reader) missing(layout string) {
	if layout == "" {
		return
	}
	have, applicants := r.found()
	for code := range r.left {
		if i, ok := r.cat.Index(code); ok {
			have[i] = true
		}
	}
	has := func(code string) bool {
		i, ok := r.cat.Index(code)
		return ok && have[i]
	}
	sections := r.cat.Form(layout).Sections
	if len(sections) > 0 {
		r.missingTables(layout, sections, applicants)
	}
	three := has(otherProcessing+".correction_overdue") || has(otherProcessing+".fee_overdue") || has(otherProcessing+".other")
	for i, ind := range r.cat.Indicators() {
		_, kind := strings.CutPrefix(ind.Code, otherProcessing+".")
		switch {
		case !ind.In(layout), have[i], len(sections) > 0 && !r.seen[ind.Table()]:
		case ind.Code == otherProcessing && three, kind && (!three || has(otherProcessing)):
		default:
			r.gone(ind.Code, "", fmt.Sprintf("%s (%s)", ind.Code, ind.LabelZH()))
		}
	}
}

// missingTables adds findings for tables of the sections of a layout, and for columns of
// the requests table.
func (r *reader) missingTables(layout string, sections map[string]string, applicants []bool) {
	for _, table := range []string{"disclosure", "requests", "review"} {
		if !r.seen[table] {
			r.gone("", "", fmt.Sprintf("the table of section %s", sections[table]))
		}
	}
	for i, a := range r.cat.Applicants() {
		if r.seen["requests"] && a.In(layout) && !applicants[i+1] && slices.Contains(applicants[1:], true) {
			r.gone("", a.Code, fmt.Sprintf("the column %s of the requests table", a.LabelZH))
		}
	}
}

// gone says that a row, a column or a table of the form is not there.
func (r *reader) gone(indicator, applicant, what string) {
	r.finding(report.Finding{Rule: report.RuleMissingRow, Severity: report.SeverityInfo, Indicator: indicator, Applicant: applicant, Message: what + " is not in the document"})
}
