package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"nianbao/parser/catalog"
	"nianbao/parser/region"
	"nianbao/store/internal/query"
)

func (s *Store) loadCodes(ctx context.Context) error {
	var err error
	s.codes, err = readCodes(ctx, s.read)
	return err
}

// readCodes reads what codes are stored as.
func readCodes(ctx context.Context, q query.Querier) (Codes, error) {
	codes := Codes{Indicator: map[string]int64{}, Applicant: map[string]int64{}}
	into := func(m map[string]int64, table string) error {
		return query.Each(ctx, q, func(rows *sql.Rows) error {
			var code string
			var number int64
			err := rows.Scan(&code, &number)
			m[code] = number
			return err
		}, "SELECT code, number FROM "+table)
	}
	err := into(codes.Indicator, "indicator")
	if err == nil {
		err = into(codes.Applicant, "applicant")
	}
	return codes, err
}

// syncCatalogue brings the tables that come from packages catalog and region,
// and the views made from them, up to this program's. It writes nothing when
// they are.
func (s *Store) syncCatalogue(ctx context.Context) error {
	digest := catalogueDigest(s.options.Tool)
	current := func(q interface {
		QueryRowContext(context.Context, string, ...any) *sql.Row
	}) (bool, error) {
		var have string
		err := q.QueryRowContext(ctx, "SELECT value FROM meta WHERE key = 'catalogue_digest'").Scan(&have)
		if err == sql.ErrNoRows {
			err = nil
		}
		return have == digest, err
	}
	if done, err := current(s.write); done || err != nil {
		return err
	}
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return query.Immediate(ctx, conn, func() error {
		if done, err := current(conn); done || err != nil {
			return err
		}
		// A region may come before its parent.
		if _, err := conn.ExecContext(ctx, "PRAGMA defer_foreign_keys = ON"); err != nil {
			return err
		}
		for _, step := range []func(context.Context, *sql.Conn) error{writeRegions, writePopulation, writeIndicators, writeViews} {
			if err := step(ctx, conn); err != nil {
				return err
			}
		}
		return writeMeta(ctx, conn, s.options.Tool, digest)
	})
}

// catalogueDigest changes whenever what syncCatalogue would write changes.
func catalogueDigest(tool string) string {
	sum := sha256.Sum256([]byte(tool + "\n" + tablesDigest()))
	return hex.EncodeToString(sum[:])
}

// tablesDigest is of what the program has of the catalogue.
var tablesDigest = sync.OnceValue(func() string {
	numbers := map[string]int64{}
	for n, i := range catalog.Indicators() {
		numbers[i.Code] = int64(n)
	}
	h := sha256.New()
	fmt.Fprintln(h, SchemaVersion(), wideViews(numbers, map[string]int64{}))
	list := json.NewEncoder(h)
	// The regions by their tables as they are embedded: to read them takes most of the
	// time that a command needs to begin.
	for _, all := range []any{region.Digest(), catalog.Indicators(), catalog.Applicants(), catalog.Crosswalk(), catalog.Metrics()} {
		_ = list.Encode(all) // plain values into a digest: nothing can fail
	}
	return hex.EncodeToString(h.Sum(nil))
})

func writeRegions(ctx context.Context, conn *sql.Conn) error {
	// Rows without names: half of what SQLite takes for a new file's regions is reading them.
	var rows [][]any
	for _, r := range region.All() {
		rows = append(rows, []any{r.Code, r.Name, r.Level, r.ParentCode, r.FirstList, r.LastList})
	}
	list, err := query.List(rows)
	if err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, `INSERT INTO region SELECT value ->> 0, value ->> 1, value ->> 2, nullif(value ->> 3, ''), value ->> 4, value ->> 5
		FROM json_each(?) WHERE 1
		ON CONFLICT (code) DO UPDATE SET name = excluded.name, level = excluded.level, parent_code = excluded.parent_code,
		first_list = excluded.first_list, last_list = excluded.last_list`, list); err != nil {
		return fmt.Errorf("regions: %w", err)
	}
	if _, err := conn.ExecContext(ctx, "DELETE FROM region_change"); err != nil {
		return err
	}
	for _, c := range region.Successions() {
		if _, err := conn.ExecContext(ctx, "INSERT INTO region_change VALUES (?, ?, ?, ?, ?, ?)",
			c.FromCode, c.FromName, c.ToCode, c.ToName, c.Year, c.Kind); err != nil {
			return fmt.Errorf("region change %s %s: %w", c.FromCode, c.FromName, err)
		}
	}
	return nil
}

// populations are rows of a code, residents, and the years from and to which they
// stand for it; 0: no bound.
func populations() (rows [][]any) {
	for _, r := range region.All() {
		if p, ok := region.Residents(r.Code); ok {
			rows = append(rows, []any{r.Code, p.Residents, p.From, p.To})
		}
	}
	return rows
}

func writePopulation(ctx context.Context, conn *sql.Conn) error {
	list, err := query.List(populations())
	if err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, "DELETE FROM population"); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, `INSERT INTO population SELECT value ->> 0, ?, value ->> 1, ?, nullif(value ->> 2, 0), nullif(value ->> 3, 0)
		FROM json_each(?)`, region.CensusDate, region.CensusSource, list)
	return err
}

func writeIndicators(ctx context.Context, conn *sql.Conn) error {
	// An indicator keeps its number for ever: facts are stored under it.
	for _, i := range catalog.Indicators() {
		if _, err := conn.ExecContext(ctx, `INSERT INTO indicator VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT 1 + coalesce(max(number), 0) FROM indicator))
			ON CONFLICT (code) DO UPDATE SET section = excluded.section, label_zh = excluded.label_zh, label_en = excluded.label_en,
			unit = excluded.unit, dimension = excluded.dimension, layouts = excluded.layouts`,
			i.Code, i.Section, i.LabelZH(), i.LabelEN, i.Unit, i.Dimension, strings.Join(i.Layouts, ";")); err != nil {
			return fmt.Errorf("indicator %s: %w", i.Code, err)
		}
	}
	if _, err := conn.ExecContext(ctx, "INSERT INTO applicant VALUES (0, '', '', '') ON CONFLICT DO NOTHING"); err != nil {
		return err
	}
	for _, a := range catalog.Applicants() {
		if _, err := conn.ExecContext(ctx, `INSERT INTO applicant VALUES ((SELECT 1 + max(number) FROM applicant), ?, ?, ?)
			ON CONFLICT (code) DO UPDATE SET label_zh = excluded.label_zh, label_en = excluded.label_en`,
			a.Code, a.LabelZH, a.LabelEN); err != nil {
			return fmt.Errorf("applicant %s: %w", a.Code, err)
		}
	}
	if _, err := conn.ExecContext(ctx, "DELETE FROM crosswalk; DELETE FROM metric"); err != nil {
		return err
	}
	for _, c := range catalog.Crosswalk() {
		if _, err := conn.ExecContext(ctx, "INSERT INTO crosswalk VALUES (?, ?, ?, ?)", c.A, c.B, c.Quality, c.Note); err != nil {
			return fmt.Errorf("crosswalk %s %s: %w", c.A, c.B, err)
		}
	}
	for _, m := range catalog.Metrics() {
		if _, err := conn.ExecContext(ctx, "INSERT INTO metric VALUES (?, ?, ?, ?)", m.Code, m.LabelZH, m.LabelEN, m.Unit); err != nil {
			return fmt.Errorf("metric %s: %w", m.Code, err)
		}
	}
	return nil
}

// writeMeta leaves alone what a user has changed: the licence of the data and
// how to cite it are the owner's to say.
func writeMeta(ctx context.Context, conn *sql.Conn, tool, digest string) error {
	for _, m := range []struct {
		key, value string
		keep       bool
	}{
		{"schema_version", fmt.Sprint(SchemaVersion()), false},
		{"tool", tool, false},
		{"catalogue_digest", digest, false},
		{"licence", "The figures are facts published by government agencies of the People's Republic of China; the reports' texts are official documents " +
			"(Copyright Law of the PRC, article 5). The arrangement of this file: CC BY 4.0.", true},
		{"citation", "Name the agency, the report's title and year and its address (report.title, report.year, report.source), then: collected with nianbao.", true},
		{"regions", "Codes of GB/T 2260, yearly lists 2013 to 2024; renamed regions are tied together by region_change and region_series.", false},
		{"blank", "Blank is not zero: a figure that is not printed has value NULL, and status says why.", false},
	} {
		conflict := "DO UPDATE SET value = excluded.value"
		if m.keep {
			conflict = "DO NOTHING"
		}
		if _, err := conn.ExecContext(ctx, "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) "+conflict, m.key, m.value); err != nil {
			return err
		}
	}
	return nil
}

// Meta is what the file says of itself under a key: licence, citation, tool …;
// "" where it says nothing.
func (s *Store) Meta(ctx context.Context, key string) (value string, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT value FROM meta WHERE key = ?", key).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return value, explain(s.path, "read", err)
}
