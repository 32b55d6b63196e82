package htmldoc

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/parser/document"
)

// ending is how a page ends.
type ending uint8

const (
	whole   ending = iota
	cutText        // in the middle, outside any cell
	cutCell        // in the middle of a cell
)

// endOf tells how a page ends. Most end with </body> or </html>. Of others, what
// is open at the end tells, elements whose end tags may be left out apart, and a
// word behind which a declared body does not end.
func endOf(text string) ending {
	for _, tail := range []string{text[max(0, len(text)-endTail):], text} {
		if i := lastEnd(tail); i >= 0 && indexFold(tail[i:], "<td") < 0 {
			return whole
		}
	}
	open, declared := openAtEnd(text)
	// A cell ends where the next begins, whatever its end tag.
	for _, name := range slices.Backward(open) {
		switch name {
		case "td", "th":
			return cutCell
		case "table", "tr":
			return cutText
		}
	}
	if endsInTag(text) || declared && (len(open) > 0 || !strings.HasSuffix(strings.TrimRight(text, " \t\r\n"), ">")) {
		return cutText
	}
	return whole
}

func endsInTag(text string) bool {
	i := strings.LastIndexByte(text, '<')
	if i < 0 || i+1 == len(text) || strings.IndexByte(text[i:], '>') >= 0 {
		return false
	}
	c := text[i+1]
	return isLetter(c) || c == '/' || c == '!'
}

// openAtEnd are the elements that are open at the end of a page, of those that need an
// end tag; declared tells that it has tags of a page.
func openAtEnd(text string) (open []string, declared bool) {
	z := html.NewTokenizer(strings.NewReader(text))
	for range 2 * maxTags { // and the texts between
		token := z.Next()
		if token == html.ErrorToken {
			break
		}
		name, _ := z.TagName()
		switch tag := string(name); tag {
		case "html", "body", "head":
			if declared = true; token == html.EndTagToken && tag != "head" {
				open = open[:0]
			}
		case "table", "tr", "td", "th", "div", "section", "article", "form", "textarea", "script", "style", "title":
			switch token {
			case html.StartTagToken:
				open = append(open, tag)
			case html.EndTagToken:
				open = closed(open, tag)
			}
		}
	}
	return open, declared
}

// closed are the elements that an end tag leaves open.
func closed(open []string, name string) []string {
	for i := len(open) - 1; i >= 0 && len(open)-i < 1000; i-- {
		if open[i] == name {
			return open[:i]
		}
		if open[i] == "table" {
			break
		}
	}
	return open
}

// endTail is where the end tag of nearly all pages stands: to look through all of
// a page from its end takes as long as to read it.
const endTail = 2000

// lastEnd is where the last end tag of a page or of its body begins, or -1.
func lastEnd(text string) int {
	last := -1
	for _, tag := range []string{"</body", "</html", "</BODY", "</HTML"} {
		last = max(last, strings.LastIndex(text, tag))
	}
	return last
}

// mend makes the end of a page that was cut off unreadable, for nobody knows how
// its last figure goes on.
func mend(root *html.Node, how ending) {
	if how == whole {
		return
	}
	last := root
	var cell *html.Node
	for next := lastPrinted(last); next != nil; next = lastPrinted(last) {
		if last = next; last.DataAtom == atom.Td || last.DataAtom == atom.Th {
			cell = last
		}
	}
	switch {
	case how == cutCell && cell != nil:
		cell.AppendChild(&html.Node{Type: html.TextNode, Data: document.Unread})
	case how == cutText:
		dropFigure(root)
	case last.Type == html.TextNode:
		dropFigure(last)
	}
}

// dropFigure takes the figure off the end of a text, the tags within it passed
// over, for the page may have been cut in it. It tells whether all was taken, so
// that what stands before on the same line may be its beginning.
func dropFigure(n *html.Node) bool {
	switch {
	case n.Type == html.CommentNode:
		return true
	case n.Type == html.TextNode:
		if strings.TrimSpace(n.Data) != "" {
			n.Data = strings.TrimRight(n.Data, "0123456789０１２３４５６７８９.,．，")
		}
		return strings.TrimSpace(n.Data) == ""
	}
	for c := n.LastChild; c != nil; c = c.PrevSibling {
		if !dropFigure(c) {
			return false
		}
	}
	return !breaksLine(n.DataAtom)
}

// lastPrinted is the last child of a node that may print something, or nil: what
// a page ends with is neither a comment nor the space behind a row.
func lastPrinted(n *html.Node) *html.Node {
	for c := n.LastChild; c != nil; c = c.PrevSibling {
		if c.Type != html.CommentNode && (c.Type != html.TextNode || strings.TrimSpace(c.Data) != "") {
			return c
		}
	}
	return nil
}
