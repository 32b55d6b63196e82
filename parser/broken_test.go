package parser_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nianbao/parser"
	"nianbao/parser/internal/flattened"
)

// brokenStyles are those whose rows are lines of cells between bars or tabs.
var brokenStyles = []string{"pipes", "pipes, closed", "pipes padded at the end", "tabs", "markdown"}

// breaks are ways in which a program that fills lines, or a person who pastes them,
// breaks the row of a table over lines. Each tells where among n places, before and
// behind the marks between cells.
var breaks = []struct {
	name  string
	share float64 // of the rows
	at    func(r *rand.Rand, n int) []int
	with  string // put between the parts
}{
	{"at one mark", 0.15, one, "\n"},
	{"at one mark of most rows", 0.7, one, "\n"},
	{"at one mark, an empty line between", 0.15, one, "\n\n"},
	{"at one mark, the rest indented", 0.15, one, "\n    "},
	{"of a row or two", 0.02, one, "\n"},
	{"at each mark", 0.15, func(_ *rand.Rand, n int) (at []int) {
		for i := 1; i < n; i += 2 {
			at = append(at, i)
		}
		return at
	}, "\n"},
	{"at two marks", 0.2, func(r *rand.Rand, n int) []int { return []int{r.IntN(n), r.IntN(n)} }, "\n"},
	{"before the last cell", 0.3, func(_ *rand.Rand, n int) []int { return []int{n - 1} }, "\n"},
	{"behind the first cell", 0.3, func(r *rand.Rand, _ int) []int { return []int{r.IntN(2)} }, "\n"},
}

func one(r *rand.Rand, n int) []int { return []int{r.IntN(n)} }

// breakRows breaks some of the rows of a text.
func breakRows(text string, r *rand.Rand, share float64, at func(*rand.Rand, int) []int, with string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		var places []int
		for k, c := range line {
			if c == '|' || c == '│' || c == '\t' {
				places = append(places, k, k+len(string(c)))
			}
		}
		if len(places) < 4 || r.Float64() >= share {
			continue
		}
		var b strings.Builder
		from := 0
		where := at(r, len(places))
		slices.Sort(where)
		for _, k := range slices.Compact(where) {
			b.WriteString(line[from:places[k]] + with)
			from = places[k]
		}
		lines[i] = b.String() + line[from:]
	}
	return strings.Join(lines, "\n")
}

// TestBrokenRows breaks the rows of generated tables over lines: what nobody can put
// together again may be left out, and nothing is read wrongly. Six reports of
// each style are broken in each way, or one in a hundred of NIANBAO_FLATTENED_SEEDS.
func TestBrokenRows(t *testing.T) {
	seeds := 6
	if n, err := strconv.Atoi(os.Getenv("NIANBAO_FLATTENED_SEEDS")); err == nil {
		seeds = max(n/100, 1)
	}
	p := parser.New(parser.Config{Timeout: patience})
	t.Cleanup(func() { p.Close() })
	all := flattened.Styles()
	for _, b := range breaks {
		t.Run(b.name, func(t *testing.T) {
			for _, style := range brokenStyles {
				first := int64(slices.Index(all, style))
				if first < 0 {
					t.Fatalf("there is no style %q", style)
				}
				var sum reading
				for k := range int64(seeds) {
					text, truth := flattened.Generate(first + k*int64(len(all)))
					broken := breakRows(string(text), rand.New(rand.NewPCG(uint64(truth.Seed), 7)), b.share, b.at, b.with)
					r := readGenerated(p, []byte(broken), truth)
					if r.err != nil {
						t.Errorf("%s, seed %d: %v", style, truth.Seed, r.err)
					}
					if sum.add(r); len(r.wrong)+len(r.falseBlank) > 0 {
						t.Errorf("%s, seed %d %q:%s%s", style, truth.Seed, truth.Twists, listed("wrong", r.wrong), listed("false blank", r.falseBlank))
						if os.Getenv("NIANBAO_FLATTENED_SEED") == fmt.Sprint(truth.Seed) {
							t.Log(broken)
						}
					}
				}
				t.Log(sum.row(style, seeds))
			}
		})
	}
}
