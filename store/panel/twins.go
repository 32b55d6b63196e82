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
	digests, err := query.Rows(ctx, p.conn, func(digest *[]byte) []any { return []any{digest} }, `SELECT DISTINCT r.tables_digest FROM report r WHERE r.region_code IN (SELECT value FROM json_each(?)) AND r.superseded_by IS NULL
		AND EXISTS (SELECT 1 FROM report o WHERE o.tables_digest = r.tables_digest AND o.id <> r.id AND o.superseded_by IS NULL)`, codes)
	if err != nil {
		return err
	}
	for _, digest := range digests {
		all, err := query.Rows(ctx, p.conn, func(h *holder) []any {
			return []any{&h.id, &h.year, &h.scope, &h.layout, &h.code, query.Null(&h.name), &h.publisher}
		}, `SELECT id, year, scope, layout, region_code, region_name, publisher FROM report
			WHERE tables_digest = ? AND superseded_by IS NULL AND year IS NOT NULL AND scope IS NOT NULL AND region_code IS NOT NULL
			ORDER BY region_code, year, id`, digest)
		if err != nil {
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
		if t := byCode[r.code]; t != nil {
			t.ofOtherYears(r, own)
			if r.scope == report.ScopeRegion {
				t.ofOtherRegions(r, others[peers{r.year, r.layout}])
			}
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

// ofOtherYears tells which reports of the same territory or agency on another year have
// the tables of r.
func (t *territory) ofOtherYears(r holder, own map[string][]holder) {
	for _, code := range t.codes {
		for _, o := range own[code] {
			if o.scope == r.scope && o.layout == r.layout && o.year != r.year && (r.scope == report.ScopeRegion || r.publisher.Valid && r.publisher == o.publisher) {
				t.sameTables(r, o)
			}
		}
	}
}

// ofOtherRegions tells which reports of other territories on the same year have the
// tables of r.
func (t *territory) ofOtherRegions(r holder, group []holder) {
	group = slices.DeleteFunc(slices.Clone(group), func(o holder) bool { return slices.Contains(t.codes, o.code) })
	for _, o := range group[:min(len(group), maxTwins)] {
		t.sameTables(r, o)
	}
	if more := len(group) - maxTwins; more > 0 {
		t.add(r.id, report.Finding{Rule: RuleDuplicate, Severity: report.SeverityWarning, Actual: report.Number(float64(more)),
			Message: fmt.Sprintf("The tables are the same, figure by figure, as those of %d more reports of other regions of %d.", more, r.year)})
	}
}

func (t *territory) sameTables(r, o holder) {
	t.add(r.id, report.Finding{Rule: RuleDuplicate, Severity: report.SeverityWarning,
		Actual:  report.Text(fmt.Sprintf("%s %d", o.code, o.year)),
		Message: fmt.Sprintf("The tables are the same, figure by figure, as those of %s (%s) of %d.", cmp.Or(o.publisher.String, o.name), o.code, o.year)})
}
