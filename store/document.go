package store

import "time"

// Document is the body of bytes a report was read from: how it came here and
// where it is kept. Zero fields are unknown and NULL in the file.
type Document struct {
	// SHA256 is the digest of the bytes in hex. "": that of the report's Meta.
	SHA256      string    `json:"sha256"`
	URL         string    `json:"url"`
	FetchedAt   time.Time `json:"fetched_at"`
	HTTPStatus  int       `json:"http_status"`
	ContentType string    `json:"content_type"`
	Charset     string    `json:"charset"`
	Bytes       int64     `json:"bytes"`
	WARCFile    string    `json:"warc_file"`
	WARCOffset  int64     `json:"warc_offset"` // of the record in WARCFile; kept only where WARCFile is known
}

// timestamp is how times stand in the file: ISO 8601, UTC, whole seconds.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// null makes an unknown (zero) field NULL.
func null[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}

func (d Document) args(sha256 string) []any {
	var fetched, offset any
	if !d.FetchedAt.IsZero() {
		fetched = timestamp(d.FetchedAt)
	}
	if d.WARCFile != "" {
		offset = d.WARCOffset
	}
	return []any{sha256, null(d.URL), fetched, null(d.HTTPStatus), null(d.ContentType), null(d.Charset), null(d.Bytes), null(d.WARCFile), offset}
}
