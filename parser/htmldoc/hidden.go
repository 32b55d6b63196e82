package htmldoc

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/parser/document"
)

// visibility is what an element's own markup says of it.
type visibility uint8

const (
	shown   visibility = iota
	crossed            // struck through: it is no longer what the page says
	empty              // takes its place and says nothing: visibility:hidden, mso-hide:all
	gone               // takes no place: the hidden attribute, display:none
	// collapsed is visibility:collapse: gone for rows and columns, empty otherwise.
	collapsed
)

// look is what an element's own markup says of its text.
type look struct {
	visibility visibility
	script     document.Script
	shifted    bool // off the line by a length
	// sizeless is text of size 0: elements within may have a size of their own.
	sizeless bool
}

// classLook is the attribute in which the declarations of an element's classes
// reach the tree.
const classLook = "looks"

// lookOf is what an element looks like, as its attributes say.
func lookOf(n *html.Node) look {
	l := lookOfTag(n.DataAtom, n.Attr)
	if l.sizeless && l.visibility == shown && !hasSizes(n) {
		return look{visibility: empty}
	}
	return l
}

// lookOfTag reads the attributes of an element whose content is not known.
func lookOfTag(tag atom.Atom, attrs []html.Attribute) look {
	var l look
	for _, a := range attrs {
		switch a.Key {
		case "hidden":
			if !strings.EqualFold(a.Val, "until-found") {
				return look{visibility: gone}
			}
		case "style", classLook:
			s := styleLook(a.Val)
			if s.visibility == gone {
				return s
			}
			if s.visibility != shown {
				l.visibility = s.visibility
			}
			l.sizeless = l.sizeless || s.sizeless
			if s.script != document.OnLine {
				l.script, l.shifted = s.script, s.shifted
			}
		}
	}
	switch tag {
	case atom.Sup:
		l.script, l.shifted = document.Raised, false
	case atom.Sub:
		l.script, l.shifted = document.Lowered, false
	}
	return l
}

// hasSizes reports whether an element holds others that may have a size of their own:
// all but bare inline elements.
func hasSizes(n *html.Node) bool {
	for c := range n.ChildNodes() {
		if c.Type == html.ElementNode && (len(c.Attr) > 0 || c.FirstChild != nil && (block(c.DataAtom) || hasElement(c))) {
			return true
		}
	}
	return false
}

func hasElement(n *html.Node) bool {
	for c := range n.ChildNodes() {
		if c.Type == html.ElementNode {
			return true
		}
	}
	return false
}

// ownSize stands for what an element within text of size 0 says of its own size: it
// may say so by a class of a style sheet that is not at hand.
const ownSize = "font-size:1em"

// setsSize reports whether a style may give a size.
func setsSize(style string) bool { return containsFold(style, "font") }

// visible tells whether an element's content is to be seen.
func visible(n *html.Node) visibility { return lookOf(n).visibility }

// styleLook reads the declarations of a style attribute that hide, strike
// through, raise or lower. Of two declarations of one property the later counts.
func styleLook(style string) look {
	display, visibility, struck, transparent := shown, shown, shown, shown
	var raised, moved, msoMoved look
	relative, absolute, off, clipped, sizeless := false, false, false, false, false
	for len(style) > 0 {
		declaration := style
		if i := strings.IndexByte(style, ';'); i >= 0 {
			declaration, style = style[:i], style[i+1:]
		} else {
			style = ""
		}
		for len(declaration) > 0 && isSpace(declaration[0]) {
			declaration = declaration[1:]
		}
		if len(declaration) < len("top:-1px") {
			continue
		}
		switch declaration[0] | 0x20 { // most declarations are told by their first letters
		case 'd', 'v':
		case 'c', 'f', 'l', 'o':
			// clip, font-size, left, opacity: not color, font-family, line-height, overflow
			if c := declaration[1] | 0x20; c != 'l' && c != 'e' && c != 'p' && (c != 'o' || declaration[0]|0x20 != 'f' || declaration[5]|0x20 == 'f') {
				continue
			}
		case 'm':
			if c := declaration[4] | 0x20; c != 'h' && c != 't' { // mso-hide, mso-text-raise
				continue
			}
		case 'p', 't':
			if c := declaration[1] | 0x20; c != 'o' && c != 'e' { // position, top, text-decoration
				continue
			}
		default:
			continue
		}
		property, value, ok := strings.Cut(declaration, ":")
		if !ok {
			continue
		}
		property = strings.TrimSpace(property)
		switch {
		case strings.EqualFold(property, "display"):
			display = shown
			if keyword(value) == "none" {
				display = gone
			}
		case strings.EqualFold(property, "visibility"):
			switch keyword(value) {
			case "hidden":
				visibility = empty
			case "collapse":
				visibility = collapsed
			default:
				visibility = shown
			}
		case len(property) >= len("text-decoration") && strings.EqualFold(property[:len("text-decoration")], "text-decoration"):
			if containsFold(value, "line-through") {
				struck = crossed
			}
		case strings.EqualFold(property, "mso-hide"):
			if keyword(value) == "all" {
				visibility = empty
			}
		case strings.EqualFold(property, "vertical-align"):
			switch value = keyword(value); value {
			case "super":
				raised = look{script: document.Raised}
			case "text-top": // only a smaller character is raised by it
				raised = look{script: document.Raised, shifted: true}
			case "sub":
				raised = look{script: document.Lowered}
			default:
				raised = shift(value, 1)
			}
		case strings.EqualFold(property, "mso-text-raise"):
			msoMoved = shift(keyword(value), 1)
		case strings.EqualFold(property, "position"):
			relative = keyword(value) == "relative"
			absolute = keyword(value) == "absolute" || keyword(value) == "fixed"
		case strings.EqualFold(property, "top"):
			moved = shift(keyword(value), -1)
		case strings.EqualFold(property, "left"):
			off = farLeft(keyword(value))
		case strings.EqualFold(property, "text-indent"):
			if farLeft(keyword(value)) {
				transparent = empty
			}
		case strings.EqualFold(property, "opacity"):
			if n, ok := length(keyword(value)); ok && n == 0 {
				transparent = empty
			} else {
				transparent = shown
			}
		case strings.EqualFold(property, "font-size"):
			n, ok := length(keyword(value))
			sizeless = ok && n == 0
		case strings.EqualFold(property, "font"):
			sizeless = strings.HasPrefix(keyword(value), "0/") || strings.HasPrefix(keyword(value), "0 ")
		case strings.EqualFold(property, "clip"):
			clipped = nothingLeft.MatchString(keyword(value))
		case strings.EqualFold(property, "clip-path"):
			if nothingLeft.MatchString(keyword(value)) {
				transparent = empty
			}
		}
	}
	if display == gone || absolute && (off || clipped) {
		return look{visibility: gone}
	}
	if visibility == shown {
		visibility = transparent
	}
	if off && relative {
		visibility = empty
	}
	if raised.script == document.OnLine && relative {
		raised = moved
	}
	if raised.script == document.OnLine {
		raised = msoMoved
	}
	if raised.visibility = visibility; visibility == shown {
		raised.visibility = struck
	}
	raised.sizeless = sizeless
	return raised
}

// nothingLeft are the shapes within which nothing, or one dot, is to be seen.
var nothingLeft = regexp.MustCompile(`^(?:rect\(\s*[01](?:px)?(?:[\s,]+[01](?:px)?){3}\s*\)|inset\(\s*(?:50|100)%\s*\)|circle\(\s*0(?:px|%)?\s*\))$`)

// length reads a length or number, whatever its unit.
func length(value string) (n float64, ok bool) {
	n, err := strconv.ParseFloat(strings.TrimRight(value, "%abcdefghijklmnopqrstuvwxyz"), 64)
	return n, err == nil
}

// farLeft reports whether a length moves text out of every screen, by its unit.
func farLeft(value string) bool {
	n, ok := length(value)
	switch {
	case !ok:
		return false
	case strings.HasSuffix(value, "px"), strings.HasSuffix(value, "pt"):
		return n <= -900
	case strings.HasSuffix(value, "em"):
		return n <= -60
	}
	return false
}

// leastShift is the least length, by its unit, that is no mere correction of the
// look of a line.
var leastShift = map[string]float64{"px": 2, "pt": 1.5, "em": 0.12, "rem": 0.12, "ex": 0.25, "%": 12, "mm": 0.5, "cm": 0.05}

// shift reads a length by which text is off its line, upwards times up.
func shift(value string, up float64) look {
	unit := strings.TrimLeft(value, "+-.0123456789")
	least, ok := leastShift[unit]
	n, err := strconv.ParseFloat(strings.TrimSuffix(value, unit), 64)
	switch n *= up; {
	case !ok || err != nil:
		return look{}
	case n >= least:
		return look{script: document.Raised, shifted: true}
	case n <= -least:
		return look{script: document.Lowered, shifted: true}
	}
	return look{}
}

// keyword is a declaration's value, in lower case and without !important.
func keyword(value string) string {
	value, _, _ = strings.Cut(value, "!")
	return strings.ToLower(strings.TrimSpace(value))
}

// classLooks are the declarations of a page's style sheets that hide, strike text
// through, raise or lower it, by the class they are for: ".note", or
// "span.note" for one element's. Only rules for a single class are read; what
// else style sheets say is not.
func classLooks(text string) map[string]string {
	var looks map[string]string
	for range maxSheets {
		i := indexFold(text, "<style")
		if i < 0 {
			return looks
		}
		text = text[i+len("<style"):]
		end := indexFold(text, "</style")
		if end < 0 {
			return looks
		}
		if start := strings.IndexByte(text, '>'); start >= 0 && start < end && setsOff(text[start:end]) {
			looks = sheetLooks(looks, text[start+1:end])
		}
		text = text[end:]
	}
	return looks
}

// setsOff reports whether a style sheet may strike, raise or lower, by the
// properties as programs write them: sheets are long.
func setsOff(sheet string) bool {
	for _, property := range []string{"line-through", "vertical-align", "Vertical-Align", "font-size:0", "font-size: 0", "font:0", "opacity:0", "opacity: 0", "indent:-", "indent: -", "left:-", "left: -", "clip"} {
		if strings.Contains(sheet, property) {
			return true
		}
	}
	return false
}

// maxSheets and maxClassLooks bound the style sheets and classes that count.
const (
	maxSheets     = 50
	maxClassLooks = 200
)

func sheetLooks(looks map[string]string, sheet string) map[string]string {
	for sheet != "" {
		selectors, rest, ok := strings.Cut(sheet, "{")
		if !ok {
			break
		}
		if strings.Contains(selectors, "@") { // what is in a block of conditions may not hold
			if at := strings.LastIndexByte(selectors, ';'); at < strings.LastIndexByte(selectors, '@') {
				sheet = behindBlock(rest)
				continue
			}
		}
		declarations, rest, _ := strings.Cut(rest, "}")
		sheet = rest
		if !setsOff(declarations) {
			continue
		}
		l := styleLook(declarations)
		if l.visibility != crossed && l.script == document.OnLine && !l.sizeless && !unseen(declarations) {
			continue
		}
		if i := strings.LastIndexAny(selectors, ">/;"); i >= 0 { // behind a comment or the sheet's own
			selectors = selectors[i+1:]
		}
		for selector := range strings.SplitSeq(selectors, ",") {
			selector = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(selector), "<!--"))
			element, class, ok := strings.Cut(selector, ".")
			if !ok || class == "" || strings.ContainsAny(class, " \t\r\n.:#[>+~*") || strings.ContainsAny(element, " \t\r\n:#[>+~*") || len(looks) >= maxClassLooks {
				continue
			}
			if looks == nil {
				looks = map[string]string{}
			}
			looks[strings.ToLower(element)+"."+class] += strings.TrimSpace(declarations) + ";"
		}
	}
	return looks
}

// unseen reports whether declarations hide by what no script turns back: not by
// display and visibility, as the leaves of a page that are turned over do.
func unseen(declarations string) bool {
	return styleLook(declarations+";display:block;visibility:visible").visibility > crossed
}

// behindBlock is what follows a block that may hold further ones.
func behindBlock(sheet string) string {
	depth := 1
	for i := range len(sheet) {
		switch sheet[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return sheet[i+1:]
			}
		}
	}
	return ""
}

// lookOfClasses joins the declarations that hold for an element by its classes. A
// page that was pasted together has lost the style sheets of Word, and seldom has
// those of the site with it: there a class is known by its name.
func lookOfClasses(looks map[string]string, element, classes string) string {
	if looks == nil && !namesNote(classes) {
		return ""
	}
	found := ""
	for class := range strings.FieldsSeq(classes) {
		found += looks["."+class] + looks[element+"."+class]
		if found == "" && namesNote(class) {
			found = "vertical-align:super;"
		}
	}
	return found
}

// namesNote tells the classes that set their text off as a note's mark, whatever
// the style sheet: Word's own, and those that say so.
func namesNote(classes string) bool {
	switch len(classes) {
	case len("sup"):
		return strings.EqualFold(classes, "sup")
	case len("superscript"):
		return strings.EqualFold(classes, "superscript")
	}
	return len(classes) > len("noteReference") && strings.Contains(classes, "noteReference")
}

// indexFold is where lower, ASCII in lower case, stands in s, whatever its case
// there, or -1.
func indexFold(s, lower string) int {
	if i := strings.Index(s, lower); i >= 0 {
		s = s[:i+len(lower)] // an earlier one may be written in capitals
	}
	for i := 0; i+len(lower) <= len(s); i++ {
		if s[i]|0x20 == lower[0]|0x20 && strings.EqualFold(s[i:i+len(lower)], lower) {
			return i
		}
	}
	return -1
}
