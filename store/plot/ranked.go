package plot

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store/ask"
)

// maxRows is how many regions a page can hold and still be read.
const maxRows = 90

// Compare draws a comparison: of one year as ranked dots, of several years as
// a heat table of regions × years.
func Compare(w io.Writer, c *ask.Comparison, o Options) error {
	years := map[int]bool{}
	for _, r := range c.Rows {
		years[r.Year] = true
	}
	kind := Ranked
	if len(years) > 1 {
		kind = Heat
	}
	picture, err := kind(c, o)
	return finish(w, o, picture, err)
}

// Ranked has a row for each region, the largest on top, and a line at the
// median. ErrNothing: no region has a value.
func Ranked(c *ask.Comparison, o Options) (*Chart, error) {
	rows := valued(c)
	if len(rows) == 0 {
		return nil, fmt.Errorf("%w: no region has a value", ErrNothing)
	}
	caption := o.count(c)
	beyond := "" // code of one's own where it is not among those drawn: it is the last
	if len(rows) > maxRows {
		caption += o.say(fmt.Sprintf("；只画前 %d 个", maxRows), fmt.Sprintf("; the first %d are drawn", maxRows))
		own := slices.IndexFunc(rows, func(r ask.ComparisonRow) bool { return o.owns(r.RegionCode) })
		drawn := maxRows
		if own >= maxRows {
			beyond, drawn = rows[own].RegionCode, maxRows+1
			caption += o.say("和突出显示的一个", " and the one pointed out")
			rows[maxRows] = rows[own] // they are a copy
		}
		rows = rows[:drawn]
	}
	unit := o.unit(c.Measure)
	p, top := begin(o, pageWidth, o.heading(c.Measure, rows[0].Year), caption)
	named := namer(c.Rows, o)
	name := func(r ask.ComparisonRow) string {
		place := ""
		if beyond != "" && r.RegionCode == beyond && r.Rank > 0 {
			place = o.say(fmt.Sprintf("（第 %d 名）", r.Rank), fmt.Sprintf(" (no. %d)", r.Rank))
		}
		return named(r) + place
	}
	label, value, low, high := 0.0, 0.0, 0.0, 0.0
	for _, r := range rows {
		label = max(label, width(name(r), textSize))
		value = max(value, width(Value(c.Measure, *r.Value), textSize))
		low, high = min(low, *r.Value), max(high, *r.Value)
	}
	label = min(label, p.Width/3)
	left, right := side+label+10, p.Width-side-value-12
	height := min(19, (pageHeight-top-70)/float64(len(rows)))
	size := min(textSize, height*0.8)
	s := NewScale(low, high, false, c.Measure.Share, o.English)
	x := func(v float64) float64 { return left + (right-left)*s.At(v) }
	top += 16
	bottom := top + height*float64(len(rows))
	across := func(t Tick) float64 { return left + (right-left)*t.At }
	for _, t := range s.Ticks() {
		p.line("grid", point{across(t), top}, point{across(t), bottom})
	}
	for _, t := range apart(s.Ticks(), across, 10.5) {
		p.write("soft", t.Label, across(t), top-5, 0.5, 10.5)
	}
	if m := median(c); m != nil && *m <= s.High {
		p.line("median", point{x(*m), top - 2}, point{x(*m), bottom + 2})
	}
	doubted := 0
	for i, r := range rows {
		y := top + height*(float64(i)+.5)
		class, stem := "dot", "stem"
		tell := fmt.Sprintf("%s %d: %s%s", name(r), r.Year, Value(c.Measure, *r.Value), unit)
		label := clip(name(r), label, size)
		if o.owns(r.RegionCode) {
			class, stem = "own", "ownline"
		}
		if why := o.doubt(r.Contradicted); why != "" {
			class, tell = "doubt", tell+" · "+why
			doubted++
		}
		if r.Corrected {
			tell += o.say(" · 经更正", " · corrected")
			label += " *"
		}
		p.line(stem, point{x(0), y}, point{x(*r.Value), y})
		p.write("ink", label, left-8, y+size*.36, 1, size)
		p.write("ink", Value(c.Measure, *r.Value), p.Width-side, y+size*.36, 1, size)
		p.dot(class, mark{tell, o.link(r.ReportID)}, x(*r.Value), y, min(4, height*.3))
	}
	y := bottom + 18
	var key []string
	if m := median(c); m != nil {
		key = append(key, o.say("┆ 中位数 ", "┆ median ")+Statistic(c.Measure, *m)+unit)
	}
	if doubted > 0 {
		key = append(key, doubtKey)
	}
	y = p.keys(o, key, left, y) + 6
	return p.end(o, y), nil
}

// valued are the rows with a value, the largest first.
func valued(c *ask.Comparison) []ask.ComparisonRow {
	rows := slices.DeleteFunc(slices.Clone(c.Rows), func(r ask.ComparisonRow) bool { return !r.Status.HasValue() })
	slices.SortStableFunc(rows, func(a, b ask.ComparisonRow) int { return cmp.Compare(*b.Value, *a.Value) })
	return rows
}

// owns reports whether a region is the one that is pointed out.
func (o Options) owns(code string) bool { return o.Own != "" && region.Newest(code) == o.Own }

// median is that of all rows; nil where there are groups.
func median(c *ask.Comparison) *float64 {
	if len(c.Groups) != 1 {
		return nil
	}
	return c.Groups[0].Median
}

// namer names the regions, or agencies, of rows; of several regions of one name
// each with the region above it.
func namer(rows []ask.ComparisonRow, o Options) func(ask.ComparisonRow) string {
	code, twice := map[string]string{}, map[string]bool{}
	for _, r := range rows {
		if known, ok := code[r.RegionName]; ok && known != r.RegionCode {
			twice[r.RegionName] = true
		}
		code[r.RegionName] = r.RegionCode
	}
	return func(r ask.ComparisonRow) string {
		if r.Publisher != "" && r.Scope == report.ScopeAgency {
			return r.Publisher
		}
		name := o.name(r.RegionCode, r.RegionName)
		path := region.Path(r.RegionCode)
		if !twice[r.RegionName] || len(path) < 2 {
			return name
		}
		above := path[len(path)-2]
		if above.Nominal() {
			above = path[0]
		}
		return name + o.say("（", " (") + o.name(above.Code, above.Name) + o.say("）", ")")
	}
}

// heading names a measure, its area and year, as far as they are known.
func (o Options) heading(m ask.Measure, years ...int) string {
	parts := catalog.Labels(m.LabelZH)
	if len(parts) > 2 {
		parts = parts[len(parts)-2:]
	}
	s := o.say(strings.Join(parts, " "), m.LabelEN)
	if u := strings.TrimSpace(o.unit(m)); u != "" {
		s += o.say("（"+u+"）", " ("+u+")")
	}
	if o.Area != "" {
		s += o.say("，", ", ") + o.Area
	}
	if len(years) > 0 && years[0] != 0 {
		first, last := slices.Min(years), slices.Max(years)
		s += o.say("，", ", ") + fmt.Sprint(first)
		if last != first {
			s += fmt.Sprintf("–%d", last)
		}
		s += o.say(" 年", "")
	}
	return s
}

// unit is that of a measure as it stands behind a value.
func (o Options) unit(m ask.Measure) string {
	if m.Share || m.Unit == "" {
		return ""
	}
	if !o.English {
		return " " + m.Unit
	}
	return map[string]string{"万元": " × 10,000 yuan", "人次": " persons", "人": " persons", "%": "%"}[m.Unit]
}

// statuses in words, for headings.
var statuses = map[report.Status][2]string{
	report.StatusBlank: {"空白", "blank"}, report.StatusNotApplicable: {"不适用", "not applicable"}, report.StatusUnreadable: {"不是数字", "unreadable"},
	ask.NoReport: {"无报告", "without a report"}, ask.NotInLayout: {"格式未设", "not in the layout"}, ask.NotRead: {"未读到", "not found"},
	ask.NotTold: {"正文未提", "not told"}, ask.Ambiguous: {"说法不一", "ambiguous"}, ask.BaseTooLow: {"基数过小", "base too low"},
}

// count says how many rows have a value, and why the others have none.
func (o Options) count(c *ask.Comparison) string {
	with, counts := 0, map[report.Status]int{}
	for _, g := range c.Groups {
		with += g.Count
		for status, n := range g.Without {
			counts[status] += n
		}
	}
	parts := []string{fmt.Sprintf(o.say("有数值的 %d 个", "%d with a value"), with)}
	if doubted := c.Doubted(); doubted > 0 {
		parts[0] += fmt.Sprintf(o.say("（其中 %d 个有矛盾）", " (%d of them in doubt)"), doubted)
	}
	for _, status := range slices.Sorted(maps.Keys(counts)) {
		words, ok := statuses[status]
		if !ok {
			words = [2]string{string(status), string(status)}
		}
		if o.English {
			parts = append(parts, fmt.Sprintf("%d %s", counts[status], words[1]))
		} else {
			parts = append(parts, fmt.Sprintf("%s %d 个", words[0], counts[status]))
		}
	}
	return strings.Join(parts, o.say("，", ", "))
}

// Distribution has a bar for each range of values and a line where the own region
// stands.
func Distribution(c *ask.Comparison, o Options) (*Chart, error) {
	rows := valued(c)
	if len(rows) == 0 {
		return nil, fmt.Errorf("%w: no region has a value", ErrNothing)
	}
	low, high := *rows[len(rows)-1].Value, *rows[0].Value
	// Counts of counties have a long tail: from a hundredfold on the scale is
	// logarithmic, or all of them stand in the first bar.
	// The middle of all that are drawn, whether or not they are grouped.
	middle := *rows[len(rows)/2].Value
	if len(rows)%2 == 0 {
		middle = (middle + *rows[len(rows)/2-1].Value) / 2
	}
	log := !c.Measure.Share && low >= 0 && middle > 0 && high > 20*middle
	s := NewScale(low, high, log, c.Measure.Share, o.English)
	bars := barsOf(rows, s)
	unit := o.unit(c.Measure)
	p, top := begin(o, pageWidth, o.heading(c.Measure, rows[0].Year), o.count(c))
	left, right, height := side+34, p.Width-side, 120.0
	top += 16
	bottom := top + height
	most := slices.MaxFunc(bars, func(a, b bar) int { return a.count - b.count }).count
	counted := NewScale(0, float64(most), false, false, o.English)
	for _, t := range counted.Ticks() {
		if n := t.At * counted.High; math.Abs(n-math.Round(n)) > 1e-6 {
			continue // there are no halves of regions
		}
		y := bottom - height*t.At
		p.line("grid", point{left, y}, point{right, y})
		p.write("soft", t.Label, left-6, y+4, 1, 10.5)
	}
	x := func(v float64) float64 { return left + (right-left)*s.At(v) }
	wide := (right - left) / float64(len(bars))
	for i, b := range bars {
		if b.count == 0 {
			continue
		}
		span := Value(c.Measure, b.low)
		if b.high > b.low {
			span += "–" + Value(c.Measure, b.high)
		}
		tell, tall := fmt.Sprintf(o.say("%s%s：%d 个", "%s%s: %d"), span, unit, b.count), height*counted.At(float64(b.count))
		p.rect("bar", mark{tell: tell}, left+(right-left)*float64(i)/float64(len(bars))+.5, bottom-tall, wide-1, tall)
	}
	p.line("axis", point{left, bottom}, point{right, bottom})
	place := func(t Tick) float64 { return min(left+(right-left)*t.At, p.Width-side-width(t.Label, 10.5)/2) }
	for _, t := range s.Ticks() {
		at := left + (right-left)*t.At
		p.line("axis", point{at, bottom}, point{at, bottom + 4})
	}
	for _, t := range apart(s.Ticks(), place, 10.5) {
		p.write("soft", t.Label, place(t), bottom+16, 0.5, 10.5)
	}
	p.line("median", point{x(middle), top - 4}, point{x(middle), bottom})
	at, anchor := x(middle)+4, 0.0
	if x(middle) > (left+right)/2 {
		at, anchor = x(middle)-4, 1
	}
	p.write("ink", o.say("中位数 ", "median ")+Statistic(c.Measure, middle)+unit, at, top-4, anchor, 10.5)
	for _, r := range rows {
		if !o.owns(r.RegionCode) {
			continue
		}
		p.line("ownline", point{x(*r.Value), top + 8}, point{x(*r.Value), bottom})
		tell := o.name(r.RegionCode, r.RegionName) + " " + Value(c.Measure, *r.Value) + unit
		at, anchor, room := x(*r.Value)+8, 0.0, right-x(*r.Value)-8
		if x(*r.Value) > (left+right)/2 {
			at, anchor, room = x(*r.Value)-8, 1, x(*r.Value)-8-left
		}
		p.dot("own", mark{tell, o.link(r.ReportID)}, x(*r.Value), top+8, 4.5)
		p.write("ink", clip(tell, room, textSize), at, top+12, anchor, textSize)
	}
	y, axes := bottom+34, o.say("纵轴为地区数", "bars count regions")
	if log {
		axes = o.say("横轴为对数刻度；", "logarithmic scale; ") + axes
	}
	p.write("soft", axes, left, y, 0, 10.5)
	return p.end(o, y), nil
}

// bar counts the values of a range.
type bar struct {
	count     int
	low, high float64 // of the values
}

// barsOf cuts the scale of rows into ranges of the same length.
func barsOf(rows []ask.ComparisonRow, s Scale) []bar {
	bars := make([]bar, min(40, max(8, int(2*math.Cbrt(float64(len(rows)))))))
	for _, r := range rows {
		b := &bars[min(len(bars)-1, int(s.At(*r.Value)*float64(len(bars))))]
		if b.count++; b.count == 1 {
			b.low, b.high = *r.Value, *r.Value
		}
		b.low, b.high = min(b.low, *r.Value), max(b.high, *r.Value)
	}
	return bars
}
