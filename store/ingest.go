package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"nianbao/parser/report"
	"nianbao/store/index"
)

// Outcome tells what an ingest did.
type Outcome string

const (
	// Added: a report that was not there.
	Added Outcome = "added"
	// Unchanged: these bytes are there, read the same way; no row was changed.
	Unchanged Outcome = "unchanged"
	// Revised: another version of a report that is there, with other figures.
	Revised Outcome = "revised"
	// Reread: these bytes are there, but this parser reads them differently;
	// the report keeps its number and its corrections.
	Reread Outcome = "reread"
	// Copied: other bytes with the report and the figures of one that is there.
	Copied Outcome = "copied"
)

// Result is what became of one report.
type Result struct {
	ReportID int64 // report.id; of the report it copies for Copied
	Outcome  Outcome
}

// Ingest stores one report in one transaction of its own. For many reports a
// Writer is faster.
func (s *Store) Ingest(ctx context.Context, r *report.Report, d Document) (Result, error) {
	p, err := s.Prepare(r, d)
	if err != nil {
		return Result{}, err
	}
	w, err := s.Writer(ctx, WriterOptions{PerCommit: 1})
	if err != nil {
		return Result{}, err
	}
	result, err := w.Write(ctx, p)
	return result, errors.Join(err, w.Close())
}

// WriterOptions tune a Writer; the zero value is good for bulk.
type WriterOptions struct {
	// PerCommit is how many reports share a transaction, and so how many a
	// crash can cost; they are stored again by repeating the ingest. Zero: 64.
	PerCommit int
}

// Writer stores many reports on the one connection that may write. It is safe
// for concurrent use, one report at a time; the reports get their numbers in
// the order of the calls. It holds the only connection that writes: close it
// before panel.Check, Correct or another Writer of the same Store, which wait for it.
type Writer struct {
	store   *Store
	options WriterOptions
	mu      sync.Mutex
	conn    *sql.Conn
	stmts   statements
	index   *index.Writer
	open    bool           // a transaction is open
	failed  bool           // the last transaction is lost
	end     int64          // the report number that ends the transaction
	begun   int64          // the largest number before it
	others  int            // written in it since its first new report, or its beginning, that are not new
	texts   []index.Report // to be indexed before the commit
	counted cellCounts     // figures more, or less, in the transaction
	changes []cellChange   // in the report at hand
}

// Writer starts a bulk ingest. Close it.
func (s *Store) Writer(ctx context.Context, options WriterOptions) (*Writer, error) {
	if s.write == nil {
		return nil, &Error{Path: s.path, Op: "ingest into", Err: ErrReadOnly, Advice: "open the file for writing"}
	}
	if options.PerCommit <= 0 {
		options.PerCommit = 64
	}
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return nil, explain(s.path, "ingest into", err)
	}
	w := &Writer{store: s, options: options, conn: conn, counted: cellCounts{}}
	// Every key that is written comes from the file itself: Prepare refuses
	// unknown codes. To have each looked up again for each figure would take a
	// quarter of the time; Doctor looks them up all at once.
	if _, err = conn.ExecContext(ctx, "PRAGMA foreign_keys = OFF"); err == nil {
		w.stmts, err = prepare(ctx, conn)
	}
	if err == nil {
		w.index, err = index.NewWriter(ctx, conn)
	}
	if err != nil {
		w.stmts.close()
		return nil, errors.Join(explain(s.path, "ingest into", err), conn.Close())
	}
	return w, nil
}

// Write stores one report. When it returns an error the report is not stored;
// after an error of the file itself (disk full, another writer) the reports
// since the last commit are lost too, and every later call fails.
func (w *Writer) Write(ctx context.Context, p *Prepared) (Result, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	if w.failed {
		return Result{}, &Error{Path: w.store.path, Op: "ingest into", Err: errors.New("stopped after an earlier error")}
	}
	// A report is written to its end once it is begun: between reports is
	// soon enough to stop, and a statement cannot be interrupted half way.
	ctx = context.WithoutCancel(ctx)
	if err := w.begin(ctx); err != nil {
		return Result{}, err
	}
	w.changes = w.changes[:0]
	result, err := w.write(ctx, p)
	if err != nil && keepsTransaction(err) {
		if _, e := w.stmts.rollback.ExecContext(ctx); e != nil {
			return Result{}, w.fail(ctx, e)
		}
		return Result{}, fmt.Errorf("store: %s: %w", p.meta.Source, err)
	}
	if err == nil {
		_, err = w.stmts.release.ExecContext(ctx)
	}
	if err != nil {
		return Result{}, w.fail(ctx, err)
	}
	w.counted.add(w.changes)
	if result.Outcome != Unchanged && result.Outcome != Copied {
		w.texts = append(w.texts, index.Report{ID: result.ReportID, Keys: p.keys})
	}
	// Transactions end at report numbers that are multiples of PerCommit. So an
	// ingest that was killed and repeated has the same transactions as one that
	// was not, and with them the same segments of the search index. What brings
	// no number is counted, afresh from the first that does: reports that are
	// known must neither wait for a new one nor shift its transaction.
	switch added := result.Outcome == Added || result.Outcome == Revised; {
	case !added:
		w.others++
	case result.ReportID == w.begun+1:
		w.others = 0
	}
	if result.ReportID >= w.end || w.others >= w.options.PerCommit {
		if err := w.commit(ctx); err != nil {
			return Result{}, err
		}
	}
	return result, nil
}

// begin begins a report, and a transaction where none is open.
func (w *Writer) begin(ctx context.Context) error {
	if !w.open {
		if _, err := w.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
			return explain(w.store.path, "ingest into", err)
		}
		w.open = true
		if err := w.stmts.lastID.QueryRowContext(ctx).Scan(&w.begun); err != nil {
			return w.fail(ctx, err)
		}
		w.end, w.others = w.begun+int64(w.options.PerCommit)-w.begun%int64(w.options.PerCommit), 0
	}
	if _, err := w.stmts.savepoint.ExecContext(ctx); err != nil {
		return w.fail(ctx, err)
	}
	return nil
}

// Flush commits what was written.
func (w *Writer) Flush(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.commit(context.WithoutCancel(ctx))
}

// Sync commits what was written and returns when a power cut takes none of it
// away any more. Flush may lose the last moments to one.
func (w *Writer) Sync(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	ctx = context.WithoutCancel(ctx)
	if err := w.commit(ctx); err != nil {
		return err
	}
	// A checkpoint makes the log durable before it copies from it, and need not
	// copy all.
	_, err := w.conn.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
	return explain(w.store.path, "ingest into", err)
}

// Close commits what was written and gives the connection back.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.conn == nil {
		return nil
	}
	err := w.commit(context.Background())
	w.stmts.close()
	_ = w.index.Close()
	_, keys := w.conn.ExecContext(context.Background(), "PRAGMA foreign_keys = ON")
	err = errors.Join(err, explain(w.store.path, "ingest into", keys), w.conn.Close())
	w.conn = nil
	return err
}

func (w *Writer) commit(ctx context.Context) error {
	if !w.open {
		return nil
	}
	if err := w.index.Write(ctx, w.texts); err != nil {
		return w.fail(ctx, err)
	}
	if err := w.counted.write(ctx, w.stmts.addCounts); err != nil {
		return w.fail(ctx, err)
	}
	clear(w.texts)
	w.texts = w.texts[:0]
	if _, err := w.conn.ExecContext(ctx, "COMMIT"); err != nil {
		return w.fail(ctx, err)
	}
	w.open = false
	return nil
}

func (w *Writer) fail(ctx context.Context, err error) error {
	_, _ = w.conn.ExecContext(ctx, "ROLLBACK")
	w.open, w.failed = false, true
	return explain(w.store.path, "ingest into", err)
}

// write stores one report inside the open transaction.
func (w *Writer) write(ctx context.Context, p *Prepared) (Result, error) {
	known, err := w.stmts.known(ctx, p.sha256)
	switch {
	case err != nil:
		return Result{}, err
	case known.id != 0 && !known.copy:
		return w.again(ctx, known, p)
	case known.copy && (known.figures == p.figures || known.figures == p.figuresDigest(!p.official)):
		return Result{known.id, Unchanged}, nil // whether the host is official is its own, not of the copy
	case known.copy:
		// It was a copy as an older parser read it, and is one no longer.
		if _, err := w.stmts.dropCopy.ExecContext(ctx, p.sha256); err != nil {
			return Result{}, err
		}
	}
	editions, err := w.stmts.editions(ctx, p, 0)
	if err != nil {
		return Result{}, err
	}
	if _, err := w.stmts.document.ExecContext(ctx, p.document.args(p.sha256)...); err != nil {
		return Result{}, err
	}
	mine := p.edition(1<<63 - 1)
	at := editions.place(mine)
	for _, beside := range editions[max(at-1, 0):min(at+1, len(editions))] {
		if beside.figures == p.figures && beside.whole == mine.whole {
			_, err := w.stmts.copy.ExecContext(ctx, p.sha256, beside.id)
			return Result{beside.id, Copied}, err
		}
	}
	return w.insert(ctx, p, editions, mine)
}

// insert stores a report that is new, beside the editions that there are of it.
func (w *Writer) insert(ctx context.Context, p *Prepared, editions editions, mine edition) (Result, error) {
	id, err := w.insertReport(ctx, p)
	if err == nil {
		err = w.insertContent(ctx, id, p)
	}
	outcome := Added
	if err == nil && len(editions) > 0 {
		outcome, mine.id = Revised, id
		err = w.stmts.chain(ctx, append(editions, mine))
	}
	if err != nil {
		return Result{}, err
	}
	return Result{id, outcome}, w.due(ctx, p.meta.RegionCode)
}

// again stores what was read otherwise of a document that is known, or adds to what is
// known of it.
func (w *Writer) again(ctx context.Context, known stored, p *Prepared) (Result, error) {
	unchanged := Result{known.id, Unchanged}
	if known.content == p.content {
		return unchanged, nil
	}
	v, err := provenanceOf(ctx, w.conn, known.id)
	if err != nil {
		return Result{}, err
	}
	adds := p.addsTo(v)
	if p.differsOnlyBy(v) && !adds {
		return unchanged, nil
	}
	if p = p.keeping(v); p.content == known.content {
		return unchanged, nil
	}
	if adds && p.document.URL != "" {
		if _, err := w.stmts.learn.ExecContext(ctx, p.document.args(p.sha256)...); err != nil {
			return Result{}, err
		}
	}
	return w.reread(ctx, known.id, p)
}

// reread replaces what was read from a document, under the same number.
func (w *Writer) reread(ctx context.Context, id int64, p *Prepared) (Result, error) {
	before, region, err := w.stmts.editionsOf(ctx, id)
	if err != nil {
		return Result{}, err
	}
	if _, err := w.stmts.dueTwins.ExecContext(ctx, id); err != nil {
		return Result{}, err
	}
	if w.changes, err = gone(ctx, w.stmts.cells, id, w.changes); err != nil {
		return Result{}, err
	}
	for _, clear := range w.stmts.clear {
		if _, err := clear.ExecContext(ctx, id); err != nil {
			return Result{}, err
		}
	}
	if _, err := w.stmts.updateReport.ExecContext(ctx, append(p.columns(), p.tables, id)...); err != nil {
		return Result{}, err
	}
	if err := w.insertContent(ctx, id, p); err != nil {
		return Result{}, err
	}
	// It may be another report's version now than before.
	if err := w.stmts.chain(ctx, before); err != nil {
		return Result{}, err
	}
	editions, err := w.stmts.editions(ctx, p, id)
	if err != nil {
		return Result{}, err
	}
	mine := p.edition(id)
	if err := w.stmts.chain(ctx, append(editions, mine)); err != nil {
		return Result{}, err
	}
	return Result{id, Reread}, errors.Join(w.due(ctx, region), w.due(ctx, p.meta.RegionCode))
}

func (w *Writer) due(ctx context.Context, region string) error {
	if region == "" {
		return nil
	}
	_, err := w.stmts.due.ExecContext(ctx, region)
	return err
}

// columns are the columns of report that come from the reading.
func (p *Prepared) columns() []any {
	m := p.meta
	var year any
	if m.Year != 0 {
		year = int64(m.Year)
	}
	return []any{null(m.RegionCode), null(m.Region), null(m.Publisher), null(string(m.Scope)), year, m.Layout, m.Container, m.Title,
		null(m.PeriodStart), null(m.PeriodEnd), null(m.PublishedOn), m.ParserVersion, p.content[:], p.figures[:]}
}

func (w *Writer) insertReport(ctx context.Context, p *Prepared) (int64, error) {
	result, err := w.stmts.report.ExecContext(ctx, append(p.columns(), p.tables, p.meta.Source, p.sha256, timestamp(w.store.options.Now()))...)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

func (w *Writer) insertContent(ctx context.Context, id int64, p *Prepared) error {
	if _, err := w.stmts.packed.ExecContext(ctx, id, p.packed); err != nil {
		return err
	}
	p.eachFigure(func(of cell) { w.changes = append(w.changes, cellChange{of, 1}) })
	facts := make([][]any, len(p.facts))
	for i, f := range p.facts {
		facts[i] = f.columns()
	}
	sections := make([][]any, len(p.sections))
	for i, t := range p.sections {
		sections[i] = []any{int64(t.Number), t.Heading, t.Text}
	}
	findings := make([][]any, len(p.findings))
	for i, f := range p.findings {
		expected, expectedText := EvidenceColumns(f.Expected)
		actual, actualText := EvidenceColumns(f.Actual)
		findings[i] = []any{int64(i), f.Rule, string(f.Severity), f.Indicator, f.Applicant, expected, expectedText, actual, actualText, f.Message, f.Locator.String()}
	}
	for _, t := range []struct {
		of   *rowsOf
		rows [][]any
	}{{&w.stmts.facts, facts}, {&w.stmts.sections, sections}, {&w.stmts.mentions, p.mentions}, {&w.stmts.findings, findings}} {
		if err := t.of.insert(ctx, w.conn, id, t.rows); err != nil {
			return err
		}
	}
	return nil
}
