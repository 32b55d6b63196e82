package htmldoc

import (
	"cmp"
	"strconv"
	"strings"

	"nianbao/parser/document"
	"nianbao/parser/lazyregexp"
)

// declared is what the declarations of a style say, as far as they hide, strike through,
// raise or lower.
type declared struct {
	// What of the text is seen, by display, by visibility, by text-decoration and by what
	// else leaves nothing of it.
	display, visibility, struck, faded visibility
	raised, moved, msoRaised           look // by vertical-align, by top, by mso-text-raise

	relative, absolute bool // position
	off, clipped       bool // out of the page, or cut down to nothing, where its position is absolute
	none, least        side // that its height or width leaves nothing of, or not less than something
	cropped, scaled    bool // nothing goes beyond its sides; nothing is left of it as it is drawn
	boxed              bool
	sizeless, pictured bool
	ink, ground        color // the colours of the text and of what it stands on
	manner
}

// side is what limits a box.
type side uint8

const (
	height side = 1 << iota
	width
	maxHeight
	maxWidth
)

// small reports a box of no height or no width.
func (d *declared) small() bool {
	for _, by := range []side{height, width} {
		if d.none&(by|by<<2) != 0 && d.least&by == 0 {
			return true
		}
	}
	return false
}

// declarations are the properties that count, each with what its value says: in lower
// case and without !important.
var declarations = map[string]func(d *declared, value string){
	"display": func(d *declared, value string) {
		d.display, d.boxed, d.shows = shown, false, value != "none"
		d.doubtful = d.doubtful || strings.Contains(value, "var(")
		switch value {
		case "none":
			d.display = gone
		case "block", "inline-block", "flex", "inline-flex", "grid", "inline-grid", "flow-root":
			d.boxed = true
		}
	},
	"visibility": func(d *declared, value string) {
		d.visibility = map[string]visibility{"hidden": empty, "collapse": collapsed}[value]
		d.shows = d.shows || value == "visible"
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
		d.level = value == "baseline"
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
		d.apart = d.apart || d.absolute
	},
	"order":              func(d *declared, value string) { d.apart = true },
	"grid-column":        func(d *declared, value string) { d.apart = true },
	"flex-direction":     func(d *declared, value string) { d.doubtful = d.doubtful || strings.Contains(value, "reverse") },
	"unicode-bidi":       func(d *declared, value string) { d.doubtful = d.doubtful || strings.Contains(value, "override") },
	doubt:                func(d *declared, value string) { d.doubtful = true },
	"filter":             func(d *declared, value string) { d.fade(transparent.MatchString(value)) },
	"content-visibility": func(d *declared, value string) { d.fade(value == "hidden") },
	"top":                func(d *declared, value string) { d.moved = shift(value, -1) },
	"float": func(d *declared, value string) {
		d.boxed, d.apart, d.ahead = d.boxed || value != "none", d.apart || value == "right", d.ahead || value == "left"
	},
	"height":      func(d *declared, value string) { d.none.set(height, zero(value)) },
	"width":       func(d *declared, value string) { d.none.set(width, zero(value)) },
	"max-height":  func(d *declared, value string) { d.none.set(maxHeight, zero(value)) },
	"max-width":   func(d *declared, value string) { d.none.set(maxWidth, zero(value)) },
	"min-height":  func(d *declared, value string) { d.least.set(height, !zero(value)) },
	"min-width":   func(d *declared, value string) { d.least.set(width, !zero(value)) },
	"overflow":    func(d *declared, value string) { d.cropped = value == "hidden" || value == "clip" },
	"transform":   func(d *declared, value string) { d.scaled = scaledAway.MatchString(value) },
	"left":        func(d *declared, value string) { d.off = farLeft(value) },
	"margin-left": func(d *declared, value string) { d.fade(farLeft(value)) },
	"text-indent": func(d *declared, value string) { d.fade(farLeft(value)) },
	"clip-path":   func(d *declared, value string) { d.fade(nothingLeft.MatchString(value)) },
	"opacity": func(d *declared, value string) {
		d.faded = shown
		d.fade(zero(value))
	},
	"font-size": func(d *declared, value string) { d.sizeless = unseenSize(value) },
	"font": func(d *declared, value string) {
		size, family, _ := strings.Cut(value, " ")
		size, _, _ = strings.Cut(size, "/")
		d.sizeless, d.symbols = unseenSize(size), document.SymbolFont(family)
	},
	"font-family": func(d *declared, value string) { d.symbols = document.SymbolFont(value) },
	"clip":        func(d *declared, value string) { d.clipped = nothingLeft.MatchString(value) },
	"color":       func(d *declared, value string) { d.ink = inkOf(value) },
	"background": func(d *declared, value string) {
		d.ground = cmp.Or(groundOf(value), d.ground)
		d.pictured = d.pictured || strings.Contains(value, "url(")
	},
}

// set notes whether something holds of a side.
func (s *side) set(by side, holds bool) {
	if *s &^= by; holds {
		*s |= by
	}
}

// fade notes that nothing is left to see.
func (d *declared) fade(yes bool) {
	if yes {
		d.faded = empty
	}
}

// partly names the properties that say a part of what another says, or the same.
var partly = map[string]string{
	"background-color": "background", "background-image": "background",
	"text-decoration-line": "text-decoration",
	"flex-flow":            "flex-direction",
	"overflow-x":           "overflow", "overflow-y": "overflow", // of which one makes the other scroll at most
	"-webkit-transform": "transform", "scale": "transform",
	"-webkit-text-fill-color": "color",
}

// initials are the characters that the properties begin with which count, in lower case:
// most declarations of a page are told by theirs.
var initials = func() (is [256]bool) {
	for property := range declarations {
		is[property[0]] = true
	}
	for property := range partly {
		is[property[0]] = true
	}
	return is
}()

// property is the name by which declarations has a property.
func property(written string) string {
	name := strings.ToLower(strings.TrimSpace(written))
	return cmp.Or(partly[name], name)
}

// styleLook reads the declarations of a style attribute that hide, strike
// through, raise or lower. Of two declarations of one property the later counts.
func styleLook(style string) look {
	if d := readStyle(style); d != nil {
		return d.look()
	}
	return look{}
}

// readStyle is nil where no declaration counts, as in most styles.
func readStyle(style string) (d *declared) {
	style = withoutComments(style)
	for style != "" {
		var declaration string
		declaration, style, _ = strings.Cut(style, ";")
		declaration = declaration[skipSpace(declaration, 0):]
		if len(declaration) < len("width:0") || !initials[declaration[0]|0x20] {
			continue
		}
		written, value, _ := strings.Cut(declaration, ":")
		if read := declarations[property(written)]; read != nil && len(written) < len(declaration) {
			if d == nil {
				d = &declared{}
			}
			read(d, keyword(value))
		}
	}
	return d
}

// styleGround is the ground that declarations give.
func styleGround(style string) color {
	if d := readStyle(style); d != nil {
		return d.ground
	}
	return 0
}

// look joins what the declarations say.
func (d *declared) look() look {
	if d.display == gone || d.absolute && (d.off || d.clipped) {
		return look{visibility: gone}
	}
	if !d.relative {
		d.moved = look{}
	}
	l := cmp.Or(d.raised, d.moved, d.msoRaised)
	if l.visibility = cmp.Or(d.visibility, d.faded, d.struck); d.off && d.relative {
		l.visibility = empty
	}
	l.sizeless, l.pictured = d.sizeless, d.pictured
	if d.ground == 0 || d.ground == d.ink {
		l.ink = d.ink
	}
	l.manner = d.manner
	if d.small() && d.cropped || d.scaled {
		l.flat, l.boxed = true, d.boxed || d.absolute
	}
	return l
}

// doubt is the property that this package writes for what alters an element's text in a way
// it does not follow.
const doubt = "-doubt"

// withoutComments is a sheet, or declarations, without comments; one that is left open goes
// on to the end.
func withoutComments(s string) string {
	before, rest, found := strings.Cut(s, "/*")
	if !found {
		return s
	}
	var b strings.Builder
	for b.WriteString(before); found; b.WriteString(before) {
		_, rest, _ = strings.Cut(rest, "*/")
		before, rest, found = strings.Cut(rest, "/*")
	}
	return b.String()
}

var transparent = lazyregexp.New(`opacity\(\s*0*(?:\.0+)?%?\s*\)`)

// nothingLeft are the shapes within which nothing, or one dot, is to be seen.
var nothingLeft = lazyregexp.New(`^(?:rect\(\s*[01](?:px)?(?:[\s,]+[01](?:px)?){3}\s*\)|inset\(\s*(?:50|100)%\s*\)|circle\(\s*0(?:px|%)?\s*\))$`)

// scaledAway is what draws a box without width or height; without a name it is that of a scale.
var scaledAway = lazyregexp.New(`(?:scale(?:x|y|3d)?\(\s*|^)(?:[\d.]+%?[\s,]+)?0*(?:0|\.0+|0\.0+)%?\s*(?:[,)\s]|$)|matrix\(\s*0[\s,]+0[\s,]+0[\s,]+0\s*,`)

// length reads a length or number, and its unit.
func length(value string) (n float64, unit string, ok bool) {
	unit = strings.TrimLeft(value, "+-.0123456789")
	n, err := strconv.ParseFloat(strings.TrimSuffix(value, unit), 64)
	return n, unit, err == nil && strings.Trim(unit, "%abcdefghijklmnopqrstuvwxyz") == ""
}

// zero reports a length of nothing.
func zero(value string) bool {
	n, _, ok := length(value)
	return ok && n == 0
}

// unseenSize reports a size of characters that nobody sees.
func unseenSize(value string) bool {
	n, unit, ok := length(value)
	return ok && n <= leastSize[unit]
}

// farLeft reports whether a length moves text out of every screen, by its unit.
func farLeft(value string) bool {
	n, unit, ok := length(value)
	far := screens[unit]
	return ok && far > 0 && n <= -far
}

// leastSize are the sizes up to which nobody sees a character, screens lengths by which text is
// moved out of every screen, and leastShift the least that are no mere correction of the look
// of a line, by their units.
var (
	leastSize  = map[string]float64{"px": 1, "pt": 1, "em": 0.06, "rem": 0.06, "%": 6}
	screens    = map[string]float64{"px": 900, "pt": 900, "em": 60, "rem": 60}
	leastShift = map[string]float64{"px": 2, "pt": 1.5, "em": 0.12, "rem": 0.12, "ex": 0.25, "%": 12, "mm": 0.5, "cm": 0.05}
)

// shift reads a length by which text is off its line, upwards times up.
func shift(value string, up float64) look {
	n, unit, ok := length(value)
	least := leastShift[unit]
	switch n *= up; {
	case !ok || least == 0:
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

// color is a colour by its three bytes, above which opaque stands; zero is none.
type color uint32

const (
	opaque     color = 1 << 24
	white            = opaque | 0xFFFFFF // the colour of paper
	unknown          = opaque << 1       // has a colour, or several
	seeThrough       = opaque << 2       // shows what is behind it
)

// colorNames are those of the colours that texts and grounds have by name.
var colorNames = map[string]color{
	"white": white, "black": opaque, "red": opaque | 0xFF0000, "lime": opaque | 0x00FF00, "blue": opaque | 0x0000FF, "yellow": opaque | 0xFFFF00,
	"aqua": opaque | 0x00FFFF, "cyan": opaque | 0x00FFFF, "fuchsia": opaque | 0xFF00FF, "magenta": opaque | 0xFF00FF, "silver": opaque | 0xC0C0C0,
	"gray": opaque | 0x808080, "grey": opaque | 0x808080, "maroon": opaque | 0x800000, "green": opaque | 0x008000, "navy": opaque | 0x000080,
	"olive": opaque | 0x808000, "purple": opaque | 0x800080, "teal": opaque | 0x008080, "orange": opaque | 0xFFA500, "pink": opaque | 0xFFC0CB,
	"lightgray": opaque | 0xD3D3D3, "lightgrey": opaque | 0xD3D3D3, "whitesmoke": opaque | 0xF5F5F5, "transparent": seeThrough,
}

// colorOf is the colour that a value begins with, zero where none is known.
func colorOf(value string) color {
	first, _, _ := strings.Cut(strings.TrimSpace(value), " ")
	if c := colorNames[first]; c != 0 {
		return c
	}
	m := colorParts.FindStringSubmatch(value)
	if m == nil {
		return 0
	}
	digits := m[5]
	switch {
	case m[4] != "" && zero(m[4]), len(digits) == 8 && digits[6:] == "00", len(digits) == 4 && digits[3] == '0':
		return seeThrough
	case m[6] != "":
		return white
	case m[1] != "":
		c := color(1)
		for _, part := range m[1:4] {
			n, _ := strconv.Atoi(part) // of digits
			c = c<<8 | color(min(n, 0xFF))
		}
		return c
	case len(digits) < 6: // one for both of each byte
		digits = string([]byte{digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]})
	}
	n, _ := strconv.ParseUint(digits[:6], 16, 32) // of digits
	return opaque | color(n)
}

// colorParts are the parts of a colour: its three numbers, with how much of it is there, its
// digits, or that it is as light as can be.
var colorParts = lazyregexp.New(`^(?:rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\s*(?:[,/]\s*([\d.]+%?)\s*)?\)|#?([0-9a-f]{3,8})\b|hsla?\([^,]*,[^,]*,\s*(100%))`)

// inkOf is the colour of a text: without one it is that of paper.
func inkOf(value string) color {
	if c := colorOf(value); c != seeThrough {
		return c
	}
	return white
}

// groundOf is the colour of the ground that a value gives, zero where it gives none.
func groundOf(value string) color {
	switch value {
	case "none", "inherit", "initial", "unset", "":
		return 0
	}
	if c := cmp.Or(colorOf(value), unknown); c != seeThrough {
		return c
	}
	return 0
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
