package charset

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf8"
)

// byStatistics decides for bytes that are no valid UTF-8. Every candidate
// gets a point for each byte it explains well and loses one for each it cannot
// explain; whoever explains most wins. said, the declared encoding, wins only
// what is close.
func byStatistics(data []byte, said string) string {
	high := scored(data, func([]byte) (n, points int) { return 1, 1 })
	gb := scoreGB18030(data)
	if gb > high-high/10 && said != Big5 {
		return GB18030 // nothing else comes near in such bytes; spare the other passes
	}
	best, name := high/8, "" // below that, the bytes are no text of ours
	for _, candidate := range []struct {
		name  string
		score int
	}{
		// In the order of their likelihood: an equal score does not displace.
		{UTF8, scoreUTF8(data)},
		{GB18030, gb},
		{Big5, scoreBig5(data)},
	} {
		score := candidate.score
		if candidate.name == said {
			score += high / 16
		}
		if score > best {
			best, name = score, candidate.name
		}
	}
	switch {
	case name != "":
		return name
	case said != "" && said != UTF16LE && said != UTF16BE:
		return said
	}
	return UTF8
}

// scored adds up the points of the characters of data that are not ASCII: of tells how
// many bytes the first one takes, and its points.
func scored(data []byte, of func(rest []byte) (n, points int)) int {
	score := 0
	for i := skipASCII(data, 0); i < len(data); i = skipASCII(data, i) {
		n, points := of(data[i:])
		score += points
		i += n
	}
	return score
}

// scoreUTF8: any valid sequence of three or more bytes hardly happens by
// accident, so all its bytes count.
func scoreUTF8(data []byte) int {
	return scored(data, func(rest []byte) (n, points int) {
		switch r, n := utf8.DecodeRune(rest); {
		case r == utf8.RuneError && n <= 1:
			return 1, -1
		case n > 2:
			return n, n
		default:
			return n, 1
		}
	})
}

// area is a part of the two-byte codes of GB18030, with the points of its characters.
type area struct {
	from, to [2]byte // the least and the greatest of both bytes
	points   int
}

func (in *area) holds(a, b byte) bool {
	return in.from[0] <= a && a <= in.to[0] && in.from[1] <= b && b <= in.to[1]
}

// areas are those of GB/T 2312: its punctuation and its 3,755 hanzi of the first level
// (by far most of any text) count; the second level counts half; the user-defined
// areas are what Big5 text mostly falls into. The rest of GBK is merely possible.
var areas = []area{
	{[2]byte{0xB0, 0xA1}, [2]byte{0xD7, 0xFE}, 2},
	{[2]byte{0xA1, 0xA1}, [2]byte{0xA3, 0xFE}, 2},
	{[2]byte{0xD8, 0xA1}, [2]byte{0xF7, 0xFE}, 1},
	{[2]byte{0xAA, 0xA1}, [2]byte{0xAF, 0xFE}, -2},
	{[2]byte{0xF8, 0xA1}, [2]byte{0xFE, 0xFE}, -2},
	{[2]byte{0xA1, 0x40}, [2]byte{0xA7, 0xA0}, -2},
}

// scoreGB18030 knows the areas of its codes; those of four bytes are merely possible.
func scoreGB18030(data []byte) int {
	return scored(data, func(rest []byte) (n, points int) {
		a := rest[0]
		if a == 0x80 || a == 0xFF || len(rest) < 2 {
			return 1, -1
		}
		switch b := rest[1]; {
		case isFourByte(rest) && (a <= 0x84 || a >= 0x90 && a <= 0xE3):
			return 4, 1
		case isFourByte(rest):
			return 4, -2
		case b < 0x40 || b == 0x7F || b == 0xFF:
			return 1, -2
		default:
			for _, in := range areas {
				if in.holds(a, b) {
					return 2, in.points
				}
			}
			return 2, 0
		}
	})
}

// isFourByte tells a character of four bytes in GB18030 by all of them.
func isFourByte(data []byte) bool {
	return len(data) > 3 && data[1] >= '0' && data[1] <= '9' && data[2] >= 0x81 && data[2] <= 0xFE && data[3] >= '0' && data[3] <= '9'
}

// scoreBig5 knows its punctuation and its 5,401 hanzi of frequent use.
func scoreBig5(data []byte) int {
	return scored(data, func(rest []byte) (n, points int) {
		a := rest[0]
		if a == 0x80 || a == 0xFF || len(rest) < 2 {
			return 1, -1
		}
		if b := rest[1]; !(b >= 0x40 && b <= 0x7E || b >= 0xA1 && b <= 0xFE) {
			return 1, -2
		}
		// A trail below 0x80 is no high byte, but explains one as well.
		switch {
		case a >= 0xA1 && a <= 0xC6:
			return 2, 2
		case a >= 0xC9 && a <= 0xF9:
			return 2, 1
		}
		return 2, -2
	})
}

// skipASCII returns the index of the first byte from i on that is not ASCII.
func skipASCII(data []byte, i int) int {
	for ; i+8 <= len(data); i += 8 {
		if binary.LittleEndian.Uint64(data[i:])&0x8080808080808080 != 0 {
			break
		}
	}
	for i < len(data) && data[i] < utf8.RuneSelf {
		i++
	}
	return i
}

// shamUTF8 tells whether valid UTF-8 is more likely a short text in GBK whose
// bytes happen to be valid: only two-byte sequences (no hanzi has one), no
// fewer than two, and each of them a hanzi of the first level in GBK.
func shamUTF8(data []byte) bool {
	pairs := 0
	for i := 0; i < len(data); {
		if i = skipASCII(data, i); i >= len(data) {
			break
		}
		if i+1 >= len(data) {
			return false
		}
		a, b := data[i], data[i+1]
		if a < 0xB0 || a > 0xD7 || b < 0xA1 || a == 0xC2 { // C2: ·, × and their like in UTF-8
			return false
		}
		pairs++
		i += 2
	}
	return pairs >= 2
}

// utf16 recognises UTF-16 without byte order mark by frequent characters in one order
// of bytes, and hardly any in the other.
func utf16(data []byte) string {
	if len(data) < 4 || bytes.IndexByte(data, 0) < 0 {
		return ""
	}
	sample := data[:min(len(data), 1<<16)&^1]
	few := len(sample) / 2 / 50
	counted := func(order binary.ByteOrder) (times, zeros int) {
		for i := 0; i+1 < len(sample); i += 2 {
			switch u := order.Uint16(sample[i:]); {
			case u == 0:
				zeros++
			case strings.ContainsRune(frequent, rune(u)):
				times++
			}
		}
		return times, zeros
	}
	little, zeros := counted(binary.LittleEndian)
	big, _ := counted(binary.BigEndian)
	switch {
	case zeros > few:
		return ""
	// Markup has angles and quotes; plain Chinese text still has line ends, digits, stops.
	case little > few && big <= little/20 && plausible16(sample, binary.LittleEndian):
		return UTF16LE
	case big > few && little <= big/20 && plausible16(sample, binary.BigEndian):
		return UTF16BE
	}
	return ""
}

// frequent are ASCII's digits and marks, and the stops. Letters are not counted: with
// their bytes turned over they are hanzi, _ 开 and N 一; nor are 0 and %, an ideographic
// space and a rule.
const frequent = "\t\n\r !\"#$&'()*+,-./123456789:;<=>?、。，"

// plausible16 tells whether most units are ASCII, general punctuation, CJK
// (with its extension A, radicals and full-width forms), so that binary files
// full of NULs are not taken for text.
func plausible16(sample []byte, order binary.ByteOrder) bool {
	good, units := 0, len(sample)/2
	for i := 0; i+1 < len(sample); i += 2 {
		switch u := order.Uint16(sample[i:]); {
		case u == '\t', u == '\n', u == '\r', u >= 0x20 && u < 0x7F, u >= 0xA0 && u <= 0xFF,
			u >= 0x2000 && u <= 0x2BFF, u >= 0x2E80 && u <= 0x9FFF, u >= 0xD800 && u <= 0xDFFF, u >= 0xFF00 && u <= 0xFFEF:
			good++
		}
	}
	return good >= units-units/10
}
