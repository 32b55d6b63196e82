package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"nianbao/store/internal/query"
)

// Verdict is what a reviewer says of a finding.
type Verdict string

// Verdicts.
const (
	VerdictConfirmed Verdict = "confirmed" // the report is wrong there
	VerdictDismissed Verdict = "dismissed" // it is not; the check or the reading is
)

// ErrReview is a review that says too little or does not fit.
var ErrReview = errors.New("no valid review")

// Review is what somebody says of a finding. It is kept by what the finding
// says (report, rule, indicator and applicant), so that it outlives a second
// reading of the report.
type Review struct {
	ReportID   int64
	Rule       string
	Indicator  string // "" where the finding names none
	Applicant  string
	Verdict    Verdict
	Reason     string // required
	Reviewer   string // required: who answers for it
	ReviewedAt string // ISO 8601, UTC; "" is now
}

// StoredReview is a review with the report it belongs to.
type StoredReview struct {
	Review
	RegionCode string
	RegionName string
	Year       int
	Source     string
	Gone       bool // no finding is like that any more, since the report was read again
}

// ReviewFinding confirms or dismisses a finding; a second review of the same
// finding replaces the first. The error is ErrNotFound when the report has no
// such finding.
func (s *Store) ReviewFinding(ctx context.Context, r Review) error {
	if strings.TrimSpace(r.Reason) == "" || strings.TrimSpace(r.Reviewer) == "" {
		return fmt.Errorf("%w: a reason and a reviewer are required", ErrReview)
	}
	if r.Verdict != VerdictConfirmed && r.Verdict != VerdictDismissed {
		return fmt.Errorf("%w: verdict %q; want confirmed or dismissed", ErrReview, r.Verdict)
	}
	return s.Writing(ctx, "review", func(conn *sql.Conn) error {
		return query.Immediate(ctx, conn, func() error {
			var n int
			if err := conn.QueryRowContext(ctx, "SELECT count(*) FROM finding_data WHERE report_id = ? AND rule = ? AND indicator = ? AND applicant = ?",
				r.ReportID, r.Rule, r.Indicator, r.Applicant).Scan(&n); err != nil {
				return err
			}
			if n == 0 {
				return fmt.Errorf("%w: %s", ErrNotFound, r.name())
			}
			at := r.ReviewedAt
			if at == "" {
				at = timestamp(s.options.Now())
			}
			_, err := conn.ExecContext(ctx, `INSERT INTO review VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
				verdict = excluded.verdict, reason = excluded.reason, reviewer = excluded.reviewer, reviewed_at = excluded.reviewed_at`,
				r.ReportID, r.Rule, r.Indicator, r.Applicant, string(r.Verdict), r.Reason, r.Reviewer, at)
			return err
		})
	})
}

// name says which finding a review is of.
func (r Review) name() string {
	name := fmt.Sprintf("report %d has no finding %s", r.ReportID, r.Rule)
	if r.Indicator != "" {
		name += " of " + strings.TrimSuffix(r.Indicator+" "+r.Applicant, " ")
	}
	return name
}

// WithdrawReview takes a review back. The error is ErrNotFound when there is none.
func (s *Store) WithdrawReview(ctx context.Context, r Review) error {
	return s.Writing(ctx, "withdraw a review in", func(conn *sql.Conn) error {
		result, err := conn.ExecContext(ctx, "DELETE FROM review WHERE report_id = ? AND rule = ? AND indicator = ? AND applicant = ?", r.ReportID, r.Rule, r.Indicator, r.Applicant)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return cmpErr(err, fmt.Errorf("%w: %s that was reviewed", ErrNotFound, r.name()))
		}
		return nil
	})
}

// Reviews lists the reviews of the chosen reports, in the order of region,
// year and rule.
func (s *Store) Reviews(ctx context.Context, f Filter) ([]StoredReview, error) {
	where, args, err := f.Condition()
	if err != nil {
		return nil, err
	}
	return s.reviews(ctx, where, args)
}

// ReviewsOf lists the reviews of one report, in the order of rules.
func (s *Store) ReviewsOf(ctx context.Context, report int64) ([]StoredReview, error) {
	return s.reviews(ctx, "r.id = ?", []any{report})
}

func (s *Store) reviews(ctx context.Context, where string, args []any) ([]StoredReview, error) {
	all, err := query.Rows(ctx, s.read, func(r *StoredReview) []any {
		return []any{&r.ReportID, &r.Rule, &r.Indicator, &r.Applicant, &r.Verdict, &r.Reason, &r.Reviewer, &r.ReviewedAt, &r.RegionCode, &r.RegionName, &r.Year, &r.Source, &r.Gone}
	}, `SELECT v.report_id, v.rule, v.indicator, v.applicant, v.verdict, v.reason, v.reviewer, v.reviewed_at,
		coalesce(r.region_code, ''), coalesce(r.region_name, ''), coalesce(r.year, 0), r.source,
		NOT EXISTS (SELECT 1 FROM finding_data f WHERE f.report_id = v.report_id AND f.rule = v.rule AND f.indicator = v.indicator AND f.applicant = v.applicant)
		FROM review v JOIN report r ON r.id = v.report_id WHERE `+where+` ORDER BY r.region_code, r.year, v.report_id, v.rule, v.indicator, v.applicant`, args...)
	return all, explain(s.path, "read", err)
}

// reviewed is, in SQL, the review of a finding f as JSON, or NULL.
const reviewed = `(SELECT json_array(v.verdict, v.reason, v.reviewer, v.reviewed_at) FROM review v
	WHERE v.report_id = f.report_id AND v.rule = f.rule AND v.indicator = f.indicator AND v.applicant = f.applicant)`

// readReview reads what reviewed gives; nil where nobody has said anything.
func readReview(f *StoredFinding, packed sql.NullString) (*Review, error) {
	if !packed.Valid {
		return nil, nil
	}
	var said [4]string
	if err := json.Unmarshal([]byte(packed.String), &said); err != nil {
		return nil, err
	}
	return &Review{ReportID: f.ReportID, Rule: f.Rule, Indicator: f.Indicator, Applicant: f.Applicant,
		Verdict: Verdict(said[0]), Reason: said[1], Reviewer: said[2], ReviewedAt: said[3]}, nil
}

// ReviewState chooses findings by what was said of them.
type ReviewState string

// States.
const (
	ReviewAny       ReviewState = ""          // all findings
	ReviewOpen      ReviewState = "open"      // nobody has said anything
	ReviewStanding  ReviewState = "standing"  // all but those dismissed
	ReviewConfirmed ReviewState = "confirmed" // somebody confirmed
	ReviewDismissed ReviewState = "dismissed" // somebody dismissed
)

// condition chooses the findings f of a state; "" chooses all.
func (state ReviewState) condition() (string, error) {
	some := `EXISTS (SELECT 1 FROM review v WHERE v.report_id = f.report_id AND v.rule = f.rule AND v.indicator = f.indicator AND v.applicant = f.applicant`
	switch state {
	case ReviewAny:
		return "", nil
	case ReviewOpen:
		return "NOT " + some + ")", nil
	case ReviewStanding:
		return "NOT " + some + " AND v.verdict = 'dismissed')", nil
	case ReviewConfirmed, ReviewDismissed:
		return some + " AND v.verdict = '" + string(state) + "')", nil
	}
	return "", fmt.Errorf("%w: %q; want open, standing, confirmed or dismissed", ErrReview, state)
}
