package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"nianbao/parser/report"
	"nianbao/store"
)

func (a *app) correctCommand() *cobra.Command {
	var db, value, status string
	var given store.Correction
	var withdraw, show bool
	var filter filterFlags
	var f tableFlags
	c := &cobra.Command{
		Use:   "correct --db FILE --report ID --indicator CODE --value N --reason TEXT --reviewer NAME",
		Short: "Set a figure right, with a reason",
		Long: `Set a figure right. The figure as it was read stays; views, comparisons and exports
show the corrected one and mark it, and a later ingest keeps it. --withdraw takes a
correction back, --list shows all of them. The report's ID is report_id in the views
and in nianbao search --json.`,
		Example: "  nianbao correct --db counties.db --report 12 --indicator review.total --value 11 --reason 'sum of its parts; the page prints 0' --reviewer LW\n  nianbao correct --db counties.db --list",
		Args:    operands(0, 0),
		RunE: func(c *cobra.Command, _ []string) (err error) {
			flt, err := filter.filter()
			if err != nil {
				return err
			}
			given.Status = report.Status(status)
			if !show {
				if given.Value, err = checkCorrection(given, value, withdraw); err != nil {
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
				return a.listCorrections(c.Context(), s, flt, f)
			case withdraw:
				if err = s.Withdraw(c.Context(), given.ReportID, given.Indicator, given.Applicant); err == nil {
					a.notice("report %d, %s: the figure as it was read counts again", given.ReportID, given.Indicator)
				}
			default:
				if err = s.Correct(c.Context(), given); err == nil {
					a.notice("report %d, %s: corrected to %s", given.ReportID, given.Indicator, corrected(given))
				}
			}
			return checked(c.Context(), s, err)
		},
	}
	fs := c.Flags()
	fs.StringVar(&db, "db", "", "the SQLite file")
	fs.Int64Var(&given.ReportID, "report", 0, "the report's ID")
	fs.StringVar(&given.Indicator, "indicator", "", "code of the indicator")
	fs.StringVar(&given.Applicant, "applicant", "", "column of the requests table")
	fs.StringVar(&value, "value", "", "the right figure")
	fs.StringVar(&status, "status", "", "blank, not_applicable or unreadable, where there is no figure")
	fs.StringVar(&given.Reason, "reason", "", "why")
	fs.StringVar(&given.Reviewer, "reviewer", "", "who answers for it")
	fs.BoolVar(&withdraw, "withdraw", false, "take a correction back")
	fs.BoolVar(&show, "list", false, "list the corrections")
	filter.add(c)
	f.add(a, c, func() any { return correctionRow{} })
	return c
}

// checkCorrection refuses a correction that says too little, and reads its value.
func checkCorrection(c store.Correction, value string, withdraw bool) (*float64, error) {
	switch {
	case c.ReportID == 0 || c.Indicator == "":
		return nil, usagef("--report ID and --indicator CODE say which figure; --list shows the corrections there are")
	case withdraw:
		return nil, nil
	case (value == "") == (c.Status == ""):
		return nil, usagef("give the right figure with --value N, or --status blank, not_applicable or unreadable where there is none")
	case c.Reason == "" || c.Reviewer == "":
		return nil, usagef("--reason TEXT and --reviewer NAME are required: a figure is changed by somebody, for a reason")
	case value == "":
		return nil, nil
	}
	v, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return nil, usagef("--value %s: not a number", value)
	}
	return &v, nil
}

func (a *app) listCorrections(ctx context.Context, s *store.Store, chosen store.Filter, f tableFlags) error {
	all, err := s.Corrections(ctx, chosen)
	if err != nil {
		return err
	}
	var rows []correctionRow
	for _, r := range all {
		rows = append(rows, correctionRow{r.ReportID, r.RegionCode, r.RegionName, year(r.Year), r.Indicator, r.Applicant, r.ReadValue, string(r.ReadStatus), r.Value, string(r.Status),
			r.Reason, r.Reviewer, r.CorrectedAt, r.Source})
	}
	return a.print(tableOf(rows, nil), f)
}

func corrected(c store.Correction) string {
	if c.Value == nil {
		return string(c.Status)
	}
	return fmt.Sprint(*c.Value)
}

// correctionRow is a correction with the figure as it was read.
type correctionRow struct {
	ReportID    int64    `json:"report_id" title:"REPORT" jsonschema:"number of the report in the database"`
	RegionCode  string   `json:"region_code" jsonschema:"GB/T 2260, six digits"`
	RegionName  string   `json:"region_name" title:"REGION"`
	Year        *int     `json:"year" title:"YEAR" jsonschema:"year reported on"`
	Indicator   string   `json:"indicator" title:"INDICATOR"`
	Applicant   string   `json:"applicant" title:"APPLICANT" jsonschema:"column of the requests table"`
	ReadValue   *float64 `json:"read_value" title:"READ" jsonschema:"the figure as it was read"`
	ReadStatus  string   `json:"read_status" jsonschema:"and its status"`
	Value       *float64 `json:"value" title:"CORRECTED" jsonschema:"the figure that counts"`
	Status      string   `json:"status" title:"STATUS"`
	Reason      string   `json:"reason" title:"REASON"`
	Reviewer    string   `json:"reviewer" title:"REVIEWER" jsonschema:"who answers for it"`
	CorrectedAt string   `json:"corrected_at" title:"AT" jsonschema:"ISO 8601, UTC"`
	Source      string   `json:"source" jsonschema:"path or address of the report"`
}
