package explorer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"nianbao/crawler/archive"
	"nianbao/parser"
	"nianbao/parser/document"
	"nianbao/parser/officedoc"
	"nianbao/parser/report"
	"nianbao/store"
)

// What a capture may take: a report's page is a hundredth of it.
const (
	maxCapture      = 64 << 20 // octets of a record, and of what it holds, decompressed
	maxCapturesOpen = 2        // at once
)

// capture is what an archive keeps of a report's document.
type capture struct {
	Report   *store.StoredReport
	Document store.Document // the bytes the report was read from, or a copy of them
	Copies   []store.Document

	// Missing says why there is nothing to show, a key in texts.csv with its
	// arguments; "" where there is.
	Missing string
	Args    []any

	URL       string
	Time      time.Time
	Status    int
	Type      string // the header Content-Type
	Rendered  bool   // a browser made the page
	Record    string // the id of the record
	Container string
	Member    string // of an archive, the file that the report is
	Bytes     int
	SHA256    string // of the bytes, computed now
	data      []byte
	unpacked  []byte // data, or what it is the gzip of
}

// Matches reports whether the bytes are those the report was read from.
func (c *capture) Matches() bool { return c.SHA256 == c.Document.SHA256 }

// Shown reports whether the bytes can be shown in a page, and not only saved.
func (c *capture) Shown() bool {
	return saved[c.Container].shown && c.Missing == ""
}

// saved is how the files of each container are saved, and whether they can be shown. A
// page is saved as text, so that opening it runs nothing.
var saved = map[string]struct {
	ending string
	shown  bool
}{
	document.HTML: {"html.txt", true}, document.MHTML: {"mht.txt", true}, document.Text: {"txt", true}, document.Placed: {"txt", true}, document.Markdown: {"md.txt", true},
	document.DOCX: {"docx", true}, document.XLSX: {"xlsx", true}, document.PDF: {"pdf", true}, document.WordML: {"bin", true}, document.SpreadsheetML: {"bin", true},
	document.DOC: {"doc", false}, document.XLS: {"xls", false}, document.WPS: {"wps", false}, document.RTF: {"rtf", false}, document.ZIP: {"zip", false},
	document.ODT: {"odt", false}, document.ODS: {"ods", false},
}

// AsPublished reports whether what is shown is the page itself; of other files
// it is what was read of them.
func (c *capture) AsPublished() bool {
	return c.Container == document.HTML || c.Container == document.MHTML || c.Container == document.Text
}

// capture looks for the bytes of a report, or of the copy with the digest sha.
func (e *Explorer) capture(ctx context.Context, id int64, sha string) (*capture, error) {
	r, err := e.store.Report(ctx, id)
	if err != nil {
		return nil, err
	}
	c := &capture{Report: r, Document: r.Document, Copies: r.Copies}
	if sha != "" && sha != r.Document.SHA256 {
		i := slices.IndexFunc(r.Copies, func(d store.Document) bool { return d.SHA256 == sha })
		if i < 0 {
			return nil, notFound("error.not_found")
		}
		c.Document = r.Copies[i]
	}
	if err := e.readCapture(ctx, c); err != nil {
		return nil, err
	}
	return c, nil
}

// holdCapture waits for leave to read a capture: large ones take memory.
func (e *Explorer) holdCapture(ctx context.Context) (release func(), err error) {
	select {
	case e.captures <- struct{}{}:
		return func() { <-e.captures }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// missing says why there is no capture.
func (c *capture) missing(key string, args ...any) error {
	c.Missing, c.Args = key, args
	return nil
}

// readCapture reads the bytes from the archive. What is wrong with the archive
// is said in the page; the error is ctx's.
func (e *Explorer) readCapture(ctx context.Context, c *capture) error {
	d := c.Document
	switch {
	case d.WARCFile == "":
		return c.missing("capture.none.file")
	case e.cfg.Archive == "" && e.cfg.OpenCapture == nil:
		return c.missing("capture.none.archive", d.WARCFile)
	case !isFileName(d.WARCFile):
		return c.missing("capture.none.name", d.WARCFile)
	}
	f, size, err := e.openArchived(ctx, d.WARCFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return c.missing("capture.none.gone", d.WARCFile)
	case err != nil:
		e.cfg.Log.Warn("capture", "file", d.WARCFile, "error", err)
		return c.missing("capture.none.unreadable", d.WARCFile)
	}
	defer f.Close()
	if d.WARCOffset < 0 || d.WARCOffset >= size {
		return c.missing("capture.none.offset", d.WARCFile, d.WARCOffset)
	}
	return e.readRecord(ctx, c, f)
}

// readRecord reads the capture's record of an open file.
func (e *Explorer) readRecord(ctx context.Context, c *capture, f io.ReadSeeker) error {
	d := c.Document
	p, err := archive.ReadAt(ctx, seekReader{ctx, f}, archive.Location{File: d.WARCFile, Offset: d.WARCOffset},
		archive.ReaderConfig{MaxRecord: e.maxCapture, MaxBody: e.maxCapture})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, archive.ErrTooLarge), errors.Is(err, archive.ErrDecodedTooLarge):
		return c.missing("capture.none.large", d.WARCFile, d.WARCOffset)
	case errors.Is(err, archive.ErrDigest):
		return c.missing("capture.none.digest", d.WARCFile, d.WARCOffset)
	case err != nil:
		e.cfg.Log.Warn("capture", "file", d.WARCFile, "offset", d.WARCOffset, "error", err)
		return c.missing("capture.none.record", d.WARCFile, d.WARCOffset)
	case p.Type == archive.TypeRevisit || p.Body == nil:
		return c.missing("capture.none.revisit", d.WARCFile, d.WARCOffset)
	}
	c.URL, c.Time, c.Status, c.Type, c.Rendered, c.Record = p.URL, p.Time, p.Status, p.Header.Get("Content-Type"), p.Rendered, p.RecordID
	c.hold(p.Body)
	if c.Container == document.ZIP && !c.Matches() {
		return c.unzip(ctx)
	}
	return nil
}

// hold takes the bytes of the capture.
func (c *capture) hold(data []byte) {
	sum := sha256.Sum256(data)
	c.SHA256, c.Bytes = hex.EncodeToString(sum[:]), len(data)
	c.data, c.unpacked = data, parser.Unpacked(data)
	c.Container = parser.Container(c.unpacked)
}

// unzip takes the file out of an archive that the report was read from.
func (c *capture) unzip(ctx context.Context) error {
	found := errors.New("found")
	_, err := officedoc.EachMember(ctx, c.unpacked, officedoc.Limits{}, func(m officedoc.Member) error {
		sum := sha256.Sum256(m.Data)
		if hex.EncodeToString(sum[:]) != c.Document.SHA256 {
			return nil
		}
		c.Member, c.Type = m.Name, ""
		c.hold(m.Data)
		return found
	})
	if err != nil && !errors.Is(err, found) && ctx.Err() != nil {
		return ctx.Err()
	}
	return nil // or it is shown as a file that does not match
}

// isFileName reports whether a name is that of a file and no path.
func isFileName(name string) bool {
	return filepath.IsLocal(name) && !strings.ContainsAny(name, `/\`+"\x00") && name != "."
}

// openArchived opens a file of the archive, wherever that is, and tells its size.
func (e *Explorer) openArchived(ctx context.Context, name string) (io.ReadSeekCloser, int64, error) {
	if e.cfg.OpenCapture != nil {
		return e.cfg.OpenCapture(ctx, name)
	}
	f, err := openFile(e.cfg.Archive, name)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

// openFile opens a file of the archive's folder, or the one of that name
// that a crawl is writing. Nothing outside the folder can be reached, by links
// either.
func openFile(dir, name string) (*os.File, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	info, err := root.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		name += ".open"
		info, err = root.Stat(name)
	}
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // opening a pipe would wait for its writer
		return nil, errors.New("it is no regular file")
	}
	return root.Open(name)
}

// seekReader ends reading when its context does.
type seekReader struct {
	ctx context.Context
	f   io.ReadSeeker
}

func (r seekReader) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.f.Read(b)
}

func (r seekReader) Seek(offset int64, whence int) (int64, error) { return r.f.Seek(offset, whence) }

// asked is the place that an address asks to see in a capture.
type asked struct {
	Figure   *figure  // of a table, or nil
	Mention  *mention // told in words, or nil
	At       report.Locator
	Label    pair
	Raw      string // what was read there
	Query    url.Values
	sentence [2]int // where the figure begins and ends in the sentence
}

// asked reads what to show from the address: a figure by indicator and
// applicant, a figure told by its number, or a place; nil for none.
func (c *capture) asked(q url.Values) (*asked, error) {
	a := &asked{Query: url.Values{}}
	for _, key := range []string{"indicator", "applicant", "mention", "at", "document", "lang", "marks"} {
		if v := q.Get(key); v != "" {
			a.Query.Set(key, v)
		}
	}
	switch {
	case q.Get("indicator") != "":
		for i := range c.Report.Facts {
			f := &c.Report.Facts[i]
			if f.Indicator == q.Get("indicator") && f.Applicant == q.Get("applicant") {
				a.Figure = &figure{Indicator: f.Indicator, Applicant: f.Applicant, Label: indicatorLabel(f.Indicator), Column: applicantLabel(f.Applicant), Read: &f.Fact}
				a.At, a.Raw, a.Label = f.Locator, f.Raw, a.Figure.Label
				return a, nil
			}
		}
		return nil, notFound("error.no_figure")
	case q.Get("mention") != "":
		m, err := mentionOf(c.Report, q.Get("mention"))
		if err != nil {
			return nil, err
		}
		a.Mention, a.Raw, a.Label = m, m.Sentence, m.Label
		for _, s := range c.Report.Sections {
			if s.Number == m.Section {
				from, _ := sentenceAround(s.Text, m.Sentence, m.Start)
				a.sentence = [2]int{m.Start - from, m.End - from}
			}
		}
		return a, nil
	case q.Get("at") != "":
		at, err := report.ParseLocator(q.Get("at"))
		if err != nil {
			return nil, badRequest("error.parameter", "at", q.Get("at"))
		}
		a.At = at
		return a, nil
	}
	return a, nil
}

// Any reports whether a place is asked for.
func (a *asked) Any() bool { return a.Mention != nil || !a.At.IsZero() }

// marks are the places to be marked: every figure that was read, unless they
// are not wanted, and the one that is asked for.
func (c *capture) marks(a *asked, l language) []marking {
	var marks []marking
	if a.Query.Get("marks") != "none" {
		for _, f := range c.Report.Facts {
			if f.Locator.IsZero() {
				continue
			}
			title := indicatorLabel(f.Indicator).in(l)
			if column := applicantLabel(f.Applicant).in(l); column != "" {
				title += " · " + column
			}
			marks = append(marks, marking{At: f.Locator, Class: "read", Title: title})
		}
	}
	switch {
	case a.Mention != nil:
		marks = append(marks, marking{Text: a.Mention.Sentence, Class: "sentence", ID: "at"})
		if a.sentence[0] >= 0 && a.sentence[1] > a.sentence[0] {
			marks = append(marks, marking{Text: a.Mention.Sentence, From: a.sentence[0], To: a.sentence[1], Class: "at"})
		}
	case !a.At.IsZero():
		marks = append(marks, marking{At: a.At, Class: "at", ID: "at"})
	}
	return marks
}

// captureView is the page about a capture.
type captureView struct {
	*capture
	Asked  *asked
	Found  bool   // the place is in what is shown
	Here   string // what stands there
	Agrees bool   // it is what was read
	Failed string // why the bytes cannot be shown, a key in texts.csv
	Frame  string // address of what is shown; "" when nothing is
	File   string
}

func (e *Explorer) capturePage(p *page, r *http.Request) error {
	id, err := reportID(r)
	if err != nil {
		return err
	}
	release, err := e.holdCapture(r.Context())
	if err != nil {
		return err
	}
	defer release()
	c, err := e.capture(r.Context(), id, p.Query.Get("document"))
	if err != nil {
		return err
	}
	v := &captureView{capture: c}
	if v.Asked, err = c.asked(r.URL.Query()); err != nil {
		return err
	}
	p.Title, p.V, p.Wide = p.T("capture.title"), v, true
	if c.Missing != "" {
		return nil
	}
	v.File = p.Link(fmt.Sprintf("/report/%d/capture/file", id), "document", p.Query.Get("document"))
	if !c.Shown() {
		return nil
	}
	f, err := e.facsimile(r.Context(), c)
	if err != nil {
		if v.Failed = whyNotShown(err); v.Failed == "" {
			return err
		}
		return nil
	}
	marks := c.marks(v.Asked, p.Lang)
	if v.Asked.Any() {
		_, found := f.HTML(marks)
		v.Found = found[slices.IndexFunc(marks, func(m marking) bool { return m.ID == "at" })]
		v.Here = textAt(f.Document(), v.Asked.At)
		v.Agrees = v.Asked.Mention != nil || agrees(v.Here, v.Asked)
	}
	frame := url.URL{Path: fmt.Sprintf("/report/%d/capture/page", id), RawQuery: v.Asked.Query.Encode()}
	if v.Found {
		frame.Fragment = "at"
	}
	v.Frame = frame.String()
	return nil
}

// whyNotShown is what may be told of an error of facsimile; "" for those that
// are ours.
func whyNotShown(err error) string {
	var bad *document.ReadError
	switch {
	case errors.Is(err, errNoReader):
		return "capture.failed.reader"
	case errors.Is(err, errLargePage):
		return "capture.failed.large"
	case errors.As(err, &bad):
		return "capture.failed.damaged"
	}
	return ""
}

// textAt is what a document has at a place; "" where nothing is.
func textAt(d *document.Document, at report.Locator) string {
	for _, b := range d.Blocks {
		switch {
		case b.Kind != document.Table && at.Line > 0 && b.Line == at.Line:
			return b.Text
		case b.Kind == document.Table && at.Column > 0 && b.Grid.Number == at.Table:
			if c := b.Grid.At(at.Row-1, at.Column-1); c != nil {
				return c.Text
			}
		}
	}
	return ""
}

// agrees reports whether what stands at a place is what was read there: the
// cell's text, or a line that has it.
func agrees(here string, a *asked) bool {
	if a.Figure == nil {
		return true
	}
	here, raw := withoutSpace(here), withoutSpace(a.Raw)
	if a.At.Line > 0 {
		return here != "" && strings.Contains(here, raw)
	}
	return here == raw
}

// withoutSpace is a text to compare: white space is not what a page says.
func withoutSpace(s string) string { return strings.Join(strings.Fields(s), "") }

// framePolicy is that of a capture's content: nothing runs, nothing loads, no
// form is sent, and only our own pages may show it.
const framePolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"

// frameHeader replaces what guard has set.
func frameHeader(h http.Header) {
	h.Set("Content-Security-Policy", framePolicy)
	h.Set("X-Frame-Options", "SAMEORIGIN")
}

// serveCapture answers with the content of a capture, for the frame of its
// page.
func (e *Explorer) serveCapture(w http.ResponseWriter, r *http.Request) {
	frameHeader(w.Header())
	content, err := e.captureContent(r)
	if err != nil {
		e.failFrame(w, r, err)
		return
	}
	send(w, r, "text/html; charset=utf-8", http.StatusOK, content)
}

func (e *Explorer) captureContent(r *http.Request) ([]byte, error) {
	id, err := reportID(r)
	if err != nil {
		return nil, err
	}
	release, err := e.holdCapture(r.Context())
	if err != nil {
		return nil, err
	}
	defer release()
	q := r.URL.Query()
	c, err := e.capture(r.Context(), id, q.Get("document"))
	if err != nil {
		return nil, err
	}
	if c.Missing != "" {
		return nil, notFound(c.Missing, c.Args...)
	}
	a, err := c.asked(q)
	if err != nil {
		return nil, err
	}
	f, err := e.facsimile(r.Context(), c)
	if err != nil {
		if key := whyNotShown(err); key != "" {
			return nil, notFound(key)
		}
		return nil, err
	}
	lang := newPage(r, "", "").Lang
	content, _ := f.HTML(c.marks(a, lang))
	return frame(c, content), nil
}

// failFrame says in plain text what was wrong.
func (e *Explorer) failFrame(w http.ResponseWriter, r *http.Request, err error) {
	p := e.problemOf(r, err)
	send(w, r, "text/plain; charset=utf-8", p.status, []byte(newPage(r, "", "").T(p.text, p.args...)+"\n"))
}

// serveCaptureFile answers with the bytes as they were archived, to be saved.
func (e *Explorer) serveCaptureFile(w http.ResponseWriter, r *http.Request) {
	var c *capture
	id, err := reportID(r)
	if err == nil {
		var release func()
		if release, err = e.holdCapture(r.Context()); err == nil {
			c, err = e.capture(r.Context(), id, r.URL.Query().Get("document"))
			release()
		}
	}
	if err == nil && c.Missing != "" {
		err = notFound(c.Missing, c.Args...)
	}
	if err != nil {
		e.fail(w, r, err)
		return
	}
	frameHeader(w.Header())
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", c.fileName()))
	send(w, r, "application/octet-stream", http.StatusOK, c.data) // no browser shows it
}

// fileName names the bytes for saving: letters and digits only, with an ending
// of ours.
func (c *capture) fileName() string {
	ending := saved[c.Container].ending
	if ending == "" || len(c.unpacked) != len(c.data) {
		ending = "bin"
	}
	name := "report-" + strconv.FormatInt(c.Report.ID, 10)
	if code := c.Report.Meta.RegionCode; len(code) == 6 && strings.Trim(code, "0123456789") == "" {
		name += "-" + code
	}
	if y := c.Report.Meta.Year; y > 0 {
		name += fmt.Sprintf("-%d", y)
	}
	return name + "." + ending
}

// SavedAsText reports whether the bytes are a page, saved under a name that no
// browser opens.
func (c *capture) SavedAsText() bool { return strings.Count(c.fileName(), ".") == 2 }
