package narrative

import (
	"fmt"
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
	value     float64
	unit      string
	qualifier string
	partOf    int // 1-based among the sentence's figures, 0 for none
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
	for n, line := range strings.Split(string(b), "\n") {
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, ">"):
			if len(all) == 0 {
				t.Fatalf("%s:%d: figures without a sentence", path, n+1)
			}
			last := &all[len(all)-1]
			for part := range strings.SplitSeq(line[1:], ";") {
				f := strings.Fields(part)
				var g goldMention
				if f[0] != "-" {
					g.metric = f[0]
					if _, ok := catalog.LookupMetric(f[0]); !ok {
						t.Fatalf("%s:%d: unknown metric %q", path, n+1, f[0])
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
					case slices.Contains([]string{QualifierApprox, QualifierAtLeast, QualifierAtMost, QualifierCumulative}, w):
						g.qualifier = w
					default:
						g.unit = w
					}
				}
				last.mentions = append(last.mentions, g)
			}
		default:
			all = append(all, goldSentence{file: filepath.Base(path), line: n + 1, text: line})
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
	metrics := map[string]*score{}
	of := func(metric string) *score {
		if metrics[metric] == nil {
			metrics[metric] = &score{}
		}
		return metrics[metric]
	}
	var attributes, attributesRight int
	for _, g := range sentences {
		sections := []report.Section{{Number: 1, Text: g.text}}
		found := r.Mentions(sections)
		holdsTogether(t, sections, found)
		got := make([]goldMention, len(found))
		for i, m := range found {
			got[i] = goldMention{m.Metric, m.Value, m.Unit, m.Qualifier, 0}
			if m.PartOf != nil {
				got[i].partOf = *m.PartOf + 1
			}
		}
		want := slices.Clone(g.mentions)
		same := slices.Equal(got, want)
		for _, m := range got {
			i := slices.IndexFunc(want, func(w goldMention) bool {
				return w.metric == m.metric && w.value == m.value && w.unit == m.unit
			})
			if i < 0 {
				all.wrong++
				of(m.metric).wrong++
				continue
			}
			all.found++
			of(m.metric).found++
			attributes += 2
			if want[i].qualifier == m.qualifier {
				attributesRight++
			}
			if want[i].partOf == m.partOf {
				attributesRight++
			}
			want = slices.Delete(want, i, i+1)
		}
		for _, w := range want {
			all.missed++
			of(w.metric).missed++
		}
		if !same && testing.Verbose() {
			t.Logf("%s:%d: %s\n\twant %v\n\tgot  %v", g.file, g.line, g.text, g.mentions, got)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%-28s %6s %6s %6s  precision recall\n", "metric", "found", "missed", "wrong")
	for _, m := range append(catalog.Metrics(), catalog.Metric{}) {
		if s := metrics[m.Code]; s != nil {
			fmt.Fprintf(&b, "%-28s %6d %6d %6d  %.3f     %.3f\n", orDash(m.Code), s.found, s.missed, s.wrong, s.precision(), s.recall())
		}
	}
	fmt.Fprintf(&b, "%-28s %6d %6d %6d  %.3f     %.3f  (%d sentences)\n", "all", all.found, all.missed, all.wrong, all.precision(), all.recall(), len(sentences))
	fmt.Fprintf(&b, "qualifiers and parts right   %d of %d", attributesRight, attributes)
	t.Log("\n" + b.String())
	if all.precision() < 0.97 {
		t.Errorf("precision %.3f, want at least 0.97", all.precision())
	}
	if all.recall() < 0.95 {
		t.Errorf("recall %.3f, want at least 0.95", all.recall())
	}
	if ratio(attributesRight, attributes) < 0.97 {
		t.Errorf("%d of %d qualifiers and parts are right, want at least 0.97 of them", attributesRight, attributes)
	}
}
