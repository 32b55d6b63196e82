package document

import (
	"strings"
	"unicode"
)

// Unread stands in a cell's text for what a reader of the page sees there and
// this program cannot read: a picture, a drawing, an unfilled field of a form, a
// figure that was struck out, what was cut off. It is Unicode's object
// replacement character, so that a cell with one is neither blank nor a figure,
// whatever way its text takes.
const Unread = "\uFFFC"

// besideWords leaves out of a cell's text what is Unread beside words without
// any figure: the icons of labels.
func besideWords(text string) string {
	if !strings.Contains(text, Unread) {
		return text
	}
	words := false
	for _, r := range text {
		if unicode.IsDigit(r) {
			return text
		}
		words = words || unicode.Is(unicode.Han, r)
	}
	if !words {
		return text
	}
	return strings.TrimSpace(withoutUnread.Replace(text))
}

var withoutUnread = strings.NewReplacer("\n"+Unread+"\n", "\n", Unread, "")

// Controls returns a text without control characters other than those that break
// lines and tabs. Beside a digit such a character is Unread: it may have been a digit,
// a sign or a point.
func Controls(s string) string {
	if !strings.ContainsFunc(s, control) {
		return s
	}
	var b strings.Builder
	runes := []rune(s)
	digit := func(i int) bool { return i >= 0 && i < len(runes) && unicode.IsDigit(runes[i]) }
	for i := 0; i < len(runes); {
		from := i
		for i < len(runes) && control(runes[i]) {
			i++
		}
		if i == from {
			b.WriteRune(runes[i])
			i++
		} else if digit(from-1) || digit(i) {
			b.WriteString(Unread)
		}
	}
	return b.String()
}

func control(r rune) bool { return r < ' ' && (r < '\t' || r > '\r') || r == 0x7F }

// SymbolFont reports a font, or a list of them that begins with one, that has pictures for digits.
func SymbolFont(names string) bool {
	first, _, _ := strings.Cut(names, ",")
	first = strings.ToLower(first)
	return strings.Contains(first, "wingdings") || strings.Contains(first, "webdings")
}

// Script is where text stands against its line. A note's mark is raised, and
// must never join the figure before or behind it; so every container's reader
// writes what is not on the line with Script.Write.
type Script uint8

const (
	OnLine  Script = iota
	Raised         // superscript
	Lowered        // subscript
)

// Write is text as Unicode writes it in a script: digits, letters and signs that
// have a raised or lowered form take it, what separates two marks becomes a
// space, all else stays.
func (s Script) Write(text string) string {
	switch s {
	case Raised:
		return raise.Replace(text)
	case Lowered:
		return lower.Replace(text)
	}
	return text
}

var (
	raise = scriptForms("⁰¹²³⁴⁵⁶⁷⁸⁹", "⁺⁻⁼⁽⁾", "abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
	lower = scriptForms("₀₁₂₃₄₅₆₇₈₉", "₊₋₌₍₎", "aehijklmnoprstuvx", "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
)

func scriptForms(digits, signs, letters, forms string) *strings.Replacer {
	var pairs []string
	add := func(from, to rune) { pairs = append(pairs, string(from), string(to)) }
	for i, to := range []rune(digits) {
		add('0'+rune(i), to)
		add('０'+rune(i), to)
	}
	for i, to := range []rune(signs) {
		add([]rune("+-=()")[i], to)
		add([]rune("＋－＝（）")[i], to)
	}
	for i, to := range []rune(forms) {
		add(rune(letters[i]), to)
	}
	for _, r := range ",，、;；.．" {
		add(r, ' ')
	}
	return strings.NewReplacer(pairs...)
}

// ScriptMark reports a character that Script.Write writes: it belongs to a note
// or a unit, never to a figure.
func ScriptMark(r rune) bool { return strings.ContainsRune(scriptMarks, r) }

const scriptMarks = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"
