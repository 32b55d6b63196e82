package htmldoc

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxFrames bounds how deep the pages nest that frames hold in themselves.
const maxFrames = 3

// unframed puts the page that a frame holds in its srcdoc in the place of the frame, in
// an element with the frame's other attributes, for both show it there. Frames that show
// nothing stay.
func unframed(page string, deep int) string {
	if deep == 0 || indexFold(page, "srcdoc") < 0 {
		return page
	}
	z := html.NewTokenizer(strings.NewReader(page))
	var b strings.Builder
	within := false // the frame, whose content is for browsers without any
	for {
		kind := z.Next()
		raw := string(z.Raw())
		switch kind {
		case html.ErrorToken:
			b.WriteString(raw)
			return b.String()
		case html.StartTagToken:
			if t := z.Token(); t.DataAtom == atom.Iframe {
				if inner, at := srcdoc(t); at >= 0 {
					t.Attr = append(t.Attr[:at], t.Attr[at+1:]...)
					t.Data, within = "div", true
					b.WriteString(t.String() + unframed(inner, deep-1) + "</div>")
					continue
				}
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); within && string(name) == "iframe" {
				within = false
				continue
			}
		}
		if !within {
			b.WriteString(raw)
		}
	}
}

// srcdoc is the page that a frame holds, and which attribute does; -1 where none does or
// the frame is too small to show it.
func srcdoc(frame html.Token) (page string, at int) {
	at = -1
	for i, a := range frame.Attr {
		if a.Key == "srcdoc" && at < 0 {
			page, at = a.Val, i
		}
	}
	if tiny(&html.Node{Attr: frame.Attr}) {
		return "", -1
	}
	return page, at
}

// minDrawnFigures is how many figures a drawing must have to be worth a finding.
const minDrawnFigures = 10

// drawnFigures counts the texts of a drawing that are figures.
func drawnFigures(n *html.Node) (count int) {
	for c := range n.Descendants() {
		if c.Type == html.TextNode && strings.Trim(c.Data, "0123456789., \t\r\n") == "" && strings.ContainsAny(c.Data, "0123456789") {
			count++
		}
	}
	return count
}
