package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// robotsTime is how long a robots.txt is held (RFC 9309, section 2.4).
const robotsTime = 24 * time.Hour

// hold keeps a robots.txt for addresses of a scheme; under the host's robotsMu.
func (h *host) hold(scheme string, r heldRobots) {
	h.robots[scheme] = r
	if r.err != nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.crawlDelay = 0
	for _, held := range h.robots {
		if held.rules != nil {
			h.crawlDelay = max(h.crawlDelay, held.rules.delay)
		}
	}
}

// robotsOf is the robots.txt that an address is under, fetched when it is not
// known or old.
func (c *Crawler) robotsOf(ctx context.Context, h *host, u *url.URL) (*robots, error) {
	h.robotsMu.Lock()
	defer h.robotsMu.Unlock()
	now := c.cfg.Clock.Now()
	if held := h.robots[u.Scheme]; now.Before(held.till) {
		if held.err != nil {
			// The host was counted as failing when this was found out.
			e := *held.err
			e.host = false
			return nil, &e
		}
		return held.rules, nil
	}
	held, err := c.robotsFrom(ctx, h, &url.URL{Scheme: u.Scheme, Host: u.Host, Path: robotsName})
	now = c.cfg.Clock.Now()
	var fe *fetchError
	switch {
	case err == nil:
		h.hold(u.Scheme, held)
		if held.asked { // the delay counts from the robots.txt already
			h.rest(now.Add(min(held.rules.delay, c.cfg.MaxCrawlDelay)))
		}
	case errors.As(err, &fe) && !fe.ours:
		h.hold(u.Scheme, heldRobots{err: fe, till: now.Add(c.cfg.RetryDelay)})
	}
	return held.rules, err
}

// robotsFrom is a robots.txt as some crawler that shares the queue fetched it,
// or else as the host answers; with the host's robotsMu held.
func (c *Crawler) robotsFrom(ctx context.Context, h *host, u *url.URL) (heldRobots, error) {
	held, ok, err := c.loadRobots(ctx, u)
	if err != nil || ok {
		return held, err
	}
	rules, body, err := c.fetchRobots(ctx, h, u)
	if err != nil {
		return heldRobots{}, err
	}
	held = heldRobots{rules: rules, body: body, till: c.cfg.Clock.Now().Add(robotsTime), asked: true}
	return held, c.storeRobots(ctx, u, held)
}

// loadRobots is a robots.txt that some crawler stored which shares the queue.
func (c *Crawler) loadRobots(ctx context.Context, u *url.URL) (held heldRobots, ok bool, err error) {
	if c.shared == nil {
		return held, false, nil
	}
	f, ok, err := c.shared.LoadRobots(ctx, originOf(u))
	if err != nil || !ok {
		return held, false, err
	}
	return heldRobots{rules: parseRobots(f.Body, c.cfg.Product), body: f.Body, till: f.Till}, true, nil
}

func (c *Crawler) storeRobots(ctx context.Context, u *url.URL, held heldRobots) error {
	if c.shared == nil {
		return nil
	}
	return c.shared.StoreRobots(ctx, originOf(u), RobotsFile{Body: held.body, Delay: min(held.rules.delay, c.cfg.MaxCrawlDelay), Till: held.till})
}

func originOf(u *url.URL) string { return u.Scheme + "://" + u.Host }

// robotsName is the path of every robots.txt.
const robotsName = "/robots.txt"

// fetchRobots answers the rules of a robots.txt and the file they are from, nil
// when it is not there. Redirects are followed, five at least and to other hosts
// too; the rules are for the host that was asked first (RFC 9309, section 2.3.1.2).
// Where they lead to another's robots.txt it is asked for once for both. Where
// they lead to another's home page the whole site has moved and has no rules of
// its own: that page is not asked for before its own host's robots.txt is.
func (c *Crawler) fetchRobots(ctx context.Context, asking *host, first *url.URL) (*robots, []byte, error) {
	h, u := asking, first
	for range 6 {
		foreign := originOf(u) != originOf(first) && u.Path == robotsName && u.RawQuery == ""
		if foreign {
			held, ok, err := c.robotsHeldBy(ctx, asking, h, u)
			if err != nil || ok {
				return held.rules, held.body, err
			}
		}
		a, err := c.ask(ctx, h, u, Request{}, maxRobots, true)
		if err != nil {
			return nil, nil, err
		}
		if c.shared != nil && h != asking {
			// Nobody else knows that it was asked; its pause is waited for here.
			if err := sleep(ctx, c.cfg.Clock, h.ready().Sub(c.cfg.Clock.Now())); err != nil {
				return nil, nil, err
			}
		}
		if a.status/100 == 3 {
			to, err := resolve(u, a.header.Get("Location"))
			if err != nil || to.Host != u.Host && isHome(to) {
				return &robots{}, nil, nil
			}
			u, h = to, c.hosts.get(to.Host)
			continue
		}
		rules, body, err := c.readRobots(h, a)
		if err == nil && foreign {
			err = c.keepRobots(ctx, asking, h, u, heldRobots{rules: rules, body: body, till: c.cfg.Clock.Now().Add(robotsTime)})
		}
		return rules, body, err
	}
	return &robots{}, nil, nil
}

// readRobots are the rules that an answer gives, which is no redirect.
func (c *Crawler) readRobots(h *host, a *answer) (*robots, []byte, error) {
	switch {
	case a.status/100 == 2:
		body := a.body
		if e := a.header.Get("Content-Encoding"); e != "" {
			var err error
			if body, err = decodeRobots(e, body); err != nil {
				return nil, nil, &fetchError{reason: RobotsUnreachable, detail: err.Error(), retry: true}
			}
		}
		rules := parseRobots(body, c.cfg.Product)
		if c.shared == nil {
			body = nil // nobody else reads it
		}
		return rules, body, nil
	case a.status >= 500:
		if a.status == http.StatusServiceUnavailable {
			if wait := min(retryAfter(a.header, c.cfg.Clock.Now()), c.cfg.MaxRetry); wait > 0 {
				h.rest(c.cfg.Clock.Now().Add(wait))
			}
		}
		return nil, nil, &fetchError{reason: RobotsUnreachable, detail: fmt.Sprintf("robots.txt answers with status %d", a.status), retry: true, host: true}
	case a.status == http.StatusTooManyRequests:
		h.refused(c.cfg.Delay, c.cfg.MaxDelay)
	}
	return &robots{}, nil, nil // 4xx: there are no rules
}

// robotsHeldBy is the robots.txt of another origin as it is known here, or to
// others that share the queue. Two hosts that redirect to each other must not
// wait for each other: what another asks for just now is not known.
func (c *Crawler) robotsHeldBy(ctx context.Context, asking, h *host, u *url.URL) (heldRobots, bool, error) {
	if h == asking || h.robotsMu.TryLock() {
		held := h.robots[u.Scheme]
		if h != asking {
			h.robotsMu.Unlock()
		}
		if held.rules != nil && c.cfg.Clock.Now().Before(held.till) {
			return held, true, nil
		}
	}
	return c.loadRobots(ctx, u)
}

// keepRobots keeps the robots.txt of another origin for when that is asked.
func (c *Crawler) keepRobots(ctx context.Context, asking, h *host, u *url.URL, held heldRobots) error {
	if h == asking || h.robotsMu.TryLock() {
		h.hold(u.Scheme, held)
		if h != asking {
			h.robotsMu.Unlock()
		}
	}
	h.rest(c.cfg.Clock.Now().Add(min(held.rules.delay, c.cfg.MaxCrawlDelay)))
	return c.storeRobots(ctx, u, held)
}
