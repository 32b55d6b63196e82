package pdfdoc

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
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
	pageNumber = regexp.MustCompile(`^(?:第)?[\s\t]*([0-9]{1,4}|[一二三四五六七八九十]{1,3})[\s\t]*(?:页)?(?:[\s\t/／,，共]*[0-9一二三四五六七八九十]{1,4}[\s\t]*(?:页)?)?$`)
	dashes     = "-‐‑–—―─－·•．.~～_ \t"
)

// Margins are where running headers and page numbers stand: parts of a page's
// height.
const (
	headZone = 0.12
	footZone = 0.88
	edgeMost = 3 // lines at either edge that are looked at
)

// dropMargins takes page numbers and running headers and footers out of the
// pages. A number alone is only dropped where it is dressed as a page number
// (—3—, 第3页) or counts the pages; a text, where another page has it at the same
// place.
func dropMargins(pages []content) {
	type place struct {
		text string
		y    int
	}
	repeated := map[place]int{}
	offsets := map[int]int{} // bare numbers, by their distance from the page's index
	each := func(do func(page int, it item) bool) {
		for i := range pages {
			p := &pages[i]
			kept := p.items[:0:0]
			edge := marginItems(*p)
			for k, it := range p.items {
				if !edge[k] || !do(i, it) {
					kept = append(kept, it)
				}
			}
			p.items = kept
		}
	}
	row := func(it item) int { return int(math.Round(it.line.box.midY() / 4)) }
	each(func(page int, it item) bool {
		if n, bare := numberOf(it.text); bare {
			offsets[n-page]++
		}
		for _, s := range signatures(it.text, page) {
			repeated[place{s, row(it)}]++
		}
		return false
	})
	nonEmpty := 0
	for _, p := range pages {
		if len(p.items) > 0 {
			nonEmpty++
		}
	}
	each(func(page int, it item) bool {
		text := strings.TrimSpace(it.text)
		if n, bare := numberOf(text); bare {
			return offsets[n-page] >= 2 || nonEmpty == 1 && n == 1 && it.line.box.midY() > footZone*pages[page].height
		}
		if inner := strings.Trim(text, dashes); pageNumber.MatchString(inner) {
			return inner != text || strings.ContainsAny(inner, "页/／")
		}
		times := 0
		for _, s := range signatures(it.text, page) {
			n := 0
			for dy := -1; dy <= 1; dy++ {
				n += repeated[place{s, row(it) + dy}]
			}
			times = max(times, n)
		}
		return times >= 2 && 2*times >= nonEmpty
	})
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

var number = regexp.MustCompile(`[0-9]+`)
