package charset

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// decodeGB18030 decodes runs of characters that are not ASCII with x/text, and copies
// ASCII, which is most of a page, a run at a time. It tells itself how long a character
// is, by the Encoding Standard: x/text takes any of 0x30-0x3F, < and > among them, for
// the second byte of four.
func decodeGB18030(data []byte) string {
	decoder := simplifiedchinese.GB18030.NewDecoder().Transformer
	var text strings.Builder
	text.Grow(len(data) + len(data)/2)
	var run []byte
	for i := 0; i < len(data); {
		end := skipASCII(data, i)
		text.Write(data[i:end])
		for i = end; end < len(data) && data[end] >= utf8.RuneSelf; {
			end += lengthGB18030(data[end:])
		}
		run = slices.Grow(run, 3*(end-i)) // of what cannot be read, each byte is replaced
		n, _, _ := decoder.Transform(run[:cap(run)], data[i:end], true)
		text.Write(run[:n])
		i = end
	}
	return text.String()
}

// lengthGB18030 is how many bytes the character takes that data, no ASCII, begins with: one
// of a broken one, so that what is ASCII behind it stays.
func lengthGB18030(data []byte) int {
	if len(data) < 2 {
		return 1
	}
	switch a, b := data[0], data[1]; {
	case a == 0x80 || a == 0xFF || b == 0x7F || b == 0xFF:
		return 1
	case b >= 0x80 || b >= 0x40 && (a < 0xA1 || a > 0xA7): // there is the user's own area, for which x/text has no characters
		return 2
	case isFourByte(data) && (a <= 0x84 || a >= 0x90 && a <= 0xE3):
		return 4
	}
	return 1
}
