package narrative

import (
	"slices"
	"sync"
	"unicode/utf8"

	"nianbao/parser/text"
)

// script is the text of a section, character by character.
type script struct {
	source  string
	printed []rune
	folded  []rune  // each in its one form
	at      []int32 // where each character stands in source, and the end
	more    bool    // source has more characters: pinyin, line ends within words

	asked     span // what disclosure was asked of last
	discloses bool
}

// read makes sc the script of a text. What is not UTF-8 is one character each; pinyin that a
// copy has put behind characters is left out: 發(fā)布. cut is where its lines are cut.
func (sc *script) read(source string, cut lineCut) {
	sc.asked = span{}
	for range 2 {
		sc.source, sc.printed, sc.at, sc.more = source, sc.printed[:0], sc.at[:0], false
		past := 0
		for i, c := range source {
			if n := len(sc.printed); i >= past && (c == '(' || c == '（') && n > 0 && text.Han(sc.printed[n-1]) {
				past = i + text.Sound(source[i:])
			}
			if i < past {
				sc.more = true
				continue
			}
			sc.printed, sc.at = append(sc.printed, c), append(sc.at, int32(i))
		}
		if utf8.ValidString(source) {
			break
		}
		source = string(sc.printed)
	}
	sc.folded = folded(sc.folded[:0], sc.printed)
	answers(sc.folded)
	if unwrap(sc.folded, cut) {
		n := 0
		for i, c := range sc.folded {
			if c != leftOut {
				sc.printed[n], sc.folded[n], sc.at[n] = sc.printed[i], c, sc.at[i]
				n++
			}
		}
		sc.printed, sc.folded, sc.at, sc.more = sc.printed[:n], sc.folded[:n], sc.at[:n], true
	}
	sc.at = append(sc.at, int32(len(sc.source)))
}

// quote returns the characters from start to end as printed; it shares the memory
// of the text.
func (sc *script) quote(start, end int) string {
	if start == end {
		return ""
	}
	return sc.source[sc.at[start] : int(sc.at[end-1])+utf8.RuneLen(sc.printed[end-1])]
}

// place returns which character of the text the one at i is.
func (sc *script) place(i int) int {
	if sc.more {
		return utf8.RuneCountInString(sc.source[:sc.at[i]])
	}
	return i
}

// plain returns the characters from start to end as they are folded.
func (sc *script) plain(start, end int) string {
	s := sc.folded[start:end]
	if !sc.more && slices.Equal(s, sc.printed[start:end]) {
		return sc.quote(start, end)
	}
	return string(s)
}

// oneForm pairs characters that a text is read alike with with what they are read as,
// beyond what they are folded to.
const oneForm = "\r\n\v\n\f\n\u2028\n\n\n\u200b \ufeff ★;☆;●;◆;■;▲;▶;，，[〔【〔]〕】〕「“『“〝“」”』”〞”"

var forms = sync.OnceValue(func() *[0x10000]uint16 {
	var form [0x10000]uint16
	for c := range form {
		form[c] = uint16(text.Rune(rune(c)))
	}
	pairs := []rune(oneForm)
	for i := 0; i < len(pairs); i += 2 {
		form[pairs[i]] = uint16(pairs[i+1])
	}
	return &form
})

// folded appends a text in the one form of its characters, one for one: simplified, half
// width, with one kind of blanks, line ends, square brackets and quotation marks. A comma
// keeps its width, for a wide one parts the thousands of wide digits only. The cases are
// the characters whose form their neighbours decide.
func folded(to, printed []rune) []rune {
	opened := false // a straight quotation mark opens, the next one closes
	form := forms()
	for i, c := range printed {
		f := text.Rune(c)
		if c >= 0 && c < 0x10000 {
			f = rune(form[c])
		}
		switch f {
		case '\n':
			opened = false
		case '"':
			if f, opened = '“', !opened; !opened {
				f = '”'
			}
		case '，':
			if wideDigit(printed, i-1) && wideDigit(printed, i+1) {
				f = ','
			}
		case '讯', '路': // what texts in traditional characters have for 信息 and 网络
			if n := len(to) - 1; i > 0 && c == '訊' && printed[i-1] == '資' {
				to[n], f = '信', '息'
			} else if i > 0 && c == '路' && printed[i-1] == '網' {
				f = '络'
			}
		}
		to = append(to, f)
	}
	return to
}

func wideDigit(s []rune, i int) bool { return i >= 0 && i < len(s) && s[i] >= '０' && s[i] <= '９' }
