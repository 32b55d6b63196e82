package explorer

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"

	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/parser/text"
	"nianbao/store"
	"nianbao/store/ask"
	"nianbao/store/panel"
)

// textsView is the prose of two reports side by side: the passages that both have
// marked, or what changed from one to the other.
type textsView struct {
	ID          int64 // of the report that was asked for
	Left, Right *store.StoredReport
	Changes     bool // what changed is marked, and not what is shared
	Partners    []partner
	Rows        []textRow
	Share       *float64 // of the asked report's own characters that stand in the other; nil: not compared
	Same        bool     // nothing differs
	Apart       bool     // the texts have nothing in common
}

// partner is a report whose text may stand beside another's.
type partner struct {
	ask.ReportLine
	Share   *float64 // as textsView.Share
	Current bool
}

// textRow is a section of both, or of one alone.
type textRow struct{ Left, Right *textPart }

type textPart struct {
	Heading    string
	Paragraphs [][]textSpan
}

// textSpan is a run of text: shared, only here, or (Mark "") neither pointed out.
type textSpan struct{ Text, Mark string }

const (
	markShared = "shared"
	markGone   = "gone" // of the left text: the right one does not have it
	markNew    = "new"  // of the right text
)

// What is compared at most: characters of a section, and the time for all.
const (
	maxDiffed   = 60_000
	maxDiffTime = 2 * time.Second
)

// texts puts a report beside another: the one that is asked for, else the same
// office's of the year before, else the one it repeats most of.
func (e *Explorer) texts(ctx context.Context, id int64, values url.Values) (*textsView, error) {
	p := &parameters{Values: values}
	with, err := strconv.ParseInt(cmp.Or(p.text("with", 20), "0"), 10, 64)
	if err != nil || with < 0 {
		p.wrong("with", p.text("with", 20))
	}
	v := &textsView{ID: id, Changes: p.one("show", "changes", "shared") == "changes"}
	if p.err != nil {
		return nil, p.err
	}
	one, err := e.store.Report(ctx, id)
	if err != nil {
		return nil, err
	}
	if v.Partners, err = e.partners(ctx, one); err != nil {
		return nil, err
	}
	if with == 0 {
		if len(v.Partners) == 0 {
			v.Right = one
			return v, nil
		}
		at := slices.IndexFunc(v.Partners, func(o partner) bool { return sameOffice(one, o.ReportLine) && o.Year == int(one.Meta.Year)-1 })
		with = v.Partners[max(at, 0)].ID
	}
	other, err := e.store.Report(ctx, with)
	if err != nil {
		return nil, err
	}
	for i := range v.Partners {
		if v.Partners[i].Current = v.Partners[i].ID == with; v.Partners[i].Current {
			v.Share = v.Partners[i].Share
		}
	}
	v.Left, v.Right = other, one
	if other.Meta.Year > one.Meta.Year {
		v.Left, v.Right = one, other
	}
	v.pair()
	return v, nil
}

// partners are the reports that this one repeats or that repeat it, and those of
// the same office of other years.
func (e *Explorer) partners(ctx context.Context, one *store.StoredReport) ([]partner, error) {
	copies, err := ask.Copies(ctx, e.store, ask.CopyQuery{Report: one.ID, Limit: 50})
	if err != nil {
		return nil, err
	}
	var all []partner
	add := func(line ask.ReportLine, share *float64) {
		if line.ID == one.ID || line.ID == 0 {
			return
		}
		if i := slices.IndexFunc(all, func(p partner) bool { return p.ID == line.ID }); i < 0 {
			all = append(all, partner{ReportLine: line, Share: share})
		} else if all[i].Share == nil {
			all[i].Share = share
		}
	}
	for _, c := range copies {
		if c.ID == one.ID {
			add(c.Other, &c.Share)
		} else {
			add(c.ReportLine, nil)
		}
	}
	if code := one.Meta.RegionCode; code != "" {
		same, err := ask.PageOfReports(ctx, e.store, store.Filter{Regions: []string{code}, Scope: one.Meta.Scope}, 0, 100)
		if err != nil {
			return nil, err
		}
		for _, line := range same.Reports {
			if sameOffice(one, line) && line.Year != int(one.Meta.Year) {
				add(line, nil)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b partner) int {
		return cmp.Or(last(!sameOffice(one, a.ReportLine), !sameOffice(one, b.ReportLine)), -cmp.Compare(shareOf(a), shareOf(b)), -cmp.Compare(a.Year, b.Year))
	})
	return all, nil
}

func shareOf(p partner) float64 {
	if p.Share == nil {
		return 0
	}
	return *p.Share
}

// sameOffice reports whether a report is by whoever wrote another.
func sameOffice(one *store.StoredReport, other ask.ReportLine) bool {
	if one.Meta.RegionCode == "" || region.Newest(one.Meta.RegionCode) != region.Newest(other.RegionCode) || one.Meta.Scope != other.Scope {
		return false
	}
	return one.Meta.Scope == report.ScopeRegion || one.Meta.Publisher == other.Publisher
}

// pair puts the sections beside each other, those of one number together, and
// marks them.
func (v *textsView) pair() {
	left, right := unfurnished(v.Left.Sections), unfurnished(v.Right.Sections)
	spansLeft, spansRight := make([][]textSpan, len(left)), make([][]textSpan, len(right))
	shared := panel.Shared(left, right)
	v.Apart = len(shared) == 0
	if !v.Changes {
		a, b := marksOf(left), marksOf(right)
		for _, p := range shared {
			mark(a[p.Section], p.Start, p.End)
			mark(b[p.OtherSection], p.OtherStart, p.OtherEnd)
		}
		for i := range left {
			spansLeft[i] = spansOf(left[i].Text, a[i])
		}
		for i := range right {
			spansRight[i] = spansOf(right[i].Text, b[i])
		}
	}
	v.Same = v.Changes
	until := time.Now().Add(maxDiffTime)
	used := make([]bool, len(right))
	row := func(i, k int) {
		if v.Changes {
			a, b := "", ""
			if i >= 0 {
				a = left[i].Text
			}
			if k >= 0 {
				b = right[k].Text
			}
			from, to := changes(a, b, until)
			v.Same = v.Same && a == b
			if i >= 0 {
				spansLeft[i] = from
			}
			if k >= 0 {
				spansRight[k] = to
			}
		}
		var r textRow
		if i >= 0 {
			r.Left = &textPart{left[i].Heading, lines(spansLeft[i], textOf)}
		}
		if k >= 0 {
			used[k] = true
			r.Right = &textPart{right[k].Heading, lines(spansRight[k], textOf)}
		}
		v.Rows = append(v.Rows, r)
	}
	next := 0
	for i, s := range left {
		k := slices.IndexFunc(right[next:], func(o report.Section) bool { return o.Number == s.Number })
		if k < 0 {
			row(i, -1)
			continue
		}
		for ; k > 0; k-- { // those before it stand alone
			row(-1, next)
			next++
		}
		row(i, next)
		next++
	}
	for k := range right {
		if !used[k] {
			row(-1, k)
		}
	}
}

func textOf(s *textSpan) *string { return &s.Text }

func marksOf(sections []report.Section) [][]bool {
	all := make([][]bool, len(sections))
	for i, s := range sections {
		all[i] = make([]bool, utf8.RuneCountInString(s.Text))
	}
	return all
}

func mark(marks []bool, from, to int) {
	for i := max(from, 0); i < min(to, len(marks)); i++ {
		marks[i] = true
	}
}

// spansOf cuts a text where marks begin and end.
func spansOf(printed string, marks []bool) []textSpan {
	return runs(printed, marks, func(text string, shared bool) textSpan {
		return textSpan{text, map[bool]string{true: markShared}[shared]}
	})
}

// runs cuts a text where what its characters are marked with changes.
func runs[M comparable, R any](text string, marks []M, run func(text string, mark M) R) (all []R) {
	chars := []rune(text)
	for i := 0; i < len(chars); {
		end := i + 1
		for end < len(chars) && marks[end] == marks[i] {
			end++
		}
		all, i = append(all, run(string(chars[i:end]), marks[i])), end
	}
	return all
}

// changes are the spans of two texts, of which those that the other does not have
// are marked. Beyond what is compared, a whole text is.
func changes(a, b string, until time.Time) (from, to []textSpan) {
	if utf8.RuneCountInString(a)+utf8.RuneCountInString(b) > maxDiffed || a == "" || b == "" {
		if a == b {
			return []textSpan{{Text: a}}, []textSpan{{Text: b}}
		}
		return []textSpan{{a, markGone}}, []textSpan{{b, markNew}}
	}
	t := tokens{}
	tokensA, codesA := t.of(a)
	tokensB, codesB := t.of(b)
	next := func(from *[]string, n int) string {
		text := strings.Join((*from)[:n], "")
		*from = (*from)[n:]
		return text
	}
	d := diffmatchpatch.New()
	d.DiffTimeout = max(time.Until(until), time.Millisecond)
	for _, x := range d.DiffCleanupSemantic(d.DiffMainRunes(codesA, codesB, false)) {
		n := utf8.RuneCountInString(x.Text)
		switch x.Type {
		case diffmatchpatch.DiffDelete:
			from = append(from, textSpan{next(&tokensA, n), markGone})
		case diffmatchpatch.DiffInsert:
			to = append(to, textSpan{next(&tokensB, n), markNew})
		default:
			from, to = append(from, textSpan{Text: next(&tokensA, n)}), append(to, textSpan{Text: next(&tokensB, n)})
		}
	}
	return from, to
}

// tokens give every character, and every figure as a whole, a character of its own,
// so that 2021 does not change into 2022 by its last digit. Wide and narrow forms of a
// sign are one.
type tokens map[string]rune

const firstToken = 0xE000 // what is above is no surrogate

func (t tokens) of(s string) (texts []string, codes []rune) {
	for s != "" {
		n := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsDigit(r) })
		if n < 0 {
			n = len(s)
		}
		if n == 0 {
			_, n = utf8.DecodeRuneInString(s)
		}
		key := strings.Map(text.Rune, s[:n])
		code, known := t[key]
		if !known {
			code = rune(firstToken + len(t))
			t[key] = code
		}
		texts, codes, s = append(texts, s[:n]), append(codes, code), s[n:]
	}
	return texts, codes
}

// lines cuts runs of text at line ends.
func lines[R any](runs []R, text func(*R) *string) (all [][]R) {
	var line []R
	end := func() {
		if len(line) > 0 {
			all, line = append(all, line), nil
		}
	}
	for _, r := range runs {
		for i, part := range strings.Split(*text(&r), "\n") {
			if i > 0 {
				end()
			}
			if part != "" {
				one := r
				*text(&one) = part
				line = append(line, one)
			}
		}
	}
	end()
	return all
}

func (e *Explorer) textsPage(p *page, r *http.Request) error {
	id, err := reportID(r)
	if err != nil {
		return err
	}
	v, err := e.texts(r.Context(), id, r.URL.Query())
	if err != nil {
		return err
	}
	p.Wide, p.V = true, v
	if v.Left == nil {
		p.Title = p.T("texts.title", p.ReportName(v.Right), "…")
	} else {
		p.Title = p.T("texts.title", p.ReportName(v.Left), p.ReportName(v.Right))
	}
	return nil
}

// ReportName is who reports on which year.
func (p *page) ReportName(r *store.StoredReport) string {
	return p.reportName(r.Meta.RegionCode, r.Meta.Region, r.Meta.Publisher, r.Meta.Scope, int(r.Meta.Year))
}

// LineName is ReportName of a line of a list.
func (p *page) LineName(l ask.ReportLine) string {
	return p.reportName(l.RegionCode, l.RegionName, l.Publisher, l.Scope, l.Year)
}

func (p *page) reportName(code, name, publisher string, scope report.Scope, year int) string {
	who := p.RegionOr(code, name)
	if scope == report.ScopeAgency || who == "" {
		who = cmp.Or(publisher, who)
	}
	if year == 0 {
		return who
	}
	return who + " " + strconv.Itoa(year)
}

// copiesView is a list of reports that repeat others.
type copiesView struct {
	Copies []ask.Copy
	Under  string
	Year   int
	Kind   string
	More   bool
	Done   bool // the texts of the file have been compared
}

// maxCopies is how many pairs a page lists.
const maxCopies = 100

func (e *Explorer) copiesPage(p *page, r *http.Request) error {
	q := &parameters{Values: r.URL.Query()}
	query := ask.CopyQuery{Filter: q.filter(), Kind: q.one("kind", ask.CopyYearBefore, ask.CopyOtherOffice), Least: .3, Limit: maxCopies + 1}
	if q.err != nil {
		return q.err
	}
	v := &copiesView{Under: query.Under, Year: query.Years.From, Kind: query.Kind}
	var err error
	if v.Copies, err = ask.Copies(r.Context(), e.store, query); err != nil {
		return err
	}
	if v.More = len(v.Copies) > maxCopies; v.More {
		v.Copies = v.Copies[:maxCopies]
	}
	if v.Done, err = ask.TextsCompared(r.Context(), e.store); err != nil {
		return err
	}
	p.Title, p.V = p.T("copies.title"), v
	return nil
}

// Clip is the beginning of a long text.
func (p *page) Clip(s string) string { return clip(s, 60) }
