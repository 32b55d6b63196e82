package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/mattn/go-runewidth"
	"github.com/spf13/cobra"

	"nianbao/crawler"
	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/ask"
	"nianbao/store/panel"
	"nianbao/testdata"
)

func (a *app) demoCommand() *cobra.Command {
	var db string
	var keep bool
	c := &cobra.Command{
		Use:         "demo",
		Annotations: map[string]string{newDatabase: "yes"},
		Short:       "Crawl, read, check and compare a built-in sample site",
		Long: `Serve a built-in sample site on a loopback port, crawl it over HTTP as any site is
crawled, read and store its reports, and print what was fetched, a comparison of
the counties, and what is wrong with their reports. Nothing outside this machine
is asked for.

The counties are real. The figures of 喀什市 for 2021 are those that it published;
all other figures are invented.

What the demo made is removed when it ends, unless --db or --keep says otherwise.`,
		Example: "  nianbao demo\n  nianbao demo --db demo.db",
		Args:    operands(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			err := a.demo(c.Context(), db, keep)
			if err != nil && c.Context().Err() != nil {
				return errors.New("stopped; nothing is left behind")
			}
			return err
		},
	}
	c.Flags().StringVar(&db, "db", "", "a new SQLite file to store the reports in, and keep")
	c.Flags().BoolVar(&keep, "keep", false, "keep the folder with the database and the archive of the pages, and print where it is")
	return c
}

// isNew is the error of a database that is there already.
func isNew(db string) error {
	switch _, err := os.Stat(db); {
	case err == nil:
		return usagef("--db %s: the file is there already; the demo stores invented figures, give it a new file", db)
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("--db %s: %w", db, err)
	}
	return nil
}

// demo runs in a temporary folder and leaves behind what was asked for, and
// only if all went well.
func (a *app) demo(ctx context.Context, db string, keep bool) (err error) {
	if db != "" {
		if err := isNew(db); err != nil {
			return err
		}
	}
	dir, err := os.MkdirTemp("", "nianbao-demo-")
	if err != nil {
		return err
	}
	file, archive := db, filepath.Join(dir, "archive")
	switch {
	case file == "":
		file = filepath.Join(dir, "demo.db")
	case keep: // where every command looks for it
		archive = archiveBeside(db)
		if _, err := os.Stat(archive); err == nil {
			return errors.Join(usagef("--keep: %s, where the pages of %s would be kept, is there already; give another --db", archive, db), os.RemoveAll(dir))
		}
	}
	defer func() {
		if err != nil && keep {
			err = errors.Join(err, os.RemoveAll(archive))
		}
		if err != nil && db != "" {
			for _, end := range []string{"", "-wal", "-shm", "-journal"} {
				_ = os.Remove(db + end) // most are not there
			}
		}
		if err != nil || !keep || db != "" {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	if err := a.demoIn(ctx, file, archive); err != nil {
		return err
	}
	a.demoNext(dir, db, keep)
	return nil
}

// demoIn crawls the sample site and shows what was found there.
func (a *app) demoIn(ctx context.Context, file, archive string) (err error) {
	s, err := a.openStore(ctx, file, false)
	if err != nil {
		return err
	}
	defer closing(s, &err)
	events, err := a.crawlSample(ctx, s, archive)
	if err != nil {
		return err
	}
	a.tell("A sample site of two prefectures, crawled over HTTP on this machine, read and stored.")
	a.tell("Only 喀什市 (Kashi) 2021 has figures that were published; all others are INVENTED.")
	if err := a.demoPages(ctx, s, events); err != nil {
		return err
	}
	if err := a.demoComparison(ctx, s); err != nil {
		return err
	}
	return a.demoFindings(ctx, s)
}

// crawlSample serves the sample site and crawls it. The events are those of
// the addresses that ended, with paths for addresses, in the order of paths.
func (a *app) crawlSample(ctx context.Context, s *store.Store, archive string) ([]crawler.Event, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("the sample site needs a port on 127.0.0.1: %w", err)
	}
	site := &http.Server{Handler: sampleSite(), ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- site.Serve(listener) }()
	defer func() { site.Close(); <-served }()

	base := "http://" + listener.Addr().String()
	seeds, err := crawler.ReadSeeds(strings.NewReader(testdata.Seeds(base)), "seeds.csv")
	if err != nil {
		return nil, err
	}
	p, err := a.parser()
	if err != nil {
		return nil, err
	}
	defer p.Close()
	var events []crawler.Event
	run := &crawlRun{app: a, parser: p, event: func(e crawler.Event) {
		if e.RetryAt.IsZero() {
			e.URL = strings.TrimPrefix(e.URL, base)
			events = append(events, e)
		}
	}}
	written := run.into(s)
	// The site is our own and on this machine: no pauses, no second tries.
	cfg := crawler.Config{Version: version, Delay: -1, DelayFactor: -1, Retries: -1}
	_, err = run.crawl(ctx, archive, cfg, seeds, "")
	if err := errors.Join(err, written()); err != nil {
		return nil, err
	}
	if _, err := panel.Check(ctx, s); err != nil {
		return nil, err
	}
	slices.SortFunc(events, func(a, b crawler.Event) int { return strings.Compare(a.URL, b.URL) })
	return events, nil
}

// demoReport is a report with the path it was found at.
type demoReport struct {
	region, year, layout, container string
	figures, told                   int
}

// demoPages tells what became of each page.
func (a *app) demoPages(ctx context.Context, s *store.Store, events []crawler.Event) error {
	reports := map[string]demoReport{}
	rows, err := s.DB().QueryContext(ctx, `SELECT source, region_name, year, layout, container,
		(SELECT count(*) FROM fact f WHERE f.report_id = r.id AND f.value IS NOT NULL), (SELECT count(*) FROM mention m WHERE m.report_id = r.id)
		FROM report r`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var source string
		var r demoReport
		if err := rows.Scan(&source, &r.region, &r.year, &r.layout, &r.container, &r.figures, &r.told); err != nil {
			return err
		}
		if u, err := url.Parse(source); err == nil {
			source = u.Path
		}
		reports[source] = r
	}
	if err := rows.Err(); err != nil {
		return err
	}
	t := &table{columns: []column{{"", "PAGE"}, {"", "REPORT"}, {"", "FORM"}, {"", "LAYOUT"}, {"", "FIGURES"}, {"", "TOLD"}, {"", "NOTE"}}}
	fetched := 0
	for _, e := range events {
		if e.Reason != crawler.RobotsDisallowed {
			fetched++
		}
		r, ok := reports[e.URL]
		if ok {
			t.add(e.URL, r.region+" "+r.year, r.container, r.layout, r.figures, r.told, a.say(sampleNotes[e.URL]))
		} else {
			t.add(e.URL, nil, nil, nil, nil, nil, a.say(pageNote(e)))
		}
	}
	a.head("%d reports found on %d pages (FIGURES in tables, TOLD in words)", len(reports), fetched)
	fmt.Fprintln(a.out)
	_ = a.print(t, tableFlags{})
	return nil
}

// sampleNotes says what is hard about some pages.
var sampleNotes = map[string]string{
	"/shufu/2020.html":       "GB18030, its header says UTF-8",
	"/shufu/2022.html":       "GB18030, its meta says gb2312",
	"/shufu/files/2021.docx": "attached to /shufu/2021.html",
	"/shule/2021.html":       "pasted from Word",
}

// pageNote says why a page gave no report.
func pageNote(e crawler.Event) string {
	switch {
	case e.Reason == crawler.RobotsDisallowed:
		return "not fetched: robots.txt forbids it"
	case e.Reason == crawler.NotAReport:
		return "no report"
	case e.Reason != crawler.Fetched:
		return strings.ReplaceAll(string(e.Reason), "_", " ")
	case e.Role == crawler.RoleSite, e.Role == crawler.RoleList:
		return "searched for links"
	}
	return "a title and a link to the report"
}

const demoYear = 2021

// demoComparison puts the counties of one year side by side.
func (a *app) demoComparison(ctx context.Context, s *store.Store) error {
	codes := []string{"requests.received", "requests.granted", "disclosure.licensing.decisions", "mailbox_received"}
	t := &table{columns: []column{{"", "CODE"}, {"", "REGION"}, {"", "PREFECTURE"}}}
	cells := map[string][]any{}
	var order []string
	for i, code := range codes {
		m, err := ask.FindMeasure(code, "")
		if err != nil {
			return err
		}
		zh, _ := catalog.Name(code, m.LabelZH, m.LabelEN)
		t.columns = append(t.columns, column{"", a.in(zh, code)})
		c, err := ask.Compare(ctx, s, ask.CompareQuery{Filter: store.Filter{Years: store.Year(demoYear)}, Code: code})
		if err != nil {
			return err
		}
		for _, r := range c.Rows {
			if cells[r.RegionCode] == nil {
				own, _ := region.Lookup(r.RegionCode)
				above, _ := region.Lookup(own.ParentCode)
				cells[r.RegionCode] = make([]any, 3+len(codes))
				copy(cells[r.RegionCode], []any{r.RegionCode, r.RegionName, above.Name})
				order = append(order, r.RegionCode)
			}
			if r.Value != nil {
				cells[r.RegionCode][3+i] = *r.Value
			} else {
				cells[r.RegionCode][3+i] = noFigure(a.in(a.word("status", string(r.Status)), strings.ReplaceAll(string(r.Status), "_", " ")))
			}
		}
	}
	slices.Sort(order)
	for _, code := range order {
		t.rows = append(t.rows, cells[code])
	}
	a.head("The counties in %d: requests received and granted, licensing decisions, letters to the mailbox", demoYear)
	fmt.Fprintln(a.out)
	_ = a.print(t, tableFlags{})
	return nil
}

// demoFindings lists the errors and warnings, a report at a time.
func (a *app) demoFindings(ctx context.Context, s *store.Store) error {
	n, notes, last := 0, 0, ""
	a.head("What is wrong with the reports")
	for f, err := range s.Findings(ctx, store.FindingQuery{}) {
		if err != nil {
			return err
		}
		if f.Severity == report.SeverityInfo {
			notes++
			continue
		}
		n++
		what := a.in("虚构数字", "invented figures")
		if f.RegionCode == "653101" && f.Year == 2021 {
			what = a.in("公开发布的数字", "published figures")
		}
		name := fmt.Sprintf(a.in("%s %d（%s）", "%s %d (%s)"), f.RegionName, f.Year, what)
		if name != last {
			fmt.Fprintf(a.out, "\n%s\n", name)
			last = name
		}
		severity := a.word("severity", string(f.Severity))
		fmt.Fprintf(a.out, "  %s%s  %s\n           %s\n", severity, strings.Repeat(" ", max(0, 7-runewidth.StringWidth(severity))), f.Rule, text(a.told(f.Finding), true))
	}
	a.head("%d findings, and %d notes that are not listed. No figure was changed, and no blank was taken for a zero.", n, notes)
	return nil
}

// head begins a part of what is told.
func (a *app) head(format string, args ...any) {
	fmt.Fprintln(a.out)
	a.tell(format, args...)
}

// demoNext says what to try with the database.
func (a *app) demoNext(dir, db string, keep bool) {
	file := db
	switch {
	case db != "" && keep:
		a.head("The reports are stored in %s, the pages are archived in %s.", db, archiveBeside(db))
	case db != "":
		a.head("The reports are stored in %s.", db)
	case keep:
		file = filepath.Join(dir, "demo.db")
		a.head("The reports are stored in %s, the pages are archived beside it.", file)
	default:
		file = "demo.db"
		a.head("Nothing was kept.")
	}
	a.tell("Remember: all but 喀什市 2021 is invented. Try next:")
	fmt.Fprintln(a.out)
	if db == "" && !keep {
		fmt.Fprintln(a.out, "  nianbao demo --db demo.db")
	}
	for _, command := range []string{
		"nianbao compare --db %s --indicator requests.received --year 2022 --rank",
		"nianbao trend --db %s --indicator disclosure.licensing.decisions --region 盱眙县",
		"nianbao check --db %s --region 653101",
		"nianbao export --db %s --out figures.csv",
		"nianbao serve --db %s",
		"sqlite3 %s 'SELECT * FROM headline'",
	} {
		fmt.Fprintf(a.out, "  "+command+"\n", shellWord(file))
	}
}

// shellWord quotes a path where a shell would take it apart.
func shellWord(s string) string {
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return strings.ContainsRune(" \t\n'\"\\$&;|<>()*?[]#~`!{}", r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
