package crawler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// A Renderer runs a page's scripts in a browser and answers with the document
// they made, as HTML in UTF-8. It has no network but RenderJob.Fetch.
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
// as it was transferred stays in Raw. A page that cannot be rendered stays as it is.
func (c *Crawler) rendered(ctx context.Context, p *Capture) error {
	html, err := c.cfg.Render.Render(ctx, RenderJob{URL: p.URL, UserAgent: c.userAgent, Fetch: func(ctx context.Context, r RenderRequest) (RenderAnswer, error) {
		return c.fetchFor(ctx, p, r)
	}})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		p.Detail = "not rendered: " + err.Error()
		return nil
	}
	if int64(len(html)) > c.cfg.MaxDecoded {
		p.Detail = fmt.Sprintf("not rendered: %d octets", len(html))
		return nil
	}
	if p.Raw == nil {
		p.Raw = p.Body
	}
	p.Body, p.Rendered, p.page = html, true, nil
	return nil
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
