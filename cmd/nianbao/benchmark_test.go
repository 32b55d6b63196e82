package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/parser/specimen"
)

// BenchmarkIngest takes 2,000 Word-pasted reports of some 110 KB each, every
// one of another county and with figures of its own, from files to a SQLite
// file: the whole command.
func BenchmarkIngest(b *testing.B) {
	const reports = 2000
	dir := b.TempDir()
	pages := filepath.Join(dir, "pages")
	if err := os.Mkdir(pages, 0o777); err != nil {
		b.Fatal(err)
	}
	style, ok := specimen.Find("html-word-paste")
	if !ok {
		b.Fatal("no such style")
	}
	var counties []string
	for _, r := range region.All() {
		if r.Level == region.LevelCounty && len(region.Find(r.Name)) == 1 {
			counties = append(counties, r.Name)
		}
	}
	size := int64(0)
	for i := range reports {
		truth := specimen.Random(rand.New(rand.NewPCG(uint64(i), 1)), []string{catalog.Layout2019, catalog.Layout2021}[i%2])
		data, _, err := style.Write(truth)
		if err != nil {
			b.Fatal(err)
		}
		own := truth.Meta.Region
		data = bytes.ReplaceAll(data, []byte(own), []byte(counties[i%len(counties)]))
		size += int64(len(data))
		if err := os.WriteFile(filepath.Join(pages, fmt.Sprintf("%04d.html", i)), data, 0o666); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(size)
	n := 0
	for b.Loop() {
		n++
		var messages strings.Builder
		a := &app{stdin: strings.NewReader(""), stdout: io.Discard, stderr: &messages}
		if status := a.run(context.Background(), []string{"ingest", "--db", filepath.Join(dir, fmt.Sprintf("%d.db", n)), pages}); status != exitDone {
			b.Fatalf("exit status %d: %s", status, messages.String())
		}
	}
	b.ReportMetric(float64(reports*b.N)/b.Elapsed().Seconds(), "reports/s")
}
