package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Config says how a crawl behaves. The zero value is polite and safe, and is
// enough for loopback hosts; other hosts need a Contact. Durations of 0 mean the
// default, negative ones mean none.
type Config struct {
	// Product is the robots.txt token and the start of the user agent, "nianbao"
	// when empty: letters, "-" and "_" only (RFC 9309, section 2.2.1).
	Product string
	// Version follows the product in the user agent; "1.0" when empty.
	Version string
	// Contact is a mail address or URL under which the user can be reached. It is
	// part of the user agent and required for other than loopback hosts.
	Contact string

	Workers            int           // fetches at once over all hosts; 64
	ConnectionsPerHost int           // 1
	Delay              time.Duration // least time between a host's answer and the next request to it; 2 s
	MaxDelay           time.Duration // what slow answers and 429/503 can stretch it to; 1 min
	DelayFactor        float64       // the delay is at least this times the answer's time; 1
	MaxCrawlDelay      time.Duration // the longest Crawl-delay of robots.txt that is obeyed; 1 min
	// Hosts that resolve to one address, or stand under one of the domains
	// Platforms, are one server: one request at a time, and at least PlatformDelay
	// between two, under whatever names. 500 ms; negative: each host counts alone.
	// With a SharedQueue the queue sees to it.
	Platforms     []string
	PlatformDelay time.Duration
	OffHours      Window // fetch only within this part of the day; the zero value is the whole day

	Timeouts     Timeouts
	MaxHeader    int64 // octets of an answer's header; 256 KiB
	MaxBody      int64 // octets of a body as transferred; 32 MiB
	MaxDecoded   int64 // octets of a body decompressed; 64 MiB
	BodyMemory   int64 // octets that large bodies may hold in memory together; twice MaxDecoded
	MaxRedirects int   // 10

	Retries      int           // tries after the first; 4. Negative: none
	RetryDelay   time.Duration // before the first retry, doubled for each further one, with jitter; 30 s
	MaxRetry     time.Duration // the longest such delay, and the longest Retry-After that is obeyed as it is; 1 h
	BreakerAfter int           // failures in a row that open a host's circuit breaker; 8. Negative: never
	BreakerPause time.Duration // how long it stays open the first time, doubled each time up to MaxRetry; 5 min
	BreakerTrips int           // openings in a row after which the host's addresses fail; 4

	// AllowPrivate lets connections go to private, loopback and link-local
	// addresses. Loopback seeds and attachment hosts given as IP literals or
	// "localhost" are allowed without it, for themselves only.
	AllowPrivate bool
	// Insecure accepts certificates that do not verify and TLS 1.0 and 1.1, as
	// old government sites have them. The capture cannot be trusted then as
	// another's can.
	Insecure bool
	// NoRobots ignores robots.txt. For one's own hosts.
	NoRobots bool

	Discovery Discovery

	Clock   Clock          // the system's when nil
	Resolve Resolver       // the system's when nil
	Random  func() float64 // jitter, in [0,1); math/rand/v2 when nil

	// Screen looks at a capture that passed the byte-level screening, before it
	// is kept. nil: nothing more is looked at. Called from several goroutines.
	Screen func(ctx context.Context, c *Capture) Verdict
	// Vouch says by what a page of a site shows that the site is that of its
	// seed's region: site is the evidence, or "" with other for whose it seems to
	// be instead, as one sentence; both are "" where the page says nothing. It is
	// asked about home pages and columns until one has vouched. nil: nothing is.
	Vouch func(ctx context.Context, c *Capture) (site, other string)
	// Process gets each capture after the sink has it and before it is
	// acknowledged: after a crash it may get the same capture again, so what it
	// does must be idempotent. An error ends the run. Called from several
	// goroutines.
	Process func(ctx context.Context, c *Capture) error
	// Settle makes what Process did last. It is called, from one goroutine, before
	// captures that were processed are acknowledged, for many of them at once. An
	// error ends the run. nil: what Process did lasts when it returns.
	Settle func(ctx context.Context) error

	// Render fetches a page in a browser where the plain page holds no report
	// and seems to be written by JavaScript; nil: never.
	Render Renderer

	OnProgress    func(Progress) // from one goroutine
	ProgressEvery time.Duration  // 500 ms
	OnEvent       func(Event)    // from one goroutine at a time
	OnLink        func(RefusedLink)
}

// Timeouts limit the phases of a fetch.
type Timeouts struct {
	Resolve time.Duration // DNS; 10 s
	Connect time.Duration // TCP; 15 s
	TLS     time.Duration // handshake; 15 s
	Header  time.Duration // from the request sent to the answer's header; 60 s
	Idle    time.Duration // between two reads of the body; 30 s
	Total   time.Duration // the whole fetch; 10 min
}

// Discovery bounds the search for reports from a seed.
type Discovery struct {
	Budget       int   // pages fetched for one seed; 500. A report seed: 20
	MaxDepth     int   // links from the seed, frames among them; 6: part, column, offices, year, list, report
	MaxListPages int   // pages of one list; 50
	MaxLinks     int   // links looked at on one page; 5000
	Years        []int // years wanted when the seed names none; all when empty
	// OwnOnly leaves out the reports of offices and townships that a government's
	// site lists beside its own, and their columns.
	OwnOnly bool
	// AttachmentHosts may hold the files of any seed, besides its own host: host
	// or host:port.
	AttachmentHosts []string
	// Patterns replaces the built-in words and URL parts when not nil.
	Patterns *Patterns
}

// A Window is a part of the day, in the location's time. From may be later than
// To: 22:00 to 06:00 spans midnight.
type Window struct {
	From, To time.Duration  // since midnight
	Location *time.Location // China Standard Time when nil
}

// A Resolver turns a host name into addresses.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// ErrNoContact says that a host on the open network was to be crawled without a
// contact in the user agent.
var ErrNoContact = errors.New("a contact (mail address or URL) is required for other than loopback hosts")

// MayCrawl tells before anything is opened what Seed would refuse for want of a
// contact, as an ErrNoContact that names the first such address.
func (c Config) MayCrawl(seeds []Seed) error {
	if c.Contact != "" {
		return nil
	}
	refused := func(address string) bool {
		u, err := url.Parse(address)
		return err != nil || !isLoopbackHost(u)
	}
	for _, h := range c.Discovery.AttachmentHosts {
		if refused("http://" + strings.ToLower(h)) {
			return fmt.Errorf("attachment host %s: %w", h, ErrNoContact)
		}
	}
	for _, s := range seeds {
		if address, err := Canonical(s.URL); err != nil {
			return err
		} else if refused(address) {
			return fmt.Errorf("%s: %w", address, ErrNoContact)
		}
	}
	return nil
}

// An OptionError names a Config field with a value that cannot be.
type OptionError struct {
	Field  string
	Reason string
}

func (e *OptionError) Error() string { return fmt.Sprintf("crawler: %s %s", e.Field, e.Reason) }

// UserAgent is the header value sent, e.g. "nianbao/1.0 (+mail@example.org)".
func (c Config) UserAgent() string {
	c = c.withDefaults()
	if c.Contact == "" {
		return c.Product + "/" + c.Version
	}
	return c.Product + "/" + c.Version + " (+" + c.Contact + ")"
}

func orDefault[T int | int64 | float64 | time.Duration](v *T, d T) {
	switch {
	case *v == 0:
		*v = d
	case *v < 0:
		*v = 0
	}
}

func (c Config) withDefaults() Config {
	if c.Product == "" {
		c.Product = "nianbao"
	}
	if c.Version == "" {
		c.Version = "1.0"
	}
	if c.Workers <= 0 {
		c.Workers = 64
	}
	if c.ConnectionsPerHost <= 0 {
		c.ConnectionsPerHost = 1
	}
	orDefault(&c.Delay, 2*time.Second)
	orDefault(&c.MaxDelay, time.Minute)
	orDefault(&c.DelayFactor, 1)
	orDefault(&c.MaxCrawlDelay, time.Minute)
	orDefault(&c.PlatformDelay, 500*time.Millisecond)
	c.MaxDelay = max(c.MaxDelay, c.Delay)
	t := &c.Timeouts
	orDefault(&t.Resolve, 10*time.Second)
	orDefault(&t.Connect, 15*time.Second)
	orDefault(&t.TLS, 15*time.Second)
	orDefault(&t.Header, time.Minute)
	orDefault(&t.Idle, 30*time.Second)
	orDefault(&t.Total, 10*time.Minute)
	// Sizes have no "none": nothing on hostile input is unbounded.
	for _, s := range []struct {
		v *int64
		d int64
	}{{&c.MaxHeader, 256 << 10}, {&c.MaxBody, 32 << 20}, {&c.MaxDecoded, 64 << 20}} {
		if *s.v <= 0 {
			*s.v = s.d
		}
	}
	c.BodyMemory = max(c.BodyMemory, 2*c.MaxDecoded)
	orDefault(&c.MaxRedirects, 10)
	orDefault(&c.Retries, 4)
	orDefault(&c.RetryDelay, 30*time.Second)
	orDefault(&c.MaxRetry, time.Hour)
	orDefault(&c.BreakerAfter, 8)
	orDefault(&c.BreakerPause, 5*time.Minute)
	orDefault(&c.BreakerTrips, 4)
	d := &c.Discovery
	orDefault(&d.Budget, 500)
	orDefault(&d.MaxDepth, 6)
	orDefault(&d.MaxListPages, 50)
	orDefault(&d.MaxLinks, 5000)
	if c.Clock == nil {
		c.Clock = systemClock{}
	}
	orDefault(&c.ProgressEvery, 500*time.Millisecond)
	if c.ProgressEvery == 0 {
		c.ProgressEvery = 500 * time.Millisecond
	}
	return c
}

func (c Config) validate() error {
	const letters = "abcdefghijklmnopqrstuvwxyz" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + "-_"
	if strings.Trim(c.Product, letters) != "" {
		return &OptionError{"Product", fmt.Sprintf("%q has a character that is no letter, - or _", c.Product)}
	}
	control := func(r rune) bool { return r < ' ' || r == 0x7f }
	for _, s := range []struct{ field, value string }{{"Contact", c.Contact}, {"Version", c.Version}} {
		if strings.ContainsFunc(s.value, control) {
			return &OptionError{s.field, "has a control character"}
		}
	}
	if c.OffHours.From < 0 || c.OffHours.To < 0 || c.OffHours.From > 24*time.Hour || c.OffHours.To > 24*time.Hour {
		return &OptionError{"OffHours", "is not within a day"}
	}
	return nil
}

// isLoopbackHost reports whether a URL names this machine by literal address or
// as localhost, which needs no contact and no DNS.
func isLoopbackHost(u *url.URL) bool {
	h := u.Hostname()
	if h == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(h)
	return err == nil && a.Unmap().IsLoopback()
}
