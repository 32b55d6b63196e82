package narrative

import (
	"slices"
	"unicode/utf8"

	"nianbao/parser/report"
	"nianbao/parser/text"
)

// emitter makes mentions of what the sentences of a section tell.
type emitter struct {
	reader  *Reader
	of      *publisher
	section int
	// disclosure tells that the heading of the section is about disclosure.
	disclosure bool
	script     *script
	all        []report.Mention
	// lastWhole is the last figure of the sentence before that a 其中 at the start
	// of the next would split, as an index into all, or -1.
	lastWhole int
	everyKind bool       // whether the sentence tells of cases of every kind
	firsts    []int      // the first mention of each figure of a sentence
	list      partList   // that the sentence goes on with
	outer     []partList // those that a bracket interrupts
}

// sentence appends the mentions of one sentence.
func (e *emitter) sentence(sp span, tolds []told) {
	kept := slices.DeleteFunc(tolds, func(t told) bool { return !t.keep() })
	s := sp.of(e.script.folded)
	e.reader.together(s, kept)
	e.list, e.outer, e.firsts, e.everyKind = partList{whole: -1}, e.outer[:0], e.firsts[:0], false
	for n := range kept {
		t := &kept[n]
		if t.kind != text.Percent { // 條 on a page in traditional characters
			end := sp.start + t.end
			t.unit = e.script.quote(end-utf8.RuneCountInString(t.unit), end)
		}
		e.firsts = append(e.firsts, len(e.all))
		partOf := e.partOf(s, kept, n)
		e.mention(sp, t, t.metric, partOf)
		if t.another != "" {
			e.mention(sp, t, t.another, partOf)
		}
	}
}

// partOf is the mention that kept[n] is a part of, -1 where it is a part of none. What
// becomes of the list that the sentence goes on with is told by what stands between the
// figure and the one before, in this order.
func (e *emitter) partOf(s []rune, kept []told, n int) int {
	t, since := &kept[n], 0
	if n > 0 {
		since = kept[n-1].end
	}
	between := s[since:t.start]
	for closed := openBefore(between, 0); closed > 0 && e.list.bracket; closed-- {
		e.list, e.outer = e.outer[len(e.outer)-1], e.outer[:len(e.outer)-1] // 公开文件24件(政府9件、政府办15件),其他188件
	}
	l := &e.list
	switch {
	case t.metric == "" && n > 0 && (t.near.any(e.reader.grammar.Last) || e.otherYear(s, kept, n)):
		*l = partList{whole: -1} // 主动公开12条(上年10条)
	case opensParts(s, since, t.start):
		bracket := since > 0 && opensBracket(s[since])
		if bracket {
			e.outer = append(e.outer, *l)
		}
		l.open(&e.reader.grammar, e.all, kept, n, e.lastWhole, e.firsts)
		l.bracket = bracket
	case t.kind == text.Percent: // 占23.5% goes with the part before it
		return -1
	case l.count > 0 && t.unit != l.unit && !slices.ContainsFunc(between, isPause):
		return -1 // 市级2场次480人、县区7场次1160人: it only tells more of the part
	case l.whole >= 0 && !l.goesOn(e.all, t, separator(between)):
		*l = partList{whole: -1}
	}
	switch {
	case t.kind == text.Percent:
		return -1
	case l.whole >= 0:
		l.add(t)
	default:
		e.lastWhole = e.firsts[n]
	}
	return l.whole
}

// otherYear reports whether a bracket tells of another year what kept[n-1] is for the
// report's own: 访问量286万人次(2020年:241万人次).
func (e *emitter) otherYear(s []rune, kept []told, n int) bool {
	since := kept[n-1].end
	year := yearBefore(s, since, kept[n].start)
	return year != 0 && year != int(e.of.Year) && opensBracket(s[since])
}

// nameEach gives a figure that stands for reviews and lawsuits the one of both that
// is meant as its subject.
func nameEach(s []rune, t *told, metric string) {
	names := eachName[metric]
	for i := clauseAt(s, t.start); i < len(s); i++ {
		if n := names.at(s, i); n > 0 {
			t.subjectStart, t.subjectEnd = i, i+n
			return
		}
	}
}

var eachName = map[string]wordSet{"reviews": wording.ReviewNames, "lawsuits": wording.LawsuitNames}

// mention appends one mention, a part of the one at partOf where that is not
// negative.
func (e *emitter) mention(sp span, t *told, metric string, partOf int) {
	sc := e.script
	s := sp.of(sc.folded)
	if t.another != "" {
		nameEach(s, t, metric)
	}
	m := report.Mention{
		Metric: metric, Value: t.value, Unit: t.unit, Qualifier: t.qualifier,
		Subject: sc.quote(sp.start+t.subjectStart, sp.start+t.subjectEnd),
		Section: e.section, Sentence: sc.quote(sp.start, sp.end),
		Start: sp.start + t.start, End: sp.start + t.end, Raw: sc.quote(sp.start+t.start, sp.start+t.end),
		Setting: e.setting(sp, t),
	}
	if partOf >= 0 {
		m.PartOf = new(partOf)
		e.asPart(s, t, &m)
	}
	e.others(sp, t, &m)
	e.all = append(e.all, m)
}

// asPart leaves a part of a figure the metric that a part can have.
func (e *emitter) asPart(s []rune, t *told, m *report.Mention) {
	if own := e.wholeOf(m); own >= 0 {
		m.PartOf = new(own)
	}
	whole := &e.all[*m.PartOf]
	switch {
	case whole.Qualifier == QualifierCumulative && yearAt(s, clauseAt(s, t.start)):
		// 截至目前共有43件,其中2022年制发2件: the part is the year's figure
	case e.list.mixed: // 主动公开和依申请公开860条,其中主动公开812条
	case m.Metric == whole.Metric || m.Metric == "disclosed_items":
		m.Metric = "" // a part of a count is not that count
	}
	e.narrowed(whole, m)
}

// wholeOf is the whole of the sentence that a part has the metric of, -1 where there is none:
// 复议88件、诉讼61件;其中本级复议9件.
func (e *emitter) wholeOf(part *report.Mention) int {
	for i := e.firsts[0]; i < len(e.all) && part.Metric != ""; i++ {
		if of := &e.all[i]; of.PartOf == nil && of.Metric == part.Metric && of.Unit == part.Unit && of.Value > part.Value {
			return i
		}
	}
	return -1
}

// others takes the metric from a figure that is another body's, or of cases of every kind,
// and from the one before that tells less than others have.
func (e *emitter) others(sp span, t *told, m *report.Mention) {
	s := sp.of(e.script.folded)
	before := e.before()
	if before != nil && m.PartOf == nil && before.Unit == m.Unit && before.Value >= m.Value && statementAt(s, t.start)+sp.start >= before.End {
		e.narrowed(before, m)
	}
	if m.Metric != "" && ofOneBody(e.of, s, t.start, m.Metric == "site_visits" || m.Metric == "followers") {
		if e.of.Scope != report.ScopeAgency && before != nil && before.Metric == m.Metric && before.Value < m.Value {
			before.Metric = "" // 收到申请4件,各部门收到申请6件: not that of all
		}
		m.Metric = ""
	}
	if e.uncounted(s, t, m) {
		m.Metric = ""
	}
}

// uncounted reports whether a figure is none of what its metric counts, or only a part of it.
func (e *emitter) uncounted(s []rune, t *told, m *report.Mention) bool {
	return e.ofEveryKind(s[clauseAt(s, t.start):t.start], m) || aboutOthers(s[t.end:], m.Metric) || e.ofOffice(s[:t.start], m)
}

// ofOffice reports whether a figure behind words about the office of a region's government is a part
// of one before it: 全市收到申请2248件。市政府办公室收到233件.
func (e *emitter) ofOffice(words []rune, m *report.Mention) bool {
	return e.of.Scope == report.ScopeRegion && wording.OwnOffices.in(words) && slices.ContainsFunc(e.all, func(of report.Mention) bool {
		return of.Metric == m.Metric && of.Section == m.Section && of.Value > m.Value && of.Qualifier == m.Qualifier
	})
}

// aboutOthers reports whether the clause behind a figure says that the report does not count it,
// or of reviews or lawsuits that they are of no matter of disclosure: 行政复议14件,均与信息公开无关.
func aboutOthers(behind []rune, metric string) bool {
	if len(behind) == 0 || !among(",，、", behind[0]) {
		return false
	}
	clause := behind[1:]
	if behind[0] == '、' { // 复议14件、诉讼2件,不计入本报告
		clause = clause[min(len(clause), 1+slices.IndexFunc(clause, partsClauses)):]
	}
	if n := slices.IndexFunc(clause, func(c rune) bool { return among(",，;。", c) }); n >= 0 {
		clause = clause[:n]
	}
	return leavesOut(clause) || decided[family(metric)] && wording.DisclosureWords.in(clause) && wording.Unrelated.in(clause)
}

// leavesOut reports whether a clause says that what is told before it, and nothing of its own, is
// not counted: 均未计入本报告, but not 信访件未计入, 未列入目录的信息依申请公开.
func leavesOut(clause []rune) bool {
	for n := wording.Therefore.at(clause, 0); n > 0; n = wording.Therefore.at(clause, 0) {
		clause = clause[n:]
	}
	n := wording.NotCounted.at(clause, 0)
	return n > 0 && (n == len(clause) || wording.Counts.in(clause)) && !slices.Contains(clause, '的') && !tellsFigure(clause)
}

// ofEveryKind reports whether a figure, whose clause begins with the words, tells of cases of
// every kind and not of those about disclosure: 全县受理行政复议申请71件. It goes for the
// reviews and lawsuits behind it in the sentence, too.
func (e *emitter) ofEveryKind(words []rune, m *report.Mention) bool {
	if !decided[family(m.Metric)] || m.Value == 0 || m.Setting.Disclosure || e.disclosure {
		return false
	}
	if wording.Deciding.in(words) || e.of.Scope == report.ScopeAgency && wording.Reviewing.in(words) {
		e.everyKind = true
	}
	return e.everyKind
}

var decided = map[string]bool{"reviews": true, "lawsuits": true}

// before is the last mention of the sentence so far, nil where there is none.
func (e *emitter) before() *report.Mention {
	if n := len(e.all); n > e.firsts[0] {
		return &e.all[n-1]
	}
	return nil
}

// narrowed gives the metric of what is of all kinds to the part of it that is about
// disclosure, where only that part is said to be: 行政诉讼91件,其中政府信息公开类7件.
func (e *emitter) narrowed(whole, part *report.Mention) {
	if !ofAllKinds[family(whole.Metric)] || part.Metric != "" && part.Metric != whole.Metric && part.Metric != "disclosed_items" {
		return
	}
	s := e.script.folded
	before := func(m *report.Mention) []rune { return s[statementAt(s, m.Start):m.Start] }
	if wording.DisclosureWords.in(before(part)) && !wording.DisclosureWords.in(before(whole)) {
		of := whole.Metric
		for i := e.firsts[0]; i < len(e.all) && decided[family(of)]; i++ {
			if m := &e.all[i]; decided[family(m.Metric)] && m.PartOf == nil && !wording.DisclosureWords.in(before(m)) {
				m.Metric = "" // 行政复议46件、行政应诉31件,其中涉及信息公开的行政复议1件
			}
		}
		part.Metric, whole.Metric = of, ""
	}
}

// ofAllKinds are the families of metrics of which a report may tell all that there were.
var ofAllKinds = map[string]bool{"reviews": true, "lawsuits": true, "training": true}
