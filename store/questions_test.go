package store_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nianbao/store"
	"nianbao/store/internal/storetest"
)

// asked answers a question in SQL; it takes no more than so many rows.
func asked(t *testing.T, q *store.Questions, wait time.Duration, question string) (rows [][]any, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), wait)
	defer cancel()
	err = q.Ask(ctx, question, func([]string) error { return nil }, func(row []any) (bool, error) {
		rows = append(rows, append([]any(nil), row...))
		return len(rows) < 1000, nil
	})
	return rows, err
}

func questions(t *testing.T) (*store.Questions, string) {
	t.Helper()
	s := storetest.Fresh(t)
	storetest.Ingest(t, s, flawed(), store.Document{})
	q := s.Questions()
	t.Cleanup(func() {
		if err := q.Close(); err != nil {
			t.Error(err)
		}
	})
	return q, s.Path()
}

func TestQuestions(t *testing.T) {
	q, _ := questions(t)
	for question, want := range map[string]any{
		"SELECT region_name FROM current_report":                                                           "喀什市",
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT max(i) FROM n": int64(9),
		"SELECT count(*) > 0 FROM pragma_table_info('fact')":                                               int64(1),
		"SELECT json_group_array(value) FROM json_each('[1,2]')":                                           "[1,2]",
		"SELECT count(*) > 3 FROM (EXPLAIN_ AS (SELECT 1))":                                                nil,
		"SELECT value IS NULL FROM current_fact ORDER BY value IS NULL DESC LIMIT 1":                       int64(1),
		"SELECT group_concat(rule, ' ') FROM (SELECT DISTINCT rule FROM finding ORDER BY rule)":            "requests.balance section.missing",
		"SELECT count(*) FROM report r JOIN section s ON s.report_id = r.id WHERE s.text LIKE '%没有这样的话%'":  int64(0),
	} {
		rows, err := asked(t, q, 5*time.Minute, question)
		if want == nil {
			if !errors.Is(err, store.ErrQuestion) {
				t.Errorf("%s: %v, want ErrQuestion", question, err)
			}
			continue
		}
		if err != nil || len(rows) == 0 || rows[0][0] != want {
			t.Errorf("%s: %v %v, want %v", question, rows, err, want)
		}
	}
}

// What is not reading is refused, and the file stays as it is.
func TestQuestionsRefused(t *testing.T) {
	q, path := questions(t)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	beside := filepath.Join(t.TempDir(), "beside.db")
	for _, question := range []string{
		"", ";", "-- nothing", "nonsense", "SELECT", "SELECT nothing FROM nowhere",
		"ATTACH '" + beside + "' AS other", "SELECT 1; ATTACH '" + beside + "' AS other", "DETACH main",
		"VACUUM INTO '" + beside + "'", "VACUUM", "REINDEX", "ANALYZE",
		"DELETE FROM report", "UPDATE report SET year = 1999", "INSERT INTO meta VALUES ('a', 'b')", "REPLACE INTO meta VALUES ('a', 'b')",
		"WITH gone AS (SELECT 1) DELETE FROM fact_data", "DELETE FROM report RETURNING id",
		"CREATE TABLE t (x)", "CREATE TEMP TABLE t (x)", "CREATE TEMP TABLE t AS SELECT * FROM report", "CREATE VIRTUAL TABLE t USING fts4(x)",
		"CREATE TEMP VIEW v AS SELECT 1", "CREATE TEMP TRIGGER tr AFTER INSERT ON meta BEGIN SELECT 1; END", "DROP VIEW headline", "ALTER TABLE report RENAME TO other",
		"PRAGMA query_only = OFF", "PRAGMA writable_schema = ON", "PRAGMA journal_mode = DELETE", "PRAGMA temp_store = MEMORY", "PRAGMA cache_size = -10000000", "PRAGMA user_version = 9",
		"PRAGMA database_list", "PRAGMA hard_heap_limit = 1", "PRAGMA wal_checkpoint(TRUNCATE)", "SELECT * FROM pragma_database_list", "SELECT * FROM pragma_wal_checkpoint",
		"SELECT load_extension('/tmp/x.so')", "SELECT LOAD_EXTENSION('/tmp/x.so', 'y')", "SELECT readfile('/etc/passwd')", "SELECT writefile('" + beside + "', 'x')", "SELECT fts3_tokenizer('x')", "SELECT fts3_tokenizer('x', x'00')",
		"BEGIN IMMEDIATE", "BEGIN", "SAVEPOINT s", "COMMIT", "ROLLBACK",
		"SELECT zeroblob(100000000)", "SELECT length(randomblob(100000000))", "SELECT printf('%.100000000d', 1)", "SELECT group_concat(hex(zeroblob(1000))) FROM sqlite_schema a, sqlite_schema b, sqlite_schema c",
		"SELECT " + strings.Repeat("1 + ", 500) + "1",
		strings.Repeat("SELECT 1 UNION ALL ", 400) + "SELECT 1", "SELECT '" + strings.Repeat("x", 20_000) + "'",
		"SELECT " + strings.Repeat("'a' LIKE '"+strings.Repeat("%a", 150)+"' OR ", 2) + "0",
		"SELECT 1; SELECT load_extension('x')", "SELECT 1; DELETE FROM report",
	} {
		if rows, err := asked(t, q, 5*time.Minute, question); !errors.Is(err, store.ErrQuestion) {
			t.Errorf("%.80s: %d rows, %v; want ErrQuestion", question, len(rows), err)
		}
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file changed (%v)", err)
	}
	if _, err := os.Stat(beside); err == nil {
		t.Error("another file was made")
	}
	if _, err := asked(t, q, 5*time.Minute, "SELECT 1"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// Questions without an end are stopped at their time, others go on.
func TestQuestionsWithoutEnd(t *testing.T) {
	q, _ := questions(t)
	for _, question := range []string{
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0",
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 1 FROM n) SELECT count(*) FROM n",
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, zeroblob(1000) FROM n ORDER BY 1 DESC",
		"SELECT count(*) FROM sqlite_schema a, sqlite_schema b, sqlite_schema c, sqlite_schema d, sqlite_schema e WHERE a.rootpage + b.rootpage + c.rootpage + d.rootpage + e.rootpage = -1",
		"SELECT sum(instr(replace(hex(zeroblob(95000)), '00', 'aa'), replace(hex(zeroblob(45000)), '00', 'aa') || a.name)) FROM sqlite_schema a, sqlite_schema b, sqlite_schema c",
	} {
		began := time.Now()
		rows, err := asked(t, q, 300*time.Millisecond, question)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %d rows, %v; want that it was stopped", question, len(rows), err)
		}
		if took := time.Since(began); took > 2*time.Minute { // each would take years
			t.Errorf("%s: stopped after %v", question, took)
		}
	}
	if rows, err := asked(t, q, 5*time.Minute, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"); err != nil || len(rows) != 1000 {
		t.Errorf("a list without end that nobody reads to the end: %d rows, %v", len(rows), err)
	}
}
