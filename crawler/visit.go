package crawler

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/net/publicsuffix"

	"nianbao/crawler/archive"
	"nianbao/crawler/sites"
)

// An outcome is what a visit came to: ended, or put off until retryAt.
type outcome struct {
	request  Request
	reason   Reason
	detail   string
	status   int
	failed   bool
	retryAt  time.Time // zero: ended
	links    []Request
	refused  []RefusedLink
	products [][]byte
	kept     bool // the sink has a capture, at where
	where    archive.Location
	// recovered: the sink had it before this run
	recovered bool
	bytes     int
	elapsed   time.Duration
}

// errNotYet says that a request must wait for its host, and that the one who
// would make it need not.
var errNotYet = errors.New("the host rests")

// visit fetches one address and decides what becomes of it. An error other than
// errNotYet and ErrHostLost means that the run cannot go on: its context ended,
// or the sink or Process failed.
func (c *Crawler) visit(ctx context.Context, r Request) (outcome, error) {
	if c.shared == nil {
		return c.visitHeld(ctx, r)
	}
	held, cancel, err := c.shared.Hold(ctx, r)
	if err != nil {
		return outcome{request: r}, err
	}
	defer cancel()
	out, err := c.visitHeld(held, r)
	if err != nil && ctx.Err() == nil && held.Err() != nil {
		err = ErrHostLost
	}
	return out, err
}

// visitHeld is visit of a host that this crawler alone asks until ctx ends.
func (c *Crawler) visitHeld(ctx context.Context, r Request) (outcome, error) {
	h := c.hosts.get(hostOf(r.URL))
	now := c.cfg.Clock.Now()
	if till, open, dead := h.breaker(now); dead {
		return outcome{request: r, reason: HostDown, detail: "the host failed too often and was given up for this run", failed: true}, nil
	} else if open {
		return outcome{request: r, reason: HostDown, detail: "waiting for the host to come back", retryAt: till}, nil
	}
	if h.platform.Load() == nil {
		p, err := c.platformOf(ctx, h)
		if err != nil {
			return c.afterError(ctx, h, r, err)
		}
		if p.several() {
			return outcome{request: r}, errNotYet // it may be asked under another name just now
		}
	}
	u, err := url.Parse(r.URL)
	if err != nil {
		return outcome{request: r, reason: LinkScheme, detail: err.Error(), failed: true}, nil
	}
	if !c.cfg.NoRobots {
		rules, err := c.robotsOf(ctx, h, u)
		if err != nil {
			return c.afterError(ctx, h, r, err)
		}
		if !rules.allows(u.RequestURI()) {
			return outcome{request: r, reason: RobotsDisallowed, detail: "robots.txt forbids it", failed: true}, nil
		}
		if h.ready().After(c.cfg.Clock.Now()) {
			return outcome{request: r}, errNotYet // it rests after its robots.txt; meanwhile others may be asked
		}
	}
	a, err := c.exchange(ctx, h, u, r)
	if err != nil {
		return c.afterError(ctx, h, r, err)
	}
	out, err := c.evaluate(ctx, h, u, r, a)
	out.bytes, out.elapsed = len(a.raw), a.elapsed
	if out.status == 0 {
		out.status = a.status
	}
	return out, err
}

// exchange asks for a page under the host's manners. A redirect to the very same
// address, as a cookie check makes it, is followed here.
func (c *Crawler) exchange(ctx context.Context, h *host, u *url.URL, r Request) (*answer, error) {
	for range max(c.cfg.MaxRedirects, 1) {
		a, err := c.ask(ctx, h, u, r, c.cfg.MaxBody, false)
		if err != nil {
			return nil, err
		}
		if a.status/100 != 3 || a.status == http.StatusNotModified {
			return a, nil
		}
		if to, err := resolve(u, a.header.Get("Location")); err != nil || to.String() != r.URL || a.header.Get("Set-Cookie") == "" {
			return a, nil
		}
	}
	return nil, &fetchError{reason: RedirectLoop, detail: "it redirects to itself, cookies or not"}
}

// ask sends one request when the host may be asked.
func (c *Crawler) ask(ctx context.Context, h *host, u *url.URL, r Request, limit int64, cut bool) (*answer, error) {
	return c.send(ctx, h, u, func(header http.Header) exchangeRequest {
		if r.Referrer != "" {
			header.Set("Referer", r.Referrer)
		}
		if r.Earlier.ETag != "" {
			header.Set("If-None-Match", r.Earlier.ETag)
		}
		if r.Earlier.LastModified != "" {
			header.Set("If-Modified-Since", r.Earlier.LastModified)
		}
		q := exchangeRequest{header: header, limit: limit, cut: cut}
		if r.Form != "" {
			header.Set("Content-Type", "application/x-www-form-urlencoded")
			header.Set("X-Requested-With", "XMLHttpRequest")
			q.method, q.body = http.MethodPost, []byte(r.Form)
		}
		return q
	})
}

// send waits until the host may be asked, asks, and lets it rest.
func (c *Crawler) send(ctx context.Context, h *host, u *url.URL, request func(http.Header) exchangeRequest) (*answer, error) {
	p, err := c.platformOf(ctx, h)
	if err != nil {
		return nil, err
	}
	if err := h.acquire(ctx, c.cfg.Clock, c.cfg.ConnectionsPerHost); err != nil {
		return nil, err
	}
	if err := p.enter(ctx, c.cfg.Clock, c.cfg.ConnectionsPerHost); err != nil {
		h.release(c.cfg.Clock.Now(), 0)
		return nil, err
	}
	if err := ctx.Err(); err != nil { // the host was lost during the wait
		p.leave(c.cfg.Clock.Now(), 0)
		h.release(c.cfg.Clock.Now(), 0)
		return nil, err
	}
	q := request(c.requestHeader(h, u))
	start := c.cfg.Clock.Now()
	a, err := c.fetcher.do(ctx, u, q, func(ctx context.Context) error {
		return sleep(ctx, c.cfg.Clock, c.delay(h, c.cfg.Clock.Now().Sub(start)))
	})
	now := c.cfg.Clock.Now()
	if err == nil {
		h.mu.Lock()
		h.cookies.learn(a.header, now)
		h.mu.Unlock()
	}
	p.leave(now, c.cfg.PlatformDelay)
	h.done(now, c.delay(h, now.Sub(start)))
	return a, err
}

// delay is how long a host rests after an answer that took elapsed.
func (c *Crawler) delay(h *host, elapsed time.Duration) time.Duration {
	d := max(c.cfg.Delay, min(time.Duration(c.cfg.DelayFactor*float64(elapsed)), c.cfg.MaxDelay))
	h.mu.Lock()
	defer h.mu.Unlock()
	return max(d, min(h.crawlDelay, c.cfg.MaxCrawlDelay))
}

// requestHeader is what every request says.
func (c *Crawler) requestHeader(h *host, u *url.URL) http.Header {
	header := http.Header{
		"User-Agent":      {c.userAgent},
		"Accept":          {"text/html,application/xhtml+xml,application/pdf,application/msword,*/*;q=0.8"},
		"Accept-Language": {"zh-CN,zh;q=0.9"},
		"Accept-Encoding": {"gzip, br, zstd"},
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if k := h.cookies.header(u.Scheme == "https", c.cfg.Clock.Now()); k != "" {
		header.Set("Cookie", k)
	}
	return header
}

// afterError decides between another try and giving up.
func (c *Crawler) afterError(ctx context.Context, h *host, r Request, err error) (outcome, error) {
	var fe *fetchError
	if ctx.Err() != nil || !errors.As(err, &fe) {
		return outcome{request: r}, err
	}
	now := c.cfg.Clock.Now()
	if fe.ours {
		c.fetcher.close() // what other hosts keep open for later
		return outcome{request: r, reason: fe.reason, detail: fe.detail, retryAt: now.Add(time.Duration((0.5 + c.random()) * float64(handlePause)))}, nil
	}
	if fe.host {
		h.failed(now, c.cfg.BreakerAfter, c.cfg.BreakerTrips, c.cfg.BreakerPause, c.cfg.MaxRetry)
	}
	if !fe.retry {
		return outcome{request: r, reason: fe.reason, detail: fe.detail, failed: true}, nil
	}
	return c.later(r, fe.reason, fe.detail, 0), nil
}

// handlePause is how long a request waits for a file handle of this machine.
const handlePause = time.Second

// later puts a request off with backoff, at least by wait, or ends it when it
// has run out of tries.
func (c *Crawler) later(r Request, reason Reason, detail string, wait time.Duration) outcome {
	if r.Tries >= c.cfg.Retries {
		return outcome{request: r, reason: reason, detail: detail, failed: true}
	}
	b := backoff.ExponentialBackOff{InitialInterval: c.cfg.RetryDelay, RandomizationFactor: 0, Multiplier: 2, MaxInterval: c.cfg.MaxRetry}
	d := b.NextBackOff()
	for range r.Tries {
		d = b.NextBackOff()
	}
	// Half to one and a half of it, so that what failed together does not come
	// back together.
	d = max(time.Duration((0.5+c.random())*float64(d)), wait)
	r.Tries++
	return outcome{request: r, reason: reason, detail: detail, retryAt: c.cfg.Clock.Now().Add(d)}
}

func (c *Crawler) random() float64 {
	if c.cfg.Random != nil {
		return c.cfg.Random()
	}
	return rand.Float64()
}

// evaluate decides by status and content what an answer is.
func (c *Crawler) evaluate(ctx context.Context, h *host, u *url.URL, r Request, a *answer) (outcome, error) {
	switch {
	case a.status == http.StatusNotModified && r.Earlier != (Earlier{}):
		h.succeeded()
		return c.keep(ctx, newCapture(r, a), Verdict{})
	case a.status/100 == 3:
		h.succeeded()
		return c.redirect(u, r, a), nil
	case a.status/100 != 2:
		return c.refused(h, r, a), nil
	}
	h.succeeded()
	p := newCapture(r, a)
	if a.untold && endsEarly(a.body) {
		if r.Tries < min(c.cfg.Retries, triesOfUntold) {
			return c.later(r, Truncated, "the connection closed before the page was whole", 0), nil
		}
		p.Detail = "the page may be cut off: nothing says where it ends, and it has no end of its own"
	}
	v := p.screen(c.cfg.Discovery.MaxLinks)
	if v.Retry && r.Tries < c.cfg.Retries {
		h.refused(c.cfg.Delay, c.cfg.MaxDelay)
		return c.later(r, v.Reason, v.Detail, 0), nil
	}
	return c.keep(ctx, p, v)
}

// refused decides by the status of an answer that gives no page whether to ask again.
func (c *Crawler) refused(h *host, r Request, a *answer) outcome {
	cfg := c.cfg
	reason := StatusReason(a.status)
	switch {
	case a.status == http.StatusTooManyRequests || a.status == http.StatusServiceUnavailable:
		h.refused(cfg.Delay, cfg.MaxDelay)
		wait := min(retryAfter(a.header, cfg.Clock.Now()), cfg.MaxRetry)
		if wait > 0 {
			h.rest(cfg.Clock.Now().Add(wait))
		} else {
			h.failed(cfg.Clock.Now(), cfg.BreakerAfter, cfg.BreakerTrips, cfg.BreakerPause, cfg.MaxRetry)
		}
		return c.later(r, reason, "", wait)
	case a.status == http.StatusPreconditionFailed || a.status == 521:
		// The statuses under which the firewalls most common in China serve
		// their script challenge.
		h.refused(cfg.Delay, cfg.MaxDelay)
		return c.later(r, Challenge, fmt.Sprintf("status %d", a.status), 0)
	case a.status == http.StatusRequestTimeout || a.status == http.StatusTooEarly || a.status >= 500 && a.status != http.StatusNotImplemented:
		h.failed(cfg.Clock.Now(), cfg.BreakerAfter, cfg.BreakerTrips, cfg.BreakerPause, cfg.MaxRetry)
		return c.later(r, reason, "", 0)
	}
	h.succeeded()
	if v := (&Capture{Header: a.header, Body: a.body}).screen(cfg.Discovery.MaxLinks); v.Reason == Challenge {
		return c.later(r, v.Reason, v.Detail, 0)
	}
	return outcome{request: r, reason: reason, failed: true}
}

// triesOfUntold is how often a page that seems cut off is asked for again: some
// pages have no end tags however often they are asked for.
const triesOfUntold = 2

// endsEarly reports whether a body lacks what the kind of file it is ends with.
func endsEarly(body []byte) bool {
	tail := bytes.ToLower(body[max(0, len(body)-endReach):])
	switch head := bytes.ToLower(body[:min(len(body), 1024)]); {
	case bytes.HasPrefix(head, []byte("%pdf-")):
		return !bytes.Contains(tail, []byte("%%eof"))
	case bytes.HasPrefix(head, []byte("pk\x03\x04")):
		return !bytes.Contains(tail, []byte("pk\x05\x06"))
	case bytes.Contains(head, []byte("<html")), bytes.Contains(head, []byte("<!doctype html")):
		return !bytes.Contains(tail, []byte("</html")) && !bytes.Contains(tail, []byte("</body"))
	}
	return false
}

// endReach is how far from the end of a file its end mark may stand.
const endReach = 66 << 10

func newCapture(r Request, a *answer) *Capture {
	p := &Capture{
		URL: r.URL, Time: a.sent.UTC(), Status: a.status, Proto: a.proto, Header: a.header, Body: a.body,
		RequestHeader: a.request, Remote: a.remote, Elapsed: a.elapsed, Request: r, Reason: Fetched,
	}
	if len(a.raw) != len(a.body) || len(a.raw) > 0 && &a.raw[0] != &a.body[0] {
		p.Raw = a.raw
	}
	return p
}

// keep screens a capture further and hands it on. An answer that the page is as it
// was has nothing to screen.
func (c *Crawler) keep(ctx context.Context, p *Capture, v Verdict) (outcome, error) {
	r := p.Request
	if p.Status == http.StatusNotModified {
		p.Unchanged, p.Reason, p.Digest, p.Body = true, Unchanged, r.Earlier.Digest, nil
		return c.handOn(ctx, p)
	}
	p.sum()
	if v.Reason == "" && c.cfg.Screen != nil {
		v = c.cfg.Screen(ctx, p)
		if v.Retry && r.Tries < c.cfg.Retries {
			return c.later(r, v.Reason, v.Detail, 0), nil
		}
	}
	note := "" // on rendering
	if c.wantsRender(p, v) {
		var err error
		if note, err = c.rendered(ctx, p); err != nil {
			return outcome{request: r}, err
		}
		if p.Rendered {
			p.sum()
			if v = p.screen(c.cfg.Discovery.MaxLinks); v.Reason == "" && c.cfg.Screen != nil {
				v = c.cfg.Screen(ctx, p)
			}
		}
	}
	if v = c.screenPlace(ctx, p, v); v.Reason != "" {
		p.Reason, p.Detail = v.Reason, v.Detail
	}
	if note != "" {
		p.Detail = strings.TrimPrefix(p.Detail+"; "+note, "; ")
	}
	return c.handOn(ctx, p)
}

// screenPlace adds to a verdict on a page what the place says that it stands in: a
// list where a report should be, a host, a site.
func (c *Crawler) screenPlace(ctx context.Context, p *Capture, v Verdict) Verdict {
	if (v.Reason == NotAReport || v.Reason == "" && v.Doubt) && c.isList(p, v.Doubt) {
		v = Verdict{Reason: ListPage, Detail: "a list of reports where a report should be"}
	}
	if v.Reason == "" {
		v = p.screenHost()
	}
	if v.Reason == "" || v.Reason == UnofficialHost {
		if w := c.lookAtSite(ctx, p); w.Reason != "" {
			return w
		}
	}
	return v
}

// handOn gives a capture to the sink, and then to what processes it.
func (c *Crawler) handOn(ctx context.Context, p *Capture) (outcome, error) {
	if err := c.sink.Capture(ctx, p); err != nil {
		return outcome{request: p.Request}, err
	}
	return c.digest(ctx, p)
}

// lookAtSite asks whose site a home page or column is on, and whether there is
// anything on it to follow.
func (c *Crawler) lookAtSite(ctx context.Context, p *Capture) Verdict {
	r := &p.Request
	if r.Role != RoleSite && r.Role != RoleList {
		return Verdict{}
	}
	other := ""
	if c.cfg.Vouch != nil && r.Site == "" && r.Seed.RegionCode != "" {
		r.Site, other = c.cfg.Vouch(ctx, p)
	}
	switch {
	case other != "" && r.Site == "" && r.Depth == 0 && r.Role == RoleSite:
		return Verdict{Reason: SiteMismatch, Detail: other}
	case p.page != nil && p.page.short && p.page.active && len(c.cfg.Discovery.discover(p, r.Role, c.patterns).follow) == 0:
		return Verdict{Reason: ScriptOnly, Detail: "scripts write the page, and no rule for its content system is known"}
	}
	return Verdict{}
}

// sum computes a capture's digest and compares it with the earlier one.
func (p *Capture) sum() {
	sum := sha256.Sum256(p.Body)
	p.Digest = "sha256:" + hex.EncodeToString(sum[:])
	if p.Unchanged = p.Digest == p.Request.Earlier.Digest; p.Unchanged {
		p.Reason = Unchanged
	} else {
		p.Reason = Fetched
	}
}

// isList reports whether a page that should be a report lists reports instead.
// One that may be a report all the same, by doubt, has to list two, unless the
// link to it was no report's title, as that of a year's own column; one that is
// none is the list of a single year, or one whose rows come by a script.
func (c *Crawler) isList(p *Capture, doubt bool) bool {
	if p.Request.Role != RoleReport {
		return false
	}
	if !doubt && len(sites.Links(p.URL, p.Body)) > 0 {
		return true
	}
	if u, err := url.Parse(p.URL); err == nil && p.Request.Text != "" && c.patterns.classify(p.Request.Text, u).report < reportScore {
		doubt = false
	}
	reports, files := 0, 0
	for _, l := range c.cfg.Discovery.discover(p, RoleList, c.patterns).follow {
		switch l.Role {
		case RoleReport:
			reports++
		case RoleAttachment:
			files++
		}
	}
	return reports+files >= 2 || !doubt && reports == 1 && files == 0
}

// digest processes a capture that the sink has, fetched now or recovered.
func (c *Crawler) digest(ctx context.Context, p *Capture) (outcome, error) {
	r := p.Request
	if c.cfg.Process != nil {
		if err := c.cfg.Process(ctx, p); err != nil {
			return outcome{request: r}, fmt.Errorf("processing %s: %w", p.URL, err)
		}
	}
	out := outcome{request: r, reason: p.Reason, detail: p.Detail, status: p.Status, kept: true, where: p.Where, recovered: p.Recovered, products: p.Products}
	switch p.Reason {
	case Challenge, SoftNotFound, LoginWall, EmptyBody:
		out.failed = true
		out.request.Earlier = Earlier{Time: p.Time}
		return out, nil
	}
	if p.Status != http.StatusNotModified {
		out.request.Earlier = Earlier{
			ETag: p.Header.Get("ETag"), LastModified: p.Header.Get("Last-Modified"), Digest: p.Digest, Time: p.Time, Record: p.Record,
		}
		if p.Unchanged && r.Earlier.Record != "" {
			out.request.Earlier.Time, out.request.Earlier.Record = r.Earlier.Time, r.Earlier.Record
		}
		role := r.Role
		if p.Reason == ListPage && role == RoleReport {
			role = RoleList
		}
		found := c.cfg.Discovery.discover(p, role, c.patterns)
		out.links, out.refused = found.follow, found.refused
	}
	return out, nil
}

// redirect makes the request a redirect leads to.
func (c *Crawler) redirect(u *url.URL, r Request, a *answer) outcome {
	out := outcome{request: r, reason: Redirected, status: a.status}
	fail := func(reason Reason, detail string) outcome {
		out.reason, out.detail, out.failed = reason, detail, true
		return out
	}
	location := a.header.Get("Location")
	to, err := resolve(u, location)
	if location == "" || err != nil {
		return fail(RedirectBad, fmt.Sprintf("status %d with the Location %q", a.status, clip(location, 200)))
	}
	s := to.String()
	if len(s) > MaxURL {
		return fail(LinkTooLong, "the Location is too long")
	}
	hops := append(slices.Clone(r.Hops), Hop{URL: r.URL, Status: a.status})
	if len(hops) > c.cfg.MaxRedirects {
		return fail(RedirectLimit, fmt.Sprintf("more than %d redirects, the last to %s", c.cfg.MaxRedirects, s))
	}
	if slices.ContainsFunc(hops, func(h Hop) bool { return h.URL == s }) {
		return fail(RedirectLoop, "it redirects back to "+s)
	}
	if !redirectInScope(r, u, to) {
		return fail(RedirectScope, "it redirects to "+s)
	}
	if (r.Role == RoleReport || r.Role == RoleAttachment) && isHome(to) && !isHome(u) {
		return fail(SoftNotFound, "it redirects to the home page")
	}
	out.detail = "to " + s
	if r.Depth == 0 && r.Role == RoleSite && !sameSite(u.Hostname(), to.Hostname()) {
		out.reason = SiteMoved
	}
	next := r
	next.ID, next.URL, next.Tries, next.Hops, next.Priority, next.Earlier = 0, s, 0, hops, prioHop, Earlier{}
	out.links = []Request{next}
	return out
}

func isHome(u *url.URL) bool {
	p := strings.ToLower(u.Path)
	return u.RawQuery == "" && (p == "/" || strings.HasPrefix(p, "/index.") || strings.HasPrefix(p, "/default."))
}

// redirectInScope: the same host or registrable domain, and for a seed's own
// address any government's host, because counties move to other domains.
func redirectInScope(r Request, from, to *url.URL) bool {
	if bareHost(to.Host) == bareHost(from.Host) || bareHost(to.Host) == bareHost(r.Seed.host()) {
		return true
	}
	if sameSite(from.Hostname(), to.Hostname()) {
		return true
	}
	return r.Depth == 0 && sameWorld(from, to)
}

// sameSite reports whether two host names are under one registered domain.
func sameSite(a, b string) bool {
	x, errX := publicsuffix.EffectiveTLDPlusOne(a)
	y, errY := publicsuffix.EffectiveTLDPlusOne(b)
	return errX == nil && errY == nil && x == y
}

func isGovernment(u *url.URL) bool { return strings.HasSuffix(u.Hostname(), ".gov.cn") }

// sameWorld reports whether two addresses are both of governments, or both of
// this machine, where a user tries things out.
func sameWorld(a, b *url.URL) bool {
	return isGovernment(a) && isGovernment(b) || isLoopbackHost(a) && isLoopbackHost(b)
}

// retryAfter is the wait a server asks for (RFC 9110, section 10.2.3); 0: none.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0
	}
	if n, err := strconv.Atoi(v); err == nil {
		return time.Duration(max(0, min(n, 1<<30))) * time.Second
	}
	if t, err := http.ParseTime(v); err == nil {
		return max(0, t.Sub(now))
	}
	return 0
}
