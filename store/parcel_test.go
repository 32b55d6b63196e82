package store_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/internal/storetest"
)

// everything are questions that tell two files apart, but for the numbers that
// stand for codes in them.
var everything = []string{
	"SELECT * FROM fact ORDER BY report_id, indicator, applicant", "SELECT * FROM mention ORDER BY report_id, seq", "SELECT * FROM section ORDER BY report_id, number",
	"SELECT * FROM finding ORDER BY report_id, rule, message", "SELECT * FROM document ORDER BY sha256",
	"SELECT id, region_code, region_name, publisher, scope, year, layout, container, title, period_start, period_end, published_on, source, document_sha256, parser_version, superseded_by FROM report ORDER BY id",
}

// What the function Prepare made and another machine writes is what Prepare and Write
// make of the same report, also where the file numbers the indicators otherwise.
func TestParcel(t *testing.T) {
	g := storetest.NewGenerator()
	at, other := storetest.Fresh(t), storetest.Fresh(t)
	path := filepath.Join(t.TempDir(), "older.db")
	if err := storetest.Open(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	storetest.Change(t, path, "UPDATE indicator SET number = 900 - number; UPDATE applicant SET number = number + 20 WHERE number > 0; UPDATE applicant SET number = 128 - number WHERE number > 0")
	older := storetest.Open(t, path)
	write := func(s *store.Store, p *store.Prepared, err error) store.Outcome {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		w, err := s.Writer(t.Context(), store.WriterOptions{})
		if err != nil {
			t.Fatal(err)
		}
		result, err := w.Write(t.Context(), p)
		if err := errors.Join(err, w.Sync(t.Context()), w.Close()); err != nil {
			t.Fatal(err)
		}
		return result.Outcome
	}
	var all []*report.Report
	for n := range 40 {
		all = append(all, g.Report(n))
	}
	odd := storetest.Sample("653101", "喀什市", 2021, 0.25)
	odd.Meta.DocumentSHA256 = "00000000000000000000000000000000000000000000000000000000000000aa"
	odd.Facts[0].Raw, odd.Facts[0].Locator = "０．２５\xff", report.Locator{Table: 9, Row: 9000, Column: 300}
	odd.Findings = append(odd.Findings, report.Finding{Rule: "total.sum", Severity: report.SeverityError, Expected: report.Number(1.5), Actual: report.Text("一\x00二"), Message: "三", Locator: report.Line(3)})
	all = append(all, odd)
	for i, r := range all {
		d := store.Document{URL: r.Meta.Source, HTTPStatus: 200, Bytes: 5, WARCFile: "a.warc.gz", WARCOffset: int64(i), FetchedAt: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)}
		p, err := at.Prepare(r, d)
		want := write(at, p, err)
		if p, err = store.Prepare(r, d); err != nil {
			t.Fatal(err)
		}
		packed := p.Pack()
		p, err = other.Unpack(packed)
		if got := write(other, p, err); got != want {
			t.Errorf("report %d: %s, want %s", i, got, want)
		}
		p, err = older.Unpack(packed)
		if got := write(older, p, err); got != want {
			t.Errorf("report %d in the older file: %s, want %s", i, got, want)
		}
		// The older file prepares it itself to the same digests.
		p, err = older.Prepare(r, d)
		if got := write(older, p, err); got != store.Unchanged && got != store.Copied {
			t.Errorf("report %d prepared again by the older file: %s", i, got)
		}
	}
	for _, q := range everything {
		want := storetest.Query(t, at, q)
		if len(want) == 0 {
			t.Errorf("%s: nothing", q)
		}
		storetest.Same(t, q, want, storetest.Query(t, other, q))
		storetest.Same(t, q+" in the older file", want, storetest.Query(t, older, q))
	}
	storetest.Same(t, "the search index", storetest.Query(t, at, "SELECT * FROM search_block"), storetest.Query(t, other, "SELECT * FROM search_block"))
}

func TestParcelRefused(t *testing.T) {
	s := storetest.Fresh(t)
	p, err := store.Prepare(storetest.Sample("653101", "喀什市", 2021, 3), store.Document{})
	if err != nil {
		t.Fatal(err)
	}
	good := p.Pack()
	for i := range good {
		if _, err := s.Unpack(good[:i]); err == nil {
			t.Fatalf("the first %d octets of %d passed", i, len(good))
		}
	}
	bad := append([]byte{}, good...)
	bad[len(bad)/2] ^= 1
	if _, err := s.Unpack(bad); !errors.Is(err, store.ErrParcel) {
		t.Errorf("a damaged inside: %v", err)
	}
	if got := store.ParcelSource(bad); got != p.Source() || got == "" {
		t.Errorf("the damaged parcel is of %q, want %q", got, p.Source())
	}
	if got := store.ParcelSource(bad[:20]); got != "" {
		t.Errorf("a cut parcel is of %q", got)
	}
	bad = append([]byte{}, good...)
	bad[5] ^= 1
	if _, err := s.Unpack(bad); !errors.Is(err, store.ErrParcelVersion) {
		t.Errorf("another catalogue: %v", err)
	}
}

// FuzzUnpack reads the bytes as a parcel, and as what stands compressed behind a good
// head: compression sums up what it holds, so that bytes changed in a parcel are refused
// before any value is read.
func FuzzUnpack(f *testing.F) {
	s := storetest.Fresh(f)
	p, err := store.Prepare(storetest.Sample("653101", "喀什市", 2021, 3), store.Document{})
	if err != nil {
		f.Fatal(err)
	}
	good := p.Pack()
	begin := bytes.Index(good, []byte("\x28\xb5\x2f\xfd")) // of a Zstandard frame, RFC 8878
	if begin < 0 {
		f.Fatal("nothing compressed in the parcel")
	}
	head := slices.Clip(good[:begin])
	packer, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		f.Fatal(err)
	}
	unpacker, err := zstd.NewReader(nil)
	if err != nil {
		f.Fatal(err)
	}
	defer unpacker.Close()
	body, err := unpacker.DecodeAll(good[begin:], nil)
	if err != nil {
		f.Fatal(err)
	}
	behind := func(body []byte) []byte { return packer.EncodeAll(body, head) }
	if _, err := s.Unpack(behind(body)); err != nil {
		f.Fatalf("the same behind the head: %v", err)
	}
	f.Add(good)
	f.Add(body)
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, parcel := range [][]byte{data, behind(data)} {
			if p, err := s.Unpack(parcel); err == nil {
				if _, err := s.Unpack(p.Pack()); err != nil {
					t.Errorf("packed again: %v", err)
				}
			}
		}
	})
}
