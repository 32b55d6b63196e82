package catalog

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

func TestIndicators(t *testing.T) {
	all := Indicators()
	layouts := Default().Layouts()
	codes, labels := map[string]bool{}, map[string]string{}
	code := regexp.MustCompile(`^[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)+$`)
	count := map[string]int{}
	for _, i := range all {
		if codes[i.Code] || !code.MatchString(i.Code) {
			t.Errorf("code %q is malformed or stands twice", i.Code)
		}
		codes[i.Code] = true
		if len(i.Layouts) == 0 || !slices.IsSorted(i.Layouts) {
			t.Errorf("%s: layouts %v", i.Code, i.Layouts)
		}
		for _, l := range i.Layouts {
			if !slices.Contains(layouts, l) {
				t.Errorf("%s: layout %q", i.Code, l)
			}
			count[l]++
		}
		if i.LabelEN == "" || !unicode.IsUpper(rune(i.LabelEN[0])) || strings.HasSuffix(i.LabelEN, ".") || strings.TrimSpace(i.LabelEN) != i.LabelEN {
			t.Errorf("%s: English label %q is no sentence-case label", i.Code, i.LabelEN)
		}
		if strings.ContainsFunc(i.LabelEN, func(c rune) bool { return unicode.Is(unicode.Han, c) }) {
			t.Errorf("%s: English label %q", i.Code, i.LabelEN)
		}
		if other, ok := labels[i.LabelEN]; ok {
			t.Errorf("%s and %s are both %q", other, i.Code, i.LabelEN)
		}
		labels[i.LabelEN] = i.Code
		if (i.Note == "") != (i.NoteZH == "") {
			t.Errorf("%s: a note in one language: %q, %q", i.Code, i.Note, i.NoteZH)
		}
		if i.Unit == "" || i.Dimension != DimensionNone && i.Dimension != DimensionApplicant || i.LabelZH() == "" {
			t.Errorf("%s: unit %q, dimension %q, label %q", i.Code, i.Unit, i.Dimension, i.LabelZH())
		}
		if got, ok := Lookup(i.Code); !ok || got.LabelEN != i.LabelEN {
			t.Errorf("Lookup(%s) = %+v, %v", i.Code, got, ok)
		}
	}
	// The annex of 2014 has 58 rows with figures.
	if count[Layout2014] != 58 {
		t.Errorf("%d indicators of 2014, want 58", count[Layout2014])
	}
	if _, ok := Lookup("no.such"); ok {
		t.Error("an unknown code was found")
	}
}

func TestCrosswalk(t *testing.T) {
	seen := map[[2]string]bool{}
	for _, c := range Crosswalk() {
		a, okA := Lookup(c.A)
		b, okB := Lookup(c.B)
		if !okA || !okB {
			t.Errorf("%s, %s: no such indicator", c.A, c.B)
			continue
		}
		if seen[[2]string{c.A, c.B}] || c.A != c.B && seen[[2]string{c.B, c.A}] {
			t.Errorf("%s, %s stand twice", c.A, c.B)
		}
		seen[[2]string{c.A, c.B}] = true
		if !slices.Contains([]string{QualityExact, QualityClose, QualityNone}, c.Quality) {
			t.Errorf("%s, %s: quality %q", c.A, c.B, c.Quality)
		}
		if !strings.HasSuffix(c.NoteZH, "。") {
			t.Errorf("%s, %s: the Chinese note %q is no sentence", c.A, c.B, c.NoteZH)
		}
		if !strings.HasSuffix(c.Note, ".") {
			t.Errorf("%s, %s: note %q is no sentence", c.A, c.B, c.Note)
		}
		if c.A == c.B && len(a.Layouts) < 2 {
			t.Errorf("%s stands in one layout only and corresponds to itself", c.A)
		}
		if a.Layouts[0] > b.Layouts[len(b.Layouts)-1] {
			t.Errorf("%s is of a later layout than %s", c.A, c.B)
		}
		if c.Quality == QualityExact && a.Unit != b.Unit {
			t.Errorf("%s in %s and %s in %s are not exactly the same", c.A, a.Unit, c.B, b.Unit)
		}
	}
	for _, i := range Indicators() {
		if len(i.Layouts) > 1 && !seen[[2]string{i.Code, i.Code}] {
			t.Errorf("%s stands in %v and has no correspondence to itself; add a row to crosswalk.csv", i.Code, i.Layouts)
		}
	}
}

func TestCounterparts(t *testing.T) {
	for code, want := range map[string]int{
		"disclosure.normative_documents.issued": 2, // made of 2019, made_total of 2014
		"requests.processed_total":              1, // replied of 2014
		"requests.denied.state_secret":          1,
		"disclosure.fees.amount":                0,
		"training.attendees":                    0,
	} {
		if got := Counterparts(code); len(got) != want {
			t.Errorf("%s has %d counterparts, want %d: %v", code, len(got), want, got)
		}
	}
	if c := Counterparts("requests.replied.denied.state_secret"); len(c) != 1 || c[0].Quality != QualityExact || c[0].B != "requests.denied.state_secret" {
		t.Errorf("counterparts of the 2014 state secrets: %+v", c)
	}
}

func TestApplicants(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range Applicants() {
		if seen[a.Code] || a.LabelZH == "" || a.LabelEN == "" {
			t.Errorf("applicant %+v", a)
		}
		seen[a.Code] = true
	}
	if as := Applicants(); len(as) < 7 || as[len(as)-1].Code != ApplicantTotal {
		t.Errorf("applicants %+v", as)
	}
}

func TestRules(t *testing.T) {
	if n := len(Rules()); n < 30 {
		t.Fatalf("%d rules", n)
	}
	ended := map[string]bool{} // groups
	group := ""
	for _, r := range Rules() {
		if of, _, _ := strings.Cut(r.Code, "."); of != group {
			if ended[of] {
				t.Errorf("the rule %s does not stand with the others of %s", r.Code, of)
			}
			ended[group], group = true, of
		}
		if r.Code == "" || r.TitleZH == "" || r.TitleEN == "" || r.MeaningZH == "" || r.Meaning == "" {
			t.Errorf("%+v", r)
		}
	}
}

func TestDerived(t *testing.T) {
	if len(Deriveds()) == 0 {
		t.Fatal("no derived sum")
	}
	for _, d := range Deriveds() {
		if _, printed := Lookup(d.Code); printed {
			t.Errorf("%s is an indicator: it would be printed", d.Code)
		}
		if !strings.Contains(d.LabelZH, "推算") || !strings.Contains(d.LabelEN, "derived") {
			t.Errorf("%s: the labels %q and %q do not say that it is derived", d.Code, d.LabelZH, d.LabelEN)
		}
		if len(d.Parts) < 2 || !d.In(Layout2019) && !d.In(Layout2021) {
			t.Errorf("%s: parts %v", d.Code, d.Parts)
		}
		for _, code := range d.Parts {
			if i, ok := Lookup(code); !ok || i.Unit != d.Unit || i.Dimension != d.Dimension {
				t.Errorf("%s: part %s: %+v, %v", d.Code, code, i, ok)
			}
		}
		c := d.Counterpart
		if i, ok := Lookup(c.A); !ok || d.In(i.Layouts[0]) || c.Quality != QualityClose || !strings.HasSuffix(c.Note, ".") {
			t.Errorf("%s: counterpart %+v", d.Code, c)
		}
	}
	// A layout counts the parts that it has.
	some := Derived{Parts: []string{"requests.other_processing", "requests.other_processing.other"}}
	if got, want := some.Sums(), []Sum{{[]string{Layout2019}, some.Parts[:1]}, {[]string{Layout2021}, some.Parts}}; !reflect.DeepEqual(got, want) {
		t.Errorf("the sums of a derived sum of which a layout has one part more are %v, want %v", got, want)
	}
	// All rows of the block 不予公开, and no other.
	d, _ := LookupDerived("requests.denied.total")
	for _, i := range Indicators() {
		if want := strings.HasPrefix(i.Code, "requests.denied."); want != slices.Contains(d.Parts, i.Code) {
			t.Errorf("requests.denied.total: %s is a part: %v, want %v; see the column parts of derived.csv", i.Code, !want, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	many := ""
	for n := len(Applicants()); n <= MaxApplicants; n++ {
		many += fmt.Sprintf("kind_%d,2021,某类,Some kind\n", n)
	}
	forms := Default().Forms()
	last := forms[len(forms)-1]
	for _, c := range []struct {
		name string
		add  func(t *Texts)
		want string
	}{
		{"form twice", func(t *Texts) { t.Forms += "2021,2099,,,,none,,,,,\n" }, fmt.Sprintf("forms, row %d: the form 2021 stands twice", len(forms)+1)},
		{"form out of order", func(t *Texts) { t.Forms += fmt.Sprintf("new,%d,,,,none,,,,,\n", last.FirstYear) }, fmt.Sprintf("forms, row %d: the form new does not begin after the form %s", len(forms)+1, last.Name)},
		{"indicator twice", func(t *Texts) { t.Indicators += "requests.granted,requests,2021,甲,件,none,,A,\n" }, "the indicator requests.granted stands twice"},
		{"applicant twice", func(t *Texts) { t.Applicants += "total,2021,总计,Total\n" }, fmt.Sprintf("applicants, row %d: the applicant total stands twice", len(Applicants())+1)},
		{"form twice in a list", func(t *Texts) { t.Applicants += "few,2021;2021,少,Few\n" }, `the form 2021 stands twice in "2021;2021"`},
		{"unknown form", func(t *Texts) { t.Applicants += "few,1998,少,Few\n" }, `"1998" is no form`},
		{"too many applicants", func(t *Texts) { t.Applicants += many }, "the store numbers at most 255 kinds"},
	} {
		texts := Built()
		c.add(&texts)
		if _, err := Parse(texts); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	texts := Built()
	texts.Applicants += strings.TrimSuffix(many, many[strings.LastIndex(many[:len(many)-1], "\n")+1:])
	if _, err := Parse(texts); err != nil {
		t.Errorf("%d kinds of applicants: %v", MaxApplicants, err)
	}
}
