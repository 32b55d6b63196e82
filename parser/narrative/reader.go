package narrative

import (
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/yanyiwu/gojieba"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
)

// Reader finds mentions and cuts text. It is safe for many goroutines.
type Reader struct {
	segmenter *segmenter
	lexicon   *lexicon
	grammar   grammar
	rules     ruleSet
	tags      *memory[string] // of words
	known     *memory[[]item] // of pieces
	held      map[string]bool // the metrics that a table may tell too
}

// New opens gojieba, which takes some 20 ms; one Reader serves a whole program. The
// error tells why no directory could hold the segmenter's files while it reads them.
func New() (*Reader, error) {
	l := loadLexicon()
	s, err := openSegmenter(l.userDictionary())
	if err != nil {
		return nil, err
	}
	held := map[string]bool{}
	for _, m := range catalog.Metrics() {
		held[m.Code] = m.Indicators != nil
	}
	return &Reader{segmenter: s, lexicon: l, grammar: newGrammar(l), rules: newRuleSet(loadRules()), tags: newMemory[string](), known: newMemory[[]item](), held: held}, nil
}

// Lazy returns a function that makes the Reader when it is first called and
// returns the same one, or the same error, ever after. Commands that may not
// need a Reader hold this instead of one.
func Lazy() func() (*Reader, error) { return sync.OnceValues(New) }

// RuleUnreadable says that the text prints a figure as no number can be.
const RuleUnreadable = "narrative.unreadable"

// maxUnreadable bounds the findings of a report.
const maxUnreadable = 20

// Read returns the figures told in the sections, in the order of the text, and what is
// printed in the place of one and cannot be read.
// PartOf is an index into the returned slice; Start and End are offsets into
// the Text of the section that has the mention's number. It returns nil where
// no figure is told. of is the report that the sections are from: its year
// tells the year's total (截至2021年底) from one counted since some earlier year.
func (r *Reader) Read(of report.Meta, sections []report.Section) ([]report.Mention, []report.Finding) {
	w := newWorking()
	defer w.free()
	publisher := publisherOf(of)
	cut := cutAt(sections)
	var findings []report.Finding
	for _, sec := range sections {
		r.section(w, publisher, sec, cut)
		for _, printed := range w.unread[:min(len(w.unread), maxUnreadable-len(findings))] {
			findings = append(findings, report.Finding{
				Rule: RuleUnreadable, Severity: report.SeverityWarning, Actual: report.Text(printed),
				Message: fmt.Sprintf("the text prints %q, which can be read as more than one number; it was left out", printed),
			})
		}
	}
	return append([]report.Mention(nil), w.mentions...), findings
}

// Cut returns the words of each text, in order, without white space, and the
// shorter words inside long ones: what a search for 信息公开 finds in
// 政府信息公开条例. They are parts of the texts and keep them in memory. Invalid
// UTF-8 and NUL characters separate words.
func (r *Reader) Cut(texts []string) [][]string {
	all := make([][]string, len(texts))
	for i, text := range texts {
		text = clean(text)
		words := make([]string, 0, len(text)/4)
		for piece := range pieces(text) {
			// Places of words cost half of what gojieba's copies of them do.
			for _, w := range r.segmenter.cut(piece, gojieba.SearchMode) {
				if word := strings.TrimSpace(w.Str); word != "" {
					words = append(words, word)
				}
			}
		}
		all[i] = words
	}
	return all
}

// clean makes text safe for gojieba, which returns nothing for a text that is
// not valid UTF-8 and stops at a NUL.
func clean(text string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", " "), " ")
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
