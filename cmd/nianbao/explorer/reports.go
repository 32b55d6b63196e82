package explorer

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"nianbao/store"
	"nianbao/store/ask"
)

const reportsPageSize = 100

// reportsView is a page of a list of reports.
type reportsView struct {
	Filter  store.Filter
	Year    int
	Under   string
	Region  string
	Reports []ask.ReportLine
	Pager   pager
}

func (e *Explorer) reports(ctx context.Context, values url.Values) (*reportsView, error) {
	p := &parameters{Values: values}
	f := p.filter()
	n := p.page()
	if p.err != nil {
		return nil, p.err
	}
	found, err := ask.PageOfReports(ctx, e.store, f, (n-1)*reportsPageSize, reportsPageSize)
	if err != nil {
		return nil, err
	}
	v := &reportsView{Filter: f, Year: f.Years.From, Under: f.Under, Reports: found.Reports, Pager: newPager(n, reportsPageSize, found.Total, found.More)}
	if len(f.Regions) > 0 {
		v.Region = f.Regions[0]
	}
	return v, nil
}

func (e *Explorer) reportsPage(p *page, r *http.Request) error {
	v, err := e.reports(r.Context(), r.URL.Query())
	if err != nil {
		return err
	}
	p.Title, p.V = p.T("reports.title"), v
	switch {
	case v.Region != "":
		p.Title = p.T("reports.title.of", p.Region(v.Region))
	case v.Under != "":
		p.Title = p.T("reports.title.of", p.Region(v.Under))
	}
	return nil
}

// figuresCSV has every figure of a report with its evidence.
func (e *Explorer) figuresCSV(r *http.Request, begin func(contentType, name string) io.Writer) error {
	id, err := reportID(r)
	if err != nil {
		return err
	}
	v, err := e.report(r.Context(), id)
	if err != nil {
		return err
	}
	s, err := newSheet(r, begin("text/csv; charset=utf-8", fmt.Sprintf("nianbao-report-%d.csv", id)), "report_id", "region_code", "region_name", "year", "publisher", "indicator", "applicant",
		"label_zh", "label_en", "value", "unit", "status", "raw", "locator", "corrected", "correction_reason", "contradicted_by", "source", "document_sha256")
	if err != nil {
		return err
	}
	for _, f := range v.Facts {
		value, status := f.Effective()
		label, reason := indicatorLabel(f.Indicator), ""
		if f.Correction != nil {
			reason = f.Correction.Reason
		}
		if err := s.row(id, v.Meta.RegionCode, v.Meta.Region, int(v.Meta.Year), v.Meta.Publisher, f.Indicator, f.Applicant, label.Zh, label.En, value, f.Unit, status, f.Raw,
			f.Locator.String(), f.Correction != nil, reason, v.contradicted(f.Fact), v.Meta.Source, v.Meta.DocumentSHA256); err != nil {
			return err
		}
	}
	return s.end()
}
