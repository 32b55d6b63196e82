package explorer

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"nianbao/store"
	"nianbao/store/export"
)

// What a question in SQL may take. A page shows the beginning of an answer; the file
// has more of it.
const (
	maxAskTime   = 5 * time.Second
	maxAskRows   = 500
	maxAskShown  = 160 << 10 // octets of values on the page
	maxAskCell   = 300       // characters of a value on the page
	maxAskFile   = 100_000   // rows of the file
	maxAskOctets = 64 << 20  // of the file
)

// sqlView is a question in SQL with the beginning of its answer, and what may be
// asked about beside it.
type sqlView struct {
	Question string
	Columns  []string
	Rows     [][]sqlCell
	More     bool   // there are more rows
	Wrong    string // what SQLite says of the question
	Slow     bool   // it was stopped
	Schema   []sqlTable
	Examples []sqlExample
}

type sqlCell struct {
	Text   string
	Number bool
	Null   bool
	Link   string // the report of a report_id
}

// sqlTable is a table or view with its columns.
type sqlTable struct {
	Name    string
	View    bool
	Columns []sqlColumn
}

type sqlColumn struct{ Name, Type string }

// sqlExample is a question to begin with; Text is its key in texts.csv.
type sqlExample struct{ Text, Question string }

var sqlExamples = []sqlExample{
	{"sql.example.headline", "SELECT region_name, year, requests_received, requests_granted\nFROM headline\nWHERE year = 2022\nORDER BY requests_received DESC"},
	{"sql.example.wide", "SELECT year, count(*) AS reports, sum(received) AS received\nFROM requests_wide\nGROUP BY year\nORDER BY year"},
	{"sql.example.blank", "SELECT region_name, year, indicator, applicant\nFROM current_fact\nWHERE status = 'blank'\nLIMIT 100"},
	{"sql.example.findings", "SELECT rule, severity, count(*) AS findings\nFROM finding\nGROUP BY rule, severity\nORDER BY findings DESC"},
	{"sql.example.words", "SELECT r.region_name, r.year, s.heading\nFROM section s JOIN current_report r ON r.id = s.report_id\nWHERE s.text LIKE '%行政复议%'\nLIMIT 50"},
}

// answerSQL asks a question and hands on what comes, within the time for it.
func (e *Explorer) answerSQL(ctx context.Context, question string, columns func([]string) error, row func([]any) (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, maxAskTime)
	defer cancel()
	return e.questions.Ask(ctx, question, columns, row)
}

// question is the SQL of an address. A page elsewhere may lead here, but not have its
// visitors' programs ask behind their backs.
func question(r *http.Request) (string, error) {
	if r.Header.Get("Sec-Fetch-Site") == "cross-site" && (r.Header.Get("Sec-Fetch-Mode") != "navigate" || r.Header.Get("Sec-Fetch-Dest") != "document") {
		return "", &problem{status: http.StatusForbidden, text: "error.elsewhere"}
	}
	q := strings.TrimSpace(r.URL.Query().Get("q"))
	if !utf8.ValidString(q) || strings.ContainsRune(q, 0) {
		return "", badRequest("error.parameter", "q", "…")
	}
	return q, nil
}

func (e *Explorer) sqlPage(r *http.Request) (*page, error) {
	v := &sqlView{Examples: sqlExamples}
	var err error
	if v.Question, err = question(r); err != nil {
		return nil, err
	}
	if v.Schema, err = e.schema(r.Context()); err != nil {
		return nil, err
	}
	p := newPage(r, "sql", "sql")
	p.Title, p.V, p.Wide = p.T("sql.title"), v, true
	if v.Question == "" {
		return p, nil
	}
	shown := 0
	err = e.answerSQL(r.Context(), v.Question, func(names []string) error {
		v.Columns = names
		return nil
	}, func(values []any) (bool, error) {
		if v.More = len(v.Rows) == maxAskRows || shown > maxAskShown; v.More {
			return false, nil
		}
		row := make([]sqlCell, len(values))
		for i, x := range values {
			row[i] = sqlCellOf(x)
			shown += len(row[i].Text) + 20 // and what stands around it
			if id, ok := x.(int64); ok && id > 0 && v.Columns[i] == "report_id" {
				row[i].Link = p.Link("/report/" + row[i].Text)
			}
		}
		v.Rows = append(v.Rows, row)
		return true, nil
	})
	switch {
	case err == nil:
	case errors.Is(err, store.ErrQuestion):
		v.Wrong, v.Columns, v.Rows = strings.TrimPrefix(err.Error(), store.ErrQuestion.Error()+": "), nil, nil
	case errors.Is(err, context.DeadlineExceeded) && r.Context().Err() == nil:
		v.Slow = true
	default:
		return nil, err
	}
	return p, nil
}

func sqlCellOf(v any) sqlCell {
	switch v := v.(type) {
	case nil:
		return sqlCell{Null: true}
	case int64:
		return sqlCell{Text: strconv.FormatInt(v, 10), Number: true}
	case float64:
		return sqlCell{Text: strconv.FormatFloat(v, 'g', -1, 64), Number: true}
	}
	return sqlCell{Text: clip(sqlText(v), maxAskCell)}
}

// sqlText is a value as a file has it.
func sqlText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		return strings.ToValidUTF8(v, "\ufffd")
	case []byte:
		return fmt.Sprintf("x'%x'", v)
	}
	return fmt.Sprint(v)
}

// sqlCSV is the answer as a file.
func (e *Explorer) sqlCSV(r *http.Request, begin func(contentType, name string) io.Writer) error {
	q, err := question(r)
	if err != nil {
		return err
	}
	var c *csv.Writer
	rows, octets := 0, 0
	err = e.answerSQL(r.Context(), q, func(names []string) error {
		w := begin("text/csv; charset=utf-8", "nianbao-sql.csv")
		if r.URL.Query().Get("bom") == "1" {
			if _, err := io.WriteString(w, "\ufeff"); err != nil {
				return err
			}
		}
		c = csv.NewWriter(w)
		return writeDefused(c, names)
	}, func(values []any) (bool, error) {
		if rows == maxAskFile || octets > maxAskOctets {
			return false, fmt.Errorf("%s: more than %d rows or %d octets", q, maxAskFile, maxAskOctets)
		}
		line := make([]string, len(values))
		for i, x := range values {
			line[i] = sqlText(x)
			if _, text := x.(string); text {
				line[i] = export.Defuse(line[i])
			}
			octets += len(line[i])
		}
		rows++
		return true, c.Write(line)
	})
	if errors.Is(err, store.ErrQuestion) {
		return badRequest("error.sql", strings.TrimPrefix(err.Error(), store.ErrQuestion.Error()+": "))
	}
	if err != nil {
		return err
	}
	c.Flush()
	return c.Error()
}

// schema lists the views, which are made to be asked, and then the tables.
func (e *Explorer) schema(ctx context.Context) ([]sqlTable, error) {
	return remember(e.memory, "schema", func() (all []sqlTable, err error) {
		rows, err := e.store.DB().QueryContext(context.WithoutCancel(ctx), `SELECT m.name, m.type = 'view', c.name, c.type FROM sqlite_schema m JOIN pragma_table_info(m.name) c
			WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'goose_%' ORDER BY m.type DESC, m.name, c.cid`)
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		for rows.Next() {
			var t sqlTable
			var c sqlColumn
			if err := rows.Scan(&t.Name, &t.View, &c.Name, &c.Type); err != nil {
				return nil, err
			}
			if n := len(all); n == 0 || all[n-1].Name != t.Name {
				all = append(all, t)
			}
			all[len(all)-1].Columns = append(all[len(all)-1].Columns, c)
		}
		return all, rows.Err()
	})
}
