package htmldoc

import (
	"context"
	"fmt"
	"io"
	"strings"

	"golang.org/x/net/html"

	"nianbao/parser/charset"
	"nianbao/parser/document"
	"nianbao/parser/report"
)

// Limits of one page, far beyond any report. What lies behind them is cut off.
const (
	maxBytes      = 32 << 20
	maxTags       = 250_000 // start and end tags that reach the tree
	maxInlineEnds = 30_000  // end tags of inline elements among them
	maxWork       = 10_000_000
	maxLinks      = 20_000
)

// Read reads a page. The content type is the HTTP header of that name, "" where there was
// none; its charset is a hint only. The only error is that of ctx; a damaged page gives what
// could be read, with findings.
func Read(ctx context.Context, data []byte, contentType string) (*document.Document, error) {
	return read(ctx, data, contentType, false)
}

// read reads a page, thoroughly where its whole markup is to be in the tree: the document is
// the same.
func read(ctx context.Context, data []byte, contentType string, thorough bool) (*document.Document, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("htmldoc: read page: %w", err)
	}
	truncated := len(data) > maxBytes
	if truncated {
		data = data[:maxBytes]
	}
	p, text := begin(ctx, data, contentType, thorough)
	root := p.parse(text)
	p.cut = p.cut || truncated
	d := p.document(root)
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("htmldoc: read page: %w", err)
	}
	return d, nil
}

// begin decodes a page and reads what is told before its tree is built.
func begin(ctx context.Context, data []byte, contentType string, thorough bool) (*page, string) {
	text, name, _ := charset.Decode(data, contentType, declaredCharset(data))
	text = strings.ReplaceAll(text, "\x00", "") // as browsers do
	return &page{ctx: ctx, thorough: thorough, charset: name, css: sheetsOf(text), ending: endOf(text)}, text
}

// page is what happened on the way from the bytes to the tree.
type page struct {
	ctx       context.Context
	thorough  bool
	charset   string
	css       *sheets
	cut       bool // limits were reached
	orphans   bool // cells stood outside any table
	flattened bool // nested too deep for a tree
	ending    ending
}

// parse builds the tree, of the page or of one within it, by the shortest way that is certain;
// anew where the way shows that the page has to be dressed.
func (p *page) parse(text string) *html.Node {
	defer p.css.repaint()
	for {
		dressed := p.css.dressed()
		if root := p.parsed(text); dressed || !p.css.dressed() {
			return root
		}
	}
}

func (p *page) parsed(text string) *html.Node {
	if !p.thorough {
		if root := build(text, p.css); root != nil {
			return root
		}
	}
	if root := p.tree(rewrite(text, p.css)); root != nil {
		return root
	}
	if root := p.tree(flatten(text)); root != nil {
		return root
	}
	// flatten keeps far below the limit; should it ever fail, an empty page
	// with a finding is better than no answer.
	return &html.Node{Type: html.DocumentNode}
}

// tree is that of a page made ready for html.Parse, nil where it nests too deep: more
// than 512 elements open at once is the one error of html.Parse besides the reader's.
func (p *page) tree(r *rewriter) *html.Node {
	p.flattened = p.flattened || r.flat != nil
	if r.deep {
		return nil
	}
	root, err := html.Parse(reader{p.ctx, strings.NewReader(r.b.String())})
	if err != nil {
		return nil
	}
	p.cut, p.orphans = p.cut || r.cut, p.orphans || r.orphans.found
	return undisguised(root)
}

// reader ends a parse when its context does.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(b)
}

// document walks the tree.
func (p *page) document(root *html.Node) *document.Document { return p.traced(root, nil) }

// traced walks the tree and notes in t, unless it is nil, where the blocks stand.
func (p *page) traced(root *html.Node, t *trace) *document.Document {
	if p.cut && p.ending == whole {
		mend(root, cutCell) // wherever that was
	} else {
		mend(root, p.ending)
	}
	p.css.repaint()
	w := walker{css: p.css, parse: p.parse, trace: t}
	w.tree(root)
	if n := w.curtain(); n != nil {
		p.css.reveal(n)
		t.forget()
		w = walker{css: p.css, parse: p.parse, trace: t}
		w.tree(root)
	}
	if w.blocks == 0 {
		w.noscripts()
	}
	w.endDrawn()
	d := w.out.Document()
	d.Container, d.Charset = document.HTML, p.charset
	d.Links, d.Images = w.links, w.images
	properties(d, w.head)
	p.findings(d, w.drawings >= minDrawnFigures)
	return d
}

// findings adds what happened to a page, on which figures are drawn or not.
func (p *page) findings(d *document.Document, drawn bool) {
	add := func(holds bool, rule, message string) {
		if holds {
			d.Findings = append(d.Findings, report.Warning(rule, "%s", message))
		}
	}
	n := unreadable(d)
	add(n > 0, report.RuleEncoding,
		fmt.Sprintf("%d characters of the text are unreadable (U+FFFD): their bytes are not valid %s, or the page was damaged before it was published.", n, p.charset))
	add(p.flattened, report.RuleMalformed,
		"The markup is nested deeper than any report's; it was read without its nesting, so headings and layout may be lost.")
	if p.orphans {
		d.Findings = append(d.Findings, report.Finding{Rule: report.RuleMalformed, Severity: report.SeverityInfo,
			Message: "Table cells stand outside any table; browsers run their texts together, here they were read as a table."})
	}
	ended := p.ending == whole || p.cut
	add(!ended, report.RuleTruncated, "The page ends in the middle; what stood at its end was not read.")
	add(!ended, report.RuleCaptureTruncated, "The page was not saved or sent whole, so what follows is missing; fetch it again.")
	add(drawn, report.RuleDrawing, "A drawing of the page (SVG) has figures, as of a table; they were not read.")
	add(p.cut, report.RuleLimit, "The page is larger than any report; what follows was not read.")
}

// unreadable counts the replacement characters a reader would meet.
func unreadable(d *document.Document) int {
	const replacement = "\uFFFD"
	n := strings.Count(d.Title, replacement)
	for _, b := range d.Blocks {
		n += strings.Count(b.Text, replacement)
		if b.Grid == nil {
			continue
		}
		for r := range b.Grid.Rows {
			for _, c := range b.Grid.Own(r) {
				n += strings.Count(c.Text, replacement)
			}
		}
	}
	return n
}
