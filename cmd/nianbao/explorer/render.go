package explorer

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	xlanguage "golang.org/x/text/language"

	"nianbao/store/plot"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed static
var static embed.FS

// page is what a template sees: the language, the address and, as V, what the
// page shows.
type page struct {
	name string // of the template
	Lang language
	Nav  string // the entry of the navigation that is current
	Path string
	// Query is the address's, without what the address need not say.
	Query   url.Values
	Title   string
	Host    string // where the visitor found these pages: scheme and name
	Image   string // address of the picture that stands for the page where it is shared
	spell   bool   // addresses name Chinese too: the browser would choose English
	Embed   bool   // the content alone, to stand in another page
	DB      string // name of the file
	Updated string // day on which the file was last written
	Wide    bool   // more room for tables
	Part    bool   // the content alone, for a script to show
	SQL     bool   // questions in SQL are answered
	Editor  string // in whose name findings are judged; "" where they cannot be
	Token   string // of the forms that do
	V       any
}

// newPage begins a page in the language that the address asks for.
func newPage(r *http.Request, name, nav string) *page {
	q := r.URL.Query()
	lang := languageOf(q)
	// Without a word in the address the visitor's browser says what is read; the
	// addresses of the page then say it.
	foreign := prefersEnglish(r.Header.Get("Accept-Language"))
	if q.Get("lang") == "" && foreign {
		lang = english
	}
	q.Del("lang")
	for key, values := range q { // what a form sends empty says nothing
		values = slices.DeleteFunc(values, func(v string) bool { return v == "" })
		if q[key] = values; len(values) == 0 {
			delete(q, key)
		}
	}
	return &page{spell: foreign, Embed: r.URL.Query().Get("embed") == "1", name: name, Lang: lang, Nav: nav, Path: r.URL.Path, Query: q}
}

// languageOf is the language that an address asks for.
func languageOf(q url.Values) language {
	if q.Get("lang") == "en" {
		return english
	}
	return chinese
}

// prefersEnglish reports whether Accept-Language (RFC 9110) names other languages
// than Chinese first.
func prefersEnglish(header string) bool {
	wanted, _, err := xlanguage.ParseAcceptLanguage(header)
	if err != nil || len(wanted) == 0 {
		return false
	}
	for _, tag := range wanted {
		switch base, _ := tag.Base(); base.String() {
		case "zh":
			return false
		case "en":
			return true
		}
	}
	return true
}

// T is a text in the language of the page.
func (p *page) T(key string, args ...any) string { return p.Lang.text(key, args...) }

// TextOf is a text with a list of arguments.
func (p *page) TextOf(key string, args []any) string { return p.Lang.text(key, args...) }

// English reports whether the page is in English.
func (p *page) English() bool { return p.Lang == english }

// Link is an address in the language of the page: a path and pairs of
// parameters and values, of which empty ones are left out.
func (p *page) Link(path string, pairs ...any) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if v, ok := given(pairs[i+1]); ok {
			q.Set(fmt.Sprint(pairs[i]), v)
		}
	}
	return p.address(path, q)
}

// Here is the address of this page with some parameters changed; an empty
// value takes a parameter away. A change goes back to the first page of a list
// unless it sets page itself.
func (p *page) Here(pairs ...any) string { return p.there(p.Path, pairs...) }

// There is another path with the parameters of this page, some changed.
func (p *page) There(path string, pairs ...any) string { return p.there(path, pairs...) }

func (p *page) there(path string, pairs ...any) string {
	q := url.Values{}
	for k, v := range p.Query {
		q[k] = v
	}
	q.Del("page")
	for i := 0; i+1 < len(pairs); i += 2 {
		key := fmt.Sprint(pairs[i])
		q.Del(key)
		if v, ok := given(pairs[i+1]); ok {
			q.Set(key, v)
		}
	}
	return p.address(path, q)
}

// given is a parameter's value; false for the empty text and the number zero,
// which need not be said. The text "0" is a value.
func given(v any) (string, bool) {
	s := fmt.Sprint(v)
	_, text := v.(string)
	return s, s != "" && (text || s != "0")
}

// OtherLanguage is the address of this page in the other language.
func (p *page) OtherLanguage() string {
	other := *p
	other.Lang = english
	if p.English() {
		other.Lang = chinese
	}
	return other.address(p.Path, p.Query)
}

func (p *page) address(path string, q url.Values) string {
	switch {
	case p.English():
		q = cloneValues(q)
		q.Set("lang", "en")
	case p.spell:
		q = cloneValues(q)
		q.Set("lang", "zh")
	}
	u := url.URL{Path: path, RawQuery: q.Encode()}
	return u.String()
}

// LangField is what a form says of the language; "" for what goes without saying.
func (p *page) LangField() string {
	switch {
	case p.English():
		return "en"
	case p.spell:
		return "zh"
	}
	return ""
}

// Address is that of this page as it is.
func (p *page) Address() string { return p.address(p.Path, p.Query) }

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func cloneValues(q url.Values) url.Values {
	c := url.Values{}
	for k, v := range q {
		c[k] = v
	}
	return c
}

// Number prints a figure as people read it: thousands apart, at most two
// decimals; "" for none.
func (p *page) Number(v any) string { return formatNumber(v) }

func formatNumber(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case *float64:
		if v == nil {
			return ""
		}
		return plot.Number(*v)
	case float64:
		return plot.Number(v)
	case int:
		return plot.Number(float64(v))
	case int64:
		return plot.Number(float64(v))
	}
	return fmt.Sprint(v)
}

// Percent prints a share of one.
func (p *page) Percent(v any) string {
	switch v := v.(type) {
	case *float64:
		if v != nil {
			return plot.Percent(*v)
		}
	case float64:
		return plot.Percent(v)
	}
	return ""
}

// Signed prints a change with its sign.
func (p *page) Signed(v *float64) string {
	if v == nil {
		return ""
	}
	s := formatNumber(*v)
	if *v > 0 {
		s = "+" + s
	}
	return s
}

// Unit is a unit in the language of the page.
func (p *page) Unit(zh string) string { return p.Lang.unit(zh) }

// External returns an address on the web that may be linked to: http and
// https only; "" for anything else, which is shown as text.
func (p *page) External(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return address
}

// Asset is the address of a static file, with its digest so that it may be
// kept for ever.
func (p *page) Asset(name string) string {
	return "/static/" + name + "?v=" + assets()[name].digest[:12]
}

type asset struct {
	data   []byte
	digest string
	kind   string
}

var assets = sync.OnceValue(func() map[string]asset {
	all := map[string]asset{}
	entries, err := static.ReadDir("static")
	if err != nil {
		panic(err) // embedded
	}
	for _, entry := range entries {
		data, err := static.ReadFile("static/" + entry.Name())
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(data)
		kind := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}[path.Ext(entry.Name())]
		if kind == "" {
			kind = mime.TypeByExtension(path.Ext(entry.Name()))
		}
		all[entry.Name()] = asset{data, hex.EncodeToString(sum[:]), kind}
	}
	return all
})

func (e *Explorer) serveStatic(w http.ResponseWriter, r *http.Request) {
	a, ok := assets()[r.PathValue("name")]
	if !ok {
		e.fail(w, r, notFound("error.no_page"))
		return
	}
	if r.URL.Query().Get("v") == a.digest[:12] {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	send(w, r, a.kind, http.StatusOK, a.data)
}

// pages are the parsed templates by name.
type pages map[string]*template.Template

// loadPages gives base.html and the parts (their names begin with part_) with each
// page, parsed once.
var loadPages = sync.OnceValues(func() (pages, error) {
	names, err := fs.Glob(templates, "templates/*.html")
	if err != nil {
		return nil, err
	}
	base, err := template.New("base.html").Funcs(functions).ParseFS(templates, "templates/base.html", "templates/part_*.html")
	if err != nil {
		return nil, err
	}
	all := pages{}
	for _, file := range names {
		name := strings.TrimSuffix(path.Base(file), ".html")
		if name == "base" || strings.HasPrefix(name, "part_") {
			continue
		}
		t, err := base.Clone()
		if err != nil {
			return nil, err
		}
		if all[name], err = t.ParseFS(templates, file); err != nil {
			return nil, err
		}
	}
	return all, nil
})

// functions are those of the templates that need no page.
var functions = template.FuncMap{
	// part hands a part its page and what it shows.
	"part": func(p *page, v any) map[string]any { return map[string]any{"P": p, "V": v} },
	"figurePart": func(p *page, id int64, f *figure) map[string]any {
		return map[string]any{"P": p, "V": map[string]any{"ID": id, "Figure": f}}
	},
	"tablePart": func(p *page, id int64, t *printedTable, heading string) map[string]any {
		return map[string]any{"P": p, "V": map[string]any{"ID": id, "Table": t, "Heading": heading}}
	},
	"belowPart": func(p *page, row any, years []int, head bool) map[string]any {
		if g, ok := row.(belowGroup); ok {
			row = g.belowRow
		}
		return map[string]any{"P": p, "Row": row, "Years": years, "Head": head}
	},
	"compareApplicant": compareApplicant,
}

// write renders a page whole before it sends anything, so that an error is
// not half a page.
func (e *Explorer) write(w http.ResponseWriter, r *http.Request, status int, p *page) error {
	p.DB = path.Base(strings.ReplaceAll(e.store.Path(), "\\", "/"))
	if state := e.memory.state(); !state.time.IsZero() {
		p.Updated = later(state.time, state.walTime).Format("2006-01-02")
	}
	p.Host, p.SQL, p.Editor, p.Token = e.origin(r), e.cfg.SQL, e.cfg.Editor, e.token
	t, ok := e.pages[p.name]
	if !ok {
		return fmt.Errorf("no template %q", p.name)
	}
	var b bytes.Buffer
	start := "base.html"
	if p.Part {
		start = "content"
	}
	if err := t.ExecuteTemplate(&b, start, p); err != nil {
		return err
	}
	w.Header().Set("Content-Language", string(p.Lang))
	w.Header().Add("Vary", "Accept-Language")
	send(w, r, "text/html; charset=utf-8", status, b.Bytes())
	return nil
}
