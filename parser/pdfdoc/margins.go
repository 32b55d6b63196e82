package pdfdoc

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"nianbao/parser/lazyregexp"
)

// content is a page's text outside tables, and its tables, in reading order.
type content struct {
	items         []item
	width, height float64
	damaged       bool
}

type item struct {
	line  *line
	text  string // of the line
	row   bool   // it is one of a table's
	table *table
}

func (it item) box() box {
	if it.table != nil {
		return it.table.box
	}
	return it.line.box
}

// pageNumber matches what stands alone at a page's edge to number it.
var (
	pageNumber = lazyregexp.New(`^(?:第)?[\s\t]*([0-9]{1,4}|[一二三四五六七八九十]{1,3})[\s\t]*(?:页)?(?:[\s\t/／,，共]*[0-9一二三四五六七八九十]{1,4}[\s\t]*(?:页)?)?$`)
	dashes     = "-‐‑–—―─－·•．.~～_ \t"
)

// Margins are where running headers and page numbers stand: parts of a page's
// height.
const (
	headZone = 0.12
	footZone = 0.88
	edgeMost = 3 // lines at either edge that are looked at
)

// margins are what stands at the edges of pages.
type margins struct {
	repeated map[headerLine]int
	offsets  map[int]int // bare numbers, by their distance from the page's index
	pages    int         // with anything on them
}

// headerLine is what may be a line of a running header or footer, and about where.
type headerLine struct {
	text string
	row  int
}

func rowOf(it item) int { return int(math.Round(it.line.box.midY() / 4)) }

// dropMargins takes page numbers and running headers and footers out of the
// pages. A number alone is only dropped where it is dressed as a page number
// (—3—, 第3页) or counts the pages; a text, where another page has it at the same
// place.
func dropMargins(pages []content) {
	m := margins{repeated: map[headerLine]int{}, offsets: map[int]int{}}
	edges := make([][]bool, len(pages))
	for i, p := range pages {
		edges[i] = marginItems(p)
		if len(p.items) > 0 {
			m.pages++
		}
		for k, it := range p.items {
			if edges[i][k] {
				m.note(it, i)
			}
		}
	}
	for i, p := range pages {
		pages[i].items = nil
		for k, it := range p.items {
			if !edges[i][k] || !m.holds(it, i, p.height) {
				pages[i].items = append(pages[i].items, it)
			}
		}
	}
}

func (m *margins) note(it item, page int) {
	if n, bare := numberOf(it.text); bare {
		m.offsets[n-page]++
	}
	for _, s := range signatures(it.text, page) {
		m.repeated[headerLine{s, rowOf(it)}]++
	}
}

// holds reports whether a line at a page's edge is a page number, a header or a footer.
func (m *margins) holds(it item, page int, height float64) bool {
	text := strings.TrimSpace(it.text)
	if n, bare := numberOf(text); bare {
		return m.offsets[n-page] >= 2 || m.pages == 1 && n == 1 && it.line.box.midY() > footZone*height
	}
	if inner := strings.Trim(text, dashes); pageNumber.MatchString(inner) {
		return inner != text || strings.ContainsAny(inner, "页/／")
	}
	times := 0
	for _, s := range signatures(it.text, page) {
		n := 0
		for dy := -1; dy <= 1; dy++ {
			n += m.repeated[headerLine{s, rowOf(it) + dy}]
		}
		times = max(times, n)
	}
	return times >= 2 && 2*times >= m.pages
}

// marginItems marks the lines at a page's edges.
func marginItems(p content) []bool {
	edge := make([]bool, len(p.items))
	free := func(i int) bool { return p.items[i].line != nil && !p.items[i].row }
	for i := 0; i < len(p.items) && i < edgeMost && free(i) && p.items[i].line.box.midY() < headZone*p.height; i++ {
		edge[i] = true
	}
	for i := len(p.items) - 1; i >= 0 && i >= len(p.items)-edgeMost && free(i) && p.items[i].line.box.midY() > footZone*p.height; i-- {
		edge[i] = true
	}
	return edge
}

// numberOf reads a text that is nothing but digits.
func numberOf(text string) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	return n, err == nil && n >= 0 && n < 10_000 && !strings.ContainsAny(text, "+-")
}

// signatures are what a running header's text is known by on other pages: the
// text itself, and the text with one of its numbers counted from the page's. A
// line that differs in any other number is no header, for a figure may change.
func signatures(text string, page int) []string {
	text = strings.NewReplacer(" ", "", "\t", "").Replace(text)
	out := []string{text}
	for _, at := range number.FindAllStringIndex(text, 8) {
		n, err := strconv.Atoi(text[at[0]:at[1]])
		if err != nil || n-page < -9 || n-page > 9 {
			continue // no page's number
		}
		out = append(out, fmt.Sprintf("%s{%d}%s", text[:at[0]], n-page, text[at[1]:]))
	}
	return out
}

var number = lazyregexp.New(`[0-9]+`)
