package explorer

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/export"
)

// figuresFile writes all figures of the reports that the address chooses: one row
// a report, the columns of the standard tables side by side.
func (e *Explorer) figuresFile(format export.Format) func(*http.Request, func(contentType, name string) io.Writer) error {
	return func(r *http.Request, begin func(contentType, name string) io.Writer) error {
		p := &parameters{Values: r.URL.Query()}
		f := p.filter()
		if p.err != nil {
			return p.err
		}
		if f.Scope == report.ScopeUnknown {
			f.Scope = report.ScopeRegion
		}
		w := &lateWriter{begin: func() io.Writer { return begin(format.ContentType, figuresName(f, format.Endings[0])) }}
		_, err := export.Write(r.Context(), e.store, w, export.Options{Filter: f, Format: format.Name, Shape: export.Wide, BOM: p.flag("bom")})
		return err
	}
}

// lateWriter begins when there is something to write, so that what fails before is
// told on a page.
type lateWriter struct {
	begin func() io.Writer
	w     io.Writer
}

func (l *lateWriter) Write(b []byte) (int, error) {
	if l.w == nil {
		l.w = l.begin()
	}
	return l.w.Write(b)
}

func figuresName(f store.Filter, ending string) string {
	parts := []string{"nianbao-figures"}
	switch {
	case f.Under != "":
		parts = append(parts, f.Under)
	case len(f.Regions) > 0:
		parts = append(parts, f.Regions...)
	default:
		parts = append(parts, "china")
	}
	if f.Level != "" {
		parts = append(parts, f.Level)
	}
	if f.Years.From != 0 {
		parts = append(parts, fmt.Sprint(f.Years.From))
	}
	return strings.Join(parts, "-") + ending
}

// areaFigures are the files of an area for a page.
type areaFigures struct {
	Area  string
	Files []areaFile
}

type areaFile struct{ Label, Address string }

func (p *page) figuresOf(area string, pairs ...any) areaFigures {
	f := areaFigures{Area: area}
	for _, x := range export.Formats {
		if !x.Browsers {
			continue
		}
		if x.Name == export.CSV {
			f.Files = append(f.Files, areaFile{"figures.excel_csv", p.Link("/figures."+x.Name, append(pairs, "bom", "1")...)})
		}
		f.Files = append(f.Files, areaFile{"figures." + x.Name, p.Link("/figures."+x.Name, pairs...)})
	}
	return f
}

// RegionFigures are the files of a region's page: a county's own, or those of all that
// is below.
func (p *page) RegionFigures() areaFigures {
	r := p.V.(*regionView).Region
	if r.Level == region.LevelCounty {
		return p.figuresOf(p.Region(r.Code), "region", r.Code)
	}
	return p.figuresOf(p.T("figures.below", p.Region(r.Code)), "under", r.Code)
}

// CompareFigures are the files of a comparison's page.
func (p *page) CompareFigures() areaFigures {
	q := p.V.(*comparisonView).Query
	return p.figuresOf(fmt.Sprintf("%s %d", p.AreaOf(q), q.Year), "under", q.Under, "level", q.Level, "scope", q.Scope, "year", q.Year)
}
