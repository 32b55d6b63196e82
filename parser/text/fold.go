package text

import (
	"bytes"
	"sort"
	"strings"
	"unicode/utf8"
)

// Text is a text as printed with its folded form. Its zero value is the empty
// text. It may be copied.
type Text struct {
	Printed string
	Folded  string // half-width, simplified, without white space, what is invisible, and pinyin in brackets
	shifts  []shift
}

// shift is a place from which on the two forms run in step again.
type shift struct{ folded, printed int32 }

// Of folds a text.
func Of(printed string) Text {
	t := Text{Printed: printed}
	n := same(printed)
	if n == len(printed) {
		t.Folded = printed
		return t
	}
	f := folder{out: make([]byte, 0, len(printed)), shifts: []shift{}}
	f.fold(printed, n)
	t.Folded, t.shifts = string(f.out), f.shifts
	return t
}

// At returns the byte of the printed text where the character at a byte of the
// folded one stands; the length of the printed text for that of the folded.
func (t Text) At(folded int) int {
	if folded >= len(t.Folded) {
		return len(t.Printed)
	}
	i := sort.Search(len(t.shifts), func(i int) bool { return int(t.shifts[i].folded) > folded })
	if i == 0 {
		return folded
	}
	s := t.shifts[i-1]
	return int(s.printed) + folded - int(s.folded)
}

// Behind returns the byte of the printed text behind the character that ends at
// a byte of the folded one; white space and what is invisible after it is not
// taken in.
func (t Text) Behind(folded int) int {
	if folded <= 0 {
		return 0
	}
	_, size := utf8.DecodeLastRuneInString(t.Folded[:folded])
	at := t.At(folded - size)
	_, size = utf8.DecodeRuneInString(t.Printed[at:])
	return at + size
}

// Slice returns the printed characters of a part of the folded text.
func (t Text) Slice(from, to int) string {
	if from >= to {
		return ""
	}
	return t.Printed[t.At(from):t.Behind(to)]
}

// Parted reports whether white space stands between the printed characters of
// the folded text's bytes from to to.
func (t Text) Parted(from, to int) bool {
	return len(t.shifts) > 0 && strings.ContainsFunc(t.Slice(from, to), Space)
}

// Fold returns the folded form of a text: what two texts have in common that
// look alike apart from widths, spacing and script.
func Fold(s string) string {
	n := same(s)
	if n == len(s) {
		return s
	}
	f := folder{out: make([]byte, 0, len(s))}
	f.fold(s, n)
	return string(f.out)
}

// Spaced returns the folded form of a text with one space wherever white space
// stood, none at its ends.
func Spaced(s string) string {
	if same(s) == len(s) {
		return s
	}
	f := folder{out: make([]byte, 0, len(s)), spaced: true}
	f.fold(s, 0)
	return string(f.out)
}

// Unspaced returns a text as printed without white space and what is invisible.
func Unspaced(s string) string {
	return strings.Map(func(c rune) rune {
		if Space(c) || invisible(c) {
			return -1
		}
		return c
	}, s)
}

// Label returns the folded form of a text in which the marks that people take
// for one another are one: ( ) for all brackets, '.' for full stops and dots, ','
// for commas, ':' for colons; 其它 is 其他. Lost characters at its ends, the
// bullets of symbol fonts, are dropped.
func Label(s string) string {
	s = strings.TrimFunc(Fold(s), lost)
	from := 0
	for i, c := range s {
		if c == '它' || mark(c) != c || c == utf8.RuneError {
			from = i
			break
		}
		from = i + utf8.RuneLen(c)
	}
	if from == len(s) {
		return s
	}
	out := make([]byte, from, len(s)+utf8.UTFMax)
	copy(out, s)
	for _, c := range s[from:] {
		if c == '它' && bytes.HasSuffix(out, []byte("其")) {
			c = '他'
		}
		out = utf8.AppendRune(out, mark(c))
	}
	return string(out)
}

func mark(c rune) rune {
	switch c {
	case '【', '〔', '[', '{', '《', '〈', '「', '『', '〖':
		return '('
	case '】', '〕', ']', '}', '》', '〉', '」', '』', '〗':
		return ')'
	case '。', '·', '•', '‧', '・':
		return '.'
	case '、', '﹑':
		return ','
	case '︰', '∶':
		return ':'
	}
	return c
}

// same returns how many bytes at the beginning of a text are folded already.
func same(s string) int { return plain(s, true) }

// folder makes a folded text.
type folder struct {
	out    []byte
	shifts []shift // kept where it is not nil
	spaced bool
	gap    bool // white space stood before what comes
	open   int  // where in out the last bracket opened behind a Chinese character, + 1
}

// fold folds a text whose first bytes stay as they are.
func (f *folder) fold(s string, stays int) {
	f.out = append(f.out, s[:stays]...)
	in := stays // the byte of s that out's end runs in step with
	for i := stays; i < len(s); {
		if run := plain(s[i:], false); run > 0 {
			f.step(in, i)
			f.part()
			f.out = append(f.out, s[i:i+run]...)
			i += run
			in = i
			continue
		}
		c, size := utf8.DecodeRuneInString(s[i:])
		if to := fold(c); to != 0 {
			f.step(in, i)
			f.put(to)
			in = i + utf8.RuneLen(to)
			if to == ')' && f.closed() || to != c && utf8.RuneLen(to) != utf8.RuneLen(c) || c == utf8.RuneError {
				in = -1 // out of step
			}
		} else if Space(c) {
			f.gap = true
		}
		i += size
	}
}

// plain returns how many bytes at the beginning of a text are folded already and
// no brackets: none but those that open behind a Chinese character, with brackets.
func plain(s string, brackets bool) int {
	var before rune
	for i := 0; i < len(s); {
		c, size := rune(s[i]), 1
		switch {
		case c < utf8.RuneSelf:
		case c >= 0xE3 && c <= 0xE9 && i+2 < len(s) && s[i+1]&0xC0 == 0x80 && s[i+2]&0xC0 == 0x80:
			// What nearly all are, from U+3000 to U+9FFF: to decode them here takes half the time.
			c, size = c&0x0F<<12|rune(s[i+1]&0x3F)<<6|rune(s[i+2]&0x3F), 3
		default:
			c, size = utf8.DecodeRuneInString(s[i:])
		}
		if !stays(c) || c == '(' && (!brackets || Han(before)) || c == ')' && !brackets {
			return i
		}
		before = c
		i += size
	}
	return len(s)
}

// stays reports whether a character is its own folded form.
func stays(c rune) bool {
	return c != 0 && c <= 0xFFFF && rune(folded[c]) == c && c != utf8.RuneError
}

// step notes that the next byte put stands at byte i of the text, where in was
// awaited.
func (f *folder) step(in, i int) {
	if in != i && f.shifts != nil {
		f.shifts = append(f.shifts, shift{int32(len(f.out)), int32(i)})
	}
}

// fold returns the folded form of a character, 0 where it has none.
func fold(c rune) rune {
	if c <= 0xFFFF {
		return rune(folded[c])
	}
	if invisible(c) {
		return 0
	}
	return narrow(c)
}

// part puts the space that stands for white space before what comes.
func (f *folder) part() {
	if f.gap {
		f.gap = false
		if f.spaced && len(f.out) > 0 {
			f.out = append(f.out, ' ')
		}
	}
}

func (f *folder) put(c rune) {
	f.part()
	if c == '(' {
		last, _ := utf8.DecodeLastRune(f.out)
		f.open = 0
		if Han(last) {
			f.open = len(f.out) + 1
		}
	}
	f.out = utf8.AppendRune(f.out, c)
}

// closed drops pinyin in brackets, which copies of pages put behind each
// character (數(shù)據(jù)), when its closing bracket was put.
func (f *folder) closed() bool {
	open := f.open - 1
	f.open = 0
	if open < 0 {
		return false
	}
	if !syllable(string(f.out[open+1 : len(f.out)-1])) {
		return false
	}
	f.out = f.out[:open]
	for len(f.shifts) > 0 && int(f.shifts[len(f.shifts)-1].folded) > open {
		f.shifts = f.shifts[:len(f.shifts)-1]
	}
	return true
}

// Sound returns how many bytes at the beginning of a text are a bracket that holds a
// syllable of pinyin with its tone, 0 where none is there: (fā), but not (app).
func Sound(s string) int {
	for _, marks := range [...]string{"()", "（）"} {
		open := len(marks) / 2
		inside, _, closed := strings.Cut(strings.TrimPrefix(s[:min(len(s), longestSound)], marks[:open]), marks[open:])
		if strings.HasPrefix(s, marks[:open]) && closed && syllable(inside) && strings.ContainsAny(inside, tones) {
			return len(inside) + len(marks)
		}
	}
	return 0
}

// longestSound is how many bytes a bracket with a syllable has at most.
const longestSound = len("（）") + 6*len("ā")

// syllable reports whether a text may be a syllable of pinyin.
func syllable(s string) bool {
	n := utf8.RuneCountInString(s)
	return n > 0 && n <= 6 && !strings.ContainsFunc(s, func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c == 'ü' || strings.ContainsRune(tones, c))
	})
}

const tones = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ"
