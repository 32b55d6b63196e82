package explorer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
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
	Schema   []store.Table
	Examples []sqlExample
}

type sqlCell struct {
	Text   string
	Number bool
	Null   bool
	Link   string // the report of a report_id
}

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

func (e *Explorer) sqlPage(p *page, r *http.Request) error {
	v := &sqlView{Examples: sqlExamples}
	var err error
	if v.Question, err = question(r); err != nil {
		return err
	}
	if v.Schema, err = e.schema(r.Context()); err != nil {
		return err
	}
	p.Title, p.V, p.Wide = p.T("sql.title"), v, true
	if v.Question == "" {
		return nil
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
		return err
	}
	return nil
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
	var s *sheet
	rows, octets := 0, 0
	err = e.answerSQL(r.Context(), q, func(names []string) (err error) {
		s, err = newSheet(r, begin("text/csv; charset=utf-8", "nianbao-sql.csv"), names...)
		return err
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
		return true, s.Write(line)
	})
	if errors.Is(err, store.ErrQuestion) {
		return badRequest("error.sql", strings.TrimPrefix(err.Error(), store.ErrQuestion.Error()+": "))
	}
	if err != nil {
		return err
	}
	return s.end()
}

// schema lists the views, which are made to be asked, and then the tables.
func (e *Explorer) schema(ctx context.Context) ([]store.Table, error) {
	return remember(e.memory, "schema", func() (all []store.Table, err error) {
		n, err := e.store.Snapshot(context.WithoutCancel(ctx))
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, n.Close()) }()
		tables, err := n.Schema(context.WithoutCancel(ctx))
		return slices.DeleteFunc(tables, func(t store.Table) bool { return strings.HasPrefix(t.Name, "goose_") }), err
	})
}
