package main

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"nianbao/store"
)

// unplaced is the file of the reports whose region is not known.
const unplaced = "00"

// mergeByProvince stores the reports of parts in a file a province, and writes
// beside them how all of them are asked at once.
func (a *app) mergeByProvince(ctx context.Context, dir string, parts []string) (err error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, part := range parts {
		if same(filepath.Dir(part), dir) {
			return usagef("%s lies in the folder that is to be written", part)
		}
	}
	stores := map[string]*store.Store{}
	defer func() {
		for _, s := range stores {
			closing(s, &err)
		}
	}()
	where := func(code string) (*store.Store, error) {
		province := unplaced
		if len(code) == 6 {
			province = code[:2]
		}
		if s := stores[province]; s != nil {
			return s, nil
		}
		s, err := a.openStore(ctx, filepath.Join(dir, province+".db"), false)
		if err == nil {
			stores[province] = s
		}
		return s, err
	}
	var t tally
	for _, part := range parts {
		if err := a.merge(ctx, where, part, &t); err != nil {
			return err
		}
	}
	for _, province := range slices.Sorted(maps.Keys(stores)) {
		if err := checked(ctx, stores[province], nil); err != nil {
			return err
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "[0-9][0-9].db"))
	if err != nil {
		return err
	}
	if len(files) > 0 {
		if err := writeAttaching(ctx, dir, files, stores); err != nil {
			return err
		}
	}
	a.notice("%s: %d provinces; %s", dir, len(files), t.told(a))
	return nil
}

// joined are the tables and views over all provinces. A report's number is that
// in its own file: province and report_id together are one report.
var joined = []string{"report", "current_report", "fact", "current_fact", "mention", "finding", "section", "headline", "requests_wide", "disclosure_wide", "review_wide", "derived_fact", "document", "denominator"}

// writeAttaching writes all.sql and all.duckdb.sql.
func writeAttaching(ctx context.Context, dir string, files []string, stores map[string]*store.Store) error {
	var first *store.Store
	for _, s := range stores {
		first = s
	}
	if first == nil {
		return nil // nothing was merged, and what lies there stays as it is
	}
	columns := map[string]string{}
	for _, name := range joined {
		all, err := namesOfColumns(ctx, first.DB(), name)
		if err != nil {
			return first.Explain("read", err)
		}
		columns[name] = all
	}
	for name, script := range map[string]func() string{
		"all.sql":        func() string { return attaching(files, columns) },
		"all.duckdb.sql": func() string { return scanning(files, columns) },
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script()), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// attaching is the script for the sqlite3 shell.
func attaching(files []string, columns map[string]string) string {
	var b strings.Builder
	b.WriteString("-- In this folder: sqlite3 -init all.sql\n")
	if len(files) > mostAttached {
		fmt.Fprintf(&b, "-- SQLite attaches %d files at once unless it was built with SQLITE_MAX_ATTACHED=125: leave some\n"+
			"-- of these %d out, use all.duckdb.sql, or join them again: nianbao merge --db all.db ??.db\n", mostAttached, len(files))
	}
	for _, f := range files {
		fmt.Fprintf(&b, "ATTACH '%s' AS p%s;\n", filepath.Base(f), provinceOf(f))
	}
	views(&b, "CREATE TEMP VIEW", files, columns, func(file, name string) string { return "p" + provinceOf(file) + "." + name })
	return b.String()
}

// scanning is the script for DuckDB. There SQLite itself is to run the views: of
// an attached file DuckDB would take their text for its own dialect, in which
// printf and typeof are others.
func scanning(files []string, columns map[string]string) string {
	var b strings.Builder
	b.WriteString("-- In this folder: duckdb -init all.duckdb.sql\nINSTALL sqlite;\nLOAD sqlite;\n")
	views(&b, "CREATE OR REPLACE VIEW", files, columns, func(file, name string) string {
		return fmt.Sprintf("sqlite_scan('%s', '%s')", filepath.Base(file), name)
	})
	return b.String()
}

// provinceOf is the province whose file it is.
func provinceOf(file string) string { return strings.TrimSuffix(filepath.Base(file), ".db") }

// views are what joins the tables of all files.
func views(b *strings.Builder, create string, files []string, columns map[string]string, table func(file, name string) string) {
	for _, name := range joined {
		fmt.Fprintf(b, "%s %s AS", create, name)
		for i, f := range files {
			union := ""
			if i > 0 {
				union = " UNION ALL"
			}
			fmt.Fprintf(b, "%s\n  SELECT '%s' AS province, %s FROM %s", union, provinceOf(f), columns[name], table(f, name))
		}
		b.WriteString(";\n")
	}
}

// mostAttached is how many files SQLite attaches as it is usually built.
const mostAttached = 10

// namesOfColumns are those of a table or view.
func namesOfColumns(ctx context.Context, db *sql.DB, name string) (string, error) {
	rows, err := db.QueryContext(ctx, "SELECT name FROM pragma_table_info(?)", name)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var column string
		if err := rows.Scan(&column); err != nil {
			return "", err
		}
		all = append(all, column)
	}
	return strings.Join(all, ", "), rows.Err()
}
