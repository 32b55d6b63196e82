package narrative

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/yanyiwu/gojieba"

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
	case "ns", "nt":
		return false
	case "nr":
		return it.end-it.start > 3 // 法律宣传 is nobody's name
	}
	return strings.HasPrefix(it.tag, "n")
}

// thingWord reports whether the word may name something where a verb stands
// before it and a figure behind it, whatever gojieba takes it for.
func (it item) thingWord() bool {
	return it.kind == itemWord && it.end-it.start > 1 && it.tag != "" && !strings.ContainsRune("dpcurftm", rune(it.tag[0]))
}

// verb reports whether the word is a verb that the lexicon does not have.
func (it item) verb() bool {
	return it.kind == itemWord && (it.tag == "v" || it.tag == "vd" || it.tag == "vi" || it.tag == "vx")
}

// fold is the one form of a character that the lexicon knows. The marks that
// part clauses stay as printed.
func fold(c rune) rune {
	switch c {
	case '，', '；', '：', '！', '？':
		return c
	case '\ufffd':
		return ' '
	}
	return text.Rune(c)
}

// word is a word as gojieba cuts it, in characters of the sentence.
type word struct {
	start, end int
	text       string
}

// figureMask stands for a whole figure in the text that is cut: gojieba cuts
// at it and does nothing else.
const figureMask = '，'

// batch cuts several sentences in one call, for the call costs as much as
// cutting a short sentence does. A line end between them keeps them apart.
type batch struct {
	text  []byte
	ends  []int // where each sentence ends in text
	words []word
	first []int // the first word of each sentence in words
}

func (b *batch) reset() {
	b.text, b.ends, b.words, b.first = b.text[:0], b.ends[:0], b.words[:0], b.first[:0]
}

// add puts a sentence in, with its figures masked.
func (b *batch) add(s []rune, figs []figure) {
	at := 0
	for _, f := range figs {
		b.fold(s[at:f.start])
		b.text = utf8.AppendRune(b.text, figureMask)
		at = f.end
	}
	b.fold(s[at:])
	b.ends = append(b.ends, len(b.text))
	b.text = append(b.text, '\n')
}

func (b *batch) fold(s []rune) {
	for _, c := range s {
		b.text = utf8.AppendRune(b.text, fold(c))
	}
}

// cut cuts the sentences; figs are those that each was added with.
func (b *batch) cut(j *gojieba.Jieba, figs func(n int) []figure) {
	n, at, next := 0, 0, 0 // the sentence, the place in it, and its next figure
	b.first = append(b.first, 0)
	own := figs(0)
	base := 0 // where the piece begins in text
	for piece := range pieces(string(b.text)) {
		for _, w := range j.Tokenize(piece, gojieba.DefaultMode, true) {
			if base+w.Start >= b.ends[n] {
				n++ // the line end
				if n == len(b.ends) {
					return
				}
				b.first = append(b.first, len(b.words))
				at, next, own = 0, 0, figs(n)
				continue
			}
			end := at + utf8.RuneCountInString(w.Str)
			if next < len(own) && at == own[next].start {
				end = own[next].end
				next++
			}
			b.words = append(b.words, word{start: at, end: end, text: w.Str})
			at = end
		}
		base += len(piece)
	}
}

// of returns the words of the n-th sentence.
func (b *batch) of(n int) []word {
	if n+1 < len(b.first) {
		return b.words[b.first[n]:b.first[n+1]]
	}
	return b.words[b.first[n]:]
}

// parsing is what the items of one sentence are made in, used again for the
// next.
type parsing struct {
	folded   []rune
	boundary []bool // whether a word begins or ends there
	items    []item
}

// items finds the lexicon's terms among the words of a sentence. A term begins
// and ends where words do. The result is good until the next call with p.
func (r *Reader) items(p *parsing, s []rune, figs []figure, words []word) []item {
	folded := slices.Grow(p.folded[:0], len(s))[:len(s)]
	for i, c := range s {
		folded[i] = fold(c)
	}
	for _, f := range figs {
		for i := f.start; i < f.end; i++ {
			folded[i] = figureMask
		}
	}
	boundary := slices.Grow(p.boundary[:0], len(s)+1)[:len(s)+1]
	clear(boundary)
	boundary[len(s)] = true
	for _, w := range words {
		boundary[w.start] = true
	}
	items := p.items[:0]
	defer func() { p.folded, p.boundary, p.items = folded, boundary, items }()

	nextFigure := 0
	for i := 0; i < len(words); {
		w := item{start: words[i].start, end: words[i].end}
		if nextFigure < len(figs) && w.start >= figs[nextFigure].start {
			f := figs[nextFigure]
			items = append(items, item{kind: itemFigure, start: f.start, end: f.end, figure: nextFigure})
			nextFigure++
			i++
			continue
		}
		c := folded[w.start]
		if w.end == w.start+1 {
			switch c {
			case '，', ',', '；', ';', '：', ':', '。', '！', '？', '!', '?', '|', '、':
				w.kind, w.mark = itemBreak, c
			case '(', '[', '【', '〔':
				w.kind = itemOpen
			case ')', ']', '】', '〕':
				w.kind = itemClose
			}
		}
		if w.kind == itemWord && (c == ' ' || c == '\t') {
			i++
			continue
		}
		if w.kind == itemWord || w.kind == itemOpen {
			if end, is := r.lexicon.longest(folded, w.start, boundary); end > 0 {
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
			if at, end, is := r.lexicon.within(folded, w, boundary); end > 0 {
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
	items = r.grammar.modifiers(folded, items)
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
	return 0, 0, concepts{}
}

// longest returns the end and the concepts of the longest term at s[i] that
// ends where a word does; end 0 means none.
func (l *lexicon) longest(s []rune, i int, boundary []bool) (end int, is concepts) {
	n := l.start(s[i])
	for k := i; n != nil; {
		k++
		if !n.is.empty() && boundary[k] {
			end, is = k, n.is
		}
		if k == len(s) {
			break
		}
		n = n.child(s[k])
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
