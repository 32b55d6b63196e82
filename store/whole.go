package store

import (
	"context"
	"iter"
	"strings"

	"nianbao/parser/report"
)

// A Whole is a stored report as it was given to Ingest, for another file to store.
type Whole struct {
	ID          int64 // in this file
	Report      *report.Report
	Documents   []Document // the one it was read from, and then its copies
	Corrections []Correction
}

// Wholes yields every report of the file, in the order in which they were
// stored. An error is the last that it yields.
func (s *Store) Wholes(ctx context.Context) iter.Seq2[*Whole, error] {
	return func(yield func(*Whole, error) bool) {
		var last int64
		for {
			var id int64
			if err := s.read.QueryRowContext(ctx, "SELECT coalesce(min(id), 0) FROM report WHERE id > ?", last).Scan(&id); err != nil {
				yield(nil, explain(s.path, "read", err))
				return
			}
			if id == 0 {
				return
			}
			last = id
			r, err := s.Report(ctx, id)
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(r.whole(), nil) {
				return
			}
		}
	}
}

func (r *StoredReport) whole() *Whole {
	w := &Whole{ID: r.ID, Report: &report.Report{Meta: r.Meta, Mentions: r.Mentions, Sections: r.Sections}, Documents: append([]Document{r.Document}, r.Copies...)}
	for _, f := range r.Facts {
		w.Report.Facts = append(w.Report.Facts, f.Fact)
		if f.Correction != nil {
			w.Corrections = append(w.Corrections, *f.Correction)
		}
	}
	for _, f := range r.Findings {
		if !acrossReports(f.Rule) {
			w.Report.Findings = append(w.Report.Findings, f)
		}
	}
	return w
}

// acrossReports reports whether a rule compares reports: its findings are made
// anew in each file.
func acrossReports(rule string) bool {
	return strings.HasPrefix(rule, "panel.") || strings.HasPrefix(rule, "hierarchy.")
}
