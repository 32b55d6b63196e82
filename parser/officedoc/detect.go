package officedoc

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"

	"nianbao/parser/document"
	"nianbao/parser/lazyregexp"
)

// Detect tells which container of this package the bytes are, from document.DOCX
// to document.ZIP, or "" for none of them. Files with a wrong extension are
// common, so only the content counts. An encrypted Office file is reported as the
// DOCX or XLSX it hides as far as that can be told, and as DOCX otherwise; reading
// it fails with document.ErrEncrypted.
func Detect(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("PK\x05\x06")):
		return detectZIP(data)
	case bytes.HasPrefix(data, oleMagic):
		return detectOLE(data)
	case isRTF(data):
		return document.RTF
	case bytes.Contains(data[:min(len(data), 256)], []byte("<?xml")),
		bytes.HasPrefix(data, []byte("\xFF\xFE<\x00?\x00")), bytes.HasPrefix(data, []byte("\xFE\xFF\x00<\x00?")): // in UTF-16
		return detectXML(data)
	}
	return ""
}

// isRTF tells Rich Text Format by its first control word, \rtf1: LibreOffice takes
// seconds to find that other bytes are none.
func isRTF(data []byte) bool {
	rest, ok := bytes.CutPrefix(data, []byte(`{\rtf`))
	return ok && len(rest) > 0 && (rest[0] >= '0' && rest[0] <= '9' || rest[0] == '\\')
}

// detectXML tells the formats that are one XML file by their namespace, which
// their root declares.
func detectXML(data []byte) string {
	head := cleanXML(data[:min(len(data), 4096)])
	for _, f := range []struct{ namespace, container string }{
		{"http://schemas.microsoft.com/office/2006/xmlPackage", document.DOCX},
		{"http://schemas.microsoft.com/office/word/2003/wordml", document.WordML},
		{"urn:schemas-microsoft-com:office:spreadsheet", document.SpreadsheetML},
	} {
		for _, quote := range []string{`"`, `'`} {
			if bytes.Contains(head, []byte(quote+f.namespace+quote)) && !bytes.Contains(bytes.ReplaceAll(head, []byte("<html:"), nil), []byte("<html")) { // a prefix is no page
				return f.container
			}
		}
	}
	if m := flatType.FindSubmatch(head); m != nil {
		return openDocument[string(m[1])]
	}
	return ""
}

var flatType = lazyregexp.New(`\soffice:mimetype=["']([^"']*)["']`)

// openDocument are the types of OpenDocument, which a member of a file names (ODF 1.2 part
// 3, §3.3), or the root of one that is a single XML file.
var openDocument = map[string]string{
	"application/vnd.oasis.opendocument.text":        document.ODT,
	"application/vnd.oasis.opendocument.spreadsheet": document.ODS,
}

// detectZIP looks for the main part of an Office package, and for the type of an
// OpenDocument file.
func detectZIP(data []byte) string {
	entries, _, _ := readArchive(data) // without one it is no Office package
	for _, e := range entries[:min(len(entries), 4096)] {
		if kind := packageKind(e.name); kind != "" {
			return kind
		}
		if e.name == "mimetype" { // the first, but not of all programs
			kind, _ := e.read(200)
			if kind := openDocument[strings.TrimSpace(string(kind))]; kind != "" {
				return kind
			}
		}
	}
	return document.ZIP
}

func packageKind(name string) string {
	name = strings.ToLower(strings.ReplaceAll(name, `\`, "/"))
	switch {
	case strings.HasPrefix(name, "word/document") && strings.HasSuffix(name, ".xml"): // some number it
		return document.DOCX
	case name == "xl/workbook.xml":
		return document.XLSX
	}
	return ""
}

var oleMagic = []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}

// detectOLE looks for the stream that makes a compound file a Word or an Excel
// document ([MS-CFB] §2.6: directory entries of 128 bytes, the name in UTF-16
// and its length at offset 64). The entries are found by their alignment, not by
// following the sector chain, which a damaged file may have turned into a loop.
func detectOLE(data []byte) string {
	found := oleStreams(data)
	switch {
	case found["EncryptedPackage"]:
		return document.DOCX
	case found["WordDocument"]:
		return document.DOC
	case found["Workbook"], found["Book"]:
		return document.XLS
	case found["MatOST"], found["CONTENTS"]:
		return document.WPS // Microsoft Works; WPS Office writes a WordDocument
	}
	return ""
}

func oleStreams(data []byte) map[string]bool {
	found := map[string]bool{}
	for off := 512; off+128 <= len(data); off += 128 {
		n := int(binary.LittleEndian.Uint16(data[off+64:]))
		if n < 4 || n > 64 || n%2 != 0 || data[off+66] > 5 {
			continue
		}
		switch name := utf16Name(data[off : off+n-2]); name {
		case "WordDocument", "Workbook", "Book", "EncryptedPackage", "MatOST", "CONTENTS":
			found[name] = true
		}
	}
	return found
}

func utf16Name(b []byte) string {
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(u))
}
