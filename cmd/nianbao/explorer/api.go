package explorer

import (
	"bytes"
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/store"
	"nianbao/store/ask"
)

// apiRoot is where every address of the API begins.
const apiRoot = "/api/v1"

// What a page of a list has.
const (
	apiPageSize    = 100
	apiMaxPageSize = 1000
	apiMaxSearch   = 100
)

// openAPI describes the API. A test holds it against the answers.
//
//go:embed openapi.json
var openAPI []byte

// endpoint is an address of the API and the parameters it knows: any other is
// a mistake that is told, for a filter with a slip of the pen would be none.
type endpoint struct {
	path       string // below apiRoot
	parameters []string
	answer     func(*Explorer, *http.Request, *parameters) (any, error)
}

var endpoints = []endpoint{
	{"/overview", nil, (*Explorer).apiOverview},
	{"/indicators", nil, (*Explorer).apiIndicators},
	{"/rules", nil, (*Explorer).apiRules},
	{"/regions", []string{"under", "level", "stored", "limit", "cursor"}, (*Explorer).apiRegions},
	{"/regions/{code}", nil, (*Explorer).apiRegion},
	{"/regions/{code}/reports", []string{"year", "scope", "limit", "cursor"}, (*Explorer).apiRegionReports},
	{"/regions/{code}/series", nil, (*Explorer).apiRegionSeries},
	{"/reports", []string{"under", "region", "year", "level", "scope", "layout", "limit", "cursor"}, (*Explorer).apiReports},
	{"/reports/{id}", nil, (*Explorer).apiReport},
	{"/reports/{id}/capture", []string{"document"}, (*Explorer).apiCapture},
	{"/compare", []string{"measure", "applicant", "per", "year", "under", "by", "level", "scope", "close", "unofficial", "sort", "order", "limit", "cursor"}, (*Explorer).apiCompare},
	{"/trend", []string{"measure", "applicant", "per", "region", "scope", "unofficial"}, (*Explorer).apiTrend},
	{"/findings", []string{"rule", "severity", "region", "year", "scope", "limit", "cursor"}, (*Explorer).apiFindings},
	{"/search", []string{"q", "year", "under", "limit"}, (*Explorer).apiSearch},
}

// apiRoutes registers the API.
func (e *Explorer) apiRoutes() {
	for _, p := range endpoints {
		e.mux.HandleFunc("GET "+apiRoot+p.path, func(w http.ResponseWriter, r *http.Request) { e.serveAPI(w, r, p) })
	}
	e.mux.HandleFunc("GET "+apiRoot+"/openapi.json", func(w http.ResponseWriter, r *http.Request) {
		send(w, r, "application/json", http.StatusOK, openAPI)
	})
	e.mux.HandleFunc("GET /api/", func(w http.ResponseWriter, r *http.Request) { e.fail(w, r, notFound("error.no_page")) })
}

// run tells one run of the program from another: what an answer looks like may
// change with the program.
var run = rand.Text()

// tag is the entity tag of what is made of a file in a state.
func (s fileState) tag() string {
	return fmt.Sprintf(`"%s-%x-%x-%x-%x"`, run, s.size, s.time.UnixNano(), s.walSize, s.walTime.UnixNano())
}

// holds reports whether a client has the answer of a tag already.
func holds(r *http.Request, tag string) bool {
	return tag != "" && slices.ContainsFunc(strings.Split(r.Header.Get("If-None-Match"), ","), func(s string) bool { return strings.TrimPrefix(strings.TrimSpace(s), "W/") == tag })
}

// serveAPI answers with JSON. While the file is as it was, a client that has the
// answer is told so, and nothing is asked of the store.
func (e *Explorer) serveAPI(w http.ResponseWriter, r *http.Request, p endpoint) {
	state := e.memory.state()
	tag := state.tag()
	q := r.URL.Query()
	if wrong := unknown(q, p.parameters); wrong != nil {
		e.fail(w, r, wrong)
		return
	}
	if holds(r, tag) {
		w.Header().Set("ETag", tag)
		w.WriteHeader(http.StatusNotModified)
		return
	}
	answer, err := p.answer(e, r, &parameters{Values: q})
	var b bytes.Buffer
	if err == nil {
		err = json.NewEncoder(&b).Encode(answer)
	}
	if err != nil {
		e.fail(w, r, err)
		return
	}
	w.Header().Set("ETag", tag)
	send(w, r, "application/json", http.StatusOK, b.Bytes())
}

// unknown is the error of a parameter that an address does not know, or that
// stands twice.
func unknown(q url.Values, known []string) error {
	for _, name := range slices.Sorted(maps.Keys(q)) {
		switch {
		case slices.Contains([]string{"lang", "scale", "own", "embed"}, name): // a page's own, which its link to the API brings along
		case !slices.Contains(known, name):
			return badRequest("error.unknown_parameter", strconv.Quote(clip(name, 40)))
		case len(q[name]) > 1:
			return badRequest("error.parameter", name, "…")
		}
	}
	return nil
}

// clip bounds a text by characters.
func clip(s string, longest int) string {
	if r := []rune(s); len(r) > longest {
		return string(r[:longest]) + "…"
	}
	return s
}

// send answers with a body whole.
func send(w http.ResponseWriter, r *http.Request, kind string, status int, body []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a visitor who went away misses nothing
	}
}

// apiProblem is an error as RFC 9457 has it.
type apiProblem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

// failAPI answers with problem details.
func (e *Explorer) failAPI(w http.ResponseWriter, r *http.Request, p *problem) {
	body, err := json.Marshal(apiProblem{"about:blank", http.StatusText(p.status), p.status, english.text(p.text, p.args...)})
	if err != nil {
		e.cfg.Log.Error(err.Error(), "url", r.URL.String())
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	send(w, r, "application/problem+json", p.status, append(body, '\n'))
}

// apiPage is where a page of a list begins and how long it is.
type apiPage struct {
	cursor string
	limit  int
	path   string
	query  url.Values
}

func apiPageOf(r *http.Request, p *parameters, size, longest int) apiPage {
	return apiPage{cursor: p.text("cursor", 80), limit: p.number("limit", 1, longest, size), path: r.URL.Path, query: p.Values}
}

// next is the address of the next page; nil where there is none.
func (a apiPage) next(cursor string) *string {
	if cursor == "" {
		return nil
	}
	q := cloneValues(a.query)
	q.Set("cursor", cursor)
	u := url.URL{Path: a.path, RawQuery: q.Encode()}
	s := u.String()
	return &s
}

// number reads a cursor that is a number, zero or more.
func (a apiPage) number(p *parameters) int64 {
	if a.cursor == "" {
		return 0
	}
	n, err := strconv.ParseInt(a.cursor, 10, 64)
	if err != nil || n < 0 {
		p.wrong("cursor", a.cursor)
	}
	return n
}

// offset writes the cursor of a list that is at hand as a whole.
func (a apiPage) offset(from, all int) (to int, next *string) {
	to = min(from+a.limit, all)
	if to < all {
		next = a.next(strconv.Itoa(to))
	}
	return to, next
}

func (e *Explorer) apiOverview(r *http.Request, _ *parameters) (any, error) {
	o, err := e.overview(r.Context())
	if err != nil {
		return nil, err
	}
	return overviewJSONOf(o), nil
}

func (e *Explorer) apiIndicators(*http.Request, *parameters) (any, error) {
	return catalogueJSONOf(), nil
}

func (e *Explorer) apiRules(r *http.Request, _ *parameters) (any, error) {
	v, err := e.allRules(r.Context())
	if err != nil {
		return nil, err
	}
	all := rulesJSON{Rules: []ruleJSON{}}
	for _, g := range v.Groups {
		for _, c := range g.Rules {
			t, _ := catalog.FindRule(c.Rule)
			all.Rules = append(all.Rules, ruleJSON{c.Rule, t.TitleZH, t.TitleEN, t.MeaningZH, t.Meaning, c.Findings})
		}
	}
	return all, nil
}

func (e *Explorer) apiRegions(r *http.Request, p *parameters) (any, error) {
	f := store.Filter{Under: p.region("under"), Level: p.level("")}
	stored := p.one("stored", "0", "1") == "1"
	page := apiPageOf(r, p, apiPageSize, apiMaxPageSize)
	if p.err != nil {
		return nil, p.err
	}
	all, err := inTime(r.Context(), e.memory, fmt.Sprintf("regions %q %q %t", f.Under, f.Level, stored), func(ctx context.Context) ([]ask.RegionCoverage, error) {
		return ask.Regions(ctx, e.store, f, stored)
	})
	if err != nil {
		return nil, err
	}
	from, _ := slices.BinarySearchFunc(all, page.cursor, func(r ask.RegionCoverage, code string) int { return strings.Compare(r.Code, code) })
	if from < len(all) && all[from].Code == page.cursor {
		from++
	}
	to := min(from+page.limit, len(all))
	answer := regionsJSON{Regions: listOf(all[from:to], func(c ask.RegionCoverage) regionJSON {
		return regionJSON{regionNameOf(c.Region), c.Series, filled(c.Years), c.Reports}
	})}
	if to < len(all) {
		answer.Next = page.next(all[to-1].Code)
	}
	return answer, nil
}

func (e *Explorer) apiRegion(r *http.Request, _ *parameters) (any, error) {
	v, err := e.region(r.Context(), r.PathValue("code"))
	if err != nil {
		return nil, err
	}
	return regionDetailJSON{Region: regionNameOf(v.Region), Path: listOf(v.Path, regionNameOf), Names: listOf(v.Names, regionNameOf), Reports: listOf(v.Reports, reportLineOf),
		Agencies: v.Agencies, Findings: listOf(v.Findings, findingOf)}, nil
}

func (e *Explorer) apiRegionSeries(r *http.Request, _ *parameters) (any, error) {
	v, err := e.region(r.Context(), r.PathValue("code"))
	if err != nil {
		return nil, err
	}
	answer := regionSeriesJSON{RegionCode: v.Region.Code, RegionName: v.Region.Name, Series: []headlineSeriesJSON{}}
	for _, m := range v.Multiples {
		measure, err := ask.FindMeasure(m.Code, "")
		if err != nil {
			return nil, err
		}
		s := headlineSeriesJSON{Measure: measure, Points: listOf(m.Points, pointOf), Medians: []medianJSON{}}
		for i, peers := range v.Peers {
			for _, year := range slices.Sorted(maps.Keys(m.Medians[i])) {
				s.Medians = append(s.Medians, medianJSON{english.text(peers.Name, regionName(peers.Of)), year, m.Medians[i][year]})
			}
		}
		answer.Series = append(answer.Series, s)
	}
	return answer, nil
}

// apiReportList answers with the reports of a filter.
func (e *Explorer) apiReportList(r *http.Request, p *parameters, f store.Filter) (any, error) {
	page := apiPageOf(r, p, apiPageSize, apiMaxPageSize)
	after := page.number(p)
	if p.err != nil {
		return nil, p.err
	}
	found, next, err := ask.ReportsAfter(r.Context(), e.store, f, after, page.limit)
	if err != nil {
		return nil, err
	}
	answer := reportsJSON{Reports: listOf(found, reportLineOf)}
	if next != 0 {
		answer.Next = page.next(strconv.FormatInt(next, 10))
	}
	return answer, nil
}

func (e *Explorer) apiReports(r *http.Request, p *parameters) (any, error) {
	f := p.filter()
	f.Layout = p.one("layout", catalog.Default().Layouts()...)
	return e.apiReportList(r, p, f)
}

func (e *Explorer) apiRegionReports(r *http.Request, p *parameters) (any, error) {
	code := r.PathValue("code")
	if _, ok := region.Lookup(code); !ok {
		return nil, notFound("error.no_region")
	}
	f := store.Filter{Regions: []string{code}, Scope: p.scope()}
	if y := p.year(0); y != 0 {
		f.Years = store.Year(y)
	}
	return e.apiReportList(r, p, f)
}

func (e *Explorer) apiReport(r *http.Request, _ *parameters) (any, error) {
	id, err := reportID(r)
	if err != nil {
		return nil, err
	}
	v, err := e.report(r.Context(), id)
	if err != nil {
		return nil, err
	}
	return reportJSONOf(v), nil
}

func (e *Explorer) apiCapture(r *http.Request, p *parameters) (any, error) {
	id, err := reportID(r)
	if err != nil {
		return nil, err
	}
	release, err := e.holdCapture(r.Context())
	if err != nil {
		return nil, err
	}
	defer release()
	c, err := e.capture(r.Context(), id, p.text("document", 64))
	if err != nil {
		return nil, err
	}
	return captureJSONOf(c, p.Values), p.err
}

func (e *Explorer) apiCompare(r *http.Request, p *parameters) (any, error) {
	q, m, err := e.compareQuery(r.Context(), p.Values)
	if err != nil {
		return nil, err
	}
	page := apiPageOf(r, p, apiPageSize, apiMaxPageSize)
	from := page.number(p)
	if p.err != nil {
		return nil, p.err
	}
	c, err := e.comparison(r.Context(), q)
	if err != nil {
		return nil, err
	}
	rows := make([]comparisonRow, len(c.Rows))
	for i, row := range c.Rows {
		rows[i] = comparisonRow{ComparisonRow: row}
	}
	sortComparison(rows, q)
	first := int(min(from, int64(len(rows))))
	to, next := page.offset(first, len(rows))
	return comparisonJSON{Measure: m, Year: q.Year, Scope: c.Scope, Groups: filled(c.Groups), Unscoped: c.Unscoped,
		Rows: listOf(rows[first:to], comparisonRowOf), Next: next}, nil
}

// maxTrendRegions is how many regions one trend may follow.
const maxTrendRegions = 20

func (e *Explorer) apiTrend(r *http.Request, p *parameters) (any, error) {
	q := ask.TrendQuery{Code: p.text("measure", 80), Applicant: p.text("applicant", 40), Per: p.text("per", 80), Unofficial: p.flag("unofficial"), Filter: store.Filter{Scope: p.scope()}}
	for code := range strings.SplitSeq(p.text("region", 8*maxTrendRegions), ",") {
		if _, ok := region.Lookup(code); !ok {
			p.wrong("region", clip(code, 40))
		}
		q.Regions = append(q.Regions, code)
	}
	if p.err == nil && len(q.Regions) > maxTrendRegions {
		p.wrong("region", len(q.Regions))
	}
	if p.err != nil {
		return nil, p.err
	}
	asked, err := ask.FindMeasure(q.Code, q.Applicant)
	if err != nil {
		return nil, badRequest("error.parameter", "measure", q.Code)
	}
	if _, err := e.per(r.Context(), asked, q.Per); err != nil {
		return nil, err
	}
	m, series, err := ask.Trend(r.Context(), e.store, q)
	if err != nil {
		return nil, err
	}
	answer := trendJSON{Measure: m, Series: []seriesJSON{}}
	for _, s := range series {
		answer.Series = append(answer.Series, seriesJSON{s.RegionCode, s.RegionName, s.Publisher, listOf(s.Points, pointOf)})
	}
	return answer, nil
}

func (e *Explorer) apiFindings(r *http.Request, p *parameters) (any, error) {
	q, err := findingQuery(p.Values)
	if err != nil {
		return nil, err
	}
	page := apiPageOf(r, p, apiPageSize, apiMaxPageSize)
	var after ask.FindingCursor
	if page.cursor != "" {
		id, seq, _ := strings.Cut(page.cursor, ".")
		n, err := strconv.ParseInt(id, 10, 64)
		k, err2 := strconv.ParseInt(seq, 10, 32)
		if err != nil || err2 != nil || n < 0 || k < 0 {
			p.wrong("cursor", page.cursor)
		}
		after = ask.FindingCursor{Report: n, Seq: int(k)}
	}
	if p.err != nil {
		return nil, p.err
	}
	found, next, err := ask.FindingsAfter(r.Context(), e.store, q, after, page.limit)
	if err != nil {
		return nil, err
	}
	answer := findingsJSON{Findings: listOf(findingRows(found), findingOf)}
	if next != (ask.FindingCursor{}) {
		answer.Next = page.next(fmt.Sprintf("%d.%d", next.Report, next.Seq))
	}
	return answer, nil
}

func (e *Explorer) apiSearch(r *http.Request, p *parameters) (any, error) {
	limit := p.number("limit", 1, apiMaxSearch, searchHits)
	if p.err != nil {
		return nil, p.err
	}
	v, err := e.searchUpTo(r.Context(), p.Values, limit)
	if err != nil {
		return nil, err
	}
	if v.Words == "" {
		return nil, badRequest("error.parameter", "q", "")
	}
	return searchJSONOf(v), nil
}
