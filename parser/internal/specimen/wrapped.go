package specimen

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
	"mime/quotedprintable"
	"regexp"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"

	"nianbao/parser/document"
)

// wrappedStyles are pages and Word files within another form: saved as one file,
// as XML, or compressed.
func wrappedStyles() []Style {
	return []Style{
		{Name: "mhtml-base64", Shows: "a page saved with its pictures as one file", Layouts: anyLayout, Container: document.MHTML, Extension: ".mht",
			write: func(p *page) ([]byte, error) {
				return mhtml("utf-8", "base64", p.html(), func(w io.Writer) io.WriteCloser {
					return base64.NewEncoder(base64.StdEncoding, &lines{w: w})
				})
			}},
		{Name: "mhtml-quoted-doc", Shows: "a page saved by Word as one file in GB2312 and named .doc", Layouts: anyLayout, Container: document.MHTML, Extension: ".doc",
			page: func(p *page) { p.markup.charset = "gb2312" },
			write: func(p *page) ([]byte, error) {
				data, err := encode(simplifiedchinese.GB18030)(p)
				if err != nil {
					return nil, err
				}
				return mhtml("gb2312", "quoted-printable", string(data), func(w io.Writer) io.WriteCloser { return quotedprintable.NewWriter(w) })
			}},
		{Name: "html-gzip", Shows: "a page kept as the server sent it, compressed", Layouts: anyLayout, Container: document.HTML, Extension: ".html.gz",
			write: func(p *page) ([]byte, error) {
				var b bytes.Buffer
				z := gzip.NewWriter(&b)
				_, err := z.Write([]byte(p.html()))
				if err == nil {
					err = z.Close()
				}
				return b.Bytes(), err
			}},
		{Name: "docx-flat", Shows: "a Word file saved as one XML file (Flat OPC) and named .doc", Layouts: anyLayout, Container: document.DOCX, Extension: ".doc", write: flatOPC},
		{Name: "wordml-2003", Shows: "a file in the XML of Word 2003, named .doc", Layouts: anyLayout, Container: document.WordML, Extension: ".doc", write: wordML},
		{Name: "docx-merged-before", Shows: "cells merged across by w:hMerge, as before w:gridSpan", Layouts: anyLayout, Container: document.DOCX, Extension: ".docx",
			write: func(p *page) ([]byte, error) { return packDOCX(p, wordOptions{across: true}, strings.NewReplacer()) }},
	}
}

// lines breaks what is written into lines of 76 characters, as MIME asks.
type lines struct {
	w io.Writer
	n int
}

func (l *lines) Write(b []byte) (int, error) {
	for i := range b {
		if l.n == 76 {
			if _, err := io.WriteString(l.w, "\r\n"); err != nil {
				return i, err
			}
			l.n = 0
		}
		if _, err := l.w.Write(b[i : i+1]); err != nil {
			return i, err
		}
		l.n++
	}
	return len(b), nil
}

func mhtml(charset, encoding, page string, encoder func(io.Writer) io.WriteCloser) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: <Saved by a browser>\r\nSubject: =?utf-8?B?5bm05oql?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"----=_Part_0\"\r\n\r\n"+
		"This document is a single file web page.\r\n\r\n------=_Part_0\r\nContent-Type: text/html; charset=\"%s\"\r\nContent-Transfer-Encoding: %s\r\nContent-Location: file:///C:/a.htm\r\n\r\n", charset, encoding)
	e := encoder(&b)
	if _, err := io.WriteString(e, page); err != nil {
		return nil, err
	}
	if err := e.Close(); err != nil {
		return nil, err
	}
	b.WriteString("\r\n------=_Part_0\r\nContent-Type: image/gif\r\nContent-Transfer-Encoding: base64\r\nContent-Location: file:///C:/a.gif\r\n\r\nR0lGODlhAQABAAAAACw=\r\n------=_Part_0--\r\n")
	return b.Bytes(), nil
}

// wordParts writes a Word file and takes its parts out again.
func wordParts(p *page) (parts []part, err error) {
	data, err := writeDOCX(wordOptions{})(p)
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part{f.Name, content})
	}
	return parts, nil
}

var xmlDeclaration = regexp.MustCompile(`^<\?xml[^>]*\?>\s*`)

func flatOPC(p *page) ([]byte, error) {
	parts, err := wordParts(p)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<?mso-application progid=\"Word.Document\"?>\n" +
		"<pkg:package xmlns:pkg=\"http://schemas.microsoft.com/office/2006/xmlPackage\">")
	for _, part := range parts[1:] { // the types stand in the elements
		fmt.Fprintf(&b, `<pkg:part pkg:name="/%s" pkg:contentType="application/xml"><pkg:xmlData>%s</pkg:xmlData></pkg:part>`, part.name, xmlDeclaration.ReplaceAll(part.data, nil))
	}
	b.WriteString("</pkg:package>")
	return b.Bytes(), nil
}

func wordML(p *page) ([]byte, error) {
	parts, err := wordParts(p)
	if err != nil {
		return nil, err
	}
	body := ""
	for _, part := range parts {
		if part.name == "word/document.xml" {
			body = string(part.data)
		}
	}
	_, body, _ = strings.Cut(body, "<w:body>")
	body, _, _ = strings.Cut(body, "</w:body>")
	body = strings.NewReplacer("<w:vMerge", "<w:vmerge").Replace(body)
	return []byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\r\n" + `<?mso-application progid="Word.Document"?>` + "\r\n" +
		`<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint" w:macrosPresent="no">` +
		`<o:DocumentProperties><o:Title>总计 888</o:Title><o:Pages>3</o:Pages></o:DocumentProperties><w:styles><w:style w:type="paragraph" w:styleId="a"><w:name w:val="Normal"/></w:style></w:styles>` +
		`<w:body><wx:sect>` + body + `</wx:sect></w:body></w:wordDocument>`), nil
}
