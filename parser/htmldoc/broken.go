package htmldoc

import "strings"

// breaksOff reports whether markup ends where no author ends a page: inside a
// tag, inside a row of a table, or in the middle of the text of a page whose end
// tags are missing. A transfer that is cut short leaves such a page, and the
// figure it ends with may have lost its digits.
func breaksOff(markup string) bool {
	markup = strings.TrimRight(markup, " \t\r\n")
	tail := lowerTail(markup)
	if strings.LastIndex(tail, "</html") >= 0 || strings.LastIndex(tail, "</body") >= 0 {
		return false
	}
	if last := strings.LastIndexByte(tail, '<'); last >= 0 && !strings.Contains(tail[last:], ">") && startsTag(tail[last:]) {
		return true
	}
	all := strings.ToLower(markup)
	cell := max(strings.LastIndex(tail, "<td"), strings.LastIndex(tail, "<th"), strings.LastIndex(tail, "<tr"))
	if cell >= 0 && !strings.Contains(tail[cell:], "</table") && strings.Count(all, "<table") > strings.Count(all, "</table") {
		return true
	}
	whole := strings.Contains(all, "<html") || strings.Contains(all, "<body")
	return whole && !strings.HasSuffix(markup, ">")
}

// lowerTail is the end of the markup in which its last row would stand, in lower
// case: ASCII only, so that offsets stay.
func lowerTail(markup string) string {
	const reach = 64 << 10
	b := []byte(markup[max(0, len(markup)-reach):])
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// startsTag reports whether what stands behind a < is, or may become, a tag.
func startsTag(s string) bool {
	if len(s) < 2 {
		return true
	}
	c := s[1]
	return c == '/' || c == '!' || 'a' <= c && c <= 'z'
}
