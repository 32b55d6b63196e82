package narrative

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/parser/report"
)

// TestNeeds: what is left uncut, and what is remembered, changes no mention.
func TestNeeds(t *testing.T) {
	var texts []string
	golds, _ := filepath.Glob("testdata/gold/*.txt")
	for _, p := range golds {
		for _, g := range readGold(t, p) {
			texts = append(texts, g.text)
		}
	}
	labels, _ := filepath.Glob("testdata/*.jsonl")
	for _, p := range labels {
		for _, l := range readLabelled(t, p) {
			texts = append(texts, l.Text)
		}
	}
	if len(texts) < 1000 {
		t.Fatalf("%d texts", len(texts))
	}
	r := reader(t)
	all := *r
	all.known = newMemory[[]item]()
	all.grammar.Far = concepts{^uint64(0), ^uint64(0), ^uint64(0)}
	for n := 0; n < len(texts); n += 5 {
		// Five on one line, so that there are clauses and sentences far from figures.
		sections := []report.Section{{Number: 1, Heading: "一、总体情况", Text: strings.Join(texts[n:min(n+5, len(texts))], "")}}
		want := all.Mentions(report.Meta{}, sections)
		forget(&all)
		for range 2 {
			if d := cmp.Diff(want, r.Mentions(report.Meta{}, sections)); d != "" {
				t.Errorf("%s\n%s", sections[0].Text, d)
			}
		}
	}
}

// TestMemory: what is remembered is bounded.
func TestMemory(t *testing.T) {
	m := newMemory[int]()
	for i := range 4 * maxShard * len(m.shards) {
		m.put([]byte(strings.Repeat("无", i%40)+string(rune('一'+i%20000))), i)
	}
	n := 0
	for i := range m.shards {
		n += len(m.shards[i].of)
	}
	if n == 0 || n > maxShard*len(m.shards) {
		t.Errorf("%d texts are remembered", n)
	}
	m.put([]byte("公开"), 7)
	if v, ok := m.get([]byte("公开")); !ok || v != 7 {
		t.Errorf("%d is remembered of what was put there last (%v)", v, ok)
	}
}

// TestCutsOnlyClauses holds what is cut against the clauses that tell figures: what
// reading them needs at least. That some clauses come again pays for the ones before
// them.
func TestCutsOnlyClauses(t *testing.T) {
	r := reader(t)
	for name, dense := range map[string]bool{"prose": false, "dense": true} {
		cut, told := 0, strings.Builder{}
		for _, sec := range prose(t, dense) {
			var c cutting
			forget(r)
			text := folded(nil, []rune(sec.Text))
			for _, sp := range sentences(text) {
				c.read(r, sp.of(text), false)
				cut += len(c.text)
				clausesTold(&told, text[sp.start:sp.end])
			}
		}
		if ratio := float64(cut) / float64(told.Len()); ratio > 1.2 {
			t.Errorf("%s: %d bytes are cut, %.2f times those of the clauses that tell figures; want at most 1.2 times", name, cut, ratio)
		} else {
			t.Logf("%s: %d bytes are cut, %.2f times those of the clauses that tell figures", name, cut, ratio)
		}
	}
}

// Pieces are told apart by line ends: one within a piece is a blank as any other.
func TestLineEndsInPieces(t *testing.T) {
	r, err := New()
	if err != nil {
		t.Fatal(err)
	}
	mentions := func(heading string) []report.Mention {
		return r.Mentions(report.Meta{Year: 2021}, []report.Section{{Number: 3, Heading: heading, Text: "收到来信35件，办结7件。"}})
	}
	want := mentions("三、依申请公开 政府信息")
	if len(want) != 2 {
		t.Fatalf("%d mentions", len(want))
	}
	for _, end := range []string{"\n", "\r", "\v", "\u0085", "\u2028", "\x00"} {
		if diff := cmp.Diff(want, mentions("三、依申请公开"+end+"政府信息")); diff != "" {
			t.Errorf("%q (-want +got):\n%s", end, diff)
		}
	}
}
