package export

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// bom lets Excel read a CSV file as UTF-8.
const bom = "\ufeff"

// dashes are what a cell without a figure is printed with.
const dashes = "-－–—/／+＋ "

// Defuse keeps a spreadsheet from running a text as a formula (OWASP, CSV
// injection). A number with a sign (-8, ＋１) and a text of dashes alone (－, --) are
// none.
func Defuse(s string) string {
	first, _ := utf8.DecodeRuneInString(s)
	if !strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) || strings.Trim(s, dashes) == "" {
		return s
	}
	if _, err := strconv.ParseFloat(width.Narrow.String(s), 64); err == nil {
		return s
	}
	return "'" + s
}

// csvWriter writes rows as RFC 4180 has them, lines ended by LF.
type csvWriter struct {
	w      *csv.Writer
	fields []string
	text   func(string) string
}

// newCSV begins a file; text makes a field of a text.
func newCSV(w io.Writer, withBOM bool, columns []Column, text func(string) string) (*csvWriter, error) {
	if withBOM {
		if _, err := io.WriteString(w, bom); err != nil {
			return nil, err
		}
	}
	c := &csvWriter{w: csv.NewWriter(w), fields: make([]string, len(columns)), text: text}
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
			c.fields[i] = c.text(v)
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
