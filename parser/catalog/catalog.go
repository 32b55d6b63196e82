package catalog

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
)

// Layout names, as in report.Meta.Layout.
const (
	Layout2014 = "2014"
	Layout2019 = "2019"
	Layout2021 = "2021"
)

// Dimensions of an indicator.
const (
	DimensionNone      = "none"
	DimensionApplicant = "applicant" // one figure for each Applicant
)

// Indicator is one thing a standard table counts.
type Indicator struct {
	Code    string
	Section string   // active_disclosure, requests, review_and_litigation, response, resources
	Layouts []string // the layouts that have it, ascending
	// Path is the printed path of labels, outermost first. A label with | lists
	// spellings, the canonical one first.
	Path      []string
	Unit      string
	Dimension string
	Note      string // what to know of its figures; mostly ""
	NoteZH    string // the same in Chinese
	// LabelEN names the indicator in English, alone and without its table.
	LabelEN string
}

// In reports whether a layout has the indicator.
func (i Indicator) In(layout string) bool { return slices.Contains(i.Layouts, layout) }

// Table is the standard table that carries the indicator, as the keys of Form.Sections;
// "" for a section that is none's.
func (i Indicator) Table() string {
	switch i.Section {
	case "active_disclosure":
		return TableDisclosure
	case "requests":
		return TableRequests
	case "review_and_litigation":
		return TableReview
	}
	return ""
}

// LabelZH is the path of canonical labels, joined by " > ".
func (i Indicator) LabelZH() string {
	labels := make([]string, len(i.Path))
	for n, l := range i.Path {
		labels[n], _, _ = strings.Cut(l, "|")
	}
	return strings.Join(labels, " > ")
}

// Applicant is a kind of applicant: the dimension of the requests table.
type Applicant struct {
	Code    string
	Layouts []string // the layouts that have it
	LabelZH string
	LabelEN string
}

// In reports whether a layout has the applicant.
func (a Applicant) In(layout string) bool { return slices.Contains(a.Layouts, layout) }

// ApplicantBits hold the number of a kind of applicant, 0 for none, beside that of an
// indicator; MaxApplicants are the kinds, the total among them, that fit.
const (
	ApplicantBits = 8
	MaxApplicants = 1<<ApplicantBits - 1
)

// ApplicantTotal is the code of the sum over all kinds.
const ApplicantTotal = "total"

// Applicants returns the kinds in the table's order, the total last.
func Applicants() []Applicant { return slices.Clone(Default().applicants) }

// Lists are the words of a table's rows, parted by |, by what the first column calls them.
func Lists(name, text string) map[string][]string {
	all := map[string][]string{}
	for _, r := range Rows(name, text) {
		all[r[0]] = strings.Split(r[1], "|")
	}
	return all
}

// Rows are the rows of a table that is part of the program, without its header and the
// lines that # begins: comma-separated, or by tabs where its name ends in .tsv. A fault
// in it is a fault of the build, and panics with the table's name.
func Rows(name, text string) [][]string {
	r := csv.NewReader(strings.NewReader(text))
	r.Comment = '#'
	if strings.HasSuffix(name, ".tsv") {
		r.Comma, r.LazyQuotes = '\t', true
	}
	rows, err := r.ReadAll()
	if err != nil {
		panic(fmt.Sprintf("embedded %s: %v", name, err))
	}
	return rows[1:]
}

//go:embed indicators.csv
var indicatorsCSV string

// Indicators returns every indicator, in the order of the tables.
func Indicators() []Indicator { return slices.Clone(Default().indicators) }

// Lookup returns the indicator of a code.
func Lookup(code string) (Indicator, bool) { return Default().Lookup(code) }
