package check

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nianbao/parser/narrative"
	"nianbao/parser/report"
)

var newReader = narrative.Lazy()

// The table of the checks of words is right, and a row that is wrong says where.
func TestReadWords(t *testing.T) {
	if all, err := readWords(wordsCSV); err != nil || len(all) == 0 {
		t.Fatalf("%d rows, %v", len(all), err)
	}
	header, _, _ := strings.Cut(wordsCSV, "\n")
	for row, want := range map[string]string{
		"narrative.x,gazette_issues,n,,,,,,":                          "names no indicators in parser/catalog/metrics.csv",
		"narrative.x,no_such,n,,,,,,":                                 "names no indicators in parser/catalog/metrics.csv",
		"narrative.x,requests_received,n,no.such,,,,,":                "no.such",
		"narrative.x,requests_received,n,,,,,,disclosure.fees.amount": "names no sum",
	} {
		if _, err := readWords(header + "\n" + row); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", row, err, want)
		}
	}
}

// told makes a report of one section from text whose figures are marked as
// {metric:raw}, {metric qualifier:raw} or, as a part of the n-th, {metric^n:raw}. Where
// they stand, and what the words around them say, is as the reader of words finds it.
func told(t *testing.T, meta report.Meta, marked string, facts map[string]float64) *report.Report {
	t.Helper()
	mark := regexp.MustCompile(`\{([a-z_]*) ?([a-z_]*)(?:\^(\d+))?:([^}]*)\}`)
	r := &report.Report{Meta: meta}
	var text strings.Builder
	at := 0
	for _, m := range mark.FindAllStringSubmatchIndex(marked, -1) {
		text.WriteString(marked[at:m[0]])
		group := func(n int) string {
			if m[2*n] < 0 {
				return ""
			}
			return marked[m[2*n]:m[2*n+1]]
		}
		raw := group(4)
		digits := strings.TrimRight(raw, "条件宗起份个封%")
		number, large := strings.CutSuffix(digits, "万")
		value, err := strconv.ParseFloat(number, 64)
		if large {
			value *= 1e4
		}
		if err != nil {
			t.Fatalf("%q: %v", raw, err)
		}
		mention := report.Mention{
			Metric: group(1), Qualifier: group(2), Value: value, Unit: strings.TrimPrefix(raw, digits), Raw: raw, Section: 1,
			Start: len([]rune(text.String())),
		}
		mention.End = mention.Start + len([]rune(raw))
		if part := group(3); part != "" {
			n, _ := strconv.Atoi(part)
			n--
			mention.PartOf = &n
		}
		r.Mentions = append(r.Mentions, mention)
		text.WriteString(raw)
		at = m[1]
	}
	text.WriteString(marked[at:])
	all := text.String()
	r.Sections = []report.Section{{Number: 1, Text: all}}
	reader, err := newReader()
	if err != nil {
		t.Fatal(err)
	}
	read := map[int]report.Mention{}
	mentions, _ := reader.Read(meta, r.Sections)
	for _, m := range mentions {
		read[m.Start] = m
	}
	for i := range r.Mentions {
		m := &r.Mentions[i]
		as, ok := read[m.Start]
		if !ok || as.Raw != m.Raw {
			t.Fatalf("%q is read at the mark %q of %q", as.Raw, m.Raw, marked)
		}
		m.Sentence, m.Setting = as.Sentence, as.Setting
		if as.Metric == "" {
			m.Metric = "" // 6月份收到申请4件: the reader leaves it out before the check can
		}
	}
	keys := make([]string, 0, len(facts))
	for key := range facts {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		indicator, applicant, _ := strings.Cut(key, "@")
		f := report.Fact{Indicator: indicator, Applicant: applicant, Status: report.StatusReported}
		if v := facts[key]; v >= 0 {
			f.Value = &v
		} else {
			f.Status = report.StatusBlank
		}
		r.Facts = append(r.Facts, f)
	}
	return r
}

func TestNarrative(t *testing.T) {
	requests := func(received, carried, processed float64) map[string]float64 {
		return map[string]float64{"requests.received@total": received, "requests.carried_in@total": carried, "requests.processed_total@total": processed}
	}
	region := report.Meta{Year: 2021, Scope: report.ScopeRegion, Region: "景德镇市"}
	agency := report.Meta{Year: 2021, Scope: report.ScopeAgency}
	for _, c := range []struct {
		name  string
		meta  report.Meta
		text  string
		facts map[string]float64
		want  string // rule expected actual, or nothing
	}{
		{"as in Kashi", region, "按照要求,依申请公开政府信息{requests_received:10件},发布公报。", requests(0, 0, 0), "narrative.requests_received 0 10"},
		{"agrees", region, "共收到政府信息公开申请{requests_received:10件}。", requests(10, 0, 10), ""},
		{"with what was carried in", region, "共受理政府信息公开申请{requests_received:12件}。", requests(10, 2, 11), ""},
		{"as many as were dealt with", region, "共受理政府信息公开申请{requests_received:11件}。", requests(10, 2, 11), ""},
		{"new ones leave no other reading", region, "新收政府信息公开申请{requests_received:12件}。", requests(10, 2, 12), "narrative.requests_received 10 12"},
		{"says that it contains others", region, "收到申请{requests_received:15件}(含上年结转2件)。", requests(10, 2, 12), ""},
		{"the office's own", region, "县政府办公室收到申请{requests_received:3件}。", requests(10, 0, 10), ""},
		{"the office's and the region's", region, "全市收到申请{requests_received:10件},其中市政府办公室收到{requests_received:3件}。", requests(10, 0, 10), ""},
		{"a department's", region, "市财政局收到申请{requests_received:3件}。", requests(10, 0, 10), ""},
		{"a region whose name looks like a town's", region, "景德镇市共收到申请{requests_received:3件}。", requests(10, 0, 10), "narrative.requests_received 10 3"},
		{"the whole region's in an agency's report", agency, "全市共收到申请{requests_received:30件}。", requests(10, 0, 10), ""},
		{"an agency's", agency, "我局共收到申请{requests_received:30件}。", requests(10, 0, 10), "narrative.requests_received 10 30"},
		{"another year", region, "2020年,共收到申请{requests_received:30件}。", requests(10, 0, 10), ""},
		{"the report's year", region, "2021年,共收到申请{requests_received:30件}。", requests(10, 0, 10), "narrative.requests_received 10 30"},
		{"since the law", region, "条例施行以来,累计收到申请{requests_received cumulative:300件}。", requests(10, 0, 10), ""},
		{"the year's total", region, "2021年,累计收到申请{requests_received:300件}。", requests(10, 0, 10), "narrative.requests_received 10 300"},
		{"a month", region, "6月份收到申请{requests_received:4件}。", requests(10, 0, 10), ""},
		{"about", region, "收到申请约{requests_received approx:30件}。", requests(27, 0, 27), ""},
		{"about another figure", region, "收到申请约{requests_received approx:30件}。", requests(10, 0, 10), "narrative.requests_received 10 30"},
		{"more than", region, "收到申请超{requests_received at_least:300件}。", requests(312, 0, 312), ""},
		{"more than there are", region, "收到申请超{requests_received at_least:300件}。", requests(212, 0, 212), "narrative.requests_received 212 300"},
		{"last year's in another clause", region, "共收到申请{requests_received:30件},较上年增加{:2件}。", requests(10, 0, 10), "narrative.requests_received 10 30"},
		{"compared with last year before", region, "与上年相比略有增加,共收到申请{requests_received:30件}。", requests(10, 0, 10), "narrative.requests_received 10 30"},
		{"last year's", region, "上年收到申请{:30件}。", requests(10, 0, 10), ""},
		{"in traditional characters", region, "新收政府信息公開申請{requests_received:12件}。", requests(10, 2, 12), "narrative.requests_received 10 12"},
		{"by one way, in traditional characters", region, "通過網絡收到申請{requests_received:9件}。", requests(10, 0, 10), ""},
		{"until a day, in traditional characters", region, "截至6月底,收到申請{requests_received:4件}。", requests(10, 0, 10), ""},
		{"none", region, "未收到政府信息公开申请{requests_received none:0件}。", requests(3, 0, 3), "narrative.requests_received 3 0"},
		{"carried in", region, "收到申请{requests_received:10件},上年结转{requests_carried_in:4件}。", requests(10, 2, 10), "narrative.requests_carried 2 4"},
		{"carried in agrees", region, "收到申请{requests_received:10件},上年结转{requests_carried_in:2件}。", requests(10, 2, 10), ""},
		{"documents repealed", region, "废止规范性文件{normative_documents_repealed:4件}。", map[string]float64{"disclosure.normative_documents.repealed": 3}, "narrative.normative_documents 3 4"},
		{"reviews corrected", region, "行政复议{reviews:3件},结果纠正{reviews_corrected:2件}。", map[string]float64{"review.total": 3, "review.corrected": 1}, "narrative.review 1 2"},
		{"a part", region, "办理{:20件},其中收到申请{requests_received^1:9件}。", requests(10, 0, 10), ""},
		{"two figures told", region, "收到申请{requests_received:9件}。又收到申请{requests_received:8件}。", requests(10, 0, 10), ""},
		{"by one way of asking", region, "通过网络收到申请{requests_received:9件},通过信函收到1件。", requests(10, 0, 10), ""},
		{"less those withdrawn", region, "收到申请{requests_received:11件},其中撤回1件。", requests(10, 0, 11.5), ""},
		{"rounded", region, "收到申请{requests_received:1.26万件}。", requests(12562, 0, 12562), ""},
		{"rounded from something else", region, "收到申请{requests_received:1.28万件}。", requests(12562, 0, 12562), "narrative.requests_received 12562 12800"},
		{"several in one sentence", region, "收到申请{requests_received:4件},各部门收到申请{requests_received:6件}。", requests(10, 0, 10), ""},
		{"a blank cell", region, "收到申请{requests_received:9件}。", requests(-1, 0, 10), "check.not_evaluated  9"},
		{"no table", region, "收到申请{requests_received:9件}。", nil, ""},

		{"documents", region, "政务公开平台发布规范性文件{normative_documents:13件}。", map[string]float64{"disclosure.normative_documents.issued": 12}, "narrative.normative_documents 12 13"},
		{"documents agree", region, "制定规范性文件{normative_documents:13件}。", map[string]float64{"disclosure.normative_documents.issued": 13}, ""},
		{"documents made public may be older", region, "主动公开规范性文件{normative_documents:30件}。", map[string]float64{"disclosure.normative_documents.issued": 12}, ""},
		{"documents of the 2019 layout", region, "印发规范性文件{normative_documents:4件}。", map[string]float64{"disclosure.normative_documents.made": 5}, "narrative.normative_documents 5 4"},

		{"reviews", region, "发生行政复议{reviews:3宗},行政诉讼{lawsuits:5宗}。",
			map[string]float64{"review.total": 3, "litigation.direct.total": 2, "litigation.after_review.total": 1}, "narrative.litigation 3 5"},
		{"reviews differ", region, "发生行政复议{reviews:3宗}。", map[string]float64{"review.total": 1}, "narrative.review 1 3"},
		{"suits after review only", region, "复议后起诉的行政诉讼{lawsuits:1件}。", map[string]float64{"litigation.direct.total": 2, "litigation.after_review.total": 1}, ""},
		{"the office that reviews cases of every kind", region, "全年办理行政复议案件{reviews:86件},应诉{lawsuits:52件}。",
			map[string]float64{"review.total": 3, "litigation.direct.total": 2, "litigation.after_review.total": 1}, ""},
		{"the office's cases about disclosure", region, "全年办理政府信息公开行政复议案件{reviews:6件}。", map[string]float64{"review.total": 3}, "narrative.review 3 6"},
		{"suits of 2014", region, "行政诉讼{lawsuits:4件}。", map[string]float64{"litigation.total": 2}, "narrative.litigation 2 4"},

		{"parts hold", region, "公开{disclosed_items:2165条},其中甲类{^1:235条},乙类{^1:284条},丙类{^1:141条},丁类{^1:1354条},戊类{^1:151条}。", nil, ""},
		{"parts exceed", region, "公开{disclosed_items:100条},其中甲类{^1:60条},乙类{^1:50条}。", nil, "narrative.parts 100 110"},
		{"parts may leave something out", region, "公开{disclosed_items:100条},其中甲类{^1:60条},乙类{^1:20条}。", nil, ""},
		{"parts with the rest fall short", region, "公开{disclosed_items:100条},其中甲类{^1:60条},其他{^1:20条}。", nil, "narrative.parts 100 80"},
		{"parts miss by a little", region, "公开{disclosed_items:100条},其中甲类{^1:60条},乙类{^1:20条},丙类{^1:19条}。", nil, "narrative.parts 100 99"},
		{"natural and legal persons are all there are", region, "收到{requests_received:20件},其中自然人{^1:15件},法人或其他组织{^1:4件}。", nil, "narrative.parts 20 19"},
		{"one item in two channels", region, "公开{disclosed_items:100条},其中网站{website_items^1:90条},微信{new_media_items^1:80条}。", nil, ""},
		{"a part about", region, "公开{disclosed_items:100条},其中甲类{ approx^1:60条},乙类{^1:50条}。", nil, ""},
		{"one part", region, "公开{disclosed_items:100条},其中甲类{^1:60条}。", nil, ""},

		{"rate holds", region, "市长信箱受理{mailbox_received:119件},办结{mailbox_resolved:119件},办结率{mailbox_rate:100%}。", nil, ""},
		{"rate is wrong", region, "市长信箱受理{mailbox_received:119件},办结{mailbox_resolved:110件},办结率{mailbox_rate:100%}。", nil, "narrative.rate 92.44 100"},
		{"rate cut off", region, "共收到{:3000件},办结{:2962件},办结率{:98.7%}。", nil, ""},
		{"rate of rounded counts", region, "共收到{:1.2万件},办结{:1.19万件},办结率{:99.6%}。", nil, ""},
		{"rate that rounded counts cannot have", region, "共收到{:1.23万件},办结{:1.10万件},办结率{:99.6%}。", nil, "narrative.rate 89.43 99.6"},
		{"rate of something else", region, "共收到{:119件},办结{:110件},满意率{:100%}。", nil, ""},
		{"in time is less than done", region, "共收到{:119件},办结{:119件},按时办结率{:98%}。", nil, ""},
		{"more done than received", region, "共收到{:110件},办结{:119件},办结率{:100%}。", nil, ""},
		{"counts of another thing between", region, "共收到{:110件},上年转入{:5件},办结{:100件},办结率{:100%}。", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, f := range Narrative(told(t, c.meta, c.text, c.facts)) {
				got = append(got, f.Rule+" "+f.Expected.String()+" "+f.Actual.String())
				if f.Message == "" {
					t.Errorf("%s has no message", f.Rule)
				}
			}
			if strings.Join(got, "; ") != c.want {
				t.Errorf("findings %q, want %q", got, c.want)
			}
		})
	}
}

// TestNarrativeWithoutSections: mentions outlive their sections, and a
// sentence that is not where it was is no reason to fail.
func TestNarrativeWithoutSections(t *testing.T) {
	r := told(t, report.Meta{Year: 2021}, "市长信箱受理{:119件},办结{:110件},办结率{:100%}。", nil)
	want := len(Narrative(r))
	if want != 1 {
		t.Fatalf("%d findings, want the wrong rate", want)
	}
	r.Sections = nil
	if got := len(Narrative(r)); got != want {
		t.Errorf("%d findings without sections, %d with them", got, want)
	}
	r.Mentions[1].Sentence = "另一句"
	_ = Narrative(r)
	bad := 99
	r.Mentions[0].PartOf = &bad
	_ = Narrative(r)
}
