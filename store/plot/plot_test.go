package plot

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store/ask"
)

// keep writes the pictures of the tests to a folder, to be looked at.
var keep = flag.String("keep", "", "keep the pictures in this folder")

// All figures are invented.
var counties = []string{"喀什市", "疏附县", "疏勒县", "英吉沙县", "泽普县", "莎车县", "叶城县", "麦盖提县", "岳普湖县", "伽师县", "巴楚县", "塔什库尔干塔吉克自治县"}

func comparison(years ...int) *ask.Comparison {
	m, err := ask.FindMeasure("requests.received", "")
	if err != nil {
		panic(err)
	}
	c := &ask.Comparison{Measure: m, Scope: report.ScopeRegion}
	for _, year := range years {
		median := 24.0
		c.Groups = append(c.Groups, ask.ComparisonGroup{Year: year, Statistics: ask.Statistics{Count: 10, Median: &median}, Without: map[report.Status]int{report.StatusBlank: 1, ask.NoReport: 1}})
		for i, name := range counties {
			r := ask.ComparisonRow{RegionCode: fmt.Sprint(653101 + i), RegionName: name, Year: year, Status: report.StatusReported}
			v := float64((i*i*7+year*3)%53) * float64(1+i%3*12)
			switch i {
			case 3:
				r.Status = report.StatusBlank
			case 7:
				r.Status = ask.NoReport
			default:
				r.Value = &v
			}
			c.Rows = append(c.Rows, r)
		}
	}
	return c
}

func series() (ask.Measure, []ask.Series) {
	c := comparison(2018, 2019, 2020, 2021, 2022, 2023)
	var all []ask.Series
	for i, name := range counties[:6] {
		s := ask.Series{RegionCode: fmt.Sprint(653101 + i), RegionName: name}
		for _, r := range c.Rows {
			if r.RegionName == name {
				s.Points = append(s.Points, ask.TrendPoint{Year: r.Year, Value: r.Value, Status: r.Status, Break: r.Year == 2019})
			}
		}
		all = append(all, s)
	}
	all[1].Points[3].Value, all[1].Points[3].Status = nil, report.StatusBlank
	return c.Measure, all
}

// pictures are one of each kind.
func pictures() map[string]func(io.Writer, Options) error {
	return map[string]func(io.Writer, Options) error{
		"dots": func(w io.Writer, o Options) error { return Compare(w, comparison(2021), o) },
		"heat": func(w io.Writer, o Options) error { return Compare(w, comparison(2019, 2020, 2021, 2022, 2023), o) },
		"distribution": func(w io.Writer, o Options) error {
			o.Own = "653101"
			c, err := Distribution(comparison(2021), o)
			return finish(w, o, c, err)
		},
		"tiles": func(w io.Writer, o Options) error {
			c, err := Tiles(comparison().Measure, provinces(), o, "喀什市 疏附县 泽普县")
			return finish(w, o, c, err)
		},
		"map": func(w io.Writer, o Options) error {
			b, err := ReadBoundaries(strings.NewReader(boundaries))
			if err != nil {
				return err
			}
			var areas []Area
			for i, r := range comparison(2021).Rows[:4] {
				areas = append(areas, Area{Code: []string{"653101", "653121", "653122", "653123"}[i%4], Name: r.RegionName, Value: r.Value, Tell: fmt.Sprint(i)})
			}
			c, err := Map(comparison().Measure, areas, b, o, "")
			return finish(w, o, c, err)
		},
		"band": func(w io.Writer, o Options) error {
			m, s := series()
			band := Band{Name: "各县中位数", Class: "middle", Years: map[int]ask.Statistics{}}
			for year := 2017; year < 2024; year++ {
				q1, q2, q3 := float64(year-2010), float64(year-2000)*2, float64(year-2000)*8
				band.Years[year] = ask.Statistics{Q1: &q1, Median: &q2, Q3: &q3}
			}
			c, err := Lines(m, s[:3], []Band{band}, o)
			return finish(w, o, c, err)
		},
		"trend": func(w io.Writer, o Options) error { m, s := series(); return Trend(w, m, s, o) },
	}
}

// provinces have invented values, some none.
func provinces() (all []Area) {
	for i, r := range region.All() {
		if r.Level != region.LevelProvince {
			continue
		}
		a := Area{Code: r.Code, Name: r.Name, Link: "/region/" + r.Code}
		if i%5 != 0 {
			v := float64(i*i%977) + .5
			a.Value = &v
		}
		all = append(all, a)
	}
	return all
}

// boundaries are four squares, one with an island.
const boundaries = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"adcode":653101},"geometry":{"type":"Polygon","coordinates":[[[75,39],[76,39],[76,40],[75,40],[75,39]]]}},
{"type":"Feature","properties":{"adcode":"653121"},"geometry":{"type":"Polygon","coordinates":[[[76,39],[77,39],[77,40],[76,40],[76,39]]]}},
{"type":"Feature","properties":{"adcode":653122},"geometry":{"type":"MultiPolygon","coordinates":[[[[75,38],[76,38],[76,39],[75,39],[75,38]]],[[[77.5,38],[78,38],[78,38.5],[77.5,38]]]]}},
{"type":"Feature","properties":{"adcode":653123},"geometry":{"type":"Polygon","coordinates":[[[76,38],[77,38],[77,39],[76,39],[76,38]]]}},
{"type":"Feature","properties":{"name":"sea"},"geometry":null}]}`

func paint(t *testing.T, name string, draw func(io.Writer, Options) error, o Options) []byte {
	t.Helper()
	var a, b bytes.Buffer
	if err := errors.Join(draw(&a, o), draw(&b, o)); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Errorf("%s: two pictures of the same differ", name)
	}
	if *keep != "" {
		if err := os.WriteFile(filepath.Join(*keep, name+"."+o.Format), a.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return a.Bytes()
}

func TestSVG(t *testing.T) {
	for name, draw := range pictures() {
		data := paint(t, name, draw, Options{Format: SVG})
		d := xml.NewDecoder(bytes.NewReader(data))
		texts, families := map[string]bool{}, ""
		for {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			switch token := token.(type) {
			case xml.CharData:
				texts[strings.TrimSpace(string(token))] = true
			case xml.StartElement:
				for _, a := range token.Attr {
					if token.Name.Local == "svg" && a.Name.Local == "font-family" {
						families = a.Value
					}
				}
			}
		}
		if !strings.Contains(families, "Noto Sans CJK SC") {
			t.Errorf("%s: texts ask for %q", name, families)
		}
		if !strings.Contains(string(data), "资料来源") {
			t.Errorf("%s does not say where it comes from", name)
		}
		for _, want := range []string{"喀什市", "疏附县", "泽普县"} {
			if !strings.Contains(string(data), want) && !(name == "band" && want == "泽普县") && name != "map" && name != "distribution" {
				t.Errorf("%s: no %s", name, want)
			}
		}
		if (name == "dots" || name == "trend") && texts["麦盖提县"] {
			t.Errorf("%s: a county without report is drawn", name)
		}
	}
}

func TestPNG(t *testing.T) {
	if FindFont() == "" {
		for name, draw := range pictures() {
			if err := draw(io.Discard, Options{Format: PNG}); !errors.Is(err, ErrNoFont) {
				t.Errorf("%s: %v", name, err)
			}
		}
		t.Skip("no font with Chinese characters is installed")
	}
	for name, draw := range pictures() {
		picture, err := png.Decode(bytes.NewReader(paint(t, name, draw, Options{Format: PNG})))
		if err != nil {
			t.Fatal(err)
		}
		// 18 cm at 200 dots an inch; the tiles are narrower.
		if w := picture.Bounds().Dx(); name != "tiles" && (w < 1400 || w > 1430) {
			t.Errorf("%s: %d dots wide", name, w)
		}
	}
}

// TestNames expects regions of one name to be told apart, and rates in percent.
func TestNames(t *testing.T) {
	m, err := ask.FindMeasure("rate.granted", "")
	if err != nil {
		t.Fatal(err)
	}
	v := 0.4585
	c := &ask.Comparison{Measure: m, Groups: []ask.ComparisonGroup{{Year: 2021, Statistics: ask.Statistics{Count: 3, Median: &v}}}}
	for _, code := range []string{"130104", "130703", "130102"} {
		r, _ := region.Lookup(code)
		c.Rows = append(c.Rows, ask.ComparisonRow{RegionCode: code, RegionName: r.Name, Year: 2021, Value: &v, Status: report.StatusReported, Scope: report.ScopeRegion})
	}
	var b bytes.Buffer
	if err := Compare(&b, c, Options{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{">桥西区（石家庄市）<", ">桥西区（张家口市）<", ">长安区<", "中位数 45.9%"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s", want)
		}
	}
}

// TestPage expects a picture of many regions to fit on a page of A4.
func TestPage(t *testing.T) {
	c := comparison(2021)
	row := c.Rows[0]
	c.Rows = nil
	for i := range 400 {
		v := float64(i)
		r := row
		r.RegionCode, r.RegionName, r.Value, r.Status = fmt.Sprint(653101+i), fmt.Sprintf("第%d县", i), &v, report.StatusReported
		c.Rows = append(c.Rows, r)
		r.Year++
		c.Rows = append(c.Rows, r)
	}
	for name, rows := range map[string][]ask.ComparisonRow{"dots": nil, "heat": c.Rows} {
		one := *c
		if one.Rows = rows; name == "dots" {
			one.Rows = slices.DeleteFunc(slices.Clone(c.Rows), func(r ask.ComparisonRow) bool { return r.Year != row.Year })
		}
		var b bytes.Buffer
		if err := Compare(&b, &one, Options{}); err != nil {
			t.Fatal(err)
		}
		size := regexp.MustCompile(` height="([0-9.]+)"`).FindStringSubmatch(b.String())
		if size == nil {
			t.Fatalf("%s: no height: %.200s", name, b.String())
		}
		if points, err := strconv.ParseFloat(size[1], 64); err != nil || points > 277/25.4*96 {
			t.Errorf("%s is %s pixels high: %v", name, size[1], err)
		}
	}
}

func TestRefusals(t *testing.T) {
	notFont := filepath.Join(t.TempDir(), "x.ttf")
	if err := os.WriteFile(notFont, []byte("no font"), 0o666); err != nil {
		t.Fatal(err)
	}
	empty := &ask.Comparison{}
	blank := comparison(2021)
	for i := range blank.Rows {
		blank.Rows[i].Value, blank.Rows[i].Status = nil, report.StatusBlank
	}
	for name, c := range map[string]struct {
		err  error
		want error
	}{
		"format":       {Compare(io.Discard, comparison(2021), Options{Format: "gif"}), ErrFormat},
		"empty":        {Compare(io.Discard, empty, Options{}), ErrNothing},
		"blank":        {Compare(io.Discard, blank, Options{}), ErrNothing},
		"no series":    {Trend(io.Discard, ask.Measure{}, nil, Options{}), ErrNothing},
		"missing font": {Compare(io.Discard, comparison(2021), Options{Format: PNG, Font: notFont + "x"}), os.ErrNotExist},
		"damaged font": {Compare(io.Discard, comparison(2021), Options{Format: PNG, Font: notFont}), nil},
	} {
		if c.err == nil || c.want != nil && !errors.Is(c.err, c.want) {
			t.Errorf("%s: %v", name, c.err)
		}
	}
}

func TestOneValue(t *testing.T) {
	for _, v := range []float64{0, -8, 14155.37, 1e9} {
		c := comparison(2021)
		c.Rows = c.Rows[:1]
		c.Rows[0].Value = &v
		if err := Compare(io.Discard, c, Options{}); err != nil {
			t.Errorf("%v: %v", v, err)
		}
		m, s := series()
		s = s[:1]
		s[0].Points = []ask.TrendPoint{{Year: 2021, Value: &v, Status: report.StatusReported}}
		if err := Trend(io.Discard, m, s, Options{}); err != nil {
			t.Errorf("%v: %v", v, err)
		}
	}
}

// Chinese counts in 万 and 亿, English in thousands.
func TestShort(t *testing.T) {
	for v, want := range map[float64][2]string{0: {"0", "0"}, 5000: {"5,000", "5,000"}, 12500: {"1.25万", "12.5k"}, 3e6: {"300万", "3m"}, 2.5e8: {"2.5亿", "250m"}, -20000: {"-2万", "-20k"}} {
		if got := [2]string{Short(v, false), Short(v, true)}; got != want {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}
	count := ask.Measure{Unit: "件"}
	for v, want := range map[float64]string{738.5: "739", 2.5: "2.5", 12: "12"} {
		if got := Statistic(count, v); got != want {
			t.Errorf("the median %v is told as %q, want %q", v, got, want)
		}
	}
	if got := Statistic(ask.Measure{Unit: "万元"}, 738.5); got != "738.5" {
		t.Errorf("an amount is told as %q", got)
	}
}

// Every tick lies on the scale, in order, and says what stands there.
func TestScale(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		log, rate bool
		want      string
	}{
		{0, 1500, false, false, "0 500 1,000 1,500"},
		{0, 123456, false, false, "0 5万 10万 15万"},
		{-8, 4, false, false, "-10 -5 0 5"},
		{0, .62, false, true, "0% 20% 40% 60% 80%"},
		{0, 50000, true, false, "0 10 100 1,000 1万"},
		{0, 0, false, false, "0 0.5 1"},
		{0, 1234567, true, false, "0 10 1,000 10万"},
		{-5, 100, true, false, "-50 0 50 100"},
	} {
		s := NewScale(c.low, c.high, c.log, c.rate, false)
		var labels []string
		before := -1.0
		for _, tick := range s.Ticks() {
			if tick.At <= before || tick.At < 0 || tick.At > 1+1e-9 {
				t.Errorf("%v: the tick %s stands at %v", c, tick.Label, tick.At)
			}
			before = tick.At
			labels = append(labels, tick.Label)
		}
		if got := strings.Join(labels, " "); got != c.want {
			t.Errorf("%v–%v: ticks %s, want %s", c.low, c.high, got, c.want)
		}
	}
}

// The scale of a distribution follows what is drawn: grouping the regions changes
// neither it nor the bars.
func TestDistributionGrouped(t *testing.T) {
	for _, top := range []float64{90, 90000} { // the first is linear, the second logarithmic
		c := comparison(2021)
		c.Rows[0].Value, c.Rows[0].Status = &top, report.StatusReported
		values := []float64{}
		for _, r := range c.Rows {
			if r.Value != nil {
				values = append(values, *r.Value)
			}
		}
		slices.Sort(values)
		median := (values[4] + values[5]) / 2
		c.Groups[0].Median = &median
		alone, err := Distribution(c, Options{Bare: true})
		if err != nil {
			t.Fatal(err)
		}
		grouped := *c
		grouped.Groups = []ask.ComparisonGroup{c.Groups[0], c.Groups[0]}
		grouped.Groups[0].Count, grouped.Groups[1].Count = 4, 6
		together, err := Distribution(&grouped, Options{Bare: true})
		if err != nil {
			t.Fatal(err)
		}
		if alone.Inline() != together.Inline() || strings.Contains(alone.Inline(), "对数刻度") != (top > 1000) {
			t.Errorf("up to %v: alone\n%s\ngrouped\n%s", top, alone.Inline(), together.Inline())
		}
	}
}

// A figure that findings contradict is marked in a heat table as it is in every chart.
func TestHeatDoubt(t *testing.T) {
	c := comparison(2021, 2022)
	c.Rows[1].Contradicted = []string{"requests.balance"}
	chart, err := Heat(c, Options{})
	if err != nil {
		t.Fatal(err)
	}
	svg := string(chart.svg(false))
	for _, want := range []string{`<g class="doubt"`, "受理与结转不平", "与同一份报告的其他数字或文字矛盾", "其中 1 个有矛盾"} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %s", want)
		}
	}
}

// Inside a page every mark of a report is a link with a name, and what comes from
// data is escaped.
func TestInline(t *testing.T) {
	c := comparison(2021)
	for i := range c.Rows {
		c.Rows[i].ReportID = int64(i + 1)
	}
	c.Rows[0].RegionName = `<script>"&`
	c.Rows[1].Contradicted = []string{"requests.balance", "of.tomorrow"}
	chart, err := Ranked(c, Options{Bare: true, Link: func(id int64) string { return fmt.Sprintf("/report/%d?a=1&b=2", id) }})
	if err != nil {
		t.Fatal(err)
	}
	svg := chart.Inline()
	if n := strings.Count(svg, `<a href="/report/`); n != 10 {
		t.Errorf("%d links, want one for each of 10 values", n)
	}
	for _, want := range []string{`b=2"><title>&lt;script&gt;`, `class="doubt"`, "受理与结转不平、of.tomorrow"} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(svg, "<script") || strings.Contains(svg, "资料来源") {
		t.Errorf("%s", svg)
	}
	if err := xml.Unmarshal([]byte(svg), new(struct{})); err != nil {
		t.Error(err)
	}
}

func TestReadBoundaries(t *testing.T) {
	for _, bad := range []string{"", "{}", `{"features":[{"properties":{"adcode":"1"}}]}`, `{"features":[{"properties":{"adcode":653101},"geometry":{"type":"Polygon","coordinates":[[[1000,1],[2,2],[3,3]]]}}]}`,
		`{"features":[{"properties":{"adcode":653101},"geometry":{"type":"Polygon","coordinates":"x"}}]}`} {
		if b, err := ReadBoundaries(strings.NewReader(bad)); err == nil {
			t.Errorf("%s: %v", bad, b)
		}
	}
}

// A blank year and a break interrupt a line; zero is a point like any other; and
// nothing is divided by nothing.
func TestLines(t *testing.T) {
	value := func(v float64) *float64 { return &v }
	points := []ask.TrendPoint{
		{Year: 2018, Value: value(10), Status: report.StatusReported, ReportID: 1},
		{Year: 2019, Value: value(20), Status: report.StatusReported, ReportID: 2},
		{Year: 2020, Status: report.StatusBlank, ReportID: 3},
		{Year: 2021, Value: value(30), Status: report.StatusReported, ReportID: 4},
		{Year: 2022, Value: value(0), Status: report.StatusReported, ReportID: 5, Break: true},
		{Year: 2023, Value: value(25), Status: report.StatusReported, ReportID: 6},
	}
	c, err := Lines(ask.Measure{}, []ask.Series{{RegionName: "喀什市", Points: points}}, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var lines, dots, hollow int
	var zero float64
	for _, s := range c.shapes {
		switch {
		case s.class == "line0" && len(s.path) > 1 && s.path[0].x < 500:
			lines++
		case s.class == "point0":
			dots++
		case s.class == "hollow0":
			hollow, zero = hollow+1, s.disc.at.y
		}
	}
	if lines != 2 || dots != 4 || hollow != 1 {
		t.Errorf("%d lines, %d dots, %d hollow; want 2018–2019 and 2022–2023, 4 and 1", lines, dots, hollow)
	}
	for _, s := range c.shapes {
		if s.disc != nil && s.disc.at.y > zero {
			t.Errorf("a value lies below zero: %+v", s)
		}
	}
	for _, points := range [][]ask.TrendPoint{points[:1], {{Year: 2020, Value: value(-8), Status: report.StatusReported}}, {{Year: 2020, Value: value(0), Status: report.StatusReported}}} {
		c, err := Lines(ask.Measure{Share: true}, []ask.Series{{Points: points}}, nil, Options{Bare: true, Width: 320, Height: 130, First: 2018, Last: 2020})
		if err != nil || strings.Contains(c.Inline(), "NaN") || strings.Contains(c.Inline(), "Inf") {
			t.Errorf("%+v: %v", points, err)
		}
	}
}

// A text is read on every shade that it may stand on: contrast of 4.5, as WCAG has it.
func TestContrast(t *testing.T) {
	light := func(hex string) float64 {
		c := rgb(hex)
		f := func(v uint8) float64 {
			if s := float64(v) / 255; s > .04045 {
				return math.Pow((s+.055)/1.055, 2.4)
			} else {
				return s / 12.92
			}
		}
		return .2126*f(c.R) + .7152*f(c.G) + .0722*f(c.B)
	}
	for step := range steps + 1 {
		a, b := light(looks[on(step)].fill), light(looks[fmt.Sprintf("h%d", step)].fill)
		if ratio := (max(a, b) + .05) / (min(a, b) + .05); ratio < 4.5 {
			t.Errorf("shade %d under %s: contrast %.2f", step, on(step), ratio)
		}
	}
}

// One's own is drawn also where it is not among the first, and says its place.
func TestRankedOwnBehind(t *testing.T) {
	c := comparison(2021)
	row := c.Rows[0]
	c.Rows = nil
	for i := range 200 {
		v := float64(1000 - i)
		r := row
		r.RegionCode, r.RegionName, r.Value, r.Status, r.Rank = fmt.Sprint(999000+i), fmt.Sprintf("第%d县", i), &v, report.StatusReported, i+1
		if i == 150 {
			r.RegionCode, r.RegionName = "320830", "盱眙县"
		}
		c.Rows = append(c.Rows, r)
	}
	for own, want := range map[string]string{"320830": ">盱眙县（第 151 名）<", "": ">第89县<"} {
		chart, err := Ranked(c, Options{Own: own})
		if err != nil {
			t.Fatal(err)
		}
		svg := chart.Inline()
		if !strings.Contains(svg, want) || strings.Contains(svg, "盱眙县") != (own != "") || strings.Contains(svg, ">第90县<") || strings.Contains(svg, "和突出显示的一个") != (own != "") {
			t.Errorf("with %q: %.3000s", own, svg)
		}
	}
}
