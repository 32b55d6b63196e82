package charset

import (
	"bytes"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding"
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
		r, n := gb18030Rune(table, data[i:])
		if i += n; r < 0 {
			replaced++
			r = utf8.RuneError
		}
		dst.WriteRune(r)
	}
	return dst.String(), replaced
}

// gb18030Rune is the character that data, no ASCII, begins with, and how many bytes it
// takes: -1 where they are broken.
func gb18030Rune(table *[1 << 16]uint16, data []byte) (r rune, n int) {
	switch {
	case data[0] == 0x80:
		return '€', 1
	case data[0] == 0xFF || len(data) < 2:
		return -1, 1
	}
	b := data[1]
	if isFourByte(data) {
		if r, ok := fourByte(data[:4]); ok {
			return r, 4
		}
	} else if r := table[int(data[0])<<8|int(b)]; r != 0 {
		return rune(r), 2
	}
	if b < utf8.RuneSelf || b == 0x80 || b == 0xFF {
		return -1, 1
	}
	return -1, 2
}

// gbkTable maps every two-byte code to its character; 0 is none.
var gbkTable = sync.OnceValue(func() *[1 << 16]uint16 {
	table := new([1 << 16]uint16)
	d := simplifiedchinese.GB18030.NewDecoder()
	for a := 0x81; a <= 0xFE; a++ {
		for b := 0x40; b <= 0xFE; b++ {
			if r, ok := decodeOne(d, []byte{byte(a), byte(b)}); ok {
				table[a<<8|b] = uint16(r) // all two-byte characters are in the basic plane
			}
		}
	}
	return table
})

func fourByte(code []byte) (rune, bool) {
	if bytes.Equal(code, []byte{0x84, 0x31, 0xA4, 0x37}) {
		return utf8.RuneError, true // itself printed, not broken
	}
	return decodeOne(simplifiedchinese.GB18030.NewDecoder(), code)
}

// decodeOne is the one character of a code.
func decodeOne(d *encoding.Decoder, code []byte) (rune, bool) {
	var dst [8]byte
	d.Reset()
	n, _, err := d.Transform(dst[:], code, true)
	r, size := utf8.DecodeRune(dst[:n])
	return r, err == nil && size == n && r != utf8.RuneError
}
