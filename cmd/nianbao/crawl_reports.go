package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"nianbao/crawler"
	"nianbao/parser"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
)

// screen parses a page that may be a report, and says whether it is the one
// that its seed promised.
func (r *crawlRun) screen(ctx context.Context, c *crawler.Capture) crawler.Verdict {
	reports, err := r.reports(ctx, c)
	if err != nil {
		return crawler.Verdict{Reason: crawler.ScreenFailed, Detail: err.Error(), Retry: ctx.Err() != nil}
	}
	c.Value = reports
	if c.Request.Role == crawler.RoleSite || c.Request.Role == crawler.RoleList {
		return crawler.Verdict{} // whether or not a report stands on it, it led to what it led to
	}
	seed := c.Request.Seed
	found, sure, other := false, false, ""
	for _, rep := range reports {
		if ok, _ := parser.Recognised(rep); !ok {
			continue
		}
		found = true
		sure = sure || len(rep.Facts) > 0 || numbered(rep) > 1
		if code := rep.Meta.RegionCode; seed.Kind == crawler.KindReport && seed.RegionCode != "" && code != "" && !sameTerritory(seed.RegionCode, code) {
			other = fmt.Sprintf("the seed names %s, the report is of %s", region.PathName(seed.RegionCode), region.PathName(code))
		}
	}
	switch {
	case other != "":
		return crawler.Verdict{Reason: crawler.OtherRegion, Detail: other}
	case !found:
		_, why := parser.Recognised(reports[0])
		return crawler.Verdict{Reason: crawler.NotAReport, Detail: strings.TrimPrefix(why, "not a report on government information disclosure: ")}
	}
	return crawler.Verdict{Doubt: !sure}
}

// numbered counts a report's numbered sections.
func numbered(rep *report.Report) int {
	n := 0
	for _, s := range rep.Sections {
		if s.Number > 0 {
			n++
		}
	}
	return n
}

// sameTerritory reports whether two codes are one region over the years.
func sameTerritory(a, b string) bool {
	if a == b {
		return true
	}
	return slices.ContainsFunc(region.Series(a), func(r region.Region) bool { return r.Code == b })
}

func (r *crawlRun) reports(ctx context.Context, c *crawler.Capture) ([]*report.Report, error) {
	return r.parser.ParseAll(ctx, parser.Source{Name: c.URL, Data: c.Body, ContentType: c.Header.Get("Content-Type")})
}

// process stores the reports of a capture. It may see the same capture again
// after a crash; storing twice changes nothing.
func (r *crawlRun) process(ctx context.Context, c *crawler.Capture) error {
	if c.Body == nil || !kept(c.Reason) {
		return nil
	}
	reports, ok := c.Value.([]*report.Report)
	if !ok {
		var err error
		if reports, err = r.reports(ctx, c); err != nil {
			return err
		}
	}
	for _, rep := range reports {
		if ok, _ := storable(rep); !ok || !belongs(rep, c.Request) {
			continue
		}
		fromSeed(rep, c.Request)
		d := store.Document{
			SHA256: rep.Meta.DocumentSHA256, URL: c.URL, FetchedAt: c.Time, HTTPStatus: c.Status, ContentType: c.Header.Get("Content-Type"),
			Bytes: int64(len(c.Body)), WARCFile: c.Where.File, WARCOffset: c.Where.Offset,
		}
		switch err := r.keep(ctx, c, rep, d); {
		case err == nil:
		case refused(err):
			r.refuse(c.URL, err)
		default:
			return fmt.Errorf("storing %s: %w", c.URL, err)
		}
	}
	return nil
}

// refuse names a report that cannot be stored: the others need not share its lot.
func (r *crawlRun) refuse(url string, err error) {
	r.refusing.Lock()
	defer r.refusing.Unlock()
	r.refused++
	r.complain(url, "refused: "+err.Error())
}

// A change is a report that an update stored.
type change struct {
	outcome store.Outcome
	region  string
	year    int
	title   string
	source  string
}

// changeRow is a change as it is listed.
type changeRow struct {
	Change     string `json:"change" title:"CHANGE" jsonschema:"added or revised"`
	RegionCode string `json:"region_code" title:"CODE" jsonschema:"GB/T 2260, six digits; empty where it is not known"`
	Year       *int   `json:"year" title:"YEAR" jsonschema:"year reported on"`
	Title      string `json:"title" title:"TITLE"`
	Source     string `json:"source" title:"SOURCE" jsonschema:"address of the report"`
}

// changes are what an update brought.
func (r *crawlRun) changes() (rows []changeRow) {
	slices.SortFunc(r.stored, func(a, b change) int {
		return cmp.Or(cmp.Compare(a.region, b.region), cmp.Compare(a.year, b.year), cmp.Compare(a.source, b.source))
	})
	for _, c := range r.stored {
		rows = append(rows, changeRow{string(c.outcome), c.region, year(c.year), c.title, c.source})
	}
	return rows
}

// into keeps reports in a database, many in a transaction: each ends before the
// crawl takes their pages for done. Nothing else of the store can be written until
// stop is called.
func (r *crawlRun) into(s *store.Store) (stop func() error) {
	var mu sync.Mutex
	var w *store.Writer // from the first report on
	r.keep = func(ctx context.Context, _ *crawler.Capture, rep *report.Report, d store.Document) error {
		prepared, err := s.Prepare(rep, d)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		if w == nil {
			if w, err = s.Writer(ctx, store.WriterOptions{}); err != nil {
				return err
			}
		}
		res, err := w.Write(ctx, prepared)
		if err != nil {
			return err
		}
		r.tally.add(res.Outcome)
		if r.update && (res.Outcome == store.Added || res.Outcome == store.Revised) {
			r.stored = append(r.stored, change{res.Outcome, rep.Meta.RegionCode, int(rep.Meta.Year), rep.Meta.Title, d.URL})
		}
		return nil
	}
	r.settle = func(ctx context.Context) error {
		mu.Lock()
		defer mu.Unlock()
		if w == nil {
			return nil
		}
		return w.Flush(ctx)
	}
	return func() error {
		mu.Lock()
		defer mu.Unlock()
		if w == nil {
			return nil
		}
		err := w.Close()
		w = nil
		return err
	}
}

// kept are the reasons of captures whose reports are stored: a copy on another
// host is recorded as such, and never compared unless asked.
func kept(r crawler.Reason) bool { return r == crawler.Fetched || r == crawler.UnofficialHost }

// belongs reports whether a report may stand on a page. Home pages and columns
// print the titles of reports, and are none, unless a table's figures are there.
func belongs(rep *report.Report, r crawler.Request) bool {
	return r.Role != crawler.RoleSite && r.Role != crawler.RoleList || len(rep.Facts) > 0
}
