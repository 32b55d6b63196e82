package textdoc

import (
	"bytes"
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"

	"nianbao/parser/charset"
	"nianbao/parser/document"
	"nianbao/parser/lazyregexp"
)

// IsMarkdown reports whether a text is Markdown, as people write it and as
// programs make it of pages, scans and office files: it has headings, fences, pictures,
// notes, struck text or attributes in Markdown's marks, or HTML tables or nothing but
// inline tags among plain lines. A whole page of HTML is none. Plain tables drawn with
// bars make no Markdown.
func IsMarkdown(data []byte) bool {
	head := data[:min(len(data), 256<<10)]
	return !wholePage.Match(head) && (mayBeMarked(head) && marked.Match(head) || bytes.IndexByte(head, '<') >= 0 && tagsAmongLines(head))
}

// IsWiki reports whether a text has a table as MediaWiki writes it, and is no page of HTML
// with one in it. With HTML among its lines it is read as Markdown is.
func IsWiki(data []byte) bool {
	head := data[:min(len(data), 256<<10)]
	return bytes.Contains(head, []byte("{|")) && !wholePage.Match(head) && wikiTable.Match(head)
}

// mayBeMarked is a cheap look before the pattern: each of Markdown's marks that it
// matches has one of these.
func mayBeMarked(head []byte) bool {
	return slices.ContainsFunc([]string{"#", "```", "**", "](", "[^", "~~", "]{", ":::"}, func(mark string) bool {
		return bytes.Contains(head, []byte(mark))
	})
}

var (
	wholePage = lazyregexp.New(`(?i)<(?:html|head|body|!doctype|frameset)[\s>]`)
	marked    = lazyregexp.New("(?m)^ {0,3}#{1,6}[ \t]+\\S|^ {0,3}```|^ {0,3}\\*\\*[^*\\s][^*\\n]*\\*\\*|!\\[[^\\]\\n]*\\]\\([^)\\n]+\\)|\\[\\^[^\\]\\s]+\\]|~~[^~\\s][^~\\n]*~~" +
		"|\\]\\{[\\w-]+=\"|\\]\\{[.#][\\w-]+|^:::+[ \t]")
	wikiTable  = lazyregexp.New(`(?m)^[ \t]*\{\|[^\n]*\n(?s:.*?)^[ \t]*\|\}`)
	htmlTables = lazyregexp.New(`(?is)<table.*?</table\s*>|<!--.*?-->`)
	tag        = lazyregexp.New(`</?([A-Za-z][A-Za-z0-9:]*)(?:[\s/][^<>]*)?>`)
)

// inlineTags are the elements that Markdown leaves within its lines.
var inlineTags = map[string]bool{
	"span": true, "font": true, "b": true, "strong": true, "i": true, "em": true, "u": true, "s": true, "del": true, "ins": true, "sup": true, "sub": true, "a": true,
	"small": true, "big": true, "code": true, "mark": true, "strike": true, "o:p": true,
}

// tagsAmongLines reports whether a text has tags, and besides HTML tables only such as
// stand within lines. Without tables it must have a table in Markdown's marks, or
// paragraphs that empty lines part: else it is a piece of a page.
func tagsAmongLines(head []byte) bool {
	rest := htmlTables.ReplaceAll(head, nil)
	found := tag.FindAllSubmatch(rest, -1)
	for _, m := range found {
		if !inlineTags[strings.ToLower(string(m[1]))] {
			return false
		}
	}
	plain, parts, ruler, after := 0, 0, false, true
	for line := range bytes.Lines(tag.ReplaceAll(rest, nil)) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			after = true
			continue
		}
		plain++
		if after {
			parts++
		}
		after = false
		ruler = ruler || rulerRow.Match(line)
	}
	if len(rest) < len(head) {
		return plain > 0 && bytes.Contains(head, []byte("</"))
	}
	return len(found) > 0 && (ruler || parts >= 3)
}

var rulerRow = lazyregexp.New(`^\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)+\|?$`)

// Page writes Markdown as a page of HTML in UTF-8, for package htmldoc to read:
// its headings, tables, notes, pictures, struck text and what it holds of HTML.
// Lines are paragraphs; rows of tables keep the cells they have. charset is the
// encoding the bytes were decoded from; loose tells that rows of tables may be broken over lines.
func Page(data []byte, contentType string) (page []byte, name string, loose bool) {
	text, name, _ := charset.Decode(data, contentType)
	var lines, shown []string
	for _, line := range Lines(brokenTag.ReplaceAllStringFunc(text, oneLine)) {
		lines, shown = append(lines, line), append(shown, escaped(line))
	}
	w := markdown{tables: tables{lines: shown, newline: ended(text), ends: endsTable, placed: document.PlacedTables(lines)}}
	w.b.WriteString("<!DOCTYPE html><html><body>\n")
	for i := frontMatter(lines); i < len(lines) && !w.cut; {
		i += w.line(i)
	}
	if !w.cut {
		w.b.WriteString("</body></html>\n")
	}
	return w.b.Bytes(), name, w.loose
}

// endsTable reports a line that is none of a drawn table, whatever it has in it.
func endsTable(line string) bool {
	return strings.TrimSpace(line) == "" || fence.MatchString(line) || division.MatchString(line) || blockTag.MatchString(line) || atx.MatchString(line)
}

// frontMatter is how many lines of settings a text begins with.
func frontMatter(lines []string) int {
	if lines[0] != "---" {
		return 0
	}
	for i, line := range lines[1:] {
		if line == "---" || line == "..." {
			return i + 2
		}
		if line != "" && !setting.MatchString(line) {
			break
		}
	}
	return 0
}

// brokenTag is a tag whose attributes a program broke over lines, as it breaks text at
// spaces.
var brokenTag = lazyregexp.New(`<[A-Za-z][A-Za-z0-9:]*\s[^<>]*>`)

func oneLine(tag string) string { return lineBreaks.Replace(tag) }

var lineBreaks = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ")

var setting = lazyregexp.New(`^(?:[\w-]+\s*:|\s+|- |#)`)

type markdown struct {
	tables
	b     bytes.Buffer
	loose bool // a drawn table is
	cut   bool // the text ends within a table
}

var (
	atx       = lazyregexp.New(`^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$`)
	underline = lazyregexp.New(`^ {0,3}(?:=+|-{3,})[ \t]*$`)
	breakLine = lazyregexp.New(`^ {0,3}(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$`)
	fence     = lazyregexp.New("^ {0,3}(?:```|~~~)[\\w-]*[ \t]*$")
	division  = lazyregexp.New(`^ {0,3}:::+(?:[ \t]*(?:[\w-]+|\{[^{}]*\}))?[ \t]*:*$`)
	lead      = lazyregexp.New(`^[ \t]*(?:>[ \t]?|[-*+][ \t]+)*`)
	noteText  = lazyregexp.New(`^\[\^([^\]\s]+)\]:[ \t]*`)
	blockTag  = lazyregexp.New(`(?i)^\s*</?(?:table|thead|tbody|tr|td|th|div|p|h[1-6]|center|details|summary|ul|ol|li|caption|colgroup|col|img|br|hr|!--)[\s/>-]`)
)

// line writes a line, and those that belong to it, and tells how many they are.
func (w *markdown) line(i int) int {
	line := w.lines[i]
	if _, placed := w.placed[i]; !placed {
		switch {
		case fence.MatchString(line), division.MatchString(line), breakLine.MatchString(line), strings.TrimSpace(line) == "":
			return 1
		case blockTag.MatchString(line):
			return w.block(i)
		case atx.MatchString(line):
			m := atx.FindStringSubmatch(line)
			w.element("h"+strconv.Itoa(len(m[1])), headingAttributes.ReplaceAllString(m[2], ""))
			return 1
		}
	}
	if heading, ok := document.MarkedHeading(line); ok {
		w.element("h2", heading)
		return 1
	}
	f := w.at(i)
	switch {
	case f.Grid != nil:
		w.table(f)
		return f.Lines
	case f.Lines > 0:
		for _, row := range w.lines[i : i+f.Lines] {
			w.element("p", row)
		}
		return f.Lines
	case i+1 < len(w.lines) && underline.MatchString(w.lines[i+1]):
		w.element("h2", line)
		return 2
	}
	line = strings.TrimPrefix(line, lead.FindString(line))
	line = noteText.ReplaceAllString(line, "<sup>$1</sup> ")
	w.element("p", line)
	return 1
}

// block writes lines of HTML: a table up to its end, or a single line.
func (w *markdown) block(from int) int {
	depth := 0
	for i, line := range w.lines[from:] {
		lower := strings.ToLower(line)
		depth += strings.Count(lower, "<table") - strings.Count(lower, "</table")
		w.b.WriteString(inline(line))
		w.b.WriteByte('\n')
		if depth <= 0 {
			return i + 1
		}
	}
	return len(w.lines) - from
}

func (w *markdown) element(name, text string) {
	w.b.WriteString("<" + name + ">" + inline(text) + "</" + name + ">\n")
}

// table writes a table; of one that the text ends in, the last cell is left open.
func (w *markdown) table(f document.Drawn) {
	w.loose = w.loose || f.Grid.Loose
	w.b.WriteString("<table>")
	for r := range f.Grid.Rows {
		w.b.WriteString("<tr>")
		for _, c := range f.Grid.Own(r) {
			w.b.WriteString("<td")
			if c.RowSpan > 1 || c.ColSpan > 1 {
				fmt.Fprintf(&w.b, " rowspan=%d colspan=%d", c.RowSpan, c.ColSpan)
			}
			w.b.WriteString(">" + inline(c.Text) + "</td>")
		}
		w.b.WriteString("</tr>\n")
	}
	if w.cut = f.Cut; w.cut {
		w.b.Truncate(bytes.LastIndex(w.b.Bytes(), []byte("</td>")))
		return
	}
	w.b.WriteString("</table>\n")
}

// escaped writes characters that a backslash frees of their meaning as character
// references.
func escaped(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return escape.ReplaceAllStringFunc(s, func(e string) string { return "&#" + strconv.Itoa(int(e[1])) + ";" })
}

var escape = lazyregexp.New("\\\\[!-/:-@\\[-`{-~]")

// headingAttributes stand behind a heading: {#id .class}.
var headingAttributes = lazyregexp.New(`[ \t]*\{(?:[.#][^{}]*|-|[\w-]+=[^{}]*)\}[ \t]*$`)

// spans writes texts with attributes, [text]{.class key="value"}, as elements. In a
// narrow cell the attributes themselves are broken over lines.
func spans(s string) string {
	for range maxSpanDepth {
		if !strings.Contains(s, "{") || !attributed.MatchString(s) {
			return s
		}
		s = attributed.ReplaceAllStringFunc(s, func(part string) string {
			m := attributed.FindStringSubmatch(part)
			attrs := spanClass.ReplaceAllString(strings.NewReplacer("\n", "", "<", "", ">", "").Replace(m[3]), ` class="$1" `)
			if m[1] != "" { // of a link or picture they tell its size
				return m[1]
			}
			return "<span " + attrs + ">" + m[2] + "</span>"
		})
	}
	return s
}

// maxSpanDepth bounds how deep texts with attributes nest.
const maxSpanDepth = 12

var (
	attributed = lazyregexp.New(`(\]\([^()]*\))\{[^{}]*\}|\[([^\[\]]*)\]\s*\{((?:\s*[.#]\w|\s*[\w-]+\s*=)[^{}]*)\}`)
	spanClass  = lazyregexp.New(`(?:^|\s)\.([\w-]+)`)
)

// inline writes what marks stand for within a line. The rules for where marks
// count are looser than CommonMark's, by which **（一）** before a Chinese character
// is no emphasis.
func inline(s string) string {
	if !strings.ContainsAny(s, "`*_~^[$") {
		return s
	}
	s = code.ReplaceAllStringFunc(s, func(c string) string {
		return strings.NewReplacer("*", "&#42;", "_", "&#95;", "~", "&#126;", "^", "&#94;", "[", "&#91;", "$", "&#36;").Replace(html.EscapeString(strings.Trim(c, "` ")))
	})
	s = spans(s)
	for _, rule := range inlineRules {
		s = rule.mark.ReplaceAllString(s, rule.html)
	}
	return s
}

var code = lazyregexp.New("``[^`]+``|`[^`]+`")

var inlineRules = []struct {
	mark *lazyregexp.Regexp
	html string
}{
	{lazyregexp.New(`!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])`), "<img>"},
	{lazyregexp.New(`\[\^([^\]\s]+)\]`), "<sup>$1</sup>"},
	{lazyregexp.New(`\[([^\]\[]+)\]\(([^)\s"]*)[^)]*\)`), `<a href="$2">$1</a>`},
	{lazyregexp.New(`~~([^~]+)~~`), "<del>$1</del>"},
	// What programs that read scans write for formulas: raised, lowered, a number.
	{lazyregexp.New(`\$\s*\{?\}?\s*\^\s*\{?([^{}$^]+)\}?\s*\$`), "<sup>$1</sup>"},
	{lazyregexp.New(`\$\s*\{?\}?\s*_\s*\{?([^{}$_]+)\}?\s*\$`), "<sub>$1</sub>"},
	{lazyregexp.New(`\$\s*([-+]?[0-9][0-9.,]*)\s*\^\s*\{?([^{}$^]+)\}?\s*\$`), "$1<sup>$2</sup>"},
	{lazyregexp.New(`\$\s*([-+]?[0-9][0-9.,]*\s*(?:%|&#37;)?)\s*\$`), "$1"},
	{lazyregexp.New(`\^([^\s^]{1,10})\^`), "<sup>$1</sup>"},
	{lazyregexp.New(`([0-9])~([0-9]{1,2})~([^0-9]|$)`), "$1<sub>$2</sub>$3"},
	{lazyregexp.New(`\*\*\*([^*]+)\*\*\*`), "$1"},
	{lazyregexp.New(`\*\*([^*]+)\*\*`), "$1"},
	{lazyregexp.New(`\*([^*\s](?:[^*]*[^*\s])?)\*`), "$1"},
	{lazyregexp.New(`__([^_\s](?:[^_]*[^_\s])?)__`), "$1"},
}
