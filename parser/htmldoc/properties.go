package htmldoc

import (
	"bytes"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/parser/document"
	"nianbao/parser/lazyregexp"
)

// properties reads what stands in the page's head: its title, its named metas
// (of two of one name the first that says something), its refresh.
func properties(d *document.Document, head []*html.Node) {
	d.Meta = map[string]string{}
	(&goquery.Selection{Nodes: head}).Each(func(_ int, s *goquery.Selection) {
		if s.Nodes[0].DataAtom == atom.Title {
			if d.Title == "" {
				var t inline
				t.add(s.Text())
				d.Title = t.take(false)
			}
			return
		}
		content := strings.TrimSpace(s.AttrOr("content", ""))
		if content == "" {
			return
		}
		if name := strings.ToLower(strings.TrimSpace(s.AttrOr("name", ""))); name != "" && d.Meta[name] == "" {
			d.Meta[name] = content
		}
		if strings.EqualFold(s.AttrOr("http-equiv", ""), "refresh") {
			if m := refresh.FindStringSubmatch(content); m != nil {
				d.Links = append(d.Links, document.Link{URL: m[1]})
			}
		}
	})
}

var (
	refresh = lazyregexp.New(`(?i)^\s*[\d.]*\s*[;,]\s*url\s*=\s*['"]?\s*([^'"]+?)\s*['"]?\s*$`)
	hop     = lazyregexp.New(`(?i)(?:\blocation(?:\.href)?\s*=\s*|\blocation\.(?:assign|replace)\s*\(\s*|\bopen\s*\(\s*)['"]([^'"]+)['"]`)
)

// declaredCharset returns what a page's own markup says of its encoding: the
// charset of a <meta>, wherever it stands, or that of an XML declaration. The
// bytes are not decoded yet, but such markup is ASCII in all encodings that
// leave the question open.
func declaredCharset(data []byte) string {
	head := data[:min(len(data), 1<<16)]
	if end := bytes.IndexByte(head, '>'); end > 0 && bytes.HasPrefix(bytes.TrimSpace(head[:end]), []byte("<?xml")) {
		if m := xmlEncoding.FindSubmatch(head[:end]); m != nil {
			return string(m[1])
		}
	}
	for {
		i := bytes.IndexByte(head, '<')
		if i < 0 {
			return ""
		}
		head = head[i+1:]
		if len(head) < 5 || !bytes.EqualFold(head[:4], []byte("meta")) {
			continue
		}
		end := bytes.IndexByte(head, '>')
		if end < 0 {
			return ""
		}
		if m := metaCharset.FindSubmatch(head[:end]); m != nil {
			return string(m[1])
		}
	}
}

var (
	xmlEncoding = lazyregexp.New(`encoding\s*=\s*["']([^"']{1,40})["']`)
	metaCharset = lazyregexp.New(`(?i)charset\s*=\s*["']?\s*([^\s"';/>]{1,40})`)
)
