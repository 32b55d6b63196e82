package explorer

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"nianbao/store"
)

// A figure that a finding contradicts says so wherever it ranks: in the row, the
// chart, the file and the API, with the way to what contradicts it; and no more
// when a reviewer dismissed the finding.
func TestContradicted(t *testing.T) {
	s := sampleStore(t)
	e := explore(t, s)
	// 泽普县's table of 2022 does not balance: requests received is one of its terms,
	// though the finding stands at the total.
	const at = "?measure=requests.received&year=2022&under=653100"
	body := getPage(t, e, "/compare"+at)
	contains(t, body, `<td class="marks"><a class="doubt" href="/report/`, `#findings" title="受理与结转不平`, `<circle class="doubt"`, "与同一份报告的其他数字或文字矛盾：1 个")
	_, svg := get(t, e, "/compare.svg"+at)
	contains(t, svg, `class="doubt"`, "受理与结转不平", "喀什地区各县", "2022 年", "有数值的", "资料来源", "2024-04-01", "CC BY 4.0")
	rows := func() map[string]string {
		_, text := get(t, e, "/compare.csv"+at)
		table, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		by := map[string]string{}
		for _, row := range table[1:] {
			line := map[string]string{}
			for i, name := range table[0] {
				line[name] = row[i]
			}
			by[line["region_name"]] = line["contradicted_by"]
		}
		return by
	}
	if got := rows(); !strings.Contains(got["泽普县"], "requests.balance") || got["疏附县"] != "" {
		t.Errorf("the file: %v", got)
	}
	_, text := get(t, e, "/api/v1/compare"+at)
	var answer struct {
		Rows []struct {
			RegionName     string   `json:"region_name"`
			ContradictedBy []string `json:"contradicted_by"`
		} `json:"rows"`
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		t.Fatal(err)
	}
	for _, r := range answer.Rows {
		if doubted := len(r.ContradictedBy) > 0; doubted != (r.RegionName == "泽普县") {
			t.Errorf("the API on %s: %v", r.RegionName, r.ContradictedBy)
		}
	}
	// Every other table, chart and file marks it by the same findings.
	id := idOf(t, s, "653124", 2022)
	mark := fmt.Sprintf(`<a class="doubt" href="/report/%d#findings" title="`, id)
	contains(t, getPage(t, e, fmt.Sprintf("/report/%d/figure?indicator=requests.received", id)), "关于这个数字的疑点", "受理与结转不平")
	contains(t, getPage(t, e, "/region/653124"), `<circle cx=`, mark)
	contains(t, getPage(t, e, fmt.Sprintf("/report/%d/figure?indicator=requests.received", idOf(t, s, "653101", 2022))),
		fmt.Sprintf(`<td class="marks"><a class="doubt" href="/report/%d#findings" title="`, idOf(t, s, "653101", 2021)))
	contains(t, getPage(t, e, "/trend?measure=requests.received&region=653124"), `class="doubt"`, mark)
	contains(t, getPage(t, e, fmt.Sprintf("/report/%d", id)), `<td class="number involved"><a class="fig reported" href="/report/`)
	_, file := get(t, e, fmt.Sprintf("/report/%d/figures.csv", id))
	contains(t, file, "correction_reason,contradicted_by,source", "false,,requests.balance")
	_, text = get(t, e, fmt.Sprintf("/api/v1/reports/%d", id))
	contains(t, text, `"contradicted_by":["requests.balance`)
	_, svg = get(t, e, "/compare.svg"+at+"&chart=distribution")
	contains(t, svg, "其中 1 个有矛盾")
	for f, err := range s.Findings(t.Context(), store.FindingQuery{Filter: store.Filter{Regions: []string{"653124"}, Years: store.Year(2022)}}) {
		if err != nil {
			t.Fatal(err)
		}
		if err := s.ReviewFinding(t.Context(), store.Review{ReportID: f.ReportID, Rule: f.Rule, Indicator: f.Indicator, Applicant: f.Applicant, Verdict: store.VerdictDismissed, Reason: "另有说明", Reviewer: "核对人"}); err != nil {
			t.Fatal(err)
		}
	}
	e = explore(t, s)
	if got := rows(); got["泽普县"] != "" {
		t.Errorf("after all was dismissed: %v", got)
	}
	if body := getPage(t, e, fmt.Sprintf("/report/%d", id)); strings.Contains(body, "involved") {
		t.Error("after all was dismissed the report still doubts figures")
	}
}

// The beginning is the newest year that at least half as many regions reported on
// as on the best covered one.
func TestNewestCovered(t *testing.T) {
	for _, c := range []struct {
		counts map[int]int
		want   int
	}{
		{map[int]int{2021: 900, 2022: 950, 2023: 470}, 2022},
		{map[int]int{2021: 900, 2022: 950, 2023: 480}, 2023},
		{map[int]int{2020: 3}, 2020},
		{nil, 0},
	} {
		if got := newestCovered(c.counts); got != c.want {
			t.Errorf("%v: %d, want %d", c.counts, got, c.want)
		}
	}
}

// An item that the layout of a year lacks leads to the years that have it.
func TestNotInLayout(t *testing.T) {
	e := explore(t, sampleStore(t))
	contains(t, getPage(t, e, "/compare?measure=disclosure.procurement.projects&year=2022"), "2022 年的表格格式没有这一项", `year=2019">2019</a>`)
}

// A trend follows regions that are named in any way, joins what was added, and is
// the same picture on the page, in the file and on paper.
func TestTrend(t *testing.T) {
	e := explore(t, sampleStore(t))
	body := getPage(t, e, "/trend?measure=requests.received&region=320830&add=jinhu")
	contains(t, body, "盱眙县、金湖县", `href="/trend.csv?measure=requests.received&amp;region=320830%2C320831"`, `<svg class="chart"`, `<title>盱眙县 2022: 229 件</title>`, `name="region" value="320830,320831"`, "怎样引用")
	contains(t, getPage(t, e, "/trend?lang=en&region=320830"), "Xuyi County", "Requests for information received")
	contains(t, getPage(t, e, "/trend"), "盱眙、xuyi、320830")
	contains(t, getPage(t, e, "/trend?region=110101"), "没有东城区的报告")
	_, svg := get(t, e, "/trend.svg?measure=requests.received&region=320830,320831")
	contains(t, svg, "盱眙县、金湖县", "资料来源", "2024-04-01")
	if _, text := get(t, e, "/trend.csv?region=320830"); !strings.HasPrefix(text, "region_code,region_name,year,") || !strings.Contains(text, "320830,盱眙县,2022,requests.received,total,229,") {
		t.Errorf("%.300s", text)
	}
	for _, bad := range []string{"/trend?region=x", "/trend?add=nowhere", "/trend?measure=x&region=320830", "/trend?region=320830,320831,320812,320803,320804,320813,320826,653101,653121"} {
		if res, _ := get(t, e, bad); res.StatusCode != 400 {
			t.Errorf("%s: %s", bad, res.Status)
		}
	}
}

func TestSuggest(t *testing.T) {
	e := explore(t, sampleStore(t))
	for _, typed := range []string{"盱眙", "xuyi", "320830"} {
		if _, body := get(t, e, "/suggest?q="+typed); !strings.Contains(body, `{"code":"320830","name":"盱眙县"`) {
			t.Errorf("%s: %s", typed, body)
		}
		contains(t, getPage(t, e, "/search?q="+typed), `href="/region/320830"`)
	}
	contains(t, getPage(t, e, "/measures?q=行政许可"), "行政许可", `href="/compare?measure=disclosure.licensing.decisions"`, "2019–2023")
}
