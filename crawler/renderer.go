package crawler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
)

// A Renderer runs a page's scripts in a browser and answers with the document
// they made, as HTML in UTF-8. It has no network but RenderJob.Fetch. The error is
// a *RenderedElsewhere where the scripts led to another page; what a browser
// shows instead of a page is an error too, and never a document.
type Renderer interface {
	Render(ctx context.Context, job RenderJob) (html []byte, err error)
}

// A RenderJob is a page to render.
type RenderJob struct {
	URL       string
	UserAgent string
	// Fetch asks for what the page needs, under the crawler's manners: it waits
	// for the host's delay, obeys robots.txt and refuses what the crawler refuses.
	Fetch func(ctx context.Context, r RenderRequest) (RenderAnswer, error)
}

// A RenderRequest is one request of a page's.
type RenderRequest struct {
	Method string // GET or POST
	URL    string
	Header http.Header
	Body   []byte
}

// RenderedElsewhere says that a page's scripts lead to the page at another address.
type RenderedElsewhere struct{ URL string }

func (e *RenderedElsewhere) Error() string { return "its scripts lead to " + e.URL }

// A RenderAnswer is what came of it; Body is decompressed.
type RenderAnswer struct {
	Status int
	Header http.Header
	Body   []byte
}

// errRenderRefused says that a page's script asked for something it does not get.
var errRenderRefused = errors.New("refused to the page's scripts")

// wantsRender reports whether a page holds nothing of what was looked for and has
// scripts that may bring it.
func (c *Crawler) wantsRender(p *Capture, v Verdict) bool {
	if c.cfg.Render == nil || !isHTML(p.Header.Get("Content-Type"), p.Body) || indexFold(p.Body, "<script") < 0 {
		return false
	}
	switch v.Reason {
	case "", EmptyBody, NotAReport, ListPage:
	default:
		return false
	}
	for _, l := range c.cfg.Discovery.discover(p, p.Request.Role, c.patterns).follow {
		// A menu's links to other columns say nothing of a column's own rows.
		if p.Request.Role != RoleList || l.Role != RoleList || l.Page > p.Request.Page {
			return false
		}
	}
	return p.Request.Role == RoleList || p.Request.Role == RoleSite || v.Reason != "" || p.page.short
}

// rendered replaces a capture's body by what the browser makes of it; the body
// as it was transferred stays in Raw. A page that cannot be rendered stays as it
// is, and one whose scripts lead elsewhere leads there. The note says in one
// sentence what went wrong.
func (c *Crawler) rendered(ctx context.Context, p *Capture) (note string, err error) {
	var mu sync.Mutex
	html, err := c.cfg.Render.Render(ctx, RenderJob{URL: p.URL, UserAgent: c.userAgent, Fetch: func(ctx context.Context, r RenderRequest) (RenderAnswer, error) {
		a, err := c.fetchFor(ctx, p, r)
		if err != nil && errors.As(err, new(*fetchError)) {
			mu.Lock()
			defer mu.Unlock()
			note = fmt.Sprintf("rendered without %s: %v", r.URL, err)
		}
		return a, err
	}})
	mu.Lock()
	defer mu.Unlock()
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if elsewhere := new(RenderedElsewhere); errors.As(err, &elsewhere) {
		p.page.links = append(p.page.links, link{href: elsewhere.URL, kind: linkHop})
	}
	if err == nil && int64(len(html)) > c.cfg.MaxDecoded {
		err = fmt.Errorf("it came to %d octets, the limit is %d", len(html), c.cfg.MaxDecoded)
	}
	if err != nil {
		return "not rendered: " + err.Error(), nil
	}
	if p.Raw == nil {
		p.Raw = p.Body
	}
	p.Body, p.Rendered, p.page = html, true, nil
	return note, nil
}

// fetchFor fetches what a page's script asks for. The page itself is answered
// from the capture.
func (c *Crawler) fetchFor(ctx context.Context, p *Capture, r RenderRequest) (RenderAnswer, error) {
	u, err := resolve(nil, r.URL)
	if err != nil {
		return RenderAnswer{}, err
	}
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		return RenderAnswer{}, fmt.Errorf("%w: method %s", errRenderRefused, r.Method)
	}
	if r.Method == http.MethodGet && u.String() == p.URL {
		return RenderAnswer{p.Status, p.Header, p.Body}, nil
	}
	if !c.cfg.Discovery.inScope(p, u, true) {
		return RenderAnswer{}, fmt.Errorf("%w: %s is another host", errRenderRefused, u.Host)
	}
	h := c.hosts.get(u.Host)
	if !c.cfg.NoRobots {
		rules, err := c.robotsOf(ctx, h, u)
		if err != nil {
			return RenderAnswer{}, err
		}
		if !rules.allows(u.RequestURI()) {
			return RenderAnswer{}, fmt.Errorf("%w: robots.txt forbids %s", errRenderRefused, u)
		}
	}
	a, err := c.askFor(ctx, h, u, r)
	if err != nil {
		return RenderAnswer{}, err
	}
	return RenderAnswer{a.status, a.header, a.body}, nil
}

// askFor is ask for a script's request: with its method, body and the header
// fields that say what it wants.
func (c *Crawler) askFor(ctx context.Context, h *host, u *url.URL, r RenderRequest) (*answer, error) {
	return c.send(ctx, h, u, func(header http.Header) exchangeRequest {
		for _, name := range []string{"Accept", "Content-Type", "X-Requested-With", "Referer"} {
			if v := r.Header.Get(name); v != "" {
				header.Set(name, v)
			}
		}
		q := exchangeRequest{method: r.Method, header: header, limit: c.cfg.MaxBody}
		if r.Method == http.MethodPost {
			q.body = bytes.Clone(r.Body)
		}
		return q
	})
}
