package narrative

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/yanyiwu/gojieba"
)

// segmenter is gojieba with the words of the texts that it has cut. To load all
// 350,000 takes half a second and 125 MB; a report may have 4,000 of them, and
// thousands of reports 12,000. What no text holds is never matched, and every
// weight that gojieba makes of the whole dictionary (the sum and the least of the
// frequencies) is kept, so that it cuts as with all words.
type segmenter struct {
	mu    sync.RWMutex // held for writing while gojieba gets words
	jieba *gojieba.Jieba
	words *vocabulary
}

// cut returns the words of a text, which is valid UTF-8 without NUL.
func (s *segmenter) cut(text string, mode gojieba.TokenizeMode) []gojieba.Word {
	defer s.with(text)()
	return s.jieba.Tokenize(text, mode, true)
}

// tag returns gojieba's part of speech for a word: x for one that its dictionary
// does not have.
func (s *segmenter) tag(word string) string {
	defer s.with(word)()
	if tagged := s.jieba.Tag(word); len(tagged) == 1 {
		return strings.Clone(tagged[0][strings.LastIndexByte(tagged[0], '/')+1:])
	}
	return "x"
}

// with sees to it that gojieba has the words of a text, until done is called.
func (s *segmenter) with(text string) (done func()) {
	s.words.lines()
	s.mu.RLock()
	if !s.words.given(text) {
		s.mu.RUnlock()
		s.mu.Lock()
		s.words.give(text, s.jieba)
		s.mu.Unlock()
		s.mu.RLock()
	}
	return s.done
}

func (s *segmenter) done() {
	s.mu.RUnlock()
	runtime.KeepAlive(s) // a finalizer would free what gojieba is still reading
}

// What the words' frequencies add up to, and the least of them.
const (
	frequencySum   = 60101983
	frequencyLeast = 2
)

// unmatched is a dictionary of two words of half a surrogate pair, which stand in no
// text, with the sum and the least of all frequencies.
func unmatched() []byte {
	const half = "\xed\xa0\x80"
	return fmt.Appendf(nil, "%[1]s%[1]s %[2]d x\n%[1]s%[1]s%[1]s %[3]d x\n", half, frequencyLeast, frequencySum-frequencyLeast)
}

// vocabulary is the dictionary of words, and which of them gojieba has. It gets
// those that begin with two characters when they first stand together in a text.
type vocabulary struct {
	lines func() []byte // of the dictionary, then of the terms; makes heads first
	heads []head
	// starts is the place in heads of a first character, 0 for none: all are of the
	// basic plane.
	starts [0x10000]uint16
	// passed are pairs of characters of which gojieba has all words, the last one of
	// each hash.
	passed [1 << passedBits]atomic.Uint64
}

const passedBits = 14

// head is the words with one first character.
type head struct {
	spans   []stretch // their lines
	split   bool      // whether the two following are made, and gojieba has the first character
	seconds []rune    // ascending, each once
	tails   []tail
}

// tail is the lines of a head with one second character, none where gojieba has
// been given them.
type tail []stretch

// stretch is a part of the lines, in bytes.
type stretch struct{ from, to int32 }

// newVocabulary is one of the embedded dictionary, and of terms in the same form
// that stand for its words.
func newVocabulary(terms []byte) *vocabulary {
	v := &vocabulary{}
	v.lines = sync.OnceValue(func() []byte {
		all := append(unpacked(wordsName, len(terms)), terms...)
		v.index(all)
		return all
	})
	return v
}

// index finds the lines of each first character.
func (v *vocabulary) index(lines []byte) {
	v.heads = make([]head, 1, 1<<14)
	var before rune
	for at := int32(0); int(at) < len(lines); {
		end := pastLine(lines, at)
		first, _ := utf8.DecodeRune(lines[at:])
		h := v.starts[first]
		if h == 0 {
			h = uint16(len(v.heads))
			v.starts[first] = h
			v.heads = append(v.heads, head{})
		}
		spans := &v.heads[h].spans
		if first == before {
			(*spans)[len(*spans)-1].to = end
		} else {
			*spans = append(*spans, stretch{at, end})
		}
		before, at = first, end
	}
}

func pastLine(lines []byte, at int32) int32 {
	return at + int32(bytes.IndexByte(lines[at:], '\n')) + 1
}

// head returns the words that begin with a character, nil where none does.
func (v *vocabulary) head(c rune) *head {
	if c < 0x10000 {
		if h := v.starts[c]; h > 0 {
			return &v.heads[h]
		}
	}
	return nil
}

// given reports whether gojieba has all words that may stand in a text.
func (v *vocabulary) given(text string) bool {
	before := rune(0)
	for _, c := range text {
		pair := uint64(before)<<21 | uint64(c)
		passed := &v.passed[pair*0x9E3779B97F4A7C15>>(64-passedBits)]
		if passed.Load() != pair {
			if h := v.head(before); h != nil && h.tail(c) != nil {
				return false
			}
			if h := v.head(c); h != nil && !h.split {
				return false
			}
			passed.Store(pair)
		}
		before = c
	}
	return true
}

// give gives gojieba the words that may stand in a text.
func (v *vocabulary) give(text string, j *gojieba.Jieba) {
	lines := v.lines()
	var before *head
	for _, c := range text {
		if before != nil {
			if t := before.tail(c); t != nil {
				for _, l := range *t {
					give(lines[l.from:l.to], j)
				}
				*t = nil
			}
		}
		if before = v.head(c); before != nil && !before.split {
			before.divide(lines, j)
		}
	}
}

// tail returns the words with this second character that gojieba has not.
func (h *head) tail(c rune) *tail {
	if i, ok := slices.BinarySearch(h.seconds, c); ok && h.tails[i] != nil {
		return &h.tails[i]
	}
	return nil
}

// divide puts the words of a head by their second characters, and gives gojieba
// that of one character.
func (h *head) divide(lines []byte, j *gojieba.Jieba) {
	type second struct {
		char rune
		line stretch
	}
	var all []second
	for _, s := range h.spans {
		for at := s.from; at < s.to; {
			end := pastLine(lines, at)
			_, size := utf8.DecodeRune(lines[at:])
			c, _ := utf8.DecodeRune(lines[int(at)+size:])
			if c == ' ' {
				give(lines[at:end], j)
			} else {
				all = append(all, second{c, stretch{at, end}})
			}
			at = end
		}
	}
	slices.SortStableFunc(all, func(a, b second) int { return int(a.char - b.char) })
	for i, s := range all {
		if i == 0 || s.char != all[i-1].char {
			h.seconds, h.tails = append(h.seconds, s.char), append(h.tails, nil)
		}
		t := &h.tails[len(h.tails)-1]
		*t = append(*t, s.line)
	}
	h.spans, h.split = nil, true
}

// give gives gojieba the word of a line: 政务 1000 n. The later one of two lines
// with a word stands.
func give(line []byte, j *gojieba.Jieba) {
	word, rest, _ := strings.Cut(string(line), " ")
	frequency, tag, ok := strings.Cut(strings.TrimSuffix(rest, "\n"), " ")
	n, err := strconv.Atoi(frequency)
	if !ok || err != nil {
		panic(fmt.Sprintf("narrative: a line of the dictionary is %q", line))
	}
	j.AddWordEx(word, n, tag)
}
