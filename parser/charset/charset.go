package charset

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// Names of encodings, as [Decode] returns them and document.Document.Charset
// keeps them.
const (
	UTF8    = "utf-8"
	GB18030 = "gb18030"
	Big5    = "big5"
	UTF16LE = "utf-16le"
	UTF16BE = "utf-16be"
)

// Decode returns data as valid UTF-8 without byte order mark, the name of the
// encoding it was found to be in, and how many U+FFFD decoding put in the
// place of bytes that mean nothing in it (those the text itself holds do not
// count).
//
// Each declared is what somebody says of the encoding: a label (gb2312), or a
// whole Content-Type (text/html; charset=GBK); empty and unknown ones are
// passed over, the first known one counts. NULs and other control characters
// stay as they are.
func Decode(data []byte, declared ...string) (text, name string, replaced int) {
	name, valid := detect(data, declared)
	if valid {
		data, _ = cutBOM(data)
		return string(data), name, 0
	}
	text, replaced = DecodeAs(data, name)
	return text, name, replaced
}

// Detect returns the name of the encoding data is in: one of this package's
// constants, or the WHATWG name of a declared single-byte encoding when the
// bytes are none of these.
func Detect(data []byte, declared ...string) string {
	name, _ := detect(data, declared)
	return name
}

// detect tells besides whether the data is known to be valid UTF-8.
func detect(data []byte, declared []string) (name string, valid bool) {
	data, marked := cutBOM(data)
	if marked != "" && marked != UTF8 {
		return marked, false
	}
	if name := utf16(data); name != "" {
		return name, false
	}
	said := marked // templates put UTF-8's mark before pages of any encoding
	if said == "" {
		said = firstKnown(declared)
	}
	if utf8.Valid(data) {
		if said == GB18030 && shamUTF8(data) {
			return GB18030, false
		}
		return UTF8, true
	}
	return byStatistics(data, said), false
}

// DecodeAs decodes data as the encoding of that name (a constant of this
// package or any known label; UTF-8 otherwise), dropping a byte order mark,
// and counts replacements as [Decode] does.
func DecodeAs(data []byte, name string) (text string, replaced int) {
	name = Label(name)
	if rest, marked := cutBOM(data); marked == name || marked == UTF8 {
		data = rest
	}
	if name == GB18030 {
		text = decodeGB18030(data)
	} else {
		decoded, _ := lookup(name).NewDecoder().Bytes(data) // decoders replace what they cannot read
		text = string(decoded)
	}
	replaced = strings.Count(text, "\uFFFD")
	if own := printed[name]; replaced > 0 && own != nil {
		replaced = max(0, replaced-bytes.Count(data, own))
	}
	return text, replaced
}

// Label returns the encoding's name for what a document or server calls it,
// or "" for what is unknown. The argument may be a whole Content-Type.
func Label(declared string) string {
	s := strings.ToLower(declared)
	if i := strings.Index(s, "charset="); i >= 0 {
		s = s[i+len("charset="):]
	} else if strings.ContainsAny(s, "/=") {
		return ""
	}
	s = strings.TrimLeft(s, " \t\r\n\"'")
	if i := strings.IndexAny(s, " \t\r\n\"';,"); i >= 0 {
		s = s[:i]
	}
	if name, ok := aliases[s]; ok {
		return name
	}
	enc, err := htmlindex.Get(s)
	if err != nil {
		return ""
	}
	name, err := htmlindex.Name(enc)
	switch {
	case err != nil, name == "replacement":
		return ""
	case name == "gbk":
		return GB18030
	}
	return name
}

// aliases are labels met in pages that the Encoding Standard does not know.
var aliases = map[string]string{
	"cp936": GB18030, "ms936": GB18030, "windows-936": GB18030, "936": GB18030,
	"gb-2312": GB18030, "gb_18030": GB18030, "gb-18030": GB18030, "gb18030-2000": GB18030,
	"gb18030-2005": GB18030, "gb18030-2022": GB18030, "euc-cn": GB18030, "hz-gb-2312": "",
	"utf": UTF8, "utf-8n": UTF8, "utf_8": UTF8, "utf8mb4": UTF8,
	"cp950": Big5, "windows-950": Big5, "big-5": Big5,
}

// printed is how a text itself writes U+FFFD in an encoding that can.
var printed = map[string][]byte{
	"":      []byte("\uFFFD"), // read as UTF-8
	UTF8:    []byte("\uFFFD"),
	GB18030: {0x84, 0x31, 0xA4, 0x37},
	UTF16LE: {0xFD, 0xFF},
	UTF16BE: {0xFF, 0xFD},
}

func firstKnown(declared []string) string {
	for _, d := range declared {
		if name := Label(d); name != "" {
			return name
		}
	}
	return ""
}

// cutBOM returns what follows a byte order mark, and the encoding it marks.
func cutBOM(data []byte) (rest []byte, name string) {
	for _, m := range []struct{ mark, name string }{
		{"\xEF\xBB\xBF", UTF8}, {"\xFF\xFE", UTF16LE}, {"\xFE\xFF", UTF16BE}, {"\x84\x31\x95\x33", GB18030},
	} {
		if bytes.HasPrefix(data, []byte(m.mark)) {
			return data[len(m.mark):], m.name
		}
	}
	return data, ""
}

// lookup is the encoding of a name, UTF-8 where there is none.
func lookup(name string) encoding.Encoding {
	enc, err := htmlindex.Get(name)
	if err != nil {
		return unicode.UTF8
	}
	return enc
}
