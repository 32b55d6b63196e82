package officedoc

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"nianbao/parser/lazyregexp"
)

// numbering renders automatic list numbers (ECMA-376 part 1, §17.9), for in many
// reports the 一、 before a section's name is one; it has them by numId. Its counters
// run with the document, so next must be called once for each numbered paragraph, in
// order.
type numbering map[string]*number

const levels = 9

// list is what the paragraphs of several numIds may count in.
type list struct {
	level   [levels]listLevel
	count   [levels]int
	started [levels]bool
}

type listLevel struct {
	start   int
	format  string
	text    string // with %1 … %9 for the numbers of the levels
	defined bool
}

// number is how the paragraphs of one numId take part in a list.
type number struct {
	list     *list
	level    [levels]listLevel // the list's, or its own
	restarts [levels]bool      // at its next paragraph, wherever the list stands (startOverride)
}

// readNumbering reads the lists of a package. A damaged part gives those there are.
func readNumbering(ctx context.Context, p *pkg) numbering {
	lists, nums := map[string]*list{}, numbering{}
	part, _ := p.part("word/numbering.xml")
	for e := range newXMLReader(ctx, part).each("abstractNum", "num") {
		if e.name == "abstractNum" {
			l := &list{}
			readLevels(e, &l.level)
			lists[e.attr("abstractNumId")] = l
		} else if l := lists[e.child("abstractNumId").val()]; l != nil {
			num := &number{list: l, level: l.level}
			for override := range e.children() {
				readLevels(override, &num.level)
				i := levelIndex(override.attr("ilvl"))
				if start, err := strconv.Atoi(override.child("startOverride").val()); err == nil && i >= 0 {
					num.level[i].start, num.restarts[i] = start, true
				}
			}
			nums[e.attr("numId")] = num
		}
	}
	return nums
}

// readLevels reads the levels that stand in an element.
func readLevels(e *element, level *[levels]listLevel) {
	for lvl := range e.children() {
		i := levelIndex(lvl.attr("ilvl"))
		if lvl.name != "lvl" || i < 0 {
			continue
		}
		level[i] = listLevel{start: 1, format: "decimal", text: lvl.child("lvlText").val(), defined: true}
		if start, err := strconv.Atoi(lvl.child("start").val()); err == nil {
			level[i].start = start
		}
		if format := lvl.child("numFmt"); format != nil {
			level[i].format = format.val()
		}
	}
}

// levelIndex is the level that an attribute names, -1 where it names none.
func levelIndex(named string) int {
	if n, err := strconv.Atoi(named); err == nil && n >= 0 && n < levels {
		return n
	}
	return -1
}

// next returns the number of the next paragraph of a list at a level, "" where
// the paragraph shows none. The level "" is the first.
func (n numbering) next(numID, named string) string {
	level := levelIndex(cmp.Or(named, "0"))
	num := n[numID]
	if num == nil || level < 0 || !num.level[level].defined {
		return "" // numId 0 takes a paragraph out of its style's list
	}
	l := num.list
	if l.started[level] && !num.restarts[level] {
		l.count[level]++
	} else {
		l.started[level], l.count[level] = true, num.level[level].start
		num.restarts[level] = false
	}
	clear(l.started[level+1:])
	lv := num.level[level]
	if lv.format == "bullet" || lv.format == "none" && !strings.Contains(lv.text, "%") {
		return ""
	}
	known := true
	mark := placeholder.ReplaceAllStringFunc(lv.text, func(p string) string {
		k := p[1] - '1'
		if !l.started[k] {
			l.started[k], l.count[k] = true, num.level[k].start
		}
		s, ok := renderNumber(num.level[k].format, l.count[k])
		known = known && ok
		return s
	})
	if !known {
		return "" // a style reports do not use; a wrong number would mislead
	}
	return mark
}

// placeholder stands for the number of a level.
var placeholder = lazyregexp.New(`%[1-9]`)

// joinNumber puts a number before a text, apart where they could be read as one
// figure.
func joinNumber(mark, text string) string {
	last, _ := utf8.DecodeLastRuneInString(mark)
	first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(text, unicode.IsSpace))
	if unicode.Is(unicode.Han, first) && !unicode.IsLetter(last) && !unicode.IsDigit(last) {
		return mark + strings.TrimLeftFunc(text, unicode.IsSpace)
	}
	return mark + " " + text
}

// series are the number formats that count in characters of their own, from one on.
var series = map[string][]string{
	"decimalEnclosedCircle": characters("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"), "decimalEnclosedCircleChinese": characters("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
	"decimalEnclosedParen":    characters("⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"),
	"decimalEnclosedFullstop": characters("⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"),
	"ideographEnclosedCircle": characters("㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉"), "ideographTraditional": characters("甲乙丙丁戊己庚辛壬癸"),
	"upperLetter": characters("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), "lowerLetter": characters("abcdefghijklmnopqrstuvwxyz"),
	"upperRoman": roman("X", "I", "V"), "lowerRoman": roman("x", "i", "v"),
}

func characters(s string) []string { return strings.Split(s, "") }

// roman are the Roman numerals up to 39, of the characters of ten, one and five.
func roman(x, i, v string) (all []string) {
	for n := 1; n < 40; n++ {
		ones := []string{"", i, i + i, i + i + i, i + v, v, v + i, v + i + i, v + i + i + i, i + x}[n%10]
		all = append(all, strings.Repeat(x, n/10)+ones)
	}
	return all
}

// renderNumber writes n in a number format of ST_NumberFormat (§17.18.59).
func renderNumber(format string, n int) (string, bool) {
	if n < 0 || n > 9999 {
		return "", false
	}
	switch format {
	case "decimal", "decimalHalfWidth", "":
		return strconv.Itoa(n), true
	case "none":
		return "", true
	case "decimalZero":
		return fmt.Sprintf("%02d", n), true
	case "decimalFullWidth", "decimalFullWidth2":
		return digitsOf(n, "０１２３４５６７８９"), true
	case "ideographDigital", "taiwaneseDigital":
		return digitsOf(n, "〇一二三四五六七八九"), true
	case "chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "taiwaneseCountingThousand", "japaneseCounting":
		return counting(n, []rune("零一二三四五六七八九"), []string{"", "十", "百", "千"}), true
	case "chineseLegalSimplified", "ideographLegalTraditional":
		return counting(n, []rune("零壹贰叁肆伍陆柒捌玖"), []string{"", "拾", "佰", "仟"}), true
	}
	if of := series[format]; n >= 1 && n <= len(of) {
		return of[n-1], true
	}
	return "", false
}

func digitsOf(n int, digits string) string {
	d := []rune(digits)
	return strings.Map(func(r rune) rune { return d[r-'0'] }, strconv.Itoa(n))
}

// counting writes a number in Chinese: 十, 十一, 二十, 一百零一.
func counting(n int, digit []rune, unit []string) string {
	if n == 0 {
		return string(digit[0])
	}
	var sb strings.Builder
	s := strconv.Itoa(n)
	zero := false
	for i, r := range s {
		d, u := int(r-'0'), unit[len(s)-1-i]
		switch {
		case d == 0:
			zero = true
			continue
		case zero:
			sb.WriteRune(digit[0])
			zero = false
		}
		if !(n < 20 && n >= 10 && i == 0) { // ten to nineteen begin with 十
			sb.WriteRune(digit[d])
		}
		sb.WriteString(u)
	}
	return sb.String()
}
