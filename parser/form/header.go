package form

import (
	"fmt"
	"slices"
	"strings"

	"nianbao/parser/catalog"
)

// The header of a flattened table is what is left of it: pieces of its labels,
// in the order in which some program wrote them. tile puts the labels together
// again, and each table says which orders of its labels a printed form can give.

// tile is one label of a header, put together from pieces.
type tile struct {
	code        string
	first, last int // pieces it begins and ends with, counted in the header
	raw         string
}

// tiles joins all the pieces to labels of the groups, each label at most times
// over. It reports false where a piece is left.
func (x *lexicon) tiles(pieces []piece, times func(code string) int, groups ...group) (out []tile, ok bool) {
	type open struct {
		text string
		tile
	}
	var opened []open
	used := map[string]int{}
	failed := map[string]bool{} // what is open at a piece, where that led nowhere
	state := func(i int) string {
		texts := make([]string, 0, len(opened)+len(used))
		for _, o := range opened {
			texts = append(texts, o.text)
		}
		for code, n := range used {
			texts = append(texts, fmt.Sprint(code, n))
		}
		slices.Sort(texts)
		return fmt.Sprint(i, texts)
	}
	extend := func(text string) (code string, begins bool) {
		for _, g := range groups {
			for _, s := range x.spelling[g] {
				if s.text == text && used[s.code] < times(s.code) {
					return s.code, true
				}
				begins = begins || strings.HasPrefix(s.text, text)
			}
		}
		return "", begins
	}
	var walk func(i int) bool
	walk = func(i int) bool {
		if i == len(pieces) {
			return len(opened) == 0
		}
		here := state(i)
		if failed[here] || len(failed) > maxTiling {
			return false
		}
		p := &pieces[i]
		complete := func(t tile) bool {
			used[t.code]++
			out = append(out, t)
			if walk(i + 1) {
				return true
			}
			out = out[:len(out)-1]
			used[t.code]--
			return false
		}
		var longer []int // labels begun that the piece goes on with
		tried := map[string]bool{}
		for k, o := range opened {
			code, begins := extend(o.text + p.text)
			if tried[o.text] {
				continue
			}
			tried[o.text] = true
			if code != "" {
				rest := opened
				opened = slices.Delete(slices.Clone(opened), k, k+1)
				if complete(tile{code, o.first, i, o.raw + " " + p.raw}) {
					return true
				}
				opened = rest
			}
			if begins {
				longer = append(longer, k)
			}
		}
		code, begins := extend(p.text)
		if code != "" && complete(tile{code, i, i, p.raw}) {
			return true
		}
		for _, k := range longer {
			o := opened[k]
			opened[k] = open{o.text + p.text, tile{"", o.first, i, o.raw + " " + p.raw}}
			if walk(i + 1) {
				return true
			}
			opened[k] = o
		}
		if begins {
			opened = append(opened, open{p.text, tile{"", i, i, p.raw}})
			if walk(i + 1) {
				return true
			}
			opened = opened[:len(opened)-1]
		}
		failed[here] = true
		return false
	}
	if !walk(0) {
		return nil, false
	}
	slices.SortFunc(out, func(a, b tile) int { return a.first - b.first })
	return out, true
}

// maxTiling bounds the search of tiles; real headers take some hundred steps.
const maxTiling = 5_000

// interleaved reports whether the labels were written side by side, line by
// line: one begins before the one before it ends.
func interleaved(tiles []tile) bool {
	for i := 1; i < len(tiles); i++ {
		if tiles[i].first < tiles[i-1].last {
			return true
		}
	}
	return false
}

// once is how often a label that heads one column may stand in a header.
func once(string) int { return 1 }

// partOf reports whether a text is a label of the groups or a piece of one.
func (x *lexicon) partOf(text string, groups ...group) bool {
	return text != "" && slices.ContainsFunc(groups, func(g group) bool { return strings.Contains(x.whole[g], text) })
}

// begins reports whether a text is a label of the group or its beginning.
func (x *lexicon) begins(text string, g group) bool {
	return len(text) >= len("自然") && strings.Contains(x.whole[g], "\n"+text)
}

// rank is the place of a label among those of its group, which labels.csv lists
// in the order of the form.
func (x *lexicon) rank(g group, code string) int {
	return slices.IndexFunc(x.spelling[g], func(s spelling) bool { return s.code == code })
}

// ascending reports whether labels stand in the order of the form. Labels of no
// form, whose code is empty, stand anywhere.
func (x *lexicon) ascending(g group, codes []string) bool {
	last := -1
	for _, c := range codes {
		if c == "" {
			continue
		}
		n := x.rank(g, c)
		if n <= last {
			return false
		}
		last = n
	}
	return true
}

// legend is what the corner of the requests table says, in letters.
const legend = "本列数据的勾稽关系为第一项加第二项之和等于第三项加第四项之和"

// printedOrders are the orders in which a print of the requests table names
// natural persons (n), the heading of legal persons (l), their kinds (k) and the
// total (t). Natural persons and total span the two rows of the others, and so
// stand before, between or behind them.
var printedOrders = []string{"nkt", "nlkt", "nltk", "lntk", "lnkt"}

// totalFirst are orders of a table whose total stands first. They are believed
// where the sums of its rows say so.
var totalFirst = []string{"tnk", "tnlk"}

// noOrder are the columns of a header whose order cannot be known.
func noOrder() *columns { return &columns{flat: true} }

// applicantsAt reads the header of a flattened requests table that begins at
// piece i.
func (f *flatRun) applicantsAt(i int) (c *columns, next int, ok bool) {
	p := &f.pieces[i]
	if !p.has(groupApplicants) && !p.has(groupApplicant) && !f.lex.begins(p.text, groupApplicant) && !f.lex.begins(p.text, groupApplicants) {
		return nil, i, false
	}
	var region []piece
	kinds := map[string]bool{}
	next = i
	for ; next < len(f.pieces) && len(region) < maxHeader; next++ {
		p := &f.pieces[next]
		if p.kind != tokenText || p.prose || p.numbered && !p.has(groupApplicants) || p.glued != "" {
			break
		}
		if strings.Contains(legend, p.text) && len(p.text) > len("之和") {
			continue
		}
		q := *p
		if !f.lex.partOf(p.text, groupApplicants, groupApplicant) {
			code, _ := f.search(p.label, groupApplicant)
			if code == "" || len(p.means) > 0 {
				break
			}
			q.text = f.lex.spelling[groupApplicant][f.lex.rank(groupApplicant, code)].text
		}
		kinds[q.code(groupApplicant)] = true
		region = append(region, q)
	}
	tiles, whole := f.lex.tiles(region, once, groupApplicants, groupApplicant)
	if whole {
		for _, t := range tiles {
			kinds[t.code] = true
		}
	}
	delete(kinds, "")
	delete(kinds, "other_organization")
	delete(kinds, catalog.ApplicantTotal)
	delete(kinds, "situation")
	if len(kinds) < 3 {
		return nil, i, false
	}
	if !whole {
		return noOrder(), next, true
	}
	return f.applicantOrder(region, tiles), next, true
}

// maxHeader bounds the pieces of a header.
const maxHeader = 80

// applicantOrder is the columns of the header that tiles make, without any where a
// printed form cannot have given their order.
func (f *flatRun) applicantOrder(region []piece, tiles []tile) *columns {
	tiles = slices.DeleteFunc(tiles, func(t tile) bool { return t.code == "situation" })
	var codes, kinds []string
	order := ""
	line, oneLine := -1, true
	for _, t := range tiles {
		codes = append(codes, t.code)
		switch {
		case t.code == "natural_person":
			order += "n"
		case t.code == catalog.ApplicantTotal:
			order += "t"
		case t.code == "legal_person":
			order += "l"
		default:
			kinds = append(kinds, t.code)
			if !strings.HasSuffix(order, "k") {
				order += "k"
			}
		}
		for k := t.first; k <= t.last; k++ {
			oneLine = oneLine && (line < 0 || region[k].line == line)
			line = region[k].line
		}
	}
	if !slices.Contains(codes, "natural_person") || !slices.Contains(codes, catalog.ApplicantTotal) {
		return noOrder() // cut short: figures would be too many for it
	}
	standard := append(append([]string{"natural_person"}, kinds...), catalog.ApplicantTotal)
	switch {
	case interleaved(tiles):
		// Cells of two lines beside cells of one: line by line the order of the
		// columns is lost, and only the form as it is prescribed is sure.
		standard = byApplicants()
		if len(kinds) != len(standard)-2 {
			return noOrder()
		}
		c := flatColumns(standard)
		c.sums = sumsContest
		return c
	case !slices.Contains(codes, "legal_person") && oneLine:
		return flatColumns(codes) // a line of print goes from left to right
	case !f.lex.ascending(groupApplicant, kinds):
		return noOrder()
	case slices.Contains(totalFirst, order):
		c := flatColumns(append([]string{catalog.ApplicantTotal}, standard[:len(standard)-1]...))
		c.sums = sumsProve
		return c
	case !slices.Contains(printedOrders, order):
		return noOrder()
	}
	c := flatColumns(standard)
	if order != "nkt" && order != "nltk" {
		c.sums = sumsContest
	}
	return c
}

// flatColumns are columns of which nothing but the order is known.
func flatColumns(codes []string) *columns {
	leaves := make([]leaf, len(codes))
	for i, c := range codes {
		leaves[i] = leaf{code: c}
	}
	return flatLeaves(leaves)
}

func flatLeaves(leaves []leaf) *columns {
	c := newColumns(leaves)
	if c == nil {
		return noOrder()
	}
	c.flat, c.geometry = true, false
	return c
}

// resultsAt reads the header of a flattened table of section four.
func (f *flatRun) resultsAt(i int) (c *columns, next int, ok bool) {
	if !f.pieces[i].has(groupBody) {
		return nil, i, false
	}
	next = i
	for next < len(f.pieces) && next-i < maxHeader {
		p := &f.pieces[next]
		if p.kind != tokenText || p.prose || p.numbered || p.glued != "" || !f.lex.partOf(p.text, groupBody, groupResult) {
			break
		}
		next++
	}
	tiles, whole := f.lex.tiles(f.pieces[i:next], resultTimes, groupBody, groupResult)
	if !whole {
		results := 0
		for k := i; k < next; k++ {
			if f.pieces[k].has(groupResult) {
				results++
			}
		}
		return noOrder(), next, results >= 4
	}
	var bodies []string
	var results []string
	for _, t := range tiles {
		if f.lex.rank(groupResult, t.code) < 0 {
			bodies = append(bodies, t.code)
		} else {
			results = append(results, t.code)
		}
	}
	if len(results) < 4 {
		return nil, i, false
	}
	if !f.lex.ascending(groupBody, bodies) {
		return noOrder(), next, true
	}
	bodies = slices.DeleteFunc(bodies, func(b string) bool { return b == "litigation" }) // the heading of its two kinds
	if len(bodies) == 0 || len(results)%len(bodies) != 0 {
		return noOrder(), next, true
	}
	n := len(results) / len(bodies)
	if interleaved(tiles) {
		// Line by line the results of the proceedings are mixed: only all of
		// them are those of the form.
		if len(bodies) != 3 || n != 5 {
			return noOrder(), next, true
		}
		slices.SortStableFunc(results, func(a, b string) int { return f.lex.rank(groupResult, a) - f.lex.rank(groupResult, b) })
		run := slices.Compact(slices.Clone(results))
		results = slices.Concat(run, run, run)
	}
	var codes []string
	for k, body := range bodies {
		run := results[k*n : (k+1)*n]
		if !f.lex.ascending(groupResult, run) {
			return noOrder(), next, true
		}
		for _, r := range run {
			codes = append(codes, body+"."+r)
		}
	}
	c = flatColumns(codes)
	c.lined = interleaved(tiles)
	return c, next, true
}

// resultTimes is how often a label may stand in the header of section four.
func resultTimes(code string) int {
	switch {
	case code == "review", strings.HasPrefix(code, "litigation"):
		return 1
	}
	return 3
}

// metricsAt reads the header of a flattened table of section two.
func (f *flatRun) metricsAt(i int) (c *columns, next int, ok bool) {
	p := &f.pieces[i]
	corner := p.has(groupCorner)
	if !corner && !p.has(groupMetric) && !f.lex.begins(p.text, groupMetric) || p.glued != "" {
		return nil, i, false
	}
	next = i
	if corner {
		next++
	}
	var region []piece
	known, whole := false, false
	for ; next < len(f.pieces) && len(region) < 20; next++ {
		p := &f.pieces[next]
		if p.kind != tokenText || p.prose || p.glued != "" || p.has(groupSubject) || p.has(groupCorner) || p.has(groupArticle) {
			break
		}
		if unitLine(p.raw) != "" {
			continue
		}
		part := f.lex.partOf(p.text, groupMetric)
		if !part && (f.lex.partOf(p.text, groupSubject) || len(p.means) > 0 || !corner && len(region) == 0) {
			break
		}
		whole = whole || p.has(groupMetric)
		known = known || part
		region = append(region, *p)
	}
	if !known || !whole && !corner {
		return nil, i, false
	}
	// What stands before the first metric, without 信息内容, is a column as well.
	if !corner && i > 0 {
		if q := &f.pieces[i-1]; q.kind == tokenText && !q.prose && len(q.means) == 0 && q.glued == "" && len([]rune(q.raw)) <= 20 {
			region = slices.Insert(region, 0, *q)
		}
	}
	return f.metricColumns(region), next, true
}

// metricColumns are the columns that a header of section two names. A label that
// is not known keeps its place: it has figures too.
func (f *flatRun) metricColumns(region []piece) *columns {
	var leaves []leaf
	var parts []piece
	flush := func() bool {
		tiles, ok := f.lex.tiles(parts, once, groupMetric)
		var codes []string
		for _, t := range tiles {
			codes = append(codes, t.code)
		}
		oneLine := len(parts) == 0 || parts[0].line == parts[len(parts)-1].line
		if !ok || !(oneLine && !interleaved(tiles)) && !f.lex.ascending(groupMetric, codes) {
			return false
		}
		for _, t := range tiles {
			leaves = append(leaves, leaf{code: t.code, raw: t.raw})
			if l, ok := newLabel(t.raw); ok {
				f.voteByMetric(l)
			}
		}
		parts = nil
		return true
	}
	for _, p := range region {
		if f.lex.partOf(p.text, groupMetric) {
			parts = append(parts, p)
			continue
		}
		if !flush() {
			return noOrder()
		}
		code, _ := f.search(p.label, groupMetric)
		leaves = append(leaves, leaf{code: code, raw: p.raw})
	}
	if !flush() {
		return noOrder()
	}
	return flatLeaves(leaves)
}
