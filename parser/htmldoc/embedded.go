package htmldoc

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// unread notes that a cell shows something that is no text. Elsewhere pictures
// and the like stand beside the text and tell nothing of it.
func (w *walker) unread(n *html.Node) {
	if w.inCell && !tiny(n) {
		w.text.unread()
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

// field notes that a cell shows a field of a form: what is in it may have been filled
// in by a script or a reader, and be no figure of the page's. Elsewhere fields are boxes to
// search with.
func (w *walker) field(n *html.Node) {
	if w.inCell && (n.DataAtom != atom.Input || !slices.ContainsFunc(n.Attr, hiddenType)) {
		w.text.unread()
	}
}

// formula names the elements of MathML that set their parts elsewhere than one
// behind the other, and the pictures of VML.
var formula = map[string]bool{
	"msup": true, "msub": true, "msubsup": true, "mfrac": true, "mroot": true, "msqrt": true, "mover": true, "munder": true,
	"munderover": true, "mmultiscripts": true, "mtable": true, "menclose": true,
	"v:imagedata": true,
}
