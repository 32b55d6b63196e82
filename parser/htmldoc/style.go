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
	sizeless           bool
	pale, pictured     bool
	ground             ground
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
		d.boxed, d.apart = d.boxed || value != "none", d.apart || value == "right"
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
	"font-size": func(d *declared, value string) { d.sizeless = zero(value) },
	"font": func(d *declared, value string) {
		d.sizeless = strings.HasPrefix(value, "0/") || strings.HasPrefix(value, "0 ")
	},
	"clip":  func(d *declared, value string) { d.clipped = nothingLeft.MatchString(value) },
	"color": func(d *declared, value string) { d.pale = paper(value) },
	"background": func(d *declared, value string) {
		if g := groundOf(value); g != noGround {
			d.ground = g
		}
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
func styleGround(style string) ground {
	if d := readStyle(style); d != nil {
		return d.ground
	}
	return noGround
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
	l.sizeless, l.pale, l.pictured = d.sizeless, d.pale && d.ground != dark, d.pictured
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

// farLeft reports whether a length moves text out of every screen, by its unit.
func farLeft(value string) bool {
	n, unit, ok := length(value)
	far := screens[unit]
	return ok && far > 0 && n <= -far
}

// screens are lengths by which text is moved out of every screen, and leastShift the least
// that are no mere correction of the look of a line, by their units.
var (
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

// paper reports a colour that is not to be seen on paper.
func paper(color string) bool {
	switch color = strings.ReplaceAll(color, " ", ""); color {
	case "white", "#fff", "#ffffff", "rgb(255,255,255)", "rgba(255,255,255,1)", "transparent":
		return true
	}
	return strings.HasSuffix(color, ",0)") && strings.HasPrefix(color, "rgba(") || strings.HasSuffix(color, ",100%)") && strings.HasPrefix(color, "hsl(")
}

// ground is what declarations say that text stands on.
type ground uint8

const (
	noGround ground = iota
	white
	dark // or any other than paper
)

// groundOf is the ground that a value gives, the first word of which may be a colour.
func groundOf(value string) ground {
	first, _, _ := strings.Cut(value, " ")
	switch value {
	case "none", "inherit", "initial", "unset", "transparent", "":
		return noGround
	}
	if paper(value) || paper(first) {
		return white
	}
	return dark
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
