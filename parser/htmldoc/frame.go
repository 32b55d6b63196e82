package htmldoc

import (
	"slices"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/parser/document"
)

// maxFrames bounds the frames of a page that hold a page in themselves.
const maxFrames = 50

// frame puts the page that a frame holds in its srcdoc in the place of the frame, for both
// show it there.
func (w *walker) frame(n *html.Node) {
	page, holds := srcdoc(n)
	if !holds || w.frames == maxFrames {
		return
	}
	w.frames++
	w.css.addFrame(page)
	n.DataAtom, n.Data, n.FirstChild, n.LastChild = atom.Div, "div", nil, nil
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "srcdoc" })
	for root := w.parse(page); root.FirstChild != nil; {
		c := root.FirstChild
		root.RemoveChild(c)
		n.AppendChild(c)
	}
}

// srcdoc is the page that a frame holds, unless it is too small to show it.
func srcdoc(n *html.Node) (page string, holds bool) {
	if n.DataAtom != atom.Iframe || tiny(n) {
		return "", false
	}
	return attribute(n, "srcdoc")
}

// minDrawnFigures is how many figures a drawing must have to be worth a finding.
const minDrawnFigures = 10

// drawnFigures counts the texts of a drawing that are figures.
func drawnFigures(n *html.Node) (count int) {
	for c := range n.Descendants() {
		if c.Type == html.TextNode && document.BareFigure(c.Data) {
			count++
		}
	}
	return count
}
