package crawler

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"nianbao/crawler/archive"
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
	// Form is the body of a POST, as application/x-www-form-urlencoded has it; ""
	// is a GET. Some lists give their further pages to no other question.
	Form string
	// Site is what the site said of itself that makes it the seed's region's, on
	// this page or one that led to it; "" while it has said nothing.
	Site string

	Earlier Earlier // the capture of this address there is already, for a conditional request
	// NotBefore is when its host may be asked, as far as a SharedQueue knows it of
	// another crawler; zero: now.
	NotBefore time.Time
	// Known is what another crawler has learnt of the host, as a SharedQueue keeps it.
	Known HostState
}

// Host is the host of the address, with its port when it is not the scheme's own.
func (r Request) Host() string { return hostOf(r.URL) }

// Key is what a request is known by: no two of one key are made. It is the URL,
// and with a Form that too.
func (r Request) Key() string {
	if r.Form == "" {
		return r.URL
	}
	return r.URL + "\n" + r.Form
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
	Links   []Request     // what it led to, most promising first; added in the same transaction
	Budget  int           // addresses that may be added for its seed in all; 0: no bound
	Refused []RefusedLink // what it had besides, for whoever asks; a queue may keep less of it

	// For queues that several crawlers share.
	Rest     time.Time        // when its host may be asked next; zero: now
	Learnt   HostState        // of its host
	Where    archive.Location // where the sink keeps its capture; zero: there is none
	Products [][]byte         // of Capture.Products
}

// An Acked is what became of the links of a finished request. What is neither
// added nor over the budget was known.
type Acked struct {
	Added      int       // were new
	OverBudget []Request // new, and not added because the seed's budget is used up
}

// A Postponed gives a leased request back, not to be leased before At.
type Postponed struct {
	Request Request // Tries already counted up
	Reason  Reason
	Detail  string
	At      time.Time
	Rest    time.Time // as in Finished
	Learnt  HostState
}

// A Queue is the frontier: which addresses are to be fetched, which are leased,
// which are done. It sees to it that an address is added once and that a lease
// that is neither acknowledged nor given back comes free again. An
// implementation may be shared by several crawlers on several machines; then a
// host must be leased to one of them at a time.
//
// All methods are safe for concurrent use.
type Queue interface {
	// Add offers requests and reports how many were new. One whose Key is known,
	// in whatever state, is not added again.
	Add(ctx context.Context, requests []Request) (added int, err error)

	// Lease hands out up to max requests that may be fetched at the time now, at
	// most perHost of one host, best first. None of a host that has leased
	// requests outstanding is handed out. An empty
	// answer means that nothing is ready: Next tells when to ask again.
	Lease(ctx context.Context, now time.Time, max, perHost int) ([]Request, error)

	// Ack finishes leased requests and adds the links they led to, in one
	// transaction: after a crash both are there or neither. The answer tells of
	// each one's links.
	Ack(ctx context.Context, finished []Finished) ([]Acked, error)

	// Retry gives leased requests back for later.
	Retry(ctx context.Context, postponed []Postponed) error

	// Find looks a request up by its Key; ok is false when it was never added,
	// open is true while it waits or is leased.
	Find(ctx context.Context, key string) (r Request, open, ok bool, err error)

	// Next is when the earliest waiting request may be leased; ok is false when
	// none waits.
	Next(ctx context.Context) (at time.Time, ok bool, err error)

	// Added is how many addresses were added for a seed so far, its own included.
	Added(ctx context.Context, s Seed) (int, error)

	// Counts is the state of the queue.
	Counts(ctx context.Context) (Counts, error)
}

// A SharedQueue is a Queue that several crawlers share, each with its own value:
// a host is one crawler's at a time, for as long as its queue holds the host.
// What a crawler says of a request whose host it lost meanwhile is passed over.
type SharedQueue interface {
	Queue

	// Hold answers a context for work on a leased request, which ends when its
	// host is to be asked no longer; its Err tells so at once, without waiting
	// for a timer. The error is ErrHostLost when that is so already.
	Hold(ctx context.Context, r Request) (context.Context, context.CancelFunc, error)

	// Drop takes back leased requests whose host was lost.
	Drop(requests []Request)

	// LoadRobots answers the robots.txt of an origin (http://host:port) that some
	// crawler stored and that still holds; ok is false when there is none.
	LoadRobots(ctx context.Context, origin string) (f RobotsFile, ok bool, err error)
	StoreRobots(ctx context.Context, origin string, f RobotsFile) error
}

// A RobotsFile is a robots.txt as it was fetched.
type RobotsFile struct {
	Body  []byte        // empty where the host has none
	Delay time.Duration // the pause it asks for, as far as it is obeyed
	Till  time.Time     // it is to be fetched again
}

// ErrHostLost says that a host is another crawler's by now.
var ErrHostLost = errors.New("another crawler has the host")

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
