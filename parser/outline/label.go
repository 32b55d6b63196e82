package outline

import (
	"slices"
	"strings"
	"unicode/utf8"

	"nianbao/parser/lazyregexp"
	"nianbao/parser/report"
	"nianbao/parser/text"
)

// labels are what the page says about the report beside it.
type labels struct {
	publisher string // behind 来源, 发布机构 …
	published string // behind 发布时间, 发布日期 …
	made      string // behind 生成日期: the day of the paper, which is published later
	beside    string // a day without a label under the title, ISO 8601
	signature string // the line above the date at the end
	signedOn  string // that date, ISO 8601
}

// The labels of who publishes, of when, and of other properties.
var (
	publisherLabels = strings.Join(words["publisher"], "|")
	publishedLabels = strings.Join(words["published"], "|")
	propertyLabels  = strings.Join(slices.Concat(words["publisher"], words["published"], words["made"], words["property"]), "|")
)

var (
	// An entry runs to the next label. Without a colon it needs white space, for
	// 来源 is a word of sentences too.
	publisherEntry = lazyregexp.New(`(?:^|[\s\[【|(])(?:` + publisherLabels + `)[】\]]?\s*(?::|\||\s)\s*[\[【]?\s*([^\s\[\]【】|]{2,60})`)
	publishedEntry = dayEntry(`(?:^|[\s\[【|(])(?:` + publishedLabels + `)|(?:发布|公开|公布|录入|信息)(?:时间|日期)`)
	madeEntry      = dayEntry(strings.Join(words["made"], "|"))
	// Where the space before the next label was lost.
	nextLabel     = pattern("next_label")
	propertyStart = lazyregexp.New(`^[\[【(]?(?:` + propertyLabels + `)`)
	propertyCell  = lazyregexp.New(`^[\[【(]?(?:` + propertyLabels + `)[】\])]?[:|]?$`)
	besideWords   = pattern("beside")
	spokenOfDays  = pattern("spoken_of_days")
	// Names of sites, not of who publishes.
	siteName = pattern("site")
)

// dayEntry is a label, given as a pattern, and the day behind it.
func dayEntry(label string) *lazyregexp.Regexp {
	return lazyregexp.New(`(?:` + label + `)[】\]]?\s*[:|]?\s*[\[【]?\s*(\d{4}\s*(?:年|[-/.])[^\[\]【】|]{2,30}|\d{8})`)
}

// propertyInitials are the characters that a property's label begins with, the brackets
// around it included.
var propertyInitials = func() map[rune]bool {
	all := map[rune]bool{'[': true, '【': true, '(': true}
	for _, l := range strings.Split(propertyLabels, "|") {
		c, _ := utf8.DecodeRuneInString(l)
		all[c] = true
	}
	return all
}()

// isProperty reports whether a folded line begins with the label of a property:
// 索引号, 发布机构, 分类.
func isProperty(s string) bool {
	if c, _ := utf8.DecodeRuneInString(s); !propertyInitials[c] {
		return false
	}
	loc := propertyStart.FindStringIndex(s)
	if loc == nil {
		return false
	}
	// 信息分类, but not 主题公园…: only a mark or nothing parts label and value,
	// which folding has brought together.
	rest := s[loc[1]:]
	return rest == "" || strings.ContainsAny(firstBytes(rest, 6), ":|]】)") || strings.Contains(s, "|") || strings.Contains(s, ":")
}

// propertyBefore reports whether line i of the head is the value of a property
// whose label stands in the cell or line before it.
func (r *reader) propertyBefore(i int) bool {
	return i > 0 && r.head[i-1].cell == r.head[i].cell && len(r.head[i-1].Folded) < 60 && propertyCell.MatchString(r.head[i-1].Folded)
}

// readLabels collects what stands beside the report: in the lines above it, in
// the table of properties (索引号, 发布机构 …), at its end. title is the line of
// the head where the title ends.
func (r *reader) readLabels(title int) {
	for i := range r.head {
		l := &r.head[i]
		if len(l.Printed) > 900 || !mayBeLabel(l.Folded) {
			continue
		}
		r.takeLabels(r.withNextCell(i))
	}
	for _, key := range []string{"contentsource", "source", "author_unit"} {
		if v := strings.TrimSpace(r.doc.Meta[key]); r.labelled.publisher == "" && r.isPublisher(v) {
			r.labelled.publisher = v
		}
	}
	if r.labelled.published == "" {
		r.readBesides(title)
	}
	r.readSignature()
	for i := range slices.Backward(r.tail) {
		if l := &r.tail[i]; r.labelled.published == "" && strings.Contains(l.Folded, "发布") && l.runes() < 100 {
			r.takeLabels(text.Spaced(l.Printed))
		}
	}
}

// longestLabel bounds the cell of a label, in bytes.
const longestLabel = 30

// withNextCell is line i of the head, spaced; where it is a cell that holds a label alone,
// with what stands in the next cell.
func (r *reader) withNextCell(i int) string {
	l := &r.head[i]
	s := text.Spaced(l.Printed)
	label := strings.TrimRight(s, ":| ")
	if l.cell && len(label) <= longestLabel && !strings.ContainsAny(label, ":|0123456789") && i+1 < len(r.head) && r.head[i+1].block == l.block {
		return label + ":" + text.Unspaced(r.head[i+1].Printed)
	}
	return s
}

// mayBeLabel is a cheap look before the patterns: every label has one of these words.
func mayBeLabel(s string) bool {
	return slices.ContainsFunc(words["label_part"], func(w string) bool { return strings.Contains(s, w) })
}

// takeLabels reads the entries of one line, spaced as [text.Spaced] gives it.
func (r *reader) takeLabels(s string) {
	if r.labelled.publisher == "" {
		if g := publisherEntry.FindStringSubmatch(s); g != nil {
			name := g[1]
			if loc := nextLabel.FindStringIndex(name); loc != nil {
				name = name[:loc[0]]
			}
			if r.isPublisher(name) {
				r.labelled.publisher = name
			}
		}
	}
	dated := text.DigitDates(s)
	takeDay(&r.labelled.published, publishedEntry, dated)
	takeDay(&r.labelled.made, madeEntry, dated)
}

// takeDay takes the day behind a label, unless one is there.
func takeDay(day *string, entry *lazyregexp.Regexp, dated string) {
	if *day == "" {
		if g := entry.FindStringSubmatch(dated); g != nil {
			*day = g[1]
		}
	}
}

// besideLines is how far from the title a day without a label may stand.
const besideLines = 8

// readBesides finds the day of publication that stands under the title without a
// label, alone on its line or beside what pages print there (2022-01-20 10:33
// 来源:… 浏览:12), or alone right above it. Several days give a finding.
func (r *reader) readBesides(title int) {
	if title < len(r.head) {
		l := &r.head[title]
		if name := text.Fold(r.meta.Title); strings.HasPrefix(l.Folded, name) && len(l.Folded) > len(name) {
			day, _ := dayBeside(l.Printed[l.Behind(len(name)):])
			r.takeBeside(day)
		}
	}
	for i := title + 1; i < min(len(r.head), title+1+besideLines); i++ {
		l := &r.head[i]
		if l.runes() > 100 || strings.Contains(l.Folded, "。") {
			break
		}
		day, _ := dayBeside(l.Printed)
		r.takeBeside(day)
	}
	for i := title - 1; i >= max(0, title-3) && r.labelled.beside == ""; i-- {
		if day, alone := dayBeside(r.head[i].Printed); alone {
			r.takeBeside(day)
		}
	}
}

func (r *reader) takeBeside(day string) {
	switch {
	case day == "":
	case r.labelled.beside == "":
		r.labelled.beside = day
	case r.labelled.beside != day && !r.doubted:
		r.doubted = true
		r.find(report.RulePublishedOn, report.SeverityInfo, report.Text(r.labelled.beside), report.Text(day),
			"Several days stand under the title without a word of what they are; the first, %s, is taken.", r.labelled.beside)
	}
}

// dayBeside is the one day that a line beside the title names; alone tells that the line
// has nothing else but the time.
func dayBeside(printed string) (day string, alone bool) {
	if !strings.ContainsAny(printed, "0123456789０１２３４５６７８９〇○零") {
		return "", false
	}
	s := text.DigitDates(printed)
	days := text.Dates(s)
	if len(days) != 1 || days[0].ISO == "" {
		return "", false
	}
	before, behind := s[:days[0].Start], s[days[0].End:]
	switch {
	case len(printed) <= 120 && strings.Trim(before+behind, "0123456789:：年月日号-/.T+Z ()[]【】•·*") == "":
		return days[0].ISO, true
	case spokenOfDays.MatchString(s):
	case besideWords.MatchString(s), len(before) <= len("[") && utf8.RuneCountInString(behind) <= shortLine && !strings.ContainsAny(s, ",。;"):
		return days[0].ISO, false
	}
	return "", false
}

// signatureLines is how many lines at the end may hold day and signature.
const signatureLines = 15

// readSignature finds the date under the report and the name above or before it.
func (r *reader) readSignature() {
	for i := range slices.Backward(r.tail) {
		l := &r.tail[i]
		if l.cell || l.runes() > 2*shortLine {
			continue
		}
		s := text.Fold(text.DigitDates(l.Printed))
		days := text.Dates(s)
		if len(days) != 1 || days[0].ISO == "" || days[0].End < len(s) {
			continue
		}
		name := strings.Trim(s[:days[0].Start], ":,")
		if name != "" && !r.isPublisher(name) {
			continue
		}
		r.labelled.signedOn = days[0].ISO
		if name == "" && i > 0 && r.tail[i-1].runes() <= shortLine {
			name = text.Unspaced(r.tail[i-1].Printed)
		}
		if m := r.recognise(name); m.Publisher != "" {
			r.labelled.signature = name
		}
		return
	}
}

// isPublisher keeps the names of sites and persons out.
func (r *reader) isPublisher(name string) bool {
	name = text.Fold(name)
	if n := utf8.RuneCountInString(name); n < 3 || n > 60 || siteName.MatchString(name) || propertyStart.MatchString(name) {
		return false
	}
	m := r.recognise(name)
	return m.Publisher != "" || m.Region.Code != "" && m.Rest == ""
}
