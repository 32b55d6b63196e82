package export

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
	"github.com/xuri/excelize/v2"

	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/ask"
	"nianbao/store/internal/storetest"
)

var update = flag.Bool("update", false, "rewrite the expected files")

// filled is a store with two invented reports; what they say is meant to be
// hard on every format.
func filled(t testing.TB) *store.Store {
	t.Helper()
	s := storetest.Fresh(t)
	value := storetest.Count
	for i, r := range []*report.Report{
		{
			Meta: report.Meta{Source: "b.html", Container: "html", Layout: "2021", Title: "甲县2022年政府信息公开工作年度报告", Year: 2022, Region: "疏附县", RegionCode: "653121",
				Publisher: "=HYPERLINK(\"http://example.com\")", Scope: report.ScopeRegion, PublishedOn: "2023-01-20", ParserVersion: "1"},
			Facts: []report.Fact{
				{Indicator: "requests.received", Applicant: "natural_person", Value: value(7), Status: report.StatusReported, Raw: "7", Locator: report.Cell(3, 4, 4)},
				{Indicator: "requests.received", Applicant: "total", Value: value(12), Status: report.StatusReported, Raw: "１２", Locator: report.Cell(3, 4, 10)},
				{Indicator: "requests.granted", Applicant: "total", Status: report.StatusBlank, Locator: report.Cell(3, 6, 10)},
				{Indicator: "disclosure.fees.amount", Value: value(14155.37), Status: report.StatusUnitAssumed, Raw: "14155.37"},
				{Indicator: "review.total", Status: report.StatusNotApplicable, Raw: "-"},
				{Indicator: "review.upheld", Status: report.StatusUnreadable, Raw: "@见附件, \"表\"\n二"},
			},
			Mentions: []report.Mention{{Metric: "disclosed_items", Subject: "政府信息", Value: 15300, Unit: "条", Section: 1, Sentence: "公开政府信息1.53万条。", Start: 6, End: 11, Raw: "1.53万"}},
			Findings: []report.Finding{{Rule: report.RuleUnreadable, Severity: report.SeverityWarning, Indicator: "review.upheld", Expected: report.Number(1), Actual: report.Text("+见附件"), Message: "The cell holds text."}},
			Sections: []report.Section{{Number: 1, Heading: "一、总体情况", Text: "公开政府信息1.53万条。"}},
		},
		{Meta: report.Meta{Source: "a.html", Container: "html", Layout: "2008", Title: "乙县2012年报告", Year: 2012, Region: "乙县", Scope: report.ScopeAgency, ParserVersion: "1"}},
	} {
		r.Meta.DocumentSHA256 = strings.Repeat(fmt.Sprintf("%02x", i+1), 32)
		if _, err := s.Ingest(t.Context(), r, store.Document{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Correct(t.Context(), store.Correction{ReportID: 1, Indicator: "requests.received", Applicant: "natural_person", Value: value(8), Reason: "the page has 8", Reviewer: "reviewer"}); err != nil {
		t.Fatal(err)
	}
	return s
}

func write(t testing.TB, s *store.Store, o Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := Write(t.Context(), s, &b, o); err != nil {
		t.Fatalf("%+v: %v", o, err)
	}
	return b.Bytes()
}

// golden compares with a file of testdata, or rewrites it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, got, 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s: -want +got\n%s", name, diff)
	}
}

func TestTexts(t *testing.T) {
	s := filled(t)
	golden(t, "facts-wide.csv", write(t, s, Options{Shape: Wide, Measures: []string{"requests.received", "requests.granted", "disclosure.fees.amount"}}))
	for _, name := range FormatNames() {
		if name != XLSX && name != Parquet { // they are no text, and have tests of their own
			golden(t, "facts-long."+name, write(t, s, Options{Format: name}))
		}
	}
}

func TestSameBytesTwice(t *testing.T) {
	s := filled(t)
	for _, format := range FormatNames() {
		for _, shape := range []string{Long, Wide} {
			o := Options{Format: format, Shape: shape}
			first := write(t, s, o)
			for range 4 { // an order that comes from a map may be the same by chance
				if !bytes.Equal(first, write(t, s, o)) {
					t.Fatalf("%s %s: two exports differ", format, shape)
				}
			}
		}
	}
}

func TestBOM(t *testing.T) {
	s := filled(t)
	if got := write(t, s, Options{BOM: true}); !bytes.HasPrefix(got, []byte("\xef\xbb\xbfreport_id,")) {
		t.Errorf("the file begins with %q", got[:20])
	}
}

func TestUnknown(t *testing.T) {
	s := filled(t)
	for _, o := range []Options{{Format: "ods"}, {Shape: "round"}} {
		if _, err := Write(t.Context(), s, io.Discard, o); !errors.Is(err, ErrFormat) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	for _, shape := range []string{Long, Wide} {
		if _, err := Write(t.Context(), s, io.Discard, Options{Shape: shape, Measures: []string{"requests.none"}}); !errors.Is(err, store.ErrUnknownCode) {
			t.Errorf("%s: %v", shape, err)
		}
	}
}

// records are the rows of a CSV, formulas not defused.
func records(t testing.TB, data []byte) [][]string {
	t.Helper()
	all, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		for i, f := range r {
			if strings.HasPrefix(f, "'") {
				r[i] = f[1:]
			}
		}
	}
	return all
}

func TestXLSXHoldsTheCSV(t *testing.T) {
	s := filled(t)
	for _, shape := range []string{Long, Wide} {
		book, err := excelize.OpenReader(bytes.NewReader(write(t, s, Options{Format: XLSX, Shape: shape})))
		if err != nil {
			t.Fatal(err)
		}
		got, err := book.GetRows(book.GetSheetName(0), excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		want := records(t, write(t, s, Options{Shape: shape}))
		for i := range got {
			for k := range got[i] { // a workbook has its own booleans
				switch want[i][k] {
				case "true", "false":
					got[i][k] = map[string]string{"1": "true", "0": "false"}[got[i][k]]
				}
			}
			for len(got[i]) < len(want[i]) {
				got[i] = append(got[i], "")
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -csv +xlsx\n%s", shape, diff)
		}
		codes, err := book.GetRows("codebook")
		if err != nil || len(codes) < 100 || !slices.Equal(codes[0], []string{"kind", "code", "label_zh", "label_en", "unit", "section", "layouts"}) {
			t.Errorf("codebook: %d rows, %v", len(codes), err)
		}
		if err := book.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// wideColumns are columns of each kind, required and not, empty from end to end, of
// one text and of a new text in every row; rowAt is one of their rows.
func wideColumns() (columns []Column, rowAt func(i int) []any) {
	for _, kind := range []string{whole, number, truth, text} {
		for _, required := range []bool{true, false} {
			columns = append(columns, Column{Name: fmt.Sprint(kind, required), Type: kind, Required: required})
		}
		columns = append(columns, Column{Name: kind + " never", Type: kind})
	}
	columns = append(columns, Column{Name: "one", Type: text, Required: true}, Column{Name: "new", Type: text}, Column{Name: "long", Type: text})
	rowAt = func(i int) []any {
		some := func(v any) any {
			if i%3 == 0 {
				return nil
			}
			return v
		}
		n, f, b, s := int64(i-1000), float64(i%7)/4-float64(i%1000), i%5 < 2, "第"+strconv.Itoa(i%300)+"条"
		return []any{n, some(n), nil, f, some(f), nil, b, some(b), nil, s, some(s), nil, "", some(strconv.Itoa(i)), some(strings.Repeat("长", 30))}
	}
	return columns, rowAt
}

// wideRows are so many that they take several row groups.
const wideRows = 2*rowGroup + 13

// wideParquet is a file of them.
func wideParquet(t *testing.T) []byte {
	t.Helper()
	columns, rowAt := wideColumns()
	var out bytes.Buffer
	p, err := newParquet(&out, columns, about{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range wideRows {
		if err := p.write(rowAt(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.close(); err != nil {
		t.Fatal(err)
	}
	if err := p.write(make([]any, len(columns))); err == nil {
		t.Error("an empty cell of a required column was written")
	}
	return out.Bytes()
}

// parquetSum is where the digest of [wideParquet] stands that the library could read.
var parquetSum = filepath.Join("testdata", "wide.parquet.sha256")

// TestParquetAsRead holds the writer to the octets that parquet-go has read: the
// library takes thirty seconds to compile, and reads them anew with -tags often
// (parquet_often_test.go), where -update keeps another digest once all is well.
func TestParquetAsRead(t *testing.T) {
	if *update {
		t.Skip("the digest is the library's to keep")
	}
	want, err := os.ReadFile(parquetSum)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%x\n", sha256.Sum256(wideParquet(t))); got != string(want) {
		t.Errorf("the writer writes other octets than the library has read: go test -tags often ./store/export -run Parquet -update")
	}
}

// footer is what the end of a Parquet file tells of it.
func footer(t *testing.T, file []byte) (m format.FileMetaData) {
	t.Helper()
	n := len(file) - 8
	if n < 0 || string(file[:4]) != "PAR1" || string(file[n+4:]) != "PAR1" {
		t.Fatalf("no Parquet file: %.20q", file)
	}
	if err := thrift.Unmarshal(&thrift.CompactProtocol{}, file[n-int(binary.LittleEndian.Uint32(file[n:])):n], &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// The columns are those of the CSV file, and there are as many rows.
func TestParquetFooter(t *testing.T) {
	s := filled(t)
	for _, shape := range []string{Long, Wide} {
		want := records(t, write(t, s, Options{Shape: shape}))
		m := footer(t, write(t, s, Options{Format: Parquet, Shape: shape}))
		var header []string
		for _, e := range m.Schema[1:] {
			header = append(header, e.Name)
		}
		if diff := cmp.Diff(want[0], header); diff != "" || m.NumRows != int64(len(want)-1) {
			t.Errorf("%s: %d rows, want %d; -csv +parquet\n%s", shape, m.NumRows, len(want)-1, diff)
		}
	}
}

func TestPackage(t *testing.T) {
	s := filled(t)
	first, second := t.TempDir(), t.TempDir()
	for _, dir := range []string{first, second} {
		if err := Package(t.Context(), s, dir, Options{}); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(first)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		a, err1 := os.ReadFile(filepath.Join(first, e.Name()))
		b, err2 := os.ReadFile(filepath.Join(second, e.Name()))
		if err := errors.Join(err1, err2); err != nil || !bytes.Equal(a, b) {
			t.Errorf("%s: two exports differ (%v)", e.Name(), err)
		}
		switch e.Name() {
		case "reports.csv", "mentions.csv", "findings.csv":
			golden(t, "package-"+e.Name(), a)
		}
	}
	var p descriptor
	data, err := os.ReadFile(filepath.Join(first, "datapackage.json"))
	if err == nil {
		err = json.Unmarshal(data, &p)
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Resources)+3 != len(entries) { // described twice, and a page for people
		t.Errorf("%d resources for %d files", len(p.Resources), len(entries))
	}
	keys := map[string]map[string]map[string]bool{} // table, column, values
	for _, r := range p.Resources {
		data, err := os.ReadFile(filepath.Join(first, r.Path))
		if err != nil {
			t.Fatal(err)
		}
		if int64(len(data)) != r.Bytes {
			t.Errorf("%s: %d bytes, described as %d", r.Path, len(data), r.Bytes)
		}
		rows := records(t, data)
		keys[r.Name] = map[string]map[string]bool{}
		for i, f := range r.Schema.Fields {
			if rows[0][i] != f.Name {
				t.Errorf("%s: column %s is described as %s", r.Path, rows[0][i], f.Name)
			}
			values := map[string]bool{}
			for _, row := range rows[1:] {
				values[row[i]] = true
			}
			keys[r.Name][f.Name] = values
		}
		for _, k := range r.Schema.ForeignKeys {
			for v := range keys[r.Name][k.Fields] {
				if v != "" && !keys[k.Reference.Resource][k.Reference.Fields][v] {
					t.Errorf("%s.%s: %q is not in %s.%s", r.Name, k.Fields, v, k.Reference.Resource, k.Reference.Fields)
				}
			}
		}
	}
}

func TestMetadata(t *testing.T) {
	var b bytes.Buffer
	if err := Metadata(t.Context(), filled(t), &b); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Databases map[string]struct {
			Tables map[string]struct {
				Description string
				Hidden      bool
				Columns     map[string]string
			}
			Queries map[string]struct{ SQL string }
		}
	}
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	s := filled(t)
	tables := doc.Databases["reports"].Tables
	for _, name := range storetest.Query(t, s, "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT GLOB 'sqlite_*'") {
		table, ok := tables[name]
		if !ok || table.Description == "" {
			t.Errorf("%s is not described: %+v", name, table)
		}
		for column, note := range table.Columns {
			if len(storetest.Query(t, s, "SELECT 1 FROM pragma_table_info(?) WHERE name = ?", name, column)) != 1 || note == "" {
				t.Errorf("%s.%s: no such column, or nothing said of it", name, column)
			}
		}
		if internal := strings.HasSuffix(name, "_data") || strings.HasPrefix(name, "search_"); internal && !table.Hidden {
			t.Errorf("%s is shown", name)
		}
	}
	for _, name := range []string{"current_fact", "headline", "fact_summary", "finding", "mention", "region", "population", "review"} {
		if tables[name].Hidden {
			t.Errorf("%s is hidden", name)
		}
	}
	if tables["current_fact"].Columns["value"] == "" || !strings.Contains(tables["fact"].Description, "fact_summary") {
		t.Errorf("current_fact: %+v; fact: %+v", tables["current_fact"], tables["fact"])
	}
	if len(doc.Databases["reports"].Queries) == 0 {
		t.Fatal("no questions")
	}
	for name, q := range doc.Databases["reports"].Queries {
		stmt, err := s.DB().Prepare(q.SQL)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		_ = stmt.Close()
	}
}

func FuzzDefuse(f *testing.F) {
	for _, s := range []string{"=1+1", "-8", "+1", "-", "@x", "＝1", "\t=1", "普通", "-1+2", "+见"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Defuse(s)
		if strings.TrimPrefix(got, "'") != s && got != s {
			t.Errorf("%q became %q", s, got)
		}
		if len(got) > 1 && strings.ContainsRune("=@\t\r\n", rune(got[0])) {
			t.Errorf("%q is left as %q", s, got)
		}
	})
}

func TestDefuse(t *testing.T) {
	for s, want := range map[string]string{
		"=1+1": "'=1+1", "+cmd|' /C calc'!A0": "'+cmd|' /C calc'!A0", "-2+3": "'-2+3", "@SUM(A1)": "'@SUM(A1)", "＝1+1": "'＝1+1", "－2＋3": "'－2＋3", "\t=1": "'\t=1",
		"-8": "-8", "+1": "+1", "－８": "－８", "+3.5": "+3.5", "-": "-", "－": "－", "—": "—", "--": "--", "－－": "－－", "-／-": "-／-", "": "", "12件": "12件", "无": "无",
	} {
		if got := Defuse(s); got != want {
			t.Errorf("%q becomes %q, not %q", s, got, want)
		}
	}
}

// TestPartition reads all files of a partitioned export back: with the columns
// that their folders name they hold the rows of the whole.
func TestPartition(t *testing.T) {
	s := filled(t)
	for _, by := range [][]string{{"year"}, {"province"}, {"year", "province"}} {
		dir := t.TempDir()
		files, err := Partition(t.Context(), s, dir, by, Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, found := 0, 0
		err = filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".parquet") {
				return err
			}
			found++
			if rel, _ := filepath.Rel(dir, path); strings.ContainsAny(rel, `%"#'*:?[]^{}`) {
				t.Errorf("%s: some readers decode names and some do not", rel)
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			m := footer(t, data)
			got += int(m.NumRows)
			for _, e := range m.Schema[1:] {
				if slices.Contains(by, e.Name) {
					t.Errorf("%s has the column %s, which its folder names", path, e.Name)
				}
				optional := e.RepetitionType.V == format.Optional
				if e.Name == "report_id" && optional || e.Name == "value" && !optional {
					t.Errorf("%s: %s is optional: %t", path, e.Name, optional)
				}
			}
			if !slices.ContainsFunc(m.KeyValueMetadata, func(kv format.KeyValue) bool {
				return kv.Key == "licence" && strings.Contains(kv.Value, "CC BY")
			}) {
				t.Errorf("%s names no licence: %v", path, m.KeyValueMetadata)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if want := len(records(t, write(t, s, Options{}))) - 1; got != want || found != files {
			t.Errorf("by %v: %d rows in %d files, want %d in %d", by, got, found, want, files)
		}
		own, err := Entries(dir)
		if entries, _ := os.ReadDir(dir); err != nil || len(own) != len(entries) {
			t.Errorf("by %v: %v of %d entries are known as the export's own, %v", by, own, len(entries), err)
		}
	}
	if _, err := os.Stat(filepath.Join(t.TempDir(), "year=2022")); err == nil {
		t.Error("a partition outside the folder")
	}
	for _, by := range [][]string{nil, {"region"}, {"year", "year"}} {
		if _, err := Partition(t.Context(), s, t.TempDir(), by, Options{}); !errors.Is(err, ErrFormat) {
			t.Errorf("by %v: %v", by, err)
		}
	}
}

// TestMeasures: what is told in words and what is reckoned from the tables can
// be had beside the figures, in both shapes and with the same values.
func TestMeasures(t *testing.T) {
	s := filled(t)
	o := Options{With: []string{"rate", "metric"}}
	rows := records(t, write(t, s, o))
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	told, rates, derived := 0, 0, 0
	for _, r := range rows[1:] {
		switch r[at["kind"]] {
		case "metric":
			told++
			if r[at["indicator"]] != "disclosed_items" || r[at["value"]] != "15300" || r[at["status"]] != "reported" || r[at["label_zh"]] == "" {
				t.Errorf("told: %q", r)
			}
		case "rate":
			rates++
			switch per := r[at["indicator"]] == "rate.requests_per_100k" && r[at["report_id"]] == "1"; {
			case per: // 12 requests of 263,014 residents
				if r[at["value"]] != "4.562494772141407" || r[at["base"]] != "263014" || r[at["base_year"]] != "2020" || !strings.Contains(r[at["label_en"]], "census of 2020") {
					t.Errorf("over residents: %q", r)
				}
			case r[at["value"]] != "" || r[at["status"]] == "reported": // the counts are too low or missing
				t.Errorf("rate: %q", r)
			}
		case "derived":
			derived++
			if r[at["indicator"]] != "requests.denied.total" || r[at["value"]] != "" || r[at["status"]] != "not_read" || !strings.Contains(r[at["label_zh"]], "推算") {
				t.Errorf("derived: %q", r)
			}
		}
	}
	if told != 1 || rates == 0 || derived == 0 {
		t.Errorf("%d metrics, %d rates and %d derived sums", told, rates, derived)
	}
	wide := records(t, write(t, s, Options{Shape: Wide, Measures: []string{"disclosed_items", "rate.granted"}}))
	if header := wide[0]; !slices.Contains(header, "told_disclosed_items") || !slices.Contains(header, "rate_granted") || slices.Contains(header, "requests_granted") {
		t.Errorf("columns %v", header)
	}
	if i := slices.Index(wide[0], "told_disclosed_items"); wide[2][i] != "15300" || wide[1][i] != "" {
		t.Errorf("told: %q and %q", wide[2][i], wide[1][i])
	}
}

// TestBook: a workbook names its source and licence and no library as its
// author, and its columns can be filtered.
func TestBook(t *testing.T) {
	s := filled(t)
	book, err := excelize.OpenReader(bytes.NewReader(write(t, s, Options{Format: XLSX})))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	p, err := book.GetDocProps()
	if err != nil || p.Creator != "nianbao" || p.LastModifiedBy != "nianbao" {
		t.Errorf("author %+v, %v", p, err)
	}
	tables, err := book.GetTables(book.GetSheetName(0))
	if err != nil || len(tables) != 1 || !strings.HasPrefix(tables[0].Range, "A1:") {
		t.Errorf("tables %+v, %v", tables, err)
	}
	source, err := book.GetRows("source")
	if err != nil || !slices.ContainsFunc(source, func(r []string) bool { return r[0] == "licence" && strings.Contains(r[1], "CC BY") }) {
		t.Errorf("source %v, %v", source, err)
	}
}

// TestRepeatedText: how much of its prose a report repeats is a rate of an
// export too, and absent where nothing was compared.
func TestRepeatedText(t *testing.T) {
	s := filled(t)
	if err := s.Writing(t.Context(), "test", func(conn *sql.Conn) error {
		_, err := conn.ExecContext(t.Context(), "INSERT INTO similarity VALUES (1, 2, 'year_before', 0.625, '[]')")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	rows := records(t, write(t, s, Options{Measures: []string{ask.RepeatedText}}))
	value, status, id := slices.Index(rows[0], "value"), slices.Index(rows[0], "status"), slices.Index(rows[0], "report_id")
	if len(rows) != 3 {
		t.Fatalf("%q", rows)
	}
	for _, r := range rows[1:] {
		if r[id] == "1" && (r[value] != "0.625" || r[status] != "reported") || r[id] == "2" && (r[value] != "" || r[status] != "not_compared") {
			t.Errorf("%q", r)
		}
	}
	wide := records(t, write(t, s, Options{Shape: Wide, With: []string{ask.KindRate}}))
	if i := slices.Index(wide[0], "rate_repeated_text"); i < 0 || wide[1][i] != "" || wide[2][i] != "0.625" {
		t.Errorf("wide: %q", wide)
	}
}

// full fails after some bytes.
type full struct{ room int }

var errFull = errors.New("no space left")

func (f *full) Write(b []byte) (int, error) {
	if f.room -= len(b); f.room < 0 {
		return 0, errFull
	}
	return len(b), nil
}

// A disk that is full is told of once.
func TestFullOnce(t *testing.T) {
	s := filled(t)
	for _, f := range Formats {
		_, err := Write(t.Context(), s, &full{room: 10}, Options{Format: f.Name})
		if !errors.Is(err, errFull) || strings.Count(err.Error(), errFull.Error()) != 1 {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

// A figure, and what is made from it, tells the rules that put it in doubt: an error or
// a warning about it or the sum it is in, and none that a reviewer dismissed or that is
// about another column.
func TestContradicted(t *testing.T) {
	s := storetest.Fresh(t)
	finding := func(rule, indicator, applicant string, severity report.Severity) report.Finding {
		return report.Finding{Rule: rule, Severity: severity, Indicator: indicator, Applicant: applicant, Message: "x"}
	}
	storetest.Ingest(t, s, storetest.With(storetest.Tables("653101", "喀什市", 2021, "2021", map[string]float64{"requests.received": 40, "requests.granted": 20, "requests.processed_total": 40, "review.total": 3, "review.upheld": 2}), func(r *report.Report) {
		for i := range r.Facts {
			if f := r.Facts[i]; f.Indicator == "requests.received" && f.Applicant == "total" {
				f.Applicant = "natural_person"
				r.Facts = append(r.Facts, f)
			}
		}
		r.Findings = []report.Finding{
			finding("requests.balance", "requests.received", "total", report.SeverityError),
			finding("requests.outcomes_sum", "requests.processed_total", "total", report.SeverityWarning),
			finding("review.sum", "review.total", "", report.SeverityInfo),
			finding("narrative.review", "review.total", "", report.SeverityWarning),
		}
	}), store.Document{})
	if err := s.ReviewFinding(t.Context(), store.Review{ReportID: 1, Rule: "narrative.review", Indicator: "review.total", Verdict: store.VerdictDismissed, Reason: "x", Reviewer: "y"}); err != nil {
		t.Fatal(err)
	}
	o := Options{Measures: []string{"requests.received", "requests.granted", "review.total", "rate.granted"}}
	rows, err := csv.NewReader(bytes.NewReader(write(t, s, o))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	at := func(name string) int { return slices.Index(rows[0], name) }
	for _, row := range rows[1:] {
		got = append(got, fmt.Sprint(row[at("indicator")], " ", row[at("applicant")], " ", row[at("value")], " [", row[at("contradicted_by")], "]"))
	}
	storetest.Same(t, "long", []string{
		"requests.received natural_person 40 []",
		"requests.received total 40 [requests.balance]",
		"requests.granted total 20 [requests.outcomes_sum]",
		"review.total  3 []",
		"rate.granted total 0.5 [requests.outcomes_sum]",
	}, got)
	o.Shape = Wide
	if rows, err = csv.NewReader(bytes.NewReader(write(t, s, o))).ReadAll(); err != nil {
		t.Fatal(err)
	}
	if i := at("contradicted"); i != len(rows[0])-1 || rows[1][i] != "3" {
		t.Errorf("wide: %q", rows)
	}
}

// TestFormatOf reads the format from a file's name, by all of an ending.
func TestFormatOf(t *testing.T) {
	for _, f := range Formats {
		for _, ending := range f.Endings {
			if got := FormatOf("figures.2021" + strings.ToUpper(ending)); got != f.Name {
				t.Errorf("a file that ends in %s is %q, want %s", ending, got, f.Name)
			}
		}
	}
	for _, name := range []string{"figures", "csv", "figures.csv.zip", ""} {
		if got := FormatOf(name); got != "" {
			t.Errorf("%q is %q, want none", name, got)
		}
	}
}
