package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"nianbao/store"
)

func (a *app) mergeCommand() *cobra.Command {
	var db string
	c := &cobra.Command{
		Use:   "merge --db FILE FILE …",
		Short: "Join databases that were made apart",
		Long: `Store the reports of other databases in one: of several machines, of several
provinces, of several years. What is there already, read the same way, changes
nothing, so that a merge may be repeated. Corrections and reviews come along where
the file has none of the same figure or finding. The other databases are only read.`,
		Example: "  nianbao merge --db all.db north.db south.db",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) (err error) {
			for _, part := range args {
				if same(part, db) {
					return usagef("%s cannot be merged into itself", part)
				}
			}
			s, err := a.openStore(c.Context(), db, false)
			if err != nil {
				return err
			}
			defer closeStore(s, &err)
			var t tally
			for _, part := range args {
				if err := a.merge(c.Context(), s, part, &t); err != nil {
					return err
				}
			}
			if err := checked(c.Context(), s, nil); err != nil {
				return err
			}
			a.notice("%s: %s", s.Path(), &t)
			return nil
		},
	}
	c.Flags().StringVar(&db, "db", "", "the SQLite file to write; made when it is not there")
	return c
}

func same(a, b string) bool {
	x, err := os.Stat(a)
	y, err2 := os.Stat(b)
	return err == nil && err2 == nil && os.SameFile(x, y)
}

// merge stores the reports of a part.
func (a *app) merge(ctx context.Context, s *store.Store, path string, t *tally) (err error) {
	part, err := a.openStore(ctx, path, true)
	if err != nil {
		return err
	}
	defer closeStore(part, &err)
	w, err := s.Writer(ctx, store.WriterOptions{})
	if err != nil {
		return err
	}
	open := true
	defer func() {
		if open {
			closing(w, &err)
		}
	}()
	bar := a.bar(-1, "merging "+path, "reports")
	defer bar.Clear()
	var corrections []store.Correction
	ids := map[int64]int64{} // of the part's reports, in the file they are merged into
	for done, err := range a.prepareAll(ctx, s, part) {
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		var id int64
		for i, p := range done.prepared {
			res, err := w.Write(ctx, p)
			if err != nil {
				return err
			}
			if i == 0 {
				id = res.ReportID
				t.add(res.Outcome)
			}
		}
		ids[done.whole.ID] = id
		for _, c := range done.whole.Corrections {
			c.ReportID = id
			corrections = append(corrections, c)
		}
		bar.Add(1)
	}
	open = false
	if err := w.Close(); err != nil {
		return err
	}
	if err := correctAs(ctx, s, corrections); err != nil {
		return err
	}
	return reviewAs(ctx, s, part, ids)
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
		if r.ReportID = ids[r.ReportID]; judged[finding{r.ReportID, r.Rule, r.Indicator, r.Applicant}] {
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
	whole    *store.Whole
	prepared []*store.Prepared // one a document
}

// prepareAll prepares the reports of a part on every core and yields them in
// their order.
func (a *app) prepareAll(ctx context.Context, s, part *store.Store) func(func(*preparedWhole, error) bool) {
	return func(yield func(*preparedWhole, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		type result struct {
			done *preparedWhole
			err  error
		}
		queue := make(chan chan result, 4*runtime.GOMAXPROCS(0))
		defer func() { // nobody works on when this returns
			cancel()
			for waiting := range queue {
				<-waiting
			}
		}()
		go func() {
			defer close(queue)
			for whole, err := range part.Wholes(ctx) {
				waiting := make(chan result, 1)
				select {
				case queue <- waiting:
				case <-ctx.Done():
					return
				}
				if err != nil {
					waiting <- result{nil, err}
					return
				}
				go func() {
					done := &preparedWhole{whole: whole}
					var bad error
					for _, d := range whole.Documents {
						p, err := s.Prepare(whole.Report, d)
						bad = errors.Join(bad, err)
						done.prepared = append(done.prepared, p)
					}
					waiting <- result{done, bad}
				}()
			}
		}()
		for waiting := range queue {
			r := <-waiting
			if !yield(r.done, r.err) || r.err != nil {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(nil, err)
		}
	}
}
