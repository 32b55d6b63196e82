package report

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// Report is one parsed report. A flawed document gives a partial report with
// findings; a document that is no report gives an empty Meta.Layout, no facts
// and the one finding [RuleNotRecognised].
type Report struct {
	Meta     Meta      `json:"report"`
	Facts    []Fact    `json:"facts"`
	Mentions []Mention `json:"mentions"`
	Findings []Finding `json:"findings"`
	Sections []Section `json:"sections"`
}

// Meta says which report this is. Empty strings and a zero Year mean that the
// document does not say; nothing is filled in from elsewhere. Region, scope
// and publisher are part of a report's identity: the same county publishes
// one report for its whole territory and one for each of its offices.
type Meta struct {
	Source    string `json:"source"`    // path or URL, as given
	Container string `json:"container"` // html, text, docx, xlsx, pdf …
	Layout    string `json:"layout"`    // 2014, 2019, 2021; "" when this is no report
	Title     string `json:"title"`
	Year      Year   `json:"year"` // the year reported on, not the year of publication
	// PeriodStart and PeriodEnd bound the reference period, ISO 8601 dates.
	PeriodStart string `json:"period_start"`
	PeriodEnd   string `json:"period_end"`
	PublishedOn string `json:"published_on"` // ISO 8601 date
	Region      string `json:"region"`       // the reference area's name
	RegionCode  string `json:"region_code"`  // GB/T 2260, six digits
	Publisher   string `json:"publisher"`
	Scope       Scope  `json:"scope"`
	// DocumentSHA256 is the digest of the bytes the report was read from, in hex.
	DocumentSHA256 string `json:"document_sha256"`
	ParserVersion  string `json:"parser_version"`
}

// Year is a calendar year; zero means unknown and is null in JSON.
type Year int

// MarshalJSON writes null for an unknown year.
func (y Year) MarshalJSON() ([]byte, error) {
	if y == 0 {
		return []byte("null"), nil
	}
	return strconv.AppendInt(nil, int64(y), 10), nil
}

// UnmarshalJSON reads a number, or null as the unknown year.
func (y *Year) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*y = 0
		return nil
	}
	return json.Unmarshal(b, (*int)(y))
}

// Scope tells whose work a report covers.
type Scope string

const (
	ScopeUnknown Scope = ""
	ScopeRegion  Scope = "region" // the whole territory: 全区, 全市, 全县
	ScopeAgency  Scope = "agency" // one office, department, township or institution
)

// Status tells what the cell of a figure says.
type Status string

const (
	// StatusReported: a figure is printed; zero is a figure.
	StatusReported Status = "reported"
	// StatusBlank: the cell is there and empty.
	StatusBlank Status = "blank"
	// StatusNotApplicable: the cell holds a dash, a slash, an underscore, 不适用 or 无.
	StatusNotApplicable Status = "not_applicable"
	// StatusUnreadable: the cell holds something that should be a figure and is not.
	StatusUnreadable Status = "unreadable"
	// StatusUnitAssumed: a figure is printed without any unit where the unit
	// cannot be told; the value is as written, in the indicator's unit.
	StatusUnitAssumed Status = "unit_assumed"
)

// HasValue reports whether a fact of this status carries a value.
func (s Status) HasValue() bool { return s == StatusReported || s == StatusUnitAssumed }

// Fact is one figure of a standard table: what a cell says of an indicator.
type Fact struct {
	Indicator string   `json:"indicator"` // a code of package catalog
	Applicant string   `json:"applicant"` // "" for indicators without that dimension
	Value     *float64 `json:"value"`     // nil unless Status.HasValue
	Unit      string   `json:"unit"`      // the unit Value is in
	Status    Status   `json:"status"`
	Raw       string   `json:"raw"` // the cell's text as printed
	Locator   Locator  `json:"locator"`
}

// Key is how facts are told apart within a report: the indicator, followed by
// @ and the applicant where there is one.
func (f Fact) Key() string {
	if f.Applicant == "" {
		return f.Indicator
	}
	return f.Indicator + "@" + f.Applicant
}

// Mention is one figure told in words.
type Mention struct {
	Metric    string  `json:"metric"`  // a metric of package catalog, "" where none fits
	Subject   string  `json:"subject"` // the noun phrase the figure counts, as printed
	Value     float64 `json:"value"`   // the plain number: 1.53万条 is 15300
	Unit      string  `json:"unit"`    // as printed, without 万 or 亿
	Qualifier string  `json:"qualifier"`
	// PartOf is the index, in the report's Mentions, of the figure this one is
	// a part of (其中); nil for a figure that stands alone.
	PartOf   *int   `json:"part_of"`
	Section  int    `json:"section"`  // Section.Number
	Sentence string `json:"sentence"` // the whole sentence, as printed
	// Start and End are offsets into the section's text, in characters (Unicode
	// code points, not bytes): text[Start:End] is Raw.
	Start int    `json:"start"`
	End   int    `json:"end"`
	Raw   string `json:"raw"`
	// Setting is what the words around the figure say about it, for those that
	// hold it against other figures. It is not kept.
	Setting Setting `json:"-"`
}

// Setting is where a figure is told and what the words around it, in simplified
// characters, say of its time and its reach.
type Setting struct {
	Sentence   int    // where its sentence begins in the section's text, in characters
	Before     string // its clause up to the figure
	After      string // its clause behind the figure, with a bracket that stands there
	Lead       string // the two clauses before its own
	Disclosure bool   // its sentence, or its line before it, is about disclosure of information
}

// Section is a numbered part of the report's prose. Number 0 is what stands
// before the first heading. Text leaves out the standard tables.
type Section struct {
	Number  int    `json:"number"`
	Heading string `json:"heading"`
	Text    string `json:"text"`
}

// Locator is a place in the source document. The zero Locator is no place.
// Its text form, used in JSON and in the database, is "table 2 row 5 column 3"
// for a cell of a grid and "line 120" for a line of prose or flattened text,
// all counted from one.
type Locator struct {
	Table, Row, Column int
	Line               int
}

// Cell locates a cell of a grid; all three counted from one.
func Cell(table, row, column int) Locator {
	return Locator{Table: table, Row: row, Column: column}
}

// Line locates a line, counted from one.
func Line(n int) Locator { return Locator{Line: n} }

// IsZero reports whether the locator is no place.
func (l Locator) IsZero() bool { return l == Locator{} }

func (l Locator) String() string {
	switch {
	case l.Line > 0:
		return "line " + strconv.Itoa(l.Line)
	case l.Column > 0:
		return "table " + strconv.Itoa(l.Table) + " row " + strconv.Itoa(l.Row) + " column " + strconv.Itoa(l.Column)
	case l.Row > 0:
		return "table " + strconv.Itoa(l.Table) + " row " + strconv.Itoa(l.Row)
	case l.Table > 0:
		return "table " + strconv.Itoa(l.Table)
	}
	return ""
}

// Chinese is the place as people say it.
func (l Locator) Chinese() string {
	switch {
	case l.Line > 0:
		return fmt.Sprintf("第 %d 行", l.Line)
	case l.Column > 0:
		return fmt.Sprintf("第 %d 表第 %d 行第 %d 列", l.Table, l.Row, l.Column)
	case l.Row > 0:
		return fmt.Sprintf("第 %d 表第 %d 行", l.Table, l.Row)
	case l.Table > 0:
		return fmt.Sprintf("第 %d 表", l.Table)
	}
	return ""
}

// MarshalText writes the text form.
func (l Locator) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads the text form.
func (l *Locator) UnmarshalText(b []byte) error {
	got, err := ParseLocator(string(b))
	if err == nil {
		*l = got
	}
	return err
}

// ParseLocator reads the text form of a locator.
func ParseLocator(s string) (Locator, error) {
	var l Locator
	if s == "" {
		return l, nil
	}
	for _, form := range []struct {
		pattern string
		fields  []any
	}{
		{"line %d", []any{&l.Line}},
		{"table %d row %d column %d", []any{&l.Table, &l.Row, &l.Column}},
		{"table %d row %d", []any{&l.Table, &l.Row}},
		{"table %d", []any{&l.Table}},
	} {
		l = Locator{}
		if n, _ := fmt.Sscanf(s, form.pattern, form.fields...); n == len(form.fields) && l.String() == s {
			return l, nil
		}
	}
	return Locator{}, fmt.Errorf("report: %q is no locator; want \"table 1 row 2 column 3\" or \"line 4\"", s)
}
