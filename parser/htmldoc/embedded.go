package htmldoc

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/parser/document"
)

// unread notes that a cell shows something that is no text. Elsewhere pictures
// and the like stand beside the text and tell nothing of it.
func (w *walker) unread(n *html.Node) {
	if w.inCell && !tiny(n) {
		w.text.add(document.Unread)
	}
}

// tiny tells the pictures and frames that only keep a place or count visitors.
func tiny(n *html.Node) bool {
	for _, key := range []string{"width", "height"} {
		if v, ok := attribute(n, key); ok {
			if size, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(v), "px")); err == nil && size <= 3 {
				return true
			}
		}
	}
	return false
}

// field adds what a field of a form shows in a cell: some pages print their
// figures so. What it shows only once a script or a reader has filled it in is
// not known. Elsewhere fields are boxes to search with.
func (w *walker) field(n *html.Node) {
	text, shows := fieldText(n)
	if !w.inCell || !shows {
		return
	}
	if strings.TrimSpace(text) == "" {
		text = document.Unread
	}
	w.text.add(text)
}

// fieldText is what a field of a form shows as text, and whether it shows
// anything at all.
func fieldText(n *html.Node) (text string, shows bool) {
	switch n.DataAtom {
	case atom.Select:
		text = selected(n)
	case atom.Textarea:
		if n.FirstChild != nil {
			text = n.FirstChild.Data
		}
	default:
		kind, _ := attribute(n, "type")
		switch kind = strings.ToLower(strings.TrimSpace(kind)); kind {
		case "hidden":
			return "", false
		case "checkbox", "radio", "range", "color", "password", "image", "file":
		default:
			text, _ = attribute(n, "value")
		}
	}
	return text, true
}

// selected is the text of the one option that a list says is chosen. Of a list
// that says nothing a browser shows the first; nobody has chosen that.
func selected(n *html.Node) string {
	if _, multiple := attribute(n, "multiple"); multiple {
		return ""
	}
	text, options := "", false
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.Type == html.TextNode && !options:
				text += c.Data // of a list that was cut down to its choice
			case c.DataAtom == atom.Option:
				if !options {
					text, options = "", true
				}
				if _, chosen := attribute(c, "selected"); chosen && c.FirstChild != nil {
					text = c.FirstChild.Data
				}
			case c.DataAtom == atom.Optgroup:
				walk(c)
			}
		}
	}
	walk(n)
	return text
}

// formula names the elements of MathML that set their parts elsewhere than one
// behind the other.
var formula = map[string]bool{
	"msup": true, "msub": true, "msubsup": true, "mfrac": true, "mroot": true, "msqrt": true, "mover": true, "munder": true,
	"munderover": true, "mmultiscripts": true, "mtable": true, "menclose": true,
}
