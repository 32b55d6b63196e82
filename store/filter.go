package store

import (
	"fmt"
	"strings"

	"nianbao/parser/region"
	"nianbao/parser/report"
	"nianbao/store/internal/query"
)

// Years is a span of years reported on, both ends included; zero ends are open.
type Years struct{ From, To int }

// Year is the span of one year.
func Year(y int) Years { return Years{y, y} }

// Filter chooses reports. The zero value chooses every current report.
type Filter struct {
	Years Years
	// Regions are codes of GB/T 2260; a region that was renamed is found under
	// every code it has or had.
	Regions []string
	// Under chooses everything below a province or prefecture, itself excluded.
	Under string
	// Level is region.LevelProvince, LevelPrefecture, LevelCounty, or "" for all.
	Level string
	// Scope is report.ScopeRegion or ScopeAgency; ScopeUnknown for all.
	Scope report.Scope
	// Layout is the name of a form, as 2021; "" for all.
	Layout string
	// OfficialOnly leaves out reports from hosts that are no government's.
	OfficialOnly bool
	// Superseded includes older versions.
	Superseded bool
}

// FewRegions is up to how many regions it is worth looking each up in the
// index by region. For more, the plus sign keeps SQLite from it: the index by
// year and scope leads past the many reports of agencies.
const FewRegions = 100

// Condition writes the filter as SQL over the table report under the name r,
// for questions of one's own. Every word of the user's goes into args.
func (f Filter) Condition() (where string, args []any, err error) {
	terms := []string{"1"}
	add := func(term string, a ...any) {
		terms = append(terms, term)
		args = append(args, a...)
	}
	if !f.Superseded {
		add("r.superseded_by IS NULL")
	}
	if f.Years.From != 0 && f.Years.From == f.Years.To {
		add("r.year = ?", f.Years.From) // by which report_by_year finds the scope too
	} else {
		if f.Years.From != 0 {
			add("r.year >= ?", f.Years.From)
		}
		if f.Years.To != 0 {
			add("r.year <= ?", f.Years.To)
		}
	}
	switch f.Scope {
	case report.ScopeUnknown:
	case report.ScopeRegion:
		add("r.scope = 'region'") // in so many words: the index report_of_territory has no others
	default:
		add("r.scope = ?", string(f.Scope))
	}
	if f.Layout != "" {
		add("r.layout = ?", f.Layout)
	}
	codes, n, err := f.Codes()
	if err != nil {
		return "", nil, err
	}
	if codes != "" {
		if n <= FewRegions {
			add("r.region_code IN (SELECT value FROM json_each(?))", codes)
		} else {
			add("+r.region_code IN (SELECT value FROM json_each(?))", codes)
		}
	} else if f.Level != "" {
		add("+r.region_code IN (SELECT code FROM region WHERE level = ?)", f.Level)
	}
	if f.OfficialOnly {
		add("NOT EXISTS (SELECT 1 FROM finding_data o WHERE o.report_id = r.id AND o.rule = ?)", report.RuleUnofficialHost)
	}
	return strings.Join(terms, " AND "), args, nil
}

// Codes are those of Divisions as a list for json_each, and how many they are; "" when
// the filter names none.
func (f Filter) Codes() (list string, n int, err error) {
	chosen, limited, err := f.Divisions()
	if err != nil || !limited {
		return "", 0, err
	}
	codes := make([]string, len(chosen))
	for i, r := range chosen {
		codes[i] = r.Code
	}
	list, err = query.List(codes)
	return list, len(codes), err
}

func unknownRegion(code string) error {
	return fmt.Errorf("%w: region %q; `nianbao regions NAME` finds codes", ErrUnknownCode, code)
}

// named are the codes of Regions, present and former.
func (f Filter) named() (map[string]bool, error) {
	codes := map[string]bool{}
	for _, code := range f.Regions {
		series := region.Series(code)
		if len(series) == 0 {
			return nil, unknownRegion(code)
		}
		for _, r := range series {
			codes[r.Code] = true
		}
	}
	return codes, nil
}

// Divisions are the divisions that the filter names, with their former codes;
// limited is false when it names none. The error is ErrUnknownCode.
func (f Filter) Divisions() (chosen []region.Region, limited bool, err error) {
	switch f.Level {
	case "", region.LevelProvince, region.LevelPrefecture, region.LevelCounty:
	default:
		return nil, false, fmt.Errorf("%w: level %q; want province, prefecture or county", ErrUnknownCode, f.Level)
	}
	if len(f.Regions) == 0 && f.Under == "" {
		return nil, false, nil
	}
	named, err := f.named()
	if err != nil {
		return nil, false, err
	}
	under := map[string]bool{}
	if f.Under != "" {
		if _, ok := region.Lookup(f.Under); !ok {
			return nil, false, unknownRegion(f.Under)
		}
		for _, r := range region.Under(f.Under) {
			under[r.Code] = true
		}
	}
	for _, r := range region.All() {
		if (len(f.Regions) == 0 || named[r.Code]) && (f.Under == "" || under[r.Code]) && (f.Level == "" || f.Level == r.Level) {
			chosen = append(chosen, r)
		}
	}
	return chosen, true, nil
}

// Chosen are the divisions that the filter names, or all of its level where it
// names none. The error is ErrUnknownCode.
func (f Filter) Chosen() ([]region.Region, error) {
	chosen, limited, err := f.Divisions()
	if err != nil || limited {
		return chosen, err
	}
	for _, r := range region.All() {
		if f.Level == "" || r.Level == f.Level {
			chosen = append(chosen, r)
		}
	}
	return chosen, nil
}
