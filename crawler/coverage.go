package crawler

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
)

// A Hole is why a crawl brought no report of one year from a seed.
type Hole string

// Reasons of holes, from the first thing that can be wrong to the last.
const (
	HoleNoSite     Hole = "no_site"          // nothing answers under the seed's address
	HoleRefused    Hole = "refused"          // the site answers and lets no crawler in
	HoleMismatch   Hole = "site_mismatch"    // the site is another region's
	HoleNoColumn   Hole = "column_not_found" // no page was found that lists annual reports
	HoleNotListed  Hole = "not_listed"       // the column lists no report of that year
	HoleNotFetched Hole = "not_fetched"      // a report of that year is listed and could not be had
	HoleUnreadable Hole = "unreadable"       // what was fetched is no report that can be read
	HoleElsewhere  Hole = "elsewhere"        // it was fetched, and says another region or year of itself
	HoleUnfinished Hole = "unfinished"       // the crawl is not through with the seed
)

// SeedCoverage is what a crawl found from one seed.
type SeedCoverage struct {
	Seed    Seed
	Home    Entry  // the seed's own address, or the one it was redirected to
	Columns int    // pages that list reports and were fetched
	Script  string // a column that scripts write, where no other was found
	Open    int    // addresses that wait

	years map[int][]Entry // addresses of reports, by the year in their link's text
}

// ReadCoverage reads from a frontier file, running or not, what the crawl found
// from each seed that names a region.
func ReadCoverage(ctx context.Context, path string) ([]*SeedCoverage, error) {
	f, err := openReadOnly(path)
	if err != nil {
		return nil, err
	}
	defer f.db.Close()
	var all []*SeedCoverage
	byID := map[int64]*SeedCoverage{}
	err = f.each(ctx, "SELECT id, row FROM frontier_seed ORDER BY id", func(rows *sql.Rows) error {
		var id int64
		var row []byte
		if err := rows.Scan(&id, &row); err != nil {
			return err
		}
		s := &SeedCoverage{years: map[int][]Entry{}}
		if err := json.Unmarshal(row, &s.Seed); err != nil {
			return fmt.Errorf("%w: seed %d: %v", ErrFrontierCorrupt, id, err)
		}
		if s.Seed.RegionCode != "" {
			byID[id] = s
			all = append(all, s)
		}
		return nil
	}, func(ctx context.Context) error {
		return f.each(ctx, "SELECT seed, state, role, depth, url, text, reason, detail FROM frontier_url ORDER BY id", func(rows *sql.Rows) error {
			var seed int64
			var state, depth int
			var role Role
			var e Entry
			if err := rows.Scan(&seed, &state, &role, &depth, &e.URL, &e.Text, &e.Reason, &e.Detail); err != nil {
				return err
			}
			if s := byID[seed]; s != nil && state >= 0 && state < len(stateNames) {
				e.State = stateNames[state]
				s.add(e, role, depth)
			}
			return nil
		})
	})
	if err != nil {
		return nil, f.wrap(err)
	}
	return all, nil
}

func (s *SeedCoverage) add(e Entry, role Role, depth int) {
	open := e.State == "waiting" || e.State == "postponed"
	if open {
		s.Open++
	}
	captured := e.State == "done" && e.Reason != Redirected && e.Reason != SiteMoved
	if depth == 0 && (s.Home.URL == "" || s.Home.Reason == Redirected || s.Home.Reason == SiteMoved) {
		s.Home = e // redirects come after what led to them
	}
	switch role {
	case RoleList:
		switch {
		case captured && e.Reason == ScriptOnly:
			s.Script = e.URL
		case captured:
			s.Columns++
		}
	case RoleReport, RoleAttachment:
		if e.Reason == ListPage {
			s.Columns++
		}
		if year := yearOf(e.Text); year != 0 {
			s.years[year] = append(s.years[year], e)
		}
	}
}

// refusals are how a site answers that lets no crawler in.
var refusals = []Reason{"http_401", "http_403", "http_412", "http_429", "http_521", Challenge, LoginWall, RobotsDisallowed, RobotsUnreachable, TLSFailed, AddressRefused}

// Hole says why no report of a year came of the seed, given that none is stored:
// with a sentence on it, and the address it is about where there is one.
func (s *SeedCoverage) Hole(year int) (why Hole, detail, address string) {
	home := s.Home
	say := func(e Entry) string {
		if e.Detail == "" {
			return string(e.Reason)
		}
		return string(e.Reason) + ": " + e.Detail
	}
	switch {
	case home.State == "failed" && slices.Contains(refusals, home.Reason):
		return HoleRefused, say(home), home.URL
	case home.State == "failed":
		return HoleNoSite, say(home), home.URL
	}
	if found := s.years[year]; len(found) > 0 {
		return s.holeOf(found, say)
	}
	switch {
	case home.Reason == SiteMismatch:
		return HoleMismatch, home.Detail, home.URL
	case s.Open > 0 || home.URL == "":
		return HoleUnfinished, fmt.Sprintf("%d addresses wait", s.Open), home.URL
	case s.Columns == 0 && s.Script != "":
		return HoleNoColumn, "scripts write the column; --render reads it", s.Script
	case s.Columns == 0 && home.Reason == ScriptOnly:
		return HoleNoColumn, "scripts write the home page; --render reads it", home.URL
	case s.Columns == 0 && s.Seed.Kind == KindSite:
		return HoleNoColumn, "no page was found that lists annual reports; nianbao crawl --list refused shows the links that were not followed", home.URL
	case s.Seed.Kind == KindReport:
		return HoleNotListed, "the seed is one report", home.URL
	}
	return HoleNotListed, fmt.Sprintf("%d pages of columns list no report of that year", s.Columns), home.URL
}

// holeOf is the hole of a year whose reports are listed: what became of the one
// that got furthest.
func (s *SeedCoverage) holeOf(found []Entry, say func(Entry) string) (Hole, string, string) {
	rank := func(e Entry) int {
		switch {
		case e.State == "done" && (e.Reason == Fetched || e.Reason == Unchanged):
			return 4
		case e.State == "done" && e.Reason != Redirected:
			return 3
		case e.State == "failed":
			return 2
		case e.State == "waiting" || e.State == "postponed":
			return 1
		}
		return 0
	}
	best := slices.MaxFunc(found, func(a, b Entry) int { return rank(a) - rank(b) })
	switch rank(best) {
	case 4:
		if s.Home.Reason == SiteMismatch {
			return HoleMismatch, s.Home.Detail, s.Home.URL
		}
		return HoleElsewhere, "it was fetched, and is stored under what it says of itself, or not at all", best.URL
	case 3:
		return HoleUnreadable, say(best), best.URL
	case 2:
		return HoleNotFetched, say(best), best.URL
	}
	return HoleUnfinished, say(best), best.URL
}
