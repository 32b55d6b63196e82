package crawler

import (
	"context"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// A platform is a server under several names, as far as can be told: hosts that
// resolve to one address, or stand under one of Config.Platforms. It is asked one
// request at a time, with a pause between two, whatever the names.
type platform struct {
	gate

	mu    sync.Mutex
	hosts int
}

// several reports whether it is more than one host, so that its pause counts
// besides the host's own.
func (p *platform) several() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.hosts > 1
}

// enter waits until the platform may be asked. Every enter that succeeds needs a
// leave.
func (p *platform) enter(ctx context.Context, clock Clock, connections int) error {
	if p.several() {
		return p.acquire(ctx, clock, 1)
	}
	return p.acquireBusy(ctx, clock, connections)
}

func (p *platform) leave(now time.Time, pause time.Duration) { p.release(now, pause) }

// platforms are those of one run.
type platforms struct {
	mu sync.Mutex
	by map[string]*platform // by domain or address
}

// join is the platform of a name, with one host more.
func (s *platforms) join(name string) *platform {
	s.mu.Lock()
	p := s.by[name]
	if p == nil {
		if s.by == nil {
			s.by = map[string]*platform{}
		}
		p = newPlatform()
		s.by[name] = p
	}
	s.mu.Unlock()
	p.mu.Lock()
	p.hosts++
	p.mu.Unlock()
	return p
}

func newPlatform() *platform { return &platform{gate: newGate()} }

// platformOf is the platform that a host belongs to, looked up when it is asked
// for first. A SharedQueue sees to platforms itself. An error is a fetch's: the
// host has no address.
func (c *Crawler) platformOf(ctx context.Context, h *host) (*platform, error) {
	h.platformMu.Lock()
	defer h.platformMu.Unlock()
	if p := h.platform.Load(); p != nil {
		return p, nil
	}
	name, err := c.platformName(ctx, h.name)
	if err != nil {
		return nil, classify(ctx, err)
	}
	p := newPlatform()
	if name != "" {
		p = c.platforms.join(name)
	}
	h.platform.Store(p)
	return p, nil
}

// platformName is the domain or the address by which a host's platform is known:
// its first address in their order. It is "" where the host counts alone, as this
// machine does by its own names: each port has another server.
func (c *Crawler) platformName(ctx context.Context, name string) (string, error) {
	u := &url.URL{Host: name}
	if c.shared != nil || c.cfg.PlatformDelay == 0 || isLoopbackHost(u) {
		return "", nil
	}
	host := u.Hostname()
	for _, domain := range c.cfg.Platforms {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return domain, nil
		}
	}
	if a, err := netip.ParseAddr(host); err == nil {
		return a.Unmap().WithZone("").String(), nil
	}
	all, err := c.fetcher.guard.resolve(ctx, host)
	if err != nil {
		return "", err
	}
	for i := range all {
		all[i] = all[i].Unmap().WithZone("")
	}
	return slices.MinFunc(all, netip.Addr.Compare).String(), nil
}

// parking holds back hosts whose platform is being asked under another name, so
// that they take no worker. The dispatcher's goroutine owns it.
type parking map[*platform]*struct {
	flight int
	parked []*hostWork
}

// enter reports whether a host's platform is free, and counts a request to it; a
// host of a busy one is parked.
func (s parking) enter(w *hostWork) (p *platform, free bool) {
	if p = w.host.platform.Load(); p == nil || !p.several() {
		return nil, true
	}
	at := s[p]
	if at == nil {
		at = &struct {
			flight int
			parked []*hostWork
		}{}
		s[p] = at
	}
	if at.flight > 0 {
		at.parked = append(at.parked, w)
		w.parked = true
		return nil, false
	}
	at.flight++
	return p, true
}

// leave counts a request less, and answers the host that waits longest.
func (s parking) leave(p *platform) *hostWork {
	at := s[p]
	if at.flight--; at.flight > 0 || len(at.parked) == 0 {
		if at.flight == 0 {
			delete(s, p)
		}
		return nil
	}
	w := at.parked[0]
	at.parked = at.parked[1:]
	w.parked = false
	return w
}

func (s parking) count() (n int) {
	for _, at := range s {
		n += len(at.parked)
	}
	return n
}
