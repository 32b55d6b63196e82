package main

import (
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"nianbao/crawler"
	"nianbao/crawler/sites"
)

// chosenSeeds are the home pages that --under chooses from the catalogue, and the
// rows of --seeds: a row of a region's site or list stands for its home page.
func (f crawlFlags) chosenSeeds() ([]crawler.Seed, error) {
	if f.seeds == "" && f.under == "" {
		return nil, usagef("--seeds FILE is required, or --under CODE: the addresses to start from")
	}
	if f.level != "" && f.under == "" {
		return nil, usagef("--level chooses among what --under names")
	}
	var named []crawler.Seed
	if f.seeds != "" {
		file, err := os.Open(f.seeds)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		if named, err = crawler.ReadSeeds(file, f.seeds); err != nil {
			return nil, usageError{err}
		}
	}
	known, err := catalogued(f.under, f.level)
	if err != nil {
		return nil, err
	}
	overridden, taken := map[string]bool{}, map[string]bool{}
	for _, s := range named {
		taken[s.URL] = true
		if s.Kind != crawler.KindReport && s.RegionCode != "" {
			overridden[s.RegionCode] = true
		}
	}
	for _, site := range known {
		if overridden[site.Code] {
			continue
		}
		s, err := seedOf(site)
		if err != nil {
			return nil, err
		}
		if !taken[s.URL] { // two regions may be listed with one site
			taken[s.URL] = true
			named = append(named, s)
		}
	}
	if len(named) == 0 {
		return nil, usagef("the catalogue has no site under %s of this level; nianbao sites --under CODE lists those it has", f.under)
	}
	return named, nil
}

// seedOf is a site of the catalogue as a seed.
func seedOf(site sites.Site) (crawler.Seed, error) {
	u, err := crawler.Canonical(site.URL)
	if err != nil {
		return crawler.Seed{}, fmt.Errorf("the catalogue's site of %s: %w", site.Code, err)
	}
	return crawler.Seed{RegionCode: site.Code, Name: site.Name, URL: u, Kind: crawler.KindSite}, nil
}

// catalogued are the catalogue's sites under a region, of the levels named.
func catalogued(under, level string) ([]sites.Site, error) {
	if under == "" {
		return nil, nil
	}
	if under != sites.China {
		code, err := regionCode("--under", under)
		if err != nil {
			return nil, err
		}
		under = code
	}
	all := sites.Under(under)
	levels := list(level)
	for _, l := range levels {
		if l != sites.LevelProvince && l != sites.LevelPrefecture && l != sites.LevelCounty {
			return nil, usagef("--level %s: want province, prefecture or county, or several separated by commas", l)
		}
	}
	if len(levels) > 0 {
		all = slices.DeleteFunc(all, func(s sites.Site) bool { return !slices.Contains(levels, s.Level) })
	}
	return all, nil
}

// What a crawl of one seed comes to, as the sample systems of the tests need it:
// pages that lead to the reports, and answers a little slower than there.
const (
	requestsOfSite = 9 // robots.txt, home page, sections, column and its pages
	requestsOfList = 4
	requestsOfPage = 1
	reportsPerYear = 1.3 // attachments, copies, and pages that prove to be none
	answerTime     = 700 * time.Millisecond
)

// An estimate is what a crawl will ask for, at most by half wrong for a site that
// is found at all.
type estimate struct {
	hosts    int
	requests int
	longest  time.Duration // the host that takes longest
	whole    time.Duration
}

func (f crawlFlags) estimate(cfg crawler.Config, seeds []crawler.Seed) estimate {
	by := map[string]float64{}
	for _, s := range seeds {
		u, err := url.Parse(s.URL)
		if err != nil {
			continue
		}
		years := float64(len(s.Years))
		if years == 0 {
			years = float64(len(cfg.Discovery.Years))
		}
		if years == 0 {
			years = float64(time.Now().Year() - firstOfThree)
		}
		n := float64(requestsOfPage)
		switch s.Kind {
		case crawler.KindSite:
			n = requestsOfSite + years*reportsPerYear
		case crawler.KindList:
			n = requestsOfList + years*reportsPerYear
		}
		by[u.Host] += n
	}
	e := estimate{hosts: len(by)}
	for _, n := range by {
		e.requests += int(n + 0.5)
		e.longest = max(e.longest, time.Duration(n*float64(f.Delay+answerTime)))
	}
	// As many hosts at once as there are workers; a host rests while others are asked.
	e.whole = max(e.longest, time.Duration(float64(e.requests)/float64(max(f.workers, 1))*float64(answerTime)))
	return e
}

// firstOfThree is the year before the first that today's three layouts report on.
const firstOfThree = 2008

// estimateRow is a number that a crawl comes to.
type estimateRow struct {
	What  string `json:"what" title:"A CRAWL"`
	Value int    `json:"value" title:"ABOUT"`
	Note  string `json:"note" title:"NOTE"`
}

// crawlDryRun tells what a crawl would do.
func (a *app) crawlDryRun(f crawlFlags) error {
	seeds, err := f.chosenSeeds()
	if err != nil {
		return err
	}
	cfg, err := f.config()
	if err != nil {
		return err
	}
	e := f.estimate(cfg, seeds)
	rows := []estimateRow{
		{"seeds", len(seeds), ""},
		{"hosts", e.hosts, a.note(f.table, "each asked for one thing at a time", "每个主机同一时间只请求一次")},
		{"requests", e.requests, a.note(f.table, "robots.txt, pages that lead to reports, and reports", "robots.txt、通向年报的网页和年报")},
		{"minutes", int(e.whole.Minutes() + 1), a.note(f.table,
			fmt.Sprintf("%v of pause between two requests to a host, %d requests at once; hosts that do not answer take a quarter of an hour more", f.Delay, f.workers),
			fmt.Sprintf("同一主机两次请求之间停 %v，同时最多 %d 个请求；不应答的主机要多用一刻钟", f.Delay, f.workers))},
	}
	if err := a.print(tableOf(rows, nil), f.table); err != nil {
		return err
	}
	if f.Contact == "" {
		a.notice("nothing was sent; the crawl itself wants --contact, a mail address or page under which you can be reached")
	} else {
		a.notice("nothing was sent")
	}
	return nil
}

// unfound says that the catalogue knows no site of a name.
func unfound(name string) error {
	return usagef("the catalogue has no site of %q; try the beginning of a region's name, such as 喀什, or a code", strings.TrimSpace(name))
}
