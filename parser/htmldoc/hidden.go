package htmldoc

import (
	"maps"
	"regexp"
	"slices"
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
	pale     bool // in the colour of paper, on no ground of its own
	grounded bool // on a ground that is none of paper, as settled found
	byClass  bool // gone by a class: scripts turn whole leaves of a page over by it
	// flat is a box of no height that shows nothing beyond it; boxed an element that is
	// a box by its display or position, whatever its name.
	flat, boxed bool
	pictured    bool // with a picture behind it
}

// classLook is the attribute in which the declarations of an element's classes
// reach the tree.
const classLook = "looks"

// lookOf is what an element looks like, as its attributes say.
func lookOf(n *html.Node) look {
	l := lookOfTag(n.DataAtom, n.Attr)
	if l.byClass && leaf(n) {
		return look{}
	}
	if l.pale && l.visibility == shown && figureOnly(n) {
		l.visibility = crossed
	}
	if l.sizeless && l.visibility == shown && !hasSizes(n) {
		return look{visibility: empty}
	}
	if l.flat && l.visibility == shown && (l.boxed || box(n.DataAtom)) && short(n) {
		return look{visibility: gone}
	}
	return l
}

// box reports an element that is as high as its style says: rows and cells are as high as
// what they hold.
func box(tag atom.Atom) bool {
	switch tag {
	case atom.Table, atom.Tr, atom.Td, atom.Th, atom.Tbody, atom.Thead, atom.Tfoot, atom.Col, atom.Colgroup, atom.Body, atom.Html:
		return false
	}
	return block(tag)
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
		case "color": // of a <font>
			l.pale = l.pale || paper(keyword(a.Val))
		case "style", classLook:
			s := styleLook(a.Val)
			if s.visibility == gone {
				s.byClass = a.Key == classLook && strings.Contains(a.Val, hiddenByClass)
				return s
			}
			l.pale, l.grounded = l.pale || s.pale, l.grounded || s.grounded
			if s.visibility != shown {
				l.visibility = s.visibility
			}
			l.sizeless = l.sizeless || s.sizeless
			if s.script != document.OnLine {
				l.script, l.shifted = s.script, s.shifted
			}
			l.flat, l.boxed = l.flat || s.flat, l.boxed || s.boxed
			l.pictured = l.pictured || s.pictured
		}
	}
	l.pale = l.pale && !l.grounded
	switch tag {
	case atom.Sup:
		l.script, l.shifted = document.Raised, false
	case atom.Sub:
		l.script, l.shifted = document.Lowered, false
	}
	return l
}

// maxHiddenText is how much text, in bytes, a class hides for good: a figure or a
// few words. What is longer is a leaf of the page that a script turns to.
const maxHiddenText = 60

// leaf reports whether an element is more than a class hides for good: a block, or
// long. Rows and cells are not turned over.
func leaf(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Tr, atom.Td, atom.Th, atom.Col, atom.Colgroup:
		return false
	}
	return block(n.DataAtom) || n.DataAtom == atom.Table || !short(n)
}

// short reports whether an element holds but a figure or a few words.
func short(n *html.Node) bool {
	left := maxHiddenText
	for c := range n.Descendants() {
		if c.DataAtom == atom.Table || c.DataAtom == atom.Img {
			return false
		}
		if c.Type == html.TextNode {
			if left -= len(strings.TrimSpace(c.Data)); left < 0 {
				return false
			}
		}
	}
	return true
}

// figureOnly reports whether an element's text is a figure: labels are white on a ground that
// a style sheet gives.
func figureOnly(n *html.Node) bool {
	digits := false
	for c := range n.Descendants() {
		if c.Type != html.TextNode {
			continue
		}
		for _, r := range c.Data {
			digits = digits || r >= '0' && r <= '9'
			if (r < '0' || r > '9') && !strings.ContainsRune("., -+%\u00a0\r\n\t", r) {
				return false
			}
		}
	}
	return digits
}

// paper reports a colour that is not to be seen on paper.
func paper(color string) bool {
	switch strings.ReplaceAll(color, " ", "") {
	case "white", "#fff", "#ffffff", "rgb(255,255,255)", "rgba(255,255,255,1)", "transparent":
		return true
	}
	return false
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

// declared is what the declarations of a style say, as far as they hide, strike through,
// raise or lower.
type declared struct {
	// What of the text is seen, by display, by visibility, by text-decoration and by what
	// else leaves nothing of it.
	display, visibility, struck, faded visibility
	raised, moved, msoRaised           look // by vertical-align, by top, by mso-text-raise

	relative, absolute bool // position
	off, clipped       bool // out of the page, or cut down to nothing, where its position is absolute
	low, cropped       bool // of no height, which nothing goes beyond
	boxed              bool
	sizeless           bool
	pale, ground       bool // in the colour of paper, on a ground
	grounded           bool
	pictured           bool
}

// declarations are the properties that count, each with what its value says: in lower
// case and without !important.
var declarations = map[string]func(d *declared, value string){
	"display": func(d *declared, value string) {
		d.display, d.boxed = shown, false
		switch value {
		case "none":
			d.display = gone
		case "block", "inline-block", "flex", "inline-flex":
			d.boxed = true
		}
	},
	"visibility": func(d *declared, value string) {
		d.visibility = map[string]visibility{"hidden": empty, "collapse": collapsed}[value]
	},
	"text-decoration": func(d *declared, value string) {
		if strings.Contains(value, "line-through") {
			d.struck = crossed
		}
	},
	"mso-hide": func(d *declared, value string) {
		if value == "all" {
			d.visibility = empty
		}
	},
	"vertical-align": func(d *declared, value string) {
		switch value {
		case "super":
			d.raised = look{script: document.Raised}
		case "text-top": // only a smaller character is raised by it
			d.raised = look{script: document.Raised, shifted: true}
		case "sub":
			d.raised = look{script: document.Lowered}
		default:
			d.raised = shift(value, 1)
		}
	},
	"mso-text-raise": func(d *declared, value string) { d.msoRaised = shift(value, 1) },
	"position": func(d *declared, value string) {
		d.relative, d.absolute = value == "relative", value == "absolute" || value == "fixed"
	},
	"top":         func(d *declared, value string) { d.moved = shift(value, -1) },
	"float":       func(d *declared, value string) { d.boxed = d.boxed || value != "none" },
	"height":      func(d *declared, value string) { d.low = zero(value) },
	"max-height":  func(d *declared, value string) { d.low = zero(value) },
	"overflow":    func(d *declared, value string) { d.cropped = value == "hidden" || value == "clip" },
	"overflow-y":  func(d *declared, value string) { d.cropped = value == "hidden" || value == "clip" },
	"left":        func(d *declared, value string) { d.off = farLeft(value) },
	"margin-left": func(d *declared, value string) { d.fade(farLeft(value)) },
	"text-indent": func(d *declared, value string) { d.fade(farLeft(value)) },
	"clip-path":   func(d *declared, value string) { d.fade(nothingLeft.MatchString(value)) },
	"opacity": func(d *declared, value string) {
		d.faded = shown
		d.fade(zero(value))
	},
	"font-size": func(d *declared, value string) { d.sizeless = zero(value) },
	"font": func(d *declared, value string) {
		d.sizeless = strings.HasPrefix(value, "0/") || strings.HasPrefix(value, "0 ")
	},
	"clip":  func(d *declared, value string) { d.clipped = nothingLeft.MatchString(value) },
	"color": func(d *declared, value string) { d.pale = paper(value) },
	"background": func(d *declared, value string) {
		d.ground = d.ground || value != "none" && value != "inherit" && !paper(value)
		d.pictured = d.pictured || strings.Contains(value, "url(")
	},
	ground: func(d *declared, value string) { d.grounded = d.grounded || value == dark },
}

// fade notes that nothing is left to see.
func (d *declared) fade(yes bool) {
	if yes {
		d.faded = empty
	}
}

// initials are the characters that the properties begin with which count, in lower case:
// most declarations of a page are told by theirs.
var initials = func() (is [256]bool) {
	for property := range declarations {
		is[property[0]] = true
	}
	return is
}()

// property is the name by which declarations has a property. text-decoration-line and
// background-image say what those without the end do.
func property(written string) string {
	name := strings.ToLower(strings.TrimSpace(written))
	for _, family := range []string{"text-decoration", "background"} {
		if strings.HasPrefix(name, family) {
			return family
		}
	}
	return name
}

// styleLook reads the declarations of a style attribute that hide, strike
// through, raise or lower. Of two declarations of one property the later counts.
func styleLook(style string) look {
	var d declared
	for style != "" {
		var declaration string
		declaration, style, _ = strings.Cut(style, ";")
		declaration = declaration[skipSpace(declaration, 0):]
		if len(declaration) < len("top:-1px") || !initials[declaration[0]|0x20] {
			continue
		}
		written, value, _ := strings.Cut(declaration, ":")
		if read := declarations[property(written)]; read != nil && len(written) < len(declaration) {
			read(&d, keyword(value))
		}
	}
	return d.look()
}

// look joins what the declarations say.
func (d *declared) look() look {
	if d.display == gone || d.absolute && (d.off || d.clipped) {
		return look{visibility: gone}
	}
	if d.visibility == shown {
		d.visibility = d.faded
	}
	if d.off && d.relative {
		d.visibility = empty
	}
	l := d.raised
	if l.script == document.OnLine && d.relative {
		l = d.moved
	}
	if l.script == document.OnLine {
		l = d.msoRaised
	}
	if l.visibility = d.visibility; l.visibility == shown {
		l.visibility = d.struck
	}
	l.sizeless, l.pale, l.grounded, l.pictured = d.sizeless, d.pale && !d.ground, d.grounded, d.pictured
	if d.low && d.cropped {
		l.flat, l.boxed = true, d.boxed || d.absolute
	}
	return l
}

// nothingLeft are the shapes within which nothing, or one dot, is to be seen.
var nothingLeft = regexp.MustCompile(`^(?:rect\(\s*[01](?:px)?(?:[\s,]+[01](?:px)?){3}\s*\)|inset\(\s*(?:50|100)%\s*\)|circle\(\s*0(?:px|%)?\s*\))$`)

// length reads a length or number, whatever its unit.
func length(value string) (n float64, ok bool) {
	n, err := strconv.ParseFloat(strings.TrimRight(value, "%abcdefghijklmnopqrstuvwxyz"), 64)
	return n, err == nil
}

// zero reports a length of nothing.
func zero(value string) bool {
	n, ok := length(value)
	return ok && n == 0
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
// "span.note" for one element's. Rules for a single class are read here, and of those that
// do not show their elements only where no rule shows the class; [settled] has those
// with longer selectors.
func classLooks(text string) map[string]string { return sheetsOf(text, false).looks }

// sheetsOf reads the style sheets within a page; all is for those that give but
// grounds, too.
func sheetsOf(text string, all bool) *sheets {
	s := &sheets{}
	for range maxSheets {
		i := indexFold(text, "<style")
		if i < 0 {
			break
		}
		text = text[i+len("<style"):]
		end := indexFold(text, "</style")
		if end < 0 {
			break
		}
		if start := strings.IndexByte(text, '>'); start >= 0 && start < end && (all || setsOff(text[start:end])) {
			s.read(text[start+1 : end])
		}
		text = text[end:]
	}
	for _, selector := range slices.Sorted(maps.Keys(s.hides)) {
		if _, class, _ := strings.Cut(selector, "."); !s.again[class] {
			s.add(selector, hiddenByClass)
		}
	}
	return s
}

// onDarkGround is the declaration of what stands on a ground that another element has.
const (
	ground       = "--ground"
	dark         = "dark"
	onDarkGround = ground + ":" + dark + ";"
)

// hiddenByClass is the declaration of a class whose elements are not shown.
const hiddenByClass = "display:none;"

// sheets is what style sheets say of classes.
type sheets struct {
	looks map[string]string // nil where they say nothing
	hides map[string]bool   // the selectors whose elements they do not show
	again map[string]bool   // the classes and ids that any rule shows, or that stand in a condition

	rules   []sheetRule // those for more than a single class
	grounds []sheetRule // those that give a ground
}

func (s *sheets) add(selector, declarations string) {
	if s.looks == nil {
		s.looks = map[string]string{}
	}
	if len(s.looks) < maxClassLooks || s.looks[selector] != "" {
		s.looks[selector] += declarations
	}
}

// show notes the classes and ids that a selector or a block of conditions names.
func (s *sheets) show(names string) {
	for _, m := range className.FindAllStringSubmatch(names, -1) {
		if s.again == nil {
			s.again = map[string]bool{}
		}
		s.again[m[1]] = true
	}
}

var className = regexp.MustCompile(`[.#](-?[A-Za-z_][\w-]*)`)

// setsOff reports whether a style sheet may strike, raise or lower, by the
// properties as programs write them: sheets are long.
func setsOff(sheet string) bool {
	for _, property := range []string{"line-through", "vertical-align", "Vertical-Align", "font-size:0", "font-size: 0", "font:0", "opacity:0", "opacity: 0", "indent:-", "indent: -", "left:-", "left: -", "clip", "height:0", "height: 0", "display:none", "display: none", "visibility:hidden", "visibility: hidden", "#fff", "#FFF", "white", "transparent", "(255", "url("} {
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

// read takes the rules of a sheet for a single class.
func (s *sheets) read(sheet string) {
	for sheet != "" {
		selectors, rest, ok := strings.Cut(sheet, "{")
		if !ok {
			break
		}
		if strings.Contains(selectors, "@") { // what is in a block of conditions may not hold
			if at := strings.LastIndexByte(selectors, ';'); at < strings.LastIndexByte(selectors, '@') {
				sheet = behindBlock(rest)
				s.show(rest[:len(rest)-len(sheet)])
				continue
			}
		}
		declarations, rest, _ := strings.Cut(rest, "}")
		sheet = rest
		if shows.MatchString(declarations) {
			s.show(selectors)
		}
		if i := strings.LastIndexAny(selectors, "/;"); i >= 0 { // behind a comment or the sheet's own
			selectors = selectors[i+1:]
		}
		if given, _ := groundOf(declarations); given {
			s.grounds = addRules(s.grounds, selectors, declarations, false)
		}
		if !setsOff(declarations) {
			continue
		}
		l := styleLook(declarations)
		hides := l.visibility > crossed && !unseen(declarations)
		alters := l.visibility != shown || l.script != document.OnLine || l.sizeless || l.flat || l.pictured
		if !alters && !l.pale {
			continue
		}
		for selector := range strings.SplitSeq(selectors, ",") {
			selector = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(selector), "<!--"))
			element, class, ok := strings.Cut(selector, ".")
			if !ok || class == "" || strings.ContainsAny(class, " \t\r\n.:#[>+~*") || strings.ContainsAny(element, " \t\r\n:#[>+~*") {
				if alters { // white alone is the menus'
					s.rules = addRules(s.rules, selector, declarations, hides)
				}
				continue
			}
			switch selector = strings.ToLower(element) + "." + class; {
			case !hides:
				s.add(selector, strings.TrimSpace(declarations)+";")
			case len(s.hides) < maxClassLooks:
				if s.hides == nil {
					s.hides = map[string]bool{}
				}
				s.hides[selector] = true
			}
		}
	}
}

// shows matches declarations that show what others hide.
var shows = regexp.MustCompile(`(?i)(?:display\s*:\s*(?:[a-mo-z]|n[a-np-z])|visibility\s*:\s*visible)`)

// unseen reports whether declarations hide by what no script turns back: not by
// display and visibility.
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

// indexFold is where a tag or the beginning of one, <style or </style, stands in s,
// whatever its case there, or -1.
func indexFold(s, lower string) int {
	for at := 0; ; at++ {
		i := strings.IndexByte(s[at:], lower[0])
		if i < 0 || at+i+len(lower) > len(s) {
			return -1
		}
		// The second letter tells most of them, for less than a call.
		if at += i; s[at+1]|0x20 == lower[1]|0x20 && strings.EqualFold(s[at:at+len(lower)], lower) {
			return at
		}
	}
}
