package crawler

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
)

//go:embed patterns.csv
var patternsCSV []byte

// Patterns is what tells a link to a report, or to a column of reports, from
// the rest of a site: words of the link's text and parts of its URL, as data.
type Patterns struct {
	rows []pattern
}

// A pattern is one row of patterns.csv.
type pattern struct {
	where string // text, url, file (a suffix) or next (text of a pagination link)
	word  string // in lower case
	class string // report, column, section, office, attachment, refuse, next, more
	score int
}

// builtInPatterns are those of patterns.csv, read once.
var builtInPatterns = sync.OnceValues(func() (*Patterns, error) {
	return ReadPatterns(bytes.NewReader(patternsCSV), "patterns.csv")
})

// ReadPatterns reads a table of patterns: CSV with the header
// where,word,class,score and # comments. The built-in patterns.csv is the
// model; it says what the columns mean.
func ReadPatterns(r io.Reader, name string) (*Patterns, error) {
	rows := csv.NewReader(r)
	rows.Comment = '#'
	rows.FieldsPerRecord = 4
	p := &Patterns{}
	for {
		row, err := rows.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if row[0] == "where" {
			continue
		}
		line, _ := rows.FieldPos(0)
		score, err := strconv.Atoi(row[3])
		if err != nil {
			return nil, fmt.Errorf("%s:%d: score %q is no number", name, line, row[3])
		}
		switch row[0] {
		case "text", "url", "file", "next":
		default:
			return nil, fmt.Errorf("%s:%d: where %q is none of text, url, file, next", name, line, row[0])
		}
		switch row[2] {
		case "report", "column", "section", "office", "attachment", "refuse", "next", "more":
		default:
			return nil, fmt.Errorf("%s:%d: unknown class %q", name, line, row[2])
		}
		if row[1] == "" {
			return nil, fmt.Errorf("%s:%d: the word is empty", name, line)
		}
		p.rows = append(p.rows, pattern{row[0], strings.ToLower(row[1]), row[2], score})
	}
	if len(p.rows) == 0 {
		return nil, fmt.Errorf("%s: no patterns", name)
	}
	return p, nil
}
