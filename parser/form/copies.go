package form

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"nianbao/parser/document"
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
	alien   bool   // headed with another year than the report's
	at      report.Locator
	figures int
	entries map[key]*entry
	order   []key
}

const kindAnnex = "annex"

// kindOf is the section of the catalogue that an indicator, or the first part of
// one, belongs to.
func kindOf(indicator string) string {
	section, _, _ := strings.Cut(indicator, ".")
	switch section {
	case "disclosure":
		return "active_disclosure"
	case "review", "litigation":
		return "review_and_litigation"
	}
	return section
}

// copyFor returns the copy of a section that a fact of the table in hand
// belongs to: the last one, unless it has that fact from another table.
func (r *reader) copyFor(kind string, k key, at report.Locator) *copied {
	room := r.room[kind] // of the first: there may be any number of others
	for i := len(r.copies) - 1; i >= 0; i-- {
		c := r.copies[i]
		if c.kind != kind {
			continue
		}
		if old := c.entries[k]; c.alien == r.alien && (old == nil || old.table == r.table) {
			return c
		}
		room = 0
		break
	}
	c := &copied{kind: kind, alien: r.alien, at: at, entries: make(map[key]*entry, room), order: make([]key, 0, room)}
	r.copies = append(r.copies, c)
	return c
}

// join takes the facts of all copies that count, and returns how many there are.
func (r *reader) join() (n int) {
	r.facts = make([]*entry, len(r.cat.Indicators())*(len(r.applicantCodes)+1))
	for _, c := range r.copies {
		if r.displaced(c) {
			r.finding(report.Finding{
				Rule: report.RuleUnexpectedRow, Severity: report.SeverityInfo, Locator: c.at, Actual: report.Number(float64(c.figures)),
				Message: fmt.Sprintf("a table headed with another year, or as an example, has %d figures, which are not this report's", c.figures),
			})
			c.entries, c.order = nil, nil
			continue
		}
		r.contest(c)
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

// contest leaves out the figures that fill a blank of a row that stands twice with
// different figures: they are one row's, and nobody knows which.
func (r *reader) contest(c *copied) {
	row := func(f report.Fact) string {
		if f.Applicant != "" {
			return f.Indicator
		}
		return rowOf(f.Indicator)
	}
	twice := map[string]bool{}
	for _, k := range c.order {
		if e := c.entries[k]; e.conflict {
			twice[row(e.fact)] = true
		}
	}
	if len(twice) == 0 {
		return
	}
	for _, k := range c.order {
		e := c.entries[k]
		if !e.mixed || e.conflict || !twice[row(e.fact)] {
			continue
		}
		r.contradict(e, report.Evidence{}, e.fact,
			fmt.Sprintf("%s stands in a row that is there twice with different figures; %q of one of them was not taken", e.fact.Key(), e.fact.Raw))
	}
}

// home reports a copy with figures of the report's own year.
func (c *copied) home() bool { return !c.alien && c.figures > 0 }

// displaced reports a copy of another year beside figures of the report's own, read or
// left out.
func (r *reader) displaced(c *copied) bool {
	return c.alien && (r.doubted[c.kind] || r.doubted[kindAnnex] || slices.ContainsFunc(r.copies, func(d *copied) bool {
		return d.home() && (d.kind == c.kind || d.kind == kindAnnex || c.kind == kindAnnex)
	}))
}

// alienBlocks tells, for each block of a document, whether the last heading
// above it names a year and not the report's, 附:2020年办理情况, or an example. Such a heading
// holds until one of the report's year, or until the next main section; that of a
// whole report or list, which have main sections of their own, only until the former.
func (b book) alienBlocks(doc *document.Document, year int) []bool {
	out := make([]bool, len(doc.Blocks))
	if year == 0 {
		return out
	}
	alien, whole := false, false
	for i, block := range doc.Blocks {
		if block.Kind != document.Table && len(block.Text) <= maxHeading*3 && (alien || strings.ContainsAny(block.Text, ofCopies)) {
			switch s := text.Label(block.Text); {
			case len([]rune(s)) > maxHeading || strings.HasSuffix(s, "."):
			case strings.Contains(s, strconv.Itoa(year)):
				alien = false
			case otherYear(s), b.lex.names(s, groupExample):
				alien, whole = true, b.wholeReport(s)
			case !whole && mainHeading(s) && !b.lex.beginsOutcome(s):
				alien = false
			}
		}
		out[i] = alien
	}
	return out
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

// mainHeading reports a heading such as 三、收到和处理….
func mainHeading(s string) bool {
	rest := strings.TrimLeft(s, text.Ordinals)
	return rest != s && strings.HasPrefix(rest, ",")
}
