package crawler

import (
	"context"
	"net/http"
	"time"

	"nianbao/crawler/archive"
)

// A Capture is one fetched page: the answer whole, and how it was come by.
// The bytes belong to the capture; hooks and sinks must not change them.
type Capture struct {
	URL      string      // the address that answered, after redirects, as requested
	Time     time.Time   // when the request was sent, UTC
	Status   int         // HTTP status, 200 to 599
	Proto    string      // "HTTP/1.1" or "HTTP/2.0"
	Header   http.Header // as received, Content-Encoding included
	Body     []byte      // decompressed; nil only when the body is empty
	Raw      []byte      // as transferred, where that is not Body: compressed, or before rendering; else nil
	Rendered bool        // Body is what a browser made of the page
	Digest   string      // "sha256:" and the body's digest in lower-case hexadecimal

	RequestHeader http.Header // as sent
	Remote        string      // the IP address that answered
	Elapsed       time.Duration

	Request   Request // what was asked for: the seed, the link's text, the hops before
	Reason    Reason  // Fetched, Unchanged, an HTTP status or a screening code
	Detail    string  // one sentence for people; "" when there is nothing to say
	Unchanged bool    // the body is that of an earlier capture (304, or the same digest); Body is nil after a 304
	Recovered bool    // read back from the sink after a crash, not fetched now

	Record string           // the sink's name for it, set by the sink (a WARC-Record-ID)
	Where  archive.Location // the file and offset where it is kept, set by the sink

	// Value is for the caller alone: what Screen computed and Process can use.
	Value any
	// Products are set by Process: what a SharedQueue takes along when the
	// request is acknowledged.
	Products [][]byte

	page *linkPage // what was read of Body; nil: not yet
}

// A Hop is one redirect that led to a page.
type Hop struct {
	URL    string `json:"url"`
	Status int    `json:"status"` // 301, 302, 303, 307, 308; 0 for a hop the page's text made (meta refresh, script)
}

// A Verdict is what screening thinks of a capture. The zero value says that
// nothing is wrong with it.
type Verdict struct {
	Reason Reason // "" when the page is what was looked for
	Detail string // one sentence for people
	Retry  bool   // worth another try later (a challenge page, say)
	// Doubt, without a Reason, says that the page has a report's title and
	// nothing that only a report has: when it lists reports it is a list.
	Doubt bool
}

// A Sink keeps captures. Capture is called from several goroutines at once.
//
// A capture need not be durable when Capture returns, only when a later Sync
// has: the crawler acknowledges an address after that and not before.
type Sink interface {
	Capture(ctx context.Context, c *Capture) error
	Sync(ctx context.Context) error
}

// A Recoverer is a sink that can tell which captures it holds that may not have
// been acknowledged, because the last run was killed between the two. Run asks
// for them first, so that they are not fetched again; with all it asks for every
// capture there is, because the queue is new (its file was lost). The yield's
// error ends the recovery and is returned.
type Recoverer interface {
	Recover(ctx context.Context, all bool, yield func(*Capture) error) error
	// Recovered says that all of what Recover yielded is acknowledged.
	Recovered() error
	// Acknowledged says that the captures at these places are acknowledged, so
	// that Recover need not yield them after a crash.
	Acknowledged(at []archive.Location) error
}
