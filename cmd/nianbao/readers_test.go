package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// duckdbScript runs the statements of standard input in a new database and
// prints the rows of each that answers some.
const duckdbScript = `
const { DuckDBInstance } = require('@duckdb/node-api');
(async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const statements = await connection.extractStatements(require('fs').readFileSync(0, 'utf8'));
  for (let i = 0; i < statements.count; i++) {
    const reader = await (await statements.prepare(i)).runAndReadAll();
    if (reader.columnCount > 0) console.log(JSON.stringify(reader.getRowsJson()));
  }
})().catch(e => { console.error(e.message); process.exit(1); });`

// duckdb runs a script by DuckDB, of the modules in the folder that
// NIANBAO_DUCKDB names, and answers what its last statement did: rows of values,
// numbers of 64 bits as texts.
func duckdb(t *testing.T, dir, script string) [][]any {
	t.Helper()
	modules := os.Getenv("NIANBAO_DUCKDB")
	if modules == "" {
		if os.Getenv("NIANBAO_REQUIRE_TOOLS") == "1" {
			t.Fatal("NIANBAO_DUCKDB names no node_modules with @duckdb/node-api")
		}
		t.Skip("NIANBAO_DUCKDB names no node_modules with DuckDB (npm install @duckdb/node-api)")
	}
	c := exec.CommandContext(t.Context(), "node", "-e", duckdbScript)
	c.Dir, c.Stdin, c.Env = dir, strings.NewReader(script), append(os.Environ(), "NODE_PATH="+modules)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	if err := c.Run(); err != nil {
		t.Fatalf("%v: %s\n%.2000s", err, &stderr, script)
	}
	lines := strings.Split(strings.TrimSpace(stdout.String()), "\n")
	var rows [][]any
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &rows); err != nil {
		t.Fatalf("%v: %q", err, lines[len(lines)-1])
	}
	return rows
}

// twoProvinces is a folder with all.db, which has reports of two provinces and
// several years, and of one nobody knows the year, of another not the region.
func twoProvinces(t *testing.T) (dir string, nianbao func(args ...string)) {
	t.Helper()
	dir = t.TempDir()
	t.Chdir(dir)
	nianbao = func(args ...string) {
		t.Helper()
		var stderr bytes.Buffer
		a := &app{stdin: strings.NewReader(""), stdout: &stderr, stderr: &stderr, words: openedWords}
		if status := a.run(context.Background(), args); status != exitDone {
			t.Fatalf("nianbao %s: exit status %d\n%s", strings.Join(args, " "), status, &stderr)
		}
	}
	nianbao("demo", "--db", "all.db")
	db, err := sql.Open("sqlite3", "all.db")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, change := range []string{
		"UPDATE report SET year = NULL WHERE id = (SELECT id FROM report WHERE region_code LIKE '32%' AND superseded_by IS NULL ORDER BY id LIMIT 1)",
		"UPDATE report SET region_code = NULL, region_name = NULL WHERE id = (SELECT id FROM report WHERE region_code LIKE '65%' AND superseded_by IS NULL ORDER BY id LIMIT 1)",
	} {
		if _, err := db.Exec(change); err != nil {
			t.Fatal(err)
		}
	}
	return dir, nianbao
}

// TestPartitionsElsewhere has DuckDB read an export in partitions: it sees what
// the database says, under the names of the folders. What the crawler's README
// says for DuckDB finds something.
func TestPartitionsElsewhere(t *testing.T) {
	_, texts := readmes(t)
	dir, nianbao := twoProvinces(t)
	nianbao("export", "--db", "all.db", "--out", "parts", "--partition-by", "year,province", "--with", "rates,metrics")
	for _, question := range []struct{ duckdb, sqlite string }{
		{
			`SELECT province, "year", count(*), sum(value) FROM '%s' WHERE kind = 'indicator' GROUP BY ALL ORDER BY ALL`,
			`SELECT CASE substr(region_code, 1, 2) WHEN '32' THEN '江苏省' WHEN '65' THEN '新疆维吾尔自治区' END AS province, CAST(year AS TEXT), CAST(count(*) AS TEXT), sum(value)
				FROM current_fact GROUP BY 1, 2 ORDER BY province IS NULL, 1, year IS NULL, 2`,
		},
		{
			`SELECT region_name, "year", indicator, value, raw FROM '%s' WHERE province = '江苏省' AND "year" = 2021 AND kind = 'indicator' AND applicant = 'total' AND status = 'reported' ORDER BY ALL`,
			`SELECT region_name, CAST(year AS TEXT), indicator, value, raw FROM current_fact WHERE region_code LIKE '32%' AND year = 2021 AND applicant = 'total' AND status = 'reported' ORDER BY 1, 2, 3`,
		},
	} {
		want := rowsOf(t, filepath.Join(dir, "all.db"), question.sqlite)
		if len(want) < 5 {
			t.Errorf("%d rows in the database: %s", len(want), question.sqlite)
		}
		if d := cmp.Diff(want, duckdb(t, dir, fmt.Sprintf(question.duckdb, "parts/*/*/*.parquet"))); d != "" {
			t.Errorf("%s: -SQLite +DuckDB\n%s", question.duckdb, d)
		}
	}
	shown := 0
	for _, block := range blocks(texts["crawler/README.md"]) {
		if strings.HasPrefix(block, "-- DuckDB") {
			shown++
			if rows := duckdb(t, dir, block); len(rows) < 5 {
				t.Errorf("what the README shows finds %v:\n%s", rows, block)
			}
		}
	}
	if shown == 0 {
		t.Error("the crawler's README shows nothing for DuckDB")
	}
	// Databases that are not merged, each under a level of its own.
	if err := os.Mkdir("unmerged", 0o777); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"north", "south"} {
		nianbao("export", "--db", "all.db", "--out", "unmerged/part="+part, "--partition-by", "year,province")
	}
	reports := float64(2 * rowsOf(t, "all.db", "SELECT count(DISTINCT report_id) FROM current_fact")[0][0].(int64))
	if got := duckdb(t, dir, "SELECT CAST(count(DISTINCT (part, report_id)) AS INTEGER) FROM 'unmerged/*/*/*/*.parquet'"); got[0][0] != reports {
		t.Errorf("%v reports in two parts, want %v", got, reports)
	}
}

// rowsOf answers a question by SQLite.
func rowsOf(t *testing.T, path, question string) (all [][]any) {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(question)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestProvincesElsewhere has DuckDB run the script that merge --by-province
// writes. Without its extension for SQLite, which DuckDB fetches from elsewhere,
// tables that hold what sqlite_scan would find stand for the files.
func TestProvincesElsewhere(t *testing.T) {
	dir, nianbao := twoProvinces(t)
	nianbao("merge", "--by-province", "provinces", "all.db")
	folder := filepath.Join(dir, "provinces")
	script, err := os.ReadFile(filepath.Join(folder, "all.duckdb.sql"))
	if err != nil {
		t.Fatal(err)
	}
	own := strings.NewReplacer("INSTALL sqlite;", "", "LOAD sqlite;", "").Replace(string(script))
	if own == string(script) {
		t.Error("the script does not load the extension")
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.db"))
	if err != nil || len(files) != 3 {
		t.Fatalf("%d files, want those of two provinces and one of what has none: %v", len(files), err)
	}
	var before strings.Builder
	before.WriteString("CREATE MACRO sqlite_scan(f, n) AS TABLE FROM query_table(replace(f, '.', '_') || '_' || n);\n")
	for _, f := range files {
		for _, name := range joined {
			copyOf(t, &before, f, name)
		}
	}
	var counts []string
	want := map[string]int64{}
	for _, name := range joined {
		counts = append(counts, fmt.Sprintf("SELECT '%s', CAST(count(*) AS INTEGER) FROM %s", name, name))
		for _, f := range files {
			want[name] += rowsOf(t, f, "SELECT count(*) FROM "+name)[0][0].(int64)
		}
	}
	for _, row := range duckdb(t, folder, before.String()+own+strings.Join(counts, " UNION ALL ")) {
		if name := row[0].(string); row[1] != float64(want[name]) {
			t.Errorf("%s has %v rows for DuckDB, %d in the files", name, row[1], want[name])
		}
		delete(want, row[0].(string))
	}
	if len(want) > 0 {
		t.Errorf("no view of %v", want)
	}
	question := `SELECT f.province, r.region_name, f.indicator, f.value, f.raw, f.locator FROM fact f JOIN current_report r ON r.province = f.province AND r.id = f.report_id ORDER BY 1, 2, 3, 4, 5, 6`
	figures := rowsOf(t, filepath.Join(dir, "all.db"), strings.NewReplacer("f.province,", "coalesce(substr(r.region_code, 1, 2), '00'),", "r.province = f.province AND ", "").Replace(question))
	if d := cmp.Diff(figures, duckdb(t, folder, before.String()+own+question)); d != "" || len(figures) < 1000 {
		t.Errorf("%d figures: -SQLite +DuckDB\n%.3000s", len(figures), d)
	}
}

// copyOf makes a table of DuckDB of one of a file, with the types that its
// extension gives the columns.
func copyOf(t *testing.T, b *strings.Builder, file, name string) {
	t.Helper()
	var columns []string
	for _, c := range rowsOf(t, file, "SELECT name, type FROM pragma_table_info('"+name+"')") {
		kind := map[string]string{"INTEGER": "BIGINT", "INT": "BIGINT", "REAL": "DOUBLE", "TEXT": "VARCHAR", "BLOB": "BLOB"}[c[1].(string)]
		if kind == "" {
			t.Errorf("%s.%s is of type %q: not one that others know", name, c[0], c[1])
			kind = "VARCHAR"
		}
		columns = append(columns, fmt.Sprintf("%q: '%s'", c[0], kind))
	}
	source := fmt.Sprintf("%s.%s.jsonl", file, name)
	out, err := os.Create(source)
	if err != nil {
		t.Fatal(err)
	}
	w := json.NewEncoder(out)
	names := rowsOf(t, file, "SELECT name FROM pragma_table_info('"+name+"')")
	for _, row := range rowsOf(t, file, "SELECT * FROM "+name) {
		object := map[string]any{}
		for i, v := range row {
			object[names[i][0].(string)] = v
		}
		if err := w.Encode(object); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(b, "CREATE TABLE \"%s_%s\" AS FROM read_json('%s', format = 'newline_delimited', columns = {%s});\n", strings.ReplaceAll(filepath.Base(file), ".", "_"), name, source, strings.Join(columns, ", "))
}
