package store

import (
	"context"
	"database/sql"
	"strings"

	"nianbao/parser/lazyregexp"
	"nianbao/store/internal/query"
)

// Table is a table or view of the file, and what the file's schema says of it.
type Table struct {
	Name    string
	View    bool
	Says    string // "" where the schema says nothing
	Columns []TableColumn
}

// TableColumn is a column of a table.
type TableColumn struct{ Name, Type, Note string }

// Internal reports whether the table is for the program: what it holds is asked
// through views or commands.
func (t Table) Internal() bool {
	switch t.Name {
	case "region_due", "report_copy", "similarity_done", "fact_count", "effective_fact":
		return true
	}
	return strings.HasSuffix(t.Name, "_data") || strings.HasPrefix(t.Name, "search_")
}

// schemaComment is a line of a statement that ends in a comment, with the column
// that the line declares.
var schemaComment = lazyregexp.New(`^\s*(?:"?([a-z_0-9]+)"?\s.*?)?\s*--\s*(.*)$`)

// Schema lists the views of the file, which are made to be asked, and then its
// tables, each with its comments.
func (n *Snapshot) Schema(ctx context.Context) (all []Table, err error) {
	defer func() { err = explain(n.store.path, "read", err) }()
	var notes map[string]string
	err = query.Each(ctx, n.conn, func(rows *sql.Rows) error {
		var t Table
		var c TableColumn
		var statement sql.RawBytes
		if err := rows.Scan(&t.Name, &t.View, &statement, &c.Name, &c.Type); err != nil {
			return err
		}
		if len(all) == 0 || all[len(all)-1].Name != t.Name {
			t.Says, notes = comments(string(statement))
			all = append(all, t)
		}
		c.Note = notes[c.Name]
		last := &all[len(all)-1]
		last.Columns = append(last.Columns, c)
		return nil
	}, `SELECT m.name, m.type = 'view', m.sql, c.name, c.type FROM sqlite_schema m JOIN pragma_table_info(m.name) c
		WHERE m.type IN ('table', 'view') AND m.name NOT GLOB 'sqlite_*' ORDER BY m.type DESC, m.name, c.cid`)
	return all, err
}

// comments are what a statement says of its table and of its columns.
func comments(statement string) (says string, notes map[string]string) {
	notes = map[string]string{}
	last := ""
	for line := range strings.Lines(statement) {
		m := schemaComment.FindStringSubmatch(strings.TrimRight(line, "\n"))
		switch {
		case m == nil:
			last = "" // a comment below goes on with nothing
		case m[1] != "":
			last = m[1]
			notes[last] = m[2]
		case last != "":
			notes[last] += " " + m[2]
		default:
			says = strings.TrimSpace(says + " " + m[2])
		}
	}
	return says, notes
}
