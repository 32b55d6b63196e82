package text

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFold(t *testing.T) {
	for _, c := range []struct{ printed, want string }{
		{"", ""},
		{"plain", "plain"},
		{"总体情况", "总体情况"},
		{"（一） 總體情況：", "(一)总体情况:"},
		{"概\u3000述", "概述"},
		{"２０２２ 年", "2022年"},
		{"政\u200b府\u00ad信\ufeff息", "政府信息"},
		{"數(shù)據(jù)共(gòng)享", "数据共享"},
		{"数（shù）据", "数据"},
		{"规章(件)", "规章(件)"},
		{"网址(www.example.cn)", "网址(www.example.cn)"},
		{"⾏政复议⽉报", "行政复议月报"}, // radicals, as fonts of PDF files give them
		{"⻓沙", "长沙"},
		{"諮詢後續開展", "咨询后续开展"},
		{"乾县", "乾县"},
		{"4\ufffd69", "4\ufffd69"},
		{"4\xa969", "4\ufffd69"},
		{"12\ue000", "12\ue000"},
		{"12①³", "12①³"},
		{"７﹪", "7%"},
		{"𝟏𝟐", "12"},
	} {
		if got := Fold(c.printed); got != c.want {
			t.Errorf("Fold(%q) = %q, want %q", c.printed, got, c.want)
		}
		if got := Of(c.printed).Folded; got != c.want {
			t.Errorf("Of(%q).Folded = %q, want %q", c.printed, got, c.want)
		}
	}
}

func TestOtherForms(t *testing.T) {
	for _, c := range []struct{ form, printed, want, got string }{
		{"Spaced", " 发布机构：\u3000 市政府办\n 2018 ", "发布机构:市政府办 2018", ""},
		{"Spaced", "来源： 县政府", "来源: 县政府", ""},
		{"Label", "【其它处理】、", "(其他处理),", ""},
		{"Label", "\uf06c规 章。", "规章.", ""},
		{"Unspaced", "（一） 總體\u200b情況", "（一）總體情況", ""},
		{"Simplify", "（一） 總體情況", "（一） 总体情况", ""},
	} {
		switch c.form {
		case "Spaced":
			c.got = Spaced(c.printed)
		case "Label":
			c.got = Label(c.printed)
		case "Unspaced":
			c.got = Unspaced(c.printed)
		case "Simplify":
			c.got = Simplify(c.printed)
		}
		if want := strings.Replace(c.want, "机构:市", "机构: 市", 1); c.got != want {
			t.Errorf("%s(%q) = %q, want %q", c.form, c.printed, c.got, want)
		}
	}
}

func TestTheWayBack(t *testing.T) {
	for _, c := range []struct{ printed, part, want string }{
		{"二、 主動公開（政府） 信息", "公开(政府)", "公開（政府）"},
		{"數(shù)據(jù)共享", "据共", "據(jù)共"},
		{"一二\u200b三 四", "二三", "二\u200b三"},
		{"本年 １２ 件", "12", "１２"},
		{"abc", "b", "b"},
		{"4\xa96", "\ufffd6", "\xa96"},
	} {
		s := Of(c.printed)
		at := strings.Index(s.Folded, c.part)
		if at < 0 {
			t.Errorf("%q is not in %q", c.part, s.Folded)
			continue
		}
		if got := s.Slice(at, at+len(c.part)); got != c.want {
			t.Errorf("%q of %q was printed %q, want %q", c.part, c.printed, got, c.want)
		}
	}
	if s := Of("12 34 件"); !s.Parted(0, 4) || s.Parted(0, 2) || s.Parted(2, 4) || !s.Parted(2, 7) {
		t.Errorf("the gaps of %q are not told", s.Printed)
	}
}

func TestKindsOfCharacters(t *testing.T) {
	for _, c := range []struct {
		r                      rune
		space, invisible, lost bool
	}{
		{'a', false, false, false}, {'公', false, false, false}, {'，', false, false, false},
		{' ', true, false, false}, {'\u3000', true, false, false}, {'\u00a0', true, false, false}, {'\u2003', true, false, false}, {'\a', true, false, false}, {0, true, false, false},
		{'\u200b', false, true, false}, {'\u202d', false, true, false}, {'\u202e', false, false, true}, {'\ufff9', false, false, true}, {'\u00ad', false, true, false}, {'\ufeff', false, true, false}, {'\ufe0f', false, true, false},
		{'\ufffd', false, false, true}, {'\ue000', false, false, true}, {'\uf8ff', false, false, true}, {'\u0093', false, false, true}, {0xF0001, false, false, true}, {0xFDD0, false, false, true}, {0x1FFFF, false, false, true},
		{'¹', false, false, false}, {'①', false, false, false}, {0x2070E, false, false, false},
	} {
		if Space(c.r) != c.space || invisible(c.r) != c.invisible || lost(c.r) != c.lost {
			t.Errorf("U+%04X: space %v, invisible %v, lost %v", c.r, Space(c.r), invisible(c.r), lost(c.r))
		}
	}
	for c := range rune(utf8.MaxRune + 1) {
		n := 0
		for _, is := range []bool{Space(c), invisible(c), lost(c)} {
			if is {
				n++
			}
		}
		if n > 1 {
			t.Errorf("U+%04X is of several kinds", c)
		}
		if f := fold(c); f != 0 && fold(f) != f {
			t.Errorf("U+%04X folds to U+%04X, which folds to U+%04X", c, f, fold(f))
		}
	}
	for s, want := range map[string]bool{"": false, "12": false, "年报": false, "4\xff": true, "年\ue123": true} {
		if HasLost(s) != want {
			t.Errorf("HasLost(%q) = %v", s, !want)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "二、 主動公開（政府） 信息", "數(shù)據(jù)", "数((a)b)(c)", "数 (shù)", "4\xa969", "\u200b(\u200bａ)", "长（a（b）", "２０２２ 年\u3000１ 月"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, printed string) {
		s := Of(printed)
		if s.Folded != Fold(printed) {
			t.Fatalf("Of gives %q, Fold %q", s.Folded, Fold(printed))
		}
		if again := Fold(s.Folded); again != s.Folded {
			t.Fatalf("folded twice, %q is %q", s.Folded, again)
		}
		if sp := Spaced(printed); Spaced(sp) != sp || strings.HasPrefix(sp, " ") || strings.HasSuffix(sp, " ") || strings.Contains(sp, "  ") {
			t.Fatalf("Spaced gives %q", sp)
		}
		before := -1
		for i, c := range s.Folded {
			at := s.At(i)
			if at <= before || at >= len(printed) {
				t.Fatalf("byte %d of %q is at %d of %q, behind %d", i, s.Folded, at, printed, before)
			}
			before = at
			if p, _ := utf8.DecodeRuneInString(printed[at:]); fold(p) != c {
				t.Fatalf("byte %d of %q is %q, at %d of %q stands %q", i, s.Folded, c, at, printed, p)
			}
		}
		if got := Fold(s.Slice(0, len(s.Folded))); got != s.Folded {
			t.Fatalf("the printed whole of %q folds to %q", s.Folded, got)
		}
		Label(printed)
		for _, y := range Years(s.Folded) {
			if y.End-y.Start != 4 || y.Value < 1990 || y.Value > 2100 {
				t.Fatalf("a year %+v in %q", y, s.Folded)
			}
		}
		digits := DigitDates(printed)
		for _, d := range Dates(digits) {
			if d.Start >= d.End || d.End > len(digits) || d.ISO != "" && len(d.ISO) != len("2022-01-20") {
				t.Fatalf("a date %+v in %q", d, digits)
			}
		}
	})
}

func BenchmarkFold(b *testing.B) {
	for name, s := range map[string]string{
		"digits": "12345", "folded": strings.Repeat("主动公开政府信息情况", 20), "printed": strings.Repeat("（一）主动公开，政府信息。", 20),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				Fold(s)
			}
		})
	}
}

func TestTraditional(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(traditional), "\n")
	seen := map[rune]bool{}
	for i := 0; i+1 < len(lines); i += 2 {
		to := []rune(lines[i+1])
		for k, c := range []rune(lines[i]) {
			if seen[c] || !Han(c) || !Han(to[k]) || Simple(to[k]) != to[k] {
				t.Errorf("%c for %c", c, to[k])
			}
			seen[c] = true
		}
		if n := utf8.RuneCountInString(lines[i]); n != len(to) {
			t.Errorf("line %d has %d characters, the next %d", i+1, n, len(to))
		}
	}
	if len(lines)%2 != 0 || len(seen) < 2000 {
		t.Errorf("%d lines, %d characters", len(lines), len(seen))
	}
}
