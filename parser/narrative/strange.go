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
	verb := len(left)
	for n, it := range slices.Backward(left) {
		if it.is.any(g.Verbs.or(g.Opens)) {
			verb = n
			break
		}
	}
	name := -1 // the last word of the name of the body whose report it is
	for n := range verb {
		if p.scope != report.ScopeRegion && p.body(left[n]) {
			name = n
		}
	}
	free, quote := false, false // what something is about, and a name, may be anything
	for n, it := range left {
		switch {
		case it.is.any(g.Service):
			head = true
		case opensQuote(p.text, it) || p.text[it.start] == '《':
			quote = true
		case closesName(p.text, it) || p.text[it.start] == '》':
			quote = false
		case about.is(p.text, it):
			free = true
		case it.is.any(g.Verbs):
			free = false
		case n <= name:
		case wordIs(p.text, it, "将") && n+1 < len(left) && (left[n+1].is.any(g.Verbs) || left[n+1].verb()):
			head = true
		case !it.odd || free || quote || p.own(it):
		case n < verb:
			head = true
		default:
			tail = true
		}
	}
	return head, tail
}

var about = wordsIn("about") // what leads to what something is about: 围绕, 就

// strange takes the metric from a figure behind a strange word. One before the verb holds
// for the figures behind it too, until the sentence names whom or what time it comes to
// (该镇举办培训5次,公开信息7条), one behind it for those of the same family (防火培训5次,参训70人).
func (r *reading) strange(t *told) {
	g := &r.reader.grammar
	if since := r.text[r.ended:t.start]; (r.other || r.kind != "") && (separator(since) == ';' || yearWords.in(since) || ownBodies.in(since) || actual.in(since)) {
		r.other, r.kind = false, ""
	}
	applied := t.metric == "" && !t.near.any(g.Applicant) && applying.endingAt(r.text, t.start) > 0
	if t.metric == "" && !applied {
		return
	}
	head, tail := r.strangers(t.left)
	switch of := family(t.metric); {
	case applied && !head && !tail && !t.near.any(g.Specific):
	case applied:
		r.kind = "requests" // 受理退税申请5件,办结4件
	case head || t.other:
		r.other = true
	case tail && ofKinds[of]:
		r.kind = of
	}
	if t.metric != "" && (r.other || family(t.metric) == r.kind) {
		t.metric, t.another = "", ""
	}
}

var applying = wordsIn("applying")

// ofKinds are the families of metrics that count one kind of a thing of many kinds.
var ofKinds = map[string]bool{"training": true, "requests": true}

// own reports whether a word is a part of the names of the region and the publisher.
func (p passage) own(it item) bool {
	return strings.Contains(p.names, string(p.text[it.start:it.end]))
}

// body reports whether a word may end the name of a body, or is that of a place.
func (p passage) body(it item) bool {
	w := p.text[it.start:it.end]
	return slices.Contains(naming[:3], it.tag) || bodyEnds.endingAt(w, len(w)) > 0
}
