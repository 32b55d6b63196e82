package parser_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"nianbao/parser"
	"nianbao/parser/internal/flattened"
	"nianbao/testdata/often"
)

// plainStyles are the styles that leave nothing to be guessed: a reader that
// leaves out more than half of their figures has found a cheap way to be right.
var plainStyles = []string{"one cell a line", "one row a line", "pipes", "pipes, closed", "markdown", "tabs"}

// TestFlattened reads generated reports as the plain text that people get of
// them. A wrong figure or a false blank fails, a figure left out does not,
// except for plainStyles.
//
// Seeds 0 to NIANBAO_FLATTENED_SEEDS - 1 are read, 100 when it is not set, 200 with NIANBAO_OFTEN;
// NIANBAO_FLATTENED_SEED=17 reads that one alone and prints its text.
func TestFlattened(t *testing.T) {
	first, last := int64(0), int64(100)
	if often.Asked() {
		last = 200
	}
	number := func(name string, into *int64) bool {
		text := os.Getenv(name)
		if text == "" {
			return false
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		*into = n
		return true
	}
	number("NIANBAO_FLATTENED_SEEDS", &last)
	if number("NIANBAO_FLATTENED_SEED", &first) {
		text, _ := flattened.Generate(first)
		t.Logf("\n%s", text)
		last = first + 1
	}

	p := parser.New(parser.Config{PDF: pdfium, Timeout: patience})
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	readings := make([]reading, last-first)
	seeds := make(chan int64)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for seed := range seeds {
				readings[seed-first] = readFlattened(p, seed)
			}
		})
	}
	for seed := first; seed < last; seed++ {
		seeds <- seed
	}
	close(seeds)
	wg.Wait()

	// One style after the other, and only the first few reports of each in full.
	const shown = 3
	var table strings.Builder
	fmt.Fprintf(&table, "%-38s%8s%8s%12s%8s%8s\n", "style", "files", "wrong", "false blank", "cells", "missing")
	var all reading
	for _, style := range flattened.Styles() {
		var sum reading
		files, failed := 0, 0
		for _, r := range readings {
			if r.truth.Style != style {
				continue
			}
			files++
			sum.add(r)
			if r.err != nil {
				t.Errorf("%s, seed %d: %v", style, r.truth.Seed, r.err)
			}
			if len(r.wrong)+len(r.falseBlank) == 0 {
				continue
			}
			if failed++; failed <= shown {
				t.Errorf("%s, seed %d, layout %s %q:%s%s", style, r.truth.Seed, r.truth.Layout, r.truth.Twists,
					listed("wrong", r.wrong), listed("false blank", r.falseBlank))
			}
		}
		if failed > shown {
			t.Errorf("%s: %d reports in all read wrongly", style, failed)
		}
		if slices.Contains(plainStyles, style) && 2*len(sum.missing) > sum.cells {
			t.Errorf("%s: %d of %d figures are left out", style, len(sum.missing), sum.cells)
		}
		all.add(sum)
		fmt.Fprint(&table, sum.row(style, files))
	}
	fmt.Fprint(&table, all.row("all", len(readings)), "\nof these, by what else was done to the text\n")
	twists := map[string]reading{}
	files := map[string]int{}
	for _, r := range readings {
		for _, twist := range r.truth.Twists {
			sum := twists[twist]
			sum.add(r)
			twists[twist] = sum
			files[twist]++
		}
	}
	for _, twist := range slices.Sorted(maps.Keys(twists)) {
		fmt.Fprint(&table, twists[twist].row(twist, files[twist]))
	}
	t.Logf("\n%s", table.String())
}

type reading struct {
	truth                      flattened.Truth
	cells                      int // with a figure
	wrong, falseBlank, missing []flattened.Difference
	err                        error
}

func readFlattened(p *parser.Parser, seed int64) reading {
	text, truth := flattened.Generate(seed)
	return readGenerated(p, text, truth)
}

func readGenerated(p *parser.Parser, text []byte, truth flattened.Truth) reading {
	r := reading{truth: truth}
	for _, c := range truth.Cells {
		if c.Status.HasValue() {
			r.cells++
		}
	}
	rep, err := p.Parse(context.Background(), parser.Source{Name: truth.Name, Data: text})
	if err != nil {
		r.err = err
		return r
	}
	r.wrong, r.falseBlank, r.missing = flattened.Judge(rep, truth)
	return r
}

func (r *reading) add(o reading) {
	r.cells += o.cells
	r.wrong = append(r.wrong, o.wrong...)
	r.falseBlank = append(r.falseBlank, o.falseBlank...)
	r.missing = append(r.missing, o.missing...)
}

func (r reading) row(name string, files int) string {
	share := 0.0
	if r.cells > 0 {
		share = 100 * float64(len(r.missing)) / float64(r.cells)
	}
	return fmt.Sprintf("%-38s%8d%8d%12d%8d%7.1f%%\n", name, files, len(r.wrong), len(r.falseBlank), r.cells, share)
}

// listed is a list of differences, cut after the first few.
func listed(name string, list []flattened.Difference) string {
	const shown = 6
	var b strings.Builder
	for i, d := range list {
		if i == shown {
			fmt.Fprintf(&b, "\n    … %d %s in all", len(list), name)
			break
		}
		fmt.Fprintf(&b, "\n    %s: %s", name, d)
	}
	return b.String()
}
