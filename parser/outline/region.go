package outline

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/lazyregexp"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/parser/text"
)

var (
	// generic names of governments and offices: 县政府办, 自治区北部湾办, 我县.
	genericName = pattern("generic")
	// Of whom the text speaks: the whole territory or the writer's own office.
	ofTerritory = pattern("of_territory")
	ofOffice    = pattern("of_office")
	officeName  = pattern("office")
)

// witness is a kind of place that says whose report the document is.
type witness struct {
	name      string
	reads     string   // the place or text it is read from
	publisher string   // named, full, own or "": who may be told by it
	place     string   // any, spoken, county, titled, town or "": which region may be
	words     []string // of which the text has one where the form may match
	anchored  bool     // at such a word
	form      *lazyregexp.Regexp
}

//go:embed evidence.csv
var evidenceCSV string

// witnesses are those of evidence.csv, the strongest first.
var witnesses = func() (all []witness) {
	for _, r := range catalog.Rows("evidence.csv", evidenceCSV) {
		w := witness{name: r[0], reads: r[1], publisher: r[2], place: r[3]}
		if r[5] != "" {
			w.words, w.anchored, w.form = strings.Split(r[4], "|"), r[5][0] == '^', lazyregexp.New(r[5])
		}
		all = append(all, w)
	}
	return all
}()

// besides are the witnesses that stand beside the title.
var besides = witnesses[:slices.IndexFunc(witnesses, func(w witness) bool { return w.name == "title" })]

// claim is what a witness says: a name as it is given, and what it means.
type claim struct {
	name string
	region.Match
}

// maxClaims bounds what is looked at of one witness.
const maxClaims = 4

// claims are what a witness says, in the order of the text.
func (r *reader) claims(w *witness) []claim {
	said, ok := r.claimed[w]
	if !ok {
		for _, name := range r.namesOf(w) {
			m := region.Recognise(name, r.context)
			if w.reads == "title" {
				name = m.Publisher // without what stands around it
			}
			if m.Scope != "" || m.Region.Code != "" {
				said = append(said, claim{name, m})
			}
		}
		r.claimed[w] = said
	}
	return said
}

// namesOf lists the names that a witness has: a line each, or what its pattern finds.
func (r *reader) namesOf(w *witness) (names []string) {
	if w.form == nil && w.name != "governments" {
		return strings.Split(r.textOf(w), "\n")
	}
	if !slices.ContainsFunc(w.words, func(word string) bool { return strings.Contains(r.beginning, word) }) {
		return nil
	}
	s := r.textOf(w)
	if !w.anchored {
		for _, g := range w.form.FindAllStringSubmatch(s, maxClaims) {
			names = append(names, strings.Join(g[1:], ""))
		}
		return names
	}
	for at := range s {
		if len(names) == maxClaims || !slices.ContainsFunc(w.words, func(word string) bool { return strings.HasPrefix(s[at:], word) }) {
			continue
		}
		if g := w.form.FindStringSubmatch(s[at:]); g != nil {
			names = append(names, strings.Join(g[1:], ""))
		}
	}
	return names
}

// textOf is what a witness is read from.
func (r *reader) textOf(w *witness) string {
	switch w.reads {
	case "label":
		return r.labelled.publisher
	case "signature":
		return r.labelled.signature
	case "title":
		return r.agency
	case "site":
		return strings.Join(strings.Fields(text.Spaced(r.site)), "\n")
	case "opening":
		return r.opening.own()
	case "body":
		return r.body.own()
	case "both":
		return r.opening.own() + r.body.own()
	}
	return r.beginning
}

// readRegion reads region, publisher and scope. The title decides; the other witnesses only
// say which of several places is meant, or which county's a 周湾镇 or 县政府办 is.
func (r *reader) readRegion() {
	r.context = region.Context{Host: hostOf(r.source), Year: int(r.meta.Year)}
	for _, t := range []string{r.labelled.publisher, r.labelled.signature, r.beginning, text.Fold(r.site)} {
		if t != "" {
			r.context.Texts = append(r.context.Texts, t)
		}
	}
	r.agency = titleAgency(text.Fold(r.meta.Title))
	title := region.Recognise(r.agency, r.context)
	beside := r.beside()
	r.meta.Scope = report.Scope(title.Scope)
	r.placeRegion(title, beside.Match)
	r.meta.Publisher = r.publisher(title)
	r.readScope(title, cmp.Or(beside.name, r.meta.Publisher))
}

// beside is whom the page names beside the title, with the place where any source has it.
func (r *reader) beside() (best claim) {
	for i := range besides {
		for _, c := range r.claims(&besides[i]) {
			if c.Region.Code != "" || len(c.Candidates) > 0 {
				return c
			}
			if best.name == "" {
				best = c
			}
		}
	}
	return best
}

// recognise reads a name without anything that stands beside it. A page prints
// few names, and those again and again.
func (r *reader) recognise(name string) region.Match {
	m, ok := r.recognised[name]
	if !ok {
		m = region.Recognise(name, region.Context{})
		r.recognised[name] = m
	}
	return m
}

// publisher weighs who is named. The title names an agency best; where it leaves out whose it
// is (县政府办, 春华街道), the full name of the same office beside it goes before.
func (r *reader) publisher(title region.Match) string {
	agency := title.Scope == region.ScopeAgency && title.Publisher != ""
	if agency && title.As != "" {
		return title.Publisher
	}
	for i := range witnesses {
		c, ok := r.publisherBy(&witnesses[i])
		if ok && (!agency || sameOffice(title.Publisher, c.name)) {
			return c.name
		}
	}
	return ""
}

// publisherBy is whom a witness names as publisher: who stands first, where that is an office
// or government. A label that has only a place (来源:大兴区) must be the report's.
func (r *reader) publisherBy(w *witness) (c claim, ok bool) {
	if w.publisher == "" {
		return c, false
	}
	said := r.claims(w)
	if len(said) == 0 {
		return c, false
	}
	c = said[0]
	switch {
	case c.Publisher == "":
		return c, w.reads == "label" && c.Region.Code != "" && c.Region.Code == r.meta.RegionCode
	case w.publisher == "own":
		return c, r.callsOwn(c)
	case w.publisher == "full":
		return c, c.Scope == region.ScopeAgency && (c.As != "" || townshipAgency.MatchString(c.name)) || r.callsOwn(c)
	}
	return c, true
}

// kindOfOffice is the word by which a text calls its own office: 局 of 县教育局.
var kindOfOffice = pattern("kind")

// callsOwn reports whether the text says 我局 or 本局 where a 局 is named.
func (r *reader) callsOwn(c claim) bool {
	g := kindOfOffice.FindStringSubmatch(text.Fold(c.name))
	return g != nil && c.Scope == region.ScopeAgency && (strings.Contains(r.beginning, "我"+g[1]) || strings.Contains(r.beginning, "本"+g[1]))
}

// sameOffice reports whether a full name (富县人民政府办公室) is that of an office
// named without its place (县政府办).
func sameOffice(short, full string) bool {
	short, full = text.Fold(short), text.Fold(full)
	for _, town := range []string{"人民政府", "办事处", "政府"} {
		if strings.HasSuffix(full, short+town) {
			return true
		}
	}
	return officeName.MatchString(short) && officeName.MatchString(full) || strings.HasSuffix(full, short)
}

// placeRegion sets the region, or says why it stays empty.
func (r *reader) placeRegion(title, beside region.Match) {
	switch {
	case title.Region.Code != "":
		r.setRegion(title)
		if beside.Region.Code != "" && !sameLineage(title.Region.Code, beside.Region.Code) {
			r.find(report.RuleRegionConflict, report.SeverityInfo, report.Text(title.Region.Name), report.Text(beside.Region.Name),
				"The title names %s, the publisher %s.", region.PathName(title.Region.Code), region.PathName(beside.Region.Code))
		}
		return
	case len(title.Candidates) > 0:
		r.ambiguous(title)
		return
	case title.As != "":
		// A place that is in no list, or may not be meant: nothing else may stand for it.
		r.unknownRegion("The title names %s, which no code list has.", title.As+title.Rest)
		return
	}
	if len(beside.Candidates) > 0 {
		r.ambiguous(beside)
		return
	}
	for i := range witnesses {
		if m, ok := r.placeBy(&witnesses[i]); ok {
			r.setRegion(m)
			return
		}
	}
	r.unknownRegion("Neither the title, the publisher nor the opening names a region in full.")
}

// placeBy is the place that all claims of a witness agree on, the smallest of them.
func (r *reader) placeBy(w *witness) (region.Match, bool) {
	var named []region.Match
	for _, c := range r.claims(w) {
		if c.Region.Code != "" && (c.Publisher != "" || c.Rest == "") {
			named = append(named, c.Match)
		}
	}
	if w.name == "governments" || w.name == "site" {
		named = append(named, region.Governments(r.textOf(w), r.context)...)
	}
	m, ok := deepest(listedIn(named, r.context.Year))
	return m, ok && r.mayPlace(w, m) && fitsName(r.agency, m.Region)
}

// listedIn leaves out the regions that the lists of a year do not have, where any other is
// named: a district's text tells of those that it was made of (原崇安区人民政府).
func listedIn(named []region.Match, year int) []region.Match {
	listed := slices.DeleteFunc(slices.Clone(named), func(m region.Match) bool { return m.Region.Code != "" && !m.Region.InList(year) })
	if year == 0 || len(listed) == 0 {
		return named
	}
	return listed
}

// mayPlace reports whether a witness may tell a region. A county is its own; what is above
// one is named in the reports of those below too, and counts where the text speaks for it.
func (r *reader) mayPlace(w *witness, m region.Match) bool {
	county := m.Region.Level == region.LevelCounty
	switch w.place {
	case "any":
		return true
	case "titled":
		return county || r.agency != ""
	case "spoken":
		return county || r.speaksFor(m.Region) || m.Scope == region.ScopeAgency && ofOffice.MatchString(r.beginning)
	}
	return county && (w.place == "county" || w.place == "town" && r.ofTown(m.Region))
}

// ofTown reports whether the report is that of a town which its text names behind the county:
// 青阳县杜村乡, of 杜村乡人民政府. Other bodies' addresses have other towns.
func (r *reader) ofTown(county region.Region) bool {
	town := strings.TrimSuffix(strings.TrimSuffix(r.agency, "人民政府"), "办事处")
	return townshipAgency.MatchString(r.agency) && strings.Contains(r.beginning, county.Name+town)
}

// speaksFor reports whether the text says 我市 or 全市 where a city's is meant:
// the government above a county is named in the county's report too.
func (r *reader) speaksFor(place region.Region) bool {
	name := []rune(place.Name)
	kind := string(name[len(name)-1:])
	if strings.HasSuffix(place.Name, "地区") {
		kind = "地区"
	}
	return strings.Contains(r.beginning, "全"+kind) || strings.Contains(r.beginning, "我"+kind)
}

// deepest returns the smallest of the regions that lie within one another;
// false when they do not.
func deepest(ms []region.Match) (best region.Match, ok bool) {
	for _, m := range ms {
		if m.Region.Code == "" || best.Region.Code != "" && !sameLineage(m.Region.Code, best.Region.Code) {
			return region.Match{}, false
		}
		if len(region.Path(m.Region.Code)) > len(region.Path(best.Region.Code)) {
			best = m
		}
	}
	return best, best.Region.Code != ""
}

// sameLineage reports whether one of two regions lies in the other, or both
// are the same territory under two codes.
func sameLineage(a, b string) bool {
	is := func(code string) func(region.Region) bool {
		return func(r region.Region) bool { return r.Code == code }
	}
	return slices.ContainsFunc(region.Series(a), is(b)) || slices.ContainsFunc(region.Path(a), is(b)) || slices.ContainsFunc(region.Path(b), is(a))
}

var townshipAgency = pattern("township")

// fitsName reports whether a region can be the one of an agency named without
// it: 县政府办 is a county's, 周湾镇 lies in a county, district or city.
func fitsName(agency string, r region.Region) bool {
	if g := genericName.FindStringSubmatch(agency); g != nil {
		return strings.HasSuffix(r.Name, g[1])
	}
	return !townshipAgency.MatchString(agency) || r.Level == region.LevelCounty || len(region.Under(r.Code)) == 0
}

func (r *reader) setRegion(m region.Match) {
	r.meta.Region, r.meta.RegionCode = m.Region.Name, m.Region.Code
	if m.Former() {
		r.find(report.RuleRegionRenamed, report.SeverityInfo, report.Text(m.As), report.Text(m.Region.Name),
			"The report names %s, which is %s (%s) today.", m.As, m.Region.Name, m.Region.Code)
	}
	if year := r.context.Year; year != 0 && !region.Reports(m.Region.Code, year) {
		series := region.Series(m.Region.Code)
		first, last := series[0].FirstList, series[len(series)-1].LastList
		r.find(report.RuleRegionUnlisted, report.SeverityWarning, report.Text(fmt.Sprintf("%d-%d", first, last)), report.Number(float64(year)),
			"%s (%s) is in the code lists of %d to %d, the report is of %d.", m.Region.Name, m.Region.Code, first, last, year)
	}
}

func (r *reader) ambiguous(m region.Match) {
	var names []string
	for _, c := range m.Candidates {
		names = append(names, region.PathName(c.Code)+" ("+c.Code+")")
	}
	r.find(report.RuleRegionAmbiguous, report.SeverityWarning, report.Text(strings.Join(names, ", ")), report.Text(m.As),
		"Several places are called %s, and nothing beside the name tells which is meant: %s.", m.As, strings.Join(names, ", "))
}

func (r *reader) unknownRegion(format string, args ...any) {
	r.find(report.RuleRegionUnknown, report.SeverityWarning, report.Evidence{}, report.Evidence{}, format, args...)
}

// readScope judges a title that names nobody, or only the county whose department may
// publish: by the publisher where that is a department, by whom the text speaks of where it
// is the government's office, which publishes both its own report and the territory's.
func (r *reader) readScope(title region.Match, publisher string) {
	unknown := r.meta.Scope == report.ScopeUnknown
	// An agency other than those that publish for the whole territory.
	department := r.recognise(publisher).Scope == region.ScopeAgency && !officeName.MatchString(text.Fold(publisher))
	if !unknown && (r.meta.Scope == report.ScopeAgency || title.Publisher != "" || !department) {
		return
	}
	// What the title says of a region, and is no agency's name, leaves it open.
	open := title.Region.Code != ""
	if unknown && !open && department {
		r.meta.Scope = report.ScopeAgency
		return
	}
	r.scopeOfText(open, publisher)
}

// scopeOfText takes the scope by whom the text speaks of. open tells that the title names a
// region.
func (r *reader) scopeOfText(open bool, publisher string) {
	unknown := r.meta.Scope == report.ScopeUnknown
	s := folded(r.lines[:min(len(r.lines), maxHeadLines)], 60_000)
	territory, office := ofTerritory.MatchString(s) || r.territoryActs(), ofOffice.MatchString(s)
	switch {
	case !unknown && (territory || !office):
	case !unknown || open || territory == office:
		r.meta.Scope = report.ScopeUnknown
		r.find(report.RuleScopeUnknown, report.SeverityWarning, report.Evidence{}, report.Text(publisher),
			"Neither the title nor the text tells whether the report covers a whole territory or one office.")
	case territory:
		r.meta.Scope = report.ScopeRegion
	default:
		r.meta.Scope = report.ScopeAgency
	}
}

// territoryActs reports whether the first section's subject is the region itself
// (2022年,喀什市主动公开…) and not an office of it.
func (r *reader) territoryActs() bool {
	i := slices.IndexFunc(witnesses, func(w witness) bool { return w.name == "subject" })
	return slices.ContainsFunc(r.claims(&witnesses[i]), func(c claim) bool {
		return c.Scope == region.ScopeRegion && c.Region.Code != "" && c.Region.Code == r.meta.RegionCode
	})
}
