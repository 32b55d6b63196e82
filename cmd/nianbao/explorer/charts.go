package explorer

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"sync"

	"nianbao/parser/region"
	"nianbao/store/ask"
	"nianbao/store/plot"
)

// drawn are the options of a chart inside a page: its marks lead to reports, and
// the page has heading and source around it.
func (p *page) drawn() plot.Options {
	return plot.Options{Bare: true, English: p.English(), Name: p.RegionOr, Link: func(id int64) string { return p.Link(fmt.Sprintf("/report/%d", id)) }}
}

// chart is a drawing for a template. There is none where there is nothing to draw.
func chart(c *plot.Chart, err error) (template.HTML, error) {
	if errors.Is(err, plot.ErrNothing) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return template.HTML(c.Inline()), nil // which escapes what comes from data
}

// chartSize is a place that a chart is drawn for. The style sheet shows the drawing
// that fits, so that what is written in it can be read everywhere.
type chartSize struct {
	class         template.HTML
	width, height float64 // of the drawing; height 0: as the kind of chart needs
}

var (
	forPage   = chartSize{"for-wide", 860, 340}
	forColumn = chartSize{"for-column", 560, 0}
	forPhone  = chartSize{"for-phone", 300, 0}
)

// sized draws a chart for places, the widest first.
func sized(o plot.Options, draw func(plot.Options) (*plot.Chart, error), sizes ...chartSize) (template.HTML, error) {
	all := template.HTML(`<div class="sized">`)
	for _, s := range sizes {
		o.Width, o.Height = s.width, s.height
		drawn, err := chart(draw(o))
		if err != nil || drawn == "" {
			return "", err
		}
		all += `<div class="` + s.class + `">` + drawn + `</div>`
	}
	return all + `</div>`, nil
}

// Multiple is the small chart of a measure on a region's page.
func (p *page) Multiple(m multiple) (template.HTML, error) {
	v := p.V.(*regionView)
	o := p.drawn()
	o.Width, o.Height, o.First, o.Last = 320, 130, v.First, v.Last
	var bands []plot.Band
	for _, g := range m.bands {
		bands = append(bands, plot.Band{Class: g.Class, Years: g.All})
	}
	return chart(plot.Lines(m.Measure, m.series, bands, o))
}

// Distribution is how the values of a comparison lie, with one's own county.
func (p *page) Distribution() (template.HTML, error) {
	v := p.V.(*comparisonView)
	o := p.drawn()
	o.Own = v.Query.Own
	return sized(o, func(o plot.Options) (*plot.Chart, error) { return plot.Distribution(v.comparison, o) }, forColumn, forPhone)
}

// Tiles is the map of a comparison of all of China.
func (p *page) Tiles() (template.HTML, error) {
	v := p.V.(*comparisonView)
	if v.Query.Under != "" {
		return "", nil
	}
	return p.tiles(v.Measure, p.provinces(v), p.drawn())
}

func (p *page) tiles(m ask.Measure, areas []plot.Area, o plot.Options) (template.HTML, error) {
	return sized(o, func(o plot.Options) (*plot.Chart, error) { return plot.Tiles(m, areas, o, "") }, forColumn, forPhone)
}

// provinces are the medians of a comparison by province.
func (p *page) provinces(v *comparisonView) []plot.Area {
	var all []plot.Area
	for _, g := range ask.ByProvince(v.comparison) {
		all = append(all, plot.Area{Code: g.Code, Name: g.Name, Value: g.Median, Tell: p.T("overview.counties", p.Number(g.Count)),
			Link: p.Here("under", g.Code, "year", v.Query.Year, "by", "")})
	}
	return all
}

// A drawing is a chart for a file of its own.
type drawing struct {
	chart   *plot.Chart
	options plot.Options
	name    string // of the file
}

// picture registers a chart as SVG and PNG: to save, or to look at where the address says
// inline=1.
func (e *Explorer) picture(path string, draw func(*page, *http.Request, string) (drawing, error)) {
	for _, format := range []string{plot.SVG, plot.PNG} {
		e.mux.HandleFunc("GET "+path+"."+format, func(w http.ResponseWriter, r *http.Request) {
			d, err := draw(newPage(r, "", ""), r, format)
			var b bytes.Buffer
			if err == nil {
				err = d.chart.Write(&b, d.options)
			}
			switch {
			case errors.Is(err, plot.ErrNothing):
				err = notFound("error.nothing")
			case errors.Is(err, plot.ErrNoFont):
				err = &problem{http.StatusNotImplemented, "error.no_font", nil}
			}
			if err != nil {
				e.fail(w, r, err)
				return
			}
			disposition := "attachment"
			if q := r.URL.Query(); q.Get("inline") == "1" || q.Get("embed") == "1" {
				disposition = "inline"
			}
			w.Header().Set("Content-Disposition", fmt.Sprintf("%s; filename=%q", disposition, d.name))
			send(w, r, map[string]string{plot.SVG: "image/svg+xml", plot.PNG: "image/png"}[format], http.StatusOK, b.Bytes())
		})
	}
}

// pictured are the options of a picture: heading is what it says above itself.
func (p *page) pictured(format, heading, today string) plot.Options {
	return plot.Options{Format: format, English: p.English(), Name: p.RegionOr, Heading: heading, Source: p.T("picture.source", today)}
}

// comparePicture draws one of the charts of a comparison.
func (e *Explorer) comparePicture(p *page, r *http.Request, format string) (d drawing, err error) {
	v, err := e.compare(r.Context(), r.URL.Query())
	if err != nil {
		return d, err
	}
	if v.Query.Year == 0 || !v.HasValues() {
		return d, plot.ErrNothing
	}
	p.V = v
	o := p.pictured(format, p.T("compare.caption", p.MeasureLabel(v.Measure), p.InUnit(v.Measure.Unit), p.AreaOf(v.Query), v.Query.Year, p.Count(v)), v.Today)
	o.Own = v.Query.Own
	d = drawing{options: o, name: v.Query.fileName(format)}
	kind := r.URL.Query().Get("chart")
	switch kind {
	case "", "ranked":
		d.chart, err = plot.Ranked(v.comparison, o)
		return d, err
	case "distribution":
		d.chart, err = plot.Distribution(v.comparison, o)
	case "tiles":
		d.chart, err = plot.Tiles(v.Measure, p.provinces(v), o, p.T("picture.medians"))
	case "map":
		if e.cfg.Boundaries == nil {
			return d, notFound("error.no_page")
		}
		d.chart, err = plot.Map(v.Measure, p.mapped(v), e.cfg.Boundaries, o, "")
	default:
		return d, badRequest("error.parameter", "chart", clip(kind, 40))
	}
	d.name = strings.Replace(d.name, "nianbao-", "nianbao-"+kind+"-", 1)
	return d, err
}

// canPNG reports whether this machine has a font to draw a PNG with.
var canPNG = sync.OnceValue(func() bool { return plot.FindFont() != "" })

// HasPNG is canPNG for templates.
func (p *page) HasPNG() bool { return canPNG() }

// shared is the address of the picture that stands for a page elsewhere.
func (p *page) shared(path string, pairs ...any) string {
	if canPNG() {
		return p.There(path+".png", append(pairs, "inline", "1")...)
	}
	return ""
}

// mapped are the regions of a comparison with their values, and those that there is no
// report of.
func (p *page) mapped(v *comparisonView) []plot.Area {
	var all []plot.Area
	for _, r := range v.comparison.Rows {
		code := region.Newest(r.RegionCode)
		a := plot.Area{Code: code, Name: r.RegionName, Value: r.Value, Contradicted: r.Contradicted, Link: p.Link("/region/" + code)}
		if r.Value == nil {
			a.Tell = p.Status(r.Status)
		}
		all = append(all, a)
	}
	for _, r := range v.unlisted() {
		code := region.Newest(r.Code)
		all = append(all, plot.Area{Code: code, Name: r.Name, Tell: p.Status(ask.NoReport), Link: p.Link("/region/" + code)})
	}
	return all
}

// Map is the choropleth of a comparison, where boundaries are given.
func (p *page) Map() (template.HTML, error) {
	v := p.V.(*comparisonView)
	if v.boundaries == nil {
		return "", nil
	}
	o, areas := p.drawn(), p.mapped(v)
	o.Own = v.Query.Own
	drawn, err := chart(plot.Map(v.Measure, areas, v.boundaries, o, "", p.provinces(v)...))
	if err != nil || drawn == "" {
		return "", err
	}
	legend, err := sized(o, func(o plot.Options) (*plot.Chart, error) { return plot.MapLegend(v.Measure, areas, v.boundaries, o) }, forColumn, forPhone)
	if plot.ByProvinces(areas, v.boundaries) {
		legend += template.HTML("<figcaption>" + template.HTMLEscapeString(p.T("compare.map.note")) + "</figcaption>")
	}
	return drawn + legend, err
}
