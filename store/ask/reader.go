package ask

import (
	"nianbao/parser/catalog"
	"nianbao/parser/report"
	"nianbao/store"
)

// Reading is what an export has of a rate or a derived sum.
type Reading struct {
	Code, Kind, Applicant, Unit string
	Value                       *float64
	Status                      report.Status // why there is no value
	Base                        *float64      // the count, or the denominator, that a rate rests on
	BaseYear                    int           // of a denominator that no report prints; 0: none
}

// Reader reads rates and derived sums of one report after the other.
type Reader struct {
	resolve func(code, layout string) (correspondence, bool)
	figures map[string]map[string]figure // by applicant; that of indicators without is ""
}

// NewReader returns a reader that lets a layout without an indicator be
// read by its exact correspondent, as a comparison does.
func NewReader() *Reader {
	return &Reader{resolve: resolver([]string{catalog.QualityExact}), figures: map[string]map[string]figure{}}
}

// Report takes the next report.
func (rr *Reader) Report(r *store.ReportFigures) {
	for _, of := range rr.figures {
		clear(of)
	}
	for _, f := range r.Facts {
		of := rr.figures[f.Applicant]
		if of == nil {
			of = map[string]figure{}
			rr.figures[f.Applicant] = of
		}
		of[f.Indicator] = figure{f.Indicator, f.Value, f.Status, f.Corrected}
	}
}

// column is the figure of a code in a column of the requests table.
func (rr *Reader) column(r *store.ReportFigures, code, applicant string) figure {
	c, ok := rr.resolve(code, r.Layout)
	if !ok {
		return figure{status: NotInLayout}
	}
	i, _ := catalog.Lookup(c.codes[0])
	switch {
	case i.Dimension != catalog.DimensionApplicant && applicant != catalog.ApplicantTotal:
		return figure{status: NotInLayout}
	case i.Dimension != catalog.DimensionApplicant:
		applicant = ""
	}
	of := rr.figures[applicant]
	f, _ := c.sum(func(code string) (figure, bool) { f, ok := of[code]; return f, ok })
	return f
}

// Rate is a rate of the report that was taken last.
func (rr *Reader) Rate(r *store.ReportFigures, rate Rate) Reading {
	out := Reading{Code: rate.Code, Kind: KindRate, Applicant: catalog.ApplicantTotal}
	if rate.Code == RepeatedText {
		out.Applicant = ""
		if out.Value, out.Status = r.Repeated, report.StatusReported; r.Repeated == nil {
			out.Status = NotCompared
		}
		return out
	}
	x := reading{regionCode: r.RegionCode, scope: r.Scope, year: r.Year}
	x.value, x.base, x.status = rate.of(func(code string) figure { return rr.column(r, code, catalog.ApplicantTotal) })
	if rate.Per != "" {
		x.divide(residents)
	}
	out.Value, out.Status, out.Base, out.BaseYear = x.value, x.status, x.base, x.baseYear
	return out
}

// Derived are a derived sum's values of the report that was taken last: one for
// each kind of applicant that the report has, the total among them.
func (rr *Reader) Derived(r *store.ReportFigures, d catalog.Derived, totals bool) []Reading {
	var all []Reading
	for _, a := range catalog.Applicants() {
		if totals && a.Code != catalog.ApplicantTotal {
			continue
		}
		if f := rr.column(r, d.Code, a.Code); f.status != NotInLayout {
			all = append(all, Reading{Code: d.Code, Kind: KindDerived, Applicant: a.Code, Unit: d.Unit, Value: f.value, Status: f.status})
		}
	}
	return all
}
