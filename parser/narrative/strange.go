package narrative

import (
	"slices"
	"strings"
	"unicode/utf8"

	"nianbao/parser/report"
	"nianbao/parser/text"
)

// A figure is a metric's only where nothing before it in its clause may make it another's:
// another subject (县残联), another time, what was meant to be done (原定), another kind of
// the thing (防火培训). What may has no end; what may not is known. So a word that is
// neither a term of the lexicon nor one of the plain words is strange, and what stands
// behind a strange word has no metric.
var plainWords = func() (set map[string]bool) {
	set = map[string]bool{}
	for _, row := range readTable("plain.tsv") {
		for w := range strings.FieldsSeq(row[1]) {
			set[w] = true
		}
	}
	return set
}()

// wordless are the parts of speech of words that name nothing, and of numerals.
var wordless = []string{"c", "e", "f", "k", "m", "o", "p", "q", "u", "ud", "ug", "uj", "ul", "uv", "uz", "y"}

// strange reports whether a word that is no term is not known to be harmless.
func strange(word, tag string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	return text.Han(first) && !plainWords[word] && !slices.Contains(wordless, tag)
}

// strangers tells of the words before a figure whether one is strange among those up to
// the last verb, which say who did it, when and how, and whether one is among those behind
// it, which say what of.
func (p passage) strangers(left []item) (head, tail bool) {
	g := &p.reader.grammar
	verb, name := p.predicate(left)
	free, quoted, led := false, false, false // what something is about, and a name, may be anything
	for n, it := range left {
		switch {
		case it.is.any(g.Service), led && p.body(it):
			head = true // 指导县教育局答复申请6件
		case wording.Directing.is(p.text, it):
			led = true
		case among("“‘《”’》", p.text[it.start]):
			quoted = among("“‘《", p.text[it.start])
		case wording.About.is(p.text, it), it.is.any(g.Verbs):
			free = wording.About.is(p.text, it)
		case n <= name || !(it.odd && !free && !quoted && !p.own(it) && !p.namesChannel(left[n:]) || p.intended(left[n:])):
		case n < verb:
			head = true
		default:
			tail = true
		}
	}
	return head, tail
}

// predicate returns the last verb of the words before a figure, or their end, and the last
// word before it of the name of the body whose report it is, or -1.
func (p passage) predicate(left []item) (verb, name int) {
	g := &p.reader.grammar
	verb, name = len(left), -1
	for n, it := range left {
		if it.is.any(g.Verbs.or(g.Opens)) {
			verb = n
		}
	}
	for n := range verb {
		if p.scope != report.ScopeRegion && p.body(left[n]) {
			name = n
		}
	}
	return verb, name
}

// intended reports whether a clause says what will be done: 我县将举办培训. 将信息公开 is done.
func (p passage) intended(words []item) bool {
	return len(words) > 1 && wordIs(p.text, words[0], "将") && (words[1].is.any(p.reader.grammar.Verbs) || words[1].verb())
}

// strange takes the metric from a figure behind a strange word. One before the verb holds
// for the figures behind it too, until the sentence names whom or what time it comes to
// (该镇举办培训5次,公开信息7条), one behind it for those of the same family (防火培训5次,参训70人).
func (r *reading) strange(t *told) {
	if since := r.text[r.ended:t.start]; (r.other || r.kind != "") && comesTo(since) {
		r.other, r.kind = false, ""
	}
	if t.metric == "" {
		if r.appliedElsewhere(t) {
			r.kind = "requests" // 受理退税申请5件,办结4件
		}
		return
	}
	head, tail := r.strangers(t.left)
	r.other = r.other || head || t.other
	of := matter(t.metric)
	if tail && ofKinds[of] {
		r.kind = of
	}
	if r.other || of == r.kind || r.undone(t) || tail && of == "disclosed" && !t.near.any(r.reader.grammar.Info) { // 公开消费警示17条
		t.metric, t.another = "", ""
	}
}

// undone reports whether what a figure counts was not done. 未收到申请0件 counts what was.
func (r *reading) undone(t *told) bool {
	return t.frame.undone && (t.value != 0 || !t.near.any(r.reader.grammar.Receive))
}

// matter is the family of a metric. Reviews and lawsuits are of one: 工伤认定的行政复议12件、行政诉讼8件.
func matter(metric string) string {
	of := family(metric)
	if decided[of] {
		return "reviews"
	}
	return of
}

// comesTo reports whether the words between two figures come to another subject or time.
func comesTo(since []rune) bool {
	return separator(since) == ';' || wording.YearWords.in(since) || wording.OwnBodies.in(since) || wording.AlwaysOwn.in(since) || wording.Actual.in(since)
}

// appliedElsewhere reports whether a figure without a metric counts applications for
// something else.
func (r *reading) appliedElsewhere(t *told) bool {
	g := &r.reader.grammar
	if t.near.any(g.Applicant) || wording.Applying.endingAt(r.text, t.start) == 0 {
		return false
	}
	head, tail := r.strangers(t.left)
	return head || tail || t.near.any(g.Specific)
}

// ofKinds are the families of metrics that count one kind of a thing of many kinds.
var ofKinds = map[string]bool{"training": true, "requests": true, "reviews": true}

// namesChannel reports whether the first of some words begins the name of a site, an account
// or a paper: 平度政务网. In a region's report it may be that of one of its bodies.
func (p passage) namesChannel(items []item) bool {
	const longest = 5 // words
	if p.scope == report.ScopeRegion {
		return false
	}
	g := &p.reader.grammar
	for _, it := range items[:min(len(items), longest)] {
		switch {
		case it.is.any(g.Channels.or(g.Press)):
			return true
		case it.kind != itemWord || it.is.any(g.Verbs):
			return false
		}
	}
	return false
}

// own reports whether a word is a part of the names of the region and the publisher.
func (p passage) own(it item) bool {
	return strings.Contains(p.names, string(p.text[it.start:it.end]))
}

// body reports whether a word may end the name of a body, or is that of a place.
func (p passage) body(it item) bool {
	w := p.text[it.start:it.end]
	return slices.Contains(naming[:3], it.tag) || wording.BodyEnds.endingAt(w, len(w)) > 0
}
