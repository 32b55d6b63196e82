package parser_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"nianbao/parser"
	"nianbao/parser/specimen"
)

// TestStyles writes random reports in every style there is and reads them
// back: every figure that the page leaves no doubt about must be found, and
// no figure may be wrong. SPECIMENS sets how many reports a style and layout.
func TestStyles(t *testing.T) {
	n := 3
	if s := os.Getenv("SPECIMENS"); s != "" {
		fmt.Sscan(s, &n)
	}
	p := parser.New(parser.Config{})
	defer p.Close()
	styles := specimen.Styles()
	if len(styles) == 0 {
		t.Fatal("no style to test")
	}
	for _, style := range styles {
		t.Run(style.Name, func(t *testing.T) {
			for _, layout := range style.Layouts {
				for i := range n {
					truth := specimen.Random(rand.New(rand.NewPCG(uint64(i), 7)), layout)
					data, want, err := style.Write(truth)
					if err != nil {
						t.Fatal(err)
					}
					got, err := p.Parse(context.Background(), parser.Source{Name: truth.Name + style.Extension, Data: data})
					if err != nil {
						t.Fatal(err)
					}
					if d := want.Compare(got); !d.OK() {
						var why strings.Builder
						for _, f := range got.Findings {
							fmt.Fprintf(&why, "  %s: %s (%s)\n", f.Rule, f.Message, f.Locator)
						}
						t.Fatalf("%s, layout %s, report %d: %s\nfindings:\n%s", style.Name, layout, i, d, why.String())
					}
				}
			}
		})
	}
}
