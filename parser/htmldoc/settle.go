package htmldoc

import (
	"regexp"
	"slices"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// sheetRule is a rule of a style sheet.
type sheetRule struct {
	selector     cascadia.Sel
	names        []string // the classes and ids that it names
	declarations string
	hides        bool // it shows its elements not at all, and a script may turn that back
}

// Bounds of what style sheets may ask for.
const (
	maxRules   = 60
	maxMatches = 4_000_000 // of rules and open elements
	maxOpen    = 300       // elements open at a time
)

// addRules adds the rules of a list of selectors. Those that depend on what stands
// beside an element, or on what happens to it, are not read.
func addRules(rules []sheetRule, selectors, declarations string, hides bool) []sheetRule {
	for selector := range strings.SplitSeq(selectors, ",") {
		selector = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(selector), "<!--"))
		if len(rules) >= maxRules || selector == "" || strings.ContainsAny(selector, ":+~@") {
			continue
		}
		compiled, err := cascadia.Parse(selector)
		if err != nil {
			continue
		}
		rule := sheetRule{selector: compiled, declarations: strings.TrimSpace(declarations), hides: hides}
		for _, m := range className.FindAllStringSubmatch(selector, -1) {
			rule.names = append(rule.names, m[1])
		}
		rules = append(rules, rule)
	}
	return rules
}

// groundOf tells what declarations say of the ground: given that they give one, dark
// that it is none of paper.
func groundOf(style string) (given, dark bool) {
	if !containsFold(style, "background") {
		return false, false
	}
	for declaration := range strings.SplitSeq(style, ";") {
		property, value, ok := strings.Cut(declaration, ":")
		property = strings.TrimSpace(property)
		if !ok || !strings.EqualFold(property, "background") && !strings.EqualFold(property, "background-color") && !strings.EqualFold(property, "background-image") {
			continue
		}
		switch v := keyword(value); {
		case v == "none", v == "inherit", v == "initial", v == "unset", v == "transparent", v == "":
		default:
			first, _, _ := strings.Cut(v, " ")
			given, dark = true, !paper(v) && !paper(first)
		}
	}
	return given, dark
}

// hasWhiteFigure reports whether a page has a figure within an element that is white
// by its own markup. Most tags of a page say a colour, and few say white.
func hasWhiteFigure(text string) bool {
	for _, white := range []string{"#", "white", "White", "WHITE", "(255"} {
		for at := 0; ; {
			i := strings.Index(text[at:], white)
			if i < 0 {
				break
			}
			i += at
			at = i + len(white)
			if white == "#" && (at == len(text) || text[at]|0x20 != 'f') {
				continue
			}
			if color.MatchString(text[max(0, i-maxColor):i]) && whiteFigure.MatchString(text[i:min(len(text), i+maxWhite)]) {
				return true
			}
		}
	}
	return false
}

// Bounds of what stands before the name of a colour and behind it, up to the figure.
const (
	maxColor = 40
	maxWhite = 2000
)

var (
	color       = regexp.MustCompile(`(?i)color\s*[:=]\s*["']?\s*(?:rgba?)?$`)
	whiteFigure = regexp.MustCompile(`(?i)^(?:#fff(?:fff)?\b|white\b|\(255,\s*255,\s*255)[^<>]*>\s*(?:<[^<>]*>\s*)*[-+]?\d[\d.,%]*\s*<`)
)

// settled is a page in which each element has in its own style what the page's style
// sheets say of it by selectors for more than one class, as far as that hides, strikes through,
// raises or lowers; and white text the ground that it stands on. Most pages have
// neither, and are given back as they are.
func settled(text string) string {
	s, sheet := &sheets{}, indexFold(text, "<style") >= 0
	if sheet {
		s = sheetsOf(text, false)
	}
	white := hasWhiteFigure(text)
	for _, look := range s.looks {
		white = white || styleLook(look).pale
	}
	if white && sheet {
		s = sheetsOf(text, true)
	}
	s.rules = slices.DeleteFunc(s.rules, func(r sheetRule) bool {
		return r.hides && slices.ContainsFunc(r.names, func(name string) bool { return s.again[name] })
	})
	if len(s.rules) == 0 && !white {
		return text
	}
	w := settler{sheets: s, white: white}
	return w.settle(text)
}

// settler goes through a page's tags with the elements that are open.
type settler struct {
	*sheets
	white   bool
	open    []*opened
	matches int
	changes []change
}

// opened is an element that is open, with what a rule may match of it.
type opened struct {
	node    html.Node
	at, end int    // its start tag in the source
	hidden  string // declarations that hold if it is no leaf
	text    int    // bytes of text within
	leaf    bool
	given   bool // it has a ground
	dark    bool
}

// change is a start tag with declarations that go before its own.
type change struct {
	at, end      int
	tag          html.Token
	declarations string
}

func (w *settler) settle(text string) string {
	z := html.NewTokenizer(strings.NewReader(text))
	at, tags := 0, 0
	for {
		kind := z.Next()
		end := at + len(z.Raw())
		switch kind {
		case html.ErrorToken:
			w.pop(0)
			return w.changed(text)
		case html.TextToken:
			if n := len(w.open); n > 0 {
				w.open[n-1].text += len(strings.TrimSpace(string(z.Raw())))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			if tags++; tags > maxTags || w.matches > maxMatches || len(w.open) > maxOpen {
				return w.changed(text)
			}
			w.start(z.Token(), at, end)
		case html.EndTagToken:
			name, _ := z.TagName()
			for i := len(w.open) - 1; i >= 0; i-- {
				if w.open[i].node.Data == string(name) {
					w.pop(i)
					break
				}
				if w.open[i].node.DataAtom == atom.Table { // which no stray end tag ends
					break
				}
			}
		}
		at = end
	}
}

// ends are the open elements that a start tag ends, and those that it looks no further
// than.
func ends(tag, open atom.Atom) (ended, stop bool) {
	switch tag {
	case atom.Td, atom.Th:
		return open == atom.Td || open == atom.Th, open == atom.Table || open == atom.Tr
	case atom.Tr:
		return open == atom.Tr, open == atom.Table
	case atom.Li:
		return open == atom.Li, open == atom.Ul || open == atom.Ol || open == atom.Table
	case atom.Option:
		return open == atom.Option, open == atom.Select
	}
	return open == atom.P && block(tag), open != atom.P
}

func (w *settler) start(t html.Token, at, end int) {
	for i := len(w.open) - 1; i >= 0; i-- {
		ended, stop := ends(t.DataAtom, w.open[i].node.DataAtom)
		if ended {
			w.pop(i)
			break
		}
		if stop {
			break
		}
	}
	o := &opened{node: html.Node{Type: html.ElementNode, Data: t.Data, DataAtom: t.DataAtom, Attr: t.Attr}, at: at, end: end}
	if n := len(w.open); n > 0 {
		o.node.Parent = &w.open[n-1].node
	}
	if t.DataAtom == atom.Table || t.DataAtom == atom.Img {
		for _, above := range w.open {
			above.leaf = true
		}
	}
	var now string
	for _, r := range w.rules {
		if w.matches += len(w.open) + 1; !r.selector.Match(&o.node) {
			continue
		}
		if r.hides {
			o.hidden = hiddenByClass
		} else {
			now += r.declarations + ";"
		}
	}
	if w.white {
		now += w.ground(o)
	}
	if now != "" {
		w.changes = append(w.changes, change{at, end, t, now})
	}
	if t.Type == html.StartTagToken && !void(t.Data) {
		w.open = append(w.open, o)
	}
}

// ground reads the ground of an element, and gives what is white the one it stands on.
func (w *settler) ground(o *opened) string {
	white := false
	for _, a := range o.node.Attr {
		switch a.Key {
		case "style":
			if given, dark := groundOf(a.Val); given {
				o.given, o.dark = given, dark
			}
			white = white || containsFold(a.Val, "color") && styleLook(a.Val).pale
		case "bgcolor":
			o.given, o.dark = true, !paper(keyword(a.Val))
		case "background":
			o.given, o.dark = true, true
		case "color":
			white = white || paper(keyword(a.Val))
		case "class":
			white = white || styleLook(lookOfClasses(w.looks, o.node.Data, a.Val)).pale
		}
	}
	if !o.given {
		for _, r := range w.grounds {
			if w.matches += len(w.open) + 1; r.selector.Match(&o.node) {
				_, o.dark = groundOf(r.declarations)
				o.given = true
			}
		}
	}
	if !o.given && len(w.open) > 0 { // it shows that of the element around it
		above := w.open[len(w.open)-1]
		o.given, o.dark = above.given, above.dark
	}
	if white && o.given && o.dark {
		return onDarkGround
	}
	return ""
}

// pop closes the open elements from i on.
func (w *settler) pop(i int) {
	for k := len(w.open) - 1; k >= i; k-- {
		o := w.open[k]
		switch o.node.DataAtom {
		case atom.Tr, atom.Td, atom.Th, atom.Col, atom.Colgroup:
		default:
			o.leaf = o.leaf || block(o.node.DataAtom) || o.text > maxHiddenText
		}
		if o.hidden != "" && (!o.leaf || o.node.DataAtom == atom.Td || o.node.DataAtom == atom.Th || o.node.DataAtom == atom.Tr) {
			w.changes = append(w.changes, change{o.at, o.end, html.Token{Type: html.StartTagToken, Data: o.node.Data, Attr: o.node.Attr}, o.hidden})
		}
		if k > 0 {
			w.open[k-1].text += o.text
		}
	}
	w.open = w.open[:i]
}

// changed is the text with the changed start tags.
func (w *settler) changed(text string) string {
	if len(w.changes) == 0 {
		return text
	}
	slices.SortStableFunc(w.changes, func(a, b change) int { return a.at - b.at })
	var b strings.Builder
	b.Grow(len(text) + 64*len(w.changes))
	done := 0
	for i, c := range w.changes {
		if i+1 < len(w.changes) && w.changes[i+1].at == c.at { // hidden, and more
			w.changes[i+1].declarations = c.declarations + w.changes[i+1].declarations
			continue
		}
		b.WriteString(text[done:c.at])
		done = c.end
		style, other := c.declarations, c.tag
		other.Attr = nil
		for _, a := range c.tag.Attr {
			if a.Key == "style" {
				style += a.Val
				continue
			}
			other.Attr = append(other.Attr, a)
		}
		other.Attr = append(other.Attr, html.Attribute{Key: "style", Val: style})
		b.WriteString(other.String())
	}
	b.WriteString(text[done:])
	return b.String()
}
