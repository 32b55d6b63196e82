package crawler

import (
	"slices"
	"testing"
)

// TestMarks holds marks.csv: a mark that is not as the page is looked at is met nowhere.
func TestMarks(t *testing.T) {
	if len(marks()) == 0 {
		t.Fatal("no mark")
	}
	for _, m := range marks() {
		if !slices.Contains([]Reason{Challenge, SoftNotFound, LoginWall}, m.reason) {
			t.Errorf("%+v: no reason that a page's words can give", m)
		}
		if (m.source == "") == (m.text == "") {
			t.Errorf("%+v: want one of source and text in the column where", m)
		}
		if words := m.source + m.text; m.text != "" && squeeze(words) != words || !isLowerASCII(m.source) {
			t.Errorf("%+v: want lower case, a text without white space, a source in ASCII", m)
		}
	}
}

func isLowerASCII(s string) bool {
	return !slices.ContainsFunc([]byte(s), func(c byte) bool { return c >= 0x80 || 'A' <= c && c <= 'Z' })
}
