package archive

import (
	"errors"
	"net/http"
	"time"
)

// Types of records (ISO 28500, section 6).
const (
	TypeInfo       = "warcinfo"
	TypeResponse   = "response"
	TypeRequest    = "request"
	TypeMetadata   = "metadata"
	TypeRevisit    = "revisit"
	TypeResource   = "resource"
	TypeConversion = "conversion"
)

// A Location is where a record begins: the file and the offset of its gzip
// member, or of its first octet in a file that is not compressed.
type Location struct {
	File   string
	Offset int64
}

// A Page is one HTTP answer as an archive holds it: what parsing needs, without
// the network.
type Page struct {
	Location
	RecordID string      // WARC-Record-ID, "<urn:uuid:…>"
	Type     string      // TypeResponse, TypeRevisit or TypeResource
	URL      string      // WARC-Target-URI
	Time     time.Time   // WARC-Date, UTC
	Status   int         // HTTP status; 200 for a resource record
	Header   http.Header // of the answer; Content-Type for a resource record
	Body     []byte      // chunks joined and decompressed; nil for a revisit
	Digest   string      // "sha256:" and the hexadecimal digest of Body; of the page it repeats for a revisit, where known
	Remote   string      // WARC-IP-Address, or ""
	Rendered bool        // Body is what a browser made of the page (a conversion record)
	RefersTo string      // of a revisit: the record id, or ""
	Metadata Fields      // of the metadata record that follows, or nil
}

// Fields are named values in the order of the file, as a metadata or warcinfo
// record holds them (application/warc-fields).
type Fields []Field

// A Field is one named value.
type Field struct{ Name, Value string }

// Errors of the reader; match with errors.Is.
var (
	// ErrNotWARC says that a file is no WARC file.
	ErrNotWARC = errors.New("not a WARC file")
	// ErrCut says that a file ends inside a record.
	ErrCut = errors.New("the file ends inside a record")
	// ErrDigest says that a payload does not fit its record's digest.
	ErrDigest = errors.New("the payload does not fit its digest")
	// ErrRecord says that a record is malformed.
	ErrRecord = errors.New("malformed record")
	// ErrTooLarge says that a record is larger than the limit.
	ErrTooLarge = errors.New("the record is larger than the limit")
)
