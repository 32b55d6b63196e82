package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"nianbao/parser/report"
	"nianbao/store/internal/query"
)

// StoredReport is everything the file has of one report.
type StoredReport struct {
	ID           int64
	Meta         report.Meta
	IngestedAt   string // ISO 8601, UTC
	SupersededBy int64  // the next version; 0 for the current one
	Versions     []Version
	Document     Document   // the bytes it was read from
	Copies       []Document // other bytes with the same figures
	Facts        []StoredFact
	Mentions     []report.Mention
	Findings     []report.Finding // those across reports included
	Sections     []report.Section
}

// Version is one publication of a report.
type Version struct {
	ID          int64  `json:"report_id"`
	PublishedOn string `json:"published_on"` // ISO 8601; "" where the document does not say
	FetchedAt   string `json:"fetched_at"`
	Source      string `json:"source"`
	Current     bool   `json:"current"`
}

// StoredFact is a figure as it was read, with its correction where a reviewer
// set it right.
type StoredFact struct {
	report.Fact
	Correction *Correction // nil: none
}

// Effective is what counts: the corrected figure, or the one that was read.
func (f StoredFact) Effective() (value *float64, status report.Status) {
	if f.Correction != nil {
		return f.Correction.Value, f.Correction.Status
	}
	return f.Value, f.Status
}

// Report returns a stored report, a superseded one too. The error is
// ErrNotFound where there is none of this number.
func (s *Store) Report(ctx context.Context, id int64) (*StoredReport, error) {
	// One state of the file, for a report may be read again meanwhile.
	n, err := s.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	defer n.Close()
	r := &StoredReport{ID: id}
	for _, step := range []func(context.Context, *StoredReport) error{n.meta, n.versions, n.documents, n.figures, n.told, n.wrong, n.parts} {
		if err := step(ctx, r); err != nil {
			return nil, explain(s.path, "read", err)
		}
	}
	return r, nil
}

func (n *Snapshot) meta(ctx context.Context, r *StoredReport) error {
	m := &r.Meta
	err := n.conn.QueryRowContext(ctx, `SELECT source, container, layout, title, year, period_start, period_end, published_on, region_name, region_code,
		publisher, scope, document_sha256, parser_version, ingested_at, superseded_by FROM report WHERE id = ?`, r.ID).
		Scan(&m.Source, &m.Container, &m.Layout, &m.Title, query.Null(&m.Year), query.Null(&m.PeriodStart), query.Null(&m.PeriodEnd), query.Null(&m.PublishedOn),
			query.Null(&m.Region), query.Null(&m.RegionCode), query.Null(&m.Publisher), query.Null(&m.Scope), &m.DocumentSHA256, &m.ParserVersion, &r.IngestedAt, query.Null(&r.SupersededBy))
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%w: no report has the number %d", ErrNotFound, r.ID)
	}
	return err
}

// versions follow superseded_by both ways.
func (n *Snapshot) versions(ctx context.Context, r *StoredReport) (err error) {
	r.Versions, err = query.Rows(ctx, n.conn, func(v *Version) []any {
		return []any{&v.ID, query.Null(&v.PublishedOn), query.Null(&v.FetchedAt), &v.Source, &v.Current}
	}, `WITH RECURSIVE newer (id, step) AS (
			SELECT ?1, 0
			UNION ALL SELECT r.superseded_by, step + 1 FROM newer JOIN report r ON r.id = newer.id WHERE r.superseded_by IS NOT NULL AND step < 1000
		), older (id, step) AS (
			SELECT ?1, 0
			UNION ALL SELECT r.id, step - 1 FROM older JOIN report r ON r.superseded_by = older.id WHERE step > -1000
		)
		SELECT r.id, r.published_on, d.fetched_at, r.source, r.superseded_by IS NULL
		FROM (SELECT id, step FROM newer UNION SELECT id, step FROM older) v JOIN report r ON r.id = v.id LEFT JOIN document d ON d.sha256 = r.document_sha256
		ORDER BY v.step, r.id`, r.ID)
	return err
}

func (n *Snapshot) documents(ctx context.Context, r *StoredReport) error {
	return query.Each(ctx, n.conn, func(rows *sql.Rows) error {
		d, err := scanDocument(rows)
		if err != nil {
			return err
		}
		if d.SHA256 == r.Meta.DocumentSHA256 {
			r.Document = d
		} else {
			r.Copies = append(r.Copies, d)
		}
		return nil
	}, `SELECT `+documentColumns+` FROM document d WHERE d.sha256 = ?1 OR d.sha256 IN (SELECT document_sha256 FROM report_copy WHERE report_id = ?2)
		ORDER BY d.fetched_at, d.sha256`, r.Meta.DocumentSHA256, r.ID)
}

const documentColumns = "d.sha256, d.url, d.fetched_at, d.http_status, d.content_type, d.charset, d.bytes, d.warc_file, d.warc_offset"

func scanDocument(rows *sql.Rows) (d Document, err error) {
	var fetched sql.NullString
	if err := rows.Scan(&d.SHA256, query.Null(&d.URL), &fetched, query.Null(&d.HTTPStatus), query.Null(&d.ContentType), query.Null(&d.Charset), query.Null(&d.Bytes),
		query.Null(&d.WARCFile), query.Null(&d.WARCOffset)); err != nil {
		return d, err
	}
	if fetched.Valid {
		if d.FetchedAt, err = time.Parse(time.RFC3339, fetched.String); err != nil {
			return d, fmt.Errorf("document %s: fetched_at: %w", d.SHA256, err)
		}
	}
	return d, nil
}

func (n *Snapshot) figures(ctx context.Context, r *StoredReport) error {
	return query.Each(ctx, n.conn, func(rows *sql.Rows) error {
		var f StoredFact
		var status int64
		var locator any
		var correctedValue *float64
		var correctedStatus sql.NullInt64
		var reason, reviewer sql.NullString
		if err := rows.Scan(&f.Indicator, &f.Unit, &f.Applicant, &f.Value, &status, &f.Raw, &locator, &correctedValue, &correctedStatus, &reason, &reviewer); err != nil {
			return err
		}
		f.Status = statusCodes[status]
		var err error
		if f.Locator, err = report.ParseLocator(unpackLocator(locator)); err != nil {
			return err
		}
		if correctedStatus.Valid {
			f.Correction = &Correction{ReportID: r.ID, Indicator: f.Indicator, Applicant: f.Applicant, Value: correctedValue,
				Status: statusCodes[correctedStatus.Int64], Reason: reason.String, Reviewer: reviewer.String}
		}
		r.Facts = append(r.Facts, f)
		return nil
	}, `SELECT i.code, i.unit, a.code, f.value, f.status, coalesce(f.raw, printf('%d', f.value)), f.locator, c.value, c.status, c.reason, c.reviewer
		FROM fact_data f JOIN indicator i ON i.number = f.indicator JOIN applicant a ON a.number = f.applicant
		LEFT JOIN correction c ON c.report_id = f.report_id AND c.indicator = f.indicator AND c.applicant = f.applicant
		WHERE f.report_id = ? ORDER BY f.indicator, f.applicant`, r.ID)
}

func (n *Snapshot) told(ctx context.Context, r *StoredReport) error {
	return query.Each(ctx, n.conn, func(rows *sql.Rows) error {
		var m report.Mention
		err := rows.Scan(&m.Metric, &m.Subject, &m.Value, &m.Unit, &m.Qualifier, &m.PartOf, &m.Section, query.Null(&m.Sentence), &m.Start, &m.End, &m.Raw)
		r.Mentions = append(r.Mentions, m)
		return err
	}, `SELECT metric, subject, value, unit, qualifier, part_of, section, sentence, char_start, char_end, raw FROM mention WHERE report_id = ? ORDER BY seq`, r.ID)
}

func (n *Snapshot) wrong(ctx context.Context, r *StoredReport) error {
	return query.Each(ctx, n.conn, func(rows *sql.Rows) error {
		f, err := ScanFinding(rows)
		r.Findings = append(r.Findings, f.Finding)
		return err
	}, `SELECT `+FindingColumns+` FROM report r JOIN finding_data f ON f.report_id = r.id WHERE r.id = ? ORDER BY f.seq`, r.ID)
}

func (n *Snapshot) parts(ctx context.Context, r *StoredReport) (err error) {
	r.Sections, err = query.Rows(ctx, n.conn, func(t *report.Section) []any { return []any{&t.Number, &t.Heading, &t.Text} },
		`SELECT number, heading, text FROM section WHERE report_id = ? ORDER BY id`, r.ID)
	return err
}
