package main

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"nianbao/parser"
	"nianbao/store"
	"nianbao/store/panel"
)

func (a *app) ingestCommand() *cobra.Command {
	var db string
	c := &cobra.Command{
		Use:   "ingest --db FILE FILE|DIR|WARC …",
		Short: "Parse and store what is already on disk",
		Long: `Parse and store what is already on disk: files, folders with all that is below
them, WARC files page by page, and - for standard input.

The same bytes twice change nothing. An ingest that was stopped or killed loses
at most its last few reports; repeat the command, and the file is as if nothing
had happened.`,
		Example: "  nianbao ingest --db counties.db pages/\n  nianbao ingest --db counties.db crawl-00000.warc.gz",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) (err error) {
			p, err := a.parser()
			if err != nil {
				return err
			}
			defer p.Close()
			if db != "" {
				// The dictionaries take longer to load than the file to open, and the
				// first report needs both. Whoever needs them hears of an error.
				go a.words()
			}
			s, err := a.openStore(c.Context(), db, false)
			if err != nil {
				return err
			}
			defer closeStore(s, &err)
			return checked(c.Context(), s, a.ingest(c.Context(), s, p, args))
		},
	}
	c.Flags().StringVar(&db, "db", "", "the SQLite file to write; made when it is not there")
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

func (t *tally) String() string {
	var parts []string
	for o, n := range t.outcomes {
		parts = append(parts, fmt.Sprintf("%d %s", n, o))
	}
	sort.Strings(parts)
	if len(parts) == 0 {
		parts = append(parts, "no report stored")
	}
	if t.skipped > 0 {
		parts = append(parts, fmt.Sprintf("%d could not be read", t.skipped))
	}
	return strings.Join(parts, ", ")
}

// ingest parses and stores the inputs that the arguments name.
func (a *app) ingest(ctx context.Context, s *store.Store, p *parser.Parser, args []string) (err error) {
	w, err := s.Writer(ctx, store.WriterOptions{})
	if err != nil {
		return err
	}
	defer func() {
		if e := w.Close(); err == nil {
			err = e
		}
	}()
	bar := a.bar(-1, "ingesting", "reports")
	defer bar.Finish()
	prepare := func(out *parsed) error {
		prepared := make([]*store.Prepared, len(out.reports))
		for i, r := range out.reports {
			if ok, _ := storable(r); !ok || !belongs(r, out.request) {
				continue
			}
			fromSeed(r, out.request)
			d := out.document
			d.Bytes = int64(len(out.source.Data))
			d.SHA256 = r.Meta.DocumentSHA256
			var err error
			if prepared[i], err = s.Prepare(r, d); err != nil {
				return fmt.Errorf("%s: %w", r.Meta.Source, err)
			}
		}
		out.work = prepared
		out.source.Data = nil // it need not wait for the writer
		return nil
	}
	var t tally
	for out, err := range parseAll(ctx, p, a.inputs(ctx, args), prepare) {
		if err != nil {
			return err
		}
		if out.err != nil {
			t.skipped++
			a.complain(out.source.Name, out.err.Error())
			continue
		}
		for i, r := range out.reports {
			prepared := out.work.([]*store.Prepared)[i]
			if prepared == nil {
				if ok, _ := parser.Recognised(r); !belongs(r, out.request) || ok && out.request.Role != "" {
					continue // it led to the reports, or its attachment is in the archive too
				}
				_, why := storable(r)
				t.skipped++
				a.complain(r.Meta.Source, why)
				continue
			}
			res, err := w.Write(ctx, prepared)
			if err != nil {
				return fmt.Errorf("storing %s: %w", r.Meta.Source, err)
			}
			t.add(res.Outcome)
			bar.Add(1)
		}
	}
	if err := w.Flush(ctx); err != nil {
		return err
	}
	bar.Clear()
	a.notice("%s: %s", s.Path(), &t)
	if t.skipped > 0 {
		return errPartial
	}
	return nil
}

// bar is a progress bar on standard error, drawn on a terminal only. A total
// below zero is unknown; unit is what it counts.
func (a *app) bar(total int64, what, unit string) *progressbar.ProgressBar {
	return progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(a.stderr), progressbar.OptionSetVisibility(terminal(a.stderr)), progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString(unit), progressbar.OptionClearOnFinish(),
		progressbar.OptionThrottle(100e6), progressbar.OptionUseANSICodes(true))
}
