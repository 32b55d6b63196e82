package narrative

import (
	"runtime"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/yanyiwu/gojieba"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
)

// Options of a [Reader]. The zero value is right for most programs.
type Options struct {
	// CacheDir is where the dictionaries are unpacked, in a directory of their
	// own; "" is nianbao under os.UserCacheDir. It may be shared by any number
	// of processes, and need not exist or be writable: a temporary directory
	// takes its place.
	CacheDir string
}

// Reader finds mentions and cuts text. It is safe for many goroutines.
type Reader struct {
	knowledge
	segmenter *segmenter
	jieba     *gojieba.Jieba // of a Reader made by over
}

// knowledge is what reading text needs beside the segmenter.
type knowledge struct {
	lexicon *lexicon
	grammar grammar
	rules   *ruleSet
	tags    *tags
	known   *known
	held    map[string]bool // the metrics that a table may tell too
}

// New makes the dictionaries files that can be opened. The first few texts are
// read with what they need of them; a Reader that goes on being used loads all,
// which takes about 0.4 s and 125 MB. One serves a whole program. The error
// tells why no directory could hold the unpacked dictionaries.
func New(o Options) (*Reader, error) {
	l := loadLexicon()
	s, err := openSegmenter(o.CacheDir, l.userDictionary())
	if err != nil {
		return nil, err
	}
	held := map[string]bool{}
	for _, m := range catalog.Metrics() {
		held[m.Code] = m.Indicators != nil
	}
	return &Reader{segmenter: s, knowledge: knowledge{lexicon: l, grammar: newGrammar(l), rules: loadRules(), tags: new(tags), known: newKnown(), held: held}}, nil
}

// over is the Reader with gojieba opened for the texts, until done is called.
func (r *Reader) over(texts func() string) (over *Reader, done func(), err error) {
	j, done, err := r.segmenter.over(texts)
	return &Reader{knowledge: r.knowledge, jieba: j}, done, err
}

// Load loads all dictionaries at once. A program that is to read many texts
// calls it before file handles or the disk may have run short.
func (r *Reader) Load() error {
	_, err := r.segmenter.whole()
	return err
}

// Lazy returns a function that makes the Reader when it is first called and
// returns the same one, or the same error, ever after. Commands that may not
// need a Reader hold this instead of one.
func Lazy(o Options) func() (*Reader, error) {
	return sync.OnceValues(func() (*Reader, error) { return New(o) })
}

// Mentions returns the figures told in the sections, in the order of the text.
// PartOf is an index into the returned slice; Start and End are offsets into
// the Text of the section that has the mention's number. It returns nil where
// no figure is told. of is the report that the sections are from: its year
// tells the year's total (截至2021年底) from one counted since some earlier year.
//
// The error tells why the dictionaries could not be opened just now, for want of
// file handles or of room on the disk; a later call may succeed.
func (r *Reader) Mentions(of report.Meta, sections []report.Section) ([]report.Mention, error) {
	r, done, err := r.over(func() string { return foldedSections(sections) })
	if err != nil {
		return nil, err
	}
	defer done()
	var all []report.Mention
	for _, sec := range sections {
		all = r.section(all, of, sec)
	}
	runtime.KeepAlive(r)
	return all, nil
}

// foldedSections are the sections in the form in which they are cut.
func foldedSections(sections []report.Section) string {
	var b []byte
	for _, sec := range sections {
		for _, s := range [][]rune{[]rune(sec.Heading), simplified(nil, []rune(sec.Text))} {
			for _, c := range s {
				b = utf8.AppendRune(b, fold(c))
			}
			b = append(b, '\n')
		}
	}
	return string(b)
}

// Cut returns the words of each text, in order, without white space, and the
// shorter words inside long ones: what a search for 信息公开 finds in
// 政府信息公开条例. They are parts of the texts and keep them in memory. Invalid
// UTF-8 and NUL characters separate words. The error is that of [Reader.Mentions].
func (r *Reader) Cut(texts []string) ([][]string, error) {
	cleaned := make([]string, len(texts))
	for i, text := range texts {
		cleaned[i] = clean(text)
	}
	r, done, err := r.over(func() string { return strings.Join(cleaned, "\n") })
	if err != nil {
		return nil, err
	}
	defer done()
	all := make([][]string, len(texts))
	for i, text := range cleaned {
		words := make([]string, 0, len(text)/4)
		for piece := range pieces(text) {
			// Places of words cost half of what gojieba's copies of them do.
			for _, w := range r.jieba.Tokenize(piece, gojieba.SearchMode, true) {
				if word := strings.TrimSpace(w.Str); word != "" {
					words = append(words, word)
				}
			}
		}
		all[i] = words
	}
	runtime.KeepAlive(r) // a finalizer frees what the C++ side is still reading
	return all, nil
}

// clean makes text safe for gojieba, which returns nothing for a text that is
// not valid UTF-8 and stops at a NUL.
func clean(text string) string {
	if strings.IndexByte(text, 0) >= 0 {
		text = strings.ReplaceAll(text, "\x00", " ")
	}
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, " ")
	}
	return text
}

// maxPiece bounds what gojieba gets at once, in bytes: it takes some hundred
// bytes of memory for each.
const maxPiece = 16 << 10

// pieces yields text in pieces of at most maxPiece bytes, cut where no word
// stands if there is such a place.
func pieces(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for len(text) > maxPiece {
			end := maxPiece
			for !utf8.RuneStart(text[end]) {
				end--
			}
			if i := strings.LastIndexAny(text[:end], "\n。;, ,"); i > 0 {
				end = i
			}
			if !yield(text[:end]) {
				return
			}
			text = text[end:]
		}
		yield(text)
	}
}
