package flattened

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// annual is one report while it is made.
type annual struct {
	layout string
	year   int
	place  string
	rows   []stubRow // of section three
	blocks []block   // of section two
	keys   []string  // of the cells, in the order of the tables
	cells  map[string]Cell
}

// Styles are the names of the ways of printing, in the order of their table.
func Styles() (names []string) {
	for _, s := range styles {
		names = append(names, s.name)
	}
	return names
}

// Generate makes a report and prints it. Seeds go through the styles in turn.
func Generate(seed int64) (text []byte, truth Truth) {
	r := rand.New(rand.NewPCG(uint64(seed), 0x5eed))
	n := int64(len(styles))
	st := styles[((seed%n)+n)%n]

	a := &annual{year: 2019 + r.IntN(6), place: pick(r, "盱眙县", "清水县", "九原区", "随县", "武强县", "凉州区")}
	a.layout = "2021"
	switch {
	case st.annex && chance(r, 0.15):
		a.layout, a.year = "2014", 2014+r.IntN(5)
	case chance(r, 0.4):
		a.layout, a.year = "2019", 2019+r.IntN(2)
	default:
		a.year = max(a.year, 2021)
	}
	a.form(r)

	p := &printer{r: r, style: st, annual: a, choice: r.IntN(60)}
	truth = Truth{Seed: seed, Style: st.name, Name: fmt.Sprintf("flattened-%d.txt", seed), Layout: a.layout, SumsHold: true}
	if st.name == "markdown" {
		truth.Name = fmt.Sprintf("flattened-%d.md", seed)
	}
	twist := func(name string, p float64) bool {
		if !chance(r, p) {
			return false
		}
		truth.Twists = append(truth.Twists, name)
		return true
	}

	p.vanish = st.vanish && twist("blank cells vanished", 0.35)
	p.emptyLines = p.vanish && strings.HasPrefix(st.name, "one cell a line") && twist("an empty line for an empty cell", 0.4)
	d := dress{dash: pick(r, "-", "—", "——", "/", "无", "－", "不适用")}
	if p.vanish || st.keeps && twist("blank cells", 0.5) {
		d.blanks = pick(r, 0.1, 0.5, 1.0)
	}
	if twist("dashes", 0.2) {
		d.dashes = pick(r, 0.1, 0.6, 1.0)
	}
	d.thousands = twist("thousands separators", 0.15)
	d.wide = twist("full-width digits", 0.12)
	if a.layout != "2014" && twist("units in cells", 0.08) {
		d.units = pick(r, 0.1, 1.0)
	}
	if twist("replacement characters", 0.12) {
		d.broken = 1 + r.IntN(3)
	}

	values := a.values(r)
	if st.ordered && !p.vanish && twist("a sum fails", 0.15) {
		truth.SumsHold = false
		a.breakSum(r, values)
	}
	a.cells = d.printed(r, a.keys, values)

	p.pages = twist("page breaks", 0.25)
	// A page number that is nothing but a number may be taken for a figure. What
	// says that it is none is the row's count of cells, all printed, and its sum.
	p.bare = p.pages && d.blanks == 0 && truth.SumsHold && twist("bare page numbers", 0.3)
	p.repeat = p.pages && twist("repeated headers", 0.4)
	p.notes = twist("notes between rows", 0.15)
	p.wideLabels = twist("full-width brackets", 0.5)
	p.spaced = twist("spaced labels", 0.15)
	toTraditional := twist("traditional characters", 0.08)

	p.document()
	apart := "\n"
	if !p.emptyLines && twist("empty lines between", 0.15) {
		apart = "\n\n"
	}
	out := strings.Join(p.lines, apart) + "\n"
	if st.oneLine {
		out = strings.Join(strings.Fields(strings.Join(p.lines, " ")), " ") + "\n"
	} else if twist("crlf", 0.08) {
		out = strings.ReplaceAll(out, "\n", "\r\n")
	}
	truth.Cells = maps.Clone(a.cells)
	if toTraditional {
		out = asTraditional(out)
		for key, c := range truth.Cells {
			c.Raw = asTraditional(c.Raw)
			truth.Cells[key] = c
		}
	}
	return []byte(out), truth
}

// form chooses the rows and the columns.
func (a *annual) form(r *rand.Rand) {
	if a.layout == "2014" {
		for _, row := range annex {
			if row.code != "" {
				a.keys = append(a.keys, annexKey(row.code))
			}
		}
		return
	}
	a.blocks = blocks2021
	other := otherAsThreeRows
	if a.layout == "2019" {
		a.blocks = blocks2019
	}
	if a.layout == "2019" || chance(r, 0.15) {
		other = otherAsOneRow
	}
	short := chance(r, 0.3)
	for _, row := range slices.Concat(requestRows, other, requestSums) {
		if short {
			switch row.code {
			case "requests.partially_granted":
				row.kind = "(二)部分公开"
			case "requests.other_processing.correction_overdue":
				row.detail = "1.逾期不补正"
			case "requests.other_processing.fee_overdue":
				row.detail = "2.逾期不缴费"
			}
		}
		a.rows = append(a.rows, row)
	}
	for _, b := range a.blocks {
		for _, row := range b.rows {
			for _, c := range b.columns {
				a.keys = append(a.keys, "disclosure."+row[1]+"."+c[1])
			}
		}
	}
	for _, row := range a.rows {
		for _, k := range kinds {
			a.keys = append(a.keys, row.code+"@"+k.code)
		}
	}
	for _, part := range reviewParts {
		for _, c := range remedies {
			a.keys = append(a.keys, part+c[1])
		}
	}
}

func (a *annual) values(r *rand.Rand) map[string]float64 {
	v := map[string]float64{}
	if a.layout == "2014" {
		annexValues(r, v)
		return v
	}
	blockValues(r, a.blocks, v)
	requestValues(r, a.rows, v)
	reviewValues(r, v)
	return v
}

// breakSum changes one figure of a sum, as a clerk's slip does: another
// figure, or a total left at zero.
func (a *annual) breakSum(r *rand.Rand, v map[string]float64) {
	var summed []string
	for _, key := range a.keys {
		if _, whole := annexSums[strings.TrimSuffix(key, "@total")]; a.layout == "2014" && !whole || strings.HasPrefix(key, "disclosure.") {
			continue
		}
		summed = append(summed, key)
	}
	key := summed[r.IntN(len(summed))]
	if v[key] > 0 && chance(r, 0.4) {
		v[key] = 0
	} else {
		v[key] += float64(1 + r.IntN(9))
	}
}

var toTraditional = func() map[rune]rune {
	m := map[rune]rune{}
	to := []rune(traditional)
	for i, c := range []rune(simplified) {
		m[c] = to[i]
	}
	return m
}()

func asTraditional(s string) string {
	return strings.Map(func(c rune) rune {
		if t, ok := toTraditional[c]; ok {
			return t
		}
		return c
	}, s)
}
