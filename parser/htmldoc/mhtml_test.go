package htmldoc_test

import (
	"strings"
	"testing"

	"nianbao/parser/htmldoc"
)

func TestPage(t *testing.T) {
	const page = "<html><body><p>规章 0</p></body></html>"
	head := "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"b\"\r\n\r\n"
	for _, test := range []struct{ name, file, page, contentType string }{
		{"a page after a picture", head + "--b\r\nContent-Type: image/gif\r\n\r\nGIF89a\r\n--b\r\nContent-Type: text/html; charset=gbk\r\n\r\n" + page + "\r\n--b--\r\n", page, "text/html; charset=gbk"},
		{"a page instead of the plain text before it", head + "--b\r\nContent-Type: text/plain\r\n\r\n规章\r\n--b\r\nContent-Type: text/html\r\n\r\n" + page + "\r\n--b--", page, "text/html"},
		{"a page within an alternative", head + "--b\r\nContent-Type: multipart/alternative; boundary=\"c\"\r\n\r\n--c\r\nContent-Type: text/html\r\n\r\n" + page + "\r\n--c--\r\n--b--", page, "text/html"},
		{"no other part", "MIME-Version: 1.0\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>=E4=BB=B6</p>", "<p>件</p>", "text/html"},
		{"cut short", head + "--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPHA+NTwvcD4", "<p>5</", "text/html"},
		{"pictures only", head + "--b\r\nContent-Type: image/gif\r\n\r\nGIF89a\r\n--b--", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !htmldoc.IsMHTML([]byte(test.file)) {
				t.Error("not taken for MHTML")
			}
			got, contentType := htmldoc.Page([]byte(test.file))
			if string(got) != test.page || contentType != test.contentType {
				t.Errorf("%q, %q; want %q, %q", got, contentType, test.page, test.contentType)
			}
		})
	}
	for _, other := range []string{"", page, "MIME-Version", "附件：政府信息公开\nmime-version: content-type:"} {
		if htmldoc.IsMHTML([]byte(other)) {
			t.Errorf("%q is taken for MHTML", other)
		}
	}
}

// FuzzPage holds Page to coming back with no more than its bound, whatever the
// headers and boundaries say.
func FuzzPage(f *testing.F) {
	f.Add([]byte("MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: multipart/x; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>5\n--b--"))
	f.Add([]byte("MIME-Version: 1.0\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n" + strings.Repeat("PHA+", 100)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if page, _ := htmldoc.Page(data); len(page) > len(data) {
			t.Fatalf("%d bytes of %d", len(page), len(data))
		}
	})
}
