package store

import (
	"context"
	"database/sql"
	"slices"

	"nianbao/parser/report"
	"nianbao/store/internal/query"
)

// provenance is what a file knows of where the bytes of a report came from, and
// what is known only by that: a district's name may be that of several, and the
// address or the seed that led to the page tells which.
type provenance struct {
	version    string // of the parser that read them
	url        string // "" for bytes that were read from disk
	seeded     bool   // the region is what the seed said
	official   bool   // not from a host that is no government's
	regionCode string
	regionName string
	publisher  string
	scope      report.Scope
	year       report.Year
	published  string
	seed       report.Finding // the finding that says so, where seeded
	host       report.Finding // the finding that says so, where not official
}

func provenanceOf(ctx context.Context, q query.Querier, id int64) (provenance, error) {
	v := provenance{official: true}
	err := query.Each(ctx, q, func(rows *sql.Rows) error {
		return rows.Scan(&v.version, &v.url, &v.regionCode, &v.regionName, &v.publisher, &v.scope, &v.year, &v.published)
	}, `SELECT r.parser_version, coalesce(d.url, ''), coalesce(r.region_code, ''), coalesce(r.region_name, ''), coalesce(r.publisher, ''),
		coalesce(r.scope, ''), coalesce(r.year, 0), coalesce(r.published_on, '') FROM report r JOIN document d ON d.sha256 = r.document_sha256 WHERE r.id = ?`, id)
	if err != nil {
		return v, err
	}
	return v, query.Each(ctx, q, func(rows *sql.Rows) error {
		var f report.Finding
		err := rows.Scan(&f.Rule, &f.Severity, &f.Expected, &f.Actual, &f.Message)
		if f.Rule == report.RuleUnofficialHost {
			v.host, v.official = f, false
		} else {
			v.seed, v.seeded = f, true
		}
		return err
	}, "SELECT rule, severity, coalesce(expected_number, expected_text), coalesce(actual_number, actual_text), message FROM finding_data WHERE report_id = ? AND rule IN (?, ?)", id, report.RuleRegionFromSeed, report.RuleUnofficialHost)
}

func (p *Prepared) seeded() bool {
	return slices.ContainsFunc(p.findings, func(f report.Finding) bool { return f.Rule == report.RuleRegionFromSeed })
}

// addsTo reports whether a reading knows more of where its bytes come from than
// the file does.
func (p *Prepared) addsTo(v provenance) bool {
	return p.meta.RegionCode != "" && v.regionCode == "" || p.document.URL != "" && (v.url == "" || p.official && !v.official)
}

// differsOnlyBy reports whether a reading by the same parser can differ from
// the stored one by nothing but where the bytes were met.
func (p *Prepared) differsOnlyBy(v provenance) bool {
	return p.meta.ParserVersion == v.version &&
		(p.document.URL != v.url || p.seeded() != v.seeded || p.seeded() && p.meta.RegionCode != v.regionCode)
}

// keeping is the reading with what the file knows and the reading cannot know,
// for it met the same bytes in a place that tells less. A reading that met them
// in the same place is taken at its word.
func (p *Prepared) keeping(v provenance) *Prepared {
	elsewhere := p.document.URL == "" && v.url != ""
	unseeded := v.seeded && p.meta.RegionCode == ""
	unhosted := elsewhere && !v.official && p.official
	if !elsewhere && !unseeded {
		return p
	}
	q := *p
	m := &q.meta
	q.findings = slices.Clone(p.findings)
	if m.RegionCode == "" && v.regionCode != "" {
		m.RegionCode, m.Region = v.regionCode, v.regionName
		if v.seeded && !p.seeded() {
			q.findings = append(q.findings, v.seed)
		}
	}
	if elsewhere {
		keep(&m.Publisher, v.publisher)
		keep(&m.Scope, v.scope)
		keep(&m.Year, v.year)
		keep(&m.PublishedOn, v.published)
	}
	if unhosted {
		q.findings, q.official = append(q.findings, v.host), false
	}
	q.digest()
	return &q
}

// keep fills in what is unknown.
func keep[T comparable](field *T, known T) {
	var unknown T
	if *field == unknown {
		*field = known
	}
}
