package narrative

import "nianbao/parser/text"

// Kinds of figures without a unit.
const (
	unitNone text.Kind = ""     // no unit printed
	unitSlot text.Kind = "slot" // 无 in the place of a figure, or a negation
)

// counts reports whether a figure with a unit of the kind is a mention by itself.
func counts(k text.Kind) bool {
	switch k {
	case text.Item, text.Times, text.Person, text.Visit, text.Percent, text.Money, text.Measure:
		return true
	}
	return false
}
