package specimen

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
)

var layouts = []string{catalog.Layout2014, catalog.Layout2019, catalog.Layout2021}

func seeded(n uint64) *rand.Rand { return rand.New(rand.NewPCG(n, 7)) }

func TestLayoutKeysAreTheCatalogs(t *testing.T) {
	for _, layout := range layouts {
		var want []string
		for _, ind := range catalog.Indicators() {
			// One row stands for three in some reports of 2021; the form has the three.
			if ind.In(layout) && !(layout == catalog.Layout2021 && ind.Code == "requests.other_processing") {
				want = append(want, keysOf(ind.Code, layout)...)
			}
		}
		got := layoutKeys(layout)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("layout %s: %d keys, the catalogue has %d", layout, len(got), len(want))
		}
	}
}

func TestRandomIsConsistent(t *testing.T) {
	for _, layout := range layouts {
		for seed := range uint64(50) {
			truth := Random(seeded(seed), layout)
			if broken := truth.Contradictions(); len(broken) > 0 {
				t.Fatalf("layout %s seed %d: %v", layout, seed, broken)
			}
			for _, key := range layoutKeys(layout) {
				if truth.Status(key) != report.StatusReported {
					t.Fatalf("layout %s seed %d: %s is %s", layout, seed, key, truth.Status(key))
				}
			}
			if len(truth.Facts) != len(layoutKeys(layout)) {
				t.Fatalf("layout %s seed %d: %d facts, want %d", layout, seed, len(truth.Facts), len(layoutKeys(layout)))
			}
		}
	}
}

func TestStylesAreDeterministic(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Styles() {
		if seen[s.Name] || s.Shows == "" || s.Container == "" || s.Extension == "" || len(s.Layouts) == 0 {
			t.Errorf("style %q is named twice or not described", s.Name)
		}
		seen[s.Name] = true
		for _, layout := range s.Layouts {
			truth := Random(seeded(3), layout)
			before := fmt.Sprint(truth.Keys(), truth.Statuses, truth.Sections)
			a, wa, err := s.Write(truth)
			if err != nil {
				t.Fatalf("%s: %v", s.Name, err)
			}
			b, wb, _ := s.Write(Random(seeded(3), layout))
			if !bytes.Equal(a, b) || len(wa.Facts) != len(wb.Facts) {
				t.Errorf("%s, layout %s: two writings differ", s.Name, layout)
			}
			if fmt.Sprint(truth.Keys(), truth.Statuses, truth.Sections) != before {
				t.Errorf("%s, layout %s: the truth was changed", s.Name, layout)
			}
		}
	}
}

func TestWordPasteSize(t *testing.T) {
	s, ok := Find("html-word-paste")
	if !ok {
		t.Fatal("no such style")
	}
	for _, layout := range layouts {
		for seed := range uint64(5) {
			data, _, err := s.Write(Random(seeded(seed), layout))
			if err != nil {
				t.Fatal(err)
			}
			if n := len(data); n < 107<<10 || n > 120<<10 {
				t.Errorf("layout %s: %d bytes, want 107 to 120 KB", layout, n)
			}
		}
	}
}

func TestHTMLParses(t *testing.T) {
	for _, s := range Styles() {
		if s.Extension != ".html" {
			continue
		}
		for _, layout := range s.Layouts {
			data, want, err := s.Write(Random(seeded(11), layout))
			if err != nil {
				t.Fatal(err)
			}
			root, err := html.Parse(bytes.NewReader(data))
			if err != nil {
				t.Fatalf("%s: %v", s.Name, err)
			}
			cells := 0
			for n := range root.Descendants() {
				if n.Type == html.ElementNode && n.Data == "td" && strings.TrimSpace(s.Name) != "" {
					cells++
				}
			}
			if cells < len(want.Facts) {
				t.Errorf("%s, layout %s: %d cells for %d facts", s.Name, layout, cells, len(want.Facts))
			}
		}
	}
}
