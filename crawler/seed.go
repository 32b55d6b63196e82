package crawler

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Kind is what a seed's address is.
type Kind string

// The kinds of seeds.
const (
	KindReport Kind = "report" // a report page or file
	KindList   Kind = "list"   // a column that lists reports
	KindSite   Kind = "site"   // a home page to find the column from
)

// A Seed is one row of a seeds file: where to start, and what is known of it.
type Seed struct {
	Line       int    `json:"line"`        // in the file, counted from 1; 0 when it came from elsewhere
	RegionCode string `json:"region_code"` // GB/T 2260, six digits, or ""
	Name       string `json:"name"`        // of the region, or ""
	URL        string `json:"url"`         // canonical
	Kind       Kind   `json:"kind"`        // KindReport when the row names none
	Publisher  string `json:"publisher"`   // or ""
	Years      []int  `json:"years"`       // wanted, ascending; nil: all
}

// Wants reports whether the seed asks for a year; 0, an unknown year, is wanted.
func (s Seed) Wants(year int) bool {
	return year == 0 || len(s.Years) == 0 || slices.Contains(s.Years, year)
}

// A SeedError names one bad row of a seeds file.
type SeedError struct {
	File   string
	Line   int // counted from 1
	Reason string
}

func (e *SeedError) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Reason) }

// maxSeedLine is the longest row of a seeds file, in octets.
const maxSeedLine = 64 << 10

// seedColumns are the columns of a seeds file; the header may give them in any
// order and leave out all but url.
var seedColumns = []string{"region_code", "name", "url", "kind", "publisher", "years"}

// ReadSeeds reads a seeds file: CSV in UTF-8 with a header row of
//
//	region_code,name,url,kind,publisher,years
//
// in any order, where only url must be there. Blank lines and lines that start
// with # are ignored. kind is report (the default), list or site; years is
// empty for all, or years and ranges as 2019 2021-2023 (separated by spaces,
// commas or semicolons, ranges also with ..).
//
// name stands for the file in messages. When rows are bad the error joins one
// *SeedError for each, and no seeds are returned: nothing is to be fetched until
// all rows are right. A file without rows is an error too.
func ReadSeeds(r io.Reader, name string) ([]Seed, error) {
	scan := bufio.NewScanner(r)
	scan.Buffer(make([]byte, 0, 4096), maxSeedLine)
	f := seedFile{name: name, first: map[string]int{}}
	for scan.Scan() {
		f.line++
		text := scan.Text()
		if f.line == 1 {
			text = strings.TrimPrefix(text, "\ufeff")
		}
		if t := strings.TrimSpace(text); t == "" || t[0] == '#' {
			continue
		}
		if !f.row(text) {
			return nil, errors.Join(f.bad...)
		}
	}
	if err := scan.Err(); errors.Is(err, bufio.ErrTooLong) {
		f.line++
		f.fail("the row is longer than %d octets", maxSeedLine)
	} else if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(f.bad) > 0 {
		return nil, errors.Join(f.bad...)
	}
	if len(f.seeds) == 0 {
		return nil, &SeedError{name, max(f.line, 1), "no seeds in the file; it needs a header with url and at least one row"}
	}
	return f.seeds, nil
}

// seedFile is a file of seeds as far as it was read.
type seedFile struct {
	name    string
	line    int
	columns []string       // nil before the header
	first   map[string]int // URL → line
	seeds   []Seed
	bad     []error
}

func (f *seedFile) fail(format string, args ...any) {
	f.bad = append(f.bad, &SeedError{f.name, f.line, fmt.Sprintf(format, args...)})
}

// row takes one row that is neither blank nor a comment; false where the rows behind it
// cannot be understood.
func (f *seedFile) row(text string) bool {
	fields, err := seedFields(text)
	switch {
	case err != nil:
		f.fail("%v", err)
		return true
	case f.columns == nil:
		if f.columns, err = seedHeader(fields); err != nil {
			f.fail("%v", err)
		}
		return err == nil
	case len(fields) != len(f.columns):
		f.fail("%d fields where the header has %d", len(fields), len(f.columns))
		return true
	}
	seed, reasons := seedOf(f.columns, fields)
	seed.Line = f.line
	if at := f.first[seed.URL]; seed.URL != "" && at > 0 {
		reasons = append(reasons, fmt.Sprintf("the address is that of line %d", at))
	}
	for _, reason := range reasons {
		f.fail("%s", reason)
	}
	if len(reasons) == 0 {
		f.first[seed.URL] = f.line
		f.seeds = append(f.seeds, seed)
	}
	return true
}

func seedHeader(fields []string) ([]string, error) {
	seen := map[string]bool{}
	for i, f := range fields {
		f = strings.ToLower(f)
		if !slices.Contains(seedColumns, f) {
			return nil, fmt.Errorf("the header has a column %q; the columns are %s", fields[i], strings.Join(seedColumns, ","))
		}
		if seen[f] {
			return nil, fmt.Errorf("the header has the column %q twice", f)
		}
		seen[f], fields[i] = true, f
	}
	if !seen["url"] {
		return nil, errors.New("the header has no column url")
	}
	return fields, nil
}

// seedFields are the fields of a row. One line is one row: a field with a line break in
// it has no use here, and an unclosed quote would swallow the rest of the file.
func seedFields(text string) ([]string, error) {
	if !utf8.ValidString(text) {
		return nil, errors.New("the row is not UTF-8; save the file as UTF-8")
	}
	row := csv.NewReader(strings.NewReader(text))
	row.TrimLeadingSpace = true
	fields, err := row.Read()
	if err != nil {
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			err = parse.Err
		}
		return nil, fmt.Errorf("not a CSV row: %w", err)
	}
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	return fields, nil
}

func seedOf(columns, fields []string) (Seed, []string) {
	s := Seed{Kind: KindReport}
	var bad []string
	for i, column := range columns {
		v := fields[i]
		switch column {
		case "region_code":
			if v != "" && !isRegionCode(v) {
				bad = append(bad, fmt.Sprintf("region_code %q is not six digits", v))
			}
			s.RegionCode = v
		case "name":
			s.Name = v
		case "publisher":
			s.Publisher = v
		case "url":
			var err error
			if s.URL, err = seedURL(v); err != nil {
				bad = append(bad, fmt.Sprintf("url: %v", err))
			}
		case "kind":
			s.Kind = cmp.Or(Kind(strings.ToLower(v)), KindReport)
			if !slices.Contains([]Kind{KindReport, KindList, KindSite}, s.Kind) {
				bad = append(bad, fmt.Sprintf("kind %q is none of report, list, site", v))
			}
		case "years":
			years, err := parseYears(v)
			if err != nil {
				bad = append(bad, err.Error())
			}
			s.Years = years
		}
	}
	return s, bad
}

func seedURL(text string) (string, error) {
	u, err := Canonical(text)
	if err == nil && len(u) > MaxURL {
		err = fmt.Errorf("longer than %d octets", MaxURL)
	}
	return u, err
}

func isRegionCode(s string) bool {
	if len(s) != 6 {
		return false
	}
	_, err := strconv.ParseUint(s, 10, 32)
	return err == nil
}

// The first annual reports tell of 2008, when the Regulations on Open Government
// Information came into force; years beyond a century from then are typos.
const firstYear, lastYear = 2008, 2107

func parseYears(s string) ([]int, error) {
	var years []int
	split := func(r rune) bool { return strings.ContainsRune(" ,;\t，；、|", r) }
	for part := range strings.FieldsFuncSeq(s, split) {
		from, to, isRange := strings.Cut(part, "..")
		if !isRange {
			from, to, isRange = strings.Cut(part, "-")
		}
		if !isRange {
			to = from
		}
		a, errA := strconv.Atoi(from)
		b, errB := strconv.Atoi(to)
		if errA != nil || errB != nil {
			return nil, fmt.Errorf("years: %q is neither a year nor a range like 2019-2023", part)
		}
		if a < firstYear || b > lastYear || a > b {
			return nil, fmt.Errorf("years: %q is not within %d-%d", part, firstYear, lastYear)
		}
		for y := a; y <= b; y++ {
			years = append(years, y)
		}
	}
	slices.Sort(years)
	return slices.Compact(years), nil
}

// role is what the seed's own page is expected to be.
func (s Seed) role() Role {
	switch s.Kind {
	case KindList:
		return RoleList
	case KindSite:
		return RoleSite
	}
	return RoleReport
}

// host is the seed's host, with its port when it has one.
func (s Seed) host() string {
	u, err := url.Parse(s.URL)
	if err != nil {
		return ""
	}
	return u.Host
}
