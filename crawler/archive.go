package crawler

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"nianbao/crawler/archive"
)

// ArchiveConfig says how captures are kept as WARC files. The zero value is
// right for most.
type ArchiveConfig struct {
	MaxFile int64             // octets at which a file is closed and the next one begun; 1 GiB
	MaxAge  time.Duration     // after so long, too; 0: whatever its age
	Prefix  string            // of the files' names; "nianbao"
	Info    map[string]string // fields of the warcinfo records besides software and format: operator, http-header-user-agent, …
	Reader  archive.ReaderConfig
}

// An Archive is a Sink of WARC files in a folder, and a Recoverer: what a killed
// run left there is handed to the next one.
type Archive struct {
	dir    string
	w      *archive.Writer
	reader archive.ReaderConfig
	turned chan struct{} // closed when nobody turns files any more; nil: nobody does
	stop   chan struct{}
}

// OpenArchive opens a folder of WARC files for writing, and makes it when it is
// not there. Close it after the run.
func OpenArchive(_ context.Context, dir string, cfg ArchiveConfig) (*Archive, error) {
	var info archive.Fields
	for k, v := range cfg.Info {
		info = info.With(k, v)
	}
	sort.Slice(info, func(i, j int) bool { return info[i].Name < info[j].Name })
	w, err := archive.NewWriter(dir, archive.WriterConfig{MaxFile: cfg.MaxFile, Prefix: cfg.Prefix, Info: info})
	if err != nil {
		return nil, err
	}
	a := &Archive{dir: dir, w: w, reader: cfg.Reader}
	if cfg.MaxAge > 0 {
		a.turned, a.stop = make(chan struct{}), make(chan struct{})
		go a.turn(cfg.MaxAge)
	}
	return a, nil
}

// turn completes files that have become too old.
func (a *Archive) turn(age time.Duration) {
	defer close(a.turned)
	t := time.NewTicker(age / 4)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			if a.w.Turn(age) != nil {
				return // the next write says what is wrong
			}
		case <-a.stop:
			return
		}
	}
}

// Names of the metadata record's fields.
const (
	metaSeed    = "seed" // JSON
	metaRole    = "role"
	metaDepth   = "depth"
	metaText    = "link-text"
	metaVia     = "via"
	metaHop     = "hop" // "301 http://…", once for each
	metaRequest = "requested"
	metaReason  = "reason"
	metaDetail  = "reason-detail"
	metaForm    = "form"
	metaSite    = "site"
	metaElapsed = "fetchTimeMs"
)

// Capture implements Sink.
func (a *Archive) Capture(ctx context.Context, c *Capture) error {
	seed, err := json.Marshal(c.Request.Seed)
	if err != nil {
		return fmt.Errorf("archive: %s: %w", c.URL, err)
	}
	x := &archive.Exchange{
		URL: c.URL, Time: c.Time, Remote: c.Remote, Proto: c.Proto, Status: c.Status, Header: c.Header, Body: c.Raw,
		RequestHeader: c.RequestHeader, PayloadSHA256: strings.TrimPrefix(c.Digest, "sha256:"),
	}
	if x.Body == nil {
		x.Body = c.Body
	}
	if c.Request.Form != "" {
		x.Method = "POST"
	}
	m := archive.Fields{
		{Name: metaSeed, Value: string(seed)},
		{Name: metaRole, Value: string(c.Request.Role)},
		{Name: metaDepth, Value: strconv.Itoa(c.Request.Depth)},
		{Name: metaReason, Value: string(c.Reason)},
		{Name: metaElapsed, Value: strconv.FormatInt(c.Elapsed.Milliseconds(), 10)},
	}
	for _, f := range []archive.Field{{Name: metaDetail, Value: c.Detail}, {Name: metaVia, Value: c.Request.Referrer}, {Name: metaText, Value: c.Request.Text},
		{Name: metaForm, Value: c.Request.Form}, {Name: metaSite, Value: c.Request.Site}} {
		if f.Value != "" {
			m = append(m, f)
		}
	}
	if c.Request.URL != c.URL {
		m = m.With(metaRequest, c.Request.URL)
	}
	for _, h := range c.Request.Hops {
		m = m.With(metaHop, strconv.Itoa(h.Status)+" "+h.URL)
	}
	x.Metadata = m
	if c.Rendered {
		x.Rendered = c.Body
	}
	if e := c.Request.Earlier; c.Unchanged && e.Digest != "" {
		x.Revisit = &archive.Revisit{NotModified: c.Status == 304, URL: c.URL, Time: e.Time, RecordID: e.Record, Digest: e.Digest}
	}
	c.Where, c.Record, err = a.w.Write(ctx, x)
	return err
}

// Sync implements Sink.
func (a *Archive) Sync(ctx context.Context) error { return a.w.Sync(ctx) }

// Acknowledged implements Recoverer.
func (a *Archive) Acknowledged(at []archive.Location) error { return a.w.Acknowledge(at...) }

// Close ends the files. Those with captures that were not acknowledged are kept
// aside under .open for the next run.
func (a *Archive) Close() error {
	if a.stop != nil {
		close(a.stop)
		<-a.turned
		a.stop = nil
	}
	return a.w.Close()
}

// Recover implements Recoverer. Damaged records are passed over: their pages
// are fetched again.
func (a *Archive) Recover(ctx context.Context, all bool, yield func(*Capture) error) error {
	for p, err := range archive.Unacknowledged(ctx, a.dir, all, a.reader) {
		var bad *archive.RecordError
		if errors.As(err, &bad) {
			continue
		}
		if err != nil {
			return err
		}
		if p.Type == archive.TypeResource || p.Metadata == nil {
			continue
		}
		c, err := CaptureOf(p)
		if err != nil {
			continue
		}
		c.Recovered = true
		c.Where.File = strings.TrimSuffix(filepath.Base(c.Where.File), ".open")
		if err := yield(c); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Recovered implements Recoverer.
func (a *Archive) Recovered() error { return a.w.Recovered() }

// CaptureOf is the capture that a page of a WARC file is. Of pages written by
// other crawlers the Request has no more than the URL.
func CaptureOf(p *archive.Page) (*Capture, error) {
	c := &Capture{
		URL: p.URL, Time: p.Time, Status: p.Status, Proto: "HTTP/1.1", Header: p.Header, Body: p.Body, Digest: p.Digest,
		Remote: p.Remote, Where: p.Location, Record: p.RecordID, Reason: Reason(p.Metadata.Get(metaReason)), Detail: p.Metadata.Get(metaDetail),
		Unchanged: p.Type == archive.TypeRevisit, Rendered: p.Rendered,
	}
	if c.Reason == "" {
		c.Reason = Fetched
	}
	r := &c.Request
	r.URL, r.Role = p.URL, Role(p.Metadata.Get(metaRole))
	if u := p.Metadata.Get(metaRequest); u != "" {
		r.URL = u
	}
	if s := p.Metadata.Get(metaSeed); s != "" {
		if err := json.Unmarshal([]byte(s), &r.Seed); err != nil {
			return nil, fmt.Errorf("%s: metadata of %s: %w", p.File, p.URL, err)
		}
	}
	r.Depth, _ = strconv.Atoi(p.Metadata.Get(metaDepth)) // 0 where it is not told
	r.Text, r.Referrer, r.Form, r.Site = p.Metadata.Get(metaText), p.Metadata.Get(metaVia), p.Metadata.Get(metaForm), p.Metadata.Get(metaSite)
	for _, h := range p.Metadata.All(metaHop) {
		status, u, _ := strings.Cut(h, " ")
		n, _ := strconv.Atoi(status) // 0 is a hop by the page's text
		r.Hops = append(r.Hops, Hop{URL: u, Status: n})
	}
	r.Hops = slices.Clip(r.Hops)
	return c, nil
}
