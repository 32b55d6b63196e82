package main

import (
	"context"
	"errors"
	"iter"

	"github.com/spf13/cobra"

	"nianbao/parser/check"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/ask"
	"nianbao/store/panel"
)

func (a *app) checkCommand() *cobra.Command {
	var db, severity, rule, review string
	var limit int
	var filter filterFlags
	var f tableFlags
	c := &cobra.Command{
		Use:   "check --db FILE",
		Short: "List what is wrong with the reports",
		Long: `List what is wrong with the stored reports or worth knowing about them: figures
that contradict each other, cells that could not be read, rows that are missing,
words that tell other figures than the tables. Without --severity, errors and
warnings are listed and notes (info) only counted; findings that somebody dismissed
with nianbao review are left out unless --review says otherwise.`,
		Example: "  nianbao check --db counties.db --year 2021 --severity error\n  nianbao check --db counties.db --rule requests.balance",
		Args:    operands(0, 0),
		RunE: func(c *cobra.Command, _ []string) (err error) {
			q := store.FindingQuery{Rule: rule, Limit: limit}
			if err := checkRule(rule); err != nil {
				return err
			}
			if q.Filter, err = filter.filter(); err != nil {
				return err
			}
			switch s := report.Severity(severity); s {
			case "", report.SeverityError, report.SeverityWarning, report.SeverityInfo:
				q.Severity = s
			default:
				return usagef("--severity %s: want error, warning or info", severity)
			}
			switch q.Review = store.ReviewState(review); q.Review {
			case "all":
				q.Review = store.ReviewAny
			case store.ReviewStanding, store.ReviewOpen, store.ReviewConfirmed, store.ReviewDismissed:
			default:
				return usagef("--review %s: want standing, open, confirmed, dismissed or all", review)
			}
			s, err := a.openChecked(c.Context(), db)
			if err != nil {
				return err
			}
			defer closing(s, &err)
			listed, notes := 0, 0
			if err := a.printRows(columnsOf[findingRow](nil), f, widthRows, a.findings(c.Context(), s, q, severity == "" && rule == "", f.people(), &listed, &notes)); err != nil {
				return err
			}
			if notes > 0 && f.people() {
				a.notice("%d notes of severity info are not listed; --severity info lists them", notes)
			}
			if listed > 0 || notes > 0 {
				return nil
			}
			reports, err := ask.PageOfReports(c.Context(), s, q.Filter, 0, 1)
			if err == nil && reports.Total == 0 { // which is not the same as no fault
				a.notice(noReportChosen)
			}
			return err
		},
	}
	c.Flags().StringVar(&db, "db", "", "the SQLite file to read")
	filter.add(c)
	c.Flags().StringVar(&severity, "severity", "", "error, warning or info")
	c.Flags().StringVar(&rule, "rule", "", "one rule, or all that begin alike: review.sum, requests.")
	c.Flags().StringVar(&review, "review", string(store.ReviewStanding), "standing (all but those dismissed), open (not reviewed), confirmed, dismissed or all")
	c.Flags().IntVar(&limit, "limit", 0, "at most so many findings; 0 is all")
	f.add(a, c, func() any { return findingRow{} })
	return c
}

// openChecked opens a database for reading and first makes the checks across
// reports that are due, as after an ingest that was stopped.
func (a *app) openChecked(ctx context.Context, db string) (*store.Store, error) {
	s, err := a.openStore(ctx, db, true)
	if err != nil {
		return nil, err
	}
	due, err := s.Due(ctx)
	if err != nil || due == 0 {
		return s, err
	}
	w, err := a.openStore(ctx, db, false)
	if err == nil {
		_, err = panel.Check(ctx, w)
		closing(w, &err)
	}
	if errors.Is(err, store.ErrReadOnly) || errors.Is(err, store.ErrBusy) {
		a.notice("%d regions changed since the checks across years last ran, and they cannot run now: %v", due, err)
		err = nil
	}
	if err != nil {
		closing(s, &err)
		return nil, err
	}
	return s, nil
}

// findingRow is a finding as it is listed.
type findingRow struct {
	RegionCode string `json:"region_code" jsonschema:"GB/T 2260, six digits; empty where it is not known"`
	RegionName string `json:"region_name" title:"REGION" jsonschema:"as the report gives it"`
	Year       *int   `json:"year" title:"YEAR" jsonschema:"year reported on"`
	Publisher  string `json:"publisher" jsonschema:"agency that published the report"`
	Scope      string `json:"scope" jsonschema:"region: the whole territory; agency: one office"`
	Severity   string `json:"severity" title:"SEVERITY" jsonschema:"error, warning or info"`
	Rule       string `json:"rule" title:"RULE" jsonschema:"code of the check"`
	Indicator  string `json:"indicator" jsonschema:"what it is about; empty when it concerns no single indicator"`
	Applicant  string `json:"applicant" jsonschema:"column of the requests table"`
	Expected   side   `json:"expected" jsonschema:"evidence of one side"`
	Actual     side   `json:"actual" jsonschema:"evidence of the other side"`
	Message    string `json:"message" title:"MESSAGE"`
	Locator    string `json:"locator" jsonschema:"place in the source"`
	Source     string `json:"source" jsonschema:"path or address of the report"`
	ReportID   int64  `json:"report_id" jsonschema:"number of the report in the database"`
	Verdict    string `json:"verdict" jsonschema:"confirmed or dismissed by a reviewer; empty: not reviewed"`
	Reason     string `json:"reason" jsonschema:"the reviewer's"`
	Reviewer   string `json:"reviewer" jsonschema:"who answers for it"`
	ReviewedAt string `json:"reviewed_at" jsonschema:"ISO 8601, UTC"`
}

// findings makes the rows, and counts them, for people in the language of the
// environment; with hide, notes of severity info are counted instead of listed.
func (a *app) findings(ctx context.Context, s *store.Store, q store.FindingQuery, hide, people bool, listed, notes *int) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for f, err := range s.Findings(ctx, q) {
			if err != nil {
				yield(nil, err)
				return
			}
			if hide && f.Severity == report.SeverityInfo {
				*notes++
				continue
			}
			*listed++
			if people {
				f.Message = a.told(f.Finding)
			}
			v := store.Review{}
			if f.Review != nil {
				v = *f.Review
			}
			if !yield(cellsOf(findingRow{f.RegionCode, f.RegionName, year(f.Year), f.Publisher, string(f.Scope), string(f.Severity), f.Rule,
				f.Indicator, f.Applicant, side{f.Expected}, side{f.Actual}, f.Message, f.Locator.String(), f.Source,
				f.ReportID, string(v.Verdict), v.Reason, v.Reviewer, v.ReviewedAt}), nil) {
				return
			}
		}
	}
}

// told is a finding in the language of the environment.
func (a *app) told(f report.Finding) string { return a.in(check.Chinese(f), f.Message) }

// year is a year as a cell: unknown is blank.
func year(y int) *int {
	if y == 0 {
		return nil
	}
	return &y
}
