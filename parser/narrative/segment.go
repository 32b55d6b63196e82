package narrative

import (
	"strings"

	"nianbao/parser/text"
)

// itemKind tells what an item of a sentence is.
type itemKind uint8

const (
	itemWord   itemKind = iota // a word that the lexicon does not have
	itemTerm                   // a term of the lexicon
	itemFigure                 // a figure
	itemBreak                  // , ; : and the like
	itemOpen                   // an opening bracket
	itemClose                  // a closing bracket
)

// item is a word, a term, a figure or a mark of a sentence.
type item struct {
	kind       itemKind
	odd        bool // a word that is not known to be harmless
	start, end int  // characters of the sentence
	is         concepts
	tag        string // gojieba's part of speech, of a word
	mark       rune   // of a break
	figure     int    // index among the sentence's figures
}

// noun reports whether the word names something.
func (it item) noun() bool {
	switch it.tag {
	case "vn", "an", "j", "l", "nz", "i", "x":
		return true
	case "ns", "nt":
		return false
	case "nr":
		return it.end-it.start > 3 // 法律宣传 is nobody's name
	}
	return strings.HasPrefix(it.tag, "n")
}

// names reports whether the word names something in Chinese.
func (it item) names(s []rune) bool { return it.noun() && text.Han(s[it.start]) }

// worded reports whether the item is a word or a term.
func (it item) worded() bool { return it.kind == itemWord || it.kind == itemTerm }

// depthBefore is in how many brackets the text before the item stands, where that
// behind it stands in depth.
func (it item) depthBefore(depth int) int {
	switch it.kind {
	case itemClose:
		return depth + 1
	case itemOpen:
		return max(depth-1, 0)
	}
	return depth
}

// partsClauses reports whether the item is a mark that parts clauses, not what 、 parts.
func (it item) partsClauses() bool { return it.kind == itemBreak && it.mark != '、' }

// thingWord reports whether the word may name something where a verb stands
// before it and a figure behind it, whatever gojieba takes it for.
func (it item) thingWord() bool {
	return it.end-it.start > 1 && it.tag != "" && !strings.ContainsRune("dpcurftm", rune(it.tag[0]))
}

// verb reports whether the word is a verb that the lexicon does not have.
func (it item) verb() bool {
	return it.tag == "v" || it.tag == "vd" || it.tag == "vi"
}

// word is a word as gojieba cuts it, in characters of the piece.
type word struct {
	start, end int
	text       string
}

// terms finds the lexicon's terms among the words of a piece of folded text. A
// term begins and ends where words do.
func (r *Reader) terms(items []item, boundary []bool, s []rune, words []word) []item {
	clear(boundary)
	boundary[len(s)] = true
	for _, w := range words {
		boundary[w.start] = true
	}
	covered := 0 // by the items so far
	for _, word := range words {
		w := item{start: word.start, end: word.end}
		if w.start < covered || among(" \n\ufffd", s[w.start]) {
			continue
		}
		if end, is := r.lexicon.longest(s, w.start, boundary); end > 0 {
			w = item{kind: itemTerm, start: w.start, end: end, is: is}
		} else if w.kind, w.mark = kindOf(s[w.start]); w.kind == itemWord {
			w.tag = r.tag(word.text)
			w.odd = strange(word.text, w.tag)
			if at, end, is := r.lexicon.within(s, w, boundary); end > 0 {
				head := w
				head.end = at
				head.odd = strange(string(s[w.start:at]), head.tag)
				if end, is := r.lexicon.longest(s[:at], w.start, nil); end == at {
					head = item{kind: itemTerm, start: w.start, end: at, is: is} // 发表 in 发表文章
				}
				items = append(items, head)
				w = item{kind: itemTerm, start: at, end: end, is: is}
			}
		}
		items = append(items, w)
		covered = w.end
	}
	return items
}

// kindOf tells a mark from a word by its first character.
func kindOf(c rune) (kind itemKind, mark rune) {
	switch c {
	case '、':
		return itemBreak, c
	case '(', '〔':
		return itemOpen, 0
	case ')', '〕':
		return itemClose, 0
	}
	return itemWord, 0
}

// mayBe reports whether s may hold a term that is one of the concepts, or a name
// in quotation marks.
func (l *lexicon) mayBe(s []rune, of concepts) bool {
	for i, c := range s {
		if c == '”' || c == '’' {
			return true
		}
		for k, n := i+1, l.start(c); n != nil; k++ {
			if n.is.any(of) {
				return true
			}
			if k == len(s) {
				break
			}
			n = n.child(s[k])
		}
	}
	return false
}

// within finds a term in the tail of a word that gojieba does not cut
// (办理 in 依法办理), or one that begins there and ends with a later word.
func (l *lexicon) within(s []rune, w item, boundary []bool) (at, end int, is concepts) {
	for at := w.start + 1; at+1 < w.end; at++ {
		if end, is := l.longest(s, at, boundary); end >= w.end {
			return at, end, is
		}
	}
	return 0, 0, concepts{}
}

// longest returns the end and the concepts of the longest term at s[i] that
// ends where a word does, or anywhere where boundary is nil; end 0 means none.
func (l *lexicon) longest(s []rune, i int, boundary []bool) (end int, is concepts) {
	n := l.start(s[i])
	for k := i; n != nil; {
		k++
		if !n.is.empty() && (boundary == nil || boundary[k]) {
			end, is = k, n.is
		}
		if k == len(s) {
			break
		}
		n = n.child(s[k])
	}
	return end, is
}

// tag returns gojieba's part of speech for a word.
func (r *Reader) tag(word string) string {
	tag, ok := r.tags.get([]byte(word))
	if !ok {
		tag = r.segmenter.tag(word)
		r.tags.put([]byte(word), tag)
	}
	return tag
}
