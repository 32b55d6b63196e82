package textdoc

import (
	"bytes"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"nianbao/parser/charset"
	"nianbao/parser/document"
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

// mayBeMarked is a cheap look before the pattern: each of Markdown's marks that it
// matches has one of these.
func mayBeMarked(head []byte) bool {
	return slices.ContainsFunc([]string{"#", "```", "**", "](", "[^", "~~", "]{", ":::"}, func(mark string) bool {
		return bytes.Contains(head, []byte(mark))
	})
}

var (
	wholePage = regexp.MustCompile(`(?i)<(?:html|head|body|!doctype|frameset)[\s>]`)
	marked    = regexp.MustCompile("(?m)^ {0,3}#{1,6}[ \t]+\\S|^ {0,3}```|^ {0,3}\\*\\*[^*\\s][^*\\n]*\\*\\*|!\\[[^\\]\\n]*\\]\\([^)\\n]+\\)|\\[\\^[^\\]\\s]+\\]|~~[^~\\s][^~\\n]*~~" +
		"|\\]\\{[\\w-]+=\"|\\]\\{[.#][\\w-]+|^:::+[ \t]")
	tables = regexp.MustCompile(`(?is)<table.*?</table\s*>|<!--.*?-->`)
	tag    = regexp.MustCompile(`</?([A-Za-z][A-Za-z0-9:]*)(?:[\s/][^<>]*)?>`)
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
	rest := tables.ReplaceAll(head, nil)
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

var rulerRow = regexp.MustCompile(`^\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)+\|?$`)

// Page writes Markdown as a page of HTML in UTF-8, for package htmldoc to read:
// its headings, tables, notes, pictures, struck text and what it holds of HTML.
// Lines are paragraphs; rows of tables keep the cells they have. charset is the
// encoding the bytes were decoded from; loose tells that rows of tables may be broken over lines.
func Page(data []byte, contentType string) (page []byte, name string, loose bool) {
	text, name, _ := charset.Decode(data, contentType)
	w := markdown{newline: ended(text)}
	w.b.WriteString("<!DOCTYPE html><html><body>\n")
	var lines []string
	for _, line := range Lines(brokenTag.ReplaceAllStringFunc(text, oneLine)) {
		lines = append(lines, line)
	}
	placed := placedTables(lines)
	for i := frontMatter(lines); i < len(lines); i++ {
		if p, ok := placed[i]; ok {
			w.flush(false)
			w.grid(p.grid)
			w.b.WriteString("</table>\n")
			i += p.lines - 1
			continue
		}
		i += w.line(lines[i:])
	}
	if w.flush(true) {
		w.b.WriteString("</body></html>\n")
	}
	return w.b.Bytes(), name, w.loose
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
var brokenTag = regexp.MustCompile(`<[A-Za-z][A-Za-z0-9:]*\s[^<>]*>`)

func oneLine(tag string) string { return lineBreaks.Replace(tag) }

var lineBreaks = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ")

var setting = regexp.MustCompile(`^(?:[\w-]+\s*:|\s+|- |#)`)

type markdown struct {
	b       bytes.Buffer
	rows    []string // of the open table
	sep     rune
	newline bool // the text ends in one
	loose   bool // a table is
}

var (
	atx       = regexp.MustCompile(`^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$`)
	underline = regexp.MustCompile(`^ {0,3}(?:=+|-{3,})[ \t]*$`)
	breakLine = regexp.MustCompile(`^ {0,3}(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$`)
	fence     = regexp.MustCompile("^ {0,3}(?:```|~~~)[\\w-]*[ \t]*$")
	division  = regexp.MustCompile(`^ {0,3}:::+(?:[ \t]*(?:[\w-]+|\{[^{}]*\}))?[ \t]*:*$`)
	lead      = regexp.MustCompile(`^[ \t]*(?:>[ \t]?|[-*+][ \t]+)*`)
	noteText  = regexp.MustCompile(`^\[\^([^\]\s]+)\]:[ \t]*`)
	blockTag  = regexp.MustCompile(`(?i)^\s*</?(?:table|thead|tbody|tr|td|th|div|p|h[1-6]|center|details|summary|ul|ol|li|caption|colgroup|col|img|br|hr|!--)[\s/>-]`)
)

// line writes the first of the lines, and tells how many more it has taken.
func (w *markdown) line(lines []string) int {
	line := escaped(lines[0])
	switch {
	case fence.MatchString(line), division.MatchString(line):
		w.flush(false)
		return 0
	case blockTag.MatchString(line):
		w.flush(false)
		return w.block(lines)
	case atx.MatchString(line):
		w.flush(false)
		m := atx.FindStringSubmatch(line)
		w.element("h"+strconv.Itoa(len(m[1])), headingAttributes.ReplaceAllString(m[2], ""))
		return 0
	case len(w.rows) == 0 && breakLine.MatchString(line):
		return 0
	}
	sep := document.Separator(line)
	if sep == 0 && w.sep == '\t' && len(w.rows) > 0 && strings.Contains(line, "\t") {
		sep = '\t' // a row of a label and blanks
	}
	if sep != 0 {
		if sep != w.sep {
			w.flush(false)
		}
		w.sep, w.rows = sep, append(w.rows, line)
		return 0
	}
	w.flush(false)
	if strings.TrimSpace(line) == "" {
		return 0
	}
	if len(lines) > 1 && underline.MatchString(lines[1]) && !breakLine.MatchString(line) {
		w.element("h2", line)
		return 1
	}
	line = strings.TrimPrefix(line, lead.FindString(line))
	line = noteText.ReplaceAllString(line, "<sup>$1</sup> ")
	w.element("p", line)
	return 0
}

// block writes lines of HTML: a table up to its end, or a single line.
func (w *markdown) block(lines []string) int {
	depth := 0
	for i, line := range lines {
		lower := strings.ToLower(line)
		depth += strings.Count(lower, "<table") - strings.Count(lower, "</table")
		w.b.WriteString(inline(escaped(line)))
		w.b.WriteByte('\n')
		if depth <= 0 {
			return i
		}
	}
	return len(lines) - 1
}

func (w *markdown) element(name, text string) {
	w.b.WriteString("<" + name + ">" + inline(text) + "</" + name + ">\n")
}

// flush writes the open table. It reports whether the text is whole: at its end,
// a row that is not ended tells that it is not.
func (w *markdown) flush(end bool) (whole bool) {
	rows := w.rows
	w.rows = nil
	if len(rows) == 0 {
		return true
	}
	g, _ := document.DrawnGrid(rows, w.sep)
	if g == nil {
		for _, row := range rows {
			w.element("p", row)
		}
		return true
	}
	w.loose = w.loose || g.Loose
	w.grid(g)
	if end && document.CutRow(rows, w.sep, w.newline) {
		w.b.Truncate(bytes.LastIndex(w.b.Bytes(), []byte("</td>")))
		return false
	}
	w.b.WriteString("</table>\n")
	return true
}

// grid writes the rows of a table, and leaves it open.
func (w *markdown) grid(g *document.Grid) {
	w.b.WriteString("<table>")
	for r := range g.Rows {
		w.b.WriteString("<tr>")
		for _, c := range g.Own(r) {
			w.b.WriteString("<td")
			for _, span := range []struct {
				name string
				n    int
			}{{"rowspan", c.RowSpan}, {"colspan", c.ColSpan}} {
				if span.n > 1 {
					w.b.WriteString(" " + span.name + "=" + strconv.Itoa(span.n))
				}
			}
			w.b.WriteString(">" + inline(c.Text) + "</td>")
		}
		w.b.WriteString("</tr>\n")
	}
}

// escaped writes characters that a backslash frees of their meaning as character
// references.
func escaped(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return escape.ReplaceAllStringFunc(s, func(e string) string { return "&#" + strconv.Itoa(int(e[1])) + ";" })
}

var escape = regexp.MustCompile("\\\\[!-/:-@\\[-`{-~]")

// headingAttributes stand behind a heading: {#id .class}.
var headingAttributes = regexp.MustCompile(`[ \t]*\{(?:[.#][^{}]*|-|[\w-]+=[^{}]*)\}[ \t]*$`)

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
	attributed = regexp.MustCompile(`(\]\([^()]*\))\{[^{}]*\}|\[([^\[\]]*)\]\s*\{((?:\s*[.#]\w|\s*[\w-]+\s*=)[^{}]*)\}`)
	spanClass  = regexp.MustCompile(`(?:^|\s)\.([\w-]+)`)
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

var code = regexp.MustCompile("``[^`]+``|`[^`]+`")

var inlineRules = []struct {
	mark *regexp.Regexp
	html string
}{
	{regexp.MustCompile(`!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])`), "<img>"},
	{regexp.MustCompile(`\[\^([^\]\s]+)\]`), "<sup>$1</sup>"},
	{regexp.MustCompile(`\[([^\]\[]+)\]\(([^)\s"]*)[^)]*\)`), `<a href="$2">$1</a>`},
	{regexp.MustCompile(`~~([^~]+)~~`), "<del>$1</del>"},
	// What programs that read scans write for formulas: raised, lowered, a number.
	{regexp.MustCompile(`\$\s*\{?\}?\s*\^\s*\{?([^{}$^]+)\}?\s*\$`), "<sup>$1</sup>"},
	{regexp.MustCompile(`\$\s*\{?\}?\s*_\s*\{?([^{}$_]+)\}?\s*\$`), "<sub>$1</sub>"},
	{regexp.MustCompile(`\$\s*([-+]?[0-9][0-9.,]*)\s*\^\s*\{?([^{}$^]+)\}?\s*\$`), "$1<sup>$2</sup>"},
	{regexp.MustCompile(`\$\s*([-+]?[0-9][0-9.,]*\s*(?:%|&#37;)?)\s*\$`), "$1"},
	{regexp.MustCompile(`\^([^\s^]{1,10})\^`), "<sup>$1</sup>"},
	{regexp.MustCompile(`([0-9])~([0-9]{1,2})~([^0-9]|$)`), "$1<sub>$2</sub>$3"},
	{regexp.MustCompile(`\*\*\*([^*]+)\*\*\*`), "$1"},
	{regexp.MustCompile(`\*\*([^*]+)\*\*`), "$1"},
	{regexp.MustCompile(`\*([^*\s](?:[^*]*[^*\s])?)\*`), "$1"},
	{regexp.MustCompile(`__([^_\s](?:[^_]*[^_\s])?)__`), "$1"},
}
