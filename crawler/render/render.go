// Package render fetches pages that are written by JavaScript, with an installed
// Chromium or Chrome over the DevTools protocol.
//
// The browser has no network of its own: each request of a page is paused and
// handed to the crawler, which fetches it as politely and as guarded as any other
// (robots.txt, delays, refused addresses, size limits), and the browser is given
// the answer. Images, fonts, styles and media are refused; so is whatever does not
// come through the protocol, by a proxy that does not exist.
//
// The sandbox of the browser stays on unless [Config.NoSandbox] says otherwise.
package render

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"nianbao/crawler"
)

// ErrNoBrowser says that no Chromium or Chrome is installed.
var ErrNoBrowser = errors.New("no Chromium or Chrome is installed")

// Config says how pages are rendered. The zero value is right for most.
type Config struct {
	Exec      string        // the browser's executable; looked for on the PATH when empty
	Timeout   time.Duration // for one page, the crawler's delays between its requests included; 2 min
	Quiet     time.Duration // a page is done when it asked for nothing for so long; 500 ms
	Requests  int           // of one page at most; 40
	Tabs      int           // pages at once; 1
	NoSandbox bool          // needed where the browser runs as root
}

// A Browser renders pages. It implements crawler.Renderer.
type Browser struct {
	cfg    Config
	ctx    context.Context
	cancel []context.CancelFunc
	tabs   chan struct{}
}

// Find is the browser that New would start; an ErrNoBrowser when there is none.
func Find() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "headless-shell"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%w; install one, or crawl without rendering", ErrNoBrowser)
}

// startTime is what a browser may take to start, the first time, on a busy machine with
// a slow disk.
const startTime = 2 * time.Minute

// New starts a browser. Close ends it; so does the end of ctx.
func New(ctx context.Context, cfg Config) (*Browser, error) {
	if cfg.Exec == "" {
		path, err := Find()
		if err != nil {
			return nil, err
		}
		cfg.Exec = path
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 2 * time.Minute
	}
	if cfg.Quiet <= 0 {
		cfg.Quiet = 500 * time.Millisecond
	}
	if cfg.Requests <= 0 {
		cfg.Requests = 40
	}
	if cfg.Tabs <= 0 {
		cfg.Tabs = 1
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(cfg.Exec),
		chromedp.WSURLReadTimeout(startTime),
		chromedp.ProxyServer("127.0.0.1:9"), // discard: what is not paused goes nowhere
		chromedp.Flag("proxy-bypass-list", "<-loopback>"),
		chromedp.Flag("force-webrtc-ip-handling-policy", "disable_non_proxied_udp"),
		chromedp.Flag("dns-prefetch-disable", true),
	)
	if cfg.NoSandbox {
		options = append(options, chromedp.NoSandbox)
	}
	alloc, cancelAlloc := chromedp.NewExecAllocator(ctx, options...)
	browser, cancelBrowser := chromedp.NewContext(alloc, chromedp.WithErrorf(func(string, ...any) {}), chromedp.WithLogf(func(string, ...any) {}))
	b := &Browser{cfg: cfg, ctx: browser, cancel: []context.CancelFunc{cancelBrowser, cancelAlloc}, tabs: make(chan struct{}, cfg.Tabs)}
	if err := chromedp.Do(browser); err != nil { // starts it
		b.Close()
		return nil, fmt.Errorf("starting %s: %w", cfg.Exec, err)
	}
	return b, nil
}

// Close ends the browser and waits for it.
func (b *Browser) Close() error {
	for _, cancel := range b.cancel {
		cancel()
	}
	return nil
}

// Render implements crawler.Renderer.
func (b *Browser) Render(ctx context.Context, job crawler.RenderJob) ([]byte, error) {
	select {
	case b.tabs <- struct{}{}:
		defer func() { <-b.tabs }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	tab, cancel := chromedp.NewContext(b.ctx)
	defer cancel()
	tab, stop := context.WithTimeout(tab, b.cfg.Timeout)
	defer stop()
	defer context.AfterFunc(ctx, stop)()

	p := &page{browser: b, job: job, tab: tab, changed: make(chan struct{}, 1)}
	defer p.fetches.Wait()
	defer stop()
	if err := chromedp.Listen(tab, p.listen); err != nil {
		return nil, fmt.Errorf("rendering %s: %w", job.URL, err)
	}
	html, err := chromedp.Run(tab, func(ctx context.Context, t *chromedp.Target) (string, error) {
		if _, err := cdp.Call(ctx, t, fetch.Enable, fetch.EnableParams{}); err != nil {
			return "", err
		}
		if _, err := cdp.Call(ctx, t, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: job.UserAgent}); err != nil {
			return "", err
		}
		if _, err := chromedp.Navigate(job.URL)(ctx, t); err != nil {
			return "", err
		}
		if err := p.settle(ctx, b.cfg.Quiet); err != nil {
			return "", err
		}
		return p.source(ctx, t)
	})
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return nil, fmt.Errorf("rendering %s: %w", job.URL, err)
	}
	return []byte("<!DOCTYPE html>" + html), nil
}

// A page is one rendering under way.
type page struct {
	browser *Browser
	job     crawler.RenderJob
	tab     context.Context
	fetches sync.WaitGroup
	open    atomic.Int32
	asked   atomic.Int32
	changed chan struct{}                            // a request began or ended
	opening atomic.Pointer[fetch.EventRequestPaused] // the first request, which is for the page
	first   atomic.Pointer[cdp.Frame]                // the document that it brought
	left    atomic.Pointer[network.Request]          // where scripts then led the tab
}

// source is the document that was asked for as its scripts left it. Where they
// lead to another one the error says so: that one has an address of its own. A
// document at the same address is the page loaded again.
func (p *page) source(ctx context.Context, t *chromedp.Target) (string, error) {
	for range maxTurns {
		before, err := p.shown(ctx, t)
		if err != nil {
			return "", err
		}
		html, err := chromedp.Evaluate[string]("document.documentElement.outerHTML")(ctx, t)
		if err != nil {
			return "", err
		}
		after, err := p.shown(ctx, t)
		if err != nil {
			return "", err
		}
		if after == before {
			return html, nil
		}
	}
	return "", errors.New("the page loads itself over and over")
}

// shown is the document in the tab, when it is the page's own and not what the
// browser shows where there is none.
func (p *page) shown(ctx context.Context, t *chromedp.Target) (cdp.LoaderID, error) {
	if r := p.left.Load(); r != nil {
		if r.Method != http.MethodGet {
			return "", fmt.Errorf("its scripts send a form to %s", r.URL)
		}
		return "", &crawler.RenderedElsewhere{URL: r.URL}
	}
	tree, err := cdp.Call(ctx, t, cdppage.GetFrameTree, cdp.Empty{})
	if err != nil {
		return "", err
	}
	first, now := p.first.Load(), tree.FrameTree.Frame
	switch {
	case now.UnreachableURL != "":
		return "", fmt.Errorf("the browser shows an error of its own: %s cannot be had", now.UnreachableURL)
	case first == nil || !isWeb(now.URL):
		return "", fmt.Errorf("the browser shows %s", now.URL)
	case now.LoaderID != first.LoaderID && now.URL != first.URL:
		return "", &crawler.RenderedElsewhere{URL: now.URL}
	}
	return now.LoaderID, nil
}

func isWeb(address string) bool {
	return strings.HasPrefix(address, "http://") || strings.HasPrefix(address, "https://")
}

// maxTurns bounds how often a document is looked at that is exchanged meanwhile.
const maxTurns = 3

func (p *page) note() {
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// settle waits until nothing was asked for during quiet.
func (p *page) settle(ctx context.Context, quiet time.Duration) error {
	t := time.NewTimer(quiet)
	defer t.Stop()
	for {
		select {
		case <-p.changed:
			t.Reset(quiet)
		case <-t.C:
			if p.open.Load() == 0 {
				return nil
			}
			t.Reset(quiet)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// listen must not block: the fetch runs in a goroutine of its own.
func (p *page) listen(event any) {
	switch e := event.(type) {
	case *cdppage.EventFrameNavigated:
		if e.Frame.ParentID == "" && isWeb(e.Frame.URL) {
			p.first.CompareAndSwap(nil, e.Frame)
		}
	case *fetch.EventRequestPaused:
		p.opening.CompareAndSwap(nil, e)
		p.open.Add(1)
		p.note()
		p.fetches.Go(func() {
			defer p.note()
			defer p.open.Add(-1)
			p.answer(e)
		})
	}
}

func (p *page) answer(e *fetch.EventRequestPaused) {
	refuse := func(why network.ErrorReason) {
		// An error here means that the tab is gone, which Render sees.
		chromedp.Call(p.tab, fetch.FailRequest, fetch.FailRequestParams{RequestID: e.RequestID, ErrorReason: why})
	}
	switch e.ResourceType {
	case network.ResourceTypeDocument, network.ResourceTypeScript, network.ResourceTypeXHR, network.ResourceTypeFetch:
	default:
		refuse(network.ErrorReasonBlockedByClient)
		return
	}
	if o := p.opening.Load(); e.ResourceType == network.ResourceTypeDocument && e.FrameID == o.FrameID && (e.Request.URL != o.Request.URL || e.Request.Method != o.Request.Method) {
		p.left.CompareAndSwap(nil, e.Request)
		refuse(network.ErrorReasonAborted) // the document stays
		return
	}
	if int(p.asked.Add(1)) > p.browser.cfg.Requests {
		refuse(network.ErrorReasonBlockedByClient)
		return
	}
	header := http.Header{}
	for name, value := range e.Request.Headers {
		if s, ok := value.(string); ok {
			header.Set(name, s)
		}
	}
	var body []byte
	for _, part := range e.Request.PostDataEntries {
		body = append(body, part.Bytes...)
	}
	a, err := p.job.Fetch(p.tab, crawler.RenderRequest{Method: e.Request.Method, URL: e.Request.URL, Header: header, Body: body})
	if err != nil {
		refuse(network.ErrorReasonFailed)
		return
	}
	var headers []*fetch.HeaderEntry
	for name, values := range a.Header {
		switch name {
		case "Content-Encoding", "Content-Length", "Transfer-Encoding":
			continue // the body is decompressed and whole
		}
		for _, v := range values {
			headers = append(headers, &fetch.HeaderEntry{Name: name, Value: v})
		}
	}
	chromedp.Call(p.tab, fetch.FulfillRequest, fetch.FulfillRequestParams{
		RequestID: e.RequestID, ResponseCode: int64(a.Status), ResponseHeaders: headers, Body: a.Body,
	})
}
