package narrative

import "nianbao/parser/report"

// setting is the setting of a figure of a sentence. Of one that no table tells, only its
// place and the words before it are asked for.
func (e *emitter) setting(sp span, t *told) report.Setting {
	sc, s := e.script, sp.of(e.script.folded)
	own := clauseAt(s, t.start)
	setting := report.Setting{Sentence: sp.start, Before: sc.plain(sp.start+own, sp.start+t.start)}
	if !e.reader.held[t.metric] {
		return setting
	}
	lead := own
	for range 2 {
		if lead > 0 {
			lead = clauseAt(s, lead-1)
		}
	}
	until := t.end
	for depth := 0; until < len(s) && (depth != 0 || !among(",，;。", s[until])); until++ {
		switch s[until] {
		case '(':
			depth++
		case ')':
			depth--
		}
	}
	setting.Lead, setting.After = sc.plain(sp.start+lead, sp.start+own), sc.plain(sp.start+t.end, sp.start+until)
	setting.Disclosure = sc.disclosure(sp)
	return setting
}

// disclosure reports whether a sentence, or the line before it, speaks of
// disclosure; it is asked for every figure of the sentence.
func (sc *script) disclosure(sp span) bool {
	if sc.asked != sp {
		line := sp.start
		for line > 0 && sp.start-line < maxLine && sc.folded[line-1] != '\n' {
			line--
		}
		sc.asked, sc.discloses = sp, wording.DisclosureWords.in(sc.folded[line:sp.start]) || wording.DisclosureWords.in(sc.folded[sp.start:sp.end])
	}
	return sc.discloses
}

// maxLine is how many characters before a sentence still tell what it is about.
const maxLine = 500
