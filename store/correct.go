package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/report"
	"nianbao/store/internal/query"
)

// Correction sets one figure right.
type Correction struct {
	ReportID  int64  `json:"-"`
	Indicator string `json:"-"`
	Applicant string `json:"-"` // "" for indicators without that dimension
	// Value is the right figure; nil says that there is none, and Status, which
	// has to be blank, not_applicable or unreadable then, says why.
	Value    *float64      `json:"value"`
	Status   report.Status `json:"status"`   // "": reported with a Value, blank without
	Reason   string        `json:"reason"`   // required
	Reviewer string        `json:"reviewer"` // required: who answers for it
}

// StoredCorrection is a correction with the figure as it was read.
type StoredCorrection struct {
	Correction
	ReadValue   *float64
	ReadStatus  report.Status
	CorrectedAt string // ISO 8601, UTC
	RegionCode  string
	RegionName  string
	Year        int
	Source      string
}

// ErrCorrection is a correction that says too little or does not fit.
var ErrCorrection = errors.New("no valid correction")

// Correct sets a figure right. The figure as read stays in the view fact; the
// views current_fact, headline and *_wide, comparisons and exports have the
// corrected one and mark it, and later ingests keep it. A second correction of
// the same figure replaces the first. The error is ErrNotFound when the report
// has no such figure.
func (s *Store) Correct(ctx context.Context, c Correction) error {
	if strings.TrimSpace(c.Reason) == "" || strings.TrimSpace(c.Reviewer) == "" {
		return fmt.Errorf("%w: a reason and a reviewer are required", ErrCorrection)
	}
	if c.Status == "" {
		if c.Status = report.StatusBlank; c.Value != nil {
			c.Status = report.StatusReported
		}
	}
	status, ok := statusNumbers[c.Status]
	if !ok || c.Status.HasValue() != (c.Value != nil) {
		return fmt.Errorf("%w: status %q does not fit the value", ErrCorrection, c.Status)
	}
	if c.Value != nil && (math.IsNaN(*c.Value) || math.IsInf(*c.Value, 0)) {
		return fmt.Errorf("%w: the value is no number", ErrCorrection)
	}
	var value any
	if c.Value != nil {
		value = *c.Value
	}
	return s.changeFact(ctx, "correct", c.ReportID, c.Indicator, c.Applicant, func(conn *sql.Conn, indicator, applicant int64) error {
		_, err := conn.ExecContext(ctx, `INSERT INTO correction VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
			value = excluded.value, status = excluded.status, reason = excluded.reason, reviewer = excluded.reviewer, corrected_at = excluded.corrected_at`,
			c.ReportID, indicator, applicant, value, status, c.Reason, c.Reviewer, timestamp(s.options.Now()))
		return err
	})
}

// Withdraw takes a correction back; the figure as read counts again. The error
// is ErrNotFound when there is none.
func (s *Store) Withdraw(ctx context.Context, reportID int64, indicator, applicant string) error {
	return s.changeFact(ctx, "withdraw a correction in", reportID, indicator, applicant, func(conn *sql.Conn, i, a int64) error {
		result, err := conn.ExecContext(ctx, "DELETE FROM correction WHERE report_id = ? AND indicator = ? AND applicant = ?", reportID, i, a)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return cmpErr(err, fmt.Errorf("%w: report %d has no correction of %s", ErrNotFound, reportID, report.Fact{Indicator: indicator, Applicant: applicant}.Key()))
		}
		return nil
	})
}

func cmpErr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// changeFact runs change in a transaction in which the figure is there, and
// has the checks across reports look at its region again.
func (s *Store) changeFact(ctx context.Context, op string, reportID int64, indicator, applicant string, change func(conn *sql.Conn, indicator, applicant int64) error) error {
	known, ok := catalog.Lookup(indicator)
	if !ok {
		return fmt.Errorf("%w: indicator %q; `nianbao indicators` lists them", ErrUnknownCode, indicator)
	}
	if known.Dimension == catalog.DimensionApplicant && applicant == "" {
		return fmt.Errorf("%w: %s needs an applicant: natural_person, … or total", ErrUnknownCode, indicator)
	}
	i := s.codes.Indicator[indicator]
	a, ok := s.codes.Applicant[applicant]
	if !ok {
		return fmt.Errorf("%w: applicant %q; want natural_person, … or total", ErrUnknownCode, applicant)
	}
	return s.Writing(ctx, op, func(conn *sql.Conn) error {
		return query.Immediate(ctx, conn, func() error {
			var region sql.NullString
			err := conn.QueryRowContext(ctx, `SELECT r.region_code FROM report r JOIN fact_data f ON f.report_id = r.id
			WHERE r.id = ? AND f.indicator = ? AND f.applicant = ?`, reportID, i, a).Scan(&region)
			if errors.Is(err, sql.ErrNoRows) {
				return fmt.Errorf("%w: report %d has no figure %s", ErrNotFound, reportID, report.Fact{Indicator: indicator, Applicant: applicant}.Key())
			}
			if err != nil {
				return err
			}
			if err := change(conn, i, a); err != nil || !region.Valid {
				return err
			}
			_, err = conn.ExecContext(ctx, markDue, region.String)
			return err
		})
	})
}

// Corrections lists the corrections of the chosen reports, in the order of
// region, year and indicator.
func (s *Store) Corrections(ctx context.Context, f Filter) ([]StoredCorrection, error) {
	where, args, err := f.Condition()
	if err != nil {
		return nil, err
	}
	all, err := query.All(ctx, s.read, func(rows *sql.Rows) (c StoredCorrection, err error) {
		var status int64
		var read sql.NullInt64
		err = rows.Scan(&c.ReportID, &c.Indicator, &c.Applicant, &c.Value, &status, &c.Reason, &c.Reviewer, &c.CorrectedAt, &c.ReadValue, &read,
			query.Null(&c.RegionCode), query.Null(&c.RegionName), query.Null(&c.Year), &c.Source)
		if c.Status = statusCodes[status]; read.Valid { // else the figure is gone since the document was read again
			c.ReadStatus = statusCodes[read.Int64]
		}
		return c, err
	}, `SELECT c.report_id, i.code, a.code, c.value, c.status, c.reason, c.reviewer, c.corrected_at, f.value, f.status,
		r.region_code, r.region_name, r.year, r.source
		FROM correction c JOIN report r ON r.id = c.report_id JOIN indicator i ON i.number = c.indicator JOIN applicant a ON a.number = c.applicant
		LEFT JOIN fact_data f ON f.report_id = c.report_id AND f.indicator = c.indicator AND f.applicant = c.applicant
		WHERE `+where+` ORDER BY r.region_code, r.year, c.report_id, c.indicator, c.applicant`, args...)
	return all, explain(s.path, "read", err)
}
