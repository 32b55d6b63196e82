package crawler

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/semaphore"

	"nianbao/crawler/archive"
)

// A fetchError is how a fetch failed.
type fetchError struct {
	reason Reason
	detail string
	retry  bool // worth another try
	host   bool // says something about the host: counts for its breaker
	ours   bool // says something about this machine alone: no try is counted
	err    error
}

func (e *fetchError) Error() string { return string(e.reason) + ": " + e.detail }
func (e *fetchError) Unwrap() error { return e.err }

// An answer is a response whole.
type answer struct {
	status    int
	proto     string
	header    http.Header
	raw, body []byte // as transferred, and decompressed
	untold    bool   // nothing said where the body ends but the end of the connection
	remote    string
	sent      time.Time
	elapsed   time.Duration
	request   http.Header
}

// A fetcher speaks HTTP: one request at a time, no redirects, no waiting for the
// host's delay (its caller has the host acquired).
type fetcher struct {
	cfg       Config
	transport *http.Transport
	memory    *semaphore.Weighted // for bodies above smallBody
	guard     *guard
}

// smallBody is what each fetch may hold without asking for memory.
const smallBody = 512 << 10

func newFetcher(cfg Config) *fetcher {
	f := &fetcher{cfg: cfg, memory: semaphore.NewWeighted(cfg.BodyMemory), guard: &guard{cfg: cfg}}
	tlsConfig := &tls.Config{MinVersion: tls.VersionTLS12}
	if cfg.Insecure {
		tlsConfig.InsecureSkipVerify = true //nolint:gosec // only by the user's explicit choice, see Config.Insecure
		tlsConfig.MinVersion = tls.VersionTLS10
		for _, s := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
			tlsConfig.CipherSuites = append(tlsConfig.CipherSuites, s.ID)
		}
	}
	f.transport = &http.Transport{
		DialContext:            f.guard.dial,
		TLSClientConfig:        tlsConfig,
		TLSHandshakeTimeout:    cfg.Timeouts.TLS,
		ResponseHeaderTimeout:  cfg.Timeouts.Header,
		MaxResponseHeaderBytes: cfg.MaxHeader,
		MaxConnsPerHost:        cfg.ConnectionsPerHost,
		MaxIdleConnsPerHost:    cfg.ConnectionsPerHost,
		MaxIdleConns:           4 * cfg.Workers,
		IdleConnTimeout:        30 * time.Second,
		DisableCompression:     true,
		ForceAttemptHTTP2:      true,
		ReadBufferSize:         32 << 10,
	}
	return f
}

func (f *fetcher) close() { f.transport.CloseIdleConnections() }

// An exchangeRequest is one request to send.
type exchangeRequest struct {
	method string // GET when empty
	header http.Header
	body   []byte
	limit  int64 // octets of the answer's body
	cut    bool  // leave what is beyond the limit (robots.txt), instead of failing
}

// do sends one request and reads the answer whole. resend is called when the
// transport sends the request again on its own, because the server closed a kept
// connection: it must wait as for a new request.
func (f *fetcher) do(ctx context.Context, u *url.URL, q exchangeRequest, resend func(context.Context) error) (*answer, error) {
	asked := ctx // its own Err may know more than that of a context made of it
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	mayWrite := func() error {
		err := asked.Err()
		if err != nil {
			cancel(err)
		}
		return err
	}
	var conn atomic.Pointer[watchedConn]
	defer func() {
		if c := conn.Load(); c != nil {
			c.mayWrite.CompareAndSwap(&mayWrite, nil) // unless it is another request's already
		}
	}()
	if f.cfg.Timeouts.Total > 0 {
		t := time.AfterFunc(f.cfg.Timeouts.Total, func() { cancel(errTotal) })
		defer t.Stop()
	}
	a := &answer{request: q.header}
	var wrote atomic.Bool
	trace := &httptrace.ClientTrace{
		GetConn: func(string) {
			if wrote.Load() {
				if err := resend(ctx); err != nil {
					cancel(err)
				}
			}
		},
		GotConn: func(i httptrace.GotConnInfo) {
			if h, _, err := net.SplitHostPort(i.Conn.RemoteAddr().String()); err == nil {
				a.remote = h
			}
			if c := watchedConnOf(i.Conn); c != nil {
				c.mayWrite.Store(&mayWrite)
				conn.Store(c)
			}
		},
		WroteHeaders: func() { wrote.Store(true) },
	}
	req, err := q.request(httptrace.WithClientTrace(ctx, trace), u)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	a.sent = f.cfg.Clock.Now()
	resp, err := f.transport.RoundTrip(req)
	if err != nil {
		if c := conn.Load(); c != nil && c.refused.Load() {
			<-c.closed // by HTTP/2 in its own time, and the next request must not be given it
		}
		return nil, classify(ctx, err)
	}
	defer resp.Body.Close()
	a.status, a.proto, a.header = resp.StatusCode, resp.Proto, resp.Header
	a.raw, err = f.read(ctx, cancel, resp, q.limit, q.cut)
	if err != nil {
		return nil, err
	}
	a.elapsed = time.Since(start)
	a.untold = resp.ContentLength < 0 && len(resp.TransferEncoding) == 0 && resp.ProtoMajor == 1
	if q.cut {
		a.body = a.raw
		return a, nil
	}
	return a, f.decode(a)
}

// decode decompresses the body of an answer.
func (f *fetcher) decode(a *answer) (err error) {
	a.body, err = archive.Decode(strings.Join(a.header.Values("Content-Encoding"), ","), a.raw, f.cfg.MaxDecoded)
	switch {
	case errors.Is(err, archive.ErrDecodedTooLarge):
		return &fetchError{reason: TooLargeDecoded, detail: err.Error(), err: err}
	case err != nil:
		return &fetchError{reason: BadEncoding, detail: err.Error(), retry: true, err: err}
	}
	return nil
}

// request makes the request that is sent.
func (q exchangeRequest) request(ctx context.Context, u *url.URL) (*http.Request, error) {
	var body io.Reader
	if q.body != nil {
		body = bytes.NewReader(q.body)
	}
	req, err := http.NewRequestWithContext(ctx, q.method, u.String(), body) // no method is GET
	if err != nil {
		return nil, &fetchError{reason: BadResponse, detail: err.Error(), err: err}
	}
	req.Header = q.header
	return req, nil
}

var (
	errTotal = errors.New("the fetch took longer than its limit")
	errIdle  = errors.New("the body stood still longer than its limit")
)

// read reads a body up to limit. With cut, what is beyond the limit is left
// (robots.txt); without, a longer body is an error.
func (f *fetcher) read(ctx context.Context, cancel context.CancelCauseFunc, resp *http.Response, limit int64, cut bool) ([]byte, error) {
	if resp.ContentLength > limit && !cut {
		return nil, &fetchError{reason: TooLarge, detail: fmt.Sprintf("%d octets announced, the limit is %d", resp.ContentLength, limit)}
	}
	src := io.Reader(resp.Body)
	if idle := f.cfg.Timeouts.Idle; idle > 0 {
		t := time.AfterFunc(idle, func() { cancel(errIdle) })
		defer t.Stop()
		src = &idleReader{resp.Body, t, idle}
	}
	var b bytes.Buffer
	if resp.ContentLength > 0 {
		b.Grow(int(min(resp.ContentLength, limit, smallBody)) + bytes.MinRead)
	}
	n, err := b.ReadFrom(io.LimitReader(src, min(limit+1, smallBody)))
	if err == nil && n == smallBody && limit >= smallBody {
		// A large body: wait until the memory for it is there. The wait is not
		// the server's fault, so it does not count as idle.
		if err := f.memory.Acquire(ctx, f.cfg.MaxDecoded); err != nil {
			return nil, classify(ctx, err)
		}
		defer f.memory.Release(f.cfg.MaxDecoded)
		var m int64
		m, err = b.ReadFrom(io.LimitReader(src, limit+1-n))
		n += m
	}
	if err != nil {
		e := classify(ctx, err)
		var fe *fetchError
		if errors.As(e, &fe) && fe.reason == ConnectionLost {
			fe.reason, fe.detail = Truncated, fmt.Sprintf("after %d octets: %v", n, err)
			if resp.ContentLength > 0 {
				fe.detail = fmt.Sprintf("%d of %d octets: %v", n, resp.ContentLength, err)
			}
		}
		return nil, e
	}
	if n > limit {
		if !cut {
			return nil, &fetchError{reason: TooLarge, detail: fmt.Sprintf("more than %d octets", limit)}
		}
		b.Truncate(int(limit))
	}
	return b.Bytes(), nil
}

// idleReader puts the idle timer off with each read.
type idleReader struct {
	io.Reader
	timer *time.Timer
	idle  time.Duration
}

func (r *idleReader) Read(p []byte) (int, error) {
	r.timer.Reset(r.idle)
	return r.Reader.Read(p)
}

// classify gives an error of the network its reason.
func classify(ctx context.Context, err error) error {
	var fe *fetchError
	if errors.As(err, &fe) {
		return fe
	}
	cause := context.Cause(ctx)
	if errors.Is(cause, errTotal) || errors.Is(cause, errIdle) {
		return &fetchError{reason: TimedOut, detail: cause.Error(), retry: true, host: true, err: err}
	}
	if cause != nil {
		return cause // the run is ending
	}
	e := &fetchError{detail: err.Error(), retry: true, host: true, err: err}
	var (
		dns      *net.DNSError
		op       *net.OpError
		record   tls.RecordHeaderError
		verify   *tls.CertificateVerificationError
		alert    tls.AlertError
		unknown  x509.UnknownAuthorityError
		hostname x509.HostnameError
		timeout  interface{ Timeout() bool }
	)
	switch {
	case lacksHandles(err):
		e.reason, e.host, e.ours = LocalLimit, false, true
	case errors.As(err, &dns):
		e.reason = DNSFailed
	case errors.As(err, &verify), errors.As(err, &unknown), errors.As(err, &hostname), errors.As(err, &alert), errors.As(err, &record),
		strings.Contains(err.Error(), "tls: "):
		// Another try meets the same certificate.
		e.reason, e.retry = TLSFailed, false
		e.detail += "; Config.Insecure accepts it"
	case errors.As(err, &timeout) && timeout.Timeout():
		e.reason = TimedOut
	case errors.As(err, &op) && op.Op == "dial":
		e.reason = ConnectFailed
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.As(err, &op),
		strings.Contains(err.Error(), "server closed idle connection"), strings.Contains(err.Error(), "http2:"), strings.Contains(err.Error(), "stream error"):
		e.reason = ConnectionLost
	default:
		e.reason = BadResponse
	}
	return e
}

// lacksHandles reports whether this machine, and not the host, could open no more
// connections: too many files are open, or no port or buffer is free.
func lacksHandles(err error) bool {
	const tooManySockets = syscall.Errno(10024) // WSAEMFILE
	for _, e := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.EADDRNOTAVAIL} {
		if errors.Is(err, e) {
			return true
		}
	}
	return runtime.GOOS == "windows" && errors.Is(err, tooManySockets)
}

// A guard dials, and refuses addresses that a crawler has no business with
// (SSRF). It looks at the address a connection is made to, not at the name, so
// that neither a redirect nor a DNS answer that changes gets around it.
type guard struct {
	cfg     Config
	mu      sync.Mutex
	allowed map[string]bool // loopback hosts that the user named, allowed without AllowPrivate: host:port, or host for all ports
}

// resolve is the addresses of a name or literal address, one at least.
func (g *guard) resolve(ctx context.Context, name string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(name); err == nil {
		return []netip.Addr{a}, nil
	}
	if g.cfg.Timeouts.Resolve > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, g.cfg.Timeouts.Resolve)
		defer cancel()
	}
	resolver := g.cfg.Resolve
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	addrs, err := resolver.LookupNetIP(ctx, "ip", name)
	var dns *net.DNSError
	switch {
	case err != nil && !errors.As(err, &dns):
		return nil, &net.DNSError{UnwrapErr: err, Err: err.Error(), Name: name}
	case err == nil && len(addrs) == 0:
		return nil, &net.DNSError{Err: "no address", Name: name, IsNotFound: true}
	}
	return addrs, err
}

func (g *guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	name, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	addrs, err := g.resolve(ctx, name)
	if err != nil {
		return nil, err
	}
	loopbackSeed := g.isAllowed(address)
	var last error
	for _, a := range addrs {
		a = a.Unmap()
		if !g.cfg.AllowPrivate && !isPublic(a) && !(loopbackSeed && a.IsLoopback()) {
			last = &fetchError{reason: AddressRefused, detail: fmt.Sprintf("%s resolves to %s, which is no public address", name, a)}
			continue
		}
		d := net.Dialer{Timeout: g.cfg.Timeouts.Connect}
		conn, err := d.DialContext(ctx, network, net.JoinHostPort(a.String(), port))
		if err == nil {
			return newWatchedConn(conn), nil
		}
		last = err
		if ctx.Err() != nil {
			break
		}
	}
	return nil, last
}

// A watchedConn asks before it writes whether the request that it was given to may
// still be sent: a process that was stopped since it began to make the request may
// have lost the host meanwhile.
type watchedConn struct {
	net.Conn
	mayWrite atomic.Pointer[func() error]
	refused  atomic.Bool   // to write: then the connection is of no use any more
	closed   chan struct{} // is closed with the connection
	close    func() error
}

func newWatchedConn(conn net.Conn) *watchedConn {
	w := &watchedConn{Conn: conn, closed: make(chan struct{})}
	w.close = sync.OnceValue(func() error {
		defer close(w.closed)
		return conn.Close()
	})
	return w
}

func (c *watchedConn) Close() error { return c.close() }

func (c *watchedConn) Write(b []byte) (int, error) {
	if may := c.mayWrite.Load(); may != nil {
		if err := (*may)(); err != nil {
			c.refused.Store(true)
			c.Conn.Close() // whoever reads from it closes all of it
			return 0, err
		}
	}
	return c.Conn.Write(b)
}

// watchedConnOf is the connection under TLS and without it.
func watchedConnOf(c net.Conn) *watchedConn {
	if t, ok := c.(interface{ NetConn() net.Conn }); ok {
		c = t.NetConn()
	}
	w, _ := c.(*watchedConn)
	return w
}

// special are address ranges that are global unicast by their form and not
// reachable by their purpose (RFC 6890 and its registry).
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("fec0::/10"),
}

func isPublic(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	return !slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(a) })
}

// allow lets connections go to a loopback seed's own address.
func (g *guard) allow(u *url.URL) {
	port := u.Port()
	if port == "" {
		port = "80"
		if u.Scheme == "https" {
			port = "443"
		}
	}
	g.allowHost(net.JoinHostPort(u.Hostname(), port))
}

// allowHost lets connections go to a loopback host, on one port when it has one.
func (g *guard) allowHost(host string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.allowed == nil {
		g.allowed = map[string]bool{}
	}
	g.allowed[host] = true
}

func (g *guard) isAllowed(address string) bool {
	host, _, err := net.SplitHostPort(address)
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.allowed[address] || err == nil && g.allowed[host]
}
