// Package systems serves sites as the content systems of governments write them:
// a home page, the part on government information, the column of annual reports,
// lists over several pages, and the reports of offices beside the territory's own.
// Markup and texts are made up; addresses and the way lists go on are those that
// the systems are known by.
package systems

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// A Report is one report on a site.
type Report struct {
	Title  string
	Year   int
	Office string // "": the territory's own
	Body   []byte // the page
}

// A Site is one government's site.
type Site struct {
	Name    string // of the government: 喀什市
	Code    string // six digits
	Record  string // the record number's first character: 新
	Base    string // a path before all of its paths, on a platform of many sites: /kss
	Reports []Report
	Bare    bool // the home page says nothing of whose it is
}

// Names are the systems, in a fixed order.
func Names() []string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.name)
	}
	return names
}

// PerPage is how many rows stand on one page of a list.
const PerPage = 3

// Handler serves a site as a system writes it; nil for a system that is not known.
func Handler(system string, s Site) http.Handler {
	for _, k := range kinds {
		if k.name == system {
			return &server{kind: k, site: s}
		}
	}
	return nil
}

// A kind is how one system addresses its pages and lets lists go on.
type kind struct {
	name    string
	home    string // what the home page is besides /
	section string // the part on government information
	column  string // the annual reports
	offices string // those of the offices
	article string // fmt with the report's number and its year
	// page is the address of a further page of a list; "" where a script asks.
	page func(list string, n int) string
	// pager is what a list's page has to lead on, of n pages at page i (from 1).
	pager func(s *server, list string, rows []int, i, n int) string
	// years is the address of a year's own column (fmt with the year), where the
	// column of reports leads to such and has no reports itself.
	years string
	// hidden lists have no rows in their markup.
	hidden bool
	// script answers what a script asks for; ok is false when it is not one.
	script func(s *server, r *http.Request) (contentType, body string, ok bool)
	// nav replaces the links of the section's page.
	nav func(s *server) string
}

type server struct {
	kind kind
	site Site
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, s.site.Base)
	if s.site.Base != "" && path == r.URL.Path {
		http.NotFound(w, r)
		return
	}
	if r.URL.RawQuery != "" {
		path += "?" + r.URL.RawQuery
	}
	contentType, body := "text/html; charset=utf-8", ""
	if s.kind.script != nil {
		if ct, answer, ok := s.kind.script(s, r); ok {
			w.Header().Set("Content-Type", ct)
			fmt.Fprint(w, answer)
			return
		}
	}
	switch {
	case path == "/" || path == "" || path == s.kind.home:
		body = s.homePage()
	case path == s.kind.section:
		body = s.page("政府信息公开", s.sectionLinks())
	case path == "/zn/" || path == "/zd/" || path == "/news/" || path == "/hd/":
		body = s.page("栏目", "<p>这里没有年报。</p>")
	default:
		if body = s.list(path); body == "" {
			for i, rep := range s.site.Reports {
				if path == s.articlePath(i) {
					w.Header().Set("Content-Type", contentType)
					_, _ = w.Write(rep.Body) // a client that went away misses nothing
					return
				}
			}
			http.NotFound(w, r)
			return
		}
	}
	w.Header().Set("Content-Type", contentType)
	fmt.Fprint(w, body)
}

const beside = "<p>这一行与年报无关，只让页面有真实页面那样的篇幅，长短与内容都没有意义。</p>"

func (s *server) page(title, inside string) string {
	name := s.site.Name + "人民政府"
	foot := fmt.Sprintf(`<div class="foot">主办：%s办公室 网站标识码：%s0001 %sICP备10000001号</div>`, name, s.site.Code, s.site.Record)
	if s.site.Bare {
		name, foot = "门户网站", ""
	}
	return fmt.Sprintf(`<!DOCTYPE html><html><head><meta charset="utf-8"><title>%s-%s</title><meta name="SiteName" content="%s"></head><body>%s%s%s</body></html>`,
		html.EscapeString(title), name, name, inside, strings.Repeat(beside, 20), foot)
}

func (s *server) homePage() string {
	b := s.site.Base
	return s.page("首页", fmt.Sprintf(`<ul class="nav"><li><a href="%s/">首页</a></li><li><a href="%s/news/">新闻中心</a></li><li><a href="%s%s">政府信息公开</a></li><li><a href="%s/hd/">互动交流</a></li></ul>`,
		b, b, b, s.kind.section, b))
}

func (s *server) sectionLinks() string {
	if s.kind.nav != nil {
		return s.kind.nav(s)
	}
	return fmt.Sprintf(`<ul><li><a href="%[1]s/zn/">政府信息公开指南</a></li><li><a href="%[1]s/zd/">政府信息公开制度</a></li><li><a href="%[1]s%[2]s">政府信息公开年报</a></li></ul>`, s.site.Base, s.kind.column)
}

func (s *server) articlePath(i int) string {
	return fmt.Sprintf(s.kind.article, 1000+i, s.site.Reports[i].Year+1)
}

// rows are the numbers of the reports that a list has.
func (s *server) rows(list string) (rows []int) {
	for i, r := range s.site.Reports {
		if (r.Office != "") == (list == s.kind.offices) {
			rows = append(rows, i)
		}
	}
	return rows
}

// list is a page of one of the two lists; "" when the path is none.
func (s *server) list(path string) string {
	if s.kind.years != "" {
		if body := s.byYear(path); body != "" {
			return body
		}
	}
	for _, list := range []string{s.kind.column, s.kind.offices} {
		rows := s.rows(list)
		pages := max((len(rows)+PerPage-1)/PerPage, 1)
		for i := 1; i <= pages; i++ {
			if i == 1 && path == list || i > 1 && s.kind.page != nil && path == s.kind.page(list, i) {
				var b strings.Builder
				if list == s.kind.column && s.kind.offices != "" {
					fmt.Fprintf(&b, `<div class="side"><a href="%s%s">部门乡镇年报</a></div>`, s.site.Base, s.kind.offices)
				}
				if !s.kind.hidden {
					b.WriteString(s.markup(rows, i))
				}
				b.WriteString(s.kind.pager(s, list, rows, i, pages))
				return s.page("政府信息公开年报", b.String())
			}
		}
	}
	return ""
}

// byYear is the column of years, or one year's; "" when the path is neither.
func (s *server) byYear(path string) string {
	var links strings.Builder
	seen := map[int]bool{}
	for _, k := range s.rows(s.kind.column) {
		year := s.site.Reports[k].Year
		if at := fmt.Sprintf(s.kind.years, year); !seen[year] {
			seen[year] = true
			fmt.Fprintf(&links, `<li><a href="%s%s">%d年</a></li>`, s.site.Base, at, year)
			if path == at {
				return s.page(fmt.Sprint(year, "年"), s.markup([]int{k}, 1))
			}
		}
	}
	if path != s.kind.column {
		return ""
	}
	return s.page("政府信息公开年报", fmt.Sprintf(`<div class="side"><a href="%s%s">部门乡镇年报</a></div><ul>%s</ul>`, s.site.Base, s.kind.offices, links.String()))
}

// markup is the rows of page i as a list.
func (s *server) markup(rows []int, i int) string {
	var b strings.Builder
	b.WriteString("<ul>")
	for _, k := range part(rows, i) {
		fmt.Fprintf(&b, `<li><a href="%s%s" title="%s">%s</a><span>%d-01-20</span></li>`, s.site.Base, s.articlePath(k), s.site.Reports[k].Title, s.site.Reports[k].Title, s.site.Reports[k].Year+1)
	}
	b.WriteString("</ul>")
	return b.String()
}

func part(rows []int, i int) []int {
	from := min((i-1)*PerPage, len(rows))
	return rows[max(from, 0):min(max(from, 0)+PerPage, len(rows))]
}

// object is the rows of page i as JSON objects, by a format of title, address
// and number.
func (s *server) objects(rows []int, i int, format string) string {
	var all []string
	for _, k := range part(rows, i) {
		all = append(all, fmt.Sprintf(format, s.site.Reports[k].Title, s.site.Base+s.articlePath(k), 1000+k))
	}
	return "[" + strings.Join(all, ",") + "]"
}

// listOf is the list that an identifier of a script stands for.
func (s *server) listOf(id string) []int {
	if id == officesID {
		return s.rows(s.kind.offices)
	}
	return s.rows(s.kind.column)
}

// Identifiers of the two lists.
const (
	columnID  = "30516"
	officesID = "30517"
)

func (s *server) idOf(list string) string {
	if list == s.kind.offices {
		return officesID
	}
	return columnID
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// nextLinks is a pager of plain links.
func nextLinks(page func(list string, n int) string) func(*server, string, []int, int, int) string {
	return func(s *server, list string, _ []int, i, n int) string {
		if i >= n {
			return ""
		}
		return fmt.Sprintf(`<div class="page"><a href="%s%s">下一页</a></div>`, s.site.Base, page(list, i+1))
	}
}

// suffixed puts the number of a page before a list's extension.
func suffixed(format string, ext string) func(list string, n int) string {
	return func(list string, n int) string {
		return strings.TrimSuffix(list, ext) + fmt.Sprintf(format, n)
	}
}

func values(r *http.Request) url.Values {
	if r.Method == http.MethodPost {
		_ = r.ParseForm() // a form that cannot be read is empty
		return r.PostForm
	}
	return r.URL.Query()
}
