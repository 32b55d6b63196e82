package check

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"nianbao/parser/report"
)

// Rules that hold the words of a report against its tables and themselves.
const (
	RuleNarrativeRequestsReceived   = "narrative.requests_received"   // requests received as told = the table's total
	RuleNarrativeNormativeDocuments = "narrative.normative_documents" // normative documents issued as told = the table's figure
	RuleNarrativeReview             = "narrative.review"              // administrative reviews as told = the table's total
	RuleNarrativeLitigation         = "narrative.litigation"          // lawsuits as told = the tables' totals
	RuleNarrativeParts              = "narrative.parts"               // the parts told with 其中 add up to their whole
	RuleNarrativeRate               = "narrative.rate"                // a rate told beside its two counts is their quotient
)

// Narrative holds what the report tells in words against its tables and
// against itself. It compares like with like: the same year, the same scope,
// whole and exact figures. Where the wording leaves open what a figure covers,
// it says nothing.
func Narrative(r *report.Report) []report.Finding {
	w := newWords(r)
	facts := tableOf(r.Facts)
	var out []report.Finding
	for _, c := range wordsAgainstTables {
		out = append(out, w.againstTable(c, facts)...)
	}
	out = append(out, w.parts()...)
	return append(out, w.rates()...)
}

// tableCheck compares the mentions of one metric with a table.
type tableCheck struct {
	rule, metric string
	// expected are the sums of facts the figure should equal, the first that
	// the report has; terms are joined by +.
	expected []string
	// open are other readings of the same words: 受理 may count what was carried
	// in, or what was dealt with in the year. A figure that equals one of them
	// contradicts nothing.
	open []string
	// strict are words that leave no other reading.
	strict *regexp.Regexp
	// vague are words that count something wider or narrower.
	vague *regexp.Regexp
	// wider are words anywhere in the sentence that do.
	wider *regexp.Regexp
	// every are words before the figure of an agency that decides cases of every
	// kind, so that the figure counts those about disclosure only where the line
	// speaks of disclosure.
	every *regexp.Regexp
	// noun is what the figure counts, for the message.
	noun string
}

var wordsAgainstTables = []tableCheck{
	{
		rule: RuleNarrativeRequestsReceived, metric: "requests_received",
		expected: []string{"requests.received@total"},
		open:     []string{"requests.received@total+requests.carried_in@total", "requests.processed_total@total"},
		strict:   regexp.MustCompile(`新收|新增|本年收|当年收`),
		vague:    regexp.MustCompile(`含上|包括|含.{0,4}结转|结转|通过|网络|网上|信函|当面|邮寄|邮件|传真|现场|在线|重复`),
		wider:    regexp.MustCompile(`实际|撤回|撤销|重复登记|重复提交`),
		noun:     "requests for information received",
	},
	{
		rule: RuleNarrativeNormativeDocuments, metric: "normative_documents",
		expected: []string{"disclosure.normative_documents.issued", "disclosure.normative_documents.made", "disclosure.normative_documents.made_total"},
		open:     []string{"disclosure.normative_documents.newly_published", "disclosure.published.normative_documents"},
		vague:    regexp.MustCompile(`(^|[^务息])公开|公布|名义|收录|转发|报备|备案`),
		noun:     "normative documents issued",
	},
	{
		rule: RuleNarrativeReview, metric: "reviews",
		expected: []string{"review.total"},
		vague:    regexp.MustCompile(`审理|审结|结转`),
		wider:    ofDisclosure,
		every:    decides,
		noun:     "administrative reviews",
	},
	{
		rule: RuleNarrativeLitigation, metric: "lawsuits",
		expected: []string{"litigation.direct.total+litigation.after_review.total", "litigation.total"},
		vague:    regexp.MustCompile(`直接起诉|直接提起|复议后|一审|二审|结转`),
		wider:    ofDisclosure,
		every:    decides,
		noun:     "lawsuits",
	},
}

// ofDisclosure splits off those about disclosure, so that the whole are cases of
// every kind.
var ofDisclosure = regexp.MustCompile(`其中[^。;；]*信息公开`)

// disclosure is what a sentence speaks of whose cases are about disclosure.
var disclosure = regexp.MustCompile(`信息公开|公开信息|依申请|申请公开|公开申请`)

// decides is what an agency does that decides or defends cases, whatever
// they are about.
var decides = regexp.MustCompile(`办理|承办|受理|审理|办结|应诉|法治|依法行政`)

// Words before a figure that give it another year or another scope than the
// report's tables have.
var (
	otherTime   = regexp.MustCompile(`以来|历年|去年|上年|上一年|前年|往年|半年|季度|月份|截至|截止|\d月[至到\-—~]`)
	thisTime    = regexp.MustCompile(`全年|本年|今年|年度|年内|一年来|当年`)
	anyYear     = regexp.MustCompile(`((?:19|20)\d\d)年`)
	officeScope = regexp.MustCompile(`本机关|本办|我办|政府办公室|政府办|办公室|本级|机关本身|[局委]机关`)
	otherOrgan  = regexp.MustCompile(`(各|其他|下属|所属)?(部门|乡镇|街道|镇|乡|局|委员会|管委会|开发区)`)
	wholeScope  = regexp.MustCompile(`全[市县区州旗盟省]`)
)

// words is a report's mentions with the text around them.
type words struct {
	report *report.Report
	texts  map[int][]rune
}

func newWords(r *report.Report) *words {
	return &words{report: r, texts: make(map[int][]rune, len(r.Sections))}
}

func (w *words) text(section int) []rune {
	if t, ok := w.texts[section]; ok {
		return t
	}
	for _, s := range w.report.Sections {
		if s.Number == section {
			t := []rune(s.Text)
			w.texts[section] = t
			return t
		}
	}
	return nil
}

// before returns the mention's sentence up to the mention.
func (w *words) before(m report.Mention) string {
	sentence := []rune(m.Sentence)
	text := w.text(m.Section)
	for start := min(m.Start, len(text)-len(sentence)); start >= 0 && start+len(sentence) >= m.End; start-- {
		if slices.Equal(text[start:start+len(sentence)], sentence) {
			return string(sentence[:m.Start-start])
		}
	}
	// The section is not there, or was changed: the first place it can be.
	head, _, _ := strings.Cut(m.Sentence, m.Raw)
	return head
}

// clause returns what stands before the mention within its clause.
func clause(before string) string {
	if i := strings.LastIndexAny(before, ",，;；。"); i >= 0 {
		return before[i:]
	}
	return before
}

// againstTable compares the told figures of one metric with the table's.
func (w *words) againstTable(c tableCheck, facts table) []report.Finding {
	var told []report.Mention
	var at []int // their places among all mentions
	for i, m := range w.report.Mentions {
		if m.Metric == c.metric && m.PartOf == nil && w.sameYearAndScope(m) {
			told, at = append(told, m), append(at, i)
		}
	}
	if len(told) == 0 {
		return nil
	}
	expected, fact, status := sumOf(c.expected, facts)
	if status == missing {
		return nil
	}
	if status == blank {
		return []report.Finding{{
			Rule: RuleNotEvaluated, Severity: report.SeverityInfo, Indicator: fact.Indicator, Applicant: fact.Applicant,
			Actual: report.Number(told[0].Value), Locator: fact.Locator,
			Message: fmt.Sprintf("%s was not evaluated: the text tells of %s %s, and the table's cell is blank", c.rule, told[0].Raw, c.noun),
		}}
	}
	for n, m := range told {
		before := clause(w.before(m))
		if m.Value == expected || m.Value != told[0].Value {
			return nil // it agrees, or several figures are told and nobody can say which is meant
		}
		if c.wider != nil && c.wider.MatchString(m.Sentence) {
			return nil
		}
		if c.every != nil && c.every.MatchString(lastClauses(w.before(m), 3)) && !disclosure.MatchString(m.Sentence) && !disclosure.MatchString(w.line(m)) {
			return nil
		}
		if rounded(m, expected) || w.sharesSentence(at[n]) {
			return nil
		}
		if c.vague != nil && (c.vague.MatchString(before) || c.vague.MatchString(w.after(m))) {
			return nil
		}
		if c.strict != nil && c.strict.MatchString(before) {
			continue
		}
		for _, other := range c.open {
			if v, _, status := sumOf([]string{other}, facts); status == given && v == m.Value {
				return nil
			}
		}
	}
	m := told[0]
	return []report.Finding{{
		Rule: c.rule, Severity: report.SeverityError, Indicator: fact.Indicator, Applicant: fact.Applicant,
		Expected: report.Number(expected), Actual: report.Number(m.Value), Locator: fact.Locator,
		Message: fmt.Sprintf("the text tells of %s %s (%q), and the table has %s", m.Raw, c.noun, excerpt(m), plain(expected)),
	}}
}

// maxLine is how many characters before a mention still tell what it is about.
const maxLine = 500

// line returns what stands before the mention on its line.
func (w *words) line(m report.Mention) string {
	text := w.text(m.Section)
	end := min(m.Start, len(text))
	start := end
	for start > max(0, end-maxLine) && text[start-1] != '\n' {
		start--
	}
	return string(text[start:end])
}

// sharesSentence reports whether the sentence tells of the same metric in
// several whole figures: 县政府制发4件,部门制发2件.
func (w *words) sharesSentence(i int) bool {
	ms := w.report.Mentions
	m := ms[i]
	shares := func(other report.Mention) bool {
		return other.Metric == m.Metric && other.PartOf == nil && other.Value != m.Value
	}
	same := func(k int) bool {
		return k >= 0 && k < len(ms) && ms[k].Section == m.Section && ms[k].Sentence == m.Sentence
	}
	for k := i - 1; same(k); k-- {
		if shares(ms[k]) {
			return true
		}
	}
	for k := i + 1; same(k); k++ {
		if shares(ms[k]) {
			return true
		}
	}
	return false
}

// precision is what the last digit printed of a figure in 万 or 亿 stands for,
// or 0 for a figure printed whole.
func precision(m report.Mention) float64 {
	number, _, ok := strings.Cut(m.Raw, "万")
	unit := 1e4
	if !ok {
		if number, _, ok = strings.Cut(m.Raw, "亿"); !ok {
			return 0
		}
		unit = 1e8
	}
	if _, decimals, ok := strings.Cut(strings.ReplaceAll(number, "．", "."), "."); ok {
		unit /= math.Pow(10, float64(len([]rune(strings.TrimSpace(decimals)))))
	}
	return unit
}

// rounded reports whether the figure is the exact one rounded or cut off to
// what is printed: 1.26万件 of 12562.
func rounded(m report.Mention, exact float64) bool {
	return math.Abs(m.Value-exact) < precision(m)
}

// after returns the bracket that follows the mention, where one does: (含上年
// 结转2件) says what the figure covers.
func (w *words) after(m report.Mention) string {
	text := w.text(m.Section)
	if m.End >= len(text) || text[m.End] != '(' && text[m.End] != '（' {
		return ""
	}
	end := min(m.End+40, len(text))
	rest := string(text[m.End:end])
	if i := strings.IndexAny(rest, ")）"); i > 0 {
		return rest[:i]
	}
	return rest
}

// sameYearAndScope reports whether the figure is an exact one for the year
// and the scope of the report's tables.
func (w *words) sameYearAndScope(m report.Mention) bool {
	before := w.before(m)
	switch m.Qualifier {
	case "":
	case "cumulative":
		// 全年累计 is the year's total; 累计 alone may go back further.
		if !thisTime.MatchString(before) && !w.namesYear(before) {
			return false
		}
	default:
		return false
	}
	if otherTime.MatchString(before) {
		return false
	}
	if years := anyYear.FindAllStringSubmatch(before, -1); len(years) > 0 && w.report.Meta.Year != 0 {
		last := years[len(years)-1][1]
		if last != strconv.Itoa(int(w.report.Meta.Year)) {
			return false
		}
	}
	near := lastClauses(before, 3)
	if name := w.report.Meta.Region; name != "" {
		near = strings.ReplaceAll(near, name, "") // 景德镇市 is no 镇
	}
	switch w.report.Meta.Scope {
	case report.ScopeAgency:
		return !wholeScope.MatchString(near)
	case report.ScopeRegion:
		if wholeScope.MatchString(near) {
			return true
		}
		return !officeScope.MatchString(near) && !otherOrgan.MatchString(near)
	default:
		return !officeScope.MatchString(near) || wholeScope.MatchString(near)
	}
}

func (w *words) namesYear(s string) bool {
	return w.report.Meta.Year != 0 && strings.Contains(s, strconv.Itoa(int(w.report.Meta.Year))+"年")
}

// lastClauses returns the last n clauses of s.
func lastClauses(s string, n int) string {
	for i := len(s); i > 0; {
		i = strings.LastIndexAny(s[:i], ",，;；")
		if i < 0 {
			return s
		}
		if n--; n == 0 {
			return s[i:]
		}
	}
	return s
}

// presence tells what a report has of a sum.
type presence int

const (
	missing presence = iota // no such row
	blank                   // a row without a figure
	given
)

// sumOf adds the terms of the first sum whose facts the report has.
func sumOf(alternatives []string, facts table) (float64, *report.Fact, presence) {
	for _, alternative := range alternatives {
		var total float64
		var first *report.Fact
		status := given
		for term := range strings.SplitSeq(alternative, "+") {
			f := facts[parseKey(term)]
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

// Words that say that a list of parts leaves nothing out.
var (
	restPart       = regexp.MustCompile(`其他|其它|其余|剩余|另外`)
	applicantKinds = []*regexp.Regexp{regexp.MustCompile(`自然人|公民|个人`), regexp.MustCompile(`法人|组织|企业`)}
)

// parts checks that what a 其中 lists adds up. A list that falls short may
// leave something out, and is reported only where its words say that it does
// not, or where it misses the whole by so little that a slip is likelier.
func (w *words) parts() []report.Finding {
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

// nearMiss is how far, as a share of the whole, a list of three or more parts
// may fall short and still look like a slip.
const nearMiss = 0.05

func (w *words) partsOf(whole report.Mention, parts []report.Mention) (report.Finding, bool) {
	if len(parts) < 2 || whole.Qualifier != "" && whole.Qualifier != "cumulative" {
		return report.Finding{}, false
	}
	var sum float64
	terms := make([]string, len(parts))
	complete, channels := false, false
	var kinds [2]bool
	for i, p := range parts {
		if p.Unit != whole.Unit || p.Qualifier != "" && p.Qualifier != "cumulative" {
			return report.Finding{}, false
		}
		sum += p.Value
		terms[i] = plain(p.Value)
		before := clause(w.before(p))
		complete = complete || i == len(parts)-1 && restPart.MatchString(before)
		channels = channels || p.Metric == "website_items" || p.Metric == "new_media_items"
		for k, kind := range applicantKinds {
			kinds[k] = kinds[k] || kind.MatchString(before)
		}
	}
	complete = complete || kinds[0] && kinds[1]
	sum = math.Round(sum*1e6) / 1e6
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
		Message: fmt.Sprintf("the parts told with 其中 are %s = %s, and the whole is %s (%q)", strings.Join(terms, " + "), plain(sum), whole.Raw, excerpt(whole)),
	}, true
}

var (
	rateName    = regexp.MustCompile(`(按时|按期|及时|限时)?(办结|回复|答复|办理|办复|处理|反馈)率[^率,，;；。]{0,8}$`)
	receiveWord = regexp.MustCompile(`受理|收到|接收|接到|收件|来信|承办|接办|新收`)
)

// rates checks the rates that stand right after their two counts: 受理119件,
// 办结119件,办结率100%.
func (w *words) rates() []report.Finding {
	var out []report.Finding
	ms := w.report.Mentions
	for i := 2; i < len(ms); i++ {
		rate, done, all := ms[i], ms[i-1], ms[i-2]
		if rate.Unit != "%" || rate.Qualifier != "" || done.Unit != all.Unit || done.Qualifier != all.Qualifier || done.Qualifier != "" && done.Qualifier != "cumulative" {
			continue
		}
		if rate.Section != all.Section || rate.Section != done.Section || rate.Sentence != done.Sentence || rate.Sentence != all.Sentence ||
			done.PartOf != nil || all.PartOf != nil || all.Value <= 0 || done.Value > all.Value || done.Start < all.End || rate.Start < done.End {
			continue
		}
		text := []rune(w.before(rate))
		from := len(text) - (rate.Start - done.End)
		mid := from - (done.End - done.Start) - (done.Start - all.End)
		if from < 0 || mid < 0 {
			continue
		}
		beforeAll := clause(w.before(all))
		beforeDone := string(text[mid : mid+(done.Start-all.End)])
		beforeRate := string(text[from:])
		name := rateName.FindStringSubmatch(beforeRate)
		if name == nil || !strings.Contains(beforeDone, name[2]) || !receiveWord.MatchString(beforeAll) ||
			name[1] != "" && !strings.Contains(beforeDone, name[1]) || strings.ContainsAny(beforeDone, "。") {
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

// agrees reports whether the rate is the quotient, rounded or cut off at the
// digits that are printed.
func agrees(quotient float64, rate report.Mention) bool {
	printed := plain(rate.Value)
	scale := 1.0
	if _, decimals, ok := strings.Cut(strings.TrimRight(rate.Raw, "%％﹪ "), "."); ok {
		scale = math.Pow(10, float64(len([]rune(decimals))))
	} else if _, decimals, ok := strings.Cut(printed, "."); ok {
		scale = math.Pow(10, float64(len(decimals)))
	}
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

// plain writes a figure as a report would, without trailing zeros.
func plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
