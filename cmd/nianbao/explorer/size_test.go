package explorer

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/plot"
	"nianbao/testdata/often"
)

// largestPage is how large a page may be, before it is compressed.
const largestPage = 300_000

// allCounties is a store with reports of two years of every county, each with some figures of
// the requests table, a doubt and a long title.
func allCounties(t testing.TB) (*store.Store, []region.Region) {
	t.Helper()
	s := openStore(t, filepath.Join(t.TempDir(), "all.db"))
	w, err := s.Writer(t.Context(), store.WriterOptions{PerCommit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	var counties []region.Region
	for _, r := range region.All() {
		if r.Level == region.LevelCounty && r.InList(2022) {
			counties = append(counties, r)
		}
	}
	var codes []catalog.Indicator
	for _, i := range catalog.Indicators() {
		if i.Dimension == catalog.DimensionApplicant && i.In(catalog.Layout2021) {
			codes = append(codes, i)
		}
	}
	for n, county := range counties {
		for year := 2021; year <= 2022; year++ {
			r := &report.Report{Meta: report.Meta{
				Source: fmt.Sprintf("https://www.example.gov.cn/%s/%d.html", county.Code, year), Container: "html", Layout: catalog.Layout2021,
				Title: fmt.Sprintf("%s人民政府%d年政府信息公开工作年度报告", county.Name, year), Year: report.Year(year), Region: county.Name, RegionCode: county.Code,
				Publisher: county.Name + "人民政府办公室", Scope: report.ScopeRegion, DocumentSHA256: fmt.Sprintf("%064x", n*10+year), ParserVersion: "1",
			}}
			for k, i := range codes {
				v := math.Round(math.Abs(math.Sin(float64(n*31+k*7+year))) * math.Pow(10, float64(n%5)))
				r.Facts = append(r.Facts, report.Fact{Indicator: i.Code, Applicant: catalog.ApplicantTotal, Value: &v, Unit: i.Unit, Status: report.StatusReported, Raw: fmt.Sprint(v), Locator: report.Cell(3, k+1, 9)})
			}
			r.Findings = append(r.Findings, report.Finding{Rule: "requests.applicants_sum", Severity: report.SeverityWarning, Indicator: "requests.received",
				Expected: report.Number(float64(n)), Actual: report.Number(float64(n + 1)), Message: "The kinds of applicants do not add up to the total.", Locator: report.Cell(3, 4, 9)})
			p, err := s.Prepare(r, store.Document{})
			if err == nil {
				_, err = w.Write(t.Context(), p)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return s, counties
}

// outlines are made-up boundaries of about the size of real ones: each of 60 corners, side
// by side from Xinjiang to Heilongjiang.
func outlines(t testing.TB, counties []region.Region) plot.Boundaries {
	t.Helper()
	var b strings.Builder
	b.WriteString(`{"type":"FeatureCollection","features":[`)
	for n, county := range counties {
		if n > 0 {
			b.WriteByte(',')
		}
		x, y := 74+float64(n%60), 20+float64(n/60)*.68
		fmt.Fprintf(&b, `{"properties":{"adcode":%q},"geometry":{"type":"Polygon","coordinates":[[`, county.Code)
		for k := range 61 {
			sin, cos := math.Sincos(2 * math.Pi * float64(k) / 60)
			r := .45 + .05*math.Sin(float64(k*k%60+n))
			fmt.Fprintf(&b, "[%.4f,%.4f]%s", x+r*cos, y+r*.68*sin, map[bool]string{true: "", false: ","}[k == 60])
		}
		b.WriteString("]]}}")
	}
	b.WriteString("]}")
	all, err := plot.ReadBoundaries(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// No page is larger than 300 KB, with every county of China in the file and on the map.
func TestPageSize(t *testing.T) {
	s, counties := allCounties(t)
	e, err := New(Config{Store: s, Cutter: letters{}, SQL: true, Boundaries: outlines(t, counties), Editor: "核对人"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	for n, address := range []string{"/", "/compare?year=2022", "/compare?year=2022&by=prefecture", "/compare?year=2022&per=residents&own=320830&scale=log", "/compare?year=2022&level=prefecture",
		"/compare?year=2022&under=510000", "/compare?measure=rate.granted&year=2022&sort=change", "/region/510000", "/region/320800", "/region/320830", "/report/1", "/report/1/figure?indicator=requests.received",
		"/trend?region=320830,320831,320812,320803,320804,320813,320826,653101", "/findings", "/findings?sort=severity&page=50", "/rules", "/reports", "/reports?page=50", "/measures", "/copies",
		"/search?q=%E5%8C%BA", "/about", "/sql?q=SELECT+*+FROM+headline"} {
		for _, lang := range []string{"zh", "en"} {
			if lang == "en" && n%6 != 0 && !often.Asked() {
				continue
			}
			at := in(lang, address)
			res, body := get(t, e, at)
			if res.StatusCode != http.StatusOK {
				t.Errorf("%s: %s", at, res.Status)
			}
			if testing.Verbose() {
				var z bytes.Buffer
				w := gzip.NewWriter(&z)
				_, _ = w.Write([]byte(body)) // into memory
				_ = w.Close()
				t.Logf("%7d octets, %6d compressed  %s", len(body), z.Len(), at)
			}
			if lang == "zh" && address == "/compare?year=2022" && (!strings.Contains(body, "<title>四川省: 中位数 ") || strings.Contains(body, "<title>盱眙县: ")) {
				t.Errorf("%s: the marks of the map are not the provinces", at)
			}
			if lang == "zh" && address == "/compare?year=2022&under=510000" && !strings.Contains(body, "<title>锦江区: ") {
				t.Errorf("%s: the marks of the map are not the counties", at)
			}
			if len(body) > largestPage {
				t.Errorf("%s has %d octets", at, len(body))
			}
		}
	}
}
