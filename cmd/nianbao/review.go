package main

import (
	"context"

	"github.com/spf13/cobra"

	"nianbao/store"
)

func (a *app) reviewCommand() *cobra.Command {
	var db, verdict string
	var r store.Review
	var withdraw bool
	var filter filterFlags
	var f tableFlags
	c := &cobra.Command{
		Use:   "review --db FILE [--report ID --rule CODE --verdict confirmed|dismissed --reason TEXT --reviewer NAME]",
		Short: "Confirm or dismiss a finding, with a reason",
		Long: `Confirm a finding (the report is wrong there) or dismiss it (it is not). Who says so
and why is kept, also when the report is read again by a newer parser; check leaves
dismissed findings out. Without --report the reviews there are are listed, and
--withdraw takes one back. The report's ID is report_id in check --json.`,
		Example: "  nianbao review --db counties.db --report 12 --rule requests.balance --indicator requests.received --applicant total --verdict confirmed --reason 'the page prints it so' --reviewer LW\n  nianbao review --db counties.db",
		Args:    operands(0, 0),
		RunE: func(c *cobra.Command, _ []string) (err error) {
			flt, err := filter.filter()
			if err != nil {
				return err
			}
			r.Verdict = store.Verdict(verdict)
			show := r.ReportID == 0 && r.Rule == "" && verdict == "" && !withdraw
			if !show {
				if err := checkReview(r, withdraw); err != nil {
					return err
				}
			}
			s, err := a.openToChange(c.Context(), db, show)
			if err != nil {
				return err
			}
			defer closing(s, &err)
			switch {
			case show:
				return a.listReviews(c.Context(), s, flt, f)
			case withdraw:
				if err = s.WithdrawReview(c.Context(), r); err == nil {
					a.notice("report %d, %s: the finding is open again", r.ReportID, r.Rule)
				}
			default:
				if err = s.ReviewFinding(c.Context(), r); err == nil {
					a.notice("report %d, %s: %s", r.ReportID, r.Rule, r.Verdict)
				}
			}
			return err
		},
	}
	fs := c.Flags()
	fs.StringVar(&db, "db", "", "the SQLite file")
	fs.Int64Var(&r.ReportID, "report", 0, "the report's ID")
	fs.StringVar(&r.Rule, "rule", "", "code of the finding's rule")
	fs.StringVar(&r.Indicator, "indicator", "", "indicator that the finding names, where it does")
	fs.StringVar(&r.Applicant, "applicant", "", "applicant that the finding names, where it does")
	fs.StringVar(&verdict, "verdict", "", "confirmed or dismissed")
	fs.StringVar(&r.Reason, "reason", "", "why")
	fs.StringVar(&r.Reviewer, "reviewer", "", "who answers for it")
	fs.BoolVar(&withdraw, "withdraw", false, "take a review back")
	filter.add(c)
	f.add(a, c, func() any { return reviewRow{} })
	return c
}

// checkReview refuses a review that says too little.
func checkReview(r store.Review, withdraw bool) error {
	switch {
	case r.ReportID == 0 || r.Rule == "":
		return usagef("--report ID and --rule CODE say which finding; without both the reviews there are are listed")
	case withdraw:
	case r.Verdict != store.VerdictConfirmed && r.Verdict != store.VerdictDismissed:
		return usagef("--verdict %s: want confirmed or dismissed", r.Verdict)
	case r.Reason == "" || r.Reviewer == "":
		return usagef("--reason TEXT and --reviewer NAME are required: a finding is judged by somebody, for a reason")
	}
	return checkRule(r.Rule)
}

func (a *app) listReviews(ctx context.Context, s *store.Store, chosen store.Filter, f tableFlags) error {
	all, err := s.Reviews(ctx, chosen)
	if err != nil {
		return err
	}
	var rows []reviewRow
	for _, v := range all {
		note := ""
		if v.Gone {
			note = "no longer found since the report was read again"
		}
		rows = append(rows, reviewRow{v.ReportID, v.RegionCode, v.RegionName, year(v.Year), v.Rule, v.Indicator, v.Applicant, string(v.Verdict), v.Reason, v.Reviewer, v.ReviewedAt, v.Gone, v.Source, note})
	}
	return a.print(tableOf(rows, nil), f)
}

// reviewRow is what somebody said of a finding.
type reviewRow struct {
	ReportID   int64  `json:"report_id" title:"REPORT" jsonschema:"number of the report in the database"`
	RegionCode string `json:"region_code" jsonschema:"GB/T 2260, six digits"`
	RegionName string `json:"region_name" title:"REGION"`
	Year       *int   `json:"year" title:"YEAR" jsonschema:"year reported on"`
	Rule       string `json:"rule" title:"RULE" jsonschema:"code of the finding's rule"`
	Indicator  string `json:"indicator" title:"INDICATOR" jsonschema:"that the finding names; empty where it names none"`
	Applicant  string `json:"applicant" jsonschema:"column of the requests table"`
	Verdict    string `json:"verdict" title:"VERDICT" jsonschema:"confirmed or dismissed"`
	Reason     string `json:"reason" title:"REASON"`
	Reviewer   string `json:"reviewer" title:"REVIEWER" jsonschema:"who answers for it"`
	ReviewedAt string `json:"reviewed_at" title:"AT" jsonschema:"ISO 8601, UTC"`
	Gone       bool   `json:"gone" jsonschema:"the finding is no longer found since the report was read again"`
	Source     string `json:"source" jsonschema:"path or address of the report"`
	Note       string `json:"note" title:"NOTE"`
}
