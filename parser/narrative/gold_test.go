package narrative

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
)

// goldMention is what the gold set says of one figure.
type goldMention struct {
	metric    string
	also      []string // other metrics that are as right, "" for none
	value     float64
	unit      string
	qualifier string
	partOf    int      // 1-based among the sentence's figures, 0 for none
	subjects  []string // any of them; nil where none is given
}

// is reports whether a mention with this metric, value and unit is the one meant.
func (g goldMention) is(m goldMention) bool {
	return (g.metric == m.metric || slices.Contains(g.also, m.metric)) && g.value == m.value && g.unit == m.unit
}

func (g goldMention) String() string {
	s := strings.TrimSpace(fmt.Sprintf("%s %v %s %s", orDash(g.metric), g.value, g.unit, g.qualifier))
	if g.partOf > 0 {
		s += fmt.Sprintf(" ^%d", g.partOf)
	}
	return s
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

type goldSentence struct {
	file     string
	line     int
	kind     string // from the ## above it, else the file's name
	text     string
	mentions []goldMention
}

func readGold(t *testing.T, path string) []goldSentence {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []goldSentence
	kind := filepath.Base(path)
	for n, line := range strings.Split(string(b), "\n") {
		switch {
		case strings.HasPrefix(line, "## "):
			kind, _, _ = strings.Cut(line[3:], ":")
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, ">"):
			if len(all) == 0 {
				t.Fatalf("%s:%d: figures without a sentence", path, n+1)
			}
			last := &all[len(all)-1]
			for part := range strings.SplitSeq(line[1:], ";") {
				f := strings.Fields(part)
				var g goldMention
				for i, code := range strings.Split(f[0], "|") {
					if _, ok := catalog.LookupMetric(code); !ok && code != "-" {
						t.Fatalf("%s:%d: unknown metric %q", path, n+1, code)
					}
					code = strings.TrimPrefix(code, "-")
					if i == 0 {
						g.metric = code
					} else {
						g.also = append(g.also, code)
					}
				}
				var err error
				if g.value, err = strconv.ParseFloat(f[1], 64); err != nil {
					t.Fatalf("%s:%d: %v", path, n+1, err)
				}
				for _, w := range f[2:] {
					switch {
					case w[0] == '^':
						g.partOf, err = strconv.Atoi(w[1:])
						if err != nil {
							t.Fatalf("%s:%d: %v", path, n+1, err)
						}
					case w[0] == '@':
						g.subjects = strings.Split(w[1:], "|")
					case slices.Contains([]string{QualifierApprox, QualifierAtLeast, QualifierAtMost, QualifierCumulative, QualifierNone}, w):
						g.qualifier = w
					default:
						g.unit = w
					}
				}
				last.mentions = append(last.mentions, g)
			}
		default:
			all = append(all, goldSentence{file: filepath.Base(path), line: n + 1, kind: kind, text: line})
		}
	}
	return all
}

// score counts, for one metric or for all of them.
type score struct{ found, missed, wrong int }

func (s score) precision() float64 { return ratio(s.found, s.found+s.wrong) }
func (s score) recall() float64    { return ratio(s.found, s.found+s.missed) }

func ratio(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}

// TestGold holds the reader against sentences in the manner of real reports.
// A figure is found when metric, value and unit are right; qualifier and part
// are counted by themselves. heldout.txt was written with the rest and not
// looked at while the rules were made.
func TestGold(t *testing.T) {
	paths, err := filepath.Glob("testdata/gold/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no sentences in testdata/gold (%v)", err)
	}
	var develop, heldout []goldSentence
	for _, p := range paths {
		if filepath.Base(p) == "heldout.txt" {
			heldout = readGold(t, p)
		} else {
			develop = append(develop, readGold(t, p)...)
		}
	}
	if n := len(develop) + len(heldout); n < 300 {
		t.Errorf("%d sentences, want at least 300", n)
	}
	t.Run("develop", func(t *testing.T) { judge(t, develop) })
	t.Run("heldout", func(t *testing.T) { judge(t, heldout) })
}

func judge(t *testing.T, sentences []goldSentence) {
	r := reader(t)
	var all score
	metrics, kinds := map[string]*score{}, map[string]*score{}
	of := func(m map[string]*score, name string) *score {
		if m[name] == nil {
			m[name] = &score{}
		}
		return m[name]
	}
	var attributes, attributesRight, subjects, subjectsRight int
	var faulty []string // sentences with what went wrong
	for _, g := range sentences {
		sections := []report.Section{{Number: 1, Text: g.text}}
		found := r.Mentions(report.Meta{}, sections)
		holdsTogether(t, sections, found)
		var faults []string
		want := slices.Clone(g.mentions)
		for _, f := range found {
			m := goldMention{metric: f.Metric, value: f.Value, unit: f.Unit, qualifier: f.Qualifier}
			if f.PartOf != nil {
				m.partOf = *f.PartOf + 1
			}
			i := slices.IndexFunc(want, func(w goldMention) bool { return w.is(m) })
			if i < 0 {
				all.wrong++
				of(metrics, m.metric).wrong++
				of(kinds, g.kind).wrong++
				faults = append(faults, "wrong "+m.String())
				continue
			}
			w := want[i]
			all.found++
			of(metrics, m.metric).found++
			of(kinds, g.kind).found++
			attributes += 2
			if w.qualifier == m.qualifier {
				attributesRight++
			} else {
				faults = append(faults, m.String()+" is qualified "+w.qualifier)
			}
			if w.partOf == m.partOf {
				attributesRight++
			} else {
				faults = append(faults, fmt.Sprintf("%s is part %d", m, w.partOf))
			}
			if w.subjects != nil {
				subjects++
				if sameSubject(w.subjects, f.Subject) {
					subjectsRight++
				} else {
					faults = append(faults, fmt.Sprintf("%s counts %q and not %q", m, w.subjects, f.Subject))
				}
			}
			want = slices.Delete(want, i, i+1)
		}
		for _, w := range want {
			all.missed++
			of(metrics, w.metric).missed++
			of(kinds, g.kind).missed++
			faults = append(faults, "missed "+w.String())
		}
		if len(faults) > 0 {
			faulty = append(faulty, fmt.Sprintf("testdata/gold/%s:%d: %s: %s\n\t%s", g.file, g.line, g.kind, g.text, strings.Join(faults, "\n\t")))
		}
	}
	var b strings.Builder
	row := func(name string, s *score) {
		if s != nil {
			fmt.Fprintf(&b, "%-30s %6d %6d %6d  %.4f    %.4f\n", orDash(name), s.found, s.missed, s.wrong, s.precision(), s.recall())
		}
	}
	fmt.Fprintf(&b, "%-30s %6s %6s %6s  precision recall\n", "metric", "found", "missed", "wrong")
	for _, m := range append(catalog.Metrics(), catalog.Metric{}) {
		row(m.Code, metrics[m.Code])
	}
	for _, k := range slices.Sorted(maps.Keys(kinds)) {
		row(k, kinds[k])
	}
	row("all", &all)
	fmt.Fprintf(&b, "%d sentences; qualifiers and parts right: %d of %d, subjects: %d of %d", len(sentences), attributesRight, attributes, subjectsRight, subjects)
	t.Log("\n" + b.String())
	for _, m := range []struct {
		what     string
		is, want float64
	}{
		{"precision", all.precision(), 0.97},
		{"recall", all.recall(), 0.95},
		{"the share of right qualifiers and parts", ratio(attributesRight, attributes), 0.97},
		{"the share of right subjects", ratio(subjectsRight, subjects), 0.95},
	} {
		if m.is < m.want {
			t.Errorf("%s is %.4f, want at least %.4f", m.what, m.is, m.want)
		}
	}
	const most = 40 // sentences
	if t.Failed() && len(faulty) > most && !testing.Verbose() {
		faulty = append(faulty[:most], fmt.Sprintf("and %d sentences more; -v lists them all", len(faulty)-most))
	}
	if t.Failed() || testing.Verbose() {
		t.Log(strings.Join(faulty, "\n"))
	}
}
