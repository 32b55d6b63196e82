package store_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/internal/storetest"
)

var (
	measured  = flag.Int("measure", 0, "ingest this many generated reports and print speed, size and answering times")
	perCommit = flag.Int("measure.percommit", 0, "WriterOptions.PerCommit")
)

// fill ingests n generated reports as a program does: prepared on every core,
// written in order by one.
func fill(ctx context.Context, t testing.TB, s *store.Store, n int, each func(i int)) {
	type job chan *store.Prepared
	g := storetest.NewGenerator()
	jobs := make(chan job, 64)
	go func() {
		defer close(jobs)
		limit := make(chan struct{}, runtime.NumCPU())
		var wg sync.WaitGroup
		for i := range n {
			j := make(job, 1)
			limit <- struct{}{}
			jobs <- j
			wg.Go(func() {
				defer func() { <-limit }()
				p, err := s.Prepare(g.Report(i), store.Document{URL: "https://www.example.gov.cn/", Bytes: 100_000, HTTPStatus: 200, ContentType: "text/html"})
				if err != nil {
					t.Error(err)
				}
				j <- p
			})
		}
		wg.Wait()
	}()
	w, err := s.Writer(ctx, store.WriterOptions{PerCommit: *perCommit})
	if err != nil {
		t.Fatal(err)
	}
	i := 0
	for j := range jobs {
		if _, err := w.Write(ctx, <-j); err != nil {
			t.Fatal(err)
		}
		if i++; each != nil {
			each(i)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestMeasure is run by hand: go test ./store -run Measure -measure 200000 -v -timeout 1h
func TestMeasure(t *testing.T) {
	if *measured == 0 {
		t.Skip("a measurement, not a test: run it with -measure N")
	}
	path := *storetest.MeasureDB
	if path == "" {
		path = filepath.Join(t.TempDir(), "measure.db")
	}
	s, err := store.Open(t.Context(), path, store.Options{Now: func() time.Time { return storetest.Clock }})
	if err != nil {
		t.Fatal(err)
	}
	start, last, used, system := time.Now(), time.Now(), storetest.ProcessorTime(), storetest.SystemTime()
	fill(t.Context(), t, s, *measured, func(i int) {
		if tenth := *measured / 10; i%tenth == 0 {
			t.Logf("tenth %d: %.0f reports/s, %.2f ms of processor time a report, the system's %.2f with it", i/tenth, float64(tenth)/time.Since(last).Seconds(),
				float64((storetest.ProcessorTime()-used).Microseconds())/1000/float64(tenth), float64((storetest.SystemTime()-system).Microseconds())/1000/float64(tenth))
			last, used, system = time.Now(), storetest.ProcessorTime(), storetest.SystemTime()
		}
	})
	took := time.Since(start)
	var facts int
	if err := s.DB().QueryRow("SELECT count(*) FROM fact_data").Scan(&facts); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d reports, %d facts in %v: %.0f reports/s, %.0f facts/s; %d bytes, %.1f a fact", *measured, facts, took,
		float64(*measured)/took.Seconds(), float64(facts)/took.Seconds(), info.Size(), float64(info.Size())/float64(facts))
}

func BenchmarkIngest(b *testing.B) {
	s, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "bench.db"), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	fill(b.Context(), b, s, b.N, nil)
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reports/s")
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

// figuresOnly is a generated report without anything but the figures that are
// printed: the shell's .import cannot write NULL.
func figuresOnly(i int) *report.Report {
	r := storetest.NewGenerator().Report(i)
	r.Sections, r.Mentions, r.Findings = nil, nil, nil
	r.Facts = slices.DeleteFunc(r.Facts, func(f report.Fact) bool { return f.Value == nil })
	return r
}

// BenchmarkFactRows stores reports that are nothing but their figures; compare
// its rows/cpu-s with those of BenchmarkShellImport, from one run.
func BenchmarkFactRows(b *testing.B) {
	s, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "bench.db"), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	prepared := make([]*store.Prepared, b.N)
	rows := 0
	for i := range prepared {
		r := figuresOnly(i)
		rows += len(r.Facts)
		if prepared[i], err = s.Prepare(r, store.Document{}); err != nil {
			b.Fatal(err)
		}
	}
	w, err := s.Writer(b.Context(), store.WriterOptions{})
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	used := storetest.ProcessorTime()
	for _, p := range prepared {
		if _, err := w.Write(b.Context(), p); err != nil {
			b.Fatal(err)
		}
	}
	err = w.Close()
	used = storetest.ProcessorTime() - used
	b.StopTimer()
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(rows)/used.Seconds(), "rows/cpu-s")
	if err := errors.Join(err, s.Close()); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkShellImport lets the sqlite3 shell import the rows that
// BenchmarkFactRows stores, and no others, into the same table of a new file.
func BenchmarkShellImport(b *testing.B) {
	shell, err := exec.LookPath("sqlite3")
	if err != nil {
		b.Skip("no sqlite3 shell")
	}
	dir := b.TempDir()
	path, list := filepath.Join(dir, "bench.db"), filepath.Join(dir, "rows.csv")
	s, err := store.Open(b.Context(), path, store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	var csv bytes.Buffer
	rows := 0
	for i := range b.N {
		r := figuresOnly(i)
		slices.SortFunc(r.Facts, func(x, y report.Fact) int {
			return cmp.Or(cmp.Compare(s.Codes().Indicator[x.Indicator], s.Codes().Indicator[y.Indicator]), cmp.Compare(s.Codes().Applicant[x.Applicant], s.Codes().Applicant[y.Applicant]))
		})
		for _, f := range r.Facts {
			fmt.Fprintf(&csv, "%d,%d,%d,%v,0,,%d\n", i+1, s.Codes().Indicator[f.Indicator], s.Codes().Applicant[f.Applicant], *f.Value, f.Locator.Table<<20|f.Locator.Row<<8|f.Locator.Column)
			rows++
		}
	}
	if err := errors.Join(s.Close(), os.WriteFile(list, csv.Bytes(), 0o666)); err != nil {
		b.Fatal(err)
	}
	c := exec.CommandContext(b.Context(), shell, "-batch", path)
	c.Stdin = strings.NewReader("PRAGMA journal_mode = WAL;\nPRAGMA synchronous = NORMAL;\n.mode csv\n.import " + list + " fact_data\nSELECT 'rows', count(*) FROM fact_data;\n")
	b.ResetTimer()
	out, err := c.CombinedOutput()
	b.StopTimer()
	if err != nil || !strings.Contains(string(out), fmt.Sprintf("rows,%d", rows)) {
		b.Fatalf("%v: %.500s", err, out)
	}
	used := c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(rows)/used.Seconds(), "rows/cpu-s")
}

// TestGrowth is run by hand on a copy of a large file that TestMeasure made: go
// test ./store -run Growth -measure.db FILE -v. It writes to that file and to a
// small one in turns, so that whatever else the machine does slows both.
func TestGrowth(t *testing.T) {
	if *storetest.MeasureDB == "" || *measured != 0 {
		t.Skip("a measurement, not a test: run it with -measure.db FILE")
	}
	g := storetest.NewGenerator()
	g.Years = 14 // the file has the first five
	next := len(g.Counties) * (g.Agencies + 1) * 6
	const batch, rounds = 256, 12
	names := []string{"small", "large"}
	var writers []*store.Writer
	var stores []*store.Store
	for _, path := range []string{filepath.Join(t.TempDir(), "small.db"), *storetest.MeasureDB} {
		s, err := store.Open(t.Context(), path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		w, err := s.Writer(t.Context(), store.WriterOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		writers, stores = append(writers, w), append(stores, s)
	}
	used := make([][]time.Duration, 2)
	for range rounds {
		reports := make([]*report.Report, batch)
		for i := range reports {
			reports[i] = g.Report(next)
			next++
		}
		for k, w := range writers {
			prepared := make([]*store.Prepared, batch)
			for i, r := range reports {
				var err error
				if prepared[i], err = stores[k].Prepare(r, store.Document{}); err != nil {
					t.Fatal(err)
				}
			}
			before := storetest.ProcessorTime()
			for _, p := range prepared {
				if result, err := w.Write(t.Context(), p); err != nil || result.Outcome != store.Added {
					t.Fatalf("%v %v", result, err)
				}
			}
			used[k] = append(used[k], storetest.ProcessorTime()-before)
		}
	}
	for k, name := range names {
		all := slices.Clone(used[k][1:]) // the first fills the caches
		slices.Sort(all)
		t.Logf("%s: median %.3f ms of processor time to write a report, from %.3f to %.3f", name, float64(all[len(all)/2].Microseconds())/1000/batch,
			float64(all[0].Microseconds())/1000/batch, float64(all[len(all)-1].Microseconds())/1000/batch)
	}
}
