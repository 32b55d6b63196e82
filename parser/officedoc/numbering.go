package officedoc

import (
	"context"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// numbering renders automatic list numbers (ECMA-376 part 1, §17.9), for in many
// reports the 一、 before a section's name is one. Its counters run with the
// document, so next must be called once for each numbered paragraph, in order.
type numbering struct {
	lists map[string]*list  // by abstractNumId
	nums  map[string]number // by numId
}

const levels = 9

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

type number struct {
	list    *list
	starts  map[int]int // startOverride by level
	applied map[int]bool
	level   map[int]listLevel // whole levels overridden
}

func readNumbering(ctx context.Context, p *pkg) *numbering {
	n := &numbering{lists: map[string]*list{}, nums: map[string]number{}}
	part, _ := p.part("word/numbering.xml")
	if len(part) == 0 {
		return n
	}
	r := newXMLReader(ctx, part)
	if _, err := r.root(); err != nil {
		return n
	}
	_ = r.children(func(e xml.StartElement) error { // a damaged part gives the lists there are
		switch e.Name.Local {
		case "abstractNum":
			l := &list{}
			n.lists[attr(e, "abstractNumId")] = l
			return r.children(func(e xml.StartElement) error {
				if e.Name.Local != "lvl" {
					return r.skip()
				}
				i, lv, err := r.listLevel(e)
				if i >= 0 {
					l.level[i] = lv
				}
				return err
			})
		case "num":
			num := number{starts: map[int]int{}, applied: map[int]bool{}, level: map[int]listLevel{}}
			id, ilvl := attr(e, "numId"), -1
			err := r.children(func(e xml.StartElement) error {
				switch e.Name.Local {
				case "abstractNumId":
					num.list = n.lists[attr(e, "val")]
				case "lvlOverride":
					ilvl = levelIndex(attr(e, "ilvl"))
					return nil
				case "startOverride":
					if v, err := strconv.Atoi(attr(e, "val")); err == nil && ilvl >= 0 {
						num.starts[ilvl] = v
					}
				case "lvl":
					i, lv, err := r.listLevel(e)
					if i >= 0 {
						num.level[i] = lv
					}
					return err
				}
				return r.skip()
			})
			if num.list != nil {
				n.nums[id] = num
			}
			return err
		}
		return r.skip()
	})
	return n
}

func (r *xmlReader) listLevel(e xml.StartElement) (int, listLevel, error) {
	i := levelIndex(attr(e, "ilvl"))
	lv := listLevel{start: 1, format: "decimal", defined: true}
	err := r.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "start":
			if v, err := strconv.Atoi(attr(e, "val")); err == nil {
				lv.start = v
			}
		case "numFmt":
			lv.format = attr(e, "val")
		case "lvlText":
			lv.text = attr(e, "val")
		case "AlternateContent":
			return nil
		}
		return r.skip()
	})
	return i, lv, err
}

func levelIndex(s string) int {
	if n, err := strconv.Atoi(s); err == nil && n >= 0 && n < levels {
		return n
	}
	return -1
}

// next returns the number of the next paragraph of a list at a level, "" where
// the paragraph shows none. level -1 is the first.
func (n *numbering) next(numID string, level int) string {
	level = max(level, 0)
	num, ok := n.nums[numID]
	if !ok || level >= levels {
		return "" // numId 0 takes a paragraph out of its style's list
	}
	l := num.list
	at := func(i int) listLevel {
		if lv, ok := num.level[i]; ok {
			return lv
		}
		return l.level[i]
	}
	lv := at(level)
	if !lv.defined {
		return ""
	}
	start := lv.start
	if v, ok := num.starts[level]; ok {
		start = v
		if !num.applied[level] {
			num.applied[level] = true
			l.started[level] = false
		}
	}
	if !l.started[level] {
		l.started[level], l.count[level] = true, start
	} else {
		l.count[level]++
	}
	for i := level + 1; i < levels; i++ {
		l.started[i] = false
	}
	if lv.format == "bullet" || lv.format == "none" && !strings.Contains(lv.text, "%") {
		return ""
	}
	var sb strings.Builder
	for i := 0; i < len(lv.text); i++ {
		if lv.text[i] != '%' || i+1 == len(lv.text) || lv.text[i+1] < '1' || lv.text[i+1] > '9' {
			sb.WriteByte(lv.text[i])
			continue
		}
		i++
		k := int(lv.text[i] - '1')
		if !l.started[k] {
			l.started[k], l.count[k] = true, max(at(k).start, 0)
		}
		s, ok := renderNumber(at(k).format, l.count[k])
		if !ok {
			return "" // a style reports do not use; a wrong number would mislead
		}
		sb.WriteString(s)
	}
	return sb.String()
}

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
