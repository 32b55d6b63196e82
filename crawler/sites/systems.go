package sites

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"nianbao/parser/lazyregexp"
)

//go:embed systems.json
var systemsJSON []byte

// A System is how one content system lists what its pages do not link to: the
// rule by which its scripts ask for the rows of a list. All of it is data.
type System struct {
	Name  string `json:"name"`
	About string `json:"about"` // whose it is, and where it is met

	// Marks stand all in a page's source, or in its address: by them the system
	// is known.
	Marks []string `json:"marks"`
	// Values are what the page's source says, by name: regular expressions with
	// one group. All of them must be found, near the first mark, in the whole source or
	// in the page's address: else the rule makes no link of the page.
	Values map[string]string `json:"values"`
	// Each is a regular expression with named groups: each of its matches makes a
	// link; a group page is the page it leads to. "": the page makes one.
	Each string `json:"each"`

	// URL and Form are what a link asks for, with {name} for a value or a group,
	// and {page}, {from} and {to} for the place in the list. A Form makes a POST. The
	// address may begin with "/": it is resolved against the page's.
	URL  string `json:"url"`
	Form string `json:"form"`
	// Text is what the link is called, when it leads to a column; "": it is the
	// list of the page itself.
	Text string `json:"text"`

	// First is the number of the first page that is to be asked for. Pages is the
	// value with their number, or Total that with the number of rows, Size of
	// which are on a page; without both one page is asked for, and its answer tells
	// of more.
	First int    `json:"first"`
	Pages string `json:"pages"`
	Total string `json:"total"`
	Size  int    `json:"size"`

	// Row is the address of a row whose answer names none, with {name} for the
	// row's own fields; Answers stands in the addresses of such answers.
	Row     string `json:"row"`
	Answers string `json:"answers"`

	values map[string]*regexp.Regexp
	each   *regexp.Regexp
}

// A Link is what a system's rule makes of a page.
type Link struct {
	URL  string // as the template has it: not resolved
	Form string // the body of a POST; "": a GET
	Text string // of a column; "": the list of the page itself goes on here
	Page int    // of the list, counted from 1
}

// reach is how far from a system's mark its values are looked for first, in
// octets.
const reach = 1 << 10

// mostPages is how many pages of one list a rule makes.
const mostPages = 1000

// Links are what the systems' rules make of a page with a source at an address.
func Links(at string, source []byte) []Link {
	var links []Link
	for _, s := range systems() {
		links = append(links, s.links(at, source)...)
	}
	return links
}

// Row is the address of a row of an answer, of which no field is an address;
// "" where no system's rule says.
func Row(at string, fields map[string]string) string {
	for _, s := range systems() {
		if s.Row == "" || !strings.Contains(at, s.Answers) {
			continue
		}
		if u, ok := fill(s.Row, fields, url.PathEscape); ok {
			return u
		}
	}
	return ""
}

// Unmatched says of a page that has a system's marks which of the system's values it
// does not hold, so that the rule makes no link of it: the tests of the systems say it to who writes a rule.
func Unmatched(at string, source []byte) (all []string) {
	for _, s := range systems() {
		if !s.marked(at, source) {
			continue
		}
		if _, name := s.valuesOf(at, source); name != "" {
			all = append(all, fmt.Sprintf("the page has the marks of %s, but its value %s matches nothing", s.Name, name))
		}
	}
	return all
}

// marked reports whether a page is one that the system's rule is for.
func (s *System) marked(at string, source []byte) bool {
	for _, m := range s.Marks {
		if !bytes.Contains(source, []byte(m)) && !strings.Contains(at, m) {
			return false
		}
	}
	return s.URL != "" || s.Form != ""
}

func (s *System) links(at string, source []byte) (links []Link) {
	if !s.marked(at, source) {
		return nil
	}
	values, missing := s.valuesOf(at, source)
	switch {
	case missing != "":
		return nil
	case s.each == nil:
		return s.pages(at, values)
	}
	for _, m := range s.each.FindAllSubmatch(source, mostPages) {
		for i, name := range s.each.SubexpNames() {
			if name != "" {
				values[name] = string(m[i])
			}
		}
		links = append(links, s.pages(at, values)...)
	}
	return links
}

// valuesOf are the values that a page holds, or the name of one that it lacks.
func (s *System) valuesOf(at string, source []byte) (values map[string]string, missing string) {
	values = map[string]string{}
	near := source
	if i := bytes.Index(source, []byte(s.Marks[0])); i >= 0 {
		near = source[i:min(len(source), i+reach)]
	}
	for name, re := range s.values {
		// A script's own words come before those of the menu above it.
		var m [][]byte
		for _, where := range [][]byte{near, source, []byte(at)} {
			if m = re.FindSubmatch(where); m != nil {
				break
			}
		}
		if m == nil {
			return nil, name
		}
		values[name] = string(m[1])
	}
	return values, ""
}

// pages are the pages of one list.
func (s *System) pages(at string, values map[string]string) (links []Link) {
	first, last := s.First, s.First
	if n, err := strconv.Atoi(values["page"]); err == nil && s.each != nil {
		first, last = n, n
	} else if n, err := strconv.Atoi(values[s.Pages]); err == nil {
		last = n + min(s.First, 1) - 1 // numbered from 0 or from 1
		if s.First > 1 {
			last = n
		}
	} else if n, err := strconv.Atoi(values[s.Total]); err == nil && s.Size > 0 {
		last = (n + s.Size - 1) / s.Size
	}
	for page := first; page <= min(last, first+mostPages); page++ {
		values["page"] = strconv.Itoa(page)
		values["from"], values["to"] = strconv.Itoa((page-1)*s.Size+1), strconv.Itoa(page*s.Size)
		l := Link{Page: page}
		var ok, okForm, okText bool
		l.URL, ok = fill(s.URL, values, url.QueryEscape)
		l.Form, okForm = fill(s.Form, values, url.QueryEscape)
		l.Text, okText = fill(s.Text, values, func(s string) string { return s })
		if ok && okForm && okText {
			if l.URL == "" {
				l.URL = at
			}
			links = append(links, l)
		}
	}
	return links
}

// placeholder is {name}, or {name!} for a value that is not escaped.
var placeholder = lazyregexp.New(`\{(\w+)(!?)\}`)

// fill puts values into a template; ok is false when one is missing.
func fill(template string, values map[string]string, escape func(string) string) (filled string, ok bool) {
	ok = true
	filled = placeholder.ReplaceAllStringFunc(template, func(p string) string {
		name, plain := strings.CutSuffix(strings.Trim(p, "{}"), "!")
		v, there := values[name]
		ok = ok && there
		if plain {
			return v
		}
		return escape(v)
	})
	return filled, ok
}

// The table is part of the program: a fault in it is a fault of the build.
var systems = sync.OnceValue(func() []*System {
	all, err := readSystems(systemsJSON)
	if err != nil {
		panic(err)
	}
	return all
})

// readSystems reads a table of systems. The error names the row that is wrong.
func readSystems(data []byte) ([]*System, error) {
	var rows []json.RawMessage
	if err := json.Unmarshal(data, &rows); err != nil {
		return nil, fmt.Errorf("systems.json: %w", err)
	}
	var all []*System
	for i, row := range rows {
		s := new(System)
		d := json.NewDecoder(bytes.NewReader(row))
		d.DisallowUnknownFields()
		err := d.Decode(s)
		if err == nil {
			err = s.prepare()
		}
		if err != nil {
			return nil, fmt.Errorf("systems.json, row %d (%s): %w", i+1, s.Name, err)
		}
		all = append(all, s)
	}
	return all, nil
}

// prepare compiles the expressions of a system and looks for what its templates need.
func (s *System) prepare() (err error) {
	if s.Name == "" {
		return errors.New("it has no name")
	}
	if (s.URL != "" || s.Form != "") && len(s.Marks) == 0 {
		return errors.New("it has no marks, by which a page is known to be of it")
	}
	known := map[string]bool{"page": true, "from": true, "to": true}
	s.values = map[string]*regexp.Regexp{}
	for name, expression := range s.Values {
		if s.values[name], err = regexp.Compile(expression); err != nil {
			return fmt.Errorf("the value %s: %w", name, err)
		}
		if n := s.values[name].NumSubexp(); n != 1 {
			return fmt.Errorf("the value %s has %d groups, not one", name, n)
		}
		known[name] = true
	}
	if s.Each != "" {
		if s.each, err = regexp.Compile(s.Each); err != nil {
			return fmt.Errorf("each: %w", err)
		}
		for _, name := range s.each.SubexpNames() {
			known[name] = true
		}
	}
	for name, template := range map[string]string{"url": s.URL, "form": s.Form, "text": s.Text} {
		for _, m := range placeholder.FindAllStringSubmatch(template, -1) {
			if !known[m[1]] {
				return fmt.Errorf("%s asks for %s, which is no value and no group of each", name, m[0])
			}
		}
	}
	for name, value := range map[string]string{"pages": s.Pages, "total": s.Total} {
		if value != "" && !known[value] {
			return fmt.Errorf("%s asks for %q, which is no value and no group of each", name, value)
		}
	}
	return nil
}
