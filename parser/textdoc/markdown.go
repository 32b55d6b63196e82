package textdoc

import (
	"bytes"
	"html"
	"regexp"
	"strconv"
	"strings"

	"nianbao/parser/charset"
	"nianbao/parser/document"
)

// IsMarkdown reports whether a text is Markdown, as people write it and as
// programs make it of scans and office files: it has headings, fences, pictures,
// notes or struck text in Markdown's marks, or HTML tables among plain lines. A
// whole page of HTML is none. Plain tables drawn with bars make no Markdown.
func IsMarkdown(data []byte) bool {
	head := data[:min(len(data), 256<<10)]
	return !wholePage.Match(head) && (marked.Match(head) || tablesAmongLines(head))
}

var (
	wholePage = regexp.MustCompile(`(?i)<(?:html|head|body|!doctype|frameset)[\s>]`)
	marked    = regexp.MustCompile("(?m)^ {0,3}#{1,6}[ \t]+\\S|^ {0,3}```|^ {0,3}\\*\\*[^*\\s][^*\\n]*\\*\\*|!\\[[^\\]\\n]*\\]\\([^)\\n]+\\)|\\[\\^[^\\]\\s]+\\]|~~[^~\\s][^~\\n]*~~")
	tags      = regexp.MustCompile(`(?is)<table.*?</table\s*>|<!--.*?-->`)
)

// tablesAmongLines reports whether what stands between HTML tables has no markup.
func tablesAmongLines(text []byte) bool {
	if !bytes.Contains(text, []byte("</table")) && !bytes.Contains(text, []byte("</TABLE")) {
		return false
	}
	plain := 0
	for line := range bytes.Lines(tags.ReplaceAll(text, nil)) {
		switch line = bytes.TrimSpace(line); {
		case len(line) == 0:
		case line[0] == '<':
			return false
		default:
			plain++
		}
	}
	return plain > 0
}

// Page writes Markdown as a page of HTML in UTF-8, for package htmldoc to read:
// its headings, tables, notes, pictures, struck text and what it holds of HTML.
// Lines are paragraphs; rows of tables keep the cells they have. charset is the
// encoding the bytes were decoded from.
func Page(data []byte, contentType string) (page []byte, name string) {
	text, name, _ := charset.Decode(data, contentType)
	w := markdown{newline: ended(text)}
	w.b.WriteString("<!DOCTYPE html><html><body>\n")
	var lines []string
	for _, line := range Lines(text) {
		lines = append(lines, line)
	}
	for i := frontMatter(lines); i < len(lines); i++ {
		i += w.line(lines[i:])
	}
	if w.flush(true) {
		w.b.WriteString("</body></html>\n")
	}
	return w.b.Bytes(), name
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

var setting = regexp.MustCompile(`^(?:[\w-]+\s*:|\s+|- |#)`)

type markdown struct {
	b       bytes.Buffer
	rows    []string // of the open table
	sep     rune
	newline bool // the text ends in one
}

var (
	atx       = regexp.MustCompile(`^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$`)
	underline = regexp.MustCompile(`^ {0,3}(?:=+|-{3,})[ \t]*$`)
	breakLine = regexp.MustCompile(`^ {0,3}(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$`)
	fence     = regexp.MustCompile("^ {0,3}(?:```|~~~)[\\w-]*[ \t]*$")
	lead      = regexp.MustCompile(`^[ \t]*(?:>[ \t]?|[-*+][ \t]+)*`)
	noteText  = regexp.MustCompile(`^\[\^([^\]\s]+)\]:[ \t]*`)
	blockTag  = regexp.MustCompile(`(?i)^\s*</?(?:table|thead|tbody|tr|td|th|div|p|h[1-6]|center|details|summary|ul|ol|li|caption|colgroup|col|img|br|hr|!--)[\s/>-]`)
)

// line writes the first of the lines, and tells how many more it has taken.
func (w *markdown) line(lines []string) int {
	line := escaped(lines[0])
	switch {
	case fence.MatchString(line):
		w.flush(false)
		return 0
	case blockTag.MatchString(line):
		w.flush(false)
		return w.block(lines)
	case atx.MatchString(line):
		w.flush(false)
		m := atx.FindStringSubmatch(line)
		w.element("h"+strconv.Itoa(len(m[1])), m[2])
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
	w.b.WriteString("<table>")
	for r := range g.Rows {
		w.b.WriteString("<tr>")
		for _, c := range g.Own(r) {
			w.b.WriteString("<td>" + inline(c.Text) + "</td>")
		}
		w.b.WriteString("</tr>\n")
	}
	if end && document.CutRow(rows, w.sep, w.newline) {
		w.b.Truncate(bytes.LastIndex(w.b.Bytes(), []byte("</td>")))
		return false
	}
	w.b.WriteString("</table>\n")
	return true
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
