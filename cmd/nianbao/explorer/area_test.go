package explorer

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/csv"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
	"github.com/xuri/excelize/v2"
)

// One's own county stands beside those of its prefecture and those of about its size,
// whatever area is compared.
func TestNeighbours(t *testing.T) {
	e := explore(t, sampleStore(t))
	v, err := e.compare(t.Context(), url.Values{"measure": {"requests.received"}, "year": {"2022"}, "own": {"320830"}, "under": {"650000"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(v.beside) != 3 {
		t.Fatalf("%d groups of neighbours", len(v.beside))
	}
	same, alike := v.beside[0], v.beside[1]
	var names []string
	for _, n := range same.Rows[:2] {
		names = append(names, n.RegionName)
	}
	if same.Of != "320800" || len(same.Rows) != 7 || strings.Join(names, " ") != "盱眙县 金湖县" || same.Rows[0].Place != 1 || same.Rows[1].Place != 2 || same.Rows[2].Place != 0 {
		t.Errorf("%s: %v of %d", same.Of, names, len(same.Rows))
	}
	own := 0
	for _, n := range alike.Rows {
		if n.RegionCode == "320830" {
			own++
		}
		if strings.HasSuffix(n.RegionName, "区") {
			t.Errorf("%s is no county", n.RegionName)
		}
		if n.Residents < 300_000 || n.Residents > 900_000 {
			t.Errorf("%s has %d residents", n.RegionName, n.Residents)
		}
	}
	if alike.Of != "320000" || alike.Key != "neighbours.alike.counties" || len(alike.Rows) != maxAlike || own != 1 {
		t.Errorf("alike: %s, %d, one's own %d times", alike.Of, len(alike.Rows), own)
	}
	// Of all China those that there is a report of, whatever their province.
	afar := v.beside[2]
	provinces := map[string]bool{}
	for _, n := range afar.Rows {
		provinces[n.RegionCode[:2]] = true
		if n.Value == nil || n.Residents == 0 || n.Place == 0 {
			t.Errorf("%s stands among those of all China with %v and %d residents", n.RegionName, n.Value, n.Residents)
		}
	}
	if afar.Of != "" || len(afar.Rows) != 6 || !provinces["32"] || !provinces["65"] {
		t.Errorf("of all China: %q, %d of %v", afar.Of, len(afar.Rows), provinces)
	}
	if v, err = e.compare(t.Context(), url.Values{"own": {"320800"}}); err != nil || v.beside != nil {
		t.Errorf("a prefecture has neighbours: %v %v", v.beside, err)
	}
}

// A region's page has every year of the file, those without a report too, and a
// province's where it stands and how its counties rank.
func TestRegionYears(t *testing.T) {
	e := explore(t, sampleStore(t))
	v, err := e.region(t.Context(), "653101")
	if err != nil {
		t.Fatal(err)
	}
	var years []int
	for _, y := range v.Calendar {
		if len(y.Reports) == 0 {
			years = append(years, y.Year)
		}
	}
	if !slices.Equal(years, []int{2023, 2020, 2019}) || v.Missing != 3 {
		t.Errorf("missing: %v, %d", years, v.Missing)
	}
	body := getPage(t, e, "/region/650000")
	for _, want := range []string{`class="tileown"`, `id="ranking"`, `/figures.xlsx?under=650000`} {
		if !strings.Contains(body, want) {
			t.Errorf("the province's page has no %s", want)
		}
	}
}

// All figures of an area, in each format, have the same rows.
func TestAreaFigures(t *testing.T) {
	e := explore(t, sampleStore(t))
	const query = "?under=320000&level=county&year=2022"
	res, text := get(t, e, "/figures.csv"+query)
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || res.StatusCode != 200 || len(rows) != 3 || !strings.Contains(res.Header.Get("Content-Disposition"), "nianbao-figures-320000-county-2022.csv") {
		t.Fatalf("%d, %d rows, %v, %v", res.StatusCode, len(rows), err, res.Header)
	}
	_, book := get(t, e, "/figures.xlsx"+query)
	x, err := excelize.OpenReader(strings.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	sheet, err := x.GetRows(x.GetSheetList()[0])
	if err != nil || len(sheet) != len(rows) || sheet[1][2] != rows[1][2] {
		t.Errorf("the workbook has %d rows, %v", len(sheet), err)
	}
	_, packed := get(t, e, "/figures.parquet"+query)
	var m format.FileMetaData
	if end := len(packed) - 8; end < 0 || packed[end+4:] != "PAR1" {
		t.Errorf("parquet: %.20q", packed)
	} else if err := thrift.Unmarshal(&thrift.CompactProtocol{}, []byte(packed[end-int(binary.LittleEndian.Uint32([]byte(packed[end:]))):end]), &m); err != nil || m.NumRows != int64(len(rows)-1) {
		t.Errorf("parquet: %d rows, want %d: %v", m.NumRows, len(rows)-1, err)
	}
	if res, _ := get(t, e, "/figures.csv?under=nowhere"); res.StatusCode != 400 {
		t.Errorf("an unknown area: status %d", res.StatusCode)
	}
}

// A spreadsheet that opens a page has the figures alone, without the badges of findings
// and other marks.
func TestPageInSpreadsheet(t *testing.T) {
	if testing.Short() {
		t.Skip("starting LibreOffice takes seconds")
	}
	office, err := exec.LookPath("soffice")
	if err != nil {
		if os.Getenv("NIANBAO_REQUIRE_TOOLS") == "1" {
			t.Fatal(err)
		}
		t.Skip("soffice is not installed; pages cannot be opened in it (Debian: apt-get install libreoffice-calc)")
	}
	e := explore(t, sampleStore(t))
	list := getPage(t, e, "/reports?region=653124&year=2022")
	at := strings.Index(list, `href="/report/`)
	report := list[at+6 : at+6+strings.IndexByte(list[at+6:], '"')]
	dir := t.TempDir()
	for name, address := range map[string]string{"report": report, "compare": "/compare?measure=requests.processed_total&year=2022&under=653100"} {
		page := filepath.Join(dir, name+".html")
		if err := os.WriteFile(page, []byte(getPage(t, e, address)), 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		cmd := exec.CommandContext(ctx, office, "-env:UserInstallation=file://"+filepath.ToSlash(filepath.Join(dir, "office")), "--headless",
			"--infilter=HTML (StarCalc)", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir", dir, page)
		out, err := cmd.CombinedOutput()
		cancel()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	cells := func(name string) [][]string {
		b, err := os.ReadFile(filepath.Join(dir, name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(bytes.NewReader(b))
		r.FieldsPerRecord = -1
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	// 泽普县 of 2022 prints a total that contradicts the sum: 40, with badges 1, 2 and 4.
	row := func(rows [][]string, label string) []string {
		i := slices.IndexFunc(rows, func(r []string) bool {
			return slices.ContainsFunc(r, func(c string) bool { return strings.TrimSpace(c) == label })
		})
		if i < 0 {
			t.Fatalf("no row %s in\n%v", label, rows)
		}
		return rows[i]
	}
	if got := row(cells("report"), "(七)总计"); !slices.ContainsFunc(got, func(c string) bool { return strings.TrimSpace(c) == "40" }) {
		t.Errorf("the report's total is %q", got)
	}
	got := row(cells("compare"), "泽普县 喀什地区")
	if !slices.ContainsFunc(got, func(c string) bool { return strings.TrimSpace(c) == "40" }) {
		t.Errorf("the ranking's row is %q", got)
	}
}
