package catalog

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed forms.csv
var formsCSV string

// What tables a form has.
const (
	TablesNone     = "none"     // free prose
	TablesAnnex    = "annex"    // one list of indicators
	TablesSections = "sections" // one table in each of three sections
)

// Form is a layout as a notice prescribes it.
type Form struct {
	Name      string // as in report.Meta.Layout
	FirstYear int    // the first year that was reported on it
	Series    string // of the notice, as printed: 国办公开办函; "" where there is none
	Notice    int    // the notice's year
	Number    int    // and its number
	Tables    string // TablesNone, TablesAnnex or TablesSections
	// Sections are the headings of the three tables, by disclosure, requests and
	// review; empty where Tables is not TablesSections.
	Sections map[string]string
	// Markers are labels, letters only, that no other form spells so.
	Markers []string
}

// Catalog is a set of indicators and of the forms that have them.
type Catalog struct {
	indicators []Indicator
	byCode     map[string]int
	forms      []Form
}

// Default is the catalogue that is built in.
var Default = sync.OnceValue(func() *Catalog {
	c, err := Parse(indicatorsCSV, formsCSV)
	if err != nil {
		panic(err)
	}
	return c
})

// Built returns the tables of the built-in catalogue as they stand in their
// files, to which rows may be added for Parse.
func Built() (indicators, forms string) { return indicatorsCSV, formsCSV }

// Parse reads a catalogue from the text of its two tables, as Built gives them. The
// error names the row that is wrong.
func Parse(indicators, forms string) (*Catalog, error) {
	c := &Catalog{byCode: map[string]int{}}
	rows, err := csv.NewReader(strings.NewReader(forms)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("catalog: forms: %w", err)
	}
	for _, r := range rows[1:] {
		f := Form{Name: r[0], Series: r[2], Tables: r[5], Sections: map[string]string{}}
		for i, n := range map[int]*int{1: &f.FirstYear, 3: &f.Notice, 4: &f.Number} {
			if r[i] == "" {
				continue
			}
			if *n, err = strconv.Atoi(r[i]); err != nil {
				return nil, fmt.Errorf("catalog: form %s: %w", r[0], err)
			}
		}
		for i, table := range []string{"disclosure", "requests", "review"} {
			if r[6+i] != "" {
				f.Sections[table] = r[6+i]
			}
		}
		if r[9] != "" {
			f.Markers = strings.Split(r[9], "|")
		}
		c.forms = append(c.forms, f)
	}
	rows, err = csv.NewReader(strings.NewReader(indicators)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("catalog: indicators: %w", err)
	}
	for _, r := range rows[1:] {
		ind := Indicator{
			Code: r[0], Section: r[1], Layouts: strings.Split(r[2], ";"), Path: strings.Split(r[3], " > "),
			Unit: r[4], Dimension: r[5], Note: r[6], LabelEN: r[7],
		}
		for _, l := range ind.Layouts {
			if !slices.ContainsFunc(c.forms, func(f Form) bool { return f.Name == l }) {
				return nil, fmt.Errorf("catalog: indicator %s is of the form %s, which is none", ind.Code, l)
			}
		}
		c.byCode[ind.Code] = len(c.indicators)
		c.indicators = append(c.indicators, ind)
	}
	return c, nil
}

// Indicators returns every indicator, in the order of the tables; not to be
// changed.
func (c *Catalog) Indicators() []Indicator { return c.indicators }

// Lookup returns the indicator of a code.
func (c *Catalog) Lookup(code string) (Indicator, bool) {
	i, ok := c.byCode[code]
	if !ok {
		return Indicator{}, false
	}
	return c.indicators[i], true
}

// Forms returns the forms, the oldest first; not to be changed.
func (c *Catalog) Forms() []Form { return c.forms }

// Form returns the form of a name, the zero Form where there is none.
func (c *Catalog) Form(name string) Form {
	for _, f := range c.forms {
		if f.Name == name {
			return f
		}
	}
	return Form{}
}

// Prescribed returns the form that was prescribed for the reports on a year: the
// last that had begun, the first for years before it.
func (c *Catalog) Prescribed(year int) Form {
	found := c.forms[0]
	for _, f := range c.forms {
		if f.FirstYear <= year {
			found = f
		}
	}
	return found
}
