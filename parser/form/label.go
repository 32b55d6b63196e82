package form

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"nianbao/parser/catalog"
	"nianbao/parser/lazyregexp"
	"nianbao/parser/text"
)

// group is the kind of a label: where in a table it may stand.
type group string

const (
	groupArticle    group = "article"    // 第二十条第(一)项
	groupCorner     group = "corner"     // 信息内容
	groupMetric     group = "metric"     // columns of section two
	groupSubject    group = "subject"    // rows of section two
	groupApplicants group = "applicants" // headings above the applicant columns
	groupApplicant  group = "applicant"  // columns of section three
	groupOutcomes   group = "outcomes"   // headings left of the rows of section three
	groupOutcome    group = "outcome"    // rows of section three
	groupBody       group = "body"       // 行政复议, 行政诉讼 and its two kinds
	groupResult     group = "result"     // columns of section four
	groupAnnex      group = "annex"      // rows of the annex

	groupAnnexColumn group = "annex_column" // words of the annex's header
	groupAnnexUnit   group = "annex_unit"   // its units

	// What people write into a cell for want of a figure. Any other word beside figures
	// may be a note, a unit or a label, and leaves open how many cells the row had.
	groupOdd group = "odd"

	// What a heading calls a form that is printed as an example of how to fill it in.
	groupExample group = "example"
	// What stands before the figures of last year, or of a part of the region.
	groupOtherRow group = "other_row"

	groupAny group = "" // any of them
)

//go:embed labels.csv
var labelsCSV string

// lexicon maps the key of every spelling to what it may mean.
type lexicon struct {
	exact    map[string][]meaning
	spelling map[group][]spelling // for the inexact search, in the order of labels.csv
	whole    map[group]string     // all spellings of a group, each behind a line break
	list     map[meaning]string   // words that are no labels: of the annex, of groupOdd, groupExample and groupOtherRow

	// The labels of the standard tables as pages print them, which are the same
	// on most.
	labels sync.Map // text → *knownLabel
	count  atomic.Int64
}

// knownLabel is a text as a label, with what it may mean.
type knownLabel struct {
	label label
	means []meaning
}

// noLabel is what a text that can be none is.
var noLabel knownLabel

// maxKnown bounds the labels that are remembered; there are some hundred, and
// no end of ways to space them out.
const maxKnown = 5000

// known returns what was remembered of a text.
func (x *lexicon) known(printed string) (*knownLabel, bool) {
	if len(printed) > maxLabel {
		return nil, false
	}
	k, ok := x.labels.Load(printed)
	if !ok {
		return nil, false
	}
	return k.(*knownLabel), true
}

func (x *lexicon) remember(printed string, k knownLabel) {
	if len(printed) <= maxLabel && x.count.Add(1) <= maxKnown {
		// Copies, for the text is part of a whole page.
		k.label.full, k.label.bare = strings.Clone(k.label.full), strings.Clone(k.label.bare)
		x.labels.Store(strings.Clone(printed), &k)
	}
}

type meaning struct {
	group group
	code  string
}

type spelling struct {
	key  []rune
	text string
	code string
}

// newLexicon reads labels from the text of a table like labels.csv.
func newLexicon(labels string) *lexicon {
	x := &lexicon{exact: map[string][]meaning{}, spelling: map[group][]spelling{}, whole: map[group]string{}, list: map[meaning]string{}}
	for _, r := range catalog.Rows("labels.csv", labels) {
		switch g := group(r[0]); g {
		case groupAnnexColumn, groupAnnexUnit, groupOdd, groupExample, groupOtherRow:
			for _, s := range strings.Split(r[2], "|") {
				x.list[meaning{g, s}] = r[1]
				x.spelling[g] = append(x.spelling[g], spelling{text: s, code: r[1]})
			}
		default:
			x.add(g, r[1], r[2])
		}
	}
	return x
}

// listed is the code of a word that is no label; "" of others.
func (x *lexicon) listed(g group, word string) string { return x.list[meaning{g, word}] }

// names reports whether a text holds a word of a group.
func (x *lexicon) names(s string, g group) bool {
	return slices.ContainsFunc(x.spelling[g], func(w spelling) bool { return strings.Contains(s, w.text) })
}

// headsList reports whether a text is the words of a list's header and nothing
// else, the column of the items or of the figures among them.
func (x *lexicon) headsList(letters string) bool {
	heads := false
	for letters != "" {
		n := x.longest(letters, groupAnnexColumn)
		if n == 0 {
			return false
		}
		code := x.listed(groupAnnexColumn, letters[:n])
		heads, letters = heads || code == annexItems || code == annexFigures, letters[n:]
	}
	return heads
}

// unit reports whether a text is a unit as the annex prints them.
func (x *lexicon) unit(raw string) bool { return x.listed(groupAnnexUnit, text.Label(raw)) != "" }

func (x *lexicon) add(g group, code, spellings string) {
	for _, s := range strings.Split(spellings, "|") {
		x.exact[s] = append(x.exact[s], meaning{g, code})
		x.spelling[g] = append(x.spelling[g], spelling{[]rune(s), s, code})
		x.whole[g] += "\n" + s
		if g != groupAnnex {
			x.whole[groupAny] += "\n" + s
		}
	}
}

// maxLabel bounds what can be a label, in runes; longer text is prose. The
// longest real ones carry a whole explanation in brackets.
const maxLabel = 160

// label is a text prepared for recognition.
type label struct {
	full string // letters and digits of the whole text, ordinal stripped
	bare string // the same without what stands in brackets
	part bool   // the text began with 其中

	numbered bool // the text began with a number
}

// newLabel prepares a text, and reports whether it can be a label at all: it
// must hold a Chinese character and be short.
func newLabel(printed string) (label, bool) {
	if len(printed) > maxLabel*4 {
		return label{}, false
	}
	folded := text.Label(printed)
	if n := utf8.RuneCountInString(folded); n == 0 || n > maxLabel {
		return label{}, false
	}
	var l label
	stripped, part := stripOrdinals(folded)
	l.numbered, l.part, folded = len(stripped) < len(folded) && !part, part, stripped
	l.full = lettersOnly(folded)
	l.bare = lettersOnly(dropBrackets(folded))
	if l.bare == "" || len(l.bare) < len(l.full) && ofAnotherYear.MatchString(folded) {
		l.bare = l.full
	}
	if !text.HasHan(l.full) {
		return label{}, false
	}
	return l, true
}

// ofAnotherYear is a bracket that makes a row another year's: 规章(上年). The report's own
// year has been taken off before.
var ofAnotherYear = lazyregexp.New(`\((?:上年|去年|前年|上一年|往年|20[0-9]{2}年)度?(?:同期)?(?:数|数据|情况)?\)`)

// stripOrdinals removes what numbers a label, up to three times over:
// 一、 (一) 一) 1. 1、 (1) ① and 其中:.
func stripOrdinals(s string) (rest string, part bool) {
	for range 3 {
		was := s
		if r, n := utf8.DecodeRuneInString(s); r >= '①' && r <= '⑳' || r == '-' || r == ',' || r == '.' || r == '*' {
			s = s[n:]
		}
		if t, ok := strings.CutPrefix(s, "其中"); ok && t != "" {
			s, part = strings.TrimLeft(t, ":,"), true
		}
		s = stripNumber(s)
		if s == was {
			break
		}
	}
	return s, part
}

// number is a number that stands before a label, with its mark.
var number = lazyregexp.New(`^(?:\(?[0-9` + text.Ordinals + `]{1,3}\)|[0-9` + text.Ordinals + `]{1,3}[.,:])`)

// stripNumber removes one leading number with its mark. A number without a
// mark stays: 三类内部事务信息 begins with one. Of 1属于国家秘密 the mark is lost, for no
// label begins with a digit.
func stripNumber(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if !strings.ContainsRune("(0123456789"+text.Ordinals, first) {
		return s
	}
	if at := number.FindStringIndex(s); at != nil {
		return s[at[1]:]
	}
	if next, _ := utf8.DecodeRuneInString(s[size:]); first >= '1' && first <= '9' && text.Han(next) {
		return s[size:]
	}
	return s
}

func lettersOnly(s string) string {
	return strings.Map(func(r rune) rune {
		if text.Han(r) || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, s)
}

// dropBrackets removes bracketed explanations; an unclosed bracket reaches to
// the end.
func dropBrackets(s string) string {
	depth := 0
	return strings.Map(func(r rune) rune {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth = max(depth-1, 0)
		case depth == 0:
			return r
		}
		return -1
	}, s)
}

// meanings returns everything a text may mean by one of its exact spellings.
func (x *lexicon) meanings(l label) []meaning {
	if m := x.exact[l.full]; m != nil {
		return m
	}
	return x.exact[l.bare]
}

// beginsOutcome reports whether a line begins with the label of a row of section
// three, or is the beginning of one: those have the ordinals of main sections.
func (x *lexicon) beginsOutcome(folded string) bool {
	l, _ := newLabel(folded)
	return x.longest(l.full, groupOutcome, groupOutcomes) >= len("办理结果") || x.begins(l.full, groupOutcome, groupOutcomes)
}

// lists reports whether a line is a label of the list: its headings have the ordinals of main sections.
func (x *lexicon) lists(printed string) bool {
	l, ok := newLabel(printed)
	return ok && x.find(l, groupAnnex) != ""
}

// inHeaders are the groups of the labels that may stand in a header.
var inHeaders = []group{groupMetric, groupApplicant, groupApplicants, groupResult, groupBody, groupCorner}

// longest returns how many bytes of a text the longest label of the groups takes
// with which it begins.
func (x *lexicon) longest(key string, groups ...group) int {
	best := 0
	for _, g := range groups {
		for _, s := range x.spelling[g] {
			if len(s.text) > best && strings.HasPrefix(key, s.text) {
				best = len(s.text)
			}
		}
	}
	return best
}

// spelled is the first spelling of a label.
func (x *lexicon) spelled(g group, code string) string {
	i := slices.IndexFunc(x.spelling[g], func(s spelling) bool { return s.code == code })
	return x.spelling[g][i].text
}

// find returns the code that a text has in one group by an exact spelling, "" for none.
func (x *lexicon) find(l label, g group) string { return codeIn(x.meanings(l), g) }

// codeIn is what a text that may mean several things means in one group, "" for nothing.
func codeIn(means []meaning, g group) string {
	for _, m := range means {
		if m.group == g {
			return m.code
		}
	}
	return ""
}

// nearest returns the one code of a group whose spelling is so near to the
// text that only a slip of the pen lies between them, and "" when there is
// none or more than one.
func (x *lexicon) nearest(l label, g group) string {
	code := x.nearestKey([]rune(l.bare), g)
	if code == "" && l.bare != l.full {
		code = x.nearestKey([]rune(l.full), g)
	}
	return code
}

func (x *lexicon) nearestKey(key []rune, g group) string {
	best, second, code := none, none, ""
	for _, s := range x.spelling[g] {
		switch d := s.apart(key, g); {
		case d == none:
		case s.code == code:
			best = min(best, d)
		case d < best:
			best, second, code = d, best, s.code
		case d < second:
			second = d
		}
	}
	if code == "" || second == best {
		return ""
	}
	return code
}

// alike is the one of some codes of a group that has a spelling of which half of the characters
// at least are left in a text; "" where there is none or more than one.
func (x *lexicon) alike(s string, g group, codes []string) (code string) {
	key := []rune(text.Label(s))
	for _, w := range x.spelling[g] {
		if !slices.Contains(codes, w.code) || w.code == code {
			continue
		}
		both := len(key) + len(w.key)
		if left := (both - distance(w.key, key, both)) / 2; 2*left < max(len(key), len(w.key)) {
			continue
		}
		if code != "" {
			return ""
		}
		code = w.code
	}
	return code
}

// none is a distance that no slip of the pen makes.
const none = 1 << 20

// apart is the distance of a text from a spelling, none where more than a slip lies
// between them.
func (s *spelling) apart(key []rune, g group) int {
	allowed := slip(max(len(s.key), len(key)))
	switch n := min(len(s.key), len(key)); {
	case n >= 6:
	case n == 4 && len(s.key) == 4 && g == groupResult:
		allowed = 2 // 结果纠整: the five results differ in two characters each
	default:
		allowed = 0
	}
	near := max(len(s.key)-len(key), len(key)-len(s.key)) <= allowed
	short := len(key) >= 8 && len(key) < len(s.key) && slices.Equal(s.key[:len(key)], key)
	if !near && !short || !sameTurns(s.key, key) {
		return none
	}
	if d := distance(s.key, key, allowed); d <= allowed {
		return d
	}
	if short {
		return 5 // a label cut short; any nearer one wins
	}
	return none
}

// slip is the distance that misprints may make in a label of n characters.
// Short labels must be exact: 书面申请数 is one character from 当面申请数 and
// means another thing.
func slip(n int) int {
	switch {
	case n < 6:
		return 0
	case n < 10:
		return 2
	case n < 16:
		return 3
	}
	return 4
}

// sameTurns reports whether two keys agree in the characters that turn a
// label into its opposite or its neighbour: 不属于 is not 属于, 下年 not 上年.
func sameTurns(a, b []rune) bool {
	const turns = "不非未无除上下去前后三四增减累划拟预月季半转0123456789"
	var n [len(turns)]int8 // by byte offset: 累计, 计划 and 6月 are no slips either
	for k, key := range [2][]rune{a, b} {
		for _, r := range key {
			if i := strings.IndexRune(turns, r); i >= 0 {
				n[i] += int8(1 - 2*k)
			}
		}
	}
	return n == [len(turns)]int8{}
}

// distance counts the characters that one key has and the other has not, in
// order: a character put for another counts twice, for what real pages do to
// labels is lose or double a character. It returns limit+1 beyond the limit.
func distance(a, b []rune, limit int) int {
	if max(len(a)-len(b), len(b)-len(a)) > limit {
		return limit + 1
	}
	prev := make([]int, len(b)+1)
	cur := make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		low := cur[0]
		for j := 1; j <= len(b); j++ {
			if a[i-1] == b[j-1] {
				cur[j] = prev[j-1]
			} else {
				cur[j] = min(prev[j], cur[j-1]) + 1
			}
			low = min(low, cur[j])
		}
		if low > limit {
			return limit + 1
		}
		prev, cur = cur, prev
	}
	return prev[len(b)]
}
