package explorer

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"golang.org/x/net/netutil"

	"nianbao/parser"
	"nianbao/parser/region"
	"nianbao/store"
	"nianbao/store/ask"
	"nianbao/store/export"
	"nianbao/store/plot"
)

// Config says what to show. Store is required.
type Config struct {
	Store *store.Store
	// Archive is the folder of the WARC files that the captures are in; "": none
	// is at hand, and captures cannot be shown.
	Archive string
	// OpenCapture, when it is not nil, opens a file that is not in the folder, and
	// tells its size in octets; an fs.ErrNotExist when there is none.
	OpenCapture func(ctx context.Context, name string) (io.ReadSeekCloser, int64, error)
	// Parser reads captured files that browsers do not show; nil: they can only
	// be saved.
	Parser *parser.Parser
	// Cutter cuts words for search; nil: what is typed is found as it stands.
	Cutter ask.Cutter
	// EmbedFrom are the origins (https://example.org) whose pages may hold what is
	// asked for with embed=1, a page in a frame or a picture; none: nobody may.
	EmbedFrom []string
	// Boundaries of regions, for maps; nil: provinces are tiles and there are no
	// other maps.
	Boundaries plot.Boundaries
	// SQL lets visitors ask the file in SQL, for reading only and within limits.
	SQL bool
	// Editor is in whose name findings are confirmed and dismissed on the pages, for
	// which Store has to be open for writing; "": nobody can.
	Editor string
	// EditAnywhere lets other machines edit, too.
	EditAnywhere bool
	// Version of the program, for the citation.
	Version string
	// Log takes the errors that are not the visitor's; nil: they are dropped.
	Log *slog.Logger
	// Now is the clock of the citation; nil: time.Now.
	Now func() time.Time
	// BaseURL is where visitors find the pages when something stands before them that
	// ends TLS or has another name, such as https://data.example.org: it stands in what
	// they cite and share, its name is answered too, and who asks is whom the last
	// X-Forwarded-For names. "": where each request says that it found them.
	BaseURL string
	// AnyHost answers whatever name a request gives for the host. Without it
	// only the names of this machine are, so that a page elsewhere cannot have
	// its own name resolved to this address and read what is here.
	AnyHost bool
}

// What a request may take.
const (
	maxAddress  = 4 << 10          // octets of path and query
	maxAtOnce   = 32               // requests
	maxDuration = 20 * time.Second // of one request

	maxConnections = 256 // open at once, idle ones too
)

// A patience is for how long a visitor is waited for, and waits.
type patience struct {
	header, whole time.Duration // until it has come
	place         time.Duration // for a place among maxAtOnce
	send          time.Duration // for a piece of an answer to be taken, or the connection is closed; net/http adds what it has in hand
}

var usualPatience = patience{header: 5 * time.Second, whole: 10 * time.Second, place: 5 * time.Second, send: 15 * time.Second}

// Explorer serves the pages. It is safe for concurrent use.
type Explorer struct {
	cfg      Config
	store    *store.Store
	pages    pages
	mux      *http.ServeMux
	places   chan struct{}
	spools   *tickets // of answers in files
	patience patience
	// captures bounds how many captures are read at once.
	captures   chan struct{}
	maxCapture int64
	memory     *memory
	peers      *memory // medians of a province's regions: small, and made before they are asked for
	handler    http.Handler
	questions  *store.Questions // nil unless SQL
	baseHost   string           // of BaseURL
	token      string           // of the forms that edit
	sameOrigin *http.CrossOriginProtection
}

// New prepares the pages of a store.
func New(cfg Config) (*Explorer, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	e := &Explorer{cfg: cfg, store: cfg.Store, mux: http.NewServeMux(), places: make(chan struct{}, maxAtOnce), spools: newTickets(maxSpooled, maxSpooledOfClient), patience: usualPatience,
		captures: make(chan struct{}, maxCapturesOpen), maxCapture: maxCapture, memory: newMemory(cfg.Store.Path(), cfg.Now, maxMemory), peers: newMemory(cfg.Store.Path(), cfg.Now, maxPeers)}
	base, err := url.Parse(cfg.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("BaseURL: %w", err)
	}
	e.baseHost = base.Host
	if e.pages, err = loadPages(); err != nil {
		return nil, fmt.Errorf("the explorer's pages: %w", err)
	}
	if cfg.SQL {
		e.questions = cfg.Store.Questions()
	}
	e.token, e.sameOrigin = rand.Text(), http.NewCrossOriginProtection()
	e.routes()
	e.handler = e.recoverPanics(e.guard(gzhttp.GzipHandler(e.limit(e.mux))))
	return e, nil
}

// routes are all addresses there are.
func (e *Explorer) routes() {
	e.page("GET /{$}", "overview", "overview", e.overviewPage)
	e.page("GET /compare", "compare", "compare", e.comparePage)
	e.download("GET /compare.csv", e.compareCSV)
	e.picture("/compare", e.comparePicture)
	e.page("GET /trend", "trend", "trend", e.trendPage)
	e.download("GET /trend.csv", e.trendCSV)
	e.picture("/trend", e.trendPicture)
	e.page("GET /measures", "measures", "compare", e.measuresPage)
	e.mux.HandleFunc("GET /suggest", e.suggest)
	e.page("GET /report/{id}", "report", "", e.reportPage)
	e.page("GET /report/{id}/figure", "figure", "", e.figurePage)
	e.download("GET /report/{id}/figures.csv", e.figuresCSV)
	e.page("GET /findings", "findings", "findings", e.findingsPage)
	e.download("GET /findings.csv", e.findingsCSV)
	e.page("GET /rules", "rules", "findings", e.rulesPage)
	e.page("GET /region/{code}", "region", "", e.regionPage)
	e.page("GET /copies", "copies", "findings", e.copiesPage)
	e.page("GET /report/{id}/texts", "texts", "", e.textsPage)
	e.page("GET /reports", "reports", "", e.reportsPage)
	e.page("GET /search", "search", "search", e.searchPage)
	e.page("GET /report/{id}/capture", "capture", "", e.capturePage)
	e.mux.HandleFunc("GET /report/{id}/capture/page", e.serveCapture)
	e.mux.HandleFunc("GET /report/{id}/capture/file", e.serveCaptureFile)
	for _, f := range export.Formats {
		if f.Browsers {
			e.download("GET /figures."+f.Name, e.figuresFile(f))
		}
	}
	e.page("GET /about", "about", "about", e.aboutPage)
	if e.cfg.SQL {
		e.page("GET /sql", "sql", "sql", e.sqlPage)
		e.download("GET /sql.csv", e.sqlCSV)
	}
	if e.cfg.Editor != "" {
		e.mux.HandleFunc("POST /report/{id}/review", e.review)
	}
	e.mux.HandleFunc("GET /static/{name}", e.serveStatic)
	e.mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, r *http.Request) {
		r.SetPathValue("name", "icon.svg")
		e.serveStatic(w, r)
	})
	e.apiRoutes()
	e.page("GET /", "error", "", e.unknownPage)
}

// Close ends what New began; the store stays open.
func (e *Explorer) Close() error {
	if e.questions == nil {
		return nil
	}
	return e.questions.Close()
}

// ServeHTTP implements http.Handler.
func (e *Explorer) ServeHTTP(w http.ResponseWriter, r *http.Request) { e.handler.ServeHTTP(w, r) }

// Serve answers on a listener until the context ends, and lets requests that
// are being answered finish.
func (e *Explorer) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler:           e,
		ReadHeaderTimeout: e.patience.header,
		ReadTimeout:       e.patience.whole,
		WriteTimeout:      e.patience.place + maxDuration + 30*time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(e.cfg.Log.Handler(), slog.LevelWarn),
	}
	// The first page takes longest to make: begin before anybody asks. Whoever
	// asks meanwhile waits for the same answer.
	warm := make(chan struct{})
	go func() {
		defer close(warm)
		err := e.warm(ctx)
		if err == nil {
			err = e.warmMore(ctx)
		}
		if err != nil && ctx.Err() == nil {
			e.cfg.Log.Error(err.Error())
		}
	}()
	defer func() { <-warm }()
	done := make(chan error, 1)
	ofClient := maxConnectionsOfClient
	if e.cfg.BaseURL != "" {
		ofClient = maxConnections // all come by one machine
	}
	fair := &fairListener{netutil.LimitListener(l, maxConnections), newTickets(maxConnections, ofClient)}
	go func() { done <- server.Serve(fair) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err := server.Shutdown(stop)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	<-done
	return err
}

// warm makes what most visitors ask for first: the overview, and the comparison of
// all of China that /compare begins with and that a province's page stands in.
func (e *Explorer) warm(ctx context.Context) error {
	if _, err := e.overview(ctx); err != nil {
		return err
	}
	q, _, err := e.compareQuery(ctx, nil)
	if err == nil && q.Year != 0 {
		_, err = e.comparison(ctx, q)
	}
	return err
}

// warmMore makes what takes longest of the pages that come next: the medians that a
// county's page is held against, by province, and the comparisons that the overview
// leads to or that are made of many figures.
func (e *Explorer) warmMore(ctx context.Context) error {
	have, err := e.covered(ctx, region.LevelCounty)
	if err != nil {
		return err
	}
	provinces := map[string]bool{}
	for t := range have {
		provinces[t.Series[:2]+"0000"] = true
	}
	for _, code := range slices.Sorted(maps.Keys(provinces)) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if _, err := e.mediansOf(ctx, region.LevelCounty, code); err != nil {
			return err
		}
	}
	codes := slices.Clone(headlineCodes)
	for _, m := range ask.Measures() {
		if m.Kind == ask.KindRate || m.Kind == ask.KindDerived { // made of many figures
			codes = append(codes, m.Code)
		}
	}
	for _, code := range codes {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		q, _, err := e.compareQuery(ctx, url.Values{"measure": {code}})
		if err != nil {
			return err
		}
		if q.Year == 0 {
			return nil
		}
		if _, err := e.comparison(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// policy forbids everything but what is served from here.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guard sets the headers of every answer and refuses what is no plain question.
func (e *Explorer) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		if e.cfg.Editor != "" {
			h.Set("Referrer-Policy", "same-origin") // else forms would say that they come from nowhere
		}
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		e.embeddable(h, r)
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Cache-Control", "no-cache")
		switch {
		case e.cfg.Editor != "" && r.Method == http.MethodPost && e.answers(r.Host) && len(r.URL.RequestURI()) <= maxAddress:
			r.Body = http.MaxBytesReader(w, r.Body, maxReviewForm)
			next.ServeHTTP(w, r)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			h.Set("Allow", "GET, HEAD")
			e.fail(w, r, &problem{status: http.StatusMethodNotAllowed, text: "error.method"})
		case len(r.URL.RequestURI()) > maxAddress:
			e.fail(w, r, &problem{status: http.StatusRequestURITooLong, text: "error.address"})
		case !e.answers(r.Host):
			e.fail(w, r, &problem{status: http.StatusMisdirectedRequest, text: "error.host"})
		default:
			r.Body = http.NoBody // nothing here reads one
			next.ServeHTTP(w, r)
		}
	})
}

// embeddable lets pages of the origins that were named hold what embed=1 asks for: a page
// in a frame, a picture as such. Cross-Origin-Resource-Policy cannot name an origin, so
// who asks decides; a page that says neither Origin nor Referer shows no picture.
func (e *Explorer) embeddable(h http.Header, r *http.Request) {
	if len(e.cfg.EmbedFrom) == 0 || r.URL.Query().Get("embed") != "1" {
		return
	}
	h.Set("Content-Security-Policy", strings.Replace(policy, "frame-ancestors 'none'", "frame-ancestors "+strings.Join(e.cfg.EmbedFrom, " "), 1))
	h.Del("X-Frame-Options") // it cannot name an origin
	h.Add("Vary", "Origin, Referer")
	from := r.Header.Get("Origin")
	if from == "" {
		if page, err := url.Parse(r.Referer()); err == nil {
			from = page.Scheme + "://" + page.Host
		}
	}
	if slices.Contains(e.cfg.EmbedFrom, from) {
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		h.Set("Access-Control-Allow-Origin", from)
	}
}

// answers reports whether a Host header names these pages.
func (e *Explorer) answers(host string) bool {
	return e.cfg.AnyHost || ownName(host) || e.baseHost != "" && strings.EqualFold(host, e.baseHost)
}

// origin is where the visitor found these pages: scheme and name.
func (e *Explorer) origin(r *http.Request) string {
	if e.cfg.BaseURL != "" {
		return strings.TrimSuffix(e.cfg.BaseURL, "/")
	}
	return "http://" + r.Host
}

// client is who asks.
func (e *Explorer) client(r *http.Request) string {
	if e.cfg.BaseURL != "" {
		hops := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
		if last := strings.TrimSpace(hops[len(hops)-1]); last != "" {
			return last
		}
	}
	return clientOf(r.RemoteAddr)
}

// ownName reports whether a Host header names this machine.
func ownName(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// limit bounds how many answers are made at once and how long each takes. To
// send one is not part of it.
func (e *Explorer) limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client := e.client(r)
		s := newSpool(w.Header(), func() bool { return e.spools.take(client) }, func() { e.spools.give(client) })
		defer s.close()
		e.make(next, s, r)
		if err := s.send(w, e.patience.send); err != nil {
			panic(http.ErrAbortHandler) // half an answer must not look whole
		}
	})
}

// make makes an answer when there is a place for it.
func (e *Explorer) make(next http.Handler, s *spool, r *http.Request) {
	wait := time.NewTimer(e.patience.place)
	defer wait.Stop()
	select {
	case e.places <- struct{}{}:
		defer func() { <-e.places }()
	case <-r.Context().Done():
		return
	case <-wait.C:
		s.err = &problem{status: http.StatusServiceUnavailable, text: "error.busy"}
	}
	if s.err == nil {
		ctx, cancel := context.WithTimeout(r.Context(), maxDuration)
		defer cancel()
		next.ServeHTTP(s, r.WithContext(ctx))
	}
	if err := s.err; err != nil {
		s.discard()
		e.fail(s, r, err)
	}
}

func (e *Explorer) recoverPanics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch v := recover(); v {
			case nil:
			case http.ErrAbortHandler:
				panic(v)
			default:
				e.cfg.Log.Error("panic", "url", r.URL.String(), "value", v, "stack", string(debug.Stack()))
				e.fail(w, r, &problem{status: http.StatusInternalServerError, text: "error.internal"})
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// problem is an answer that is no page: the visitor's mistake, or ours.
type problem struct {
	status int
	text   string // key in texts.csv
	args   []any
}

func (p *problem) Error() string { return fmt.Sprintf("%d %s %v", p.status, p.text, p.args) }

func notFound(text string, args ...any) error {
	return &problem{http.StatusNotFound, text, args}
}

func badRequest(text string, args ...any) error {
	return &problem{http.StatusBadRequest, text, args}
}

// problemOf makes of any error what may be told a visitor, and logs the rest.
func (e *Explorer) problemOf(r *http.Request, err error) *problem {
	var p *problem
	switch {
	case errors.As(err, &p):
		return p
	case errors.Is(err, context.DeadlineExceeded) || r.Context().Err() == context.DeadlineExceeded:
		return &problem{status: http.StatusServiceUnavailable, text: "error.timeout"}
	case errors.Is(err, store.ErrNotFound):
		return &problem{status: http.StatusNotFound, text: "error.not_found"}
	case errors.Is(err, store.ErrUnknownCode):
		return &problem{status: http.StatusBadRequest, text: "error.code"}
	}
	if r.Context().Err() == nil {
		e.cfg.Log.Error(err.Error(), "url", r.URL.String())
	}
	return &problem{status: http.StatusInternalServerError, text: "error.internal"}
}

// page registers a page: its template, its entry of the navigation, and what makes its
// view and title.
func (e *Explorer) page(pattern, name, nav string, fill func(*page, *http.Request) error) {
	e.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		tag := e.pageTag(r)
		if holds(r, tag) {
			w.Header().Set("ETag", "W/"+tag)
			w.Header().Add("Vary", "Accept-Language")
			w.WriteHeader(http.StatusNotModified)
			return
		}
		p := newPage(r, name, nav)
		err := fill(p, r)
		if err == nil {
			if tag != "" {
				w.Header().Set("ETag", "W/"+tag)
			}
			err = e.write(w, r, http.StatusOK, p)
		}
		if err != nil {
			e.fail(w, r, err)
		}
	})
}

// pageTag is the entity tag of a page as long as the file and the day are the same; ""
// where what is remembered may be older than the file, and for pages that show the
// archive.
func (e *Explorer) pageTag(r *http.Request) string {
	state, now := e.memory.state(), e.cfg.Now()
	if now.Sub(later(state.time, state.walTime)) <= freshFor || strings.HasSuffix(r.URL.Path, "/capture") {
		return ""
	}
	return fmt.Sprintf(`"%s-%s-%t"`, strings.Trim(state.tag(), `"`), now.Format("20060102"), prefersEnglish(r.Header.Get("Accept-Language")))
}

// download registers a file. A handler calls begin before it writes.
func (e *Explorer) download(pattern string, f func(r *http.Request, begin func(contentType, name string) io.Writer) error) {
	e.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		err := f(r, func(contentType, name string) io.Writer {
			w.Header().Set("Content-Type", contentType)
			w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
			return w
		})
		if err == nil {
			return
		}
		if s, ok := w.(*spool); ok {
			s.discard() // half a file must not look whole
		}
		e.fail(w, r, err)
	})
}

// fail answers with a page that says what was wrong, or within the API with
// problem details.
func (e *Explorer) fail(w http.ResponseWriter, r *http.Request, err error) {
	w.Header().Del("ETag")
	p := e.problemOf(r, err)
	if p.text == "error.busy" {
		w.Header().Set("Retry-After", "5")
	}
	if strings.HasPrefix(r.URL.Path, "/api/") {
		e.failAPI(w, r, p)
		return
	}
	view := newPage(r, "error", "")
	view.Title = view.T("error.title")
	view.V = struct {
		Status int
		Text   string
	}{p.status, view.T(p.text, p.args...)}
	if err := e.write(w, r, p.status, view); err != nil && r.Context().Err() == nil {
		e.cfg.Log.Error(err.Error(), "url", r.URL.String())
	}
}

func (e *Explorer) unknownPage(*page, *http.Request) error { return notFound("error.no_page") }
