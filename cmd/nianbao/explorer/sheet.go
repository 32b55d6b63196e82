package explorer

import (
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"nianbao/store/export"
)

// A sheet is a file of CSV that is sent, none of whose texts a spreadsheet runs.
type sheet struct {
	*csv.Writer
	line []string
}

// newSheet begins one with the names of its columns.
func newSheet(r *http.Request, w io.Writer, columns ...string) (*sheet, error) {
	if r.URL.Query().Get("bom") == "1" {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return nil, err
		}
	}
	s := &sheet{Writer: csv.NewWriter(w)}
	for _, c := range columns {
		s.line = append(s.line, export.Defuse(c))
	}
	return s, s.Write(s.line)
}

// row adds a row. A number that is zero stands for none, as a figure that is nil does.
func (s *sheet) row(cells ...any) error {
	s.line = s.line[:0]
	for _, c := range cells {
		s.line = append(s.line, export.Defuse(cellText(c)))
	}
	return s.Write(s.line)
}

// end ends the file.
func (s *sheet) end() error {
	s.Flush()
	return s.Error()
}

func cellText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return whole(int64(v))
	case int64:
		return whole(v)
	case *float64:
		return plain(v)
	case []string:
		return strings.Join(v, " ")
	}
	return fmt.Sprint(v)
}

// plain prints a figure for machines; "" for none.
func plain(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', -1, 64)
}

// whole prints a number for machines; "" for zero, which stands for none.
func whole(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}
