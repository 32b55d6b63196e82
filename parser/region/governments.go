package region

import (
	"slices"
	"strings"

	"nianbao/parser/text"
)

// Governments returns what the governments named in a running text
// (喀什市人民政府) govern, each region once, in the order of the text. A name
// counts only in full and right before 人民政府, or 政府 with an office behind
// it; names of two characters (和县, 理县) only behind their city's, because
// they are also the ends and beginnings of ordinary words.
func Governments(printed string, context Context) []Match {
	d := load()
	runes := []rune(text.Fold(printed))
	runes = runes[:min(len(runes), 20_000)]
	var found []Match
	seen := map[string]bool{}
	for at := 0; at+1 < len(runes); at++ {
		if !governmentAt(runes, at) {
			continue
		}
		m, ok := d.endingAt(runes, at, context)
		if !ok || seen[m.Region.Code+m.As] {
			continue
		}
		seen[m.Region.Code+m.As] = true
		found = append(found, m)
	}
	return found
}

func governmentAt(s []rune, at int) bool {
	if !strings.ContainsRune("人政行门", s[at]) {
		return false
	}
	rest := string(s[at:min(at+6, len(s))])
	return slices.ContainsFunc(words["government"], func(g string) bool { return strings.HasPrefix(rest, g) })
}

// endingAt reads the names of regions that end at a place: the longest chain
// of them.
func (d *data) endingAt(s []rune, end int, context Context) (Match, bool) {
	for start := max(0, end-3*d.longest); start <= end-2; start++ {
		var cs []chain
		for _, c := range d.chains(s[:end], start) {
			if c.end == end && !c.weak && (c.above || c.end-c.start > 2) {
				cs = append(cs, c)
			}
		}
		if len(cs) > 0 {
			m := d.match(s[:end], cs, context)
			return m, m.Region.Code != "" || len(m.Candidates) > 0
		}
	}
	return Match{}, false
}
