package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"

	"nianbao/parser/report"
	"nianbao/store/index"
	"nianbao/store/internal/query"
)

// Health is what a look over the whole file found.
type Health struct {
	Path          string
	Bytes         int64
	SchemaVersion int
	Tool          string // that wrote it last

	Reports    int // current versions
	Superseded int
	Documents  int
	Facts      int
	Corrected  int

	// Problems are what is wrong with the file itself, and what to do; empty
	// for a sound file.
	Problems []Problem
	// Findings count what is wrong with the reports, by rule.
	Findings []FindingCount
	// Advice is what to do next; empty when there is nothing to do.
	Advice []string
}

// Problem is a fault of the file.
type Problem struct {
	Kind   string // integrity, foreign_key, search_index, summary, orphan, digest
	Detail string
	Advice string
}

// FindingCount counts the findings of one rule in the current reports.
type FindingCount struct {
	Rule     string
	Severity report.Severity
	Count    int
	Reports  int
}

// maxProblems bounds a listing: a file with more needs no longer one.
const maxProblems = 20

// DoctorOptions tune Doctor.
type DoctorOptions struct {
	// Quick leaves out what reads the whole file: integrity and foreign keys.
	Quick bool
}

// Doctor looks over the whole file: the integrity of its pages and of the
// search index, foreign keys, what belongs to nothing, findings by rule. It changes nothing, and takes some five seconds of
// processor time a gigabyte, Quick hardly any.
func (s *Store) Doctor(ctx context.Context, options DoctorOptions) (*Health, error) {
	h := &Health{Path: s.path}
	if info, err := os.Stat(s.path); err == nil {
		h.Bytes = info.Size()
	}
	// What reads the whole file goes on beside the rest.
	type found struct {
		problems []Problem
		err      error
	}
	var whole []chan found
	if !options.Quick {
		for _, look := range []func(context.Context) ([]Problem, error){s.integrity, s.foreignKeys, s.searchIndex, s.summary} {
			c := make(chan found, 1)
			whole = append(whole, c)
			go func() {
				problems, err := look(ctx)
				c <- found{problems, err}
			}()
		}
	}
	var first error
	for _, step := range []func(context.Context, *Health) error{s.counts, s.orphans, s.findingCounts} {
		if first == nil {
			first = step(ctx, h)
		}
	}
	for _, c := range whole {
		f := <-c
		h.Problems = append(h.Problems, f.problems...)
		first = cmp.Or(first, f.err)
	}
	if first == nil {
		first = s.advise(ctx, h)
	}
	if first != nil {
		return h, explain(s.path, "examine", first)
	}
	return h, nil
}

func (s *Store) counts(ctx context.Context, h *Health) error {
	return s.read.QueryRowContext(ctx, `SELECT (SELECT user_version FROM pragma_user_version), coalesce((SELECT value FROM meta WHERE key = 'tool'), ''),
		(SELECT count(*) FROM report WHERE superseded_by IS NULL), (SELECT count(*) FROM report WHERE superseded_by IS NOT NULL),
		(SELECT count(*) FROM document), (SELECT count(*) FROM fact_data), (SELECT count(*) FROM correction)`).
		Scan(&h.SchemaVersion, &h.Tool, &h.Reports, &h.Superseded, &h.Documents, &h.Facts, &h.Corrected)
}

func (s *Store) integrity(ctx context.Context) (problems []Problem, err error) {
	err = query.Each(ctx, s.read, func(rows *sql.Rows) error {
		var line string
		err := rows.Scan(&line)
		if line != "ok" {
			problems = append(problems, Problem{"integrity", line, "copy the file and try `sqlite3 FILE .recover`, or ingest the archive again into a new file"})
		}
		return err
	}, fmt.Sprintf("PRAGMA integrity_check(%d)", maxProblems))
	return problems, err
}

func (s *Store) foreignKeys(ctx context.Context) (problems []Problem, err error) {
	return query.All(ctx, s.read, func(rows *sql.Rows) (Problem, error) {
		var table, parent string
		var n int
		err := rows.Scan(&table, &parent, &n)
		return Problem{"foreign_key", fmt.Sprintf("%d rows of %s point to nothing in %s", n, table, parent),
			"something else than nianbao wrote to the file; ingest the archive again into a new file"}, err
	}, `SELECT "table", "parent", count(*) FROM pragma_foreign_key_check GROUP BY 1, 2`)
}

// searchIndex reads the search index to its end.
func (s *Store) searchIndex(ctx context.Context) (problems []Problem, err error) {
	state, err := s.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	defer state.Close()
	x, err := index.Open(ctx, state.conn)
	if err == nil {
		err = x.Verify(ctx)
	}
	if errors.Is(err, index.ErrDamaged) {
		return []Problem{{"search_index", err.Error(), "ingest the archive again into a new file; all but search is sound"}}, nil
	}
	return nil, err
}

// summary compares the counts that the writer keeps with what there is.
func (s *Store) summary(ctx context.Context) (problems []Problem, err error) {
	n, err := s.countedWrong(ctx)
	if n > 0 {
		problems = append(problems, Problem{"summary", fmt.Sprintf("fact_count is off by %d figures", n),
			"something else than nianbao wrote to the file; count the view fact instead, or ingest the archive again into a new file"})
	}
	return problems, err
}

// orphans looks for what no foreign key forbids.
func (s *Store) orphans(ctx context.Context, h *Health) error {
	for _, c := range []struct{ query, detail, advice string }{
		{"SELECT count(*) FROM document d WHERE NOT EXISTS (SELECT 1 FROM report WHERE document_sha256 = d.sha256) AND NOT EXISTS (SELECT 1 FROM report_copy WHERE document_sha256 = d.sha256)",
			"%d documents belong to no report", "harmless; they only take space"},
		{"SELECT count(*) FROM correction c WHERE NOT EXISTS (SELECT 1 FROM fact_data f WHERE f.report_id = c.report_id AND f.indicator = c.indicator AND f.applicant = c.applicant)",
			"%d corrections are of figures that a newer parser no longer reads", "look at them with `nianbao correct --list` and withdraw or repeat them"},
		{"SELECT count(*) FROM mention_data m WHERE m.part_of IS NOT NULL AND NOT EXISTS (SELECT 1 FROM mention_data w WHERE w.report_id = m.report_id AND w.seq = m.part_of)",
			"%d mentions are part of mentions that are not there", "ingest the archive again into a new file"},
		{"SELECT count(*) FROM report r WHERE r.superseded_by IS NOT NULL AND r.superseded_by = r.id", "%d reports supersede themselves", "ingest the archive again into a new file"},
	} {
		var n int
		if err := s.read.QueryRowContext(ctx, c.query).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			h.Problems = append(h.Problems, Problem{"orphan", fmt.Sprintf(c.detail, n), c.advice})
		}
	}
	return nil
}

func (s *Store) findingCounts(ctx context.Context, h *Health) (err error) {
	h.Findings, err = query.Rows(ctx, s.read, func(c *FindingCount) []any { return []any{&c.Rule, &c.Severity, &c.Count, &c.Reports} }, `SELECT f.rule, f.severity, count(*), count(DISTINCT f.report_id) FROM finding_data f JOIN report r ON r.id = f.report_id
		WHERE r.superseded_by IS NULL GROUP BY f.rule, f.severity
		ORDER BY CASE f.severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, 3 DESC, f.rule`)
	return err
}

// Due counts the regions that the checks across reports have to look at: they
// changed since panel.Check ran to its end.
func (s *Store) Due(ctx context.Context) (n int, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT count(*) FROM region_due").Scan(&n)
	return n, explain(s.path, "read", err)
}

func (s *Store) advise(ctx context.Context, h *Health) error {
	var due, unknown int
	if err := s.read.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM region_due), 
		(SELECT count(*) FROM report WHERE superseded_by IS NULL AND (region_code IS NULL OR year IS NULL OR scope IS NULL))`).Scan(&due, &unknown); err != nil {
		return err
	}
	if len(h.Problems) > 0 {
		h.Advice = append(h.Advice, "see to the problems of the file first")
	}
	if due > 0 {
		h.Advice = append(h.Advice, fmt.Sprintf("%d regions changed since the checks across years last ran: run `nianbao check --db FILE`", due))
	}
	if unknown > 0 {
		h.Advice = append(h.Advice, fmt.Sprintf("%d reports lack a region, year or scope and take no part in comparisons: SELECT source FROM current_report WHERE region_code IS NULL OR year IS NULL OR scope IS NULL", unknown))
	}
	return nil
}
