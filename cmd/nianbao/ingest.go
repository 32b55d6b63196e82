package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"nianbao/parser"
	"nianbao/parser/report"
	"nianbao/store"
	"nianbao/store/panel"
)

func (a *app) ingestCommand() *cobra.Command {
	var db, clusterFlag string
	c := &cobra.Command{
		Use:   "ingest --db FILE FILE|DIR|WARC …",
		Short: "Parse and store what is already on disk",
		Long: `Parse and store what is already on disk: files, folders with all that is below
them, WARC files page by page, also within ZIP files (WACZ), and - for standard
input.

The same bytes twice change nothing. An ingest that was stopped or killed loses
at most its last few reports; repeat the command, and the file is as if nothing
had happened.

With --cluster the reports go to the collector of a crawl on many machines instead
of a file: run it on each machine over its own archive after the program has
changed, and nianbao crawl --cluster URL --db FILE on one.`,
		Example: "  nianbao ingest --db counties.db pages/\n  nianbao ingest --db counties.db crawl-00000.warc.gz",
		Args:    operands(1, many),
		RunE: func(c *cobra.Command, args []string) (err error) {
			p, err := a.parser()
			if err != nil {
				return err
			}
			defer p.Close()
			switch {
			case clusterFlag != "" && db != "":
				return usagef("--db and --cluster are two places to write to; say one")
			case clusterFlag != "":
				return a.ingestCluster(c.Context(), clusterFlag, p, args)
			}
			if db != "" {
				a.openWords()
			}
			var opened *store.Store
			open := sync.OnceValues(func() (*store.Store, error) {
				s, err := a.openStore(c.Context(), db, false)
				opened = s
				return s, err
			})
			defer func() {
				if opened != nil {
					closing(opened, &err)
				}
			}()
			// A file that is not there is made for the first report to store.
			_, file := os.Stat(db)
			if _, folder := os.Stat(filepath.Dir(db)); file == nil || folder != nil || db == "" {
				if _, err := open(); err != nil {
					return err
				}
			}
			if err = a.ingest(c.Context(), db, open, p, args); opened == nil {
				return err
			}
			return checked(c.Context(), opened, err)
		},
	}
	c.Flags().StringVar(&db, "db", "", "the SQLite file to write; made when it is not there")
	c.Flags().StringVar(&clusterFlag, "cluster", "", clusterUsage+`; "env" takes it from there`)
	return c
}

// checked runs the checks across reports after a command that stored some, and
// keeps that command's error. What it leaves out when it is stopped, the next
// run takes up.
func checked(ctx context.Context, s *store.Store, err error) error {
	if err != nil && !errors.Is(err, errPartial) {
		return err
	}
	if _, e := panel.Check(ctx, s); e != nil {
		return e
	}
	return err
}

// tally counts what became of the inputs of one command.
type tally struct {
	outcomes map[store.Outcome]int
	skipped  int
}

func (t *tally) add(o store.Outcome) {
	if t.outcomes == nil {
		t.outcomes = map[store.Outcome]int{}
	}
	t.outcomes[o]++
}

// told is the tally in the language of the app.
func (t *tally) told(a *app) string {
	var parts []string
	count := func(n int, outcome string) {
		parts = append(parts, fmt.Sprintf("%d %s", n, a.word("outcome", outcome)))
	}
	for o, n := range t.outcomes {
		count(n, string(o))
	}
	sort.Strings(parts)
	if len(parts) == 0 {
		parts = append(parts, a.word("outcome", "no report stored"))
	}
	if t.skipped > 0 {
		count(t.skipped, "could not be read")
	}
	return strings.Join(parts, a.in("，", ", "))
}

// readied is a report ready to be written, or why it cannot be; neither where
// it is not to be.
type readied struct {
	*store.Prepared
	err error
}

// refused reports whether an error is one of a single report, which the others
// need not share: all but those of the file, and the command's end.
func refused(err error) bool {
	return !errors.As(err, new(*store.Error)) && !errors.As(err, new(*unopened)) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

// A destination takes the reports that an ingest reads. prepare is called on
// every core, write by one goroutine in the order of the inputs.
type destination interface {
	prepare(*report.Report, store.Document) (*store.Prepared, error)
	write(context.Context, *store.Prepared) (store.Outcome, error)
	flush(context.Context) error
	Close() error
}

// fileDestination is a database, opened for the first report.
type fileDestination struct {
	open func() (*store.Store, error)
	w    *store.Writer
}

func (f *fileDestination) prepare(r *report.Report, d store.Document) (*store.Prepared, error) {
	s, err := f.open()
	if err != nil {
		return nil, &unopened{err}
	}
	return s.Prepare(r, d)
}

// unopened is the error of a destination that no report can be written to.
type unopened struct{ error }

func (u *unopened) Unwrap() error { return u.error }

func (f *fileDestination) write(ctx context.Context, p *store.Prepared) (store.Outcome, error) {
	if f.w == nil {
		s, err := f.open()
		if err != nil {
			return "", err
		}
		if f.w, err = s.Writer(ctx, store.WriterOptions{}); err != nil {
			return "", err
		}
	}
	res, err := f.w.Write(ctx, p)
	return res.Outcome, err
}

func (f *fileDestination) flush(ctx context.Context) error {
	if f.w == nil {
		return nil
	}
	return f.w.Flush(ctx)
}

func (f *fileDestination) Close() error {
	if f.w == nil {
		return nil
	}
	return f.w.Close()
}

// ingest parses and stores the inputs that the arguments name.
// open gives the store, and is not called where there is nothing to store.
func (a *app) ingest(ctx context.Context, db string, open func() (*store.Store, error), p *parser.Parser, args []string) error {
	return a.ingestTo(ctx, db, &fileDestination{open: open}, p, args)
}

// ready prepares the reports of an input that are to be stored.
func ready(to destination, out *parsed) error {
	prepared := make([]readied, len(out.reports))
	for i, r := range out.reports {
		if ok, _ := storable(r); !ok || !belongs(r, out.request) {
			continue
		}
		fromSeed(r, out.request)
		d := out.document
		d.Bytes = int64(len(out.source.Data))
		d.SHA256 = r.Meta.DocumentSHA256
		prepared[i].Prepared, prepared[i].err = to.prepare(r, d)
		if none := new(unopened); errors.As(prepared[i].err, &none) {
			return none.error
		}
	}
	out.work = prepared
	out.source.Data = nil // it need not wait for the writer
	return nil
}

// ingestOne stores a report that was prepared, or tells why it is not to be stored:
// then kept is false.
func (a *app) ingestOne(ctx context.Context, to destination, out *parsed, r *report.Report, prepared readied, t *tally) (kept bool, err error) {
	if prepared.Prepared == nil && prepared.err == nil {
		if ok, _ := parser.Recognised(r); !belongs(r, out.request) || ok && out.request.Role != "" {
			return false, nil // it led to the reports, or its attachment is in the archive too
		}
		_, why := storable(r)
		t.skipped++
		a.complain(r.Meta.Source, why)
		return false, nil
	}
	var outcome store.Outcome
	if err = prepared.err; err == nil {
		outcome, err = to.write(ctx, prepared.Prepared)
	}
	switch {
	case err == nil:
		t.add(outcome)
	case refused(err):
		t.skipped++
		a.complain(r.Meta.Source, "refused: "+err.Error())
	default:
		return false, fmt.Errorf("storing %s: %w", r.Meta.Source, err)
	}
	a.detail("%s: %s", r.Meta.Source, outcomeOf(outcome, err))
	return true, nil
}

// ingestTo parses the inputs that the arguments name and hands their reports on.
func (a *app) ingestTo(ctx context.Context, name string, to destination, p *parser.Parser, args []string) (err error) {
	defer closing(to, &err)
	reading := newReading(args)
	bar := a.bar(reading.total, "ingesting", "reports", progressbar.OptionShowBytes(reading.total > 0))
	defer bar.Finish()
	written := 0
	var t tally
	for out, err := range parseAll(ctx, p, a.inputs(ctx, args), func(out *parsed) error { return ready(to, out) }) {
		if err != nil {
			return err
		}
		if reading.total > 0 {
			bar.Describe(fmt.Sprintf("ingesting, %d reports", written))
			_ = bar.Set64(min(reading.read(out), reading.total))
		}
		if out.err != nil {
			t.skipped++
			a.complain(out.source.Name, out.err.Error())
			continue
		}
		for i, r := range out.reports {
			kept, err := a.ingestOne(ctx, to, out, r, out.work.([]readied)[i], &t)
			if err != nil {
				return err
			}
			if !kept {
				continue
			}
			if written++; reading.total <= 0 {
				_ = bar.Add(1)
			}
		}
	}
	if err := to.flush(ctx); err != nil {
		return err
	}
	bar.Clear()
	a.notice("%s: %s", name, t.told(a))
	if t.skipped > 0 {
		return errPartial
	}
	return nil
}

// outcomeOf says in a word what became of a report.
func outcomeOf(o store.Outcome, err error) string {
	if err != nil {
		return "refused"
	}
	return string(o)
}

// reading tells how much of the inputs has been read, in octets of the files.
type reading struct {
	total int64            // 0 where it is not known: of standard input
	sizes map[string]int64 // by path, and by name as captures name their WARC files
	done  int64            // of whole files
	file  string
	at    int64 // in a WARC file
}

func newReading(args []string) *reading {
	r := &reading{sizes: map[string]int64{}}
	for _, arg := range args {
		if arg == "-" {
			return &reading{}
		}
		_ = filepath.WalkDir(arg, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				if info, err := d.Info(); err == nil {
					r.total += info.Size()
					r.sizes[path], r.sizes[d.Name()] = info.Size(), info.Size()
				}
			}
			return nil // what cannot be read is told where it is read
		})
	}
	return r
}

// read counts an input in and returns what has been read.
func (r *reading) read(out *parsed) int64 {
	file := out.document.WARCFile
	if file == "" {
		file = out.source.Name
	}
	if file != r.file {
		r.done += r.sizes[r.file]
		r.file, r.at = file, 0
	}
	r.at = max(r.at, out.document.WARCOffset)
	return r.done + r.at
}

// bar is a progress bar on standard error, drawn on a terminal only. A total
// below zero is unknown; unit is what it counts.
func (a *app) bar(total int64, what, unit string, more ...progressbar.Option) *progressbar.ProgressBar {
	visible, to := terminal(a.stderr) && !a.quiet, a.stderr
	if c, ok := a.stderr.(*console); ok && visible {
		c.bar.Store(true)
		to = c.file // whose width the bar is fitted to
	}
	return progressbar.NewOptions64(total, append([]progressbar.Option{
		progressbar.OptionSetWriter(to), progressbar.OptionSetVisibility(visible), progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString(unit), progressbar.OptionClearOnFinish(),
		progressbar.OptionThrottle(100e6), progressbar.OptionUseANSICodes(true)}, more...)...)
}
