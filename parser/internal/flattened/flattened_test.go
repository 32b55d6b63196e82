package flattened

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
)

// seeds covers every style many times.
const seeds = 580

// A generated report is a text and what it says.
type generated struct {
	text  []byte
	truth Truth
}

// generatedOf has those of all seeds: to make them takes longer than what is asked of them.
var generatedOf = sync.OnceValue(func() []generated {
	all := make([]generated, seeds)
	for seed := range all {
		all[seed].text, all[seed].truth = Generate(int64(seed))
	}
	return all
})

func TestGenerateIsDeterministic(t *testing.T) {
	for seed, g := range generatedOf()[:60] {
		a, truthA := g.text, g.truth
		b, truthB := Generate(int64(seed))
		if !bytes.Equal(a, b) {
			t.Errorf("seed %d gives two texts", seed)
		}
		if diff := cmp.Diff(truthA, truthB); diff != "" {
			t.Errorf("seed %d gives two truths:\n%s", seed, diff)
		}
	}
}

func TestGenerateCoversStyles(t *testing.T) {
	styled, twisted, laidOut := map[string]int{}, map[string]int{}, map[string]int{}
	for _, g := range generatedOf() {
		truth := g.truth
		styled[truth.Style]++
		laidOut[truth.Layout]++
		for _, twist := range truth.Twists {
			twisted[twist]++
		}
	}
	for _, name := range Styles() {
		if styled[name] < seeds/len(Styles())-1 {
			t.Errorf("style %q: %d of %d reports", name, styled[name], seeds)
		}
	}
	for _, layout := range []string{"2014", "2019", "2021"} {
		if laidOut[layout] < seeds/25 {
			t.Errorf("layout %s: %d of %d reports", layout, laidOut[layout], seeds)
		}
	}
	for _, twist := range []string{"blank cells vanished", "blank cells", "dashes", "thousands separators", "full-width digits",
		"units in cells", "replacement characters", "a sum fails", "page breaks", "bare page numbers", "repeated headers",
		"notes between rows", "traditional characters", "crlf", "an empty line for an empty cell", "empty lines between"} {
		if twisted[twist] == 0 {
			t.Errorf("no report with %s", twist)
		}
	}
}

// Every figure that the truth knows is printed, as often as the truth has it,
// and every cell is one of the layout's.
func TestTextHoldsTruth(t *testing.T) {
	for seed, g := range generatedOf() {
		text, truth := g.text, g.truth
		if !utf8.Valid(text) {
			t.Errorf("seed %d (%s): the text is no UTF-8", seed, truth.Style)
		}
		want := map[string]int{}
		for key, c := range truth.Cells {
			code, applicant, dimension := strings.Cut(key, "@")
			ind, ok := catalog.Lookup(code)
			if !ok || !ind.In(truth.Layout) && code != "requests.other_processing" {
				t.Errorf("seed %d (%s): layout %s has no %s", seed, truth.Style, truth.Layout, code)
			}
			if dimension != (ind.Dimension == catalog.DimensionApplicant) {
				t.Errorf("seed %d (%s): %s with applicant %q", seed, truth.Style, code, applicant)
			}
			if (c.Status == report.StatusBlank) != (c.Raw == "") {
				t.Errorf("seed %d (%s): %s is %s", seed, truth.Style, key, c)
			}
			want[c.Raw]++
		}
		delete(want, "")
		// Figures are tokens between blanks and the marks of grids.
		have := map[string]int{}
		for _, token := range tokens(string(text), truth.Style == "comma-separated") {
			have[token]++
		}
		for raw, n := range want {
			if have[raw] < n {
				t.Errorf("seed %d (%s): %q printed %d times, the truth has it %d times", seed, truth.Style, raw, have[raw], n)
			}
		}
	}
}

func tokens(text string, commas bool) []string {
	if commas {
		var quoted strings.Builder
		inside := false
		for _, c := range text {
			switch {
			case c == '"':
				inside = !inside
			case c == ',' && !inside:
				quoted.WriteRune(' ')
			default:
				quoted.WriteRune(c)
			}
		}
		text = quoted.String()
	}
	return strings.Fields(strings.ReplaceAll(text, "|", " "))
}

// The sums of the tables hold where the truth says so.
func TestSumsHold(t *testing.T) {
	broken := 0
	for seed, g := range generatedOf() {
		truth := g.truth
		unreadable := false
		for _, c := range truth.Cells {
			unreadable = unreadable || c.Status == report.StatusUnreadable
		}
		if unreadable || truth.Layout == "2014" {
			continue
		}
		holds := true
		value := func(key string) float64 { return truth.Cells[key].Value }
		for _, k := range kinds {
			sum := 0.0
			for key := range truth.Cells {
				code, applicant, _ := strings.Cut(key, "@")
				if applicant != k.code {
					continue
				}
				switch code {
				case "requests.received", "requests.carried_in", "requests.processed_total", "requests.carried_out":
				default:
					sum += value(key)
				}
			}
			at := "@" + k.code
			holds = holds && sum == value("requests.processed_total"+at) &&
				value("requests.received"+at)+value("requests.carried_in"+at) == value("requests.processed_total"+at)+value("requests.carried_out"+at)
		}
		for key := range truth.Cells {
			if code, ok := strings.CutSuffix(key, "@total"); ok {
				sum := 0.0
				for _, k := range kinds[:6] {
					sum += value(code + "@" + k.code)
				}
				holds = holds && sum == value(key)
			}
		}
		for _, part := range reviewParts {
			sum := 0.0
			for _, c := range remedies[:4] {
				sum += value(part + c[1])
			}
			holds = holds && sum == value(part+"total")
		}
		if holds != truth.SumsHold {
			t.Errorf("seed %d (%s): the sums hold: %v, the truth says %v", seed, truth.Style, holds, truth.SumsHold)
		}
		if !holds {
			broken++
		}
	}
	if broken == 0 {
		t.Error("no report whose sums fail")
	}
}

// read gives a report that reads every printed cell.
func read(truth Truth) *report.Report {
	rep := &report.Report{}
	for _, key := range slices.Sorted(maps.Keys(truth.Cells)) {
		c := truth.Cells[key]
		code, applicant, _ := strings.Cut(key, "@")
		f := report.Fact{Indicator: code, Applicant: applicant, Status: c.Status, Raw: c.Raw}
		if c.Status == report.StatusReported {
			v := c.Value
			f.Value = &v
		}
		rep.Facts = append(rep.Facts, f)
	}
	return rep
}

func TestJudge(t *testing.T) {
	for seed, g := range generatedOf()[:2*len(styles)] {
		truth := g.truth
		rep := read(truth)
		if wrong, blank, missing := Judge(rep, truth); len(wrong)+len(blank)+len(missing) > 0 {
			t.Fatalf("seed %d: all is read, yet wrong %v, false blank %v, missing %v", seed, wrong, blank, missing)
		}
		for i := seed % 5; i < len(rep.Facts); i += 5 {
			f := rep.Facts[i]
			key := f.Key()
			try := func(name string, planted report.Fact, want [3]int) {
				t.Helper()
				facts := append([]report.Fact{}, rep.Facts...)
				facts[i] = planted
				wrong, blank, missing := Judge(&report.Report{Facts: facts}, truth)
				if got := [3]int{len(wrong), len(blank), len(missing)}; got != want {
					t.Fatalf("seed %d: %s for %s, %s: wrong, false blank and missing are %v, want %v", seed, name, key, truth.Cells[key], got, want)
				}
				for _, list := range [][]Difference{wrong, blank, missing} {
					if len(list) > 0 && list[0].Key != key {
						t.Fatalf("seed %d: %s for %s is told of %s", seed, name, key, list[0])
					}
				}
			}
			value := truth.Cells[key].Value + 1
			wrong := f
			wrong.Status, wrong.Value = report.StatusReported, &value
			try("a wrong figure", wrong, [3]int{1, 0, 0})
			unread := f
			unread.Status, unread.Value = report.StatusUnreadable, nil
			blank := f
			blank.Status, blank.Value = report.StatusBlank, nil
			dash := f
			dash.Status, dash.Value = report.StatusNotApplicable, nil
			if f.Status == report.StatusReported {
				try("a figure left out", unread, [3]int{0, 0, 1})
			} else {
				try("a cell left out", unread, [3]int{0, 0, 0})
			}
			if f.Status != report.StatusBlank {
				try("a false blank", blank, [3]int{0, 1, 0})
			}
			if f.Status != report.StatusNotApplicable {
				try("a false dash", dash, [3]int{0, 1, 0})
			}
		}
		extra := read(truth)
		one := 1.0
		extra.Facts = append(extra.Facts, report.Fact{Indicator: "no.such", Status: report.StatusReported, Value: &one},
			report.Fact{Indicator: "nor.such", Status: report.StatusBlank})
		if wrong, blank, _ := Judge(extra, truth); len(wrong) != 1 || len(blank) != 1 {
			t.Fatalf("seed %d: a figure and a blank of no cell: wrong %v, false blank %v", seed, wrong, blank)
		}
		if _, _, missing := Judge(&report.Report{}, truth); len(missing) == 0 {
			t.Fatalf("seed %d: nothing read and nothing missing", seed)
		}
	}
}

func TestTraditionalPairs(t *testing.T) {
	if a, b := utf8.RuneCountInString(simplified), utf8.RuneCountInString(traditional); a != b {
		t.Fatalf("%d simplified characters for %d traditional ones", a, b)
	}
	if got := asTraditional("政府信息公开条例行政复议诉讼结转办理规范性文件总计"); got != "政府信息公開條例行政復議訴訟結轉辦理規範性文件總計" {
		t.Errorf("got %s", got)
	}
}
