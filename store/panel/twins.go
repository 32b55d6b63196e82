package panel

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"nianbao/parser/report"
	"nianbao/store/internal/query"
)

// maxTwins bounds the regions that are named as having a report's tables; of
// more, it is told how many. Copied tables are rare, but forms that all were
// filled in with the same few figures would otherwise give a finding for each
// pair of regions.
const maxTwins = 20

// holder is one of several reports with the same tables.
type holder struct {
	id        int64
	year      int
	layout    string
	code      string
	name      string
	publisher sql.NullString
	scope     report.Scope
}

// duplicates finds reports with the same tables: of another year of the same
// territory or agency, or of another territory in the same year.
func (p *run) duplicates(ctx context.Context, codes string, byCode map[string]*territory) error {
	var digests [][]byte
	if err := query.Each(ctx, p.conn, func(rows *sql.Rows) error {
		var digest []byte
		err := rows.Scan(&digest)
		digests = append(digests, digest)
		return err
	}, `SELECT DISTINCT r.tables_digest FROM report r WHERE r.region_code IN (SELECT value FROM json_each(?)) AND r.superseded_by IS NULL
		AND EXISTS (SELECT 1 FROM report o WHERE o.tables_digest = r.tables_digest AND o.id <> r.id AND o.superseded_by IS NULL)`, codes); err != nil {
		return err
	}
	for _, digest := range digests {
		var all []holder
		if err := query.Each(ctx, p.conn, func(rows *sql.Rows) error {
			var h holder
			var name sql.NullString
			err := rows.Scan(&h.id, &h.year, &h.scope, &h.layout, &h.code, &name, &h.publisher)
			h.name = name.String
			all = append(all, h)
			return err
		}, `SELECT id, year, scope, layout, region_code, region_name, publisher FROM report
			WHERE tables_digest = ? AND superseded_by IS NULL AND year IS NOT NULL AND scope IS NOT NULL AND region_code IS NOT NULL
			ORDER BY region_code, year, id`, digest); err != nil {
			return err
		}
		compareTables(all, byCode)
	}
	return nil
}

// compareTables finds, for the reports of some territories, those of all
// reports with the same tables that they should not share them with.
func compareTables(all []holder, byCode map[string]*territory) {
	type peers struct {
		year   int
		layout string
	}
	own := map[string][]holder{}
	others := map[peers][]holder{}
	for _, h := range all {
		own[h.code] = append(own[h.code], h)
		if h.scope == report.ScopeRegion {
			others[peers{h.year, h.layout}] = append(others[peers{h.year, h.layout}], h)
		}
	}
	for _, r := range all {
		t := byCode[r.code]
		if t == nil {
			continue
		}
		// Of the same territory or agency, another year.
		beside := 0 // reports of the territory for the same year
		for _, code := range t.codes {
			for _, o := range own[code] {
				switch {
				case o.scope != r.scope || o.layout != r.layout:
				case o.year == r.year:
					beside++
				case r.scope == report.ScopeRegion || r.publisher.Valid && r.publisher == o.publisher:
					t.sameTables(r, o)
				}
			}
		}
		if r.scope != report.ScopeRegion {
			continue
		}
		// Of the same year, another territory.
		group := others[peers{r.year, r.layout}]
		named := 0
		for _, o := range group {
			if slices.Contains(t.codes, o.code) {
				continue
			}
			if named == maxTwins {
				more := len(group) - beside - named
				t.add(r.id, report.Finding{Rule: RuleDuplicate, Severity: report.SeverityWarning, Actual: report.Number(float64(more)),
					Message: fmt.Sprintf("The tables are the same, figure by figure, as those of %d more reports of other regions of %d.", more, o.year)})
				break
			}
			named++
			t.sameTables(r, o)
		}
	}
	for _, group := range others {
		if i := slices.IndexFunc(group, func(h holder) bool { return byCode[h.code] != nil && byCode[h.code].changed }); i >= 0 {
			t := byCode[group[i].code]
			for _, o := range group {
				t.others = append(t.others, o.code)
			}
		}
	}
}

func (t *territory) sameTables(r, o holder) {
	t.add(r.id, report.Finding{Rule: RuleDuplicate, Severity: report.SeverityWarning,
		Actual:  report.Text(fmt.Sprintf("%s %d", o.code, o.year)),
		Message: fmt.Sprintf("The tables are the same, figure by figure, as those of %s (%s) of %d.", cmp.Or(o.publisher.String, o.name), o.code, o.year)})
}
