package crawler

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"nianbao/crawler/sites"
	"nianbao/parser/lazyregexp"
)

// jsonBody is the JSON of an answer, JSONP's call around it taken off; nil when
// it is none. It is UTF-8, whatever the answer's characters are.
func jsonBody(body []byte, contentType string) []byte {
	if len(body) > maxAnswer {
		return nil
	}
	if !utf8.Valid(body) {
		body = []byte(decodeText(body, charsetOf(body, contentType)))
	}
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
	if m := callback.FindSubmatch(body); m != nil {
		body = m[1]
	}
	if len(body) == 0 || body[0] != '{' && body[0] != '[' || !json.Valid(body) {
		return nil
	}
	return body
}

// maxAnswer is the longest answer that is looked through, in octets: lists are a
// tenth of it.
const maxAnswer = 2 << 20

var callback = lazyregexp.New(`(?s)^[\w.$]{1,80}\s*\((.*)\)\s*;?$`)

// readAnswer finds the links of a list's rows as scripts get them: JSON of
// objects with a title and an address, or with markup in one of their strings.
func readAnswer(body []byte, from Request, limit int) *linkPage {
	r := linkReader{page: new(linkPage), limit: limit, body: body, open: -1}
	var v any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber() // an identifier is longer than a float is exact
	if d.Decode(&v) != nil {
		return r.page
	}
	a := answerReader{linkReader: &r, at: from.URL}
	a.walk(v, 0)
	if a.rows > 0 {
		if u, form, page, ok := nextOfAnswer(from.URL, from.Form); ok && !a.last(page-1, sizeOfPage(from)) {
			r.add(link{href: u, form: form, kind: linkNext, page: page})
		}
	}
	return r.page
}

type answerReader struct {
	*linkReader
	at    string
	rows  int // links found
	total int // rows of the whole list; 0: not told
	pages int // pages of the whole list; 0: not told
}

// deepest is how deep an answer is looked into.
const deepest = 12

// Keys of an answer's objects, in lower case.
var (
	totalKeys = []string{"total", "totalcount", "recordcount", "totalrecord", "totalrecords", "totalsize", "post_count", "rowcount"}
	pageKeys  = []string{"pages", "totalpage", "totalpages", "pagecount", "pagetotal"}
)

// last reports whether a page is the last one by what the answer says. size is
// how many rows were asked for; 0: unknown.
func (a *answerReader) last(page, size int) bool {
	if a.rows < size {
		size = a.rows // the last page, or a server that gives fewer: then one page more is asked for
	}
	return a.pages > 0 && page >= a.pages || a.pages == 0 && a.total > 0 && page*max(size, 1) >= a.total
}

var sizeInAddress = lazyregexp.New(`(?i)(?:(?:^|[?&])_?(?:pagesize|page_size|perpage|rows|limit)=|%22pageSize%22%3A(?:%22)?)(\d{1,4})`)

// sizeOfPage is how many rows a request asks for; 0 where it does not say.
func sizeOfPage(r Request) int {
	for _, s := range []string{r.Form, r.URL} {
		if m := sizeInAddress.FindStringSubmatch(s); m != nil {
			n, _ := strconv.Atoi(m[1]) // digits only
			return n
		}
	}
	return 0
}

func (a *answerReader) walk(v any, depth int) {
	if depth > deepest {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			a.walk(e, depth+1)
		}
	case map[string]any:
		a.object(v, depth)
	case string:
		if strings.Contains(v, "<a ") {
			before := len(a.page.links)
			a.scan([]byte(v), false)
			a.rows += len(a.page.links) - before
		}
	}
}

// object reads one object: a row, or what rows are in.
func (a *answerReader) object(o map[string]any, depth int) {
	fields := map[string]string{}
	var keys []string
	for k, v := range o {
		keys = append(keys, k)
		switch v := v.(type) {
		case string:
			fields[k] = v
		case json.Number:
			fields[k] = v.String()
			n, err := strconv.Atoi(v.String())
			if err != nil {
				continue
			}
			if slices.Contains(totalKeys, strings.ToLower(k)) {
				a.total = max(a.total, n)
			}
			if slices.Contains(pageKeys, strings.ToLower(k)) {
				a.pages = max(a.pages, n)
			}
		}
	}
	slices.Sort(keys) // the same answer gives the same links
	if l, ok := a.row(keys, fields); ok {
		if a.add(l) {
			a.rows++
		}
		return
	}
	for _, k := range keys {
		a.walk(o[k], depth+1)
	}
}

// row is the link that an object with a title and an address is.
func (a *answerReader) row(keys []string, fields map[string]string) (link, bool) {
	var l link
	for _, k := range keys {
		v, name := strings.TrimSpace(fields[k]), strings.ToLower(k)
		switch {
		case strings.Contains(name, "title") && strings.IndexFunc(v, isHan) >= 0 && (l.text == "" || name == "title"):
			l.text = clip(oneSpace(unescape(tags.ReplaceAllString(v, ""))), maxLinkText)
		case literalAddress.MatchString(v) && addressKey.MatchString(name) && (l.href == "" || len(name) < len("post_url")):
			l.href = v
		}
	}
	if l.text == "" {
		return l, false
	}
	if l.href == "" {
		l.href = sites.Row(a.at, fields)
	}
	return l, l.href != ""
}

var (
	addressKey = lazyregexp.New(`(?:url|link|href|path)$`)
	tags       = lazyregexp.New(`<[^>]*>`)
)

// pageInAddress is the number of a list's page in an address or a form, also
// where it stands in JSON in the query.
var pageInAddress = lazyregexp.New(`(?i)((?:^|[?&])(?:p|pn|pg|page|pageno|pagenum|pageindex|page_index|currentpage|curpage|currpage|nowpage|paged)=|%22pageNo%22%3A(?:%22)?)(\d{1,5})`)

// nextOfAnswer is the request for the page of a list behind the one that an
// answer came from.
func nextOfAnswer(at, form string) (u, nextForm string, page int, ok bool) {
	step := func(s string) string {
		return pageInAddress.ReplaceAllStringFunc(s, func(match string) string {
			m := pageInAddress.FindStringSubmatch(match)
			n, _ := strconv.Atoi(m[2]) // digits only
			page, ok = n+1, true
			return m[1] + strconv.Itoa(n+1)
		})
	}
	u = at
	if nextForm = step(form); !ok {
		u = step(at)
	}
	return u, nextForm, page, ok
}

// systemLinks are the links that the rules of content systems make of a page.
func systemLinks(c *Capture, base *url.URL) (links []link) {
	for _, l := range sites.Links(base.String(), c.Body) {
		k := link{href: l.URL, form: l.Form, text: l.Text, page: l.Page, kind: linkNext}
		if l.Text != "" {
			k.kind = linkColumn
		}
		links = append(links, k)
	}
	return links
}
