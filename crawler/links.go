package crawler

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/encoding"

	"nianbao/parser/filename"
	"nianbao/parser/lazyregexp"
)

// A link is one way out of a page.
type link struct {
	href string // decoded, as written
	text string // of the anchor, white space collapsed
	kind linkKind
	form string // the body of a POST; "": a GET
	page int    // of a linkNext: which page it is; 0: its address says
}

type linkKind int

const (
	linkAnchor   linkKind = iota
	linkFrame             // frame, iframe
	linkEmbedded          // embed, object, a file that a script shows
	linkHop               // meta refresh, location.href: the page is elsewhere
	linkNext              // another page of the same list, computed from a script
	linkColumn            // a column that a script asks for by its name
)

// A linkPage is what one pass over a page finds.
type linkPage struct {
	links []link
	base  string
	text  []byte // the beginning of its visible text, not decoded
	short bool   // has hardly any text of its own

	ruled    bool // the rules of content systems have added their links
	active   bool // has scripts
	password bool // has a password field
}

// textSample is how much of the visible text is kept, in octets: enough to tell a
// short page from a long one, and to look for marks in a short one.
const textSample = 4 << 10

// shortText is the visible text, in octets, below which a page may be only a
// hop or a frame to another one.
const shortText = 600

// readLinks finds the links of the page at an address, at most limit of them:
// those of its markup first, then those its scripts make.
func readLinks(body []byte, contentType, at string, limit int) *linkPage {
	if bytes.HasPrefix(body, []byte{0xff, 0xfe}) || bytes.HasPrefix(body, []byte{0xfe, 0xff}) {
		body = []byte(decodeText(body, charsetOf(body, contentType)))
	}
	r := linkReader{page: new(linkPage), limit: limit, body: body, contentType: contentType, open: -1}
	r.scan(body, false)
	r.page.short = len(r.page.text) < shortText
	left := maxScripts
	for _, l := range r.page.links {
		r.calls = max(r.calls, calledPage(l.href))
	}
	for i := 0; i < len(r.scripts) && i < mostScripts && left > 0; i++ {
		src := r.scripts[i][:min(len(r.scripts[i]), maxScript, left)]
		left -= len(src)
		r.script(src, at)
	}
	return r.page
}

// A linkReader is one pass over a page.
type linkReader struct {
	page        *linkPage
	limit       int
	body        []byte
	contentType string
	enc         encoding.Encoding // nil: not needed yet
	scripts     [][]byte
	calls       int // the highest page that a link hands to a script

	open  int    // index of the link whose text is being read; -1: none
	text  []byte // its text so far
	title string
	row   []byte // what stands before it
}

func (r *linkReader) characters(b []byte) string {
	if isPrintableASCII(string(b)) {
		return string(b)
	}
	if r.enc == nil {
		r.enc = charsetOf(r.body, r.contentType)
	}
	return decodeText(b, r.enc)
}

func (r *linkReader) attribute(b []byte) string { return unescapeAttribute(r.characters(b)) }

func (r *linkReader) add(l link) bool {
	if l.href == "" || len(r.page.links) >= r.limit {
		return false
	}
	r.page.links = append(r.page.links, l)
	return true
}

// maxLinkText is how much of a link's text is kept, in octets.
const maxLinkText = 300

func oneSpace(s string) string { return strings.Join(strings.Fields(s), " ") }

// begin opens a link whose text follows. before is the markup in front of it.
func (r *linkReader) begin(href string, attr, before []byte) {
	kind := linkAnchor
	if strings.Contains(href, "dataproxy.jsp?") {
		kind = linkNext // the next records of a list that a script would ask for
	}
	if !r.add(link{href: href, kind: kind}) {
		return
	}
	r.open, r.row = len(r.page.links)-1, before
	if v, ok := attribute(attr, "title"); ok {
		r.title = clip(oneSpace(r.attribute(v)), maxLinkText)
	}
}

// end closes the link whose text was being read.
func (r *linkReader) end() {
	if r.open < 0 {
		return
	}
	t := clip(oneSpace(unescape(r.characters(r.text))), maxLinkText)
	// A title attribute has the whole of what a list cuts short.
	if t == "" || strings.HasSuffix(t, "…") || strings.HasSuffix(t, "...") || len(r.title) > len(t) && strings.HasPrefix(r.title, strings.TrimRight(t, ".…")) {
		if r.title != "" {
			t = r.title
		}
	}
	if generic[t] {
		t = oneSpace(r.rowText() + " " + t)
	}
	r.page.links[r.open].text = t
	r.open, r.text, r.title, r.row = -1, r.text[:0], "", nil
}

// generic are texts of links that say nothing of where they lead: the words in
// front of them do.
var generic = map[string]bool{
	"查看": true, "查看详情": true, "查看全文": true, "查看详细": true, "点击查看": true, "点击进入": true, "详情": true, "详细": true, "详细内容": true,
	"进入": true, "打开": true, "阅读": true, "阅读全文": true, "浏览": true, "在线阅读": true, "更多": true, "更多>>": true, "more": true,
	"下载": true, "点击下载": true, "文件下载": true, "下载文件": true, "预览": true, "在线预览": true,
}

// rowReach is how far back from a link the words before it are looked for.
const rowReach = 1 << 10

// rowStart is where a row begins, or the one before it ended.
var rowStart = lazyregexp.New(`(?i)</?(?:li|tr|p|dl|dt|div|ul|h[1-6])[\s>]`)

// rowText is what the row of a list or table says before the open link.
func (r *linkReader) rowText() string {
	before := r.row[max(0, len(r.row)-rowReach):]
	starts := rowStart.FindAllIndex(before, -1)
	if len(starts) == 0 {
		return ""
	}
	var b strings.Builder
	s := newTagScanner(before[starts[len(starts)-1][0]:])
	for t, ok := s.next(); ok; t, ok = s.next() {
		if t.name == "" {
			b.WriteString(r.characters(t.text))
		}
	}
	return clip(oneSpace(unescape(b.String())), maxLinkText)
}

// concatenated is a tag that a script puts together from pieces: its address is
// not known.
var concatenated = lazyregexp.New(`["']\s*\+|\+\s*["']`)

// A markupScan is one pass over markup: a page's, or with inside that which stands
// in one of its scripts.
type markupScan struct {
	*linkReader
	*tagScanner
	inside bool
	before []byte // the markup in front of the tag in hand
}

// tagLinks says what is done at each tag; at one that is not here, other is.
var tagLinks = map[string]func(*markupScan, tagToken){
	"":        (*markupScan).words,
	"a":       (*markupScan).anchor,
	"area":    (*markupScan).anchor,
	"/a":      func(m *markupScan, _ tagToken) { m.end() },
	"option":  (*markupScan).option,
	"/option": func(m *markupScan, _ tagToken) { m.end() },
	"img":     (*markupScan).image,
	"base":    (*markupScan).base,
	"frame":   leads("src", linkFrame),
	"iframe":  leads("src", linkFrame),
	"embed":   leads("src", linkEmbedded),
	"object":  leads("data", linkEmbedded),
	"meta":    (*markupScan).refresh,
	"script":  (*markupScan).source,
}

// scan reads the links of markup.
func (r *linkReader) scan(markup []byte, inside bool) {
	m := &markupScan{linkReader: r, tagScanner: newTagScanner(markup), inside: inside}
	for {
		m.before = markup[:len(markup)-len(m.rest)]
		t, ok := m.next()
		if !ok {
			break
		}
		if inside && t.name != "" && concatenated.Match(t.attr) {
			r.end()
			continue
		}
		do, known := tagLinks[t.name]
		if !known {
			do = (*markupScan).other
		}
		do(m, t)
	}
	r.end()
}

// leads is for tags whose attribute is an address by itself.
func leads(name string, kind linkKind) func(*markupScan, tagToken) {
	return func(m *markupScan, t tagToken) {
		if v, ok := attribute(t.attr, name); ok {
			m.add(link{href: m.attribute(v), kind: kind})
		}
	}
}

// maxRawText is how much of a link's text is read before it is decoded, in octets.
const maxRawText = 2 << 10

func (m *markupScan) words(t tagToken) {
	if m.open >= 0 && len(m.text) < maxRawText {
		m.text = append(m.text, t.text[:min(len(t.text), maxRawText)]...)
	}
	if p := m.page; !m.inside && len(p.text) < textSample {
		if visible := bytes.TrimSpace(t.text); len(visible) > 0 {
			p.text = append(append(p.text, visible[:min(len(visible), textSample)]...), ' ')
		}
	}
}

func (m *markupScan) anchor(t tagToken) {
	m.end()
	if h := m.anchorTarget(t.attr); h != "" && h[0] != '#' {
		m.begin(h, t.attr, m.before)
	}
}

func (m *markupScan) option(t tagToken) {
	m.end()
	if v, ok := attribute(t.attr, "value"); ok && (bytes.IndexByte(v, '/') >= 0 || bytes.Contains(v, []byte(".htm"))) {
		m.begin(m.attribute(v), nil, nil)
		m.until = "/option"
	}
}

// image reads what stands for a picture that is all a link has.
func (m *markupScan) image(t tagToken) {
	if m.open < 0 || len(bytes.TrimSpace(m.text)) > 0 {
		return
	}
	if v, ok := attribute(t.attr, "alt"); ok {
		m.text = append(m.text, v...)
	}
}

func (m *markupScan) base(t tagToken) {
	if v, ok := attribute(t.attr, "href"); ok && m.page.base == "" && !m.inside {
		m.page.base = m.attribute(v)
	}
}

func (m *markupScan) refresh(t tagToken) {
	v, ok := attribute(t.attr, "http-equiv")
	if !ok || !strings.EqualFold(strings.TrimSpace(string(v)), "refresh") {
		return
	}
	content, _ := attribute(t.attr, "content")
	if to, ok := refreshTarget(m.attribute(content)); ok {
		m.add(link{href: to, kind: linkHop})
	}
}

func (m *markupScan) source(t tagToken) {
	m.page.active = true
	if len(t.text) > 0 {
		m.scripts = append(m.scripts, t.text)
	}
}

func (m *markupScan) other(t tagToken) {
	if t.name == "input" {
		if v, ok := attribute(t.attr, "type"); ok && strings.EqualFold(string(v), "password") {
			m.page.password = true
		}
	}
	if t.name == m.until {
		m.end()
		m.until = ""
	}
	// Rows of lists that are links by their onclick alone.
	if click, ok := attribute(t.attr, "onclick"); ok {
		m.end()
		m.begin("javascript:"+m.attribute(click), t.attr, nil)
		m.until = "/" + t.name
	}
}

// anchorTarget is where an anchor leads: its href, or what a script of its own
// does instead.
func (r *linkReader) anchorTarget(attr []byte) string {
	href, _ := attribute(attr, "href")
	h := strings.TrimSpace(r.attribute(href))
	if h != "" && h[0] != '#' && !hasPrefixFold(h, "javascript:") {
		return h
	}
	if click, ok := attribute(attr, "onclick"); ok {
		return "javascript:" + r.attribute(click)
	}
	if h == "" || h[0] == '#' || !strings.ContainsAny(h, `'"`) {
		for _, name := range []string{"data-href", "data-url", "data-link", "data-src"} {
			if v, ok := attribute(attr, name); ok && len(v) > 0 {
				return r.attribute(v)
			}
		}
	}
	return h
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// Limits of what is looked through, in octets: of all scripts of a page, of one,
// and of one object in it; and how many scripts, and files that one names.
const (
	maxScripts     = 1 << 20
	mostScripts    = 200
	maxScript      = 128 << 10
	maxObject      = 4 << 10
	maxScriptFiles = 20
)

// script finds what a script of the page leads to.
func (r *linkReader) script(src []byte, at string) {
	for _, to := range pagesByScript(src, r.calls, at) {
		r.add(link{href: to, kind: linkNext})
	}
	if r.page.short {
		if m := locationPattern.FindSubmatch(src); m != nil {
			r.add(link{href: r.attribute(bytes.ReplaceAll(m[1], []byte(`\/`), []byte("/"))), kind: linkHop})
		}
	}
	// Lists whose rows are markup inside a script: <record><![CDATA[<a href=…
	if indexFold(src, "<a ") >= 0 || indexFold(src, "<iframe ") >= 0 {
		r.scan(unquote(src), true)
	}
	for _, l := range r.objects(src) {
		r.add(l)
	}
	for _, m := range scriptFile.FindAllSubmatch(src, maxScriptFiles) {
		if m[1] == nil { // else it is the end of an address
			r.add(link{href: r.attribute(bytes.ReplaceAll(m[2], []byte(`\/`), []byte("/"))), kind: linkEmbedded})
		}
	}
}

// files are the endings of files that may hold reports, for patterns.
var files = strings.Join(filename.Endings(), "|")

var (
	locationPattern = lazyregexp.New(`(?:^|[^\w.])(?:(?:window|self|top|parent|document)\s*\.\s*)*location(?:\s*\.\s*href)?\s*(?:=\s*|\.\s*(?:replace|assign)\s*\(\s*)["']([^"']{1,1000})["']`)
	scriptURL       = lazyregexp.New(`["']([^"']*(?:/|\.(?:s?html?|jspx?|aspx?|php|do|` + files + `))[^"']*)["']`)
	scriptFile      = lazyregexp.New(`(?i)(\+\s*)?["']([^"'<>\s+]{1,400}\.(?:` + files + `))["']`)
	object          = lazyregexp.New(`\{[^{}]*\}`)
	literal         = lazyregexp.New(`"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'`)
	literalAddress  = lazyregexp.New(`^(?:https?:/)?/[^\s/]|^\.{1,2}/|\.(?:s?html?|jspx?|aspx?|` + files + `)(?:$|\?)`)
	codePoint       = lazyregexp.New(`\\u([0-9a-fA-F]{4})`)
)

// unquote undoes the backslashes before quotes and slashes of a script's strings.
func unquote(src []byte) []byte {
	if bytes.IndexByte(src, '\\') < 0 {
		return src
	}
	return []byte(backslashes.Replace(string(src)))
}

var backslashes = strings.NewReplacer(`\"`, `"`, `\'`, `'`, `\/`, `/`)

// objects finds rows of lists and of menus that stand as objects in a script:
// {"title": "…年度报告", "url": "/…"}. The text is the longest of an object's
// strings in Chinese, the address the first that is one.
func (r *linkReader) objects(src []byte) (links []link) {
	if !slices.ContainsFunc([]string{"url", "Url", "URL", "href", "Href", "HREF", "link", "Link"}, func(key string) bool { return bytes.Contains(src, []byte(key)) }) {
		return nil
	}
	for _, o := range object.FindAll(src, r.limit) {
		if len(o) > maxObject || bytes.IndexByte(o, '/') < 0 && bytes.IndexByte(o, '.') < 0 {
			continue
		}
		l := link{}
		for _, m := range literal.FindAllSubmatch(o, 60) {
			s := m[1]
			if s == nil {
				s = m[2]
			}
			v := codePoint.ReplaceAllStringFunc(backslashes.Replace(r.characters(s)), decodeCodePoint)
			switch {
			case l.href == "" && literalAddress.MatchString(v):
				l.href = v
			case len(v) > len(l.text) && strings.IndexFunc(v, isHan) >= 0 && !literalAddress.MatchString(v):
				l.text = clip(oneSpace(v), maxLinkText)
			}
		}
		if l.href != "" && l.text != "" {
			links = append(links, l)
		}
	}
	return links
}

func decodeCodePoint(escape string) string {
	n, err := strconv.ParseUint(escape[2:], 16, 32)
	if err != nil {
		return escape
	}
	return string(rune(n))
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }
