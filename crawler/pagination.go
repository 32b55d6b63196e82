package crawler

import (
	"bytes"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"nianbao/parser/lazyregexp"
)

// mostPages is how many pages of one list are computed from a script; how many
// are fetched Discovery.MaxListPages decides.
const mostPages = 1000

var (
	createPage = lazyregexp.New(`(?i)createPage(?:HTML)?\w{0,12}\s*\(([^()]{1,200})\)`)
	// pageCount is a script's variable with the number of a list's pages.
	pageCount = lazyregexp.New(`(?i)(?:^|[^\w.])_?n?(?:countPage|pageCount|totalPages?|pageTotal|allPages?|maxPage|page_?count|total_?page)\s*[=:]\s*["']?(\d{1,5})\b`)
	// currentPage is the one with the number of this page.
	currentPage = lazyregexp.New(`(?i)(?:^|[^\w.])_?n?(?:currentPage|currPage|curPage|currIndex|nowPage|pageNow|pageIndex)\s*[=:]\s*["']?(\d{1,5})\b`)
	// pageAddress is how a script puts a page's address together:
	// "index_" + n + ".html", or "list.jsp?pageNo=" + n.
	pageAddress = lazyregexp.New(`(?i)((?:[\w./%~-]*[\w/~-]_|[\w./?&=%;~-]*[?&](?:page|pageno|pagenum|pageindex|currentpage|curpage|page_index|p|pn)=))["']\s*\+\s*[\w().+\- ]{1,60}(?:\+\s*["']([^"'<>\s\\]{1,60}))?`)
	// joined are two string literals put together.
	joined = lazyregexp.New(`["']\s*\+\s*["']`)
	// pageCall is a link that hands a page's number to a script.
	pageCall = lazyregexp.New(`(?i)^javascript:\s*\w*(?:page|pager|goto|jump|turn|list)\w*\(\s*["']?(\d{1,4})["']?\s*[,)]`)
)

// pagesByScript computes the further pages of a list that a script writes links
// to. createPageHTML(12, 0, "index", "html") says that there are twelve, of
// which this is the first, and that the next is index_1.html; variants put the
// name of an element first, and count from 1: then the second is index_2.html.
// Others keep the numbers in variables (countPage = 12) or hand them to a
// function (javascript:goPage(2)), and put the address together themselves.
//
// Only the first page of a list computes: from the others the same comes out.
//
// called is the highest number that a link of the page hands to a function.
func pagesByScript(src []byte, called int, at string) []string {
	if !bytes.Contains(src, []byte("age")) { // page, Page
		return nil
	}
	s := string(src)
	var pages []string
	for _, m := range createPage.FindAllStringSubmatch(s, 3) {
		if p := createdPages(m[1], at); len(p) > 0 {
			return p
		}
	}
	total := called
	if m := pageCount.FindStringSubmatch(s); m != nil {
		n, _ := strconv.Atoi(m[1]) // at most five digits
		total = max(total, n)
	}
	if total < 2 {
		return nil
	}
	m := pageAddress.FindStringSubmatch(joined.ReplaceAllString(string(unquote(src)), ""))
	if m == nil {
		return nil
	}
	prefix, suffix := m[1], m[2]
	query := strings.Contains(prefix, "?") || strings.HasSuffix(prefix, "=")
	if !query && suffix == "" {
		suffix = "." + strings.TrimPrefix(extension(at), ".")
	}
	if suffix == "." {
		suffix += fileType.FindString(s[strings.Index(s, suffix)+1:])
	}
	if !query && isPageOf(at, prefix) {
		return nil
	}
	first, last := counted(s, total, query)
	for i := first; i <= min(last, mostPages); i++ {
		pages = append(pages, prefix+strconv.Itoa(i)+suffix)
	}
	return pages
}

// counted are the numbers of the further pages, of which a page that is not the first
// has none. Without a word on where the count begins, both ends are asked for, unless
// they are in a query.
func counted(page string, total int, query bool) (first, last int) {
	c := currentPage.FindStringSubmatch(page)
	switch {
	case c == nil && query:
		return 2, total
	case c == nil:
		return 1, total
	case c[1] == "0":
		return 1, total - 1
	case c[1] == "1":
		return 2, total
	}
	return 1, 0
}

// calledPage is the page whose number a link hands to a script; 0: none.
func calledPage(href string) int {
	if !hasPrefixFold(href, "javascript:") {
		return 0
	}
	m := pageCall.FindStringSubmatch(href)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1]) // at most four digits
	return n
}

var fileType = lazyregexp.New(`^s?html?|^jsp|^aspx?|^php`)

// createdPages are those that the arguments of createPageHTML name.
func createdPages(arguments, at string) (pages []string) {
	var numbers []int
	var names []string
	for arg := range strings.SplitSeq(arguments, ",") {
		arg = strings.TrimSpace(arg)
		if n, err := strconv.Atoi(arg); err == nil {
			numbers = append(numbers, n)
		} else if quoted := strings.Trim(arg, `"'`); len(quoted) == len(arg)-2 && len(numbers) > 0 {
			names = append(names, quoted)
		}
	}
	if len(numbers) < 2 || len(names) == 0 || numbers[0] < 2 || numbers[1] > 1 || isPageOf(at, names[0]+"_") {
		return nil // one page, or not the first
	}
	if len(names) == 1 {
		names = append(names, extension(at))
	}
	first, last := 1, numbers[0]-1
	if numbers[1] == 1 {
		first, last = 2, numbers[0]
	}
	for i := first; i <= min(last, mostPages); i++ {
		pages = append(pages, names[0]+"_"+strconv.Itoa(i)+"."+strings.TrimPrefix(names[1], "."))
	}
	return pages
}

// extension is that of a list's own address; html when it shows none.
func extension(at string) string {
	if u, err := url.Parse(at); err == nil && path.Ext(u.Path) != "" {
		return path.Ext(u.Path)
	}
	return "html"
}

// isPageOf reports whether an address is itself one of the numbered pages that
// begin with a prefix.
func isPageOf(at, prefix string) bool {
	u, err := url.Parse(at)
	if err != nil {
		return false
	}
	m := pageInName.FindStringSubmatch(u.Path)
	return m != nil && strings.HasSuffix(strings.TrimSuffix(u.Path, m[0]), path.Base("/"+strings.TrimSuffix(prefix, "_")))
}

var pageInName = lazyregexp.New(`_(\d{1,4})\.[a-zA-Z]+$`)

// pageNumber is the number in a list page's address; 1 when it has none.
func pageNumber(u *url.URL) int {
	if m := pageInName.FindStringSubmatch(u.Path); m != nil {
		n, _ := strconv.Atoi(m[1]) // digits only
		return n
	}
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		if key, value, _ := strings.Cut(pair, "="); pageParam.MatchString(key) {
			if n, err := strconv.Atoi(value); err == nil && n >= 0 {
				return n
			}
		}
	}
	return 1
}

// next reports whether a link leads to another page of the list it stands on:
// its text is a word for it, or a page number and the address differs from the
// list's in a number only.
func (c classification) next(l link, from *Capture, u *url.URL) bool {
	f, err := url.Parse(from.URL)
	if err != nil || f.Host != u.Host {
		return false
	}
	if c.nextWord {
		return true
	}
	text := strings.Trim(l.text, "[] 第页")
	number := len(text) > 0 && len(text) <= 4 && strings.Trim(text, "0123456789") == ""
	if number && c.year != 0 {
		return false // a year's column
	}
	return (number || c.moreWord) && samePages(f, u)
}

var (
	pageSuffix = lazyregexp.New(`(?i)(?:[_-]\d{1,4}|[_-]?p(?:age)?[_-]?\d{1,4})?(\.[a-z]{3,5})?$`)
	pageDir    = lazyregexp.New(`(?i)/(?:p|page|pn)?[_-]?\d{1,4}/?$`)
	pageFile   = lazyregexp.New(`^\d{1,4}\.[a-z]{3,5}$`)
	pageParam  = lazyregexp.New(`(?i)^(?:p|pn|pg|page|pageno|pagenum|pageindex|page_index|currentpage|curpage|cur|paged|start|offset|nowpage|pagecurrent|currpage|npage)$`)
)

// samePages reports whether two addresses are pages of one list.
func samePages(f, u *url.URL) bool {
	a, b := pageless(f), pageless(u)
	if a == b || a == plain(u) || b == plain(f) {
		return true
	}
	// gknb.htm, gknb/3.htm, gknb/2.htm.
	dir, file := path.Split(u.Path)
	if stem := strings.TrimSuffix(f.Path, path.Ext(f.Path)) + "/"; pageFile.MatchString(file) && (dir == stem || dir == path.Dir(f.Path)+"/" && pageFile.MatchString(path.Base(f.Path))) {
		return true
	}
	// The same program asked for another page, and told something more.
	if f.Path != u.Path || plain(u) == b {
		return false
	}
	told := strings.Split(u.RawQuery, "&")
	for pair := range strings.SplitSeq(f.RawQuery, "&") {
		if key, _, _ := strings.Cut(pair, "="); pair != "" && !pageParam.MatchString(key) && !slices.Contains(told, pair) {
			return false
		}
	}
	return true
}

func plain(u *url.URL) string { return strings.TrimSuffix(u.Path, "/") + "?" + u.RawQuery }

// pageless is a list's address without what tells its pages apart.
func pageless(u *url.URL) string {
	p := u.Path
	if dir, file := path.Split(p); file != "" {
		stem := pageSuffix.ReplaceAllString(file, "$1")
		switch strings.ToLower(strings.TrimSuffix(stem, path.Ext(stem))) {
		case "index", "default", "list", "node":
			stem = ""
		}
		p = dir + stem
	}
	p = strings.TrimSuffix(pageDir.ReplaceAllString(p, "/"), "/")
	var kept []string
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		key, _, _ := strings.Cut(pair, "=")
		if pair != "" && !pageParam.MatchString(key) {
			kept = append(kept, pair)
		}
	}
	slices.Sort(kept)
	return p + "?" + strings.Join(kept, "&")
}
