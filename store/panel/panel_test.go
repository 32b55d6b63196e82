package panel

import (
	"fmt"
	"testing"

	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/internal/storetest"
)

func check(t *testing.T, s *store.Store) Result {
	t.Helper()
	result, err := Check(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

const panelFindings = `SELECT r.region_name, r.year, f.rule, f.severity, f.indicator, f.applicant, f.expected, f.actual FROM finding f JOIN report r ON r.id = f.report_id
	WHERE f.rule GLOB 'panel.*' OR f.rule GLOB 'hierarchy.*' ORDER BY r.region_code, r.year, f.seq`

func TestPanelRules(t *testing.T) {
	type figures = map[string]float64
	for name, c := range map[string]struct {
		layout string
		a, b   figures
		want   []string
	}{
		"carry": {"2021", figures{"requests.carried_out": 3}, figures{"requests.carried_in": 4},
			[]string{"喀什市|2022|panel.carry|error|requests.carried_in|total|3|4"}},
		"carry holds":        {"2021", figures{"requests.carried_out": 3}, figures{"requests.carried_in": 3}, nil},
		"carry of a blank":   {"2021", figures{"requests.carried_out": -1}, figures{"requests.carried_in": 4}, nil},
		"carry into a blank": {"2021", figures{"requests.carried_out": 4}, figures{"requests.carried_in": -1}, nil},
		"in force": {"2021", figures{"disclosure.normative_documents.in_force": 20},
			figures{"disclosure.normative_documents.issued": 5, "disclosure.normative_documents.repealed": 2, "disclosure.normative_documents.in_force": 24},
			[]string{"喀什市|2022|panel.in_force|error|disclosure.normative_documents.in_force||23|24"}},
		"in force holds": {"2021", figures{"disclosure.regulations.in_force": 20},
			figures{"disclosure.regulations.issued": 5, "disclosure.regulations.repealed": 2, "disclosure.regulations.in_force": 23}, nil},
		"in force, blank": {"2021", figures{"disclosure.regulations.in_force": 20},
			figures{"disclosure.regulations.issued": -1, "disclosure.regulations.repealed": 2, "disclosure.regulations.in_force": 30}, nil},
		"items": {"2019", figures{"disclosure.licensing.items_last_year": 100, "disclosure.licensing.items_change": 8}, figures{"disclosure.licensing.items_last_year": 100},
			[]string{"喀什市|2022|panel.items|error|disclosure.licensing.items_last_year||108|100"}},
		"jump": {"2021", figures{"disclosure.licensing.decisions": 20}, figures{"disclosure.licensing.decisions": 201},
			[]string{"喀什市|2022|panel.jump|warning|disclosure.licensing.decisions||20|201"}},
		"jump down": {"2021", figures{"requests.received": 300}, figures{"requests.received": 0},
			[]string{"喀什市|2022|panel.jump|warning|requests.received|total|300|0"}},
		"tenfold is none": {"2021", figures{"disclosure.licensing.decisions": 20}, figures{"disclosure.licensing.decisions": 200}, nil},
		"few are none":    {"2021", figures{"disclosure.licensing.decisions": 1}, figures{"disclosure.licensing.decisions": 100}, nil},
		"duplicate": {"2021", figures{"requests.received": 7}, figures{"requests.received": 7},
			[]string{"喀什市|2021|panel.duplicate|warning||||653101 2022", "喀什市|2022|panel.duplicate|warning||||653101 2021"}},
		"zeros are none": {"2021", figures{"requests.received": 0}, figures{"requests.received": 0}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := storetest.Fresh(t)
			storetest.Ingest(t, s, storetest.Tables("653101", "喀什市", 2021, c.layout, c.a), store.Document{})
			b := storetest.Tables("653101", "喀什市", 2022, c.layout, c.b)
			storetest.Ingest(t, s, b, store.Document{})
			check(t, s)
			storetest.Same(t, name, c.want, storetest.Query(t, s, panelFindings))
		})
	}
}

func TestPanelGapAndAgencies(t *testing.T) {
	s := storetest.Fresh(t)
	storetest.Ingest(t, s, storetest.Tables("653101", "喀什市", 2018, "2021", map[string]float64{"requests.received": 500}), store.Document{})
	storetest.Ingest(t, s, storetest.Tables("653101", "喀什市", 2021, "2021", map[string]float64{"requests.received": 1}), store.Document{})
	// An agency of the same region is another series, and never a twin of it.
	office := storetest.Tables("653101", "喀什市", 2022, "2021", map[string]float64{"requests.received": 5000})
	office.Meta.Scope, office.Meta.Publisher = report.ScopeAgency, "喀什市财政局"
	storetest.Ingest(t, s, office, store.Document{})
	check(t, s)
	storetest.Same(t, "gap", []string{"喀什市|2021|panel.gap|info|||2019|", "喀什市|2021|panel.gap|info|||2020|"}, storetest.Query(t, s, panelFindings))
}

// TestPanelRenamed follows 沙县 through its new name and code.
func TestPanelRenamed(t *testing.T) {
	s := storetest.Fresh(t)
	storetest.Ingest(t, s, storetest.Tables("350427", "沙县", 2020, "2021", map[string]float64{"requests.carried_out": 3}), store.Document{})
	storetest.Ingest(t, s, storetest.Tables("350405", "沙县区", 2021, "2021", map[string]float64{"requests.carried_in": 5}), store.Document{})
	check(t, s)
	storetest.Same(t, "renamed", []string{"沙县区|2021|panel.carry|error|requests.carried_in|total|3|5"}, storetest.Query(t, s, panelFindings))
}

func TestHierarchy(t *testing.T) {
	s := storetest.Fresh(t)
	storetest.Ingest(t, s, storetest.Tables("653100", "喀什地区", 2021, "2021", map[string]float64{"requests.received": 9, "review.total": 5}), store.Document{})
	storetest.Ingest(t, s, storetest.Tables("653101", "喀什市", 2021, "2021", map[string]float64{"requests.received": 4, "review.total": 5}), store.Document{})
	storetest.Ingest(t, s, storetest.Tables("653121", "疏附县", 2021, "2021", map[string]float64{"requests.received": 6, "review.total": -1}), store.Document{})
	check(t, s)
	storetest.Same(t, "sum", []string{"喀什地区|2021|hierarchy.sum|warning|requests.received|total|10|9"}, storetest.Query(t, s, panelFindings))
	storetest.Same(t, "coverage", []string{"1"}, storetest.Query(t, s, "SELECT count(*) FROM finding WHERE message LIKE '%(2 of 12 counties stored for 2021)%'"))

	// A district that was merged away in the year is in the one that it became part of.
	for year := 2014; year <= 2015; year++ {
		storetest.Ingest(t, s, storetest.Tables("320200", "无锡市", year, "2021", map[string]float64{"requests.received": 9}), store.Document{})
		storetest.Ingest(t, s, storetest.Tables("320202", "崇安区", year, "2021", map[string]float64{"requests.received": 8}), store.Document{})
		storetest.Ingest(t, s, storetest.Tables("320205", "锡山区", year, "2021", map[string]float64{"requests.received": 7}), store.Document{})
	}
	check(t, s)
	storetest.Same(t, "merged", []string{"2014|15|9"}, storetest.Query(t, s, "SELECT r.year, f.expected_number, f.actual_number FROM finding f JOIN report r ON r.id = f.report_id WHERE f.rule = 'hierarchy.sum' AND r.region_code = '320200'"))
	storetest.Same(t, "of the year", []string{"1"}, storetest.Query(t, s, "SELECT count(*) FROM finding WHERE message LIKE '%(2 of 8 counties stored for 2014)%'"))

	// A municipality has its districts directly below it.
	storetest.Ingest(t, s, storetest.Tables("110000", "北京市", 2021, "2021", map[string]float64{"review.total": 1}), store.Document{})
	storetest.Ingest(t, s, storetest.Tables("110101", "东城区", 2021, "2021", map[string]float64{"review.total": 2}), store.Document{})
	check(t, s)
	storetest.Same(t, "municipality", []string{"北京市|2021|hierarchy.sum|warning|review.total||2|1"}, storetest.Query(t, s, panelFindings+" LIMIT 1"))
}

// TestOnlyChangedRegions counts what a run looks at, and compares the findings
// of many small runs with those of one.
func TestOnlyChangedRegions(t *testing.T) {
	counties := map[string]string{"653101": "喀什市", "653121": "疏附县", "653122": "疏勒县", "320813": "洪泽区"}
	var all []*report.Report
	for code, name := range counties {
		for year := 2020; year <= 2022; year++ {
			all = append(all, storetest.Tables(code, name, year, "2021", map[string]float64{"requests.received": float64(100 * (year - 2019)), "requests.carried_out": 2, "requests.carried_in": 1}))
		}
	}
	all = append(all, storetest.Tables("653100", "喀什地区", 2021, "2021", map[string]float64{"requests.received": 50}))
	step, once := storetest.Fresh(t), storetest.Fresh(t)
	for i, r := range all {
		r.Meta.DocumentSHA256 = fmt.Sprintf("%064x", i)
		storetest.Ingest(t, step, r, store.Document{})
		check(t, step)
		storetest.Ingest(t, once, r, store.Document{})
	}
	check(t, once)
	got := storetest.Query(t, step, panelFindings)
	storetest.Same(t, "findings", storetest.Query(t, once, panelFindings), got)
	if len(got) < 20 {
		t.Errorf("%d findings only", len(got))
	}
	if r := check(t, step); r != (Result{}) {
		t.Errorf("nothing changed, and yet %+v", r)
	}
	alone := storetest.Tables("320813", "洪泽区", 2023, "2021", map[string]float64{"requests.received": 3})
	storetest.Ingest(t, step, alone, store.Document{})
	// The district, its prefecture above, and the counties whose tables of
	// other years it shares.
	if r := check(t, step); r.Regions > 5 {
		t.Errorf("one region changed, %d were looked at", r.Regions)
	}
	if err := step.Correct(t.Context(), store.Correction{ReportID: 1, Indicator: "requests.carried_out", Applicant: "total", Value: storetest.Count(1), Reason: "misprint", Reviewer: "r"}); err != nil {
		t.Fatal(err)
	}
	before := len(storetest.Query(t, step, panelFindings))
	check(t, step)
	if after := len(storetest.Query(t, step, panelFindings)); after >= before {
		t.Errorf("a correction left %d of %d findings", after, before)
	}
}

// TestSameFormEverywhere fills in the same form in many counties: each is told
// of some of the others and of how many more there are, however the reports
// came in, and also when one of them leaves.
func TestSameFormEverywhere(t *testing.T) {
	var counties []region.Region
	for _, r := range region.Under("650000") {
		if r.Level == region.LevelCounty && len(counties) < maxTwins+5 {
			counties = append(counties, r)
		}
	}
	step, once := storetest.Fresh(t), storetest.Fresh(t)
	for i, r := range counties {
		form := storetest.Tables(r.Code, r.Name, 2021, "2021", map[string]float64{"requests.received": 7})
		form.Meta.DocumentSHA256 = fmt.Sprintf("%064x", i)
		storetest.Ingest(t, step, form, store.Document{})
		check(t, step)
		storetest.Ingest(t, once, form, store.Document{})
	}
	if r := check(t, once); r.Regions < len(counties) || r.Regions > len(counties)+20 {
		t.Errorf("%d regions were looked at, want each county and its prefecture once", r.Regions)
	}
	twins := storetest.Query(t, once, panelFindings)
	storetest.Same(t, "findings of many runs", twins, storetest.Query(t, step, panelFindings))
	if want := len(counties) * (maxTwins + 1); len(twins) != want {
		t.Errorf("%d findings, want %d", len(twins), want)
	}
	storetest.Same(t, "the rest", []string{fmt.Sprintf("%d|%d|4", len(counties), maxTwins*len(counties))},
		storetest.Query(t, once, "SELECT sum(actual_number IS NOT NULL), sum(actual_number IS NULL), max(CASE WHEN actual_number IS NOT NULL THEN actual_number END) FROM finding WHERE rule = 'panel.duplicate'"))

	left := storetest.Tables(counties[0].Code, counties[0].Name, 2021, "2021", map[string]float64{"requests.received": 8})
	left.Meta.DocumentSHA256 = fmt.Sprintf("%064x", 0)
	if r := storetest.Ingest(t, step, left, store.Document{}); r.Outcome != store.Reread {
		t.Fatalf("the county that leaves is %s", r.Outcome)
	}
	check(t, step)
	storetest.Same(t, "one left", []string{fmt.Sprintf("%d|3", (len(counties)-1)*(maxTwins+1))},
		storetest.Query(t, step, "SELECT count(*), max(CASE WHEN actual_number IS NOT NULL THEN actual_number END) FROM finding WHERE rule = 'panel.duplicate'"))
}
