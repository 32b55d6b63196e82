package narrative

import (
	"fmt"
	"iter"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

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
func unmatched() string {
	const half = "\xed\xa0\x80"
	return fmt.Sprintf("%[1]s%[1]s %[2]d x\n%[1]s%[1]s%[1]s %[3]d x\n", half, frequencyLeast, frequencySum-frequencyLeast)
}

// vocabulary is the dictionary of words, and which of them gojieba has. It gets
// those that begin with two characters when they first stand together in a text.
type vocabulary struct {
	// lines are those of the dictionary and of terms that stand for its words, each
	// sorted by their bytes.
	lines [2]string
	had   map[pair]bool // pairs with words, which gojieba has
	// passed are pairs of characters of which gojieba has all words, and all of the
	// second alone, the last one of each hash.
	passed [1 << passedBits]atomic.Uint64
}

const passedBits = 17

// pair is two characters that stand together in a text. A word of one has a space for
// the second, as its line has.
type pair uint64

func pairOf(first, second rune) pair { return pair(first)<<21 | pair(second) }

// newVocabulary is one of the embedded dictionary and of terms in the same form.
func newVocabulary(terms string) *vocabulary {
	return &vocabulary{lines: [2]string{dictionaryWords, terms}, had: map[pair]bool{}}
}

// given reports whether gojieba has all words that may stand in a text.
func (v *vocabulary) given(text string) bool {
	var before rune
	for _, c := range text {
		p := pairOf(before, c)
		passed := &v.passed[uint64(p)*0x9E3779B97F4A7C15>>(64-passedBits)]
		if pair(passed.Load()) != p {
			if v.lacks(before, c) || v.lacks(c, ' ') {
				return false
			}
			passed.Store(uint64(p))
		}
		before = c
	}
	return true
}

// lacks reports whether there are words of a pair that gojieba has not.
func (v *vocabulary) lacks(first, second rune) bool {
	if v.had[pairOf(first, second)] {
		return false
	}
	for range v.words(first, second) {
		return true
	}
	return false
}

// give gives gojieba the words that may stand in a text.
func (v *vocabulary) give(text string, j *gojieba.Jieba) {
	var before rune
	for _, c := range text {
		for _, p := range [...][2]rune{{before, c}, {c, ' '}} {
			if !v.lacks(p[0], p[1]) {
				continue
			}
			for line := range v.words(p[0], p[1]) {
				give(line, j)
			}
			v.had[pairOf(p[0], p[1])] = true
		}
		before = c
	}
}

// words yields the lines that begin with a pair, those of the terms last.
func (v *vocabulary) words(first, second rune) iter.Seq[string] {
	start := string([]rune{first, second})
	return func(yield func(string) bool) {
		for _, lines := range v.lines {
			for rest := lines[lineFrom(lines, start):]; strings.HasPrefix(rest, start); {
				n := strings.IndexByte(rest, '\n') + 1
				if !yield(rest[:n]) {
					return
				}
				rest = rest[n:]
			}
		}
	}
}

// lineFrom returns where the first of the sorted lines stands that does not come
// before the one that would begin so.
func lineFrom(lines, start string) int {
	low, high := 0, len(lines)
	for low < high {
		line := low + strings.LastIndexByte(lines[low:(low+high)/2], '\n') + 1
		if lines[line:] < start {
			low = line + strings.IndexByte(lines[line:], '\n') + 1
		} else {
			high = line
		}
	}
	return low
}

// give gives gojieba the word of a line: 政务 1000 n. The later one of two lines
// with a word stands.
func give(line string, j *gojieba.Jieba) {
	word, rest, _ := strings.Cut(line, " ")
	frequency, tag, ok := strings.Cut(strings.TrimSuffix(rest, "\n"), " ")
	n, err := strconv.Atoi(frequency)
	if !ok || err != nil {
		panic(fmt.Sprintf("narrative: a line of the dictionary is %q", line))
	}
	j.AddWordEx(word, n, tag)
}
