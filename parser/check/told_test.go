package check

import (
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nianbao/parser/report"
)

// traditional writes what reports in traditional characters have otherwise.
var traditional = strings.NewReplacer(
	"请", "請", "开", "開", "县", "縣", "样", "樣", "规", "規", "诉", "訴", "讼", "訟", "复", "復", "议", "議", "结", "結", "转", "轉", "办", "辦", "发", "發",
	"维", "維", "纠", "糾", "审", "審", "范", "範", "无", "無", "个", "個", "网", "網", "络", "絡", "处", "處", "较", "較", "与", "與", "单", "單", "现", "現",
	"万", "萬", "废", "廢", "总", "總", "数", "數", "为", "為", "续", "續", "约", "約", "余", "餘", "过", "過", "们", "們", "据", "據", "订", "訂", "继", "繼", "宗", "宗",
)

// TestTold holds sentences against tables that agree with them and against ones
// that do not, in simplified and in traditional characters: no false alarm, and
// four contradictions of five.
func TestTold(t *testing.T) {
	b, err := os.ReadFile("testdata/told.txt")
	if err != nil {
		t.Fatal(err)
	}
	reader, err := newReader()
	if err != nil {
		t.Fatal(err)
	}
	findings := func(scope, sentence string, keys, values []string) (all []string) {
		r := &report.Report{Meta: report.Meta{Year: 2021, Region: "样例县", Scope: report.ScopeRegion}, Sections: []report.Section{{Number: 1, Text: sentence}}}
		if scope == "a" {
			r.Meta.Scope = report.ScopeAgency
		}
		for i, k := range keys {
			v, err := strconv.ParseFloat(values[i], 64)
			if err != nil {
				t.Fatal(err)
			}
			indicator, applicant, _ := strings.Cut(k, "@")
			r.Facts = append(r.Facts, report.Fact{Indicator: indicator, Applicant: applicant, Value: &v, Status: report.StatusReported})
		}
		r.Mentions, _ = reader.Read(r.Meta, r.Sections)
		for _, f := range Narrative(r) {
			all = append(all, f.Rule+": "+f.Message)
		}
		return all
	}
	contradictions, found := 0, map[string]int{}
	for line := range strings.SplitSeq(strings.TrimSpace(string(b)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		var keys, right []string
		for pair := range strings.SplitSeq(f[2], ";") {
			k, v, _ := strings.Cut(pair, "=")
			keys, right = append(keys, k), append(right, v)
		}
		wrong := strings.Split(strings.TrimPrefix(f[3], "!"), ";")
		contradictions++
		for form, sentence := range map[string]string{"simplified": f[1], "traditional": traditional.Replace(f[1])} {
			if got := findings(f[0], sentence, keys, right); len(got) > 0 {
				t.Errorf("%s: a false alarm: %v", sentence, got)
			}
			if got := findings(f[0], sentence, keys, wrong); len(got) > 0 {
				found[form]++
			} else {
				t.Logf("%s: not found to contradict %s %v", sentence, f[2], wrong)
			}
		}
	}
	t.Logf("%d contradictions; found %v", contradictions, found)
	for _, form := range slices.Sorted(maps.Keys(found)) {
		if 5*found[form] < 4*contradictions {
			t.Errorf("%d of %d contradictions found in %s characters, want four of five", found[form], contradictions, form)
		}
	}
}
