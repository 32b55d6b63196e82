package htmldoc

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"nianbao/parser/document"
	"nianbao/parser/lazyregexp"
)

// sheets is what the style sheets within a page say of its elements, as far as that
// hides, strikes text through, raises or lowers it. They are read once; rules that
// depend on what stands beside an element or on what happens to it are not, nor
// those that hold on conditions.
type sheets struct {
	written []written
	looks   map[string]string // the declarations for a single class: ".note", or "span.note" for one element's
	hides   map[string]bool   // such classes whose elements are not shown, nor by any rule shown again
	rules   []rule            // for longer selectors

	grounds    []rule // those that give a ground, once somebody asked
	groundless bool   // nobody did
	painted    colors // those of grounds, and of texts: neither that of paper
	inks       colors
	unpainted  []written       // the rules whose text has the colour of no ground, so far
	text       string          // the page
	scripted   map[string]bool // the ids of what scripts of the page may write into, once somebody asked
	known      map[*html.Node]own
	framed     []string // the pages within the page whose sheets are read
	nested     int      // rules in the blocks of others
	undressed  bool     // what some text looks like depends on more than is kept of a plain page
	work       int      // matches, times the open elements
}

// rule is a rule of a style sheet.
type rule struct {
	selector     cascadia.Sel
	declarations string
	hides        bool // it shows its elements not at all, and no rule shows them again
}

// Bounds of what style sheets may ask for.
const (
	maxSheets     = 50
	maxClassLooks = 1000
	maxRules      = 60
	maxBlocks     = 8         // of rules within one another
	maxNested     = 1000      // rules in the blocks of others
	maxMatches    = 4_000_000 // of rules and open elements
)

// sheetsOf reads the style sheets within a page.
func sheetsOf(text string) *sheets {
	s := &sheets{groundless: true, text: text}
	s.add(text)
	return s
}

// addFrame reads the style sheets of a page within the page, once.
func (s *sheets) addFrame(page string) {
	if !slices.Contains(s.framed, page) {
		s.framed = append(s.framed, page)
		s.add(page)
	}
}

func (s *sheets) add(text string) {
	var hiding []string // the selectors of what is not shown
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
		if start := strings.IndexByte(text, '>'); start >= 0 && start < end && !otherSheet.MatchString(text[:start]) {
			sheet := withoutComments(text[start+1 : end])
			if strings.Contains(sheet, "content") {
				sheet = strung.ReplaceAllStringFunc(sheet, withoutMarks.Replace)
			}
			sheet = strings.ReplaceAll(sheet, "  ", " ")
			rules, _ := s.rulesIn(sheet, 0)
			s.written = append(s.written, rules...)
			for _, r := range rules {
				s.paint(styleGround(r.declarations))
			}
			if len(s.painted) > 0 || strings.Contains(sheet, "color:#") || setsOff(sheet) { // as few of Word's do
				for _, r := range rules {
					if !r.conditional {
						s.doubt(r)
						hiding = s.read(r, hiding)
					}
				}
			}
		}
		text = text[end:]
	}
	s.hide(hiding)
}

// read takes a rule, and appends the selectors of one that hides what a script may show:
// by display and visibility.
func (s *sheets) read(r written, hiding []string) []string {
	l := styleLook(r.declarations)
	pale, moved := s.paints(l.ink), l.apart || l.ahead
	if !pale {
		s.keepInk(r, l.ink)
	}
	l.ink, l.apart, l.ahead = 0, false, false
	if l = l.plain("sup"); !pale && !moved && (l == (look{}) || !setsOff(r.declarations)) {
		return hiding
	}
	hides := l.visibility > crossed && styleLook(r.declarations+";display:block;visibility:visible").visibility <= crossed
	for _, selector := range selectorsOf(r.selectors) {
		switch class, single := singleClass(selector); {
		case hides && len(hiding) < maxClassLooks:
			hiding = append(hiding, selector)
		case hides:
		case single:
			s.ofClass(class, r.declarations)
		case l != (look{}): // white alone is the menus'
			s.addRule(rule{declarations: r.declarations + ";"}, selector)
		}
	}
	return hiding
}

// ofClass takes the declarations for a single class.
func (s *sheets) ofClass(class, declarations string) {
	if s.looks == nil {
		s.looks = map[string]string{}
	}
	if len(s.looks) < maxClassLooks || s.looks[class] != "" {
		s.looks[class] += strings.TrimSpace(declarations) + ";"
	}
}

// doubt takes a rule by which more than an element's own text is seen of it.
func (s *sheets) doubt(r written) {
	if !generated.MatchString(r.selectors) {
		return
	}
	text := codes.ReplaceAllStringFunc(r.declarations, func(code string) string {
		if n, _ := strconv.ParseUint(strings.TrimSpace(code[1:]), 16, 32); unicode.IsDigit(rune(n)) { // six digits
			return "0"
		}
		return ""
	})
	if !content.MatchString(text) {
		return
	}
	for _, selector := range selectorsOf(r.selectors) {
		if element := generated.ReplaceAllString(selector, ""); element != selector {
			s.addRule(rule{declarations: doubt + ":1;"}, cmp.Or(element, "*"))
		}
	}
}

// hide takes the selectors of what is not shown, without those that name a class or id
// which any rule shows, or which stands in a condition.
func (s *sheets) hide(hiding []string) {
	if len(hiding) == 0 {
		return
	}
	again := map[string]bool{}
	for _, r := range s.written {
		if r.conditional || shows.MatchString(r.declarations) {
			for _, name := range names(onEvents.ReplaceAllString(r.selectors, "")) {
				again[name] = true
			}
		}
	}
	if s.hides == nil {
		s.hides = map[string]bool{}
	}
	for _, selector := range hiding {
		class, single := singleClass(selector)
		switch {
		case slices.ContainsFunc(names(selector), func(name string) bool { return again[name] }):
		case single:
			s.hides[class] = true
		default:
			s.addRule(rule{hides: true}, selector)
		}
	}
}

// written is a rule as a sheet has it. A block of rules that may not hold is one, all of
// which are its selectors.
type written struct {
	selectors, declarations string
	conditional             bool
}

// rulesIn are the rules of a sheet, or of a block that lies so deep in others, and the
// declarations beside them, which are those of what the block belongs to. What lies deeper
// than any sheet's is told as what may not hold.
func (s *sheets) rulesIn(sheet string, depth int) (all []written, declarations string) {
	var own strings.Builder
	for sheet != "" {
		head, rest, ok := strings.Cut(sheet, "{")
		if !ok {
			own.WriteString(head)
			break
		}
		begin := strings.LastIndexAny(head, "/;") + 1 // behind the sheet's own
		own.WriteString(head[:begin])
		selectors := head[begin:]
		sheet = behindBlock(rest)
		block := strings.TrimSuffix(rest[:len(rest)-len(sheet)], "}")
		at := strings.IndexByte(selectors, '@')
		if depth == maxBlocks || at >= 0 && !holds.MatchString(strings.TrimSpace(selectors[at:])) {
			all = append(all, written{selectors: block, conditional: true})
			continue
		}
		inner, of := s.rulesIn(block, depth+1)
		if at >= 0 {
			all = append(all, inner...)
			own.WriteString(of)
			continue
		}
		all = append(all, written{selectors: selectors, declarations: of})
		for _, r := range inner {
			if r.conditional = r.conditional || s.nested == maxNested || len(selectors)+len(r.selectors) > maxSelector; !r.conditional {
				r.selectors = within(selectors, r.selectors)
				s.nested++
			}
			all = append(all, r)
		}
	}
	return all, own.String()
}

// within are the selectors of rules that stand in the block of others.
func within(outer, inner string) string {
	var all []string
	for _, o := range selectorsOf(outer) {
		for _, i := range selectorsOf(inner) {
			if len(all) == maxAlternatives {
				break
			}
			if strings.Contains(i, "&") {
				all = append(all, strings.ReplaceAll(i, "&", o))
			} else {
				all = append(all, o+" "+i)
			}
		}
	}
	return strings.Join(all, ",")
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

// Bounds of the selectors that one with lists in it, or one within others, is written out as,
// and of how long these are.
const (
	maxAlternatives = 64
	maxSelector     = 1000
)

// selectorsOf are those of a list, each without the lists in it.
func selectorsOf(list string) (all []string) {
	for _, selector := range parts(list) {
		selector = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(selector), "<!--"))
		all = append(all, alternatives(selector)...)
	}
	return all
}

// parts are those of a list that commas part, but for those in brackets.
func parts(list string) (all []string) {
	depth, from := 0, 0
	for i := range len(list) {
		switch c := list[i]; {
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			depth--
		case c == ',' && depth <= 0:
			all, from = append(all, list[from:i]), i+1
		}
	}
	return append(all, list[from:])
}

// alternatives are the selectors that one stands for: td :is(i, u) for td i and td u.
func alternatives(selector string) []string {
	all := []string{selector}
	for i := 0; i < len(all) && len(all) < maxAlternatives; {
		m := anyOf.FindStringSubmatchIndex(all[i])
		if m == nil || len(selector) > maxSelector || strings.HasSuffix(all[i][:m[0]], ":not(") {
			i++
			continue
		}
		list, behind := all[i][m[2]:m[3]], all[i][m[1]:]
		var written []string
		for _, part := range parts(list) {
			part, before := strings.TrimSpace(part), all[i][:m[0]]
			if part != "" && isLetter(part[0]) { // an element's name comes first
				k := strings.LastIndexAny(before, " >+~") + 1
				part, before = part+before[k:], before[:k]
			}
			written = append(written, before+part+behind)
		}
		all = slices.Replace(all, i, i+1, written...)
	}
	return all
}

// paint notes the colour of a ground.
func (s *sheets) paint(ground color) {
	if ground != white && ground != unknown {
		s.painted.add(ground)
	}
}

// colors are some of a page.
type colors map[color]bool

func (c *colors) add(one color) {
	if *c == nil {
		*c = colors{}
	}
	if one != 0 && len(*c) < maxInks {
		(*c)[one] = true
	}
}

// inked notes the colours of a style, or of a font.
func (s *sheets) inked(d *declared) {
	if d == nil {
		return
	}
	if s.paint(d.ground); d.ink != white {
		s.inks.add(d.ink)
	}
}

// maxInks bounds the colours of a page's texts, and those of its grounds, that are compared.
const maxInks = 1000

// paints reports whether the page has a ground of a colour, as all have that of paper.
func (s *sheets) paints(ink color) bool { return ink == white || s.painted[ink] }

// camouflaged reports whether the page has texts and grounds of one colour.
func (s *sheets) camouflaged() bool {
	for ground := range s.painted {
		if s.inks[ground] {
			return true
		}
	}
	return false
}

// repaint takes the rules whose text has the colour of a ground after all.
func (s *sheets) repaint() {
	if !s.camouflaged() {
		return
	}
	unpainted := s.unpainted
	s.unpainted = nil
	for _, r := range unpainted {
		s.read(r, nil) // what they hide is known
	}
}

// keepInk notes a rule whose text has the colour of no ground, as far as grounds are known.
func (s *sheets) keepInk(r written, ink color) {
	if ink != 0 && len(s.unpainted) < maxInks {
		s.inks.add(ink)
		s.unpainted = append(s.unpainted, r)
	}
}

// singleClass is the key of looks for a selector for a single class.
func singleClass(selector string) (key string, ok bool) {
	element, class, ok := strings.Cut(selector, ".")
	return strings.ToLower(element) + "." + class, ok && class != "" && !strings.ContainsAny(class, " \t\r\n.:#[>+~*") && !strings.ContainsAny(element, " \t\r\n:#[>+~*")
}

// addRule adds a rule of the sheets. One whose selector is not understood leaves a doubt about
// all that a wider one tells.
func (s *sheets) addRule(r rule, selector string) {
	var known bool
	if s.rules, known = addRule(s.rules, r, selector); known || onEvents.MatchString(selector) || parted.MatchString(selector) {
		return
	}
	wider := notUnderstood.ReplaceAllString(selector, "")
	if wider == "" || strings.ContainsAny(wider[len(wider)-1:], " >+~") {
		wider += "*"
	}
	s.rules, _ = addRule(s.rules, rule{declarations: doubt + ":1;"}, wider)
}

// addRule adds a rule for a selector that can be told from an element and those around it, and
// reports whether it can.
func addRule(rules []rule, r rule, selector string) (_ []rule, known bool) {
	if len(rules) >= maxRules || selector == "" {
		return rules, true
	}
	var err error
	if r.selector, err = cascadia.Parse(selector); err != nil {
		return rules, false
	}
	return append(rules, r), true
}

// isScripted reports whether a script of the page may write into the element of an id.
func (s *sheets) isScripted(id string) bool {
	if s.scripted == nil {
		s.scripted = map[string]bool{}
		for text := s.text; ; {
			i := indexFold(text, "<script")
			if i < 0 {
				break
			}
			end := indexFold(text[i:], "</script")
			if end < 0 {
				break
			}
			if script := text[i : i+end]; writes.MatchString(script) {
				for _, m := range namedID.FindAllStringSubmatch(script, -1) {
					s.scripted[m[1]+m[2]] = true
				}
			}
			text = text[i+end:]
		}
	}
	return s.scripted[id]
}

// names are the classes and ids that a selector or a block of rules names.
func names(selectors string) (names []string) {
	for _, m := range className.FindAllStringSubmatch(selectors, -1) {
		names = append(names, m[1])
	}
	return names
}

// withoutMarks takes out of what a sheet has in quotes, which strung matches, the marks that part
// rules and declarations.
var withoutMarks = strings.NewReplacer("{", " ", "}", " ", ";", " ")

var (
	strung    = lazyregexp.New(`"[^"\n]*"|'[^'\n]*'`)
	className = lazyregexp.New(`[.#](-?[A-Za-z_][\w-]*)`)
	// holds matches what begins a block of rules that hold on a screen.
	holds = lazyregexp.New(`(?i)^@(?:media\s+(?:only\s+)?(?:screen|all)|supports\s*\(.*\)|layer[^,]*)$`)
	// otherSheet matches the attributes of a style sheet that is for print or is none.
	otherSheet = lazyregexp.New(`(?i)\bmedia\s*=\s*["']?\s*(?:print|speech)\s*(?:["'\s]|$)|\btype\s*=\s*["']?\s*text/(?:[abd-z]|c[a-rt-z])`)
	// anyOf matches a list within a selector, and notUnderstood what else asks for more than cascadia
	// knows.
	anyOf         = lazyregexp.New(`:(?:is|where|matches|any|-webkit-any|-moz-any)\(([^()]*)\)`)
	notUnderstood = lazyregexp.New(`:[a-z-]+(?:\([^)]*\)+)?`)
	// onEvents matches a selector of what an event shows.
	onEvents = lazyregexp.New(`[^,]*:(?:hover|focus|active|target|checked)[^,]*`)
	// parted matches a selector of what is a part of an element.
	parted = lazyregexp.New(`::|:-|:(?:before|after|first-l)`)
	// generated matches a selector of what a sheet writes before or behind an element, and
	// content what it writes, as far as it may be a part of a figure.
	generated = lazyregexp.New(`::?(?:before|after)\b`)
	content   = lazyregexp.New(`(?i)(?:^|[;\s{])content\s*:[^;]*(?:[0-9]|attr\(|counters?\(|\bvar\()`)
	// writes matches what a script writes into an element with, and namedID the id of one.
	writes  = lazyregexp.New(`(?:inner|outer)(?:HTML|Text)|textContent|nodeValue|\.(?:html|text|append|prepend|replaceWith|load)\(|insertAdjacent`)
	namedID = lazyregexp.New(`getElementById\(\s*["']([^"']+)["']|["'][^"'\s]*#([\w-]+)["']`)
	codes   = lazyregexp.New(`\\[0-9A-Fa-f]{1,6}\s?`)
	// shows matches declarations that show what others hide.
	shows = lazyregexp.New(`(?i)(?:display\s*:\s*(?:[a-mo-z]|n[a-np-z])|visibility\s*:\s*visible)`)
)

// setsOff reports whether declarations of a style sheet count: of those that move text
// but a few, for most move boxes.
func setsOff(declarations string) bool {
	for _, property := range []string{"line-through", "vertical-align", "Vertical-Align", "font-size:0", "font-size: 0", "font:0", "float", "absolute", "fixed", "font-size:1p", "font-size: 1p", "ingdings", "ebdings", "opacity:0", "opacity: 0", "indent:-", "indent: -", "left:-", "left: -", "clip", "height:0", "height: 0", "width:0", "width: 0", "scale", "matrix", "display:none", "display: none", "visibility:hidden", "visibility: hidden", "#fff", "#FFF", "white", "transparent", "(255", "rgba(", "url(", "content", "bidi", "reverse", "order", "baseline", "grid-column", "filter", "var("} {
		if strings.Contains(declarations, property) {
			return true
		}
	}
	return false
}

// dressed reports whether the whole markup of a page matters: to what its sheets say, or where
// what a text looks like depends on what stands around it or in it.
func (s *sheets) dressed() bool { return len(s.rules) > 0 || s.undressed || s.camouflaged() }

// says tells whether an attribute is kept in the tree of a plain page, and what it makes
// of the text of its element.
func (s *sheets) says(k *kind, tag, value string) (keep bool, l look) {
	if k.tags != nil && !slices.Contains(k.tags, tag) {
		return false, look{}
	}
	switch k.key {
	case "hidden":
		l.visibility = gone
	case "style":
		return s.sets(readStyle(value), tag)
	case "color":
		return s.sets(&declared{ink: inkOf(keyword(value))}, tag)
	case "class":
		declarations, hidden := s.ofClasses(tag, value)
		if l = styleLook(declarations).plain(tag); hidden {
			l.visibility = gone
		}
		if !s.paints(l.ink) {
			l.ink = 0
		}
	case "bgcolor":
		s.paint(groundOf(keyword(value)))
	case "face":
		l.symbols = document.SymbolFont(value)
	case "id":
		l.doubtful = s.isScripted(value)
	case "onclick":
		return containsFold(value, "location") || containsFold(value, "open"), look{}
	default:
		return true, look{}
	}
	return l != look{}, l
}

// sets is what an element's own declarations make of its text, of whose colours white alone
// counts, and whether that is anything.
func (s *sheets) sets(d *declared, tag string) (keep bool, l look) {
	if s.inked(d); d == nil {
		return false, look{}
	}
	if l = d.look(); l.ink != white {
		l.ink = 0
	}
	return l != look{}, l.plain(tag)
}

// ofClasses joins the declarations that hold for an element by its classes. A
// page that was pasted together has lost the style sheets of Word, and seldom has
// those of the site with it: there a class is known by its name.
func (s *sheets) ofClasses(element, classes string) (declarations string, hidden bool) {
	if s.looks == nil && s.hides == nil && !namesNote(classes) {
		return "", false
	}
	for class := range strings.FieldsSeq(classes) {
		class = "." + class
		declarations += s.looks[class] + s.looks[element+class]
		hidden = hidden || s.hides[class] || s.hides[element+class]
		if declarations == "" && namesNote(class[1:]) {
			declarations = "vertical-align:super;"
		}
	}
	return declarations, hidden
}

// ofRules joins the declarations that hold for an element by longer selectors.
func (s *sheets) ofRules(n *html.Node) (declarations string, hidden bool) {
	for _, r := range s.matching(s.rules, n) {
		declarations += r.declarations
		hidden = hidden || r.hides
	}
	return declarations, hidden
}

// matching are the rules that hold for an element, as long as there is time.
func (s *sheets) matching(rules []rule, n *html.Node) (matching []rule) {
	if len(rules) == 0 || s.work > maxMatches {
		return nil
	}
	for p := n; p != nil; p = p.Parent {
		s.work += len(rules)
	}
	for _, r := range rules {
		if r.selector.Match(n) {
			matching = append(matching, r)
		}
	}
	return matching
}

// ground is the colour of what an element stands on: its own ground, or that of an element
// around it.
func (s *sheets) ground(n *html.Node) color {
	if s.groundless {
		s.groundless = false
		for _, r := range s.written {
			if r.conditional || styleGround(r.declarations) == 0 {
				continue
			}
			for _, selector := range selectorsOf(r.selectors) {
				s.grounds, _ = addRule(s.grounds, rule{declarations: r.declarations}, selector)
			}
		}
	}
	for ; n != nil; n = n.Parent {
		if g := s.ownGround(n); g != 0 {
			return g
		}
	}
	return white
}

// ownGround is what an element is drawn on, by its own markup.
func (s *sheets) ownGround(n *html.Node) color {
	if style, ok := attribute(n, "style"); ok {
		if g := styleGround(style); g != 0 {
			return g
		}
	}
	if matching := s.matching(s.grounds, n); len(matching) > 0 {
		return styleGround(matching[len(matching)-1].declarations)
	}
	if written, ok := attribute(n, "bgcolor"); ok {
		return groundOf(keyword(written))
	}
	if _, ok := attribute(n, "background"); ok {
		return unknown
	}
	return 0
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
