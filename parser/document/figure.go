package document

import "strings"

// DataFigures is how many figures of its own make data of a table that holds further
// tables, or of one within a cell.
const DataFigures = 3

// BareFigure reports a text of digits, and of nothing besides but their marks.
func BareFigure(s string) bool {
	return strings.ContainsAny(s, digits) && strings.Trim(s, digits+".,．，-+%％ \u00a0\u3000\t\r\n") == ""
}

const digits = "0123456789０１２３４５６７８９"

// IsFigure reports a cell that holds a figure: a short text of digits with what stands
// around them.
func IsFigure(s string) bool {
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9', r >= '０' && r <= '９':
			digits++
		case strings.ContainsRune(" \u00a0\u3000\n,，.．+-－—%％万亿元件条宗份个", r):
		default:
			return false
		}
	}
	return digits > 0 && digits < 12
}
