package narrative

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
)

// labelled is a paragraph with what is to be found in it. Its ID begins with
// the kind of sentence it is (K02, K17 …).
type labelled struct {
	ID     string     `json:"id"`
	Text   string     `json:"text"`
	Expect []expected `json:"expect"`
	Note   string     `json:"note"`
}

type expected struct {
	Metric     string   `json:"metric"`
	MetricAlso []string `json:"metric_also"` // as right
	Other      string   `json:"other"`       // what it is where no metric of the first list fits
	Raw        string   `json:"raw"`
	Value      float64  `json:"value"`
	Unit       string   `json:"unit"`
	Qualifier  *string  `json:"qualifier"` // nil: not labelled
	PartOf     *int     `json:"part_of"`
	PartOpen   bool     `json:"part_of_open"` // either is right
	Minor      bool     `json:"minor"`        // may be missed
	Subject    *string  `json:"subject"`      // nil: not labelled; | parts what is as right
}

// tellsAs is what the labels call metrics that the first list did not have,
// where they use neither the metric's code nor that of its indicator. Without a
// metric such a figure is right too.
var tellsAs = map[string][]string{
	"documents":               {"documents_published"},
	"carried_in":              {"requests_carried_in"},
	"carried_out":             {"requests_carried_out"},
	"channel":                 {"requests_in_person", "requests_fax", "requests_online", "requests_mail"},
	"request_channel.email":   {"requests_online"},
	"request_channel.offline": {"requests_in_person", "requests_mail"},
	"proposals":               {"proposals_published", "proposals_answered"},
	"meetings":                {"meetings_published"},
	"media":                   {"media_reports"},
	"repealed":                {"normative_documents_repealed"},
	"in_force":                {"normative_documents_in_force"},
	"hotline_cases":           {"hotline_resolved", "hotline_received"},
	"litigation_pending":      {"lawsuits_pending"},
	"calls":                   {"hotline_received", "hotline_resolved"},
}

// told is the metric that a label means, "" where it means none.
func (e expected) told() string {
	if e.Metric != "" {
		return e.Metric
	}
	if e.Other == "answer_rate" {
		return "requests_rate"
	}
	for _, m := range catalog.Metrics() {
		if m.Code == e.Other {
			return m.Code
		}
		for _, sum := range m.Indicators {
			if len(sum) == 1 && sum[0] == e.Other { // a term of a sum is a part
				return m.Code
			}
		}
	}
	return ""
}

// result reports whether the metric counts one result of lawsuits of both kinds, and
// the label that of one kind.
func (e expected) result(metric string) bool {
	m, ok := catalog.LookupMetric(metric)
	return ok && !strings.HasSuffix(e.Other, ".total") && slices.ContainsFunc(m.Indicators, func(sum []string) bool { return slices.Contains(sum, e.Other) })
}

func (e expected) takes(metric string) bool {
	return metric == e.told() || slices.Contains(e.MetricAlso, metric) || metric != "" && (slices.Contains(tellsAs[e.Other], metric) || e.result(metric))
}

// sameSubject reports whether a subject is one of those wanted, a longer phrase
// that ends in it or a shorter one that it ends in.
func sameSubject(wanted []string, subject string) bool {
	return slices.ContainsFunc(wanted, func(want string) bool {
		return subject == want || subject != "" && (strings.HasSuffix(subject, want) || strings.HasSuffix(want, subject))
	})
}

func readLabelled(t *testing.T, path string) []labelled {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []labelled
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		var l labelled
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatalf("%s:%d: %v", path, n, err)
		}
		all = append(all, l)
	}
	if err := lines.Err(); err != nil || len(all) == 0 {
		t.Fatalf("%s: %d paragraphs (%v)", path, len(all), err)
	}
	return all
}

// TestLabelled holds the reader against paragraphs that were labelled by people
// who had not read the rules. A figure is right when its place, value and metric
// are; a metric told wrongly or where there is none costs precision, one that is
// lost costs recall.
func TestLabelled(t *testing.T) {
	paths, _ := filepath.Glob("testdata/*.jsonl")
	if shared := "../../../shared/cases/words.jsonl"; exists(shared) {
		paths = append(paths, shared)
	}
	for _, p := range paths {
		t.Run(filepath.Base(p), func(t *testing.T) { judgeLabelled(t, readLabelled(t, p)) })
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

type tally struct {
	metric                   score // of figures that have a metric
	figures                  score
	subjects, rightSubjects  int
	attributes, rightlyAdded int
}

func judgeLabelled(t *testing.T, all []labelled) {
	r := reader(t)
	var total tally
	kinds := map[string]*tally{}
	for _, l := range all {
		kind := l.Note
		if kind == "" || l.ID[0] == 'K' {
			kind = strings.TrimRight(l.ID, "abcdefghijklmnopqrstuvwxyz")
		}
		if kinds[kind] == nil {
			kinds[kind] = &tally{}
		}
		sections := []report.Section{{Number: 1, Text: l.Text}}
		found := r.Mentions(report.Meta{}, sections)
		holdsTogether(t, sections, found)
		var faults []string
		for _, into := range []*tally{kinds[kind], &total} {
			faults = into.judge(l, found)
		}
		if len(faults) > 0 && testing.Verbose() {
			t.Logf("%s %s\n\t%s", l.ID, l.Text, strings.Join(faults, "\n\t"))
		}
	}
	var b strings.Builder
	names := make([]string, 0, len(kinds))
	for k := range kinds {
		names = append(names, k)
	}
	slices.Sort(names)
	for _, k := range names {
		fmt.Fprintf(&b, "%-28s %s\n", k, kinds[k])
	}
	t.Logf("\n%sall      %s", b.String(), &total)
	if p := total.metric.precision(); p < 0.97 {
		t.Errorf("precision of metrics %.3f, want at least 0.97", p)
	}
	if r := total.metric.recall(); r < 0.95 {
		t.Errorf("recall of metrics %.3f, want at least 0.95", r)
	}
	if s := ratio(total.rightSubjects, total.subjects); s < 0.95 {
		t.Errorf("%.3f of the subjects are right, want at least 0.95", s)
	}
}

func (c *tally) String() string {
	return fmt.Sprintf("metric P %.3f R %.3f  figure P %.3f R %.3f  subject %d/%d  qualifier and part %d/%d",
		c.metric.precision(), c.metric.recall(), c.figures.precision(), c.figures.recall(), c.rightSubjects, c.subjects, c.rightlyAdded, c.attributes)
}

// judge counts what is right and names what is not.
func (c *tally) judge(l labelled, found []report.Mention) (faults []string) {
	at := make([]int, len(l.Expect)) // the mention of each label
	taken := make([]bool, len(found))
	for n, e := range l.Expect {
		at[n] = slices.IndexFunc(found, func(m report.Mention) bool { return m.Raw == e.Raw && m.Value == e.Value })
		for k := range found { // the first that is not taken
			if !taken[k] && found[k].Raw == e.Raw && found[k].Value == e.Value {
				at[n] = k
				break
			}
		}
		if at[n] < 0 {
			if !e.Minor {
				c.figures.missed++
				if e.told() != "" && !slices.Contains(e.MetricAlso, "") {
					c.metric.missed++
				}
				faults = append(faults, "missed "+e.Raw)
			}
			continue
		}
		m := found[at[n]]
		taken[at[n]] = true
		c.figures.found++
		switch {
		case e.takes(m.Metric) && m.Metric != "":
			c.metric.found++
		case e.takes(m.Metric):
		default:
			if m.Metric != "" {
				c.metric.wrong++
			}
			if e.told() != "" {
				c.metric.missed++
			}
			faults = append(faults, fmt.Sprintf("%s is %q, want %q %v %s", e.Raw, m.Metric, e.told(), e.MetricAlso, e.Other))
		}
		if e.Subject != nil {
			c.subjects++
			if sameSubject(strings.Split(*e.Subject, "|"), m.Subject) {
				c.rightSubjects++
			} else {
				faults = append(faults, fmt.Sprintf("%s counts %q, want %q", e.Raw, m.Subject, *e.Subject))
			}
		}
		if e.Qualifier != nil {
			c.attributes++
			if *e.Qualifier == m.Qualifier {
				c.rightlyAdded++
			} else {
				faults = append(faults, fmt.Sprintf("%s is qualified %q, want %q", e.Raw, m.Qualifier, *e.Qualifier))
			}
		}
		if !e.PartOpen {
			c.attributes++
			if (e.PartOf == nil) == (m.PartOf == nil) && (e.PartOf == nil || at[*e.PartOf] == *m.PartOf) {
				c.rightlyAdded++
			} else {
				faults = append(faults, fmt.Sprintf("%s: part %s, want %s", e.Raw, index(m.PartOf), index(e.PartOf)))
			}
		}
	}
	for k, m := range found {
		if taken[k] || slices.ContainsFunc(l.Expect, func(e expected) bool { return e.Raw == m.Raw && e.takes(m.Metric) }) {
			continue // 均为0件 is two mentions, and one label
		}
		c.figures.wrong++
		if m.Metric != "" {
			c.metric.wrong++
		}
		faults = append(faults, fmt.Sprintf("%s %q is no figure", m.Raw, m.Metric))
	}
	return faults
}

func index(n *int) string {
	if n == nil {
		return "none"
	}
	return fmt.Sprint(*n)
}
