// Package filename knows how the files are named under which reports are published.
// It imports nothing: whoever looks for such files, on a site or in a page, asks
// the same list.
package filename

import (
	"slices"
	"strings"
)

// endings are in lower case. Not all of them can be read: a report that is there and
// cannot be read is named.
var endings = []string{
	"pdf", "ofd", // of fixed layout; OFD is GB/T 33190
	"doc", "docx", "wps", "rtf", "odt",
	"xls", "xlsx", "et", "ods",
	"zip", "rar", "7z",
}

// Endings are the endings of files that may hold a report, in lower case and without
// the point.
func Endings() []string { return slices.Clone(endings) }

// Ending is the ending of the file that a text names at its end, or in brackets
// there: "docx" of 年度报告.DOCX and of （附件.docx）. It is "" where that is none, or no
// file that may hold a report.
func Ending(text string) string {
	text = strings.TrimRight(text, " \t\r\n\u00a0\u3000)）]】》”")
	i := strings.LastIndexByte(text, '.')
	if i <= 0 || strings.ContainsAny(text[i-1:i], " \t\n.") {
		return ""
	}
	if e := strings.ToLower(text[i+1:]); slices.Contains(endings, e) {
		return e
	}
	return ""
}
