package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/parser/report"
)

// Rules of the checks across years and up the hierarchy.
const (
	RulePanelCarry     = "panel.carry"     // carried_out of a year = carried_in of the next, per applicant
	RulePanelInForce   = "panel.in_force"  // in_force = in_force of the year before + issued - repealed
	RulePanelItems     = "panel.items"     // items_last_year = items_last_year + items_change of the year before
	RulePanelJump      = "panel.jump"      // more than tenfold from one year to the next, and by more than 100
	RulePanelDuplicate = "panel.duplicate" // the same tables in two years, or in two regions
	RulePanelGap       = "panel.gap"       // a year is missing between two that are there
	RuleHierarchySum   = "hierarchy.sum"   // a prefecture's count is less than the sum of its counties'
)

// CheckResult is what a run of the checks across reports did.
type CheckResult struct {
	Regions  int // checked, because their reports or those they are compared with changed
	Findings int // that these regions have now
}

// CheckPanels compares the reports of each region over the years, with those
// of other regions, and with those of the prefecture above, and replaces the
// findings panel.* and hierarchy.*. Only regions whose reports changed since
// the last run are looked at again; when nothing changed it writes nothing.
// When it is interrupted the next run goes on.
//
// A check with a side that is blank or missing is not evaluated. Reports of
// different agencies are never compared with each other, and a year in which
// several reports claim the same territory is left out.
func (s *Store) CheckPanels(ctx context.Context) (CheckResult, error) {
	var result CheckResult
	if s.write == nil {
		return result, &Error{Path: s.path, Op: "check", Err: ErrReadOnly, Advice: "open the file for writing"}
	}
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return result, explain(s.path, "check", err)
	}
	defer conn.Close()
	for {
		if err := ctx.Err(); err != nil {
			return result, err
		}
		more := false
		// Each region in a transaction of its own: what is done stays done.
		if err := immediate(ctx, conn, func() error {
			var code string
			var changed bool
			err := conn.QueryRowContext(ctx, "SELECT code, changed FROM region_due ORDER BY code LIMIT 1").Scan(&code, &changed)
			if err == sql.ErrNoRows {
				return nil
			}
			if err != nil {
				return err
			}
			more = true
			n, err := s.checkRegion(ctx, conn, code, changed)
			result.Regions++
			result.Findings += n
			return err
		}); err != nil {
			return result, explain(s.path, "check", err)
		}
		if !more {
			return result, nil
		}
	}
}

// panelReport is a report with the figures the checks need.
type panelReport struct {
	id      int64
	year    int
	layout  string
	figures map[string]float64 // by report.Fact.Key; only figures that are printed
}

func (s *Store) checkRegion(ctx context.Context, conn *sql.Conn, code string, changed bool) (int, error) {
	codes, err := jsonList(seriesCodes(code))
	if err != nil {
		return 0, err
	}
	twins, err := s.twins(ctx, conn, codes) // those of the last run
	if err != nil {
		return 0, err
	}
	for _, clear := range []string{
		"DELETE FROM region_due WHERE code IN (SELECT value FROM json_each(?))",
		`DELETE FROM finding WHERE (rule GLOB 'panel.*' OR rule GLOB 'hierarchy.*')
			AND report_id IN (SELECT id FROM report WHERE region_code IN (SELECT value FROM json_each(?)))`,
	} {
		if _, err := conn.ExecContext(ctx, clear, codes); err != nil {
			return 0, err
		}
	}
	chains, err := s.chains(ctx, conn, codes)
	if err != nil {
		return 0, err
	}
	w := findingWriter{ctx: ctx, conn: conn}
	for _, c := range chains {
		w.gaps(c.reports)
		for i := 1; i < len(c.reports); i++ {
			if a, b := c.reports[i-1], c.reports[i]; b.year == a.year+1 {
				w.carry(a, b)
				w.inForce(a, b)
				w.items(a, b)
				w.jumps(a, b)
			}
		}
	}
	w.duplicates(codes)
	w.hierarchy(s, code, chains)
	if w.err != nil || !changed {
		return w.n, w.err
	}
	now, err := s.twins(ctx, conn, codes)
	if err != nil {
		return w.n, err
	}
	for _, other := range append(append(twins, now...), parent(code)) {
		if other == "" || series(other) == series(code) {
			continue
		}
		if _, err := conn.ExecContext(ctx, "INSERT INTO region_due VALUES (?, 0) ON CONFLICT DO NOTHING", other); err != nil {
			return w.n, err
		}
	}
	return w.n, nil
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

// twins are the regions that findings of these regions name as having the
// same tables.
func (s *Store) twins(ctx context.Context, conn *sql.Conn, codes string) ([]string, error) {
	rows, err := conn.QueryContext(ctx, `SELECT DISTINCT substr(f.actual, 1, 6) FROM report r CROSS JOIN finding f ON f.report_id = r.id
		WHERE f.rule = ? AND r.region_code IN (SELECT value FROM json_each(?)) ORDER BY 1`, RulePanelDuplicate, codes)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var code string
		if err := rows.Scan(&code); err != nil {
			return nil, err
		}
		all = append(all, code)
	}
	return all, rows.Err()
}

// panelChain are the reports of one territory, or of one of its agencies, by year.
type panelChain struct {
	agency  string // "" for the territory
	reports []panelReport
}

// chains are the current reports of a territory and of each of its agencies
// by year. A year that several reports claim is left out of its chain.
func (s *Store) chains(ctx context.Context, conn *sql.Conn, codes string) ([]panelChain, error) {
	rows, err := conn.QueryContext(ctx, `SELECT r.id, r.year, r.layout, CASE WHEN r.scope = 'region' THEN '' ELSE coalesce(r.publisher, r.title) END, i.code, a.code,
		CASE WHEN c.report_id IS NULL THEN f.value ELSE c.value END
		FROM report r LEFT JOIN fact_data f ON f.report_id = r.id AND (f.applicant IN (?, ?) OR f.indicator IN (?, ?))
		LEFT JOIN correction c ON c.report_id = f.report_id AND c.indicator = f.indicator AND c.applicant = f.applicant
		LEFT JOIN indicator i ON i.number = f.indicator LEFT JOIN applicant a ON a.number = f.applicant
		WHERE r.region_code IN (SELECT value FROM json_each(?)) AND r.superseded_by IS NULL AND r.year IS NOT NULL AND r.scope IS NOT NULL AND `+official+` ORDER BY r.id`,
		s.codes.applicant[""], s.codes.applicant[catalog.ApplicantTotal], s.codes.indicator["requests.carried_in"], s.codes.indicator["requests.carried_out"], codes)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	by := map[string][]panelReport{}
	for rows.Next() {
		var r panelReport
		var chain string
		var indicator, applicant sql.NullString
		var value sql.NullFloat64
		if err := rows.Scan(&r.id, &r.year, &r.layout, &chain, &indicator, &applicant, &value); err != nil {
			return nil, err
		}
		list := by[chain]
		if len(list) == 0 || list[len(list)-1].id != r.id {
			r.figures = map[string]float64{}
			list = append(list, r)
			by[chain] = list
		}
		if value.Valid {
			list[len(list)-1].figures[report.Fact{Indicator: indicator.String, Applicant: applicant.String}.Key()] = value.Float64
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	var names []string
	for name := range by {
		names = append(names, name)
	}
	slices.Sort(names)
	var all []panelChain
	for _, name := range names {
		list := by[name]
		slices.SortStableFunc(list, func(a, b panelReport) int { return cmp.Compare(a.year, b.year) })
		chain := panelChain{agency: name}
		for i, r := range list {
			// Nobody can say which of two reports of one year continues the series.
			claimed := i > 0 && list[i-1].year == r.year || i+1 < len(list) && list[i+1].year == r.year
			if !claimed {
				chain.reports = append(chain.reports, r)
			}
		}
		all = append(all, chain)
	}
	return all, nil
}

// findingWriter adds findings to reports, behind those of the parser.
type findingWriter struct {
	ctx  context.Context
	conn *sql.Conn
	n    int
	err  error
}

func (w *findingWriter) add(id int64, f report.Finding) {
	if w.err != nil {
		return
	}
	_, w.err = w.conn.ExecContext(w.ctx, "INSERT INTO finding VALUES (?1, (SELECT coalesce(max(seq), -1) + 1 FROM finding WHERE report_id = ?1), ?, ?, ?, ?, ?, ?, ?, '')",
		id, f.Rule, string(f.Severity), f.Indicator, f.Applicant, f.Expected, f.Actual, f.Message)
	w.n++
}

func (w *findingWriter) gaps(chain []panelReport) {
	for i := 1; i < len(chain); i++ {
		for year := max(chain[i-1].year+1, firstYear); year < chain[i].year; year++ {
			w.add(chain[i].id, report.Finding{Rule: RulePanelGap, Severity: report.SeverityInfo, Expected: report.Number(float64(year)),
				Message: fmt.Sprintf("No report of %d is stored, though there are reports of %d and %d.", year, chain[i-1].year, chain[i].year)})
		}
	}
}

// equal compares sums of figures of which some are amounts with decimals.
func equal(a, b float64) bool { return math.Abs(a-b) < 1e-6*max(1, math.Abs(a), math.Abs(b)) }

func (w *findingWriter) carry(a, b panelReport) {
	for _, applicant := range catalog.Applicants() {
		out, ok1 := a.figures["requests.carried_out@"+applicant.Code]
		in, ok2 := b.figures["requests.carried_in@"+applicant.Code]
		if ok1 && ok2 && !equal(out, in) {
			w.add(b.id, report.Finding{Rule: RulePanelCarry, Severity: report.SeverityError, Indicator: "requests.carried_in", Applicant: applicant.Code,
				Expected: report.Number(out), Actual: report.Number(in),
				Message: fmt.Sprintf("%d carried %s requests over (%s), but %d received %s.", a.year, plainNumber(out), applicant.LabelZH, b.year, plainNumber(in))})
		}
	}
}

func (w *findingWriter) inForce(a, b panelReport) {
	for _, kind := range []string{"disclosure.regulations", "disclosure.normative_documents"} {
		before, ok1 := a.figures[kind+".in_force"]
		issued, ok2 := b.figures[kind+".issued"]
		repealed, ok3 := b.figures[kind+".repealed"]
		now, ok4 := b.figures[kind+".in_force"]
		if want := before + issued - repealed; ok1 && ok2 && ok3 && ok4 && !equal(want, now) {
			w.add(b.id, report.Finding{Rule: RulePanelInForce, Severity: report.SeverityError, Indicator: kind + ".in_force",
				Expected: report.Number(want), Actual: report.Number(now),
				Message: fmt.Sprintf("In force at the end of %d were %s; with %s issued and %s repealed in %d that makes %s, but the report says %s.",
					a.year, plainNumber(before), plainNumber(issued), plainNumber(repealed), b.year, plainNumber(want), plainNumber(now))})
		}
	}
}

func (w *findingWriter) items(a, b panelReport) {
	for _, i := range catalog.Indicators() {
		kind, ok := strings.CutSuffix(i.Code, ".items_last_year")
		if !ok {
			continue
		}
		before, ok1 := a.figures[i.Code]
		change, ok2 := a.figures[kind+".items_change"]
		now, ok3 := b.figures[i.Code]
		if want := before + change; ok1 && ok2 && ok3 && !equal(want, now) {
			w.add(b.id, report.Finding{Rule: RulePanelItems, Severity: report.SeverityError, Indicator: i.Code,
				Expected: report.Number(want), Actual: report.Number(now),
				Message: fmt.Sprintf("The report of %d has %s items and a change of %s, which makes %s; the report of %d begins with %s.",
					a.year, plainNumber(before), plainNumber(change), plainNumber(want), b.year, plainNumber(now))})
		}
	}
}

func (w *findingWriter) jumps(a, b panelReport) {
	for _, i := range catalog.Indicators() {
		key := report.Fact{Indicator: i.Code}
		if i.Dimension == catalog.DimensionApplicant {
			key.Applicant = catalog.ApplicantTotal
		}
		before, ok1 := a.figures[key.Key()]
		now, ok2 := b.figures[key.Key()]
		low, high := min(math.Abs(before), math.Abs(now)), max(math.Abs(before), math.Abs(now))
		if ok1 && ok2 && high > 10*low && math.Abs(now-before) > 100 {
			w.add(b.id, report.Finding{Rule: RulePanelJump, Severity: report.SeverityWarning, Indicator: key.Indicator, Applicant: key.Applicant,
				Expected: report.Number(before), Actual: report.Number(now),
				Message: fmt.Sprintf("%s went from %s in %d to %s in %d.", i.LabelZH(), plainNumber(before), a.year, plainNumber(now), b.year)})
		}
	}
}

func plainNumber(v float64) string { return report.Number(v).String() }

// duplicates finds reports with the same tables: of another year of the same
// territory or agency, or of another territory in the same year.
func (w *findingWriter) duplicates(codes string) {
	if w.err != nil {
		return
	}
	rows, err := w.conn.QueryContext(w.ctx, `SELECT r.id, r.year, r.scope, o.region_code, o.region_name, o.year, coalesce(o.publisher, '')
		FROM report r JOIN report o ON o.tables_digest = r.tables_digest AND o.id <> r.id
		WHERE r.region_code IN (SELECT value FROM json_each(?1)) AND r.superseded_by IS NULL AND o.superseded_by IS NULL AND r.scope = o.scope AND r.layout = o.layout
		AND (r.year <> o.year AND o.region_code IN (SELECT value FROM json_each(?1)) AND (r.scope = 'region' OR r.publisher = o.publisher)
			OR r.year = o.year AND r.scope = 'region' AND o.region_code NOT IN (SELECT value FROM json_each(?1)))
		ORDER BY r.id, o.region_code, o.year, o.id`, codes)
	if err != nil {
		w.err = err
		return
	}
	type pair struct {
		id      int64
		finding report.Finding
	}
	var found []pair
	for rows.Next() {
		var id int64
		var year, otherYear int
		var scope, code, publisher string
		var name sql.NullString
		if err := rows.Scan(&id, &year, &scope, &code, &name, &otherYear, &publisher); err != nil {
			w.err = err
			break
		}
		found = append(found, pair{id, report.Finding{Rule: RulePanelDuplicate, Severity: report.SeverityWarning,
			Actual:  report.Text(fmt.Sprintf("%s %d", code, otherYear)),
			Message: fmt.Sprintf("The tables are the same, figure by figure, as those of %s (%s) of %d.", cmp.Or(publisher, name.String), code, otherYear)}})
	}
	w.err = cmp.Or(w.err, rows.Err(), rows.Close())
	for _, p := range found {
		w.add(p.id, p.finding)
	}
}

// hierarchy compares each count of a prefecture, or of a municipality, with
// the sum of the counties below it that are stored for the year.
func (w *findingWriter) hierarchy(s *Store, code string, chains []panelChain) {
	var children []string
	counties := map[string]bool{} // territories, whatever their codes were
	for _, r := range region.Under(code) {
		if r.Level == region.LevelCounty && parent(r.Code) == code {
			children = append(children, r.Code)
			counties[series(r.Code)] = true
		}
	}
	if len(children) == 0 || w.err != nil {
		return
	}
	list, err := jsonList(children)
	if err != nil {
		w.err = err
		return
	}
	var own []panelReport
	if i := slices.IndexFunc(chains, func(c panelChain) bool { return c.agency == "" }); i >= 0 {
		own = chains[i].reports
	}
	for _, r := range own {
		sums, stored, err := s.countySums(w.ctx, w.conn, list, r)
		if err != nil {
			w.err = err
			return
		}
		total := 0
		for c := range counties {
			if known, ok := region.Lookup(c); ok && anyInList(c, r.year) && known.Level == region.LevelCounty {
				total++
			}
		}
		for _, i := range catalog.Indicators() {
			key := report.Fact{Indicator: i.Code}
			if i.Dimension == catalog.DimensionApplicant {
				key.Applicant = catalog.ApplicantTotal
			}
			have, ok1 := r.figures[key.Key()]
			sum, ok2 := sums[key.Key()]
			// A change has a sign, so its sum says nothing.
			if !ok1 || !ok2 || have >= sum || equal(have, sum) || strings.HasSuffix(i.Code, ".items_change") {
				continue
			}
			w.add(r.id, report.Finding{Rule: RuleHierarchySum, Severity: report.SeverityWarning, Indicator: key.Indicator, Applicant: key.Applicant,
				Expected: report.Number(sum), Actual: report.Number(have),
				Message: fmt.Sprintf("%s is %s, less than the sum %s of the counties below (%d of %d counties stored for %d).",
					i.LabelZH(), plainNumber(have), plainNumber(sum), stored, total, r.year)})
		}
	}
}

func anyInList(code string, year int) bool {
	return slices.ContainsFunc(region.Series(code), func(r region.Region) bool { return r.InList(year) })
}

// countySums adds up the counties' figures for a year and layout. A county
// with several reports for its territory counts with none of them.
func (s *Store) countySums(ctx context.Context, conn *sql.Conn, children string, r panelReport) (sums map[string]float64, stored int, err error) {
	rows, err := conn.QueryContext(ctx, `WITH one AS (
			SELECT min(r.id) AS id FROM report r WHERE r.region_code IN (SELECT value FROM json_each(?)) AND r.year = ? AND r.scope = 'region' AND r.layout = ? AND r.superseded_by IS NULL AND `+official+`
			GROUP BY region_code HAVING count(*) = 1)
		SELECT i.code, a.code, sum(e.value), (SELECT count(*) FROM one)
		FROM one CROSS JOIN effective_fact e ON e.report_id = one.id JOIN indicator i ON i.number = e.indicator JOIN applicant a ON a.number = e.applicant
		WHERE e.applicant IN (?, ?) AND e.value IS NOT NULL GROUP BY e.indicator, e.applicant`,
		children, r.year, r.layout, s.codes.applicant[""], s.codes.applicant[catalog.ApplicantTotal])
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	sums = map[string]float64{}
	for rows.Next() {
		var f report.Fact
		var sum float64
		if err := rows.Scan(&f.Indicator, &f.Applicant, &sum, &stored); err != nil {
			return nil, 0, err
		}
		sums[f.Key()] = sum
	}
	return sums, stored, rows.Err()
}
