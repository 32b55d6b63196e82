package crawler

import (
	"bytes"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/encoding"
)

// Priorities within a host: reports before the pages that lead to them.
const (
	prioAttachment = 90
	prioHop        = 85
	prioReport     = 80
	prioNext       = 60
	prioColumn     = 50
	prioSection    = 20
)

// A link is one way out of a page.
type link struct {
	href string // decoded, as written
	text string // of the anchor, white space collapsed
	kind linkKind
}

type linkKind int

const (
	linkAnchor   linkKind = iota
	linkFrame             // frame, iframe
	linkEmbedded          // embed, object, a viewer's file parameter
	linkHop               // meta refresh, location.href: the page is elsewhere
	linkNext              // another page of the same list, computed from a script
)

// discovery is what a page leads to.
type discovery struct {
	follow  []Request
	refused []RefusedLink
}

// discover finds the links of a captured page that are worth following. role is
// what the page turned out to be. It is pure: the same page gives the same links.
func (d Discovery) discover(c *Capture, role Role, patterns *Patterns) discovery {
	var out discovery
	if !isHTML(c.Header.Get("Content-Type"), c.Body) {
		return out
	}
	base, err := url.Parse(c.URL)
	if err != nil {
		return out
	}
	if c.page == nil {
		c.page = readLinks(c.Body, c.Header.Get("Content-Type"), d.MaxLinks+1)
	}
	page := c.page
	if page.base != "" {
		if b, err := resolve(base, page.base); err == nil {
			base = b
		}
	}
	seen := map[string]bool{c.Request.URL: true, c.URL: true}
	for i, l := range page.links {
		refuse := func(u string, r Reason) {
			out.refused = append(out.refused, RefusedLink{URL: u, Text: l.text, Page: c.URL, Seed: c.Request.Seed.Line, Reason: r})
		}
		if i >= d.MaxLinks {
			refuse(l.href, LinkOverflow)
			break
		}
		href, ok := linkTarget(l)
		if !ok {
			refuse(clip(l.href, 200), LinkScheme)
			continue
		}
		u, err := resolve(base, href)
		if err != nil {
			refuse(clip(l.href, 200), LinkScheme)
			continue
		}
		s := u.String()
		if seen[s] {
			continue
		}
		seen[s] = true
		r, reason := d.judge(c, role, l, u, s, patterns, page.short)
		if reason != "" {
			refuse(clip(s, MaxURL), reason)
			continue
		}
		out.follow = append(out.follow, r)
	}
	slices.SortStableFunc(out.follow, func(a, b Request) int { return b.Priority - a.Priority })
	return out
}

// judge decides on one link: the request it makes, or why it makes none.
func (d Discovery) judge(c *Capture, role Role, l link, u *url.URL, s string, patterns *Patterns, short bool) (Request, Reason) {
	if len(s) > MaxURL {
		return Request{}, LinkTooLong
	}
	if isTrap(u.Path) {
		return Request{}, LinkTrap
	}
	class := patterns.classify(l.text, u)
	if class.refused {
		return Request{}, LinkType
	}
	r := Request{URL: s, Seed: c.Request.Seed, Depth: c.Request.Depth + 1, Text: l.text, Referrer: c.URL}
	if !d.inScope(c, u, class.attachment || l.kind == linkEmbedded) {
		return Request{}, LinkScope
	}
	switch {
	case l.kind == linkHop:
		r.Role, r.Priority, r.Depth, r.Page = role, prioHop, c.Request.Depth, c.Request.Page
		r.Text = c.Request.Text
		r.Hops = append(slices.Clone(c.Request.Hops), Hop{URL: c.URL})
	case l.kind == linkNext || role == RoleList && class.next(l, c, u):
		if role != RoleList {
			return Request{}, LinkPattern
		}
		r.Role, r.Priority, r.Depth, r.Page = RoleList, prioNext, c.Request.Depth, c.Request.Page+1
		if l.kind == linkNext {
			r.Page = pageNumber(u)
		} else if n, err := strconv.Atoi(l.text); err == nil {
			r.Page = max(n-1, 0)
		}
		if r.Page >= d.MaxListPages {
			return Request{}, LinkPages
		}
		r.Text = c.Request.Text
	case l.kind == linkFrame:
		if !short && class.report+class.column+class.section == 0 {
			return Request{}, LinkPattern
		}
		r.Role, r.Priority = role, prioHop
	case class.attachment || l.kind == linkEmbedded:
		if role != RoleReport && class.report < reportScore && !(role == RoleList && class.column > 0) {
			return Request{}, LinkPattern
		}
		r.Role, r.Priority = RoleAttachment, prioAttachment
	case role == RoleReport || role == RoleAttachment:
		// A report leads to its files and frames; its other links are the site's.
		return Request{}, LinkPattern
	case class.report >= reportScore && (isDocument(u) || class.year != 0) && !class.isColumn:
		r.Role, r.Priority = RoleReport, prioReport
	case class.column > 0 && isDocument(u):
		// Below a column's address, a document without telling words: on the
		// column itself only, where titles are often cut or are a region's name.
		if role != RoleList {
			return Request{}, LinkPattern
		}
		r.Role, r.Priority = RoleReport, prioReport-10
	case class.column > 0 || class.report >= reportScore:
		r.Role, r.Priority = RoleList, prioColumn+min(class.column+class.report, 100)/10
	case role == RoleList && (class.year != 0 || isBelow(c.URL, u)) && !isDocument(u):
		r.Role, r.Priority = RoleList, prioColumn-10
	case role == RoleList && isBelow(c.URL, u) && class.year != 0:
		r.Role, r.Priority = RoleReport, prioReport-10
	case role == RoleSite && class.section > 0 && !isDocument(u):
		r.Role, r.Priority = RoleSite, prioSection+min(class.section, 100)/10
	default:
		return Request{}, LinkPattern
	}
	if class.year != 0 && r.Role != RoleSite && l.kind != linkHop && !d.wants(c.Request.Seed, class.year) {
		return Request{}, LinkYear
	}
	if r.Depth > d.MaxDepth {
		return Request{}, LinkDepth
	}
	return r, ""
}

func (d Discovery) wants(s Seed, year int) bool {
	if len(s.Years) > 0 {
		return s.Wants(year)
	}
	return len(d.Years) == 0 || slices.Contains(d.Years, year)
}

// inScope: the seed's host, the host the page itself was found on (a redirect
// of the seed may have led there), and for files the named attachment hosts.
func (d Discovery) inScope(c *Capture, u *url.URL, attachment bool) bool {
	h := bareHost(u.Host)
	if h == bareHost(c.Request.Seed.host()) || h == bareHost(hostOf(c.URL)) {
		return true
	}
	return attachment && slices.ContainsFunc(d.AttachmentHosts, func(a string) bool { return bareHost(strings.ToLower(a)) == h })
}

func bareHost(h string) string { return strings.TrimPrefix(h, "www.") }

// reportScore is what a link's text must come to, to be a report's.
const reportScore = 30

// A classification is what the patterns make of a link.
type classification struct {
	report, column, section int
	attachment, refused     bool
	isColumn                bool // the text names a column, not one report
	nextWord                bool
	year                    int // in the text; 0: none, or several
}

func (p *Patterns) classify(text string, u *url.URL) classification {
	var c classification
	flat := strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' {
			return -1
		}
		return r
	}, text))
	where := strings.ToLower(u.Path)
	if u.RawQuery != "" {
		where += "?" + strings.ToLower(u.RawQuery)
	}
	file := strings.ToLower(path.Ext(u.Path))
	for _, r := range p.rows {
		switch r.where {
		case "text":
			if !strings.Contains(flat, r.word) {
				continue
			}
		case "url":
			if !strings.Contains(where, r.word) {
				continue
			}
		case "file":
			if file != r.word && !strings.HasSuffix(where, r.word) {
				continue
			}
		case "next":
			if flat == r.word {
				c.nextWord = true
			}
			continue
		}
		switch r.class {
		case "report":
			c.report += r.score
		case "column":
			c.column += r.score
			c.isColumn = c.isColumn || r.where == "text"
		case "section":
			c.section += r.score
		case "attachment":
			c.attachment = true
		case "refuse":
			c.refused = true
		}
	}
	c.year = yearOf(flat)
	if c.year != 0 {
		c.isColumn = false
	}
	return c
}

var yearPattern = regexp.MustCompile(`(?:^|[^0-9])(20[0-9]{2})(?:[^0-9]|$)`)

// yearOf is the one year a text names; 0 when it names none or several.
func yearOf(text string) int {
	year := 0
	for _, m := range yearPattern.FindAllStringSubmatch(text, 4) {
		y, _ := strconv.Atoi(m[1]) // four digits
		if year != 0 && y != year {
			return 0
		}
		year = y
	}
	if year < firstYear {
		return 0
	}
	return year
}

// next reports whether a link leads to another page of the list it stands on:
// its text is a page number or a word for it, and its address differs from the
// list's in a number only.
func (c classification) next(l link, from *Capture, u *url.URL) bool {
	number := len(l.text) > 0 && len(l.text) <= 4 && strings.Trim(l.text, "0123456789") == ""
	if !number && !c.nextWord {
		return false
	}
	if number && c.year != 0 {
		return false // a year's column
	}
	f, err := url.Parse(from.URL)
	return err == nil && f.Host == u.Host && pageless(f) == pageless(u)
}

var (
	pageSuffix = regexp.MustCompile(`(?i)(?:[_-]\d{1,4}|[_-]?p(?:age)?[_-]?\d{1,4})?(\.[a-z]{3,5})?$`)
	pageDir    = regexp.MustCompile(`(?i)/(?:p|page|pn)?[_-]?\d{1,4}/?$`)
	pageParam  = regexp.MustCompile(`(?i)^(?:p|pn|pg|page|pageno|pagenum|pageindex|page_index|currentpage|curpage|cur|paged|start|offset|nowpage|pagecurrent|currpage|npage)$`)
)

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

var documentPath = regexp.MustCompile(`(?i)(?:/t?\d{8}_\d+|/t\d{6,}|content[_/-]\d+|/art/\d{4}/|art_[0-9a-f_]{6,}|/info/\d+/\d+|[0-9a-f]{24,}|mpost_\d+|post_\d+|article[_/].*\d{4,}|/c\d+_\d+|/i\d{5,}|-show-\d+|doc_[0-9a-f]{6,}|/\d{5,}\.\w+$|/webinfo/|detail|/pages_\d+_\d+|\d{15,}|id=\d+)`)

// isDocument reports whether an address is, by its form, one document and no
// column: content systems number documents and name columns.
func isDocument(u *url.URL) bool {
	where := u.Path
	if u.RawQuery != "" {
		where += "?" + u.RawQuery
	}
	if strings.HasSuffix(u.Path, "/") {
		return false
	}
	return documentPath.MatchString(where)
}

// isBelow reports whether an address lies in the folder of a list or deeper.
func isBelow(list string, u *url.URL) bool {
	l, err := url.Parse(list)
	if err != nil || l.Host != u.Host {
		return false
	}
	dir, _ := path.Split(l.Path)
	return dir != "/" && strings.HasPrefix(u.Path, dir) && strings.Count(dir, "/") >= 2
}

// isTrap reports whether a path repeats itself as endless ones do: the same
// segment four times, or more than twenty segments.
func isTrap(p string) bool {
	if strings.Count(p, "/") > 20 {
		return true
	}
	count := map[string]int{}
	for s := range strings.SplitSeq(p, "/") {
		if s == "" {
			continue
		}
		if count[s]++; count[s] > 3 {
			return true
		}
	}
	return false
}

// A linkPage is what one pass over a page finds.
type linkPage struct {
	links []link
	base  string
	text  []byte // the beginning of its visible text, not decoded
	short bool   // has hardly any text of its own

	active   bool // has scripts
	password bool // has a password field
}

// textSample is how much of the visible text is kept, in octets: enough to tell a
// short page from a long one, and to look for marks in a short one.
const textSample = 4 << 10

// shortText is the visible text, in octets, below which a page may be only a
// hop or a frame to another one.
const shortText = 600

func readLinks(body []byte, contentType string, limit int) *linkPage {
	var (
		p       = new(linkPage)
		scripts [][]byte
		anchor  = -1 // index of the link whose text is being read
		text    []byte
		title   string
		enc     encoding.Encoding
	)
	if bytes.HasPrefix(body, []byte{0xff, 0xfe}) || bytes.HasPrefix(body, []byte{0xfe, 0xff}) {
		body = []byte(decodeText(body, charsetOf(body, contentType)))
	}
	characters := func(b []byte) string {
		if isPrintableASCII(string(b)) {
			return string(b)
		}
		if enc == nil {
			enc = charsetOf(body, contentType)
		}
		return decodeText(b, enc)
	}
	decode := func(b []byte) string { return unescapeAttribute(characters(b)) }
	endAnchor := func() {
		if anchor < 0 {
			return
		}
		t := clip(strings.Join(strings.Fields(unescape(characters(text))), " "), 300)
		// A title attribute has the whole of what a list cuts short.
		if t == "" || strings.HasSuffix(t, "…") || strings.HasSuffix(t, "...") || len(title) > len(t) && strings.HasPrefix(title, strings.TrimRight(t, ".…")) {
			if title != "" {
				t = title
			}
		}
		p.links[anchor].text = t
		anchor, text, title = -1, text[:0], ""
	}
	add := func(l link) bool {
		if l.href == "" || len(p.links) >= limit {
			return false
		}
		p.links = append(p.links, l)
		return true
	}
	s := newTagScanner(body)
	for {
		t, ok := s.next()
		if !ok {
			break
		}
		switch t.name {
		case "":
			if anchor >= 0 && len(text) < 2048 {
				text = append(text, t.text[:min(len(t.text), 2048)]...)
			}
			if visible := bytes.TrimSpace(t.text); len(visible) > 0 && len(p.text) < textSample {
				p.text = append(append(p.text, visible[:min(len(visible), textSample)]...), ' ')
			}
		case "a", "area":
			endAnchor()
			href, ok := attribute(t.attr, "href")
			click, clicks := attribute(t.attr, "onclick")
			h := decode(href)
			if lower := strings.ToLower(strings.TrimSpace(h)); clicks && (!ok || lower == "" || lower[0] == '#' || strings.HasPrefix(lower, "javascript:")) {
				h = "javascript:" + decode(click)
			}
			if strings.HasPrefix(strings.TrimSpace(h), "#") {
				continue
			}
			if add(link{href: h}) {
				anchor = len(p.links) - 1
				if v, ok := attribute(t.attr, "title"); ok {
					title = clip(strings.Join(strings.Fields(decode(v)), " "), 300)
				}
			}
		case "/a":
			endAnchor()
		case "img":
			if anchor >= 0 && len(bytes.TrimSpace(text)) == 0 {
				if v, ok := attribute(t.attr, "alt"); ok {
					text = append(text, v...)
				}
			}
		case "base":
			if v, ok := attribute(t.attr, "href"); ok && p.base == "" {
				p.base = decode(v)
			}
		case "frame", "iframe":
			if v, ok := attribute(t.attr, "src"); ok {
				add(link{href: decode(v), kind: linkFrame})
			}
		case "embed":
			if v, ok := attribute(t.attr, "src"); ok {
				add(link{href: decode(v), kind: linkEmbedded})
			}
		case "object":
			if v, ok := attribute(t.attr, "data"); ok {
				add(link{href: decode(v), kind: linkEmbedded})
			}
		case "meta":
			if v, ok := attribute(t.attr, "http-equiv"); ok && strings.EqualFold(strings.TrimSpace(string(v)), "refresh") {
				content, _ := attribute(t.attr, "content")
				if to, ok := refreshTarget(decode(content)); ok {
					add(link{href: to, kind: linkHop})
				}
			}
		case "input":
			if v, ok := attribute(t.attr, "type"); ok && strings.EqualFold(string(v), "password") {
				p.password = true
			}
		case "script":
			p.active = true
			if len(t.text) > 0 {
				scripts = append(scripts, t.text)
			}
		}
	}
	endAnchor()
	p.short = len(p.text) < shortText
	for _, src := range scripts {
		for _, to := range pagesByScript(src) {
			add(link{href: to, kind: linkNext})
		}
		if p.short {
			if m := locationPattern.FindSubmatch(src); m != nil {
				add(link{href: decode(bytes.ReplaceAll(m[1], []byte(`\/`), []byte("/"))), kind: linkHop})
			}
		}
	}
	return p
}

// refreshTarget is the address of a <meta http-equiv="refresh">, when it leads
// elsewhere and soon.
func refreshTarget(content string) (string, bool) {
	delay, to, ok := strings.Cut(content, ";")
	if !ok {
		delay, to, ok = strings.Cut(content, ",")
	}
	if seconds, err := strconv.ParseFloat(strings.TrimSpace(delay), 64); err != nil || seconds > 30 || !ok {
		return "", false
	}
	to = strings.TrimSpace(to)
	if len(to) < 4 || !strings.EqualFold(to[:3], "url") {
		return "", false
	}
	_, to, ok = strings.Cut(to, "=")
	return strings.Trim(strings.TrimSpace(to), `"'`), ok
}

var (
	locationPattern = regexp.MustCompile(`(?:^|[^\w.])(?:(?:window|self|top|parent|document)\s*\.\s*)*location(?:\s*\.\s*href)?\s*(?:=\s*|\.\s*(?:replace|assign)\s*\(\s*)["']([^"']{1,1000})["']`)
	createPage      = regexp.MustCompile(`(?i)createPage(?:HTML)?\w{0,12}\s*\(([^()]{1,200})\)`)
	scriptURL       = regexp.MustCompile(`["']([^"']*(?:/|\.(?:s?html?|jspx?|aspx?|php|do|pdf|docx?|xlsx?|wps|zip))[^"']*)["']`)
)

// pagesByScript computes the further pages of a list that a script writes links
// to: createPageHTML(12, 0, "index", "html") says that there are twelve, of
// which this is the first, and that the next is index_1.html. Variants put the
// name of an element first, and count from 1: then the second is index_2.html.
func pagesByScript(src []byte) []string {
	var pages []string
	if !bytes.Contains(src, []byte("reatePage")) && !bytes.Contains(src, []byte("reatepage")) {
		return nil
	}
	for _, m := range createPage.FindAllSubmatch(src, 3) {
		var numbers []int
		var names []string
		for arg := range strings.SplitSeq(string(m[1]), ",") {
			arg = strings.TrimSpace(arg)
			if n, err := strconv.Atoi(arg); err == nil {
				numbers = append(numbers, n)
			} else if quoted := strings.Trim(arg, `"'`); len(quoted) == len(arg)-2 && len(numbers) > 0 {
				names = append(names, quoted)
			}
		}
		if len(numbers) < 2 || len(names) < 2 || numbers[0] < 2 || numbers[1] > 1 {
			continue // one page, or not the first: its addresses are known from there
		}
		first, last := 1, numbers[0]-1
		if numbers[1] == 1 {
			first, last = 2, numbers[0]
		}
		for i := first; i <= min(last, 1000); i++ {
			pages = append(pages, names[0]+"_"+strconv.Itoa(i)+"."+strings.TrimPrefix(names[1], "."))
		}
	}
	return pages
}

var pageInName = regexp.MustCompile(`_(\d{1,4})\.[a-zA-Z]+$`)

// pageNumber is the number in a list page's file name; 1 when it has none.
func pageNumber(u *url.URL) int {
	if m := pageInName.FindStringSubmatch(u.Path); m != nil {
		n, _ := strconv.Atoi(m[1]) // digits only
		return n
	}
	return 1
}

// linkTarget is the address a link leads to: its href, or the address inside a
// javascript: one, or the file a viewer page is told to show.
func linkTarget(l link) (string, bool) {
	href := strings.TrimSpace(l.href)
	lower := strings.ToLower(href)
	if strings.HasPrefix(lower, "javascript:") {
		if m := locationPattern.FindStringSubmatch(href); m != nil {
			return m[1], true
		}
		if m := scriptURL.FindStringSubmatch(href); m != nil {
			return m[1], true
		}
		return "", false
	}
	if i := strings.Index(lower, "viewer.html?file="); i >= 0 {
		if file, err := url.QueryUnescape(href[i+len("viewer.html?file="):]); err == nil && file != "" {
			return file, true
		}
	}
	return href, href != ""
}
