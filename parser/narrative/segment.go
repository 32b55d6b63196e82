package narrative

import (
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/yanyiwu/gojieba"
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
	start, end int // characters of the sentence
	is         concepts
	tag        string // gojieba's part of speech, of a word
	mark       rune   // of a break
	figure     int    // index among the sentence's figures
}

// noun reports whether the word names something.
func (it item) noun() bool {
	if it.kind != itemWord {
		return false
	}
	switch it.tag {
	case "vn", "an", "j", "l", "nz", "i", "x":
		return true
	case "ns", "nr", "nt":
		return false
	}
	return strings.HasPrefix(it.tag, "n")
}

// verb reports whether the word is a verb that the lexicon does not have.
func (it item) verb() bool {
	return it.kind == itemWord && (it.tag == "v" || it.tag == "vd" || it.tag == "vi" || it.tag == "vx")
}

// fold maps full-width letters, digits and brackets to half width, one
// character for one, so that the lexicon needs one form.
func fold(r rune) rune {
	switch {
	case r >= '！' && r <= '～' && r != '，' && r != '；' && r != '：' && r != '！' && r != '？':
		return r - 0xfee0
	case r == 0 || r == '\u00a0' || r == '\u3000' || r == '\ufffd':
		return ' '
	}
	return r
}

// word is a word as gojieba cuts it, in characters of the sentence.
type word struct {
	start, end int
	text       string
}

// items cuts a sentence around its figures and finds the lexicon's terms. A
// term begins and ends where words do.
func (r *Reader) items(s []rune, figs []figure) []item {
	masked := make([]rune, len(s))
	for i, c := range s {
		masked[i] = fold(c)
	}
	for _, f := range figs {
		for i := f.start; i < f.end; i++ {
			masked[i] = '，' // gojieba cuts at it and does nothing else
		}
	}
	boundary := make([]bool, len(s)+1)
	boundary[len(s)] = true
	words := make([]word, 0, len(s)/2+1)
	at := 0
	for piece := range pieces(string(masked)) {
		for _, w := range r.jieba.Tokenize(piece, gojieba.DefaultMode, true) {
			end := at + utf8.RuneCountInString(w.Str)
			words = append(words, word{start: at, end: end, text: w.Str})
			boundary[at] = true
			at = end
		}
	}

	items := make([]item, 0, len(words))
	nextFigure := 0
	for i := 0; i < len(words); {
		w := item{start: words[i].start, end: words[i].end}
		if nextFigure < len(figs) && w.start >= figs[nextFigure].start {
			f := figs[nextFigure]
			items = append(items, item{kind: itemFigure, start: f.start, end: f.end, figure: nextFigure})
			nextFigure++
			for i < len(words) && words[i].start < f.end {
				i++
			}
			continue
		}
		c := masked[w.start]
		switch {
		case w.end == w.start+1 && strings.ContainsRune("，,；;：:。！？!?|、", c):
			w.kind, w.mark = itemBreak, c
		case w.end == w.start+1 && strings.ContainsRune("([【〔", c):
			w.kind = itemOpen
		case w.end == w.start+1 && strings.ContainsRune(")]】〕", c):
			w.kind = itemClose
		case c == ' ' || c == '\t':
			i++
			continue
		}
		if w.kind == itemWord || w.kind == itemOpen {
			if end, is := r.lexicon.longest(masked, w.start, boundary); end > 0 {
				w.kind, w.is, w.end, w.mark = itemTerm, is, end, 0
				items = append(items, w)
				for i < len(words) && words[i].start < end {
					i++
				}
				continue
			}
		}
		if w.kind == itemWord {
			w.tag = r.tags.of(r.jieba, words[i].text)
			if at, end, is := r.lexicon.within(masked, w, boundary); end > 0 {
				head := w
				head.end = at
				items = append(items, head, item{kind: itemTerm, start: at, end: end, is: is})
				for i < len(words) && words[i].start < end {
					i++
				}
				continue
			}
		}
		items = append(items, w)
		i++
	}
	return items
}

// within finds a term in the tail of a word that gojieba does not cut
// (办理 in 依法办理), or one that begins there and ends with a later word.
func (l *lexicon) within(s []rune, w item, boundary []bool) (at, end int, is concepts) {
	for at := w.start + 1; at+1 < w.end; at++ {
		if end, is := l.longest(s, at, boundary); end >= w.end {
			return at, end, is
		}
	}
	return 0, 0, 0
}

// longest returns the end and the concepts of the longest term at s[i] that
// ends where a word does; end 0 means none.
func (l *lexicon) longest(s []rune, i int, boundary []bool) (end int, is concepts) {
	n := l.root
	for k := i; k < len(s); k++ {
		n = n.next[s[k]]
		if n == nil {
			break
		}
		if n.is != 0 && boundary[k+1] {
			end, is = k+1, n.is
		}
	}
	return end, is
}

// tags remembers gojieba's part of speech for words, which costs as much to
// ask for as cutting does, and of which a report uses a few thousand.
type tags struct {
	known sync.Map // word → tag
	count atomic.Int64
}

// maxTags bounds the words that are remembered, for hostile text has no end
// of them.
const maxTags = 50_000

func (t *tags) of(j *gojieba.Jieba, word string) string {
	if tag, ok := t.known.Load(word); ok {
		return tag.(string)
	}
	tag := "x" // what gojieba says of a word that its dictionary does not have
	if tagged := j.Tag(word); len(tagged) == 1 {
		tag = strings.Clone(tagged[0][strings.LastIndexByte(tagged[0], '/')+1:])
	}
	if t.count.Add(1) <= maxTags {
		t.known.Store(strings.Clone(word), tag)
	}
	return tag
}
