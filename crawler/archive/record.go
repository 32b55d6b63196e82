package archive

import (
	"bytes"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base32"
	"fmt"
	"strings"
	"time"
)

// newRecordID is a random UUID (RFC 9562, version 4) as a WARC-Record-ID.
func newRecordID() string {
	var u [16]byte
	rand.Read(u[:]) // never fails (crypto/rand)
	u[6] = u[6]&0x0f | 0x40
	u[8] = u[8]&0x3f | 0x80
	return fmt.Sprintf("<urn:uuid:%x-%x-%x-%x-%x>", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}

// sha1Base32 is a digest as WARC tools write and compare it.
func sha1Base32(parts ...[]byte) string {
	h := sha1.New()
	for _, p := range parts {
		h.Write(p)
	}
	return "sha1:" + base32.StdEncoding.EncodeToString(h.Sum(nil))
}

// warcDate is a WARC-Date with the microseconds WARC 1.1 allows.
func warcDate(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// Get is the first value of a name, which is compared without regard to case;
// "" when there is none.
func (f Fields) Get(name string) string {
	for _, x := range f {
		if strings.EqualFold(x.Name, name) {
			return x.Value
		}
	}
	return ""
}

// All are the values of a name, in order.
func (f Fields) All(name string) []string {
	var all []string
	for _, x := range f {
		if strings.EqualFold(x.Name, name) {
			all = append(all, x.Value)
		}
	}
	return all
}

// With adds a named value.
func (f Fields) With(name, value string) Fields { return append(f, Field{name, value}) }

// String is the fields as a block of application/warc-fields. Line breaks in a
// value become spaces: a value must not begin another field.
func (f Fields) String() string {
	var b bytes.Buffer
	f.write(&b)
	return b.String()
}

var oneLine = strings.NewReplacer("\r\n", " ", "\r", " ", "\n", " ", "\x00", " ")

func (f Fields) write(b *bytes.Buffer) {
	for _, x := range f {
		b.WriteString(x.Name)
		b.WriteString(": ")
		oneLine.WriteString(b, x.Value)
		b.WriteString("\r\n")
	}
}
