package outline

import (
	"cmp"
	"slices"
	"strings"

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

// readRegion reads region, publisher and scope. The title decides; what stands
// beside it, the opening and the site's name only say which of several places
// is meant, or which county's a 周湾镇 or 县政府办 is.
func (r *reader) readRegion() {
	context := region.Context{Host: hostOf(r.source), Year: int(r.meta.Year)}
	publisher := cmp.Or(r.labelled.publisher, r.labelled.compiler, r.labelled.signature)
	for _, t := range []string{r.labelled.publisher, r.labelled.compiler, r.labelled.signature, r.opening + r.body, text.Fold(r.site)} {
		if t != "" {
			context.Texts = append(context.Texts, t)
		}
	}
	r.agency = titleAgency(text.Fold(r.meta.Title))
	title := region.Recognise(r.agency, context)
	beside := region.Recognise(publisher, context)
	for _, other := range []string{r.labelled.compiler, r.labelled.signature} {
		if beside.Region.Code == "" && len(beside.Candidates) == 0 && other != "" {
			beside = region.Recognise(other, context)
		}
	}

	r.meta.Scope = report.Scope(title.Scope)
	r.readPublisher(title, publisher)
	if r.meta.Publisher == "" {
		r.meta.Publisher = r.subject()
	}
	r.placeRegion(title, beside, context)
	switch {
	case r.meta.Scope == report.ScopeUnknown:
		r.readScope(publisher, title.Region.Code != "")
	case r.meta.Scope == report.ScopeRegion && title.Publisher == "" && isDepartment(beside, publisher):
		// A department's report may bear the county's name: its own words tell.
		if territory, office := r.speakers(); office && !territory {
			r.meta.Scope = report.ScopeUnknown
			r.scopeUnknown(publisher)
		}
	}
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

// isDepartment reports whether the publisher is an agency other than those
// that publish for the whole territory.
func isDepartment(m region.Match, publisher string) bool {
	return m.Scope == region.ScopeAgency && !officeName.MatchString(text.Fold(publisher))
}

// speakers tells whether the text speaks of the territory's work, of one
// office's, or both.
func (r *reader) speakers() (territory, office bool) {
	s := folded(r.lines[:min(len(r.lines), maxHeadLines)], 60_000)
	return ofTerritory.MatchString(s) || r.governmentActs(), ofOffice.MatchString(s)
}

// readPublisher takes the agency of an agency's report from the title, which
// names it best, and for a territory's report the office that the page names.
func (r *reader) readPublisher(title region.Match, publisher string) {
	r.meta.Publisher = publisher
	generic := genericName.MatchString(text.Fold(title.Publisher))
	switch {
	case publisher == "", title.Scope == region.ScopeAgency && !generic:
		r.meta.Publisher = title.Publisher
	case title.Scope == region.ScopeAgency && !sameOffice(title.Publisher, publisher):
		r.meta.Publisher = title.Publisher
	}
}

// sameOffice reports whether a full name (富县人民政府办公室) is that of an office
// named generically (县政府办).
func sameOffice(generic, full string) bool {
	generic, full = text.Fold(generic), text.Fold(full)
	return officeName.MatchString(generic) && officeName.MatchString(full) || strings.HasSuffix(full, generic)
}

// placeRegion sets the region, or says why it stays empty.
func (r *reader) placeRegion(title, beside region.Match, context region.Context) {
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
	for _, m := range r.regionsBeside(beside, context) {
		if !fitsName(r.agency, m.Region) {
			continue
		}
		if len(m.Candidates) > 0 {
			r.ambiguous(m)
			return
		}
		if m.Region.Code != "" {
			r.setRegion(m)
			return
		}
	}
	r.unknownRegion("Neither the title, the publisher nor the opening names a region in full.")
}

// regionsBeside lists what other places than the title name, the strongest
// first.
func (r *reader) regionsBeside(beside region.Match, context region.Context) []region.Match {
	var found []region.Match
	if beside.Region.Code != "" || len(beside.Candidates) > 0 {
		found = append(found, beside)
	}
	found = append(found, r.spokenOf(context)...)
	for _, s := range []string{r.unquoted(r.opening), r.unquoted(r.body)} {
		if m, ok := deepest(region.Governments(s, context)); ok && (m.Region.Level == region.LevelCounty || r.speaksFor(m.Region)) {
			found = append(found, m)
		}
	}
	// A site's name tells whose office or township a title speaks of; a title
	// without any agency may stand on the site of a city above.
	if r.agency != "" {
		if m, ok := deepest(region.Governments(r.site, context)); ok {
			found = append(found, m)
		}
	}
	return found
}

// How a text says itself whose report it is: 现公布X县…; 2021年,X局认真…; 请与X办公室联系.
var (
	toldForm    = pattern("told")
	subjectForm = pattern("subject")
	contactForm = pattern("contact")
)

// namesBy lists what a pattern finds in a folded text.
func namesBy(form *lazyregexp.Regexp, s string) (names []string) {
	for _, g := range form.FindAllStringSubmatch(s, 3) {
		names = append(names, g[1])
	}
	return names
}

// subject is the office that the first sentences of section one speak of, "" for none.
func (r *reader) subject() string {
	for _, name := range namesBy(subjectForm, r.unquoted(r.body)) {
		if m := r.recognise(name); m.Scope == region.ScopeAgency && m.Publisher != "" && !genericName.MatchString(name) {
			return m.Publisher
		}
	}
	return ""
}

// spokenOf lists the places by which the text says itself whose report it is.
func (r *reader) spokenOf(context region.Context) (found []region.Match) {
	opening, body := r.unquoted(r.opening), r.unquoted(r.body)
	contacts := namesBy(contactForm, opening+body)
	for i, name := range slices.Concat(contacts, namesBy(toldForm, opening+body), namesBy(subjectForm, body)) {
		m := region.Recognise(name, context)
		if m.Region.Code == "" || m.Publisher == "" && m.Rest != "" {
			continue
		}
		// Whom readers may ask is the reporting body's own; a city's name elsewhere may be that
		// of the government above.
		if i < len(contacts) || m.Region.Level == region.LevelCounty || r.speaksFor(m.Region) ||
			m.Scope == region.ScopeAgency && (m.Publisher == r.meta.Publisher || ofOffice.MatchString(r.opening+r.body)) {
			found = append(found, m)
		}
	}
	return found
}

var quoted = pattern("quoted")

// unquoted is opening or body without the names of other papers, for
// 《恩施州人民政府办公室关于…的通知》 names who asks for the report. Few pages need the body's.
func (r *reader) unquoted(part string) string {
	plain, ok := r.plain[part]
	if !ok {
		plain = quoted.ReplaceAllString(part, "")
		r.plain[part] = plain
	}
	return plain
}

// speaksFor reports whether the text says 我市 or 全市 where a city's is meant:
// the government above a county is named in the county's report too.
func (r *reader) speaksFor(place region.Region) bool {
	name := []rune(place.Name)
	kind := string(name[len(name)-1:])
	if strings.HasSuffix(place.Name, "地区") {
		kind = "地区"
	}
	return strings.Contains(r.opening+r.body, "全"+kind) || strings.Contains(r.opening+r.body, "我"+kind)
}

// deepest returns the smallest of the regions that lie within one another;
// false when they do not.
func deepest(ms []region.Match) (region.Match, bool) {
	var best region.Match
	for _, m := range ms {
		switch {
		case m.Region.Code == "":
			return region.Match{}, false
		case best.Region.Code == "" || len(region.Path(m.Region.Code)) > len(region.Path(best.Region.Code)) && sameLineage(m.Region.Code, best.Region.Code):
			best = m
		case !sameLineage(m.Region.Code, best.Region.Code):
			return region.Match{}, false
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
	if r.Code == "" {
		return true
	}
	if g := genericName.FindStringSubmatch(agency); g != nil {
		return strings.HasSuffix(r.Name, g[1])
	}
	if townshipAgency.MatchString(agency) {
		return r.Level == region.LevelCounty || len(region.Under(r.Code)) == 0
	}
	return true
}

func (r *reader) setRegion(m region.Match) {
	r.meta.Region, r.meta.RegionCode = m.Region.Name, m.Region.Code
	if m.Former() {
		r.find(report.RuleRegionRenamed, report.SeverityInfo, report.Text(m.As), report.Text(m.Region.Name),
			"The report names %s, which is %s (%s) today.", m.As, m.Region.Name, m.Region.Code)
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

// readScope judges a title that names nobody: by the publisher where that is a
// department, by whom the text speaks of where it is the government's office,
// which publishes both its own report and the territory's.
func (r *reader) readScope(publisher string, named bool) {
	if named {
		// The title names a region and something of it that is no agency's name.
		r.scopeUnknown(publisher)
		return
	}
	if isDepartment(r.recognise(publisher), publisher) {
		r.meta.Scope = report.ScopeAgency
		return
	}
	territory, office := r.speakers()
	switch {
	case territory && !office:
		r.meta.Scope = report.ScopeRegion
	case office && !territory:
		r.meta.Scope = report.ScopeAgency
	default:
		r.scopeUnknown(publisher)
	}
}

func (r *reader) scopeUnknown(publisher string) {
	r.find(report.RuleScopeUnknown, report.SeverityWarning, report.Evidence{}, report.Text(publisher),
		"Neither the title nor the text tells whether the report covers a whole territory or one office.")
}

// acts are the verbs that begin what a report tells of its subject.
var acts = pattern("acts")

// governmentActs reports whether the first section's subject is the region
// itself (2022年,喀什市主动公开…) and not an office of it.
func (r *reader) governmentActs() bool {
	body := r.body
	for name := r.meta.Region; name != ""; {
		at := strings.Index(body, name)
		if at < 0 {
			return false
		}
		body = body[at+len(name):]
		if acts.MatchString(body) {
			return true
		}
	}
	return false
}
