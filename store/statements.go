package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"strings"

	"github.com/mattn/go-sqlite3"
)

// statements are a Writer's SQL, prepared once.
type statements struct {
	savepoint, release, rollback, lastID  *sql.Stmt
	find, identity, identityOf, supersede *sql.Stmt
	document, copy, dropCopy              *sql.Stmt
	report, updateReport                  *sql.Stmt
	packed, due, dueTwins                 *sql.Stmt
	learn                                 *sql.Stmt
	cells, addCounts                      *sql.Stmt
	facts, sections, mentions, findings   rowsOf
	clear                                 []*sql.Stmt
	all                                   []*sql.Stmt
}

// The columns of a report that come from its reading, in the order of
// Prepared.columns.
const readingColumns = `region_code, region_name, publisher, scope, year, layout, container, title,
	period_start, period_end, published_on, parser_version, content_digest, figures_digest`

// rowsOf are the statements that insert one row of a table, two, and so on,
// each prepared when it is first needed: calling one takes longer than writing
// a row. They are the driver's own, for database/sql would copy every value.
type rowsOf struct {
	into  string // the table, with the columns if not all are given
	stmts [16]driver.StmtQueryContext
	args  []driver.NamedValue
}

// insert inserts rows of a report; each gives the columns behind report_id, as
// values of package driver.
func (t *rowsOf) insert(ctx context.Context, conn *sql.Conn, report int64, rows [][]any) error {
	return conn.Raw(func(c any) error {
		for len(rows) > 0 {
			n := min(len(rows), len(t.stmts))
			stmt := &t.stmts[n-1]
			if *stmt == nil {
				row := "(?" + strings.Repeat(", ?", len(rows[0])) + ")"
				prepared, err := c.(driver.Conn).Prepare("INSERT INTO " + t.into + " VALUES " + row + strings.Repeat(", "+row, n-1))
				if err != nil {
					return err
				}
				*stmt = prepared.(driver.StmtQueryContext)
			}
			t.args = t.args[:0]
			for _, row := range rows[:n] {
				t.args = append(t.args, driver.NamedValue{Ordinal: len(t.args) + 1, Value: report})
				for _, v := range row {
					t.args = append(t.args, driver.NamedValue{Ordinal: len(t.args) + 1, Value: v})
				}
			}
			// The driver hands the values of a query to SQLite in one call of C, and
			// those of Exec in a call each, which takes longer than to write them.
			none, err := (*stmt).QueryContext(ctx, t.args)
			if err != nil {
				return err
			}
			if err = none.Next(nil); err == io.EOF { // a driver may run the statement only here
				err = nil
			}
			if err = errors.Join(err, none.Close()); err != nil {
				return err
			}
			rows = rows[n:]
		}
		return nil
	})
}

func (t *rowsOf) close() {
	for _, stmt := range t.stmts {
		if stmt != nil {
			_ = stmt.(driver.Stmt).Close()
		}
	}
}

// markDue has the checks across reports look at a region and at those it is
// compared with.
const markDue = "INSERT INTO region_due VALUES (?, 1) ON CONFLICT (code) DO UPDATE SET changed = 1 WHERE NOT changed"

// markTwinsDue has the checks across reports look at the regions that findings
// of a report name as having the same tables and, where more have them than
// are named, at all regions of which that is true.
const markTwinsDue = `INSERT INTO region_due SELECT DISTINCT substr(f.actual_text, 1, 6), 0 FROM finding_data f
		WHERE f.report_id = ?1 AND f.rule = '` + RuleSameTables + `' AND f.actual_text IS NOT NULL
	UNION SELECT r.region_code, 0 FROM finding_data f JOIN report r ON r.id = f.report_id WHERE f.rule = '` + RuleSameTables + `' AND f.actual_text IS NULL
		AND EXISTS (SELECT 1 FROM finding_data own WHERE own.report_id = ?1 AND own.rule = '` + RuleSameTables + `' AND own.actual_text IS NULL)
	ON CONFLICT DO NOTHING`

func prepare(ctx context.Context, conn *sql.Conn) (s statements, err error) {
	for _, p := range []struct {
		into **sql.Stmt
		sql  string
	}{
		{&s.savepoint, "SAVEPOINT report"},
		{&s.release, "RELEASE report"},
		{&s.rollback, "ROLLBACK TO report"},
		{&s.lastID, "SELECT coalesce(max(id), 0) FROM report"},
		{&s.find, `SELECT r.id, r.content_digest, r.figures_digest, 0 FROM report r WHERE r.document_sha256 = ?1
			UNION ALL SELECT r.id, r.content_digest, r.figures_digest, 1 FROM report_copy c JOIN report r ON r.id = c.report_id WHERE c.document_sha256 = ?1`},
		{&s.identity, `SELECT ` + editionColumns + ` FROM report r WHERE r.region_code IS ?1 AND (?1 IS NOT NULL OR r.region_name = ?2) AND r.year = ?3
			AND r.scope IS ?4 AND r.publisher IS ?5 AND (r.publisher IS NOT NULL OR r.title = ?6) AND r.id <> ?7`},
		{&s.identityOf, "SELECT region_code, region_name, year, scope, publisher, title FROM report WHERE id = ?"},
		{&s.supersede, "UPDATE report SET superseded_by = ?1 WHERE id = ?2 AND superseded_by IS NOT ?1"},
		{&s.document, "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"},
		{&s.copy, "INSERT INTO report_copy VALUES (?, ?)"},
		{&s.dropCopy, "DELETE FROM report_copy WHERE document_sha256 = ?"},
		{&s.report, "INSERT INTO report (" + readingColumns + ", tables_digest, source, document_sha256, ingested_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
		{&s.updateReport, "UPDATE report SET (" + readingColumns + ", tables_digest, superseded_by) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL) WHERE id = ?"},
		{&s.packed, unpackFacts},
		{&s.due, markDue},
		{&s.dueTwins, markTwinsDue},
		{&s.cells, "SELECT indicator, applicant, status FROM fact_data WHERE report_id = ?"},
		{&s.addCounts, addCounts},
		{&s.learn, `UPDATE document SET (url, fetched_at, http_status, content_type, charset, bytes, warc_file, warc_offset) = (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) WHERE sha256 = ?1`},
	} {
		if *p.into, err = conn.PrepareContext(ctx, p.sql); err != nil {
			s.close()
			return statements{}, err
		}
		s.all = append(s.all, *p.into)
	}
	s.facts.into, s.sections.into = "fact_data", "section (report_id, number, heading, text)"
	s.mentions.into, s.findings.into = "mention_data", "finding_data"
	for _, table := range []string{"fact_data", "mention_data", "section", "finding_data"} {
		stmt, err := conn.PrepareContext(ctx, "DELETE FROM "+table+" WHERE report_id = ?")
		if err != nil {
			s.close()
			return statements{}, err
		}
		s.clear = append(s.clear, stmt)
		s.all = append(s.all, stmt)
	}
	return s, nil
}

func (s *statements) close() {
	for _, stmt := range s.all {
		_ = stmt.Close()
	}
	for _, t := range []*rowsOf{&s.facts, &s.sections, &s.mentions, &s.findings} {
		t.close()
	}
	s.all = nil
}

// stored is what the file knows of a document.
type stored struct {
	id               int64 // 0: nothing
	content, figures [16]byte
	copy             bool
}

func (s *statements) known(ctx context.Context, sha256 string) (k stored, err error) {
	var content, figures []byte
	err = s.find.QueryRowContext(ctx, sha256).Scan(&k.id, &content, &figures, &k.copy)
	if errors.Is(err, sql.ErrNoRows) {
		return stored{}, nil
	}
	copy(k.content[:], content)
	copy(k.figures[:], figures)
	return k, err
}

// keepsTransaction reports whether an error spoils one report only, so that
// those written before it in the transaction are good.
func keepsTransaction(err error) bool {
	var s sqlite3.Error
	if !errors.As(err, &s) {
		return true
	}
	switch s.Code {
	case sqlite3.ErrConstraint, sqlite3.ErrMismatch, sqlite3.ErrTooBig, sqlite3.ErrError:
		return true
	}
	return false
}
