package htmldoc

import (
	"strings"

	"golang.org/x/net/html"
)

// visibility is what an element's own markup says of it.
type visibility uint8

const (
	shown visibility = iota
	empty            // takes its place and says nothing: visibility:hidden, mso-hide:all, struck through
	gone             // takes no place: the hidden attribute, display:none
	// collapsed is visibility:collapse: gone for rows and columns, empty otherwise.
	collapsed
)

// visible tells whether an element's content is to be seen.
func visible(n *html.Node) visibility {
	v := shown
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			if !strings.EqualFold(a.Val, "until-found") {
				return gone
			}
		case "style":
			if s := styleVisibility(a.Val); s == gone {
				return gone
			} else if s != shown {
				v = s
			}
		}
	}
	return v
}

// styleVisibility reads the declarations of a style attribute that hide. Of two
// declarations of one property the later counts.
func styleVisibility(style string) visibility {
	display, visibility := shown, shown
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
		if len(declaration) < len("display:none") {
			continue
		}
		switch declaration[0] | 0x20 { // most declarations are told by their first letter
		case 'd', 'v', 'm', 't':
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
			// Struck through is no longer said.
			if containsFold(value, "line-through") {
				visibility = empty
			}
		case strings.EqualFold(property, "mso-hide"):
			if keyword(value) == "all" {
				visibility = empty
			}
		}
	}
	if display == gone {
		return gone
	}
	return visibility
}

// keyword is a declaration's value, in lower case and without !important.
func keyword(value string) string {
	value, _, _ = strings.Cut(value, "!")
	return strings.ToLower(strings.TrimSpace(value))
}
