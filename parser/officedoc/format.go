package officedoc

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"nianbao/parser/document"
	"nianbao/parser/lazyregexp"
)

// cellFormat is how the cells of a format (cellXfs) show what they hold.
type cellFormat struct {
	face face
	code string // the workbook's own, for numbers (ECMA-376 part 1, §18.8.31); "" of one that every workbook has
}

// cellFormats reads the formats of a workbook. What a damaged part does not tell is missing.
func cellFormats(ctx context.Context, styles []byte) (formats []cellFormat) {
	codes := map[string]string{}
	var fonts []face
	var grounds []string
	for e := range newXMLReader(ctx, styles).each("numFmts", "fonts", "fills", "cellXfs") {
		for c := range e.children() {
			switch e.name {
			case "numFmts":
				codes[c.attr("numFmtId")] = c.attr("formatCode")
			case "fonts":
				fonts = append(fonts, faceOf(c))
			case "fills":
				grounds = append(grounds, fill(c))
			default:
				f := cellFormat{code: codes[c.attr("numFmtId")]}
				f.face, _ = numbered(fonts, c.attr("fontId"))
				f.face.ground, _ = numbered(grounds, c.attr("fillId"))
				formats = append(formats, f)
			}
		}
	}
	return formats
}

// fill is the colour of what a cell is filled with, "" where it is with none.
func fill(e *element) string {
	switch p := e.child("patternFill"); {
	case p.attr("patternType") == "solid":
		return cmp.Or(color(p.child("fgColor")), pattern)
	case p == nil || p.attr("patternType") != "" && p.attr("patternType") != "none":
		return pattern
	}
	return ""
}

// pattern is the colour of what has several.
const pattern = "PATTERN"

// formatInks are the colours that a section of a code may give its numbers.
var formatInks = map[string]string{
	"[white]": white, "[color2]": white, "[black]": black, "[color1]": black, "[red]": "FF0000", "[color3]": "FF0000", "[green]": "00FF00", "[color4]": "00FF00",
	"[blue]": "0000FF", "[color5]": "0000FF", "[yellow]": "FFFF00", "[color6]": "FFFF00", "[magenta]": "FF00FF", "[color7]": "FF00FF", "[cyan]": "00FFFF", "[color8]": "00FFFF",
}

// hidesIn reports whether a section shows its numbers in the colour of a cell's ground.
func hidesIn(section, ground string) bool {
	return slices.ContainsFunc(formatLiteral.FindAllString(section, -1), func(s string) bool {
		return formatInks[strings.ToLower(strings.ReplaceAll(s, " ", ""))] == cmp.Or(ground, white)
	})
}

var (
	// formatLiteral is what a code shows as it is, and what it only sets: [Red], _).
	formatLiteral = lazyregexp.New(`"[^"]*"|\\.|_.|\*.|\[[^\]]*\]`)
	// formatCondition makes a section hold for some numbers: [<10].
	formatCondition = lazyregexp.New(`\[(<=|>=|<>|<|>|=)(-?[0-9.]+)\]`)
)

// sections are the parts of a code, which semicolons divide that are no literals.
func sections(code string) (all []string) {
	masked := formatLiteral.ReplaceAllStringFunc(code, func(s string) string { return strings.Repeat("x", len(s)) })
	for part := range strings.SplitSeq(masked, ";") {
		all = append(all, code[:len(part)])
		code = strings.TrimPrefix(code[len(part):], ";")
	}
	return all
}

// sectionFor is the section of a code by which a number is shown; negative tells that it
// is that for numbers below zero, which shows no sign of its own accord. Of the sections
// for numbers, three at most, the last one is for what the others are not.
func sectionFor(code string, n float64) (section string, negative bool) {
	all := sections(code)
	all = all[:min(len(all), 3)]
	for i, s := range all {
		holds := i == 0 && (n > 0 || n == 0 && len(all) == 2) || i == 1 && n < 0
		if g := formatCondition.FindStringSubmatch(s); g != nil {
			bound, _ := strconv.ParseFloat(g[2], 64) // of digits
			holds = compares(n, g[1], bound)
			s = strings.Replace(s, g[0], "", 1)
		}
		if holds || i == len(all)-1 {
			return s, i == 1 && n < 0 && !formatCondition.MatchString(code)
		}
	}
	return code, false
}

func compares(n float64, by string, bound float64) bool {
	switch by {
	case "<":
		return n < bound
	case "<=":
		return n <= bound
	case ">":
		return n > bound
	case ">=":
		return n >= bound
	case "<>":
		return n != bound
	}
	return n == bound
}

// showsNothing reports whether a section shows a number as nothing, and whether that is
// certain: a section without any sign, and zero where there are only signs for digits that
// count (#,###). Beside words, nobody knows.
func showsNothing(section string, n float64) (nothing, certain bool) {
	signs := strings.TrimSpace(formatLiteral.ReplaceAllString(section, ""))
	words := slices.ContainsFunc(formatLiteral.FindAllString(section, -1), func(s string) bool {
		s = strings.Trim(s, `"`)
		return s != "" && !strings.ContainsRune("[_*", rune(s[0]))
	})
	if signs == "" {
		return !words, true
	}
	return n == 0 && strings.Trim(signs, "#?,. ") == "", !words
}

// inSection is how a code with several sections, or one that may show nothing, has a number
// displayed; ok is false for any other code, and for what is no number.
func (r *xlsx) inSection(v value) (text string, ok bool) {
	format, _ := numbered(r.formats, v.format)
	code := format.code
	n, err := strconv.ParseFloat(strings.TrimSpace(v.text), 64)
	if err != nil || v.kind != "" && v.kind != "n" || !strings.ContainsAny(code, ";[#?") {
		return "", false
	}
	section, negative := sectionFor(code, n)
	switch nothing, certain := showsNothing(section, n); {
	case nothing && certain:
		return "", true
	case nothing, hidesIn(section, format.face.ground):
		return document.Unread, true
	case section == code:
		return "", false
	case negative:
		v.text = strings.TrimPrefix(strings.TrimSpace(v.text), "-")
	}
	if v.format = r.styleOf(section); v.format == "" {
		return document.Unread, true
	}
	if text = r.rendered(v); strings.TrimSpace(text) == "" {
		return document.Unread, true
	}
	return text, true
}
