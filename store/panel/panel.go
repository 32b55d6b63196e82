package panel

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/internal/query"
)

// Rules of the checks across years and up the hierarchy.
const (
	RuleCarry        = "panel.carry"        // carried_out of a year = carried_in of the next, per applicant
	RuleInForce      = "panel.in_force"     // in_force = in_force of the year before + issued - repealed
	RuleItems        = "panel.items"        // items_last_year = items_last_year + items_change of the year before
	RuleJump         = "panel.jump"         // more than tenfold from one year to the next, and by more than 100
	RuleDuplicate    = store.RuleSameTables // the same tables in two years, or in two regions
	RuleGap          = "panel.gap"          // a year is missing between two that are there
	RuleHierarchySum = "hierarchy.sum"      // a prefecture's count is less than the sum of its counties'
)

// Result is what a run of the checks across reports did.
type Result struct {
	Regions  int // checked, because their reports or those they are compared with changed
	Findings int // that these regions have now
}

// batchSize is how many regions are checked together: asking for the reports
// of many at once is several times faster than asking for each one's, and it
// is what an interruption can cost.
const batchSize = 200

// Check compares the reports of each region over the years, with those
// of other regions, and with those of the prefecture above, and replaces the
// findings panel.* and hierarchy.*. Only regions whose reports changed since
// the last run are looked at again; when nothing changed it writes nothing.
// When it is interrupted the next run goes on.
//
// A check with a side that is blank or missing is not evaluated. Reports of
// different agencies are never compared with each other, and a year in which
// several reports claim the same territory is left out.
func Check(ctx context.Context, s *store.Store) (Result, error) {
	var result Result
	err := s.Writing(ctx, "check", func(conn *sql.Conn) error {
		codes := s.Codes()
		r := run{conn: conn, codes: codes, checked: map[string]bool{}, keys: keysOf(codes)}
		for more := true; more; {
			if err := ctx.Err(); err != nil {
				return err
			}
			// A batch is done in no time, so it is not interrupted half way.
			ctx := context.WithoutCancel(ctx)
			if err := query.Immediate(ctx, conn, func() (err error) {
				more, err = r.batch(ctx, &result)
				return err
			}); err != nil {
				return err
			}
		}
		return nil
	})
	return result, err
}

// run is one run of the checks across reports.
type run struct {
	conn    *sql.Conn
	codes   store.Codes
	keys    []key
	version int64           // of the file, as this connection did not write it
	checked map[string]bool // codes looked at in this version
}

// territory is what is checked together: a region under all codes it had.
type territory struct {
	code    string   // the one that is due
	codes   []string // all of them
	changed bool     // its reports changed, not just those it is compared with
	chains  []chain
	others  []string // regions that it is or was compared with
	found   []finding
}

// finding is a finding for one report.
type finding struct {
	report int64
	report.Finding
}

// batch checks the next regions that are due, inside a transaction.
func (p *run) batch(ctx context.Context, result *Result) (more bool, err error) {
	// What another process wrote since the last batch may concern any region.
	var version int64
	if err := p.conn.QueryRowContext(ctx, "PRAGMA data_version").Scan(&version); err != nil {
		return false, err
	}
	if version != p.version {
		clear(p.checked)
		p.version = version
	}
	all, byCode, err := p.due(ctx)
	if err != nil || len(all) == 0 {
		return false, err
	}
	var codes []string
	for _, t := range all {
		codes = append(codes, t.codes...)
	}
	list, err := query.List(codes)
	if err != nil {
		return false, err
	}
	if err := p.twins(ctx, list, byCode); err != nil { // those of the last run
		return false, err
	}
	for _, clear := range []string{
		"DELETE FROM region_due WHERE code IN (SELECT value FROM json_each(?))",
		`DELETE FROM finding_data WHERE (rule GLOB 'panel.*' OR rule GLOB 'hierarchy.*')
			AND report_id IN (SELECT id FROM report WHERE region_code IN (SELECT value FROM json_each(?)))`,
	} {
		if _, err := p.conn.ExecContext(ctx, clear, list); err != nil {
			return false, err
		}
	}
	if err := p.chains(ctx, list, byCode); err != nil {
		return false, err
	}
	for _, t := range all {
		p.compareYears(t)
	}
	if err := p.duplicates(ctx, list, byCode); err != nil {
		return false, err
	}
	for _, t := range all {
		if err := p.hierarchy(ctx, t); err != nil {
			return false, err
		}
		for _, code := range t.codes {
			p.checked[code] = true
		}
		result.Regions++
		result.Findings += len(t.found)
	}
	return true, p.write(ctx, all)
}

// due are the next territories to be looked at, also by each of their codes.
func (p *run) due(ctx context.Context) (all []*territory, byCode map[string]*territory, err error) {
	byCode = map[string]*territory{}
	err = query.Each(ctx, p.conn, func(rows *sql.Rows) error {
		var code string
		var changed bool
		if err := rows.Scan(&code, &changed); err != nil {
			return err
		}
		t := byCode[code]
		if t == nil {
			t = &territory{code: code, codes: seriesCodes(code)}
			all = append(all, t)
			for _, c := range t.codes {
				byCode[c] = t
			}
		}
		t.changed = t.changed || changed
		t.others = append(t.others, parent(code))
		return nil
	}, "SELECT code, changed FROM region_due ORDER BY code LIMIT ?", batchSize)
	return all, byCode, err
}

// write adds the findings behind those of the parser, and has the regions that
// a changed one is compared with looked at, unless they were already.
func (p *run) write(ctx context.Context, all []*territory) error {
	add, err := p.conn.PrepareContext(ctx, "INSERT INTO finding_data VALUES (?1, (SELECT coalesce(max(seq), -1) + 1 FROM finding_data WHERE report_id = ?1), ?, ?, ?, ?, ?, ?, ?, ?, ?, '')")
	if err != nil {
		return err
	}
	defer add.Close()
	for _, t := range all {
		for _, f := range t.found {
			expected, expectedText := store.EvidenceColumns(f.Expected)
			actual, actualText := store.EvidenceColumns(f.Actual)
			if _, err := add.ExecContext(ctx, f.report, f.Rule, string(f.Severity), f.Indicator, f.Applicant, expected, expectedText, actual, actualText, f.Message); err != nil {
				return err
			}
		}
		if !t.changed {
			continue
		}
		for _, other := range t.others {
			if other == "" || p.checked[other] {
				continue
			}
			if _, err := p.conn.ExecContext(ctx, "INSERT INTO region_due VALUES (?, 0) ON CONFLICT DO NOTHING", other); err != nil {
				return err
			}
		}
	}
	return nil
}

// seriesCodes are all codes of the territory of a code.
func seriesCodes(code string) []string {
	var codes []string
	for _, r := range region.Series(code) {
		codes = append(codes, r.Code)
	}
	if len(codes) == 0 {
		codes = []string{code}
	}
	return codes
}

// parent is the government above a region; "" for a province.
func parent(code string) string {
	path := region.Path(code)
	if len(path) < 2 {
		return ""
	}
	return path[len(path)-2].Code
}

// twins notes the regions that findings name as having the same tables, or
// might have named.
func (p *run) twins(ctx context.Context, codes string, byCode map[string]*territory) error {
	var uncounted []*territory // that share their tables with more regions than are named
	if err := query.Each(ctx, p.conn, func(rows *sql.Rows) error {
		var code, other string
		var named bool
		if err := rows.Scan(&code, &other, &named); err != nil {
			return err
		}
		switch t := byCode[code]; {
		case !named:
			uncounted = append(uncounted, t)
		case t != byCode[other]:
			t.others = append(t.others, other)
		}
		return nil
	}, `SELECT DISTINCT r.region_code, coalesce(substr(f.actual_text, 1, 6), ''), f.actual_text IS NOT NULL FROM report r CROSS JOIN finding_data f ON f.report_id = r.id
		WHERE f.rule = ? AND r.region_code IN (SELECT value FROM json_each(?)) ORDER BY 1, 2`, RuleDuplicate, codes); err != nil {
		return err
	}
	i := slices.IndexFunc(uncounted, func(t *territory) bool { return t.changed })
	if i < 0 {
		return nil
	}
	return query.Each(ctx, p.conn, func(rows *sql.Rows) error {
		var other string
		err := rows.Scan(&other)
		uncounted[i].others = append(uncounted[i].others, other)
		return err
	}, `SELECT DISTINCT r.region_code FROM finding_data f JOIN report r ON r.id = f.report_id WHERE f.rule = ? AND f.actual_text IS NULL`, RuleDuplicate)
}

// yearly is a report with the figures the checks need.
type yearly struct {
	id      int64
	year    int
	layout  string
	figures map[figureKey]float64 // only figures that are printed; nil where no check needs them
}

// chain are the reports of one territory, or of one of its agencies, by year.
type chain struct {
	agency  string // "" for the territory
	reports []*yearly
}

// chains reads the current reports of territories and of each of their
// agencies by year. A year that several reports claim is left out of its chain.
func (p *run) chains(ctx context.Context, codes string, byCode map[string]*territory) error {
	lists := map[*territory]map[string][]*yearly{}
	if err := query.Each(ctx, p.conn, func(rows *sql.Rows) error {
		r := &yearly{}
		var code, agency string
		if err := rows.Scan(&r.id, &code, &r.year, &r.layout, &agency); err != nil {
			return err
		}
		t := byCode[code]
		if lists[t] == nil {
			lists[t] = map[string][]*yearly{}
		}
		lists[t][agency] = append(lists[t][agency], r)
		return nil
	}, `SELECT r.id, r.region_code, r.year, r.layout, CASE WHEN r.scope = 'region' THEN '' ELSE coalesce(r.publisher, r.title) END
		FROM report r WHERE r.region_code IN (SELECT value FROM json_each(?)) AND r.superseded_by IS NULL AND r.year IS NOT NULL AND r.scope IS NOT NULL AND `+store.Official+`
		ORDER BY r.id`, codes); err != nil {
		return err
	}
	needed := map[int64]*yearly{}
	for t, byAgency := range lists {
		for agency, list := range byAgency {
			slices.SortStableFunc(list, func(a, b *yearly) int { return cmp.Compare(a.year, b.year) })
			chain := chain{agency: agency}
			for i, r := range list {
				// Nobody can say which of two reports of one year continues the series.
				claimed := i > 0 && list[i-1].year == r.year || i+1 < len(list) && list[i+1].year == r.year
				if !claimed {
					chain.reports = append(chain.reports, r)
				}
			}
			t.chains = append(t.chains, chain)
			above := agency == "" && len(countiesOf(t.code)) > 0
			for i, r := range chain.reports {
				if above || i > 0 && chain.reports[i-1].year == r.year-1 || i+1 < len(chain.reports) && chain.reports[i+1].year == r.year+1 {
					needed[r.id] = r
				}
			}
		}
		slices.SortFunc(t.chains, func(a, b chain) int { return cmp.Compare(a.agency, b.agency) })
	}
	return p.figures(ctx, needed)
}

// figures reads the figures of reports.
func (p *run) figures(ctx context.Context, needed map[int64]*yearly) error {
	var ids []int64
	for id, r := range needed {
		r.figures = map[figureKey]float64{}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	list, err := query.List(ids)
	if err != nil || len(ids) == 0 {
		return err
	}
	return query.Each(ctx, p.conn, func(rows *sql.Rows) error {
		var id int64
		var key figureKey
		var value float64
		if err := rows.Scan(&id, &key.indicator, &key.applicant, &value); err != nil {
			return err
		}
		needed[id].figures[key] = value
		return nil
	}, `SELECT f.report_id, f.indicator, f.applicant, CASE WHEN c.report_id IS NULL THEN f.value ELSE c.value END AS effective
		FROM json_each(?) j CROSS JOIN fact_data f ON f.report_id = j.value AND (f.applicant IN (?, ?) OR f.indicator IN (?, ?))
		LEFT JOIN correction c ON c.report_id = f.report_id AND c.indicator = f.indicator AND c.applicant = f.applicant
		WHERE effective IS NOT NULL`,
		list, p.codes.Applicant[""], p.codes.Applicant[catalog.ApplicantTotal], p.codes.Indicator["requests.carried_in"], p.codes.Indicator["requests.carried_out"])
}

// countiesOf are the counties right below a prefecture or municipality.
func countiesOf(code string) []region.Region {
	var counties []region.Region
	for _, r := range region.Under(code) {
		if r.Level == region.LevelCounty && parent(r.Code) == code {
			counties = append(counties, r)
		}
	}
	return counties
}

// listed are the codes of the counties that a year's list has, whatever it calls them, and how
// many territories they are. What was merged away is in the others.
func listed(counties []region.Region, year int) (codes []string, total int) {
	territories := map[string]bool{}
	for _, c := range counties {
		if c.InList(year) {
			territories[region.Newest(c.Code)] = true
		}
	}
	for _, c := range counties {
		if territories[region.Newest(c.Code)] {
			codes = append(codes, c.Code)
		}
	}
	return codes, len(territories)
}

// hierarchy compares each count of a prefecture, or of a municipality, with
// the sum of the counties below it that are stored for the year.
func (p *run) hierarchy(ctx context.Context, t *territory) error {
	i := slices.IndexFunc(t.chains, func(c chain) bool { return c.agency == "" })
	if i < 0 {
		return nil
	}
	counties := countiesOf(t.code)
	if len(counties) == 0 {
		return nil
	}
	for _, r := range t.chains[i].reports {
		codes, total := listed(counties, r.year)
		list, err := query.List(codes)
		if err != nil {
			return err
		}
		sums, stored, err := p.countySums(ctx, list, r)
		if err != nil {
			return err
		}
		for _, k := range p.keys {
			have, ok1 := r.figures[k.figureKey]
			sum, ok2 := sums[k.figureKey]
			// A change has a sign, so its sum says nothing.
			if !ok1 || !ok2 || have >= sum || equal(have, sum) || strings.HasSuffix(k.Code, ".items_change") {
				continue
			}
			t.add(r.id, report.Finding{Rule: RuleHierarchySum, Severity: report.SeverityWarning, Indicator: k.Code, Applicant: k.applicantCode,
				Expected: report.Number(sum), Actual: report.Number(have),
				Message: fmt.Sprintf("%s is %s, less than the sum %s of the counties below (%d of %d counties stored for %d).",
					k.LabelZH(), plainNumber(have), plainNumber(sum), stored, total, r.year)})
		}
	}
	return nil
}

// countySums adds up the counties' figures for a year and layout. A county
// with several reports for its territory counts with none of them.
func (p *run) countySums(ctx context.Context, children string, r *yearly) (sums map[figureKey]float64, stored int, err error) {
	sums = map[figureKey]float64{}
	err = query.Each(ctx, p.conn, func(rows *sql.Rows) error {
		var key figureKey
		var sum float64
		if err := rows.Scan(&key.indicator, &key.applicant, &sum, &stored); err != nil {
			return err
		}
		sums[key] = sum
		return nil
	}, `WITH one AS (
			SELECT min(r.id) AS id FROM report r WHERE r.region_code IN (SELECT value FROM json_each(?)) AND r.year = ? AND r.scope = 'region' AND r.layout = ? AND r.superseded_by IS NULL AND `+store.Official+`
			GROUP BY region_code HAVING count(*) = 1)
		SELECT e.indicator, e.applicant, sum(e.value), (SELECT count(*) FROM one)
		FROM one CROSS JOIN effective_fact e ON e.report_id = one.id
		WHERE e.applicant IN (?, ?) AND e.value IS NOT NULL GROUP BY e.indicator, e.applicant`,
		children, r.year, r.layout, p.codes.Applicant[""], p.codes.Applicant[catalog.ApplicantTotal])
	return sums, stored, err
}
