package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// BenchmarkIngest takes 2,000 Word-pasted reports of some 110 KB each, every one
// of another county and with figures of its own, from files to a SQLite file:
// the whole command, and beside it in the same run the program that one would
// write with goquery for the tables alone. Run it with -benchtime 1x; it tells
// the pages a second of both, their ratio and the processor time of a page.
func BenchmarkIngest(b *testing.B) {
	const reports = 2000
	for _, c := range []struct {
		name       string
		paragraphs int
	}{{"little-prose", 0}, {"much-prose", 60}} {
		b.Run(c.name, func(b *testing.B) {
			dir := b.TempDir()
			pages := filepath.Join(dir, "pages")
			writeFolder(b, pages, "html-word-paste", reports, 0, "-prose", fmt.Sprint(c.paragraphs))
			var ours, theirs spent
			n := 0
			for b.Loop() {
				n++
				theirs.run(b, dir, "plain", filepath.Join(dir, fmt.Sprintf("plain%d.db", n)), pages)
				ours.run(b, dir, "nianbao", "ingest", "--db", filepath.Join(dir, fmt.Sprintf("%d.db", n)), pages)
			}
			all := float64(n * reports)
			b.ReportMetric(all/ours.wall.Seconds(), "reports/s")
			b.ReportMetric(all/theirs.wall.Seconds(), "plain-reports/s")
			b.ReportMetric(theirs.wall.Seconds()/ours.wall.Seconds(), "times-plain")
			b.ReportMetric(float64(ours.processor.Microseconds())/all/1000, "cpu-ms/report")
			b.ReportMetric(float64(theirs.processor.Microseconds())/all/1000, "plain-cpu-ms/report")
		})
	}
}

// spent adds up what runs of a command took.
type spent struct{ wall, processor time.Duration }

func (m *spent) run(b *testing.B, dir, name string, args ...string) {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), name, args...)
	cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+filepath.Join(dir, "cache"))
	begun := time.Now()
	out, err := cmd.CombinedOutput()
	m.wall += time.Since(begun)
	if err != nil {
		b.Fatalf("%s: %v\n%s", name, err, out)
	}
	m.processor += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// plainGoquery is the program that nianbao is measured against: it selects the rows of
// every table with goquery, reads their cells and inserts them row by row, one
// page after the other.
func plainGoquery() {
	if err := plainIngest(context.Background(), os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func plainIngest(ctx context.Context, path, dir string) error {
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "CREATE TABLE cell (file TEXT, tbl INTEGER, line INTEGER, col INTEGER, text TEXT)"); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.html"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("no page in %s: %w", dir, err)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	insert, err := tx.PrepareContext(ctx, "INSERT INTO cell VALUES (?, ?, ?, ?, ?)")
	if err != nil {
		return err
	}
	defer insert.Close()
	for _, file := range files {
		if err := plainPage(ctx, insert, file); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func plainPage(ctx context.Context, insert *sql.Stmt, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	doc, err := goquery.NewDocumentFromReader(f)
	if err != nil {
		return err
	}
	doc.Find("table").Each(func(table int, t *goquery.Selection) {
		t.Find("tr").Each(func(row int, tr *goquery.Selection) {
			tr.Find("td, th").Each(func(col int, td *goquery.Selection) {
				if _, e := insert.ExecContext(ctx, filepath.Base(file), table, row, col, strings.TrimSpace(td.Text())); e != nil && err == nil {
					err = e
				}
			})
		})
	})
	return err
}
