package document

import "strings"

// fileEndings are the endings of the names under which reports are published as
// files, in lower case.
var fileEndings = map[string]bool{
	"doc": true, "docx": true, "wps": true, "rtf": true, "odt": true, "pdf": true, "ofd": true,
	"xls": true, "xlsx": true, "et": true, "ods": true, "zip": true, "rar": true, "7z": true,
}

// NamesFile reports whether a text ends in the name of a file that may hold a
// report: 年度报告.pdf, or such a name in brackets.
func NamesFile(text string) bool {
	text = strings.TrimRight(text, " \t\r\n\u00a0\u3000)）]】》”")
	i := strings.LastIndexByte(text, '.')
	return i > 0 && !strings.ContainsAny(text[i-1:i], " \t\n.") && fileEndings[strings.ToLower(text[i+1:])]
}
