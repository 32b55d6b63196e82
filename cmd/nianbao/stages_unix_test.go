//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"golang.org/x/net/html"

	"nianbao/parser"
	"nianbao/parser/document"
	"nianbao/parser/form"
	"nianbao/parser/htmldoc"
	"nianbao/parser/narrative"
	"nianbao/parser/outline"
	"nianbao/parser/report"
	"nianbao/store"
)

// BenchmarkStages tells what of an ingest's processor time each step takes, over
// the pages of BenchmarkIngest: what the whole would be if the others took
// nothing. Run it with -benchtime 1x.
func BenchmarkStages(b *testing.B) {
	const reports = 300
	for _, paragraphs := range []int{0, 60} {
		b.Run(fmt.Sprintf("paragraphs-%d", paragraphs), func(b *testing.B) {
			dir := b.TempDir()
			writeFolder(b, dir, "html-word-paste", reports, 0, "-prose", fmt.Sprint(paragraphs))
			files, err := filepath.Glob(filepath.Join(dir, "*.html"))
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				stages(b, files)
			}
		})
	}
}

func stages(b *testing.B, files []string) {
	ctx := b.Context()
	n := len(files)
	stage := func(name string, do func(i int) error) {
		begun := processorTime(b)
		for i := range n {
			if err := do(i); err != nil {
				b.Fatalf("%s: %s: %v", name, files[i], err)
			}
		}
		b.ReportMetric(float64((processorTime(b)-begun).Microseconds())/1000/float64(n), name+"-ms/page")
	}
	pages := make([][]byte, n)
	docs := make([]*document.Document, n)
	outlines := make([]*outline.Outline, n)
	tables := make([]form.Result, n)
	reports := make([]*report.Report, n)
	prepared := make([]*store.Prepared, n)

	words := narrative.Lazy()
	if _, err := words(); err != nil {
		b.Fatal(err)
	}
	bare, whole := parser.New(parser.Config{}), parser.New(parser.Config{Narrative: words})
	defer bare.Close()
	defer whole.Close()
	s, err := store.Open(ctx, filepath.Join(b.TempDir(), "x.db"), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	w, err := s.Writer(ctx, store.WriterOptions{})
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()

	stage("file", func(i int) (err error) {
		pages[i], err = readFile(files[i])
		return err
	})
	stage("html.Parse", func(i int) error {
		_, err := html.Parse(bytes.NewReader(pages[i]))
		return err
	})
	stage("document", func(i int) (err error) {
		docs[i], err = htmldoc.Read(ctx, pages[i], "")
		return err
	})
	stage("outline", func(i int) error {
		outlines[i] = outline.Read(docs[i], files[i])
		return nil
	})
	stage("form", func(i int) error {
		tables[i] = form.Read(docs[i], form.Of{Year: int(outlines[i].Meta.Year), Body: outlines[i].Body})
		return nil
	})
	parse := func(p *parser.Parser) func(i int) error {
		return func(i int) (err error) {
			reports[i], err = p.Parse(ctx, parser.Source{Name: files[i], Data: pages[i]})
			return err
		}
	}
	stage("parse-without-words", parse(bare))
	stage("parse", parse(whole))
	stage("prepare", func(i int) (err error) {
		prepared[i], err = s.Prepare(reports[i], store.Document{})
		return err
	})
	stage("write", func(i int) error {
		_, err := w.Write(ctx, prepared[i])
		return err
	})
	if err := w.Flush(context.WithoutCancel(ctx)); err != nil {
		b.Fatal(err)
	}
}
