package htmldoc

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/parser/document"
	"nianbao/parser/report"
)

// Shown is what a page shows, as a tree, with the places of its document.
//
// The tree has the page's elements, texts, inline styles and pictures. What [Read]
// leaves out because it is hidden is not in it, nor what runs or is no text:
// scripts, styles, comments, objects. What a page shows to browsers without scripts
// stands in place of its <noscript> where it was read. A form field that shows a
// text is an <output> of it; others are gone. Attributes are the page's own and no
// safer than it: links, events and addresses are there.
type Shown struct {
	Document *document.Document // as Read gives it
	Root     *html.Node

	css   *sheets
	trace *trace // nil where the page does not give the document
}

// Show reads a page. The error is ctx's.
func Show(ctx context.Context, data []byte, contentType string) (*Shown, error) {
	doc, err := Read(ctx, data, contentType)
	if err != nil {
		return nil, err
	}
	p, text := begin(ctx, data, contentType, true)
	p.css.undressed = true
	s := &Shown{Document: doc, Root: p.parse(text), css: p.css}
	// What is shown must give the very blocks that were read, or its places would be others.
	if t := newTrace(); reflect.DeepEqual(p.traced(s.Root, t).Blocks, doc.Blocks) {
		s.trace = t
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("htmldoc: show page: %w", err)
	}
	s.clean(s.Root)
	return s, nil
}

// Place returns the nodes that a place of the document was read from: the texts of
// a line or of a row that is drawn with text, the elements of a cell, a row or a
// table. Nil where the page does not show it.
func (s *Shown) Place(at report.Locator) []*html.Node {
	if s.trace == nil {
		return nil
	}
	if row := s.trace.places[report.Locator{Table: at.Table, Row: at.Row}]; at.Line == 0 && len(row) > 0 && row[0].Type == html.TextNode {
		return row // whose cells are no elements
	}
	return s.trace.places[at]
}

// Tables are the elements of the document's tables.
func (s *Shown) Tables() (tables []*html.Node) {
	if s.trace == nil {
		return nil
	}
	for at, nodes := range s.trace.places {
		if at.Table > 0 && at.Row == 0 {
			tables = append(tables, nodes...)
		}
	}
	return tables
}

// clean takes out of a node what is not shown of it.
func (s *Shown) clean(n *html.Node) {
	for c, next := n.FirstChild, (*html.Node)(nil); c != nil; c = next {
		next = c.NextSibling
		switch {
		case c.Type == html.TextNode:
		case c.Type != html.ElementNode || s.notShown(c):
			n.RemoveChild(c)
		case c.DataAtom == atom.Noscript:
			s.withoutScripts(n, c)
		case c.DataAtom == atom.Input || c.DataAtom == atom.Select || c.DataAtom == atom.Textarea:
			value := fieldText(c)
			if strings.TrimSpace(value) == "" {
				n.RemoveChild(c)
				continue
			}
			shown := &html.Node{Type: html.ElementNode, Data: "output", DataAtom: atom.Output}
			shown.AppendChild(&html.Node{Type: html.TextNode, Data: value})
			n.InsertBefore(shown, c)
			n.RemoveChild(c)
		default:
			s.plainly(c)
			s.clean(c)
		}
	}
}

// withoutScripts puts in place of a <noscript> what was read of it.
func (s *Shown) withoutScripts(parent, n *html.Node) {
	if s.trace != nil && s.trace.noscripts[n] != nil {
		root := s.trace.noscripts[n]
		s.clean(root)
		for root.FirstChild != nil {
			c := root.FirstChild
			root.RemoveChild(c)
			parent.InsertBefore(c, n)
		}
	}
	parent.RemoveChild(n)
}

// notShown reports whether nothing of an element is shown.
func (s *Shown) notShown(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Head, atom.Title, atom.Link, atom.Meta, atom.Base, atom.Frame:
		return true
	}
	return silent(n) || drawing(n) || s.css.visible(n) == gone
}

// plainly gives an element in its own style what the page's style sheets say of it.
// What takes its place and shows nothing is hidden by its style, as are white figures; what is
// struck through says nothing either, but is to be seen.
func (s *Shown) plainly(n *html.Node) {
	classes, _ := attribute(n, "class")
	style, _ := attribute(n, "style")
	byClass, _ := s.css.ofClasses(n.Data, classes)
	byRules, _ := s.css.ofRules(n)
	style = byClass + byRules + style
	if l := s.css.look(n); (l.visibility > crossed || l.visibility == crossed && l.ink != 0) && n.DataAtom != atom.Col && n.DataAtom != atom.Colgroup {
		style = "visibility:hidden"
	}
	var attributes []html.Attribute
	if style != "" {
		attributes = append(attributes, html.Attribute{Key: "style", Val: style})
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "style":
			continue
		case "rowspan", "colspan", "span":
			a.Val = fmt.Sprint(min(integer(a.Val), 1000))
		}
		attributes = append(attributes, a)
	}
	n.Attr = attributes
}

// fieldText is what a field of a form shows as text.
func fieldText(n *html.Node) string {
	switch n.DataAtom {
	case atom.Select:
		return selected(n)
	case atom.Textarea:
		if n.FirstChild != nil {
			return n.FirstChild.Data
		}
		return ""
	}
	kind, _ := attribute(n, "type")
	switch strings.ToLower(strings.TrimSpace(kind)) {
	case "hidden", "checkbox", "radio", "range", "color", "password", "image", "file":
		return ""
	}
	value, _ := attribute(n, "value")
	return value
}

// selected is the text of the one option that a list says is chosen.
func selected(n *html.Node) string {
	for c := range n.Descendants() {
		if _, chosen := attribute(c, "selected"); chosen && c.DataAtom == atom.Option && c.FirstChild != nil {
			return c.FirstChild.Data
		}
	}
	return ""
}
