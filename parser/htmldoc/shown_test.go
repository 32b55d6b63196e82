package htmldoc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

// pages are the fixtures of this package and the captures of the whole program.
func pagePaths(t *testing.T) []string {
	t.Helper()
	paths := fixtures(t)
	for _, pattern := range []string{"reports/*.html", "wild/*.html", "site/*/*.html", "site/*/*/*.html", "site/*/*/*/*.html"} {
		found, err := filepath.Glob(filepath.Join("..", "..", "testdata", filepath.FromSlash(pattern)))
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: no page: %v", pattern, err)
		}
		paths = append(paths, found...)
	}
	return paths
}

// Every cell and every line that was read has the place where it stands, and
// nothing else stands there.
func TestShownPlaces(t *testing.T) {
	cells, lines := 0, 0
	for _, path := range pagePaths(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		s, err := Show(t.Context(), data, "")
		if err != nil {
			t.Fatal(err)
		}
		c, l, err := checkPlaces(s)
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		cells, lines = cells+c, lines+l
	}
	t.Logf("%d cells and %d lines", cells, lines)
	if cells < 5000 || lines < 1000 {
		t.Errorf("only %d cells and %d lines were looked at", cells, lines)
	}
}

func TestShownPlacesOfAnyPage(t *testing.T) {
	placed := 0
	rapid.Check(t, func(t *rapid.T) {
		page := randomPage(t, "a<b>", "<p>", "</div>", "<td", "</span>", "<", "<script>", "<img src=x onerror=alert(1)>")
		s, err := Show(t.Context(), []byte(page), "")
		if err != nil {
			t.Fatal(err)
		}
		c, l, err := checkPlaces(s)
		if err != nil {
			t.Fatalf("%s\n%v", page, err)
		}
		placed += c + l
	})
	least := 50
	if testing.Short() {
		least /= 10 // rapid draws a fifth of the pages then, and they differ much
	}
	if placed < least {
		t.Errorf("only %d places were found", placed)
	}
}

// checkPlaces looks at each place of a document and holds what stands there against
// what was read.
func checkPlaces(s *Shown) (cells, lines int, err error) {
	look := func(at report.Locator, want string) error {
		place := s.Place(at)
		if len(place) == 0 {
			return fmt.Errorf("%v is not found", at)
		}
		var b strings.Builder
		nested := false
		for _, n := range place {
			nested = said(n, &b) || nested
		}
		w, g := squeezed(want), squeezed(b.String())
		if at.Column == 0 && at.Row > 0 { // a row that is drawn with text
			bars := strings.NewReplacer("|", "", "｜", "", "│", "", "┃", "")
			w, g = bars.Replace(w), bars.Replace(g)
		}
		// The text of a cell may hold other tables than its own; lines of one cell
		// share its text.
		if w != g && !nested && (at.Line == 0 || g != "" && !strings.Contains(g, w)) {
			return fmt.Errorf("%v was read as %q and %q stands there", at, w, g)
		}
		return nil
	}
	for _, b := range s.Document.Blocks {
		if b.Kind != document.Table {
			lines++
			if err := look(report.Line(b.Line), b.Text); err != nil {
				return cells, lines, err
			}
			continue
		}
		for r := range b.Grid.Rows {
			row := report.Locator{Table: b.Grid.Number, Row: r + 1}
			if place := s.Place(row); len(place) > 0 && place[0].Type == html.TextNode {
				cells++
				want := ""
				for _, c := range b.Grid.Own(r) {
					want += c.Text
				}
				if err := look(row, want); err != nil {
					return cells, lines, err
				}
				continue
			}
			for _, c := range b.Grid.Own(r) {
				cells++
				if err := look(b.Grid.Locator(c), c.Text); err != nil {
					return cells, lines, err
				}
			}
		}
	}
	return cells, lines, nil
}

// said adds the texts of a node that are not only to be seen, and reports whether a
// table is in it.
func said(n *html.Node, b *strings.Builder) (table bool) {
	for p := n; p != nil; p = p.Parent {
		if p.Data == "s" || p.Data == "strike" || p.Data == "del" || p.Data == "output" || p.Data == "rt" || slices.ContainsFunc(p.Attr, func(a html.Attribute) bool {
			return a.Key == "style" && (strings.Contains(a.Val, "visibility:hidden") || strings.Contains(a.Val, "line-through"))
		}) {
			return false
		}
	}
	if n.Type == html.TextNode {
		b.WriteString(n.Data)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		table = said(c, b) || c.Data == "table" || table
	}
	return table
}

// squeezed is a text without white space, what separates two notes and pictures,
// and with all characters raised: whether they were, the page itself shows.
func squeezed(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r < ' ' || r == 0x7F || string(r) == document.Unread {
			return -1
		}
		if i := slices.Index([]rune("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"), r); i >= 0 {
			return []rune("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾")[i]
		}
		if i := slices.Index([]rune("ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"), r); i >= 0 {
			return []rune("ᵃᵉʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛˣ")[i]
		}
		if raised := []rune(document.Raised.Write(string(r)))[0]; raised != ' ' {
			return raised
		}
		return -1
	}, s)
}

// What is not shown is not in the tree, and what is has its own names.
func TestShow(t *testing.T) {
	page := `<html><head><title>t</title><style>b{color:red}</style></head><body><!-- c --><script>1</script><p hidden>藏</p>
<p class=a><b>甲</b><span style="visibility:hidden">乙</span><input value=丙><input><select><option>丁<option selected>戊</select><svg><text>己</text></svg>
<table><tr><td colspan=9999>1<td rowspan="2x">2<td>3<td>4</table>`
	s, err := Show(t.Context(), []byte(page), "")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := html.Render(&b, s.Root); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<b>甲</b>`, `<span style="visibility:hidden"`, `<output>丙</output>`, `<output>戊</output>`, `<td colspan="1000">1</td><td rowspan="2">2</td>`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s in %s", want, &b)
		}
	}
	for _, no := range []string{"script", "<style", "藏", "丁", "己", "<!--", "title"} {
		if strings.Contains(b.String(), no) {
			t.Errorf("%s is left in %s", no, &b)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Show(ctx, []byte("<p>1"), ""); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
