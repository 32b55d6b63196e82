package narrative

import (
	"bytes"
	"fmt"
	"math/bits"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/yanyiwu/gojieba"
)

// segmenter opens gojieba. Loading 350,000 words takes 0.4 s, of which a text
// needs those that stand in it: the first few texts are cut with dictionaries
// of just these, which takes a fiftieth of the time, and only a program that
// goes on cutting loads all. Both cut alike: what no text holds is never
// matched, and every weight that gojieba makes of the whole dictionary (the sum
// and the least of the frequencies) is kept.
type segmenter struct {
	dir      string // holds the whole dictionaries
	contents contents
	small    atomic.Int32 // texts cut with a dictionary of their own
	loading  sync.Mutex
	loaded   atomic.Pointer[gojieba.Jieba] // the whole
}

// contents are what the dictionaries hold that a text's own are picked from.
type contents struct{ words, model, user []byte }

// What the words' frequencies add up to, the least of them, and where cutting
// with a text's own words ends: after so many texts, and for longer ones.
const (
	frequencySum   = 60101983
	frequencyLeast = 2

	maxSmall     = 8
	maxSmallText = 1 << 20
)

func newSegmenter(dir string, c contents) *segmenter {
	return &segmenter{dir: dir, contents: c}
}

// whole opens all dictionaries, once. The error tells why no file could be
// written or opened just now; the next call tries again.
func (s *segmenter) whole() (*gojieba.Jieba, error) {
	if j := s.loaded.Load(); j != nil {
		return j, nil
	}
	s.loading.Lock()
	defer s.loading.Unlock()
	if j := s.loaded.Load(); j != nil {
		return j, nil
	}
	j, err := loadFrom(s.dir, s.contents.user)
	if err != nil {
		return nil, err
	}
	s.loaded.Store(j)
	return j, nil
}

// loadFrom loads the dictionaries that dir held once, whatever became of it since.
func loadFrom(dir string, user []byte) (*gojieba.Jieba, error) {
	if _, err := unpack(dir, user); err == nil {
		return load(dir), nil
	}
	return loadElsewhere(user)
}

// over opens gojieba for the texts that it is given, and for no others. done
// frees it.
func (s *segmenter) over(texts func() string) (j *gojieba.Jieba, done func(), err error) {
	if s.dir != "" && s.small.Load() < maxSmall {
		if text := texts(); len(text) <= maxSmallText && s.small.Add(1) <= maxSmall {
			if j := s.own(text); j != nil {
				return j, j.Free, nil
			}
		}
	}
	j, err = s.whole()
	return j, func() {}, err
}

// own opens a dictionary of the words that stand in text; nil where that cannot
// be made.
func (s *segmenter) own(text string) *gojieba.Jieba {
	dir, err := os.MkdirTemp(s.dir, ".own-*")
	if err != nil {
		return nil
	}
	defer os.RemoveAll(dir)
	p := partsOf(text)
	words := p.words(s.contents.words)
	if words == nil {
		return nil
	}
	for name, content := range map[string][]byte{
		dictionaries[0].name: words,
		dictionaries[1].name: p.model(s.contents.model),
		userName:             p.lines(nil, s.contents.user, func([]byte) {}),
		idfName:              []byte(idfText),
		stopName:             []byte(stopText),
	} {
		if os.WriteFile(filepath.Join(dir, name), content, 0o600) != nil {
			return nil
		}
	}
	return load(dir)
}

// parts tells of a word whether it may stand in a text: of one that stands in
// it always, of others nearly never. Every run of bytes from the beginning of a
// character has a bit, up to longestPart bytes.
type parts struct {
	seen  []uint64
	shift int // of a hash to the number of its bit
	runes map[rune]bool
	free  rune // a character that the text does not have
}

const longestPart = 24

// step hashes one byte more.
func step(hash uint64, c byte) uint64 { return (hash ^ uint64(c)) * 0x9E3779B97F4A7C15 }

func (p parts) bit(hash uint64) (word, mask uint64) {
	n := hash >> p.shift
	return n >> 6, 1 << (n & 63)
}

func partsOf(text string) parts {
	size := bits.Len(uint(len(text)|1<<10)) + 4 // some bits for each of a character's runs
	p := parts{seen: make([]uint64, 1<<(size-6)), shift: 64 - size, runes: map[rune]bool{}, free: utf8.MaxRune - 2}
	for i, c := range text {
		p.runes[c] = true
		hash := uint64(1)
		for k := i; k < len(text) && k < i+longestPart; k++ {
			hash = step(hash, text[k])
			word, mask := p.bit(hash)
			p.seen[word] |= mask
		}
	}
	for p.runes[p.free] {
		p.free--
	}
	return p
}

// lines appends those lines of a dictionary whose word, which ends at the first
// blank, may stand in the text.
func (p parts) lines(to, dictionary []byte, taken func(line []byte)) []byte {
	for len(dictionary) > 0 {
		end := bytes.IndexByte(dictionary, '\n') + 1
		if end == 0 {
			end = len(dictionary)
		}
		line := dictionary[:end]
		dictionary = dictionary[end:]
		if p.may(line) {
			to = append(to, line...)
			taken(line)
		}
	}
	return to
}

func (p parts) may(line []byte) bool {
	hash := uint64(1)
	for i, c := range line {
		if c == ' ' || i == longestPart {
			return i > 0
		}
		hash = step(hash, c)
		if word, mask := p.bit(hash); p.seen[word]&mask == 0 {
			return false
		}
	}
	return false
}

// words picks from the dictionary of words and frequencies. Two words that
// stand in no text keep the sum and the least of the frequencies; nil where
// nearly all words are picked and none are left to stand for the rest.
func (p parts) words(dictionary []byte) []byte {
	sum := 0
	picked := p.lines(nil, dictionary, func(line []byte) {
		fields := bytes.Fields(line)
		n, _ := strconv.Atoi(string(fields[1]))
		sum += n
	})
	rest := frequencySum - frequencyLeast - sum
	if rest < frequencyLeast {
		return nil
	}
	return fmt.Appendf(picked, "%[1]c%[1]c %[2]d x\n%[1]c%[1]c%[1]c %[3]d x\n", p.free, frequencyLeast, rest)
}

// model picks from the hidden Markov model: of the lines of characters with
// their probabilities (字:-5.9,…) those characters that the text has, and the
// first, for none may be empty. All else stays.
func (p parts) model(model []byte) []byte {
	var picked []byte
	for line := range bytes.Lines(model) {
		if line[0] == '#' || !bytes.Contains(line, []byte(",")) {
			picked = append(picked, line...)
			continue
		}
		first := true
		for entry := range bytes.SplitSeq(bytes.TrimSpace(line), []byte(",")) {
			c, _ := utf8.DecodeRune(entry)
			if !first && !p.runes[c] {
				continue
			}
			if !first {
				picked = append(picked, ',')
			}
			picked = append(picked, entry...)
			first = false
		}
		picked = append(picked, '\n')
	}
	return slices.Clip(picked)
}
