package store

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/yanyiwu/gojieba"
)

var (
	measured  = flag.Int("measure", 0, "ingest this many generated reports and print speed, size and answering times")
	measureDB = flag.String("measure.db", "", "keep the measured file under this name")
	perCommit = flag.Int("measure.percommit", 0, "WriterOptions.PerCommit")
)

// fill ingests n generated reports as a program does: prepared on every core,
// written in order by one.
func fill(ctx context.Context, t testing.TB, s *Store, n int, each func(i int)) {
	type job chan *Prepared
	g := newGenerator()
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
				p, err := s.Prepare(g.report(i), Document{URL: "https://www.example.gov.cn/", Bytes: 100_000, HTTPStatus: 200, ContentType: "text/html"})
				if err != nil {
					t.Error(err)
				}
				j <- p
			})
		}
		wg.Wait()
	}()
	w, err := s.Writer(ctx, WriterOptions{PerCommit: *perCommit})
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
	path := *measureDB
	if path == "" {
		path = filepath.Join(t.TempDir(), "measure.db")
	}
	cutter := gojieba.NewJieba()
	defer cutter.Free()
	s, err := Open(t.Context(), path, Options{Cutter: jieba{cutter}, Now: func() time.Time { return clock }})
	if err != nil {
		t.Fatal(err)
	}
	start, last, used := time.Now(), time.Now(), processorTime()
	fill(t.Context(), t, s, *measured, func(i int) {
		if tenth := *measured / 10; i%tenth == 0 {
			t.Logf("tenth %d: %.0f reports/s, %.2f ms of processor time a report", i/tenth, float64(tenth)/time.Since(last).Seconds(),
				float64((processorTime()-used).Microseconds())/1000/float64(tenth))
			last, used = time.Now(), processorTime()
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

// processorTime is what this process has used: unlike the clock it does not
// count what other programs on the machine do.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkIngest(b *testing.B) {
	s, err := Open(b.Context(), filepath.Join(b.TempDir(), "bench.db"), Options{Cutter: pairs{}})
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

// BenchmarkFactRows stores reports that are nothing but their figures: compare
// rows/s with the sqlite3 shell's .import of the same rows into fact_data.
func BenchmarkFactRows(b *testing.B) {
	s, err := Open(b.Context(), filepath.Join(b.TempDir(), "bench.db"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	g := newGenerator()
	w, err := s.Writer(b.Context(), WriterOptions{})
	if err != nil {
		b.Fatal(err)
	}
	rows, used := 0, time.Duration(0)
	b.ResetTimer()
	for i := range b.N {
		b.StopTimer()
		r := g.report(i)
		r.Sections, r.Mentions, r.Findings = nil, nil, nil
		p, err := s.Prepare(r, Document{})
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		before := processorTime()
		if _, err := w.Write(b.Context(), p); err != nil {
			b.Fatal(err)
		}
		used += processorTime() - before
		rows += len(r.Facts)
	}
	b.StopTimer()
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(rows)/used.Seconds(), "rows/cpu-s")
	if err := errors.Join(w.Close(), s.Close()); err != nil {
		b.Fatal(err)
	}
}
