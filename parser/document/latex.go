package document

import (
	"strconv"
	"strings"

	"nianbao/parser/lazyregexp"
)

// beginsLaTeX reports whether a line may be the first of a latexTable.
func beginsLaTeX(line string) bool {
	return strings.Contains(line, `\begin{`) && latexBegin.MatchString(line)
}

var (
	latexBegin = lazyregexp.New(`^[\s$]*(?:\\\[|\\\(|\{?\\(?:small|footnotesize|centering)\b)?[\s$]*\\begin\{((?:long|x?l?|super)?tabular[xy*]?|(?:long|talong)?tblr|longtable|xltabular|tabulary?|tabu|array)\}`)
	latexRule  = lazyregexp.New(`\\(?:hline|toprule|midrule|bottomrule|addlinespace|noalign\{\}|endfirsthead|endhead|endfoot|endlastfoot|specialrule(?:\{[^{}]*\}){3}|cline\{[^{}]*\}|cmidrule(?:\([^()]*\))?\{[^{}]*\}|label\{[^{}]*\})(?:\[[^\[\]]*\])?`)
	latexSpan  = lazyregexp.New(`^\s*\\multicolumn\s*\{\s*(\d{1,3})\s*\}`)
)

// latexTable reads a table as LaTeX writes it, if one begins at the first of the lines:
// cells between &, rows before \\, \multicolumn and \multirow for cells that reach over several.
// n is how many lines it takes, 0 where there is none or it does not end.
func latexTable(lines []string) (grid *Grid, n int) {
	source, n := latexBody(lines)
	var rows [][]*drawnCell
	for _, parts := range latexRows(source) {
		for i, cell := range parts {
			parts[i] = latexRule.ReplaceAllString(cell, " ")
		}
		if first := strings.TrimSpace(parts[0]); len(parts) == 1 && first == "" || strings.HasPrefix(first, `\caption`) {
			continue
		}
		var row []*drawnCell
		for _, cell := range parts {
			c := &drawnCell{rows: 1, columns: 1, text: latexText(cell)}
			if m := latexSpan.FindStringSubmatch(cell); m != nil {
				c.columns, _ = strconv.Atoi(m[1])
			}
			if number(c.text) && strings.Contains(cell, `\multirow`) {
				c.text += Unread // a figure of several rows
			}
			row = append(row, c)
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return nil, 0
	}
	return cellsGrid(rows, make([]int, len(rows))), n // all of it stands where it begins
}

// latexBody is what stands in the table that begins at the first of the lines, with its header
// once, and how many lines it takes; 0 where there is none or it does not end.
func latexBody(lines []string) (source string, n int) {
	if len(lines) == 0 || !beginsLaTeX(lines[0]) {
		return "", 0
	}
	m := latexBegin.FindStringSubmatchIndex(lines[0])
	name := "{" + lines[0][m[2]:m[3]] + "}"
	var body strings.Builder
	for depth := 1; depth > 0; n++ { // a cell may hold a table of its own
		if n == len(lines) {
			return "", 0
		}
		line := lines[n]
		if n == 0 {
			line = line[m[1]:]
		}
		line = uncommented.FindString(line)
		if depth += strings.Count(line, `\begin`+name) - strings.Count(line, `\end`+name); depth <= 0 {
			line = line[:strings.LastIndex(line, `\end`+name)]
		}
		body.WriteString(line + "\n")
	}
	source = behindArguments(body.String())
	if _, rest, ok := strings.Cut(source, `\endfirsthead`); ok { // the header stands again, for the pages that follow
		if _, body, ok := strings.Cut(rest, `\endhead`); ok {
			source = strings.TrimSuffix(source, `\endfirsthead`+rest) + body
		}
	}
	return source, n
}

// latexHeading is the text of a heading, \section{一、总体情况}; false of other lines.
func latexHeading(line string) (heading string, ok bool) {
	m := latexSection.FindString(line)
	if m == "" {
		return "", false
	}
	end := latexGroup(line[len(m):])
	if end < 0 || strings.HasPrefix(m, `\textbf`) && len(m)+end < len(line) {
		return "", false
	}
	return latexText(line[len(m):][:end]), true
}

var latexSection = lazyregexp.New(`^\\(?:title|chapter|(?:sub){0,2}section|textbf)\*?(?:\[[^\[\]]*\])?`)

// uncommented is a line up to a percent sign. Behind a figure it is one that a program did
// not escape.
var uncommented = lazyregexp.New(`^(?:\\.?|[0-9]%|[^%\\])*`)

// behindArguments is what follows the arguments of an environment, which begin on its line.
func behindArguments(s string) string {
	for {
		rest := strings.TrimLeft(s, " \t")
		if rest == "" || rest[0] != '{' && rest[0] != '[' {
			return s
		}
		end := latexGroup(rest)
		if end < 0 {
			return s
		}
		s = rest[end:]
	}
}

// latexGroup is where the group or option that s begins with is over; -1 where it is not.
func latexGroup(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth <= 0 {
				return i + 1
			}
		}
	}
	return -1
}

// latexRows are the cells of the rows of a table: what stands in braces, or within another
// environment, is of one.
func latexRows(s string) (rows [][]string) {
	rows = [][]string{nil}
	depth, last := 0, 0
	for _, m := range latexToken.FindAllStringSubmatchIndex(s, -1) {
		k := len(rows) - 1
		switch token := s[m[0]:m[1]]; {
		case token == "{":
			depth++
		case token == `\begin{`:
			depth += 2 // up to the end, and to its own brace
		case token == "}":
			depth--
		case depth <= 0 && token == "&":
			rows[k], last = append(rows[k], s[last:m[0]]), m[1]
		case depth <= 0 && m[2] >= 0:
			rows[k], last = append(rows[k], s[last:m[0]]), m[1]
			rows, depth = append(rows, nil), 0
		}
	}
	rows[len(rows)-1] = append(rows[len(rows)-1], s[last:])
	return rows
}

// latexToken is what parts rows, with how far below the next one stands, or cells, and what
// holds them together.
var latexToken = lazyregexp.New(`((?:\\\\|\\tabularnewline)\*?(?:\[[^\]{}&\n]*\])?)|\\begin\{|\\end\{|\\(?s:.)|[{}&]`)

// latexCommands tells how many arguments of a command are no text: all that stand before the
// last, which is; of an environment at most nine. Of others nobody knows what they show.
var latexCommands = map[string]int{
	"multicolumn": 2, "multirow": 2, "textbf": 0, "textit": 0, "emph": 0, "underline": 0, "text": 0, "mathrm": 0, "mathbf": 0, "textrm": 0, "textsf": 0, "texttt": 0,
	"bf": 0, "heiti": 0, "songti": 0, "kaishu": 0, "fangsong": 0, "small": 0, "footnotesize": 0, "scriptsize": 0, "tiny": 0, "normalsize": 0, "large": 0, "bfseries": 0, "centering": 0,
	"raggedright": 0, "raggedleft": 0, "arraybackslash": 0, "makecell": 0, "shortstack": 0, "thead": 0, "parbox": 1, "rotatebox": 1, "mbox": 0, "num": 0, "quad": 0, "qquad": 0,
	"begin": 9, "end": 1, "linewidth": 0, "textwidth": 0, "strut": 0, "hfill": 0, "rule": 2, "hspace": 1, "vspace": 1, "selectfont": 0, "fontsize": 2, "cellcolor": 1, "rowcolor": 1,
	"newline": 0, "par": 0, "left": 0, "right": 0, "tabularnewline": 0, "hypertarget": 1, "section": 0, "subsection": 0, "title": 0, "noindent": 0, "textquotedblleft": 0, "textquotedblright": 0,
}

// latexText is the text that a cell shows, Unread beside figures that a command may alter.
func latexText(s string) string {
	var b strings.Builder
	sure := true // all of it is known to show
	for s != "" {
		mark := latexMark.FindString(s)
		s = s[len(mark):]
		switch behind := mark[1:]; {
		case mark[0] == '~':
			b.WriteByte(' ')
		case mark == `\\`:
			b.WriteByte('\n')
		case strings.IndexByte("^_", mark[0]) >= 0:
			sure = false
		case strings.IndexByte("{}$", mark[0]) >= 0, mark == `\`:
		case mark[0] != '\\':
			b.WriteString(mark)
		case isASCIILetter(behind[0]):
			skip, known := latexCommands[behind]
			s, sure = behindCommand(behind, s, skip), sure && known
		case strings.Contains("%&#_$ {}", behind):
			b.WriteString(behind)
		case !strings.Contains("()[],;:!/", behind):
			sure = false
		}
	}
	text := ""
	for line := range strings.SplitSeq(b.String(), "\n") {
		text = JoinCell(text, "\n", strings.TrimSpace(line))
	}
	text = strings.TrimSpace(text)
	if !sure && strings.ContainsAny(text, "0123456789") {
		text += Unread
	}
	return text
}

// latexMark is a command, a sign or text without any.
var latexMark = lazyregexp.New(`^(?:\\(?:[A-Za-z]+|(?s:.))?|[{}$^_~]|[^\\{}$^_~]+)`)

// behindCommand is what follows the arguments of a command that are no text, of which some
// stand in braces.
func behindCommand(name, s string, skip int) string {
	rest := strings.TrimPrefix(s, "*")
	for rest != "" && (skip > 0 || rest[0] == '[') {
		if name == "multirow" && skip == 1 && rest[0] == '*' { // for its width
			rest = rest[1:]
			break
		}
		end := -1
		if rest[0] == '{' || rest[0] == '[' {
			end = latexGroup(rest)
		}
		if end < 0 {
			break
		}
		if rest[0] == '{' {
			skip--
		}
		rest = rest[end:]
	}
	return rest
}

func isASCIILetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
