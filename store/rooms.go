package store

import (
	"context"
	"database/sql"
	"maps"
	"time"

	"nianbao/parser/report"
)

// What the rooms that ask and check build on: how figures are packed, and the
// conditions that mean the same in every question.

// The years that are counted through, whatever a file says. The regulation on
// government information disclosure took effect in 2008: reports were due for
// that year first.
const (
	FirstYear = 2008
	LastYear  = 2100
)

const (
	// Official is true, in SQL, of a report r that is not from a host that is no
	// government's.
	Official = "NOT EXISTS (SELECT 1 FROM finding_data u WHERE u.report_id = r.id AND u.rule = '" + report.RuleUnofficialHost + "')"

	// Uncut is true, in SQL, of a report r whose document is not cut off.
	Uncut = "NOT EXISTS (SELECT 1 FROM finding_data u WHERE u.report_id = r.id AND u.rule IN ('" + report.RuleCaptureTruncated + "', '" + report.RuleTruncated + "'))"

	// Effective are value, status and corrected, in SQL, of a figure f of
	// fact_data with its correction c.
	Effective = `CASE WHEN c.report_id IS NULL THEN f.value ELSE c.value END, CASE WHEN c.report_id IS NULL THEN f.status ELSE c.status END, c.report_id IS NOT NULL`

	// WholeMention is true, in SQL, of a mention m that tells a metric's figure
	// for the year: neither a part of another figure of the same metric nor one
	// counted since some earlier year.
	WholeMention = "m.qualifier <> 'cumulative' AND NOT EXISTS (SELECT 1 FROM mention_data p WHERE p.report_id = m.report_id AND p.seq = m.part_of AND p.metric = m.metric)"

	// RuleSameTables is the rule of findings, actual a code and a year, or how
	// many more, that reports of two years or regions have the same tables. The
	// writer has the checks look at both again when one of them changes.
	RuleSameTables = "panel.duplicate"
)

// Codes are the numbers that stand for codes in the packed tables of a file.
type Codes struct {
	Indicator map[string]int64
	Applicant map[string]int64 // "" is 0: no such dimension
}

// Codes are those of the file.
func (s *Store) Codes() Codes {
	return Codes{maps.Clone(s.codes.Indicator), maps.Clone(s.codes.Applicant)}
}

// StatusOf is the status that a number stands for in the packed tables; "" for
// an unknown one.
func StatusOf(number int64) report.Status { return statusCodes[number] }

var statusCodes = map[int64]report.Status{
	0: report.StatusReported, 1: report.StatusBlank, 2: report.StatusNotApplicable, 3: report.StatusUnreadable, 4: report.StatusUnitAssumed,
}

// Explain makes of an error of the file an *Error that says what to do; nil of nil.
func (s *Store) Explain(op string, err error) error { return explain(s.path, op, s.meantime(op, err)) }

// Now is the time by the clock of Options.
func (s *Store) Now() time.Time { return s.options.Now() }

// Writing lets f write over the only connection that may, which it waits for,
// in transactions of its own. The error is an *Error.
func (s *Store) Writing(ctx context.Context, op string, f func(*sql.Conn) error) error {
	if s.write == nil {
		return &Error{Path: s.path, Op: op, Err: ErrReadOnly, Advice: "open the file for writing"}
	}
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return explain(s.path, op, err)
	}
	defer conn.Close()
	return explain(s.path, op, f(conn))
}
