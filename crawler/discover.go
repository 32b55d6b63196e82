package crawler

import (
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"nianbao/parser/filename"
	"nianbao/parser/lazyregexp"
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

// discovery is what a page leads to.
type discovery struct {
	follow  []Request
	refused []RefusedLink
}

// discover finds the links of a captured page that are worth following. role is
// what the page turned out to be. It is pure: the same page gives the same links.
func (d Discovery) discover(c *Capture, role Role, patterns *Patterns) discovery {
	var out discovery
	base, err := url.Parse(c.URL)
	if err != nil || !c.readPage(base, role, d.MaxLinks+1) {
		return out
	}
	if role == RoleSite && patterns.classify(c.Request.Text, base).column > 0 {
		role = RoleList // the way led straight to the column
	}
	page := c.page
	if page.base != "" {
		if b, err := resolve(base, page.base); err == nil {
			base = b
		}
	}
	sift := sifting{d, c, role, patterns, page.short}
	sift.all(&out, page, base)
	if len(out.follow) == 0 && !page.short && role != RoleReport && slices.ContainsFunc(page.links, func(l link) bool { return l.kind == linkFrame }) {
		// A page around the list: what leads on stands in one of its frames.
		out, sift.frames = discovery{}, true
		sift.all(&out, page, base)
	}
	slices.SortStableFunc(out.follow, func(a, b Request) int { return b.Priority - a.Priority })
	return out
}

// readPage reads the links of a capture, at most so many; false for what has none.
func (c *Capture) readPage(base *url.URL, role Role, most int) bool {
	kind := c.Header.Get("Content-Type")
	if !isHTML(kind, c.Body) {
		answer := jsonBody(c.Body, kind)
		if c.page == nil && answer != nil {
			c.page = readAnswer(answer, c.Request, most)
		}
		return answer != nil
	}
	if c.page == nil {
		c.page = readLinks(c.Body, kind, c.URL, most)
	}
	if !c.page.ruled && (role == RoleSite || role == RoleList) {
		c.page.ruled = true
		c.page.links = append(c.page.links, systemLinks(c, base)...)
	}
	return true
}

// A sifting sorts a page's links into those that are followed and those that
// are not.
type sifting struct {
	Discovery
	page     *Capture
	role     Role // of the page
	patterns *Patterns
	frames   bool // frames belong to the page whatever they are called
}

func (d sifting) all(out *discovery, page *linkPage, base *url.URL) {
	c := d.page
	seen := map[string]bool{c.Request.Key(): true, Request{URL: c.URL, Form: c.Request.Form}.Key(): true}
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
		key := Request{URL: s, Form: l.form}.Key()
		if seen[key] {
			continue
		}
		r, reason := d.judge(l, u, s)
		if reason != "" {
			// The same address may stand there once more, with a text that says more.
			refuse(clip(s, MaxURL), reason)
			continue
		}
		seen[key] = true
		out.follow = append(out.follow, r)
	}
	settle(out, seen)
}

// settle leaves each refused address once, and none that is followed.
func settle(out *discovery, followed map[string]bool) {
	out.refused = slices.DeleteFunc(out.refused, func(l RefusedLink) bool {
		if followed[l.URL] {
			return true
		}
		followed[l.URL] = l.Reason != LinkScheme
		return false
	})
}

// judge decides on one link: the request it makes, or why it makes none.
func (d sifting) judge(l link, u *url.URL, address string) (Request, Reason) {
	if len(address) > MaxURL {
		return Request{}, LinkTooLong
	}
	if isTrap(u.Path) {
		return Request{}, LinkTrap
	}
	class := d.patterns.classify(l.text, u)
	if class.refused {
		return Request{}, LinkType
	}
	c := d.page
	r := Request{URL: address, Form: l.form, Seed: c.Request.Seed, Depth: c.Request.Depth + 1, Text: l.text, Referrer: c.URL, Site: c.Request.Site}
	if !d.mayLead(l, u, class) {
		return Request{}, LinkScope
	}
	if class.office && d.OwnOnly && c.Request.Seed.Kind != KindReport && l.kind != linkHop {
		return Request{}, LinkAgency
	}
	reason := d.place(&r, l, u, class)
	if reason != "" {
		return Request{}, reason
	}
	if class.year != 0 && r.Role != RoleSite && l.kind != linkHop && !d.wants(c.Request.Seed, class.year) {
		return Request{}, LinkYear
	}
	if r.Depth > d.MaxDepth {
		return Request{}, LinkDepth
	}
	return r, ""
}

// mayLead reports whether a link may be followed where it leads. The part or the column
// itself may be on a platform of many governments; its next page is where it is.
func (d sifting) mayLead(l link, u *url.URL, class classification) bool {
	if d.inScope(d.page, u, class.attachment || l.kind == linkEmbedded) {
		return true
	}
	return class.exact && l.kind != linkNext && (d.role == RoleSite || d.role == RoleList) && d.onPlatform(d.page, u)
}

// place gives a request the role of what its link leads to, by how it stands in the page
// and, if that does not tell, by its text and address; or it says why none.
func (d sifting) place(r *Request, l link, u *url.URL, class classification) Reason {
	c, role := d.page, d.role
	switch {
	case l.kind == linkHop:
		r.Role, r.Priority, r.Depth, r.Page = role, prioHop, c.Request.Depth, c.Request.Page
		r.Text = c.Request.Text
		r.Hops = append(slices.Clone(c.Request.Hops), Hop{URL: c.URL})
	case l.kind == linkNext || role == RoleList && class.next(l, c, u):
		return d.placeNext(r, l, u)
	case l.kind == linkColumn:
		if class.column > 0 || class.report >= reportScore {
			r.Role, r.Priority = RoleList, class.columnPriority()
		}
	case l.kind == linkFrame && !class.attachment:
		if d.frames || class.report+class.column+class.section > 0 {
			r.Role, r.Priority = role, prioHop
		}
	case class.attachment || l.kind == linkEmbedded:
		if d.holdsFile(l, class) {
			r.Role, r.Priority = RoleAttachment, prioAttachment
		}
	case role != RoleReport && role != RoleAttachment:
		// A report leads to its files and frames; its other links are the site's.
		r.Role, r.Priority = class.told(role, u, isBelow(c.URL, u))
	}
	if r.Role == "" {
		return LinkPattern
	}
	return ""
}

// holdsFile reports whether a file that a page leads to may be a report's. A frame with
// a file has it in the place of the text.
func (d sifting) holdsFile(l link, class classification) bool {
	return l.kind == linkFrame || d.role == RoleReport || class.report >= reportScore || d.role == RoleList && class.column > 0
}

// placeNext places another page of a list.
func (d sifting) placeNext(r *Request, l link, u *url.URL) Reason {
	if d.role != RoleList {
		return LinkPattern
	}
	r.Role, r.Priority, r.Depth, r.Page = RoleList, prioNext, d.page.Request.Depth, d.page.Request.Page+1
	if l.page > 0 {
		r.Page = l.page
	} else if l.kind == linkNext {
		r.Page = pageNumber(u)
	} else if n, err := strconv.Atoi(l.text); err == nil {
		r.Page = max(n-1, 0)
	}
	if r.Page >= d.MaxListPages {
		return LinkPages
	}
	r.Text = d.page.Request.Text
	return ""
}

// told is what a link of a list or of a part of a site leads to, by its text and address,
// one case each in the order of what tells most;
// no role where they do not tell. below: its address is below the page's.
func (class classification) told(role Role, u *url.URL, below bool) (Role, int) {
	doc, list, report := isDocument(u), role == RoleList, class.report >= reportScore
	switch {
	case report && (doc || class.year != 0) && !class.isColumn:
		return RoleReport, prioReport
	case class.column > 0 && doc && list:
		// Below a column's address, a document without telling words: on the
		// column itself only, where titles are often cut or are a region's name.
		return RoleReport, prioReport - 10
	case class.column > 0 && doc && !class.isColumn: // list.aspx?id=31 is no document, whatever it looks like
		return "", 0
	case class.column > 0 || report:
		return RoleList, class.columnPriority()
	case list:
		return class.toldByYear(doc, below)
	case role == RoleSite && class.section > 0 && (!doc || class.isSection):
		return RoleSite, prioSection + min(class.section, 100)/10
	}
	return "", 0
}

// toldByYear is what a link of a list is by its year, and by where it leads, alone.
func (class classification) toldByYear(doc, below bool) (Role, int) {
	dated := class.year != 0
	switch {
	case (dated || below) && !doc:
		return RoleList, prioColumn - 10
	case dated && (below || class.bareYear):
		return RoleReport, prioReport - 10
	}
	return "", 0
}

// columnPriority is that of a column: the more its name says, the sooner it is asked for.
func (class classification) columnPriority() int {
	return prioColumn + min(class.column+class.report, 100)/10
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
	if base, err := url.Parse(c.URL); err == nil && sameSite(base.Hostname(), u.Hostname()) && isGovernment(u) {
		return true // xxgk.x.gov.cn of www.x.gov.cn
	}
	return attachment && slices.ContainsFunc(d.AttachmentHosts, func(a string) bool {
		a = bareHost(strings.ToLower(a))
		return a == h || a == bareHost(u.Hostname()) // named without a port: any
	})
}

// onPlatform reports whether an address may be that of a platform which a
// government's site has its column on.
func (d Discovery) onPlatform(c *Capture, u *url.URL) bool {
	page, err := url.Parse(c.URL)
	return err == nil && sameWorld(page, u)
}

func bareHost(h string) string { return strings.TrimPrefix(h, "www.") }

// reportScore is what a link's text must come to, to be a report's.
const reportScore = 30

// A classification is what the patterns make of a link.
type classification struct {
	report, column, section int
	attachment, refused     bool
	isColumn                bool // the text names a column, not one report
	isSection               bool // the text names a part of the site, as its menu does
	exact                   bool // the text is the name of a part or column and nothing else
	office                  bool // the text names the report of an office or township, or a column of such
	nextWord, moreWord      bool
	year                    int  // in the text; 0: none, or several
	bareYear                bool // the text is a year and nothing else
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
	files := fileTypes(u, flat)
	c.attachment = slices.ContainsFunc(files, func(e string) bool { return filename.Ending("x"+e) != "" })
	for _, r := range p.rows {
		if r.fits(flat, where, files) {
			c.take(r, flat)
		}
	}
	c.office = c.office || officeTitle.MatchString(flat)
	c.year = yearOf(flat)
	c.bareYear = c.year != 0 && len(flat) <= len("2021年度")
	if c.year != 0 {
		c.isColumn = false
	}
	return c
}

// fits reports whether a link's text, address or types of file have the pattern.
func (r pattern) fits(text, address string, files []string) bool {
	switch r.where {
	case "text":
		return strings.Contains(text, r.word)
	case "url":
		return strings.Contains(address, r.word)
	case "file":
		return slices.Contains(files, r.word)
	default: // next
		return text == r.word
	}
}

// take adds what a pattern says that the link with the text has.
func (c *classification) take(r pattern, text string) {
	inText, whole := r.where == "text", text == r.word
	switch r.class {
	case "report":
		c.report += r.score
	case "column":
		c.column += r.score
		c.isColumn = c.isColumn || inText
		c.exact = c.exact || whole
	case "section":
		c.section += r.score
		c.exact = c.exact || whole
		c.isSection = c.isSection || inText && utf8.RuneCountInString(text) <= longestSection
	case "office":
		c.office = true
	case "attachment":
		c.attachment = true
	case "refuse":
		c.refused = true
	case "next":
		c.nextWord = c.nextWord || whole
	case "more":
		c.moreWord = c.moreWord || whole
	}
}

// officeTitle is the title of an office's or township's report: what it ends with
// stands right before the year, or before what the report is on.
var officeTitle = lazyregexp.New(`(?:局|委员会|发改委|卫健委|教体委|管委会|[^景]镇|[^宁]乡|街道|办事处|中心|大队|支队|总队|馆|公司|学校|医院|厅|联社|供销社)(?:关于|发布)?(?:20\d\d年|二[〇○零0]..年|政府信息公开.*年)`)

// longestSection is the longest name of a menu's entry, in characters: headlines
// are longer.
const longestSection = 10

// fileTypes are the types of file that an address speaks of, or the link's text
// where the address keeps silent: download.jsp?id=7, "附件1.docx".
func fileTypes(u *url.URL, text string) (types []string) {
	if e := path.Ext(u.Path); e != "" {
		types = append(types, strings.ToLower(e))
	}
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		_, value, _ := strings.Cut(pair, "=")
		if e := path.Ext(value); 2 < len(e) && len(e) <= 5 {
			types = append(types, strings.ToLower(e))
		}
	}
	if e := filename.Ending(text); e != "" {
		types = append(types, "."+e)
	}
	return types
}

var (
	number = lazyregexp.New(`[0-9]+`)
	// datePattern is a day, as lists print it behind their titles: it is not the
	// year that a report is on.
	datePattern = lazyregexp.New(`20[0-9]{2}(?:[-/.][0-9]{1,2}[-/.][0-9]{1,2}|年[0-9]{1,2}月[0-9]{1,2}日)`)
	hanYear     = lazyregexp.New(`二[〇○零0ＯOo][〇○零0ＯOo一二三四五六七八九]{2}年`)
)

const hanDigits = "〇一二三四五六七八九"

// yearOf is the one year a text names; 0 when it names none or several.
func yearOf(text string) int {
	text = datePattern.ReplaceAllString(text, " ")
	if strings.Contains(text, "二") {
		text = hanYear.ReplaceAllStringFunc(text, func(s string) string {
			var digits []byte
			for _, r := range strings.TrimSuffix(s, "年") {
				// What is not one of the nine is one of the ways to write zero.
				digits = append(digits, '0'+byte(max(strings.IndexRune(hanDigits, r), 0)/len("〇")))
			}
			return string(digits) + "年"
		})
	}
	year := 0
	for _, n := range number.FindAllString(text, 20) {
		if len(n) != 4 || n[:2] != "20" {
			continue
		}
		y, _ := strconv.Atoi(n) // four digits
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

var documentPath = lazyregexp.New(`(?i)(?:/t?\d{8}_\d+|/t\d{6,}|content[_/-]\d+|/art/\d{4}/|art_[0-9a-f_]{6,}|/info/\d+/\d+|[0-9a-f]{24,}|mpost_\d+|post_\d+|article[_/].*\d{4,}|/c\d+_\d+|/i\d{5,}|-show-\d+|doc_[0-9a-f]{6,}|/\d{5,}\.\w+$|/webinfo/|detail|/pages_\d+_\d+|\d{15,}|id=\d+)`)

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
