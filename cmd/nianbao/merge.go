package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"

	"github.com/spf13/cobra"

	"nianbao/store"
)

func (a *app) mergeCommand() *cobra.Command {
	var db, dir string
	c := &cobra.Command{
		Use:   "merge --db FILE | --by-province DIR FILE …",
		Short: "Join databases that were made apart, or take one apart",
		Long: `Store the reports of other databases in one: of several machines, of several
provinces, of several years. What is there already, read the same way, changes
nothing, so that a merge may be repeated. Corrections, reviews and imported
denominators come along where the file has none of the same figure or finding. The
other databases are only read.

With --by-province each province gets a file of its own in a folder, 65.db for
650000, and 00.db has the reports whose region is not known. Beside them all.sql
attaches them with views over all (for the sqlite3 shell; SQLite attaches ten files
at once unless it was built for more), and all.duckdb.sql has such views for DuckDB,
over any number.`,
		Example: "  nianbao merge --db all.db north.db south.db\n  nianbao merge --by-province provinces all.db",
		Args:    operands(1, many),
		RunE: func(c *cobra.Command, args []string) error {
			if dir != "" && db != "" {
				return usagef("--db and --by-province are two ways to write; say one")
			}
			for _, part := range args { // before a file is made
				s, err := a.openStore(c.Context(), part, true)
				if err == nil {
					err = s.Close()
				}
				if err != nil {
					return err
				}
			}
			if dir != "" {
				return a.mergeByProvince(c.Context(), dir, args)
			}
			return a.mergeInto(c.Context(), db, args)
		},
	}
	c.Flags().StringVar(&db, "db", "", "the SQLite file to write; made when it is not there")
	c.Flags().StringVar(&dir, "by-province", "", "folder to write a file a province into; made when it is not there")
	return c
}

// mergeInto joins parts in one file.
func (a *app) mergeInto(ctx context.Context, db string, parts []string) (err error) {
	for _, part := range parts {
		if same(part, db) {
			return usagef("%s cannot be merged into itself", part)
		}
	}
	s, err := a.openStore(ctx, db, false)
	if err != nil {
		return err
	}
	defer closing(s, &err)
	var t tally
	for _, part := range parts {
		if err := a.merge(ctx, func(string) (*store.Store, error) { return s, nil }, part, &t); err != nil {
			return err
		}
	}
	if err := checked(ctx, s, nil); err != nil {
		return err
	}
	a.notice("%s: %s", s.Path(), t.told(a))
	return nil
}

func same(a, b string) bool {
	x, err := os.Stat(a)
	y, err2 := os.Stat(b)
	return err == nil && err2 == nil && os.SameFile(x, y)
}

// A merged is what of one part goes into one file.
type merged struct {
	store       *store.Store
	writer      *store.Writer
	ids         map[int64]int64 // of the part's reports, in this file
	corrections []store.Correction
}

// merge stores the reports of a part where they belong.
func (a *app) merge(ctx context.Context, where func(regionCode string) (*store.Store, error), path string, t *tally) (err error) {
	part, err := a.openStore(ctx, path, true)
	if err != nil {
		return err
	}
	defer closing(part, &err)
	into := map[*store.Store]*merged{}
	defer func() {
		for _, m := range into {
			if m.writer != nil {
				closing(m.writer, &err)
			}
		}
	}()
	bar := a.bar(-1, "merging "+path, "reports")
	defer bar.Clear()
	for done, err := range a.prepareAll(ctx, where, part) {
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		m := into[done.store]
		if m == nil {
			w, err := done.store.Writer(ctx, store.WriterOptions{})
			if err != nil {
				return err
			}
			m = &merged{store: done.store, writer: w, ids: map[int64]int64{}}
			into[done.store] = m
		}
		var id int64
		for i, p := range done.prepared {
			res, err := m.writer.Write(ctx, p)
			if err != nil {
				return err
			}
			if i == 0 {
				id = res.ReportID
				t.add(res.Outcome)
			}
		}
		m.ids[done.whole.ID] = id
		for _, c := range done.whole.Corrections {
			c.ReportID = id
			m.corrections = append(m.corrections, c)
		}
		bar.Add(1)
	}
	for _, m := range into {
		w := m.writer
		m.writer = nil
		if err := w.Close(); err != nil {
			return err
		}
		if err := correctAs(ctx, m.store, m.corrections); err != nil {
			return err
		}
		if err := reviewAs(ctx, m.store, part, m.ids); err != nil {
			return err
		}
	}
	return a.divideAs(ctx, where, part)
}

// divideAs brings the part's denominators, where there is none of the same name,
// region and year.
func (a *app) divideAs(ctx context.Context, where func(regionCode string) (*store.Store, error), part *store.Store) error {
	brought, err := part.Denominators(ctx)
	if err != nil {
		return err
	}
	type key struct {
		name, region string
		year         int
	}
	there, fresh := map[*store.Store]map[key]float64{}, map[*store.Store][]store.Denominator{}
	differ := 0
	for _, d := range brought {
		s, err := where(d.RegionCode)
		if err != nil {
			return err
		}
		if there[s] == nil {
			all, err := s.Denominators(ctx)
			if err != nil {
				return err
			}
			there[s] = map[key]float64{}
			for _, d := range all {
				there[s][key{d.Name, d.RegionCode, d.Year}] = d.Value
			}
		}
		switch value, known := there[s][key{d.Name, d.RegionCode, d.Year}]; {
		case !known:
			fresh[s] = append(fresh[s], d)
		case value != d.Value:
			differ++
		}
	}
	for s, all := range fresh {
		if err := s.AddDenominators(ctx, all); err != nil {
			return err
		}
	}
	if differ > 0 {
		a.notice("%s: %d denominators differ from those that are there, which stay", part.Path(), differ)
	}
	return nil
}

// reviewAs brings the part's reviews to findings that nobody has judged. What
// compares reports is found anew in each file: a review of what is not found
// stays behind.
func reviewAs(ctx context.Context, s, part *store.Store, ids map[int64]int64) error {
	type finding struct {
		report                     int64
		rule, indicator, applicant string
	}
	everything := store.Filter{Superseded: true}
	there, err := s.Reviews(ctx, everything)
	if err != nil {
		return err
	}
	judged := map[finding]bool{}
	for _, r := range there {
		judged[finding{r.ReportID, r.Rule, r.Indicator, r.Applicant}] = true
	}
	brought, err := part.Reviews(ctx, everything)
	if err != nil {
		return err
	}
	for _, r := range brought {
		if r.ReportID = ids[r.ReportID]; r.ReportID == 0 || judged[finding{r.ReportID, r.Rule, r.Indicator, r.Applicant}] {
			continue
		}
		if err := s.ReviewFinding(ctx, r.Review); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return nil
}

// correctAs applies corrections to figures that have none.
func correctAs(ctx context.Context, s *store.Store, corrections []store.Correction) error {
	for _, c := range corrections {
		r, err := s.Report(ctx, c.ReportID)
		if err != nil {
			return err
		}
		for _, f := range r.Facts {
			if f.Indicator == c.Indicator && f.Applicant == c.Applicant && f.Correction == nil {
				if err := s.Correct(ctx, c); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

type preparedWhole struct {
	store    *store.Store // that it goes into
	whole    *store.Whole
	prepared []*store.Prepared // one a document
	err      error             // of reading it
}

// prepareAll prepares the reports of a part on every core and yields them in
// their order.
func (a *app) prepareAll(ctx context.Context, where func(regionCode string) (*store.Store, error), part *store.Store) iter.Seq2[*preparedWhole, error] {
	wholes := func(yield func(*preparedWhole) bool) {
		for whole, err := range part.Wholes(ctx) {
			w := &preparedWhole{whole: whole, err: err}
			if err == nil {
				w.store, w.err = where(whole.Report.Meta.RegionCode)
			}
			if last := w.err != nil; !yield(w) || last { // a worker has it from here on
				return
			}
		}
	}
	return inOrder(ctx, wholes, func(_ context.Context, w *preparedWhole) (*preparedWhole, error) {
		if w.err != nil {
			return nil, w.err
		}
		var bad error
		for _, d := range w.whole.Documents {
			p, err := w.store.Prepare(w.whole.Report, d)
			bad = errors.Join(bad, err)
			w.prepared = append(w.prepared, p)
		}
		return w, bad
	})
}
