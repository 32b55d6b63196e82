package plot

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"image/png"
	"io"
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
		"dots":  func(w io.Writer, o Options) error { return Compare(w, comparison(2021), o) },
		"heat":  func(w io.Writer, o Options) error { return Compare(w, comparison(2019, 2020, 2021, 2022, 2023), o) },
		"trend": func(w io.Writer, o Options) error { m, s := series(); return Trend(w, m, s, o) },
	}
}

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
		texts := map[string]bool{}
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
					if token.Name.Local == "text" && a.Name.Local == "style" && !strings.Contains(a.Value, "Noto Sans CJK SC") {
						t.Errorf("%s: a text asks for %s", name, a.Value)
					}
				}
			}
		}
		for _, want := range []string{"喀什市", "疏附县", "泽普县"} {
			if !texts[want] {
				t.Errorf("%s: no %s", name, want)
			}
		}
		if name != "heat" && texts["麦盖提县"] {
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
		// 18 cm at 200 dots an inch.
		if w := picture.Bounds().Dx(); w < 1400 || w > 1430 {
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
	for _, want := range []string{">桥西区（石家庄市）<", ">桥西区（张家口市）<", ">长安区<", "median 45.9"} {
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
		size := regexp.MustCompile(`height="([0-9.]+)pt"`).FindStringSubmatch(b.String())
		if size == nil {
			t.Fatalf("%s: no height: %.200s", name, b.String())
		}
		if points, err := strconv.ParseFloat(size[1], 64); err != nil || points > 277/25.4*72 {
			t.Errorf("%s is %s points high: %v", name, size[1], err)
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
