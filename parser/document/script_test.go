package document

import "testing"

func TestScriptWrite(t *testing.T) {
	for _, c := range []struct {
		script     Script
		text, want string
	}{
		{OnLine, "1", "1"}, {Raised, "1", "¹"}, {Raised, "[１2]", "[¹²]"}, {Raised, "注1,2", "注¹ ²"}, {Raised, "(a)", "⁽ᵃ⁾"}, {Raised, "件", "件"},
		{Lowered, "2", "₂"}, {Lowered, "(1)", "₍₁₎"},
	} {
		got := c.script.Write(c.text)
		if got != c.want {
			t.Errorf("%q in script %d is %q, want %q", c.text, c.script, got, c.want)
		}
		for _, r := range got {
			if r != ' ' && string(r) != c.text && c.script != OnLine && ScriptMark(r) == (r == '[' || r == ']' || r == '注' || r == '件') {
				t.Errorf("%q of %q is a mark: %v", r, got, ScriptMark(r))
			}
		}
	}
}

func TestScripts(t *testing.T) {
	for _, c := range []struct {
		name string
		mark func(*Scripts)
		text string
		want string
	}{
		{"none", func(*Scripts) {}, "12", "12"},
		{"a note", func(s *Scripts) { s.Mark(2, 3, Raised, false) }, "121", "12¹"},
		{"a note by a length", func(s *Scripts) { s.Mark(2, 3, Lowered, true) }, "121", "12₁"},
		{"a note before", func(s *Scripts) { s.Mark(0, 1, Raised, false) }, "112", "¹12"},
		{"within another", func(s *Scripts) { s.Mark(2, 3, Lowered, false); s.Mark(1, 3, Raised, false) }, "121", "1²¹"},
		{"all of it by a length", func(s *Scripts) { s.Mark(0, 1, Raised, true); s.Mark(1, 3, Raised, true) }, "121", "121"},
		{"all of it", func(s *Scripts) { s.Mark(0, 3, Raised, false) }, " 12 ", " 12 "},
		{"a digit alone", func(s *Scripts) { s.Mark(0, 1, Raised, false) }, "1", "¹"},
		{"two", func(s *Scripts) { s.Mark(1, 2, Raised, false); s.Mark(3, 4, Raised, false) }, "1122", "1¹2²"},
	} {
		var s Scripts
		c.mark(&s)
		if got := s.Apply(c.text); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if !s.None() || s.Apply(c.text) != c.text {
			t.Errorf("%s: the marks are not forgotten", c.name)
		}
	}
}

// What cannot be read stays beside figures and goes beside words.
func TestUnreadBesideWords(t *testing.T) {
	for text, want := range map[string]string{
		Unread: Unread, "12" + Unread: "12" + Unread, Unread + "行政许可": "行政许可", "行政许可\n" + Unread: "行政许可", "12件" + Unread: "12件" + Unread, "12": "12",
	} {
		var b GridBuilder
		b.AddCell(text, 1, 1)
		var d Builder
		d.AddGrid(b.Grid())
		if got := d.Document().Blocks[0].Grid.Rows[0][0].Text; got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestControls(t *testing.T) {
	for text, want := range map[string]string{
		"12\x0134": "12" + Unread + "34", "\x02\x0334": Unread + "34", "12\x1f": "12" + Unread, "１\x7f": "１" + Unread, "1\t2\n3\v4\f5\r6": "1\t2\n3\v4\f5\r6",
		"规\x01章": "规章", "规章\x00": "规章", "12件\x01": "12件", "": "", "\x01": "", "12": "12",
	} {
		if got := Controls(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
