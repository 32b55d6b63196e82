package main

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/spf13/cobra"

	"nianbao/crawler/bucket"
	"nianbao/store"
	"nianbao/store/ask"
)

func (a *app) doctorCommand() *cobra.Command {
	var db string
	var quick, coverage, holes, verify bool
	var archive string
	var filter filterFlags
	var f tableFlags
	c := &cobra.Command{
		Use:   "doctor --db FILE",
		Short: "Examine a database: soundness, findings, coverage",
		Long: `Examine a database: whether the file is sound, what is wrong with the reports by
kind, which years and regions are there and which are missing, and what to do.
The exit status is 1 when the file itself has a fault.

--verify also reads every report as it is stored and compares it with the digest
that was made when it was written, so that a figure changed by another program or
by the medium is found; with --archive DIR it reads the archive again, too, and
compares what stands there with what is stored.

--coverage lists the regions instead, each with the years that are there and those
that are missing; the filters choose regions and years. Where the crawl's archive
is beside the database it says why: no site, refused, no column found, no report of
that year listed, or listed and not read. --holes lists each missing year with its
reason and the address it is about.`,
		Example: "  nianbao doctor --db counties.db\n  nianbao doctor --db counties.db --coverage --under 653100 --year 2019..2023",
		Args:    operands(0, 0),
		RunE: func(c *cobra.Command, _ []string) (err error) {
			chosen, err := filter.filter()
			if err != nil {
				return err
			}
			coverage = coverage || holes
			if !coverage && !reflect.DeepEqual(chosen, store.Filter{}) {
				return usagef("filters choose what --coverage lists; the rest of the examination is of the whole file")
			}
			s, err := a.openStore(c.Context(), db, true)
			if err != nil {
				return err
			}
			defer closing(s, &err)
			if archive == "" || coverage && bucket.Is(archive) {
				archive = archiveBeside(db)
			}
			if coverage {
				return a.coverage(c.Context(), s, chosen, coverageOptions{archive: archive, holes: holes, table: f})
			}
			h, err := s.Doctor(c.Context(), store.DoctorOptions{Quick: quick})
			if err == nil && verify {
				err = a.verify(c.Context(), s, archive, h)
			}
			if err != nil {
				return err
			}
			return a.tellHealth(c.Context(), s, h, f)
		},
	}
	c.Flags().StringVar(&db, "db", "", "the SQLite file to examine")
	c.Flags().BoolVar(&quick, "quick", false, "leave out what reads the whole file: the soundness of its pages and keys")
	c.Flags().BoolVar(&verify, "verify", false, "also read every report and compare it with its digest")
	c.Flags().BoolVar(&coverage, "coverage", false, "list the regions with the years that are there and those that are missing")
	c.Flags().BoolVar(&holes, "holes", false, "list each missing year of each region with the reason that the crawl knows")
	c.Flags().StringVar(&archive, "archive", "", "with --verify: a folder of the archive, or of pages, to compare with what is stored; with --coverage or --holes: the crawl's folder, beside the database when empty")
	filter.add(c)
	f.add(a, c, func() any {
		switch {
		case holes:
			return holeRow{}
		case coverage:
			return coverageRow{}
		}
		return examinedRow{}
	})
	return c
}

// verify adds to what an examination found what differs from the digests of the reports,
// and from their archive.
func (a *app) verify(ctx context.Context, s *store.Store, archive string, h *store.Health) error {
	n, problems, err := s.Verify(ctx)
	if err != nil {
		return err
	}
	a.notice("%d reports compared with their digests", n)
	h.Problems = append(h.Problems, problems...)
	if archive == "" {
		return nil
	}
	problems, err = a.compareArchive(ctx, s, archive)
	h.Problems = append(h.Problems, problems...)
	return err
}

// tellHealth prints what an examination found. Faults of the file are an error.
func (a *app) tellHealth(ctx context.Context, s *store.Store, h *store.Health, f tableFlags) error {
	years, err := ask.Coverage(ctx, s)
	if err != nil {
		return err
	}
	if err := a.print(tableOf(a.examined(h, years, f), nil), f); err != nil {
		return err
	}
	if f.people() {
		for _, advice := range h.Advice {
			fmt.Fprintln(a.out, strings.Join(wrap(a.say(fmt.Sprintf("advice: %s", advice)), a.screen.room()), "\n        "))
		}
	}
	if len(h.Problems) > 0 {
		return fmt.Errorf("%s: the file has %d faults; ingest its archive into a new file", h.Path, len(h.Problems))
	}
	return nil
}

// examinedRow is something that an examination found.
type examinedRow struct {
	Subject string `json:"subject" title:"SUBJECT" jsonschema:"file, fault, finding, coverage or advice"`
	Item    string `json:"item" title:"ITEM"`
	Count   *int   `json:"count" title:"COUNT"`
	Note    string `json:"note" title:"NOTE"`
}

// examined are the rows of an examination of the whole file, in the words of who reads
// them.
func (a *app) examined(h *store.Health, years []ask.YearCoverage, f tableFlags) (rows []examinedRow) {
	in := func(zh, en string) string { return a.note(f, en, zh) }
	add := func(subject, item string, count *int, note string) {
		rows = append(rows, examinedRow{subject, item, count, note})
	}
	add("file", "schema version", &h.SchemaVersion, h.Tool)
	bytes := int(h.Bytes)
	add("file", "bytes", &bytes, "")
	add("file", "reports", &h.Reports, fmt.Sprintf(in("旧版 %d 份，文件 %d 个", "%d older versions, %d documents"), h.Superseded, h.Documents))
	add("file", "figures", &h.Facts, fmt.Sprintf(in("已更正 %d 个", "%d corrected"), h.Corrected))
	for _, p := range h.Problems {
		add("fault", p.Kind, nil, in(a.say(p.Detail+"; "+p.Advice), p.Detail+"; "+p.Advice))
	}
	for _, n := range h.Findings {
		add("finding", n.Rule, &n.Count, in(fmt.Sprintf("%s，%d 份报告", a.word("severity", string(n.Severity)), n.Reports), fmt.Sprintf("%s, in %d reports", n.Severity, n.Reports)))
	}
	for _, y := range years {
		note := fmt.Sprintf(in("共 %d 个", "of %d"), y.Known)
		if len(y.Missing) > 0 && len(y.Missing) < 10 {
			note += in("；缺：", "; missing: ") + strings.Join(y.Missing, " ")
		}
		add("coverage", in(fmt.Sprintf("%d 年%s", y.Year, a.word("level", y.Level)), fmt.Sprintf("%d %s", y.Year, y.Level)), &y.Stored, note)
	}
	if f.people() { // a sentence would make its column too wide for a screen: it follows below
		return rows
	}
	for _, advice := range h.Advice {
		add("advice", advice, nil, "")
	}
	return rows
}

// compareArchive reads what an archive holds as an ingest would and compares it
// with what is stored.
func (a *app) compareArchive(ctx context.Context, s *store.Store, archive string) (problems []store.Problem, err error) {
	p, err := a.parser()
	if err != nil {
		return nil, err
	}
	defer p.Close()
	found := map[string]int{}
	unlike := func(name, what string) {
		problems = append(problems, store.Problem{Kind: "source", Detail: name + ": " + what,
			Advice: "something else than nianbao changed the file; ingest the archive again into a new file"})
	}
	for out, err := range parseAll(ctx, p, a.inputs(ctx, []string{archive}), nil) {
		if err != nil {
			return problems, err
		}
		if out.err != nil {
			a.complain(out.source.Name, out.err.Error())
			found["unreadable"]++
			continue
		}
		for _, r := range out.reports {
			if ok, _ := storable(r); !ok || !belongs(r, out.request) {
				continue
			}
			fromSeed(r, out.request)
			prepared, err := s.Prepare(r, out.document)
			if err != nil {
				a.complain(r.Meta.Source, err.Error())
				continue
			}
			held, err := s.Held(ctx, prepared)
			if err != nil {
				return problems, err
			}
			found[held]++
			switch held {
			case store.HeldUnlike:
				unlike(r.Meta.Source, "what stands there is not what is stored")
			case store.HeldAbsent:
				a.complain(r.Meta.Source, "it is not stored; ingest the archive")
			}
		}
	}
	a.notice("%s: %d reports as they are stored, %d not stored, %d read by another version of the parser, %d that differ", archive,
		found[store.HeldSame], found[store.HeldAbsent], found[store.HeldOther], found[store.HeldUnlike])
	return problems, nil
}

// String writes years as people do: 2019-2021 2023.
func (years spans) String() string {
	var parts []string
	for i := 0; i < len(years); {
		end := i
		for end+1 < len(years) && years[end+1] == years[end]+1 {
			end++
		}
		part := fmt.Sprint(years[i])
		if end > i {
			part += fmt.Sprint("-", years[end])
		}
		parts, i = append(parts, part), end+1
	}
	return strings.Join(parts, " ")
}
