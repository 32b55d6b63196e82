package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"nianbao/parser/report"
	"nianbao/store/internal/query"
)

// Verify reads every report as it is stored and compares it with the digest
// that was made when it was written: it finds a figure, a place or a sentence
// that another program has changed, or a bit that the medium has. It yields a
// Problem for each such report, changes nothing, and takes about a millisecond
// a report.
func (s *Store) Verify(ctx context.Context) (reports int, problems []Problem, err error) {
	defer func() { err = explain(s.path, "verify", err) }()
	n, err := s.Snapshot(ctx)
	if err != nil {
		return 0, nil, err
	}
	defer n.Close()
	type digests struct {
		id               int64
		content, figures []byte
	}
	all, err := query.Rows(ctx, n.conn, func(d *digests) []any { return []any{&d.id, &d.content, &d.figures} }, "SELECT id, content_digest, figures_digest FROM report ORDER BY id")
	if err != nil {
		return 0, nil, err
	}
	for _, d := range all {
		if err := ctx.Err(); err != nil {
			return reports, problems, err
		}
		reports++
		r, err := n.reading(ctx, d.id)
		var p *Prepared
		if err == nil {
			p, err = encodeReport(r, Document{SHA256: strings.Repeat("0", 64)}, s.codes)
		}
		var damage string
		switch {
		case err != nil && (errors.As(err, new(*Error)) || ctx.Err() != nil):
			return reports, problems, err
		case err != nil:
			damage = "it cannot be read: " + err.Error()
		case string(p.figures[:]) != string(d.figures):
			damage = "its figures are not those that were stored"
		case string(p.content[:]) != string(d.content):
			damage = "its text, places or findings are not those that were stored"
		default:
			continue
		}
		problems = append(problems, Problem{"digest", fmt.Sprintf("report %d (%s): %s", d.id, r.Meta.Source, damage),
			"something else than nianbao changed it, or the medium did; ingest the archive again into a new file, and set figures right with `nianbao correct`"})
	}
	return reports, problems, nil
}

// reading is a stored report as the parser gave it: without what the checks
// across reports found.
func (n *Snapshot) reading(ctx context.Context, id int64) (*report.Report, error) {
	stored := &StoredReport{ID: id}
	for _, step := range []func(context.Context, *StoredReport) error{n.meta, n.figures, n.told, n.wrong, n.parts} {
		if err := step(ctx, stored); err != nil {
			return &report.Report{Meta: stored.Meta}, err
		}
	}
	return stored.whole().Report, nil
}

// What a file has of a report that was read again.
const (
	HeldSame   = "same"         // it is stored, with the same figures and text
	HeldAbsent = "absent"       // its bytes are not stored
	HeldOther  = "other_parser" // another version of the parser read its bytes, and differently
	HeldUnlike = "unlike"       // the same parser read its bytes, and what is stored differs
)

// Held compares a report, read again from its source, with what is stored of
// the same bytes.
func (s *Store) Held(ctx context.Context, p *Prepared) (held string, err error) {
	defer func() { err = explain(s.path, "verify", err) }()
	var id int64
	var content []byte
	var copied bool
	err = s.read.QueryRowContext(ctx, `SELECT r.id, r.content_digest, 0 FROM report r WHERE r.document_sha256 = ?1
		UNION ALL SELECT r.id, r.content_digest, 1 FROM report_copy c JOIN report r ON r.id = c.report_id WHERE c.document_sha256 = ?1`, p.sha256).Scan(&id, &content, &copied)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return HeldAbsent, nil
	case err != nil:
		return "", err
	case copied || string(content) == string(p.content[:]):
		return HeldSame, nil
	}
	v, err := provenanceOf(ctx, s.read, id)
	switch kept := p.keeping(v); {
	case err != nil:
		return "", err
	case string(content) == string(kept.content[:]), p.differsOnlyBy(v):
		return HeldSame, nil
	case p.meta.ParserVersion != v.version:
		return HeldOther, nil
	}
	return HeldUnlike, nil
}
