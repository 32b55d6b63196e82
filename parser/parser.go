package parser

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"nianbao/parser/catalog"
	"nianbao/parser/check"
	"nianbao/parser/document"
	"nianbao/parser/filename"
	"nianbao/parser/form"
	"nianbao/parser/narrative"
	"nianbao/parser/officedoc"
	"nianbao/parser/outline"
	"nianbao/parser/pdfdoc"
	"nianbao/parser/report"
)

// Version is recorded with every report, as report.Meta.ParserVersion. It
// changes whenever the same bytes may give another result.
const Version = "12"

// Source is one document to parse.
type Source struct {
	Name        string // path or URL; it is named in messages and, as a URL, its host is evidence of the region
	Data        []byte
	ContentType string // the HTTP header, if there was one; the bytes decide against it
	// WARCs says of a ZIP archive that the caller reads the WARC files which lie in
	// it directly: what is left of it is parsed.
	WARCs bool

	digest    string // of the bytes as they were found, packed
	container string // "" until it is known
}

// open makes of a source what is parsed: it is unpacked, and its container known.
func (src *Source) open() {
	sum := sha256.Sum256(src.Data)
	src.digest = hex.EncodeToString(sum[:])
	src.Data = Unpacked(src.Data)
	src.container = Container(src.Data)
}

// Config configures a Parser. Its zero value reads every container that needs
// no other program, with a time limit of a minute a document.
type Config struct {
	// Narrative returns the reader of the figures told in words. It is called
	// when the first report has prose. Nil leaves mentions out.
	Narrative func() (*narrative.Reader, error)
	// PDF reads PDF files; nil makes one with its defaults when it is needed.
	PDF *pdfdoc.Reader
	// Converter reads .doc, .wps and .xls through LibreOffice; nil makes one
	// with its defaults when it is needed.
	Converter *officedoc.Converter
	// Timeout bounds the reading of one document; zero is a minute. A document
	// that runs into it gives a finding, not an error. PDF and Converter have
	// bounds of their own: files wait there for each other.
	Timeout time.Duration
}

// Parser parses documents. It may be used by many goroutines at once.
type Parser struct {
	cfg     Config
	ownsPDF bool
}

// New returns a parser. Close it when it is no longer needed.
func New(cfg Config) *Parser {
	p := &Parser{cfg: cfg}
	if p.cfg.PDF == nil {
		p.cfg.PDF, p.ownsPDF = pdfdoc.New(pdfdoc.Config{}), true
	}
	if p.cfg.Converter == nil {
		p.cfg.Converter = officedoc.NewConverter(officedoc.ConverterConfig{})
	}
	if p.cfg.Timeout <= 0 {
		p.cfg.Timeout = time.Minute
	}
	return p
}

// Close frees what reading PDF files has started.
func (p *Parser) Close() error {
	if p.ownsPDF {
		return p.cfg.PDF.Close()
	}
	return nil
}

// Parse parses one document. The error is ctx's, or that of Config.Narrative; whatever is wrong with the document itself is a
// finding. An archive gives its first report; ParseAll gives all of them.
func (p *Parser) Parse(ctx context.Context, src Source) (*report.Report, error) {
	all, err := p.parseAll(ctx, &src)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return unrecognised(src, document.ZIP, "nothing but WARC files is in the archive"), nil
	}
	return all[0], nil
}

// ParseAll parses a document that may hold several reports: a ZIP archive
// gives one for each of its members that is a report, named archive#member, and
// an unrecognised one in its own name when none is, or for what was left out; with
// Source.WARCs it may give none. Every other document gives exactly one.
func (p *Parser) ParseAll(ctx context.Context, src Source) ([]*report.Report, error) {
	return p.parseAll(ctx, &src)
}

// parseAll is ParseAll, and leaves src open, for who says more of it.
func (p *Parser) parseAll(ctx context.Context, src *Source) (all []*report.Report, err error) {
	defer guard(src, &all, &err)
	if src.open(); src.container == document.ZIP {
		a := archive{parser: p, name: src.Name, reports: &all}
		err = a.read(ctx, *src)
		return all, err
	}
	r, err := p.parse(ctx, *src)
	return []*report.Report{r}, err
}

// guard, deferred, makes a panic of the parser a report of its own, behind those there are:
// one document in ten thousand must not end a run over all of them.
func guard(src *Source, all *[]*report.Report, err *error) {
	if fault := recover(); fault != nil {
		*all, *err = append(*all, broken(*src, fault)), nil
	}
}

// archive is a ZIP archive that is read, and what its members gave.
type archive struct {
	parser   *Parser
	name     string
	files    int
	reports  *[]*report.Report
	unopened []report.Finding // of the WARC files that nobody else reads
}

// read parses the members of an archive.
func (a *archive) read(ctx context.Context, src Source) error {
	left, err := officedoc.EachMember(ctx, src.Data, officedoc.Limits{}, func(m officedoc.Member) error {
		return a.member(ctx, m, src.WARCs)
	})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil && a.files > 0:
		return err // of the parser itself
	case err != nil:
		*a.reports = append(*a.reports, unrecognised(src, document.ZIP, err.Error()))
		return nil
	}
	left = append(left, a.unopened...)
	if why := a.why(left, src.WARCs); why != "" {
		r := unrecognised(src, document.ZIP, why)
		r.Findings = append(r.Findings, left...)
		*a.reports = append(*a.reports, r)
	}
	return nil
}

// member parses a member of an archive. One that the parser breaks on gives a report too.
func (a *archive) member(ctx context.Context, m officedoc.Member, warcs bool) (err error) {
	src := Source{Name: a.name + "#" + m.Name, Data: m.Data}
	defer guard(&src, a.reports, &err)
	a.files++
	if isWARC(m.Data) {
		if !warcs || m.Depth > 1 {
			a.unopened = append(a.unopened, report.Warning(report.RuleLimit, "The archive's file %s is %s", m.Name, errWARC))
		}
		return nil
	}
	src.open()
	r, err := a.parser.parse(ctx, src)
	if err == nil && r.Meta.Layout != "" {
		*a.reports = append(*a.reports, r)
	}
	return err
}

// why says why an archive gave no report, or not all of it was read; "" where it was, or
// where somebody else reads its WARC files.
func (a *archive) why(left []report.Finding, warcs bool) string {
	switch {
	case len(*a.reports) == 0 && len(left) == 0 && warcs, len(*a.reports) > 0 && len(left) == 0:
		return ""
	case len(*a.reports) == 0 && len(left) > 0 && len(a.unopened) == a.files:
		return left[0].Message
	case len(*a.reports) == 0:
		return fmt.Sprintf("none of the %d files in the archive is a report", a.files)
	}
	why := "it is an archive of them, and not all of it was read: " + left[0].Message
	if n := len(left) - 1; n > 0 {
		why += fmt.Sprintf(" (and %d more)", n)
	}
	return why
}

// Document reads a document that is no archive without looking for a report in
// it: what Parse sees, with the places that its locators name. The error is that
// of the container's reader, or ctx's.
func (p *Parser) Document(ctx context.Context, src Source) (*document.Document, error) {
	return p.readLimited(ctx, Container(src.Data), src)
}

// parse parses a document that is open and no archive.
func (p *Parser) parse(ctx context.Context, src Source) (*report.Report, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	doc, err := p.readLimited(ctx, src.container, src)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return p.unreadable(src, err), nil
	}
	return p.build(src, doc)
}

// unreadable is the report of a document that its reader refused.
func (p *Parser) unreadable(src Source, err error) *report.Report {
	var r *report.Report
	switch {
	case errors.Is(err, officedoc.ErrNoConverter):
		r = unrecognised(src, src.container, "this is a "+src.container+" file")
		r.Findings = append(r.Findings, report.Warning(report.RuleNeedsConverter, "%v", err))
	case errors.Is(err, context.DeadlineExceeded):
		r = unrecognised(src, src.container, fmt.Sprintf("reading it took longer than %s", p.cfg.Timeout))
		r.Findings = append(r.Findings, report.Warning(report.RuleLimit, "reading took longer than %s and was given up", p.cfg.Timeout))
	default:
		r = unrecognised(src, src.container, err.Error())
	}
	return r
}

// broken is the report of a document on which the parser panicked; called while it does.
func broken(src Source, fault any) *report.Report {
	r := unrecognised(src, src.container, "it could not be read")
	r.Findings = append(r.Findings, report.Finding{
		Rule: report.RuleFault, Severity: report.SeverityError,
		Message: fmt.Sprintf("the parser broke on it, which is a fault of its own: %v (%s); please report it together with the file", fault, brokenAt()),
	})
	return r
}

// brokenAt names the line of this module that a panic came from.
func brokenAt() string {
	callers := make([]uintptr, 64)
	frames := runtime.CallersFrames(callers[:runtime.Callers(1, callers)])
	for panicking, more := false, true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		if panicking && strings.HasPrefix(f.Function, "nianbao/") {
			return fmt.Sprintf("%s, line %d", f.Function, f.Line)
		}
		panicking = panicking || f.Function == "runtime.gopanic"
	}
	return "nobody knows where"
}

// build makes the report of a document that was read.
func (p *Parser) build(src Source, doc *document.Document) (*report.Report, error) {
	if len(doc.Blocks) == 0 && doc.Images == 0 && doc.Title == "" {
		r := unrecognised(src, doc.Container, "it holds no text")
		r.Findings = append(r.Findings, doc.Findings...)
		return r, nil
	}
	o := outline.Read(doc, src.Name)
	doc = o.Own()
	tables := form.Read(doc, form.Of{Year: int(o.Meta.Year), Body: o.Body})
	sections := o.Sections(tables.Used)

	layout, note, why := recognise(doc, o, tables, sections)
	if layout == "" {
		r := unrecognised(src, doc.Container, why)
		r.Meta.Title = o.Meta.Title
		r.Findings = append(r.Findings, doc.Findings...)
		return r, nil
	}
	r := &report.Report{Meta: o.Meta, Facts: tables.Facts, Sections: sections}
	r.Meta.Source, r.Meta.Container, r.Meta.Layout = src.Name, doc.Container, layout
	r.Meta.DocumentSHA256, r.Meta.ParserVersion = src.digest, Version
	r.Findings = slices.Concat(doc.Findings, o.Findings, tables.Findings)
	if catalog.Default().Form(tables.Layout).Tables == catalog.TablesSections {
		r.Findings = append(r.Findings, o.Missing()...)
	}
	cited := ""
	if note.Rule != "" {
		note.Actual = report.Text(layout)
		r.Findings = append(r.Findings, note)
	} else {
		// A layout that no table shows cannot contradict the notice.
		cited = outline.Cited(sections)
	}
	if len(tables.Facts) == 0 && proseLength(sections) < 200 {
		r.Findings = append(r.Findings, bodyless(doc)...)
	}
	r.Findings = append(r.Findings, check.Tables(r, cited)...)
	if p.cfg.Narrative != nil && len(sections) > 0 {
		words, err := p.cfg.Narrative()
		if err != nil {
			return nil, err
		}
		var unread []report.Finding
		r.Mentions, unread = words.Read(r.Meta, sections)
		r.Findings = append(r.Findings, unread...)
		if n := len(r.Mentions); n > maxMentions {
			r.Mentions = slices.Clone(r.Mentions[:maxMentions])
			r.Findings = append(r.Findings, report.Finding{
				Rule: report.RuleLimit, Severity: report.SeverityWarning, Actual: report.Number(float64(n)),
				Message: fmt.Sprintf("the text tells %d figures, more than any report; those after the first %d were left out", n, maxMentions),
			})
		}
		r.Findings = append(r.Findings, check.Narrative(r)...)
	}
	sortFindings(r.Findings)
	return r, nil
}

// maxMentions bounds the figures told in one report; long ones tell some
// hundreds.
const maxMentions = 10_000

// sortFindings puts what is worst first, in a stable order.
func sortFindings(fs []report.Finding) {
	rank := map[report.Severity]int{report.SeverityError: 0, report.SeverityWarning: 1, report.SeverityInfo: 2}
	slices.SortStableFunc(fs, func(a, b report.Finding) int { return rank[a.Severity] - rank[b.Severity] })
}

// unrecognised is what a document gives that is no report: where it came
// from, and why it is none.
func unrecognised(src Source, container, why string) *report.Report {
	return &report.Report{
		Meta: report.Meta{Source: src.Name, Container: container, DocumentSHA256: src.digest, ParserVersion: Version},
		Findings: []report.Finding{{
			Rule: report.RuleNotRecognised, Severity: report.SeverityError,
			Message: "not a report on government information disclosure: " + why,
		}},
	}
}

// Recognised reports whether the document was a report at all, and why not.
func Recognised(r *report.Report) (ok bool, why string) {
	if r.Meta.Layout != "" {
		return true, ""
	}
	for _, f := range r.Findings {
		if f.Rule == report.RuleNotRecognised {
			why = f.Message
		}
	}
	for _, f := range r.Findings {
		if f.Rule == report.RuleNeedsConverter || f.Rule == report.RuleFault {
			why += "; " + f.Message
		}
	}
	return false, why
}

// proseLength is the length of the prose, in bytes.
func proseLength(sections []report.Section) int {
	n := 0
	for _, s := range sections {
		n += len(s.Text)
	}
	return n
}

// recognise decides whether a document is a report, and its layout. note
// explains a layout that no table shows; why explains a refusal.
func recognise(doc *document.Document, o *outline.Outline, tables form.Result, sections []report.Section) (layout string, note report.Finding, why string) {
	note = report.Finding{Rule: report.RuleLayoutInferred, Severity: report.SeverityInfo}
	unread := slices.Contains(tables.Used, true)
	if tables.Layout != "" {
		if why := refuseForm(doc, o, tables); why != "" {
			return "", note, why
		}
		if !tables.Open || o.Meta.Year == 0 {
			return tables.Layout, report.Finding{}, ""
		}
		last := len(tables.Fits) - 1
		note.Message = fmt.Sprintf("the tables that are there are the same in the layouts %s and %s; the layout is the one prescribed for the year",
			strings.Join(tables.Fits[:last], ", "), tables.Fits[last])
		return tables.Layout, note, ""
	}
	if why := refuseText(doc, o, sections, unread); why != "" {
		return "", note, why
	}
	note.Message = "no standard table was found; the layout is the one prescribed for the year"
	if unread {
		note.Rule, note.Severity = report.RuleLayoutUnread, report.SeverityWarning
		note.Message = "standard tables were found, but none could be read with certainty; the layout is the one prescribed for the year"
	}
	return catalog.Default().Prescribed(int(o.Meta.Year)).Name, note, ""
}

// refuseForm says why a document with standard tables is no report, or "".
func refuseForm(doc *document.Document, o *outline.Outline, tables form.Result) string {
	figures := slices.ContainsFunc(tables.Facts, func(f report.Fact) bool { return f.Status.HasValue() })
	if !figures && !o.Titled {
		return "its tables are an empty form and its title is no report's"
	}
	// The form that a notice asks for has a title of its own.
	if name, about := outline.About(doc); about && (!o.Titled || !figures) {
		return fmt.Sprintf("its title %q is that of a paper about such reports", name)
	}
	return ""
}

// refuseText says why a document without standard tables is no report, or "". A title
// alone does not make a report: list pages and soft errors have one too, and so has what is
// written about a report.
func refuseText(doc *document.Document, o *outline.Outline, sections []report.Section, unread bool) string {
	switch is, kind := o.Weigh(numbered(sections), proseLength(sections), unread || len(bodyless(doc)) > 0); {
	case !o.Titled && !o.Untitled && o.Meta.Title == "":
		return "no title of a report and none of the standard tables were found"
	case !o.Titled && !o.Untitled:
		return fmt.Sprintf("its title %q is no report's, and none of the standard tables were found", o.Meta.Title)
	case !is && kind != "":
		return fmt.Sprintf("it names %q, but has none of the standard tables and reads like another kind of page, %s", o.Meta.Title, kind)
	case !is:
		return "it has the title of a report, but neither its sections nor its tables"
	}
	return ""
}

// numbered counts the sections that have a number.
func numbered(sections []report.Section) (n int) {
	for _, s := range sections {
		if s.Number > 0 {
			n++
		}
	}
	return n
}

// bodyless tells where the report is when the document itself holds none of
// it: in a picture, or in an attachment.
func bodyless(doc *document.Document) []report.Finding {
	for _, f := range doc.Findings {
		if f.Rule == report.RuleImageOnly {
			return []report.Finding{f}
		}
	}
	for _, l := range doc.Links {
		if attachment(l) {
			return []report.Finding{{
				Rule: report.RuleAttachmentPresent, Severity: report.SeverityWarning, Actual: report.Text(l.URL),
				Message: "the page holds no report, only a link to one: " + l.URL,
			}}
		}
	}
	if doc.Images > 0 {
		return []report.Finding{{
			Rule: report.RuleImageOnly, Severity: report.SeverityWarning, Actual: report.Number(float64(doc.Images)),
			Message: "the document holds pictures and next to no text; no figure was read",
		}}
	}
	return nil
}

// attachment reports whether a link leads to a file that may be the report.
func attachment(l document.Link) bool {
	url, _, _ := strings.Cut(l.URL, "?")
	return filename.Ending(url) != "" || filename.Ending(l.Text) != ""
}
