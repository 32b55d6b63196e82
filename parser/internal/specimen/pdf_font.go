package specimen

import (
	"bytes"
	"encoding/binary"
)

// Glyphs of the font that the PDF files carry. Only their sizes matter: every
// character is a box.
const (
	glyphMissing = iota
	glyphFull    // a Chinese character
	glyphHalf    // an ASCII character
	glyphSpace
	glyphs
)

// boxFont is a TrueType font with boxes for glyphs, 1,000 units to the em:
// characters have the extents they would have in a real font, in forty lines
// instead of ten megabytes.
func boxFont() []byte {
	be := func(values ...any) []byte {
		var b bytes.Buffer
		for _, v := range values {
			_ = binary.Write(&b, binary.BigEndian, v) // a bytes.Buffer does not fail
		}
		return b.Bytes()
	}
	box := func(left, bottom, right, top int16) []byte {
		return be(int16(1), left, bottom, right, top, uint16(3), uint16(0), [4]byte{1, 1, 1, 1},
			[4]int16{left, 0, right - left, 0}, [4]int16{bottom, top - bottom, 0, bottom - top})
	}
	var glyf []byte
	loca := be(uint32(0))
	for _, g := range [glyphs][]byte{glyphMissing: box(50, 0, 450, 700), glyphFull: box(50, -80, 950, 820), glyphHalf: box(50, 0, 450, 700), glyphSpace: nil} {
		glyf = append(glyf, g...)
		for len(glyf)%4 > 0 {
			glyf = append(glyf, 0)
		}
		loca = append(loca, be(uint32(len(glyf)))...)
	}
	tables := []struct {
		tag  string
		data []byte
	}{
		{"glyf", glyf},
		{"head", be(uint32(0x10000), uint32(0x10000), uint32(0), uint32(0x5F0F3CF5), uint16(0), uint16(1000), uint64(0), uint64(0),
			int16(0), int16(-120), int16(1000), int16(880), uint16(0), uint16(8), int16(2), int16(1), int16(0))},
		{"hhea", be(uint32(0x10000), int16(880), int16(-120), int16(0), uint16(1000), int16(0), int16(0), int16(1000), int16(1), int16(0), int16(0), [4]int16{}, int16(0), uint16(glyphs))},
		{"hmtx", be([2 * glyphs]uint16{500, 50, 1000, 50, 500, 50, 500, 0})},
		{"loca", loca},
		{"maxp", be(uint32(0x10000), uint16(glyphs), uint16(4), uint16(1), uint16(0), uint16(0), uint16(2), [8]uint16{})},
	}
	font := be(uint32(0x10000), uint16(len(tables)), uint16(64), uint16(2), uint16(32))
	var body []byte
	for _, t := range tables {
		font = append(font, t.tag...)
		sum := uint32(0)
		data := append([]byte(nil), t.data...)
		for len(data)%4 > 0 {
			data = append(data, 0)
		}
		for i := 0; i < len(data); i += 4 {
			sum += binary.BigEndian.Uint32(data[i:])
		}
		font = append(font, be(sum, uint32(12+16*len(tables)+len(body)), uint32(len(t.data)))...)
		body = append(body, data...)
	}
	return append(font, body...)
}

// glyphMap is the PDF's map from character codes to glyphs: two bytes each.
func glyphMap() []byte {
	m := make([]byte, 2<<16)
	for code := range 1 << 16 {
		glyph := byte(glyphFull)
		switch {
		case code == ' ' || code == 0xa0:
			glyph = glyphSpace
		case code < 0x80:
			glyph = glyphHalf
		}
		m[2*code+1] = glyph
	}
	return m
}
