package export

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// bom lets Excel read a CSV file as UTF-8.
const bom = "\ufeff"

// Defuse keeps a spreadsheet from running a text as a formula. A number with
// a sign (-8, +1) and a lone dash are none.
func Defuse(s string) string {
	first, _ := utf8.DecodeRuneInString(s)
	if len(s) < 2 || !strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return s
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return s
	}
	return "'" + s
}

// csvWriter writes rows as RFC 4180 has them, lines ended by LF.
type csvWriter struct {
	w      *csv.Writer
	fields []string
}

func newCSV(w io.Writer, withBOM bool, columns []Column) (*csvWriter, error) {
	if withBOM {
		if _, err := io.WriteString(w, bom); err != nil {
			return nil, err
		}
	}
	c := &csvWriter{w: csv.NewWriter(w), fields: make([]string, len(columns))}
	for i, col := range columns {
		c.fields[i] = col.Name
	}
	return c, c.w.Write(c.fields)
}

func (c *csvWriter) write(row []any) error {
	for i, v := range row {
		switch v := v.(type) {
		case nil:
			c.fields[i] = ""
		case string:
			c.fields[i] = Defuse(v)
		case int64:
			c.fields[i] = strconv.FormatInt(v, 10)
		case float64:
			c.fields[i] = strconv.FormatFloat(v, 'f', -1, 64)
		case bool:
			c.fields[i] = strconv.FormatBool(v)
		}
	}
	return c.w.Write(c.fields)
}

func (c *csvWriter) close() error {
	c.w.Flush()
	return c.w.Error()
}
