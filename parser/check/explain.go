package check

import (
	"cmp"
	"fmt"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/lazyregexp"
	"nianbao/parser/report"
)

// Words are said in both languages.
type Words struct{ ZH, EN string }

// Side is one side of a finding, named by what its rule compares.
type Side struct {
	Name Words
	Says report.Evidence
}

// longSum is from how many parts on a sum is told by its rule alone.
const longSum = 7

// Explain tells a finding without names of code: the terms of a sum by their names,
// anything else by what its rule means. A rule that this program does not know is told
// by the finding's own message.
func Explain(f report.Finding) Words {
	if f.Rule == RuleNotEvaluated {
		r, _ := catalog.FindRule(f.Expected.String())
		return Words{
			fmt.Sprintf("没有核对“%s”，共 %s 处：所需的格是空白或没有读到。这不说明数字有误。", cmp.Or(r.TitleZH, f.Expected.String()), f.Actual),
			fmt.Sprintf("“%s” was not checked in %s places: cells that it needs are blank or were not read. This does not say that a figure is wrong.", cmp.Or(r.TitleEN, f.Expected.String()), f.Actual),
		}
	}
	if totals, parts, atMost, ok := Relation(f); ok && len(parts) < longSum {
		t, p := namesOf(totals), namesOf(parts)
		if atMost {
			return Words{t.ZH + "，不应小于 " + p.ZH + "。", t.EN + " must be no less than " + p.EN + "."}
		}
		return Words{t.ZH + "，应当等于 " + p.ZH + "。", t.EN + " must equal " + p.EN + "."}
	}
	if r, ok := catalog.FindRule(f.Rule); ok {
		return Words{r.MeaningZH, r.Meaning}
	}
	return Words{f.Message, f.Message}
}

// namesOf are indicators by their names, added up.
func namesOf(codes []string) Words {
	var zh, en []string
	for _, code := range codes {
		n := nameOf(code)
		zh, en = append(zh, n.ZH), append(en, n.EN)
	}
	return Words{strings.Join(zh, "＋"), strings.Join(en, " + ")}
}

// nameOf names an indicator; zero for a code that is none.
func nameOf(code string) Words {
	i, ok := catalog.Lookup(code)
	if !ok {
		return Words{}
	}
	zh, en := i.Name()
	return Words{zh, en}
}

// About names the figure that a finding is about, with the kind of applicants in
// brackets; zero where it is about none.
func About(f report.Finding) Words {
	n := nameOf(f.Indicator)
	for _, a := range catalog.Applicants() {
		if n.ZH != "" && a.Code == f.Applicant {
			n.ZH, n.EN = n.ZH+"（"+a.LabelZH+"）", n.EN+" ("+a.LabelEN+")"
		}
	}
	return n
}

// Sides are those of a finding, the expected one first. None where what they hold is
// told by [Explain].
func Sides(f report.Finding) (all []Side) {
	expected, actual := Words{"应为", "expected"}, Words{"实为", "reported"}
	switch {
	case f.Rule == RuleNotEvaluated:
		return nil
	case f.Rule == RuleNarrativeParts || f.Rule == RuleNarrativeRate:
	case strings.HasPrefix(f.Rule, "narrative."):
		expected, actual = Words{"表格", "table"}, Words{"正文", "text"}
	case f.Rule == report.RuleCitation:
		expected, actual = Words{"表格格式", "tables"}, Words{"所引通知", "notice cited"}
	}
	for _, s := range []Side{{expected, f.Expected}, {actual, f.Actual}} {
		if !s.Says.IsZero() {
			all = append(all, s)
		}
	}
	return all
}

// quoted is what a message quotes of the report.
var quoted = lazyregexp.New(`\("(.+?)"\)`)

// Quote is the sentence of the report that a finding is about; "" where it is about
// none.
func Quote(f report.Finding) string {
	if m := quoted.FindStringSubmatch(f.Message); m != nil {
		return m[1]
	}
	return ""
}

// Chinese is all that a finding says in one text: the figure with both sides, what the
// rule means, the sentence, and the place where nothing else tells it.
func Chinese(f report.Finding) string {
	said, quote := ChineseSides(f), Quote(f)
	if said != "" {
		said += "。"
	}
	said += Explain(f).ZH
	switch at := f.Locator.Chinese(); {
	case quote != "":
		said += "“" + quote + "”"
	case at != "" && len(Sides(f)) == 0:
		said += "（" + at + "）"
	}
	return said
}

// ChineseSides are the figure that a finding is about and its sides: 行政复议：应为 2，实为 4.
// "" where it names neither.
func ChineseSides(f report.Finding) string {
	var sides []string
	for _, s := range Sides(f) {
		sides = append(sides, s.Name.ZH+" "+s.Says.String())
	}
	about := About(f).ZH
	if about != "" && len(sides) > 0 {
		about += "："
	}
	return about + strings.Join(sides, "，")
}
