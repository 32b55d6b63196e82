package parser_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nianbao/parser"
	"nianbao/parser/catalog"
	"nianbao/parser/internal/specimen"
	"nianbao/parser/narrative"
	"nianbao/parser/report"
	"nianbao/testdata/often"
)

// tellings are sentences that tell figures of a report's tables, each in several
// wordings: {key} is the figure, {a+b} a sum.
var tellings = map[string][][]string{
	"any": {
		{
			"{year}年,{whole}共收到政府信息公开申请{requests.received@total}件。",
			"依申请公开方面,{whole}各级各部门密切配合,全年新收申请{requests.received@total}件,均依法办理。",
			"与上年相比,申请数量略有变化,{year}年{whole}接收公民、法人和其他组织提出的信息公开申请{requests.received@total}件。",
			"做好依申请公开工作。全年受理依申请公开事项{requests.received@total}件。",
			"截至{year}年12月31日,{whole}当年共收到政府信息公开申请{requests.received@total}件,没有收取任何费用。",
		},
	},
	catalog.Layout2014: {
		{
			"申请办结方面,全年办结政府信息公开申请{requests.completed.total}件。",
			"全年答复申请{requests.completed.total}件,较上年有所变化。",
		},
		{
			"从申请方式看,当面申请{requests.channel.in_person}件,传真申请{requests.channel.fax}件,网络申请{requests.channel.online}件,信函申请{requests.channel.mail}件。",
			"申请中,以信函形式提出{requests.channel.mail}件,通过网络提交{requests.channel.online}件。",
		},
		{
			"加强政策解读,全年发布政策解读稿件{response.interpretations}篇。",
			"围绕重大政策,{whole}全年共发布解读信息{response.interpretations}篇。",
		},
		{
			"举办政府信息公开业务培训班{training.sessions}次,培训人员{training.attendees}人次。",
			"全年开展政务公开培训{training.sessions}次,接受培训{training.attendees}人次,队伍素质得到提高。",
		},
		{
			"{whole}从事政府信息公开工作的人员共{resources.staff.total}人。",
			"截至年底,{whole}共有政府信息公开工作人员{resources.staff.total}名。",
		},
		{
			"因政府信息公开引起的行政复议{review.total}件,行政诉讼{litigation.total}件。",
			"发生政府信息公开行政复议{review.total}起,其中维持{review.upheld}起、纠正{review.corrected}起;发生行政诉讼{litigation.total}起。",
		},
	},
	catalog.Layout2019: {
		{
			"上年结转{requests.carried_in@total}件申请,结转下年度继续办理的申请{requests.carried_out@total}件。",
			"申请办理有序,上年度结转申请{requests.carried_in@total}件,结转下年度{requests.carried_out@total}件。",
		},
		{
			"{whole}因政府信息公开被申请行政复议{review.total}件,被提起行政诉讼{litigation.direct.total+litigation.after_review.total}件。",
			"政府信息公开行政复议案件{review.total}件,其中结果维持{review.upheld}件,结果纠正{review.corrected}件,尚未审结{review.pending}件。",
			"政府信息公开行政诉讼{litigation.direct.total+litigation.after_review.total}件,较上年有所增减。",
		},
	},
	catalog.Layout2021: {
		{
			"上年结转{requests.carried_in@total}件申请,结转下年度继续办理的申请{requests.carried_out@total}件。",
			"另有{requests.carried_out@total}件申请结转下年度办理。",
		},
		{
			"全年制发行政规范性文件{disclosure.normative_documents.issued}件,废止{disclosure.normative_documents.repealed}件,现行有效{disclosure.normative_documents.in_force}件。",
			"规范性文件管理方面,{whole}新制定行政规范性文件{disclosure.normative_documents.issued}件,并同步解读。",
			"制定出台规范性文件{disclosure.normative_documents.issued}件;宣布废止规范性文件{disclosure.normative_documents.repealed}件。",
		},
		{
			"{whole}因政府信息公开被申请行政复议{review.total}件,被提起行政诉讼{litigation.direct.total+litigation.after_review.total}件。",
			"政府信息公开行政复议结果维持{review.upheld}件、结果纠正{review.corrected}件。",
			"政府信息公开行政诉讼{litigation.direct.total+litigation.after_review.total}件,其中结果维持{litigation.direct.upheld+litigation.after_review.upheld}件。",
		},
	},
}

// asides tell figures that no cell of the tables has.
var asides = []string{
	"上年收到申请{n}件,发生行政复议{n}件。",
	"条例施行以来累计收到政府信息公开申请{n}0件。",
	"组织人员参加上级举办的培训{n}次。",
	"上半年收到申请{n}件,下半年略有增加。",
	"转载上级政策解读{n}篇,图文解读{n}篇。",
	"全年共办理行政复议案件{n}件,办理行政应诉案件{n}件,法治建设成效明显。",
	"对历年规范性文件进行清理,建议保留{n}件。",
	"市长热线受理群众诉求{n}件,办结{n}件。",
	"公开建议提案办理结果{n}件,公开财政信息{n}条。",
}

// organs tell figures of one organ, in the report of a region.
var organs = []string{
	"县公安局收到政府信息公开申请{n}件,答复{n}件。",
	"其中,财政部门受理申请{n}件。",
	"县政府办公室制发规范性文件{n}件,举办培训{n}次,配备工作人员{n}名。",
}

// tell writes a report's prose anew, and names the keys of the figures told.
func tell(rng *rand.Rand, truth *specimen.Truth) (keys []string) {
	whole, others := "全县", slices.Concat(asides, organs)
	if truth.Meta.Scope == report.ScopeAgency {
		whole, others = "我局", asides
	}
	pick := func(wordings []string) string { return wordings[rng.IntN(len(wordings))] }
	var paragraphs []string
	for _, wordings := range slices.Concat(tellings["any"], tellings[truth.Meta.Layout]) {
		sentence := strings.NewReplacer("{year}", fmt.Sprint(truth.Meta.Year), "{whole}", whole).Replace(pick(wordings))
		for {
			before, rest, open := strings.Cut(sentence, "{")
			key, after, closed := strings.Cut(rest, "}")
			if !open || !closed {
				break
			}
			v, known := 0.0, true
			for term := range strings.SplitSeq(key, "+") {
				if f := truth.Facts[term]; f != nil {
					v += *f
				} else {
					known = false
				}
			}
			if !known {
				sentence = ""
				break
			}
			keys = append(keys, key)
			sentence = before + "\x00" + strconv.FormatFloat(v, 'f', -1, 64) + "\x01" + after
		}
		if sentence != "" {
			paragraphs = append(paragraphs, sentence)
		}
	}
	for range 3 {
		aside := pick(others)
		for strings.Contains(aside, "{n}") {
			aside = strings.Replace(aside, "{n}", fmt.Sprint(2+rng.IntN(90)), 1)
		}
		paragraphs = slices.Insert(paragraphs, rng.IntN(len(paragraphs)+1), aside)
	}
	for i := range truth.Sections {
		truth.Sections[i].Paragraphs = nil
	}
	truth.Sections[min(1, len(truth.Sections)-1)].Paragraphs = paragraphs
	truth.Told = nil
	return keys
}

// alter changes the n-th told figure, or none where n is negative, and takes the
// marks off.
func alter(truth *specimen.Truth, n int) {
	at := 0
	for i := range truth.Sections {
		for k, p := range truth.Sections[i].Paragraphs {
			var b strings.Builder
			for {
				before, rest, open := strings.Cut(p, "\x00")
				b.WriteString(before)
				if !open {
					break
				}
				figure, after, _ := strings.Cut(rest, "\x01")
				if at == n {
					v, _ := strconv.Atoi(figure)
					figure = fmt.Sprint(v + 3 + v/7)
				}
				at++
				b.WriteString(figure)
				p = after
			}
			truth.Sections[i].Paragraphs[k] = b.String()
		}
	}
}

// TestWordsAgainstTables writes whole reports whose words tell what their tables
// have, with figures of other years, offices and things between them: no check may
// find a contradiction. Then one told figure is changed, and four of five of those
// must be found, in either script.
func TestWordsAgainstTables(t *testing.T) {
	p := parser.New(parser.Config{PDF: pdfium, Narrative: narrative.Lazy(), Timeout: patience})
	t.Cleanup(func() { p.Close() })
	layouts := []string{catalog.Layout2014, catalog.Layout2019, catalog.Layout2021}
	for name, styleName := range map[string]string{"simplified": "html-clean", "traditional": "charset-traditional"} {
		t.Run(name, func(t *testing.T) {
			style, ok := specimen.Find(styleName)
			if !ok {
				t.Fatalf("no style %s", styleName)
			}
			against := func(truth specimen.Truth) (all []report.Finding) {
				data, _, err := style.Write(truth)
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range parse(t, p, truth.Name+style.Extension, data).Findings {
					if strings.HasPrefix(f.Rule, "narrative.") {
						all = append(all, f)
					}
				}
				return all
			}
			rng := rand.New(rand.NewPCG(11, 12))
			changed, found := map[string]int{}, map[string]int{}
			all, right := 0, 0
			reports := 60
			if often.Asked() {
				reports = 120
			}
			for i := range reports {
				truth := specimen.Random(rng, layouts[i%len(layouts)])
				keys := tell(rng, &truth)
				consistent := truth.Clone()
				alter(&consistent, -1)
				text := strings.Join(consistent.Sections[1].Paragraphs, "\n")
				if f := against(consistent); len(f) > 0 {
					t.Errorf("%s (%s), a false alarm: %v\n%s", consistent.Name, consistent.Meta.Scope, f, text)
				}
				for range 2 {
					n := rng.IntN(len(keys))
					wrong := truth.Clone()
					alter(&wrong, n)
					all++
					changed[keys[n]]++
					if len(against(wrong)) > 0 {
						right++
						found[keys[n]]++
					} else {
						t.Logf("%s (%s): %s not found\n%s", truth.Name, truth.Meta.Scope, keys[n], strings.Join(wrong.Sections[1].Paragraphs, "\n"))
					}
				}
			}
			for key, n := range changed {
				t.Logf("%s: %d of %d found", key, found[key], n)
			}
			t.Logf("%d of %d contradictions found", right, all)
			if 5*right < 4*all {
				t.Errorf("%d of %d contradictions found, want four of five", right, all)
			}
		})
	}
}
