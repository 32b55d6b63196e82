package check

import (
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
	"nianbao/parser/text"
)

// Rules that hold the words of a report against themselves; those that hold them
// against its tables are in words.csv.
const (
	RuleNarrativeParts = "narrative.parts" // the parts told with 其中 add up to their whole
	RuleNarrativeRate  = "narrative.rate"  // a rate told beside its two counts is their quotient
)

// Narrative holds what the report tells in words against its tables and
// against itself. It compares like with like: the same year, the same scope,
// whole and exact figures. Where the wording leaves open what a figure covers,
// it says nothing.
func Narrative(r *report.Report) []report.Finding {
	w := words{r}
	facts := tableOf(r.Facts)
	var out []report.Finding
	for _, c := range loadWords() {
		out = append(out, w.againstTable(c, facts)...)
	}
	out = append(out, w.parts()...)
	return append(out, w.rates()...)
}

// tableCheck compares the mentions of one metric with a table. It is a row of
// words.csv, whose columns are the fields: sums are parted by ; with + between the
// indicators of one, words by |.
type tableCheck struct {
	rule   string
	metric string // one that names indicators in metrics.csv
	// expected are the sums of facts the figure should equal, the first that
	// the report has: what the catalogue holds the metric against, or those of it
	// that the column only names.
	expected [][]key
	// open are other readings of the same words: 受理 may count what was carried
	// in, or what was dealt with in the year. A figure that equals one of them
	// contradicts nothing.
	open [][]key
	// strict are words that leave no other reading.
	strict []string
	// vague are words of the figure's clause that count something wider or
	// narrower.
	vague []string
	// wider are words anywhere in the sentence that do; … stands for what one
	// part of the sentence has between two.
	wider []string
	// decides is what an agency does that decides or defends cases of every kind,
	// so that the figure counts those about disclosure only where the line speaks
	// of disclosure.
	decides []string
	// noun is what the figure counts, for the message.
	noun string
}

var (
	//go:embed words.csv
	wordsCSV string
	//go:embed told.csv
	toldCSV string
)

// telling are the words by which the checks know what a figure is of.
var telling = catalog.Lists("told.csv", toldCSV)

var loadWords = sync.OnceValue(func() []tableCheck {
	all, err := readWords(wordsCSV)
	if err != nil {
		panic(err)
	}
	return all
})

// readWords reads the text of words.csv. The error names the row that is wrong.
func readWords(table string) (all []tableCheck, err error) {
	list := func(s, separator string) []string {
		if s == "" {
			return nil
		}
		return strings.Split(s, separator)
	}
	keys := func(codes []string) []key {
		all := make([]key, len(codes))
		for i, code := range codes {
			all[i] = key{indicator: code}
			if ind, ok := catalog.Lookup(code); !ok {
				err = fmt.Errorf("check: words.csv names the indicator %s, which the catalogue does not have", code)
			} else if ind.Dimension == catalog.DimensionApplicant {
				all[i].applicant = catalog.ApplicantTotal
			}
		}
		return all
	}
	for _, r := range catalog.Rows("words.csv", table) {
		m, ok := catalog.LookupMetric(r[1])
		if !ok || m.Indicators == nil {
			return nil, fmt.Errorf("check: words.csv, %s: the metric %s names no indicators in parser/catalog/metrics.csv", r[0], r[1])
		}
		c := tableCheck{rule: r[0], metric: r[1], noun: r[2], strict: list(r[4], "|"), vague: list(r[5], "|"), wider: list(r[6], "|"), decides: list(r[7], "|")}
		only := list(r[8], ";")
		for _, sum := range m.Indicators {
			if only == nil || slices.Contains(only, strings.Join(sum, "+")) {
				c.expected = append(c.expected, keys(sum))
			}
		}
		if c.expected == nil {
			return nil, fmt.Errorf("check: words.csv, %s: the column only names no sum of the metric %s in parser/catalog/metrics.csv", r[0], r[1])
		}
		for _, sum := range list(r[3], ";") {
			c.open = append(c.open, keys(strings.Split(sum, "+")))
		}
		all = append(all, c)
	}
	return all, err
}

// has reports whether s holds one of the words.
func has(s string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		first, second, parted := strings.Cut(w, "…")
		if !parted {
			return strings.Contains(s, w)
		}
		for part := range strings.FieldsFuncSeq(s, func(c rune) bool { return strings.ContainsRune("。;；", c) }) {
			if _, after, ok := strings.Cut(part, first); ok && strings.Contains(after, second) {
				return true
			}
		}
		return false
	})
}

// publishing are names that hold 公开 and do not say that anything was published.
var publishing = strings.NewReplacer("政务公开", "", "信息公开", "")

// words is a report's mentions.
type words struct{ report *report.Report }

// againstTable compares the told figures of one metric with the table's.
func (w words) againstTable(c tableCheck, facts table) []report.Finding {
	var figures []*report.Mention
	var at []int // their places among all mentions
	for i := range w.report.Mentions {
		if m := &w.report.Mentions[i]; m.Metric == c.metric && w.whole(*m) && w.ofTables(*m) {
			figures, at = append(figures, m), append(at, i)
		}
	}
	if len(figures) == 0 {
		return nil
	}
	expected, fact, status := sumOf(c.expected, facts)
	if status == missing {
		return nil
	}
	m := figures[0]
	f := report.Finding{
		Rule: RuleNotEvaluated, Severity: report.SeverityInfo, Indicator: fact.Indicator, Applicant: fact.Applicant,
		Actual: report.Number(m.Value), Locator: fact.Locator,
		Message: fmt.Sprintf("%s was not evaluated: the text tells of %s %s, and the table's cell is blank", c.rule, m.Raw, c.noun),
	}
	if status == given {
		for n, other := range figures {
			// Of several figures nobody can say which is meant.
			if other.Value != m.Value || agreesWith(*other, expected) || w.sharesSentence(at[n]) || c.leavesOpen(*other, facts) {
				return nil
			}
		}
		f.Rule, f.Severity, f.Expected = c.rule, report.SeverityError, report.Number(expected)
		f.Message = fmt.Sprintf("the text tells of %s %s (%q), and the table has %s", m.Raw, c.noun, excerpt(*m), figure(expected))
	}
	return []report.Finding{f}
}

// leavesOpen reports whether the words around a figure may mean another one than the
// table's.
func (c tableCheck) leavesOpen(m report.Mention, facts table) bool {
	at := m.Setting
	clause := publishing.Replace(at.Before)
	if has(text.Simplify(m.Sentence), c.wider) || has(at.Lead+at.Before, c.decides) && !at.Disclosure || has(clause, c.vague) || has(bracket(at.After), c.vague) {
		return true
	}
	return !has(clause, c.strict) && slices.ContainsFunc(c.open, func(other []key) bool {
		v, _, status := sumOf([][]key{other}, facts)
		return status == given && agreesWith(m, v)
	})
}

// whole reports whether the mention is no part of another of its own kind. What
// was carried in, or came by mail, is told as a part of what was received.
func (w words) whole(m report.Mention) bool {
	if m.PartOf == nil || *m.PartOf < 0 || *m.PartOf >= len(w.report.Mentions) {
		return m.PartOf == nil
	}
	whole := w.report.Mentions[*m.PartOf]
	return whole.Metric != m.Metric && whole.Metric != "" && w.ofTables(whole)
}

// agreesWith reports whether a figure tells an exact one: it is the same, or
// rounded to what is printed, or as its qualifier says.
func agreesWith(m report.Mention, exact float64) bool {
	switch m.Qualifier {
	case "approx":
		// 约 may be off by a fifth, 余 and 多 only upwards, by as much as the last
		// digit told stands for.
		if strings.ContainsAny(m.Raw, "余餘多") {
			return exact >= m.Value && exact < m.Value+math.Max(0.2*m.Value, lastDigit(m.Value))
		}
		return math.Abs(m.Value-exact) <= math.Max(0.2*math.Max(m.Value, exact), lastDigit(m.Value))
	case "at_least":
		return exact >= m.Value
	case "at_most":
		return exact <= m.Value
	}
	return m.Value == exact || rounded(m, exact)
}

// lastDigit is what the last digit of a round number stands for: 100 of 1200.
func lastDigit(v float64) float64 {
	unit := 1.0
	for v != 0 && math.Mod(v, unit*10) == 0 {
		unit *= 10
	}
	return unit
}

// bracket is what a bracket at the beginning of s says: (含上年结转2件).
func bracket(s string) string {
	if !strings.HasPrefix(s, "(") {
		return ""
	}
	s, _, _ = strings.Cut(s, ")")
	return s
}

// sharesSentence reports whether the sentence tells of the same metric in
// several whole figures: 县政府制发4件,部门制发2件.
func (w words) sharesSentence(i int) bool {
	ms := w.report.Mentions
	m, from, to := ms[i], i, i+1
	for from > 0 && inOneSentence(m, ms[from-1]) {
		from--
	}
	for to < len(ms) && inOneSentence(m, ms[to]) {
		to++
	}
	return slices.ContainsFunc(ms[from:to], func(other report.Mention) bool {
		return other.Metric == m.Metric && other.PartOf == nil && other.Value != m.Value
	})
}

// inOneSentence reports whether one sentence tells both figures.
func inOneSentence(a, b report.Mention) bool {
	return a.Section == b.Section && a.Setting.Sentence == b.Setting.Sentence
}

// precision is what the last digit printed of a figure in 万 or 亿 stands for,
// or 0 for a figure printed whole.
func precision(m report.Mention) float64 {
	number, _, ok := strings.Cut(text.Fold(m.Raw), "万")
	unit := 1e4
	if !ok {
		if number, _, ok = strings.Cut(number, "亿"); !ok {
			return 0
		}
		unit = 1e8
	}
	return unit / math.Pow10(decimals(number))
}

// decimals is how many digits a number has behind its point.
func decimals(number string) int {
	_, behind, _ := strings.Cut(number, ".")
	return utf8.RuneCountInString(strings.TrimSpace(behind))
}

// rounded reports whether the figure is the exact one rounded or cut off to
// what is printed: 1.26万件 of 12562.
func rounded(m report.Mention, exact float64) bool {
	return math.Abs(m.Value-exact) < precision(m)
}

// ofTables reports whether the figure is one for the year and the scope of the report's
// tables. Those of other years and other bodies have no metric.
func (w words) ofTables(m report.Mention) bool {
	return m.Qualifier != "cumulative" && (w.report.Meta.Scope == report.ScopeAgency || !has(m.Setting.Lead+m.Setting.Before, telling["office"]))
}

// presence tells what a report has of a sum.
type presence int

const (
	missing presence = iota // no such row
	blank                   // a row without a figure
	given
)

// sumOf adds the terms of the first sum whose facts the report has.
func sumOf(alternatives [][]key, facts table) (float64, *report.Fact, presence) {
	for _, alternative := range alternatives {
		var total float64
		var first *report.Fact
		status := given
		for _, term := range alternative {
			f := facts.find(term)
			if f == nil {
				status = missing
				break
			}
			if first == nil {
				first = f
			}
			if f.Value == nil {
				status, first = blank, f
				continue
			}
			total += *f.Value
		}
		if status != missing {
			return total, first, status
		}
	}
	return 0, nil, missing
}

// parts checks that what a 其中 lists adds up. A list that falls short may
// leave something out, and is reported only where its words say that it does
// not, or where it misses the whole by so little that a slip is likelier.
func (w words) parts() []report.Finding {
	byWhole := map[int][]report.Mention{}
	var wholes []int
	for _, m := range w.report.Mentions {
		if m.PartOf == nil || *m.PartOf < 0 || *m.PartOf >= len(w.report.Mentions) {
			continue
		}
		if byWhole[*m.PartOf] == nil {
			wholes = append(wholes, *m.PartOf)
		}
		byWhole[*m.PartOf] = append(byWhole[*m.PartOf], m)
	}
	var out []report.Finding
	for _, i := range wholes {
		if f, ok := w.partsOf(w.report.Mentions[i], byWhole[i]); ok {
			out = append(out, f)
		}
	}
	return out
}

// exact reports whether nothing but its time qualifies a figure.
func exact(m report.Mention) bool { return m.Qualifier == "" || m.Qualifier == "cumulative" }

// nearMiss is how far, as a share of the whole, a list of three or more parts
// may fall short and still look like a slip.
const nearMiss = 0.05

func (w words) partsOf(whole report.Mention, parts []report.Mention) (report.Finding, bool) {
	if len(parts) < 2 || !exact(whole) || slices.ContainsFunc(parts, func(p report.Mention) bool { return p.Unit != whole.Unit || !exact(p) }) {
		return report.Finding{}, false
	}
	var sum float64
	terms := make([]string, len(parts))
	for i, p := range parts {
		sum += p.Value
		terms[i] = figure(p.Value)
	}
	sum = math.Round(sum*1e6) / 1e6
	complete := leaveNothingOut(parts)
	channels := slices.ContainsFunc(parts, func(p report.Mention) bool { return p.Metric == "website_items" || p.Metric == "new_media_items" })
	severity := report.SeverityError
	switch {
	case sum == whole.Value:
		return report.Finding{}, false
	case complete:
	case sum > whole.Value && !channels: // one item may stand in several channels
	case sum < whole.Value && len(parts) >= 3 && whole.Value-sum <= nearMiss*whole.Value:
		severity = report.SeverityWarning
	default:
		return report.Finding{}, false
	}
	return report.Finding{
		Rule: RuleNarrativeParts, Severity: severity, Expected: report.Number(whole.Value), Actual: report.Number(sum),
		Message: fmt.Sprintf("the parts told with 其中 are %s = %s, and the whole is %s (%q)", strings.Join(terms, " + "), figure(sum), whole.Raw, excerpt(whole)),
	}, true
}

// leaveNothingOut reports whether the words of parts say that they are all: the last is
// the rest, or they are of both kinds of applicants.
func leaveNothingOut(parts []report.Mention) bool {
	tellOf := func(words []string) bool {
		return slices.ContainsFunc(parts, func(p report.Mention) bool { return has(p.Setting.Before, words) })
	}
	return has(parts[len(parts)-1].Setting.Before, telling["rest"]) || tellOf(telling["person"]) && tellOf(telling["organisation"])
}

// nameOfRate returns what a rate is of, and how it was done, where the words
// before it end with its name: 办结 of 按时办结率为.
func nameOfRate(before string) (verb, manner string, ok bool) {
	const behind = 8 // characters between the name and the figure
	for _, name := range telling["rate"] {
		i := strings.LastIndex(before, name)
		if i < 0 || utf8.RuneCountInString(before[i+len(name):]) > behind {
			continue
		}
		for _, w := range telling["in_time"] {
			if strings.HasSuffix(before[:i], w) {
				manner = w
			}
		}
		return strings.TrimSuffix(name, "率"), manner, true
	}
	return "", "", false
}

// rates checks the rates that stand right after their two counts: 受理119件,
// 办结119件,办结率100%.
func (w words) rates() []report.Finding {
	var out []report.Finding
	ms := w.report.Mentions
	for i := 2; i < len(ms); i++ {
		rate, done, all := ms[i], ms[i-1], ms[i-2]
		if !isRateOf(rate, done, all) {
			continue
		}
		quotient := done.Value / all.Value * 100
		if agrees(quotient, rate) || agreesRounded(done, all, rate) {
			continue
		}
		out = append(out, report.Finding{
			Rule: RuleNarrativeRate, Severity: report.SeverityError,
			Expected: report.Number(math.Round(quotient*100) / 100), Actual: report.Number(rate.Value),
			Message: fmt.Sprintf("%s of %s is %.2f %%, and the text tells of %s (%q)", done.Raw, all.Raw, quotient, rate.Raw, excerpt(rate)),
		})
	}
	return out
}

// isRateOf reports whether a rate is that of two counts of its sentence.
func isRateOf(rate, done, all report.Mention) bool {
	counted := done.Unit == all.Unit && done.Qualifier == all.Qualifier && exact(done) && done.PartOf == nil && all.PartOf == nil
	if rate.Unit != "%" || rate.Qualifier != "" || !counted || all.Value <= 0 || done.Value > all.Value || !inOneSentence(rate, all) {
		return false
	}
	verb, manner, ok := nameOfRate(rate.Setting.Before)
	did := done.Setting.Before
	return ok && strings.Contains(did, verb) && strings.Contains(did, manner) && has(all.Setting.Before, telling["receive"])
}

// agrees reports whether the rate is the quotient, rounded or cut off at the
// digits that are printed.
func agrees(quotient float64, rate report.Mention) bool {
	printed := strings.TrimSuffix(text.Fold(rate.Raw), "%")
	scale := math.Pow10(max(decimals(printed), decimals(figure(rate.Value))))
	const slack = 1e-6
	return math.Abs(math.Round(quotient*scale)/scale-rate.Value) < slack || math.Abs(math.Floor(quotient*scale+slack)/scale-rate.Value) < slack
}

// agreesRounded reports whether counts printed in 万 may be rounded from ones
// that have the rate: 1.19万件 of 1.2万件.
func agreesRounded(done, all, rate report.Mention) bool {
	d, a := precision(done), precision(all)
	if d == 0 && a == 0 || all.Value <= a {
		return false
	}
	low, high := (done.Value-d/2)/(all.Value+a)*100, (done.Value+d)/(all.Value-a/2)*100 // rounded or cut off
	return low <= rate.Value && rate.Value <= high
}

// excerpt is the part of the sentence around the mention that a message quotes.
func excerpt(m report.Mention) string {
	const around = 40
	s := []rune(m.Sentence)
	if len(s) <= 2*around {
		return m.Sentence
	}
	at := max(0, len([]rune(m.Sentence[:max(0, strings.Index(m.Sentence, m.Raw))])))
	from, to := max(0, at-around), min(len(s), at+around)
	return string(s[from:to])
}
