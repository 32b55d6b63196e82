package export

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"strconv"
)

// jsonlWriter writes one JSON object a line, its members in the order of the
// columns; what a report does not say is null.
type jsonlWriter struct {
	w     *bufio.Writer
	names [][]byte // with quotes and colon
	line  []byte
	text  bytes.Buffer
	quote *json.Encoder // into text
}

func newJSONL(w io.Writer, columns []Column) *jsonlWriter {
	j := &jsonlWriter{w: bufio.NewWriterSize(w, 1<<16)}
	j.quote = json.NewEncoder(&j.text)
	j.quote.SetEscapeHTML(false) // it is no web page
	for _, c := range columns {
		name, _ := json.Marshal(c.Name) // a string always marshals
		j.names = append(j.names, append(name, ':'))
	}
	return j
}

func (j *jsonlWriter) write(row []any) error {
	j.line = append(j.line[:0], '{')
	for i, v := range row {
		if i > 0 {
			j.line = append(j.line, ',')
		}
		j.line = append(j.line, j.names[i]...)
		switch v := v.(type) {
		case nil:
			j.line = append(j.line, "null"...)
		case string:
			j.text.Reset()
			if err := j.quote.Encode(v); err != nil {
				return err
			}
			j.line = append(j.line, bytes.TrimSuffix(j.text.Bytes(), []byte("\n"))...)
		case int64:
			j.line = strconv.AppendInt(j.line, v, 10)
		case float64:
			j.line = strconv.AppendFloat(j.line, v, 'f', -1, 64)
		case bool:
			j.line = strconv.AppendBool(j.line, v)
		}
	}
	_, err := j.w.Write(append(j.line, '}', '\n'))
	return err
}

func (j *jsonlWriter) close() error { return j.w.Flush() }
