package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"nianbao/parser/report"
	"nianbao/store/internal/query"
)

// edition is one of the versions of a report: the same region, publisher,
// scope and year, published with different figures.
type edition struct {
	id       int64
	official bool
	hasValue bool
	whole    bool   // its document is not cut off
	date     string // of publication; where the document does not say, of the fetch
	fetched  string
	figures  [16]byte
}

const editionColumns = `r.id, ` + Official + `, EXISTS (SELECT 1 FROM fact_data f WHERE f.report_id = r.id AND f.value IS NOT NULL), ` + Uncut + `,
	coalesce(r.published_on, (SELECT substr(d.fetched_at, 1, 10) FROM document d WHERE d.sha256 = r.document_sha256), ''),
	coalesce((SELECT d.fetched_at FROM document d WHERE d.sha256 = r.document_sha256), ''), r.figures_digest`

// compare orders editions from the oldest to the one that counts. A copy on a
// host that is no government's never replaces the government's own, and a page
// that has only a title over an attached file never the figures of the file, and
// what was cut off never the whole. The rest goes by date and at last by the
// order of ingestion, so that an old capture that is ingested late does not
// become the current one.
func (e edition) compare(o edition) int {
	value := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(value(e.official), value(o.official)), cmp.Compare(value(e.hasValue), value(o.hasValue)),
		cmp.Compare(value(e.whole), value(o.whole)), cmp.Compare(e.date, o.date), cmp.Compare(e.fetched, o.fetched), cmp.Compare(e.id, o.id))
}

// editions is every version of one report, oldest first.
type editions []edition

// edition is where the report stands among its versions, as number id.
func (p *Prepared) edition(id int64) edition {
	return edition{id: id, official: p.official, hasValue: p.hasValue, whole: !cutOff(p.findings), date: p.date(), fetched: p.fetched()}
}

// cutOff reports whether a document ends before its report does.
func cutOff(findings []report.Finding) bool {
	return slices.ContainsFunc(findings, func(f report.Finding) bool {
		return f.Rule == report.RuleCaptureTruncated || f.Rule == report.RuleTruncated
	})
}

// place is where e belongs among the versions.
func (all editions) place(e edition) int {
	at, _ := slices.BinarySearchFunc(all, e, edition.compare)
	return at
}

func (p *Prepared) fetched() string {
	if p.document.FetchedAt.IsZero() {
		return ""
	}
	return timestamp(p.document.FetchedAt)
}

func (p *Prepared) date() string {
	if p.meta.PublishedOn != "" {
		return p.meta.PublishedOn
	}
	if at := p.fetched(); at != "" {
		return at[:10]
	}
	return ""
}

// editions are the stored versions of the report, but for one. A report whose
// region or year is unknown is nobody's version: two of them need not be the
// same report.
func (s *statements) editions(ctx context.Context, p *Prepared, except int64) (editions, error) {
	m := p.meta
	if m.Year == 0 || m.RegionCode == "" && m.Region == "" {
		return nil, nil
	}
	return s.versions(ctx, null(m.RegionCode), null(m.Region), int64(m.Year), null(string(m.Scope)), null(m.Publisher), m.Title, except)
}

// editionsOf are the other versions of a stored report, and its region's code.
func (s *statements) editionsOf(ctx context.Context, id int64) (editions, string, error) {
	var code, name, scope, publisher sql.NullString
	var year sql.NullInt64
	var title string
	if err := s.identityOf.QueryRowContext(ctx, id).Scan(&code, &name, &year, &scope, &publisher, &title); err != nil {
		return nil, "", err
	}
	if !year.Valid || !code.Valid && !name.Valid {
		return nil, code.String, nil
	}
	all, err := s.versions(ctx, code, name, year, scope, publisher, title, id)
	return all, code.String, err
}

func (s *statements) versions(ctx context.Context, args ...any) (editions, error) {
	var all editions
	err := query.To(s.identity.QueryContext(ctx, args...)).Each(func(rows *sql.Rows) error {
		var e edition
		var figures []byte
		err := rows.Scan(&e.id, &e.official, &e.hasValue, &e.whole, &e.date, &e.fetched, &figures)
		copy(e.figures[:], figures)
		all = append(all, e)
		return err
	})
	slices.SortFunc(all, edition.compare)
	return all, err
}

// chain lets each version be superseded by the next, and the last by none.
func (s *statements) chain(ctx context.Context, all editions) error {
	slices.SortFunc(all, edition.compare)
	for i, e := range all {
		var next any
		if i+1 < len(all) {
			next = all[i+1].id
		}
		if _, err := s.supersede.ExecContext(ctx, next, e.id); err != nil {
			return err
		}
	}
	return nil
}
