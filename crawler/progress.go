package crawler

import "time"

// A Stage is the part of a run that is under way.
type Stage string

// The stages of a run, in order.
const (
	StageRecover Stage = "recover" // reading back what the sink holds unacknowledged
	StageCrawl   Stage = "crawl"   // fetching
	StageDone    Stage = "done"    // all is done, or the context ended
)

// Progress is the state of a run at one moment. Config.OnProgress gets one every
// Config.ProgressEvery and one at the end.
type Progress struct {
	Stage   Stage         `json:"stage"`
	At      time.Time     `json:"at"`
	Elapsed time.Duration `json:"elapsed_ns"` // of this run
	Fetched int64         `json:"fetched"`    // addresses ended in this run with a capture that was fetched in it
	Failed  int64         `json:"failed"`     // addresses ended in this run without one
	Retries int64         `json:"retries"`    // fetches of this run that will be tried again
	Bytes   int64         `json:"bytes"`      // body octets of this run, as transferred
	Rate    float64       `json:"rate"`       // ended addresses a second, over the last ten seconds
	Queue   Counts        `json:"queue"`      // of all runs together
	Active  int           `json:"hosts_active"`
	Idle    int           `json:"hosts_waiting"` // hosts with work, waiting for their delay, a retry or office hours
	Down    int           `json:"hosts_down"`    // hosts whose circuit breaker is open
	Left    time.Duration `json:"left_ns"`       // estimate from Rate; 0 when unknown
	// Resumes is when the next request may be made, while nothing is under way
	// because all addresses wait: for a host's rest, another try, or office hours.
	Resumes time.Time `json:"resumes,omitzero"`
	// FailedBefore is how many addresses had failed when this crawl last ended
	// with nothing left: the failures beyond them are of this run and of those
	// that were stopped before it.
	FailedBefore int64            `json:"failed_before"`
	ByReason     map[Reason]int64 `json:"by_reason"` // ended addresses and links not followed, of this run
}

// An Event is one address that ended or was put off, for a log line.
type Event struct {
	At       time.Time     `json:"at"`
	URL      string        `json:"url"`
	Seed     int           `json:"seed_line"`
	Role     Role          `json:"role"`
	Status   int           `json:"status,omitempty"`
	Reason   Reason        `json:"reason"`
	Detail   string        `json:"detail,omitempty"`
	Bytes    int           `json:"bytes"`
	Elapsed  time.Duration `json:"elapsed_ns"`
	Tries    int           `json:"tries"`
	RetryAt  time.Time     `json:"retry_at,omitzero"` // zero when it ended for good
	Referrer string        `json:"referrer,omitempty"`
}

// A Summary is what a run came to.
type Summary struct {
	Progress
	Recovered int64 `json:"recovered"` // captures taken from the sink instead of the network
	Complete  bool  `json:"complete"`  // nothing is left waiting
}
