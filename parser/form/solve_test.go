package form

import (
	"slices"
	"strings"
	"testing"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
)

func applicantCodes() []string {
	var out []string
	for _, a := range catalog.Default().ApplicantsOf(catalog.Layout2021) {
		out = append(out, a.Code)
	}
	return out
}

func flatRows(rows ...string) []labelled {
	var out []labelled
	for _, r := range rows {
		f := strings.Fields(r)
		row := labelled{code: f[0]}
		for _, v := range f[1:] {
			row.values = append(row.values, token{raw: v, knownLabel: &noLabel})
		}
		out = append(out, row)
	}
	return out
}

// withOutcomes adds the outcomes that the rows lack, as rows of blanks.
func withOutcomes(rows []labelled) []labelled {
	for _, ind := range catalog.Indicators() {
		if ind.Dimension != catalog.DimensionApplicant || !ind.In(catalog.Layout2021) || strings.HasPrefix(ind.Code, "requests.other_processing.") ||
			slices.ContainsFunc(rows, func(r labelled) bool { return r.code == ind.Code }) {
			continue
		}
		rows = append(rows, labelled{code: ind.Code, values: make([]token, len(applicantCodes()))})
	}
	return rows
}

func TestSolve(t *testing.T) {
	for _, c := range []struct {
		name string
		rows []labelled
		want map[int][]int
	}{
		{
			name: "the columns leave one reading",
			rows: flatRows(
				"requests.received 5 2 0 0 0 0 7", "requests.carried_in 0 0 0 0 0 0 0",
				"requests.granted 4 4", "requests.partially_granted 1 2 3",
				"requests.processed_total 5 2 0 0 0 0 7", "requests.carried_out 0 0 0 0 0 0 0"),
			want: map[int][]int{2: {0, -1, -1, -1, -1, -1, 1}, 3: {0, 1, -1, -1, -1, -1, 2}},
		},
		{
			name: "a zero could stand anywhere",
			rows: flatRows(
				"requests.received 5 2 0 0 0 0 7", "requests.carried_in 0 0 0 0 0 0 0",
				"requests.granted 5 2 0 7",
				"requests.processed_total 5 2 0 0 0 0 7", "requests.carried_out 0 0 0 0 0 0 0"),
			want: map[int][]int{},
		},
		{
			name: "the sums do not hold",
			rows: flatRows(
				"requests.received 5 2 0 0 0 0 7", "requests.carried_in 0 0 0 0 0 0 0",
				"requests.granted 3 3",
				"requests.processed_total 5 2 0 0 0 0 7", "requests.carried_out 0 0 0 0 0 0 0"),
			want: map[int][]int{},
		},
		{
			name: "the frame has a gap",
			rows: flatRows(
				"requests.received 5 2 0 0 0 0 7", "requests.carried_in 1 1",
				"requests.processed_total 6 2 0 0 0 0 8", "requests.carried_out 0 0 0 0 0 0 0"),
			want: map[int][]int{1: {0, -1, -1, -1, -1, -1, 1}},
		},
		{
			name: "an outcome is lost",
			rows: flatRows(
				"requests.received 5 2 0 0 0 0 7", "requests.carried_in 0 0 0 0 0 0 0",
				"requests.granted 5 2 7",
				"requests.processed_total 5 2 0 0 0 0 7", "requests.carried_out 0 0 0 0 0 0 0"),
			want: map[int][]int{},
		},
		{
			name: "no total to hold it against",
			rows: flatRows("requests.granted 5 2 7"),
			want: map[int][]int{},
		},
	} {
		rows := c.rows
		if c.name != "an outcome is lost" {
			rows = withOutcomes(rows)
		}
		got := builtIn().solve(applicantCodes(), rows)
		if len(got) != len(c.want) {
			t.Errorf("%s: %d rows placed, want %d: %v", c.name, len(got), len(c.want), got)
		}
		for i, at := range c.want {
			if !slices.Equal(got[i], at) {
				t.Errorf("%s: row %d is %v, want %v", c.name, i, got[i], at)
			}
		}
	}
}

// TestSolveIsBounded places a table whose readings no search could exhaust.
func TestSolveIsBounded(t *testing.T) {
	rows := flatRows("requests.received 0 0 0 0 0 0 0", "requests.processed_total 0 0 0 0 0 0 0")
	for range 30 {
		rows = append(rows, flatRows("requests.granted 0 0 0")...)
	}
	if got := builtIn().solve(applicantCodes(), rows); len(got) != 0 {
		t.Errorf("%d rows were placed that could be read in many ways", len(got))
	}
}

// TestAdds asks rows whether their totals are the sums of what they stand over.
func TestAdds(t *testing.T) {
	applicants := applicantCodes()
	results := []string{"review.upheld", "review.corrected", "review.total", "litigation.direct.upheld", "litigation.direct.total"}
	metrics := []string{"issued", "repealed", "in_force"}
	for _, c := range []struct {
		columns []string
		row     string
		want    bool
	}{
		{applicants, "3 1 0 0 0 0 4", true},
		{applicants, "3 1 0 0 0 0 5", false},
		{applicants, "3 1 _ - 0 0 4", true},
		{applicants, "_ _ _ _ _ _ _", true},
		{applicants, "- - - - - - -", true},
		{applicants, "0 0 0 0 0 0 0", true},
		{applicants, "0 0 0 0 0 0 _", false}, // its cells may have moved
		{applicants, "3 1 0 0 0 若干 4", false},
		{applicants, "3 1 0 0 0 4", false},
		{results, "3 1 4 2 2", true},
		{results, "3 1 4 - -", true},
		{results, "3 1 4 2 -", false},
		{results, "3 1 5 2 1", false},
		{metrics, "0 0 0", true}, // of nothing, whose it may be
		{metrics, "1 0 0", false},
	} {
		var leaves []leaf
		for _, code := range c.columns {
			leaves = append(leaves, leaf{code: code})
		}
		r := &reader{book: builtIn()}
		var values []token
		for _, raw := range strings.Fields(c.row) {
			values = append(values, r.newToken(strings.Trim(raw, "_"), report.Locator{}))
		}
		if got := (&columns{leaves: leaves}).adds(values); got != c.want {
			t.Errorf("%s under %d columns adds up: %v, want %v", c.row, len(leaves), got, c.want)
		}
	}
}
