package crawler

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

// A Role is what a request is expected to bring.
type Role string

// Roles, from the widest to the narrowest.
const (
	RoleSite       Role = "site"       // a home page: look for the column
	RoleList       Role = "list"       // a column: look for reports and further list pages
	RoleReport     Role = "report"     // a report page: look for attachments, frames and hops
	RoleAttachment Role = "attachment" // a file that belongs to a report page
)

// A Request is one address to fetch, and all that must survive a restart.
type Request struct {
	ID       int64  // the queue's own number; 0 before it was added
	URL      string // canonical, see Canonical
	Seed     Seed   // the seed it descends from
	Role     Role
	Depth    int    // links from the seed; redirects do not count
	Page     int    // which page of a list, counted from 0
	Priority int    // higher is fetched earlier within a host
	Tries    int    // fetches that failed before
	Text     string // the link's text, white space collapsed; "" for seeds
	Referrer string // the page with the link; "" for seeds
	Hops     []Hop  // redirects that led here, first to last

	Earlier Earlier // the capture of this address there is already, for a conditional request
}

// Earlier is what is known of an address's last capture. The zero value: none.
type Earlier struct {
	ETag         string    `json:"etag,omitempty"`
	LastModified string    `json:"last_modified,omitempty"` // as the server wrote it
	Digest       string    `json:"digest,omitempty"`
	Time         time.Time `json:"time,omitzero"`
	Record       string    `json:"record,omitempty"` // the sink's name for it, a WARC-Record-ID
}

func (e Earlier) marshal() (string, error) {
	if e == (Earlier{}) {
		return "", nil
	}
	b, err := json.Marshal(e)
	return string(b), err
}

// A Finished tells the queue how a leased request ended for good.
type Finished struct {
	Request Request
	Reason  Reason
	Detail  string
	Failed  bool          // ran out of tries, or not worth another: RetryFailed takes it up again
	Status  int           // HTTP status, 0 when there was no answer
	Links   []Request     // what it led to; added in the same transaction
	Refused []RefusedLink // what it had besides, for whoever asks; a queue may keep less of it
}

// A Postponed gives a leased request back, not to be leased before At.
type Postponed struct {
	Request Request // Tries already counted up
	Reason  Reason
	Detail  string
	At      time.Time
}

// A Queue is the frontier: which addresses are to be fetched, which are leased,
// which are done. It sees to it that an address is added once and that a lease
// that is neither acknowledged nor given back comes free again. An
// implementation may be shared by several crawlers on several machines; then a
// host must be leased to one of them at a time.
//
// All methods are safe for concurrent use.
type Queue interface {
	// Add offers requests and reports how many were new. A URL that is known,
	// in whatever state, is not added again.
	Add(ctx context.Context, requests []Request) (added int, err error)

	// Lease hands out up to max requests that may be fetched at the time now, at
	// most perHost of one host, best first. None of a host that has leased
	// requests outstanding is handed out. An empty
	// answer means that nothing is ready: Next tells when to ask again.
	Lease(ctx context.Context, now time.Time, max, perHost int) ([]Request, error)

	// Ack finishes leased requests and adds the links they led to, in one
	// transaction: after a crash both are there or neither. The answer has how
	// many of each one's links were new.
	Ack(ctx context.Context, finished []Finished) (added []int, err error)

	// Retry gives leased requests back for later.
	Retry(ctx context.Context, postponed []Postponed) error

	// Find looks an address up; ok is false when it was never added, open is
	// true while it waits or is leased.
	Find(ctx context.Context, url string) (r Request, open, ok bool, err error)

	// Next is when the earliest waiting request may be leased; ok is false when
	// none waits.
	Next(ctx context.Context) (at time.Time, ok bool, err error)

	// Added is how many addresses were added for a seed so far, its own included.
	Added(ctx context.Context, s Seed) (int, error)

	// Counts is the state of the queue.
	Counts(ctx context.Context) (Counts, error)
}

// Counts is how many addresses are in which state.
type Counts struct {
	Waiting int64 `json:"waiting"` // to be fetched, retries included
	Leased  int64 `json:"leased"`  // being fetched
	Done    int64 `json:"done"`    // ended, failed ones not included
	Failed  int64 `json:"failed"`  // ended without a capture, may be retried
	Hosts   int64 `json:"hosts"`   // hosts with something waiting or leased
}

// Errors of a frontier; match with errors.Is.
var (
	// ErrFrontierLocked says that another crawl works on the file.
	ErrFrontierLocked = errors.New("another crawl is running on this frontier")
	// ErrFrontierCorrupt says that the file is no frontier or is damaged.
	ErrFrontierCorrupt = errors.New("the frontier file is damaged or not a frontier")
)
