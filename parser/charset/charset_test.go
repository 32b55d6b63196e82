package charset_test

import (
	"bytes"
	"flag"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	xunicode "golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"nianbao/parser/charset"
)

const (
	simplified  = "本年度共受理申请21件,其中自然人20件、法律服务机构1件。"
	traditional = "本年度共受理申請21件,其中自然人20件、法律服務機構1件。"
)

func encode(t testing.TB, e encoding.Encoding, s string) []byte {
	t.Helper()
	b, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDecode(t *testing.T) {
	gb, big5 := simplifiedchinese.GB18030, traditionalchinese.Big5
	le := xunicode.UTF16(xunicode.LittleEndian, xunicode.IgnoreBOM)
	be := xunicode.UTF16(xunicode.BigEndian, xunicode.IgnoreBOM)
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	long := strings.Repeat(simplified, 40)
	words := strings.Repeat("全县各单位规范公开工作，健全制度、压实责任，公开的质量有所提升。", 40) + "\n"
	for _, tc := range []struct {
		name     string
		data     []byte
		declared []string
		text     string
		charset  string
		replaced int
	}{
		{"nothing", nil, nil, "", "utf-8", 0},
		{"ASCII", []byte("a,1\n"), nil, "a,1\n", "utf-8", 0},
		{"UTF-8", []byte(simplified), nil, simplified, "utf-8", 0},
		{"UTF-8 under a GBK meta", []byte(simplified), []string{"gbk"}, simplified, "utf-8", 0},
		{"UTF-8 with a mark", []byte("\ufeff" + simplified), nil, simplified, "utf-8", 0},
		{"UTF-8 cut in a character", []byte(simplified)[:len(simplified)-1], nil, strings.TrimSuffix(simplified, "。") + "\uFFFD", "utf-8", 1},
		{"UTF-8 with a few broken bytes under gb2312", join([]byte(long), []byte{0xC4}, []byte(long), []byte{0xFF, ' '}), []string{"gb2312"}, long + "\uFFFD" + long + "\uFFFD ", "utf-8", 2},
		{"UTF-8 that prints a replacement character", []byte("件\uFFFD"), nil, "件\uFFFD", "utf-8", 0},
		{"GB18030 undeclared", encode(t, gb, simplified), nil, simplified, "gb18030", 0},
		{"GB18030 under a wrong header", encode(t, gb, simplified), []string{"text/html; charset=UTF-8"}, simplified, "gb18030", 0},
		{"GB18030 under ISO-8859-1", encode(t, gb, simplified), []string{"text/html;charset=ISO-8859-1", "gb2312"}, simplified, "gb18030", 0},
		{"GB18030 under gb2312 with characters beyond it", encode(t, gb, simplified+"𠀀镕䶮"), []string{"gb2312"}, simplified + "𠀀镕䶮", "gb18030", 0},
		{"UTF-16LE of words alone, unmarked", encode(t, le, words), nil, words, "utf-16le", 0},
		{"UTF-16BE of words alone, unmarked", encode(t, be, words), nil, words, "utf-16be", 0},
		{"the four bytes of 𠀀", []byte("\xd6\xd8\x95\x32\x82\x36\xc7\xec"), []string{"gb2312"}, "重𠀀庆", "gb18030", 0},
		{"cp936", encode(t, gb, "年报"), []string{"cp936"}, "年报", "gb18030", 0},
		{"a title alone", encode(t, gb, "年度报告"), nil, "年度报告", "gb18030", 0},
		{"GB18030 with a broken byte before markup", join(encode(t, gb, simplified), []byte("\xC4<td>"), encode(t, gb, "件")), nil, simplified + "\uFFFD<td>件", "gb18030", 1},
		{"GB18030 with a mark", join([]byte{0x84, 0x31, 0x95, 0x33}, encode(t, gb, simplified)), nil, simplified, "gb18030", 0},
		{"GB18030 behind the mark of UTF-8", join([]byte("\ufeff"), encode(t, gb, simplified)), nil, simplified, "gb18030", 0},
		{"GBK that happens to be valid UTF-8", encode(t, gb, "模式"), []string{"gbk"}, "模式", "gb18030", 0},
		{"Big5 undeclared", encode(t, big5, traditional), nil, traditional, "big5", 0},
		{"Big5 under gb2312", encode(t, big5, traditional), []string{"gb2312"}, traditional, "big5", 0},
		{"a title in Big5", encode(t, big5, "政府信息公開"), nil, "政府信息公開", "big5", 0},
		{"UTF-16 with a mark", encode(t, le, "\ufeff"+simplified), nil, simplified, "utf-16le", 0},
		{"UTF-16 big endian with a mark", encode(t, be, "\ufeff"+simplified), nil, simplified, "utf-16be", 0},
		{"UTF-16 without a mark", encode(t, le, simplified), nil, simplified, "utf-16le", 0},
		{"UTF-16 big endian without a mark", encode(t, be, simplified), nil, simplified, "utf-16be", 0},
		{"UTF-16 with a lone surrogate", join(encode(t, le, "\ufeff件"), []byte{0x00, 0xD8}, encode(t, le, "1")), nil, "件\uFFFD1", "utf-16le", 1},
		{"Latin-1, declared", []byte("r\xe9sum\xe9"), []string{"iso-8859-1"}, "résumé", "windows-1252", 0},
		{"Latin-1, undeclared", []byte("r\xe9sum\xe9"), nil, "r\uFFFDsum\uFFFD", "utf-8", 2},
		{"only NULs", make([]byte, 64), nil, strings.Repeat("\x00", 64), "utf-8", 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			text, name, replaced := charset.Decode(tc.data, tc.declared...)
			if text != tc.text || name != tc.charset || replaced != tc.replaced {
				t.Errorf("Decode = %q, %s, %d; want %q, %s, %d", text, name, replaced, tc.text, tc.charset, tc.replaced)
			}
		})
	}
}

func TestLabel(t *testing.T) {
	for declared, want := range map[string]string{
		"":                               "",
		"text/html":                      "",
		"text/html; charset=gb2312":      "gb18030",
		"text/html;charset=\"UTF-8\"":    "utf-8",
		"text/html; Charset = gbk":       "",
		" GBK ":                          "gb18030",
		"x-gbk":                          "gb18030",
		"CP936":                          "gb18030",
		"gb_2312-80":                     "gb18030",
		"gb18030;":                       "gb18030",
		"utf8":                           "utf-8",
		"'utf-8'":                        "utf-8",
		"Big5-HKSCS":                     "big5",
		"latin1":                         "windows-1252",
		"hz-gb-2312":                     "",
		"klingon":                        "",
		"text/html; charset=":            "",
		"application/xml;charset=utf-16": "utf-16le",
	} {
		if got := charset.Label(declared); got != want {
			t.Errorf("Label(%q) = %q, want %q", declared, got, want)
		}
	}
}

// The same cases each time, so that a change is judged by what it changes;
// -rapid.seed and -rapid.checks look further.
func init() { flag.Set("rapid.seed", "20211231") }

// Every hanzi sentence is recognised in every encoding, whatever is declared.
func TestDetectAnySentence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Level-one hanzi in simplified text, frequent ones in traditional text.
		simplifiedRunes := []rune("的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处")
		traditionalRunes := []rune("的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年動同工也能下過子說產種面而方後多定行學法所民得經十三之進著等部度家電力裏如水化高自二理起小物現實加量都兩體制機當使點從業本去把性好應開它合還因由其些然前外天政四日那社義事平形相全表間樣與關各重新線內數正心反你明看原又麼利比或但質氣第向道命此變條只沒結解問意建月公無系軍很情者最立代想已通並提直題黨程展五果料象員革位入常文總次品式活設及管特件長求老頭基資邊流路級少圖山統接知較將組見計別她手角期根論運農指幾九區強放決西被幹做必戰先回則任取據處")
		declared := rapid.SampledFrom([]string{"", "utf-8", "gb2312", "big5", "iso-8859-1", "text/html; charset=GBK"}).Draw(t, "declared")
		text := rapid.StringOfN(rapid.SampledFrom(simplifiedRunes), 12, 200, -1).Draw(t, "simplified")
		b, _ := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
		if got, name, _ := charset.Decode(b, declared); got != text {
			t.Fatalf("%q in GB18030 under %q was read as %s: %q", text, declared, name, got)
		}
		if got, name, _ := charset.Decode([]byte(text), declared); got != text {
			t.Fatalf("%q in UTF-8 under %q was read as %s: %q", text, declared, name, got)
		}
		text = rapid.StringOfN(rapid.SampledFrom(traditionalRunes), 12, 200, -1).Draw(t, "traditional")
		if b, _ = traditionalchinese.Big5.NewEncoder().Bytes([]byte(text)); len(b) != 0 {
			if got, name, _ := charset.Decode(b, declared); got != text {
				t.Fatalf("%q in Big5 under %q was read as %s: %q", text, declared, name, got)
			}
		}
	})
}

// Our own loop reads what x/text writes.
func TestGB18030RoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Private use is left out: the editions of the standard moved it.
		text := rapid.StringOf(rapid.Rune().Filter(func(r rune) bool { return !unicode.Is(unicode.Co, r) })).Draw(t, "text")
		b, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Skip("x/text cannot write it")
		}
		// A text that begins with U+FEFF begins with a byte order mark.
		if got, _ := charset.DecodeAs(b, charset.GB18030); got != strings.TrimPrefix(text, "\ufeff") {
			t.Fatalf("%q came back as %q", text, got)
		}
	})
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{simplified, traditional, "\xff\xfe\x00\xd8", "\xef\xbb\xbf\xc4", "\x84\x31\xa4\x37", "\xc4<td \x81\x30\x81"} {
		f.Add([]byte(s), "gbk")
	}
	f.Add(encode(f, simplifiedchinese.GB18030, simplified), "utf-8")
	f.Add(encode(f, traditionalchinese.Big5, traditional), "text/html; charset=gb2312")
	f.Fuzz(func(t *testing.T, data []byte, declared string) {
		text, name, replaced := charset.Decode(data, declared)
		if !utf8.ValidString(text) {
			t.Errorf("%s: the text is no valid UTF-8", name)
		}
		if n := strings.Count(text, "\uFFFD"); replaced < 0 || replaced > n {
			t.Errorf("%s: %d replacements told, %d in the text", name, replaced, n)
		}
		if charset.Label(name) != name {
			t.Errorf("%s is no canonical name", name)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	page := []byte(strings.Repeat("<td width=64 style='border:solid 1.0pt'><p class=MsoNormal>"+simplified+"</p></td>\r\n", 800))
	for _, bc := range []struct {
		name string
		data []byte
	}{
		{"utf-8", page},
		{"gb18030", encode(b, simplifiedchinese.GB18030, string(page))},
		{"big5", encode(b, traditionalchinese.Big5, strings.ReplaceAll(string(page), simplified, traditional))},
	} {
		b.Run(bc.name, func(b *testing.B) {
			b.SetBytes(int64(len(bc.data)))
			b.ReportAllocs()
			for b.Loop() {
				charset.Decode(bc.data)
			}
		})
	}
}
