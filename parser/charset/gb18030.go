package charset

import (
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// decodeGB18030 follows the Encoding Standard where x/text does not: a broken
// lead byte never swallows the markup behind it (x/text takes any of 0x30-0x3F,
// < and > among them, for the second byte of four). It takes the characters
// from x/text, and ASCII, which is most of a page, a run at a time.
func decodeGB18030(data []byte) (text string, replaced int) {
	table := gbkTable()
	var dst strings.Builder
	dst.Grow(len(data) + len(data)/2 + 8)
	for i := 0; i < len(data); {
		if data[i] < utf8.RuneSelf {
			end := skipASCII(data, i)
			dst.Write(data[i:end])
			i = end
			continue
		}
		a := data[i]
		if a == 0x80 {
			dst.WriteString("€")
			i++
			continue
		}
		if a == 0xFF || i+1 >= len(data) {
			dst.WriteString("\uFFFD")
			replaced++
			i++
			continue
		}
		b := data[i+1]
		if b >= '0' && b <= '9' {
			if i+3 < len(data) && data[i+2] >= 0x81 && data[i+2] <= 0xFE && data[i+3] >= '0' && data[i+3] <= '9' {
				if r, ok := fourByte(data[i : i+4]); ok {
					dst.WriteRune(r)
					i += 4
					continue
				}
			}
			dst.WriteString("\uFFFD")
			replaced++
			i++
			continue
		}
		if r := table[int(a)<<8|int(b)]; r != 0 {
			dst.WriteRune(rune(r))
			i += 2
			continue
		}
		dst.WriteString("\uFFFD")
		replaced++
		if b < utf8.RuneSelf || b == 0x80 || b == 0xFF {
			i++
		} else {
			i += 2
		}
	}
	return dst.String(), replaced
}

// gbkTable maps every two-byte code to its character; 0 is none.
var gbkTable = sync.OnceValue(func() *[1 << 16]uint16 {
	table := new([1 << 16]uint16)
	d := simplifiedchinese.GB18030.NewDecoder()
	var dst [8]byte
	for a := 0x81; a <= 0xFE; a++ {
		for b := 0x40; b <= 0xFE; b++ {
			d.Reset()
			n, _, err := d.Transform(dst[:], []byte{byte(a), byte(b)}, true)
			if r, size := utf8.DecodeRune(dst[:n]); err == nil && size == n && r != utf8.RuneError {
				table[a<<8|b] = uint16(r) // all two-byte characters are in the basic plane
			}
		}
	}
	return table
})

func fourByte(code []byte) (rune, bool) {
	var dst [8]byte
	d := simplifiedchinese.GB18030.NewDecoder()
	n, _, err := d.Transform(dst[:], code, true)
	r, size := utf8.DecodeRune(dst[:n])
	// 84 31 A4 37 is U+FFFD itself: printed, not broken.
	broken := r == utf8.RuneError && [4]byte(code) != [4]byte{0x84, 0x31, 0xA4, 0x37}
	return r, err == nil && size == n && !broken
}
