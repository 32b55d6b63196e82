package main

import (
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
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			flt, err := filter.filter()
			if err != nil {
				return err
			}
			r.Verdict = store.Verdict(verdict)
			show := r.ReportID == 0 && r.Rule == "" && verdict == "" && !withdraw
			switch {
			case show:
			case r.ReportID == 0 || r.Rule == "":
				return usagef("--report ID and --rule CODE say which finding; without both the reviews there are are listed")
			case withdraw:
			case r.Verdict != store.VerdictConfirmed && r.Verdict != store.VerdictDismissed:
				return usagef("--verdict %s: want confirmed or dismissed", verdict)
			case r.Reason == "" || r.Reviewer == "":
				return usagef("--reason TEXT and --reviewer NAME are required: a finding is judged by somebody, for a reason")
			}
			if !show {
				if err := checkRule(r.Rule); err != nil {
					return err
				}
			}
			s, err := a.openToChange(c.Context(), db, show)
			if err != nil {
				return err
			}
			defer closeStore(s, &err)
			switch {
			case show:
				all, err := s.Reviews(c.Context(), flt)
				if err != nil {
					return err
				}
				t := &table{columns: []column{
					{"report_id", "REPORT"}, {"region_code", ""}, {"region_name", "REGION"}, {"year", "YEAR"}, {"rule", "RULE"}, {"indicator", "INDICATOR"}, {"applicant", ""},
					{"verdict", "VERDICT"}, {"reason", "REASON"}, {"reviewer", "REVIEWER"}, {"reviewed_at", "AT"}, {"gone", ""}, {"source", ""}, {"note", "NOTE"},
				}}
				for _, v := range all {
					note := ""
					if v.Gone {
						note = "no longer found since the report was read again"
					}
					t.add(int(v.ReportID), v.RegionCode, v.RegionName, year(v.Year), v.Rule, v.Indicator, v.Applicant, string(v.Verdict), v.Reason, v.Reviewer, v.ReviewedAt, v.Gone, v.Source, note)
				}
				return a.print(t, f)
			case withdraw:
				if err := s.WithdrawReview(c.Context(), r); err != nil {
					return err
				}
				a.notice("report %d, %s: the finding is open again", r.ReportID, r.Rule)
			default:
				if err := s.ReviewFinding(c.Context(), r); err != nil {
					return err
				}
				a.notice("report %d, %s: %s", r.ReportID, r.Rule, r.Verdict)
			}
			return nil
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
	f.add(c)
	return c
}
