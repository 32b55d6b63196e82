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
	// Markers are labels that not every form spells so: each speaks for all the forms
	// that have it. Letters and digits only, those in brackets too, without the number
	// before them (二、) and punctuation.
	Markers []string
	// Titles are those under which its list stands; empty where Tables is not
	// TablesAnnex.
	Titles []string
}

// NoticeName is the notice that set the form, as it is cited: 国办公开办函〔2021〕30号; ""
// where none did.
func (f Form) NoticeName() string {
	if f.Series == "" {
		return ""
	}
	return fmt.Sprintf("%s〔%d〕%d号", f.Series, f.Notice, f.Number)
}

// Catalog is what the forms are made of.
type Catalog struct {
	indicators []Indicator
	byCode     map[string]int
	forms      []Form
	applicants []Applicant
	headers    []Header
	relations  []Relation
}

// Texts are the tables of a catalogue as they stand in their files.
type Texts struct{ Indicators, Forms, Applicants, Headers, Relations string }

// Built returns the tables of the built-in catalogue, to which rows may be added
// for Parse.
func Built() Texts { return Texts{indicatorsCSV, formsCSV, applicantsCSV, headersCSV, relationsCSV} }

// Default is the catalogue that is built in.
var Default = sync.OnceValue(func() *Catalog {
	c, err := Parse(Built())
	if err != nil {
		panic(err)
	}
	return c
})

// Parse reads a catalogue from the text of its tables. The error names the row that
// is wrong.
func Parse(t Texts) (*Catalog, error) {
	c := &Catalog{byCode: map[string]int{}}
	for _, table := range []struct {
		name, text string
		row        func(r []string) error
	}{
		{"forms", t.Forms, c.addForm}, {"indicators", t.Indicators, c.addIndicator}, {"applicants", t.Applicants, c.addApplicant},
		{"headers", t.Headers, c.addHeader}, {"relations", t.Relations, c.addRelation},
	} {
		rows, err := csv.NewReader(strings.NewReader(table.text)).ReadAll()
		if err != nil {
			return nil, fmt.Errorf("catalog: %s: %w", table.name, err)
		}
		for i, r := range rows[1:] {
			if err := table.row(r); err != nil {
				return nil, fmt.Errorf("catalog: %s, row %d: %w", table.name, i+1, err)
			}
		}
	}
	return c, nil
}

func (c *Catalog) addForm(r []string) (err error) {
	f := Form{Name: r[0], Series: r[2], Tables: r[5], Sections: map[string]string{}}
	if c.Form(f.Name).Name != "" {
		return fmt.Errorf("the form %s stands twice", f.Name)
	}
	for i, n := range map[int]*int{1: &f.FirstYear, 3: &f.Notice, 4: &f.Number} {
		if r[i] == "" {
			continue
		}
		if *n, err = strconv.Atoi(r[i]); err != nil {
			return err
		}
	}
	for i, table := range []string{TableDisclosure, TableRequests, TableReview} {
		if r[6+i] != "" {
			f.Sections[table] = r[6+i]
		}
	}
	for i, words := range map[int]*[]string{9: &f.Markers, 10: &f.Titles} {
		if r[i] != "" {
			*words = strings.Split(r[i], "|")
		}
	}
	if n := len(c.forms); n > 0 && f.FirstYear <= c.forms[n-1].FirstYear {
		return fmt.Errorf("the form %s does not begin after the form %s, which stands before it", f.Name, c.forms[n-1].Name)
	}
	c.forms = append(c.forms, f)
	return nil
}

func (c *Catalog) addIndicator(r []string) (err error) {
	ind := Indicator{Code: r[0], Section: r[1], Path: strings.Split(r[3], " > "), Unit: r[4], Dimension: r[5], Note: r[6], LabelEN: r[7], NoteZH: r[8]}
	if _, ok := c.byCode[ind.Code]; ok {
		return fmt.Errorf("the indicator %s stands twice", ind.Code)
	}
	c.byCode[ind.Code] = len(c.indicators)
	ind.Layouts, err = c.formsOf(r[2])
	c.indicators = append(c.indicators, ind)
	return err
}

func (c *Catalog) addApplicant(r []string) (err error) {
	a := Applicant{Code: r[0], LabelZH: r[2], LabelEN: r[3]}
	if slices.ContainsFunc(c.applicants, func(o Applicant) bool { return o.Code == a.Code }) {
		return fmt.Errorf("the applicant %s stands twice", a.Code)
	}
	if len(c.applicants) == MaxApplicants {
		return fmt.Errorf("the applicant %s is one too many: the store numbers at most %d kinds", a.Code, MaxApplicants)
	}
	a.Layouts, err = c.formsOf(r[1])
	c.applicants = append(c.applicants, a)
	return err
}

// formsOf reads a list of forms, all of which must be known.
func (c *Catalog) formsOf(list string) ([]string, error) {
	names := strings.Split(list, ";")
	for i, n := range names {
		if c.Form(n).Name == "" {
			return nil, fmt.Errorf("%q is no form", n)
		}
		if slices.Contains(names[:i], n) {
			return nil, fmt.Errorf("the form %s stands twice in %q", n, list)
		}
	}
	return names, nil
}

// Indicators returns every indicator, in the order of the tables; not to be
// changed.
func (c *Catalog) Indicators() []Indicator { return c.indicators }

// Index returns the place among the indicators of that of a code.
func (c *Catalog) Index(code string) (i int, ok bool) {
	i, ok = c.byCode[code]
	return i, ok
}

// Lookup returns the indicator of a code.
func (c *Catalog) Lookup(code string) (Indicator, bool) {
	i, ok := c.byCode[code]
	if !ok {
		return Indicator{}, false
	}
	return c.indicators[i], true
}

// Applicants returns the kinds of applicants of all forms; not to be changed.
func (c *Catalog) Applicants() []Applicant { return c.applicants }

// ApplicantsOf returns the kinds of applicants that a form has, in printed order, the
// total last; all that any has for the form "".
func (c *Catalog) ApplicantsOf(form string) []Applicant {
	if form == "" {
		return c.applicants
	}
	var of []Applicant
	for _, a := range c.applicants {
		if a.In(form) {
			of = append(of, a)
		}
	}
	return of
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

// Layouts returns the names of the forms, the oldest first.
func (c *Catalog) Layouts() []string { return namesOf(c.forms) }

// TableLayouts returns the names of the forms that have tables, the oldest first: of
// all for "", else of those with these tables.
func (c *Catalog) TableLayouts(tables string) []string {
	return namesOf(slices.DeleteFunc(slices.Clone(c.forms), func(f Form) bool {
		return f.Tables == TablesNone || tables != "" && f.Tables != tables
	}))
}

// ListTitle returns where the title of a form's list stands in a folded text, the
// first of them; false for nowhere.
func (c *Catalog) ListTitle(folded string) (start, end int, ok bool) {
	for k := range c.forms {
		for _, title := range c.forms[k].Titles {
			if i := strings.Index(folded, title); i >= 0 && (!ok || i < start) {
				start, end, ok = i, i+len(title), true
			}
		}
	}
	return start, end, ok
}

func namesOf(forms []Form) []string {
	names := make([]string, len(forms))
	for i, f := range forms {
		names[i] = f.Name
	}
	return names
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
