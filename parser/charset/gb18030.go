package charset

import (
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

// decodeGB18030 decodes runs of characters that are not ASCII with x/text, and copies
// ASCII, which is most of a page, a run at a time. It tells itself how long a character
// is, by the Encoding Standard: x/text takes any of 0x30-0x3F, < and > among them, for
// the second byte of four.
func decodeGB18030(data []byte) string {
	decoder := simplifiedchinese.GB18030.NewDecoder()
	dst := make([]byte, 0, len(data)+len(data)/2+64)
	for i := 0; i < len(data); {
		end := skipASCII(data, i)
		dst = append(dst, data[i:end]...)
		for i = end; end < len(data) && data[end] >= utf8.RuneSelf; {
			end += lengthGB18030(data[end:])
		}
		dst, _, _ = transform.Append(decoder, dst, data[i:end]) // it replaces what it cannot read
		i = end
	}
	return string(dst)
}

// lengthGB18030 is how many bytes the character takes that data, no ASCII, begins with: one
// of a broken one, so that what is ASCII behind it stays.
func lengthGB18030(data []byte) int {
	switch {
	case isFourByte(data) && (data[0] <= 0x84 || data[0] >= 0x90 && data[0] <= 0xE3):
		return 4
	case len(data) < 2 || data[0] == 0x80 || data[0] == 0xFF || data[1] < 0x40 || data[1] == 0x7F || data[1] == 0xFF:
		return 1
	case data[0] >= 0xA1 && data[0] <= 0xA7 && data[1] < 0x80: // the user's own, which x/text has no characters for
		return 1
	}
	return 2
}
