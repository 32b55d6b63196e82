package pdfdoc_test

import (
	"bytes"
	"encoding/binary"
	"os"
	"testing"
)

const fontFile = "font/usr/share/fonts/square.ttf"

// The font in font/ is what writeFont writes; -update writes it anew.
func TestFontFile(t *testing.T) {
	want := writeFont()
	if *update {
		if err := os.WriteFile(fontFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(fontFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what writeFont writes; run the test with -update", fontFile)
	}
}

// writeFont writes a TrueType font (OpenType 1.9) of 1,000 units whose glyphs are
// 1: a square for Chinese characters and their punctuation, 2: a narrow box for
// Latin letters and digits, 3: a blank.
func writeFont() []byte {
	be := func(vs ...any) []byte {
		var b bytes.Buffer
		for _, v := range vs {
			if err := binary.Write(&b, binary.BigEndian, v); err != nil {
				panic(err) // only the types below are written
			}
		}
		return b.Bytes()
	}
	rect := func(x0, y0, x1, y1 int16) []byte {
		return be(int16(1), x0, y0, x1, y1, // one contour, its box
			uint16(3), uint16(0), // last point, no instructions
			[]byte{1, 1, 1, 1},            // on the curve, 16-bit coordinates
			x0, int16(0), x1-x0, int16(0), // x of the four points, relative
			y0, y1-y0, int16(0), y0-y1) // y
	}
	square, narrow := rect(50, -80, 950, 820), rect(60, 0, 440, 680)
	glyf := append(append(bytes.Clone(square), narrow...), 0, 0)[:len(square)+len(narrow)]
	at1, at2, end := uint32(0), uint32(len(square)), uint32(len(square)+len(narrow))
	loca := be(at1, at1, at2, end, end)
	hmtx := be(uint16(1000), int16(0), uint16(1000), int16(50), uint16(500), int16(60), uint16(500), int16(0))
	group := func(first, last, glyph uint32) []byte { return be(first, last, glyph) }
	groups := bytes.Join([][]byte{
		group(0x20, 0x20, 3), group(0x21, 0x7E, 2), group(0xA0, 0xA0, 3), group(0xA1, 0x1FFF, 1),
		group(0x2010, 0x2FFF, 1), group(0x3000, 0x3000, 3), group(0x3001, 0x9FFF, 1),
		group(0xF900, 0xFFEF, 1), group(0x20000, 0x323AF, 1),
	}, nil)
	n := uint32(len(groups) / 12)
	// Format 13: many characters to one glyph.
	cmap := append(be(uint16(0), uint16(1), uint16(3), uint16(10), uint32(12)),
		append(be(uint16(13), uint16(0), 16+12*n, uint32(0), n), groups...)...)
	family := be([]uint16{'N', 'i', 'a', 'n', 'b', 'a', 'o', ' ', 'S', 'q', 'u', 'a', 'r', 'e'})
	style := be([]uint16{'R', 'e', 'g', 'u', 'l', 'a', 'r'})
	strings := append(bytes.Clone(family), style...)
	record := func(id, length, offset int) []byte {
		return be(uint16(3), uint16(1), uint16(0x409), uint16(id), uint16(length), uint16(offset))
	}
	name := bytes.Join([][]byte{
		be(uint16(0), uint16(4), uint16(6+4*12)),
		record(1, len(family), 0), record(2, len(style), len(family)), record(4, len(family), 0), record(6, len(family), 0),
		strings,
	}, nil)
	head := be(uint16(1), uint16(0), uint32(0x10000), uint32(0), uint32(0x5F0F3CF5), uint16(0), uint16(1000),
		int64(0), int64(0), int16(50), int16(-80), int16(950), int16(820), uint16(0), uint16(8), int16(2), int16(1), int16(0))
	hhea := be(uint16(1), uint16(0), int16(880), int16(-120), int16(0), uint16(1000), int16(50), int16(0), int16(950),
		int16(1), int16(0), int16(0), int16(0), int16(0), int16(0), int16(0), int16(0), uint16(4))
	maxp := be(uint32(0x10000), uint16(4), uint16(4), uint16(1), uint16(0), uint16(0), uint16(2), uint16(0), uint16(0),
		uint16(0), uint16(0), uint16(0), uint16(0), uint16(0), uint16(0))
	// Code pages: Latin 1, and the Japanese, the Chinese and the Korean ones.
	os2 := be(uint16(4), int16(750), uint16(400), uint16(5), uint16(0), [11]int16{}, [10]byte{},
		uint32(1|1<<31), uint32(1<<27), uint32(0), uint32(0), [4]byte{'N', 'B', 'A', 'O'}, uint16(64), uint16(0x20), uint16(0xFFEF),
		int16(880), int16(-120), int16(0), uint16(880), uint16(120), uint32(1|0x1F<<17), uint32(0), int16(500), int16(700),
		uint16(0), uint16(0x20), uint16(1))
	post := be(uint32(0x30000), uint32(0), int16(-100), int16(50), uint32(0), uint32(0), uint32(0), uint32(0), uint32(0))

	tables := []struct {
		tag  string
		data []byte
	}{{"OS/2", os2}, {"cmap", cmap}, {"glyf", glyf}, {"head", head}, {"hhea", hhea}, {"hmtx", hmtx}, {"loca", loca}, {"maxp", maxp}, {"name", name}, {"post", post}}
	sum := func(b []byte) uint32 {
		var s uint32
		for i := 0; i < len(b); i += 4 {
			var w [4]byte
			copy(w[:], b[i:])
			s += binary.BigEndian.Uint32(w[:])
		}
		return s
	}
	out := be(uint32(0x10000), uint16(len(tables)), uint16(128), uint16(3), uint16(16*len(tables)-128))
	offset := 12 + 16*len(tables)
	var body []byte
	for _, t := range tables {
		out = append(out, t.tag...)
		out = append(out, be(sum(t.data), uint32(offset+len(body)), uint32(len(t.data)))...)
		body = append(body, t.data...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	return append(out, body...)
}
