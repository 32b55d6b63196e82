package narrative

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
)

var update = flag.Bool("update", false, "rewrite the expected results in testdata")

// openReader opens the one reader of the package's tests.
var openReader = Lazy()

func reader(t testing.TB) *Reader {
	t.Helper()
	r, err := openReader()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Mentions are what Read finds, without what cannot be read.
func (r *Reader) Mentions(of report.Meta, sections []report.Section) []report.Mention {
	found, _ := r.Read(of, sections)
	return found
}

// TestTold reads whole texts: sections as "# number heading" and their text.
func TestTold(t *testing.T) {
	texts, err := filepath.Glob("testdata/told/*.txt")
	if err != nil || len(texts) == 0 {
		t.Fatalf("no texts in testdata/told (%v)", err)
	}
	wants, _ := filepath.Glob("testdata/told/*.want.json")
	if !*update && len(wants) != len(texts) {
		t.Errorf("%d texts and %d expected results: every text needs one, and none may be left over", len(texts), len(wants))
	}
	for _, path := range texts {
		t.Run(filepath.Base(path), func(t *testing.T) {
			sections := readSections(t, path)
			got := reader(t).Mentions(report.Meta{}, sections)
			holdsTogether(t, sections, got)
			wantPath := strings.TrimSuffix(path, ".txt") + ".want.json"
			if *update {
				b, err := json.MarshalIndent(got, "", " ")
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(wantPath, append(b, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			b, err := os.ReadFile(wantPath)
			if err != nil {
				t.Fatalf("%v (run go test -update to write it)", err)
			}
			var want []report.Mention
			if err := json.Unmarshal(b, &want); err != nil {
				t.Fatalf("%s: %v", wantPath, err)
			}
			if d := cmp.Diff(want, got, cmpopts.IgnoreFields(report.Mention{}, "Setting")); d != "" {
				t.Errorf("mentions differ (-want +got):\n%s", d)
			}
		})
	}
}

func readSections(t *testing.T, path string) []report.Section {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var sections []report.Section
	for _, part := range regexp.MustCompile(`(?m)^# `).Split(string(b), -1)[1:] {
		head, text, _ := strings.Cut(part, "\n")
		number, heading, _ := strings.Cut(head, " ")
		n, err := strconv.Atoi(number)
		if err != nil {
			t.Fatalf("%s: section %q has no number", path, head)
		}
		sections = append(sections, report.Section{Number: n, Heading: heading, Text: text})
	}
	return sections
}

// holdsTogether checks what every mention promises, whatever the text.
func holdsTogether(t *testing.T, sections []report.Section, mentions []report.Mention) {
	t.Helper()
	texts := map[int][]rune{}
	for _, s := range sections {
		texts[s.Number] = []rune(s.Text)
	}
	for i, m := range mentions {
		text := texts[m.Section]
		if m.Start < 0 || m.End > len(text) || m.Start >= m.End {
			t.Fatalf("mention %d: offsets %d:%d are not in section %d of %d characters", i, m.Start, m.End, m.Section, len(text))
		}
		if got := string(text[m.Start:m.End]); got != m.Raw {
			t.Errorf("mention %d: text[%d:%d] is %q, Raw is %q", i, m.Start, m.End, got, m.Raw)
		}
		if !strings.Contains(m.Sentence, m.Raw) {
			t.Errorf("mention %d: %q is not in its sentence %q", i, m.Raw, m.Sentence)
		}
		if !strings.Contains(m.Sentence, m.Subject) {
			t.Errorf("mention %d: subject %q is not in its sentence %q", i, m.Subject, m.Sentence)
		}
		if m.PartOf != nil && (*m.PartOf < 0 || *m.PartOf >= i) {
			t.Errorf("mention %d: part of %d, which is not before it", i, *m.PartOf)
		}
		if m.Metric != "" {
			if _, ok := catalog.LookupMetric(m.Metric); !ok {
				t.Errorf("mention %d: unknown metric %q", i, m.Metric)
			}
		}
	}
}

// kashi is what Kashi's report for 2021 tells, in the order of its text: the
// list at the end of the domain's description.
var kashi = []struct {
	metric    string
	value     float64
	unit      string
	qualifier string
	partOf    int
}{
	{"disclosed_items", 2165, "条", "", -1},
	{"", 235, "条", "", 0},
	{"", 284, "条", "", 0},
	{"", 141, "条", "", 0},
	{"", 1354, "条", "", 0},
	{"", 151, "条", "", 0},
	{"", 120, "个", QualifierApprox, -1},
	{"interpretations", 12, "条", "", -1},
	{"hot_topic_responses", 21, "次", "", -1},
	{"requests_received", 10, "件", "", -1},
	{"normative_documents", 13, "件", "", -1},
	{"gazette_issues", 2, "期", "", -1},
	{"training_sessions", 3, "次", "", -1},
	{"mailbox_received", 119, "件", "", -1},
	{"mailbox_resolved", 119, "件", "", -1},
	{"mailbox_rate", 100, "%", "", -1},
	{"new_media_accounts", 7, "个", "", -1},
	{"new_media_accounts_closed", 10, "个", "", -1},
	{"surveys", 5, "期", "", -1},
	{"online_interviews", 3, "期", "", -1},
	{"public_questions_answered", 60, "条", "", -1},
}

func TestKashi(t *testing.T) {
	t.Run("own sentences", func(t *testing.T) {
		sections := readSections(t, "testdata/told/kashi-figures.txt")
		isKashi(t, sections, reader(t).Mentions(report.Meta{}, sections))
	})
	t.Run("the report", func(t *testing.T) {
		b, err := os.ReadFile("../../../shared/corpus/kashi-2021.txt")
		if err != nil {
			t.Skip("the corpus is not here; its figures are tested on our own sentences")
		}
		text := string(b)
		// The standard tables are no prose, and the parser leaves them out.
		prose, rest, ok := strings.Cut(text, "二、主动公开政府信息情况")
		_, after, ok2 := strings.Cut(rest, "五、存在的主要问题及改进情况")
		if !ok || !ok2 {
			t.Fatal("the corpus file is not the report this test was written for")
		}
		sections := []report.Section{{Number: 1, Heading: "一、总体情况", Text: prose}, {Number: 5, Heading: "五、存在的主要问题及改进情况", Text: after}}
		isKashi(t, sections, reader(t).Mentions(report.Meta{}, sections))
	})
}

func isKashi(t *testing.T, sections []report.Section, got []report.Mention) {
	t.Helper()
	holdsTogether(t, sections, got)
	for i, m := range got {
		if i >= len(kashi) {
			t.Errorf("beyond the list: %s %s in %q", m.Metric, m.Raw, m.Sentence)
			continue
		}
		w, part := kashi[i], -1
		if m.PartOf != nil {
			part = *m.PartOf
		}
		if m.Metric != w.metric || m.Value != w.value || m.Unit != w.unit || m.Qualifier != w.qualifier || part != w.partOf {
			t.Errorf("mention %d is %q %v%s %q part of %d, want %+v (in %q)", i, m.Metric, m.Value, m.Unit, m.Qualifier, part, w, m.Sentence)
		}
	}
	if len(got) < len(kashi) {
		t.Errorf("%d mentions, want %d", len(got), len(kashi))
	}
}
