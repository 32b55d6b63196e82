package panel

import (
	"cmp"
	"slices"
	"strings"

	"nianbao/parser/report"
	"nianbao/parser/text"
	"nianbao/store"
)

// How prose is compared. Figures are all alike (the digits of a report change
// every year, its sentences may not), and so are the signs between them.
const (
	shingle      = 12     // characters that have to follow each other alike
	leastProse   = 200    // characters, without what nearly all reports say, that can be compared
	leastPassage = 20     // characters of a passage worth showing
	mostPassages = 5      // of one pair
	sketchSize   = 64     // hashes that stand for a report when its likes are looked for
	separator    = '\x01' // between sections: no passage runs over it
	figureRune   = '0'    // stands for every run of digits
	mixer        = 0x9e3779b97f4a7c15
)

// prose is a report's text as it is compared.
type prose struct {
	runes  []rune
	places []place
	common []bool // the character is of what nearly all reports say
	hashes []uint64
	own    int // characters that are not common
	texts  map[int]string
}

// place is where a character stands.
type place struct{ section, at int }

// ownProse is the text of a report without its opening, what stands before the
// first heading: title, source, date, and on what the report rests are the form's
// words and the page's. Where nothing stands below a heading the opening is all.
func ownProse(sections []report.Section) *prose {
	p := &prose{texts: map[int]string{}}
	headed := slices.ContainsFunc(sections, func(s report.Section) bool { return s.Number > 0 && s.Text != "" })
	for _, s := range sections {
		if s.Number > 0 || !headed {
			p.add(s.Number, s.Text)
		}
	}
	return p
}

// add adds a section's text: letters in one form, a figure as one sign.
func (p *prose) add(section int, s string) {
	p.texts[section] = s
	figure := false
	at := -1
	for _, r := range s {
		at++
		r = text.Rune(r)
		digit := text.Digit(r) >= 0
		switch {
		case digit && figure:
			continue
		case digit:
			r = figureRune
		case !text.Han(r) && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z'):
			continue // signs and white space
		}
		figure = digit
		p.runes, p.places = append(p.runes, r), append(p.places, place{section, at})
	}
	p.runes, p.places = append(p.runes, separator), append(p.places, place{section, at + 1})
}

// measure hashes the shingles and counts the characters of the report's own.
func (p *prose) measure(common map[uint64]bool) {
	p.common = make([]bool, len(p.runes))
	for i := 0; i+shingle <= len(p.runes); i++ {
		h := uint64(14695981039346656037) // FNV-1a
		for _, r := range p.runes[i : i+shingle] {
			h = (h ^ uint64(r)) * 1099511628211
		}
		if slices.Contains(p.runes[i:i+shingle], separator) {
			h = 0
		}
		p.hashes = append(p.hashes, h)
		if h == 0 || common[h] {
			p.hashes[i] = 0
			for k := i; common[h] && k < i+shingle; k++ {
				p.common[k] = true
			}
		}
	}
	for i, r := range p.runes {
		if r == separator {
			p.common[i] = true
		}
		if !p.common[i] {
			p.own++
		}
	}
}

func distinct(hashes []uint64) []uint64 {
	all := slices.Clone(hashes)
	slices.Sort(all)
	all = slices.Compact(all)
	if len(all) > 0 && all[0] == 0 {
		all = all[1:]
	}
	return all
}

// sketch are the smallest of a report's mixed hashes.
func sketch(p *prose) []uint64 {
	if p.own < leastProse {
		return nil
	}
	all := distinct(p.hashes)
	for i, h := range all {
		h ^= h >> 31
		h *= mixer
		all[i] = h ^ h>>29
	}
	slices.Sort(all)
	return all[:min(len(all), sketchSize)]
}

// compare tells how much of a's own characters stand in b in the same order, at
// least a shingle in a row, and the longest such passages. ok is false where a
// or b says too little of its own.
func compare(a, b *prose) (share float64, passages []store.Passage, ok bool) {
	if a.own < leastProse || b.own < leastProse {
		return 0, nil, false
	}
	all := matches(a, b)
	covered := make([]bool, len(a.runes))
	for _, m := range all {
		for k := range m.length {
			covered[m.at+k] = true
		}
	}
	own := 0
	for i, is := range covered {
		if is && !a.common[i] {
			own++
		}
	}
	slices.SortStableFunc(all, func(x, y match) int { return cmp.Compare(y.own, x.own) })
	for _, m := range all {
		if m.own < leastPassage || len(passages) == mostPassages {
			break
		}
		passages = append(passages, passage(a, b, m))
	}
	return float64(own) / float64(a.own), passages, true
}

// Shared are all passages of one report that stand in another, in the order of the
// first; Section is an index of its sections. Figures and what stands between
// characters are alike, as in [Copies]; what nearly every report says is here, too.
func Shared(one, other []report.Section) (passages []store.Passage) {
	read := func(sections []report.Section) *prose {
		p := &prose{texts: map[int]string{}}
		for i, s := range sections {
			p.add(i, s.Text)
		}
		p.measure(nil)
		return p
	}
	a, b := read(one), read(other)
	for _, m := range matches(a, b) {
		passages = append(passages, passage(a, b, m))
	}
	return passages
}

// match is a run of a's characters that stands in b.
type match struct{ at, other, length, own int }

// matches are those of at least a shingle, in the order of a.
func matches(a, b *prose) (all []match) {
	first := make(map[uint64]int, len(b.hashes))
	for j := len(b.hashes) - 1; j >= 0; j-- {
		if b.hashes[j] != 0 {
			first[b.hashes[j]] = j
		}
	}
	for i := 0; i < len(a.hashes); {
		j, found := first[a.hashes[i]]
		if a.hashes[i] == 0 || !found {
			i++
			continue
		}
		m := match{at: i, other: j}
		for i+m.length < len(a.runes) && j+m.length < len(b.runes) && a.runes[i+m.length] == b.runes[j+m.length] && a.runes[i+m.length] != separator {
			if !a.common[i+m.length] {
				m.own++
			}
			m.length++
		}
		if m.length < shingle { // two shingles with one hash
			i++
			continue
		}
		all = append(all, m)
		i += m.length - shingle + 1
	}
	return all
}

func passage(a, b *prose, m match) store.Passage {
	from, to, from2, to2 := a.places[m.at], a.places[m.at+m.length-1], b.places[m.other], b.places[m.other+m.length-1]
	p := store.Passage{Section: from.section, Start: from.at, End: to.at + 1, OtherSection: from2.section, OtherStart: from2.at, OtherEnd: to2.at + 1}
	var out strings.Builder
	i := 0
	for _, r := range a.texts[from.section] {
		if i >= p.Start && i < p.End {
			out.WriteRune(r)
		}
		i++
	}
	p.Text = out.String()
	return p
}
