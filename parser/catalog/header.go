package catalog

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed applicants.csv
var applicantsCSV string

//go:embed headers.csv
var headersCSV string

//go:embed relations.csv
var relationsCSV string

// The tables that a form of TablesSections has.
const (
	TableDisclosure = "disclosure"
	TableRequests   = "requests"
	TableReview     = "review"
)

// Header is one way in which the header of a table is printed.
type Header struct {
	Table   string
	Layouts []string // the layouts that print it so
	Columns []Column // left to right
	// Proof tells that no notice prescribes this order: it is believed where the
	// sums of the rows hold in it and in no other.
	Proof bool
}

// Column is a label of a header: a column of figures, or the heading of those
// under it.
type Column struct {
	Code  string
	Under []Column
}

// Headers returns the headers of a table, those of the prescribed forms first.
func (c *Catalog) Headers(table string) []Header {
	return slices.DeleteFunc(slices.Clone(c.headers), func(h Header) bool { return h.Table != table })
}

func (c *Catalog) addHeader(r []string) (err error) {
	h := Header{Table: r[0], Proof: r[3] == "sums"}
	if r[3] != "" && !h.Proof {
		return fmt.Errorf("%q proves no order", r[3])
	}
	if h.Layouts, err = c.formsOf(r[1]); err != nil {
		return err
	}
	var rest string
	h.Columns, rest = readColumns(r[2])
	if rest != "" || len(h.Columns) == 0 {
		return fmt.Errorf("columns %q: cannot be read from %q on", r[2], rest)
	}
	c.headers = append(c.headers, h)
	return nil
}

// readColumns reads a(b c) d, up to the end or an unopened bracket.
func readColumns(s string) (columns []Column, rest string) {
	for s = strings.TrimLeft(s, " "); s != "" && s[0] != ')'; s = strings.TrimLeft(s, " ") {
		n := strings.IndexAny(s, " ()")
		if n < 0 {
			n = len(s)
		}
		if n == 0 {
			return columns, s
		}
		column := Column{Code: s[:n]}
		if s = s[n:]; strings.HasPrefix(s, "(") {
			column.Under, s = readColumns(s[1:])
			if !strings.HasPrefix(s, ")") {
				return columns, s
			}
			s = s[1:]
		}
		columns = append(columns, column)
	}
	return columns, s
}

// Relation is a sum that a form prints: the totals together equal, or are at least,
// the parts together.
type Relation struct {
	Rule    string
	Layouts []string
	AtMost  bool // parts ≤ totals instead of =
	Totals  []Term
	// Parts are sums themselves, for one may be printed in several ways: each lists
	// its alternatives, and each of those its terms.
	Parts [][][]Term
}

// Term is a figure of a relation. Where its indicator has the dimension of
// applicants and Applicant is empty, the relation holds for each of them.
type Term struct{ Indicator, Applicant string }

// Relations returns the relations that a layout has, those of all for "".
func (c *Catalog) Relations(layout string) []Relation {
	return slices.DeleteFunc(slices.Clone(c.relations), func(r Relation) bool { return layout != "" && !slices.Contains(r.Layouts, layout) })
}

// Each reports whether a relation holds for each applicant.
func (c *Catalog) Each(r Relation) bool {
	ind, _ := c.Lookup(r.Totals[0].Indicator)
	return ind.Dimension == DimensionApplicant && r.Totals[0].Applicant == ""
}

func (c *Catalog) addRelation(r []string) (err error) {
	relation := Relation{Rule: r[0], AtMost: r[2] == ">="}
	if relation.Layouts, err = c.formsOf(r[1]); err != nil {
		return err
	}
	terms := func(list []string) (terms []Term) {
		for _, s := range list {
			indicator, applicant, _ := strings.Cut(s, "@")
			if _, ok := c.Lookup(indicator); !ok {
				err = fmt.Errorf("%q is no indicator", indicator)
			}
			terms = append(terms, Term{indicator, applicant})
		}
		return terms
	}
	relation.Totals = terms(strings.Fields(r[3]))
	for _, p := range strings.Fields(r[4]) {
		var alternatives [][]Term
		for _, a := range strings.Split(p, "|") {
			alternatives = append(alternatives, terms(strings.Split(a, "+")))
		}
		relation.Parts = append(relation.Parts, alternatives)
	}
	if len(relation.Totals) == 0 || len(relation.Parts) == 0 {
		return fmt.Errorf("%s has no totals or no parts", relation.Rule)
	}
	c.relations = append(c.relations, relation)
	return err
}
