package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"nianbao/crawler"
	"nianbao/parser"
	"nianbao/parser/narrative"
	"nianbao/parser/pdfdoc"
	"nianbao/store"
)

// version of the program, as recorded in databases and archives. A release is built
// with that of its tag.
var version = "0.1.0"

// build says which program this is: its version, the commit it was built from
// where that is known, and the version of the parser, which reports record.
func build() string {
	commit := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision":
				commit = s.Value[:min(12, len(s.Value))] + commit
			case s.Key == "vcs.modified" && s.Value == "true":
				commit += ", changed"
			}
		}
	}
	if commit == "" {
		commit = "unknown"
	}
	return fmt.Sprintf("%s (commit %s, parser %s, %s)", version, commit, parser.Version, runtime.Version())
}

// Exit statuses, as the contract with scripts has them.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitPartial = 3 // done, but some inputs could not be read
)

// errPartial ends a command that did all it could: some inputs could not be
// read, and each was named.
var errPartial = errors.New("some inputs could not be read")

// usageError is a command line that asks for something that cannot be.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// app is one run of the program: its streams and what its commands share.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer

	logFormat string
	quiet     bool // nothing is said but what went wrong
	verbose   bool // each input is told
	chinese   bool // messages to people are in Chinese
	log       *slog.Logger
	out       *bufio.Writer                     // over stdout
	screen    screen                            // of stdout
	words     func() (*narrative.Reader, error) // nil: opened when first asked for
	begun     sync.WaitGroup                    // what goes on beside a command
	started   bool                              // a command's own code ran: errors are no longer usage
	resolve   crawler.Resolver                  // of host names; nil: the system's
	restarts  bool                              // the command begins anew when it is given again
	leaving   time.Duration                     // for how long a command that was stopped still sends; 0: leaving
}

// run executes one command line and returns the exit status.
func (a *app) run(ctx context.Context, args []string) int {
	a.out, a.screen = bufio.NewWriterSize(a.stdout, 64<<10), screenOf(a.stdout)
	if a.words == nil {
		a.words = narrative.Lazy()
	}
	root := a.command()
	root.SetArgs(args)
	if a.chinese = chineseLocale(); a.chinese {
		inChinese(root)
		root.SetUsageTemplate(chineseUsage.Replace(root.UsageTemplate()))
	}
	ran, err := root.ExecuteContextC(ctx)
	a.begun.Wait()
	if err != nil && !a.started && !errors.As(err, new(usageError)) {
		err = usagef("%w; %s --help tells how it is used", err, ran.CommandPath())
	}
	if flushErr := a.out.Flush(); err == nil && flushErr != nil {
		err = fmt.Errorf("writing the output: %w", flushErr)
	}
	return a.finish(ctx, err)
}

// finish reports an error and chooses the exit status.
func (a *app) finish(ctx context.Context, err error) int {
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errPartial):
		return exitPartial
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		if a.restarts {
			a.fail("stopped; nothing was written, the same command begins anew")
			return exitFailed
		}
		a.fail("stopped; the same command goes on where it stopped")
		return exitFailed
	case errors.As(err, &usage):
		a.fail(err.Error())
		return exitUsage
	}
	a.fail(err.Error())
	return exitFailed
}

// fail tells why the command ends.
func (a *app) fail(why string) {
	if a.logFormat == "json" && a.log != nil {
		a.log.Error(why)
		return
	}
	fmt.Fprintf(a.stderr, "%s %s\n", screenOf(a.stderr).paint(red, "nianbao:"), harmless(a.say(why)))
}

// many is as many operands as are given.
const many = math.MaxInt

// operands checks what stands without a flag: so many at least, and at most.
func operands(least, most int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return fmt.Errorf("nothing to work on is named; want %s", c.UseLine())
		case len(args) > most:
			return fmt.Errorf("%q is more than it takes; want %s", args[most], c.UseLine())
		}
		return nil
	}
}

// command builds the tree of subcommands.
func (a *app) command() *cobra.Command {
	root := &cobra.Command{
		Use:   "nianbao",
		Short: "Read, check and compare the information disclosure reports of China's counties",
		Long: `nianbao (年报) fetches the annual reports on government information disclosure
that every Chinese county publishes, reads their standard tables and the figures
in their prose, checks them, and keeps them in one SQLite file.

Data goes to standard output, progress and messages to standard error.
Exit status: 0 done, 1 failed, 2 wrong usage, 3 done but some inputs could not be read.`,
		Version:       build(),
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			if a.quiet && a.verbose {
				return usagef("--quiet and --verbose contradict each other")
			}
			if err := applySettings(c); err != nil {
				return err
			}
			switch a.logFormat {
			case "text":
				a.log = slog.New(slog.NewTextHandler(a.stderr, nil))
			case "json":
				a.log = slog.New(slog.NewJSONHandler(a.stderr, nil))
			default:
				return usagef("--log %s: want text or json", a.logFormat)
			}
			return nil
		},
	}
	root.SetFlagErrorFunc(suggestFlag)
	root.SetOut(a.out)
	root.SetErr(a.stderr)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.PersistentFlags().BoolVarP(&a.quiet, "quiet", "q", false, "say nothing but what went wrong")
	root.PersistentFlags().BoolVarP(&a.verbose, "verbose", "v", false, "tell each input, and what became of it")
	root.PersistentFlags().StringVar(&a.logFormat, "log", "text", "form of the messages on standard error: text or json")
	root.AddCommand(
		a.demoCommand(),
		a.crawlCommand(),
		a.workCommand(),
		a.parseCommand(),
		a.ingestCommand(),
		a.mergeCommand(),
		a.checkCommand(),
		a.compareCommand(),
		a.trendCommand(),
		a.searchCommand(),
		a.exportCommand(),
		a.correctCommand(),
		a.reviewCommand(),
		a.reportCommand(),
		a.copiesCommand(),
		a.denominatorsCommand(),
		a.doctorCommand(),
		a.serveCommand(),
		a.indicatorsCommand(),
		a.regionsCommand(),
		a.sitesCommand(),
		a.licensesCommand(),
		a.manCommand(),
	)
	for _, c := range root.Commands() {
		completeFlags(c)
		run := c.RunE
		c.RunE = func(c *cobra.Command, args []string) error {
			a.started = true
			return run(c, args)
		}
	}
	completeLists(root)
	return root
}

// complain tells a person, or a machine under --log json, what is wrong with
// one input.
func (a *app) complain(input, why string) {
	if a.logFormat == "json" {
		a.log.Warn(why, "input", input)
		return
	}
	fmt.Fprintf(a.stderr, "%s: %s\n", strings.ReplaceAll(harmless(input), "\n", `\n`), harmless(a.say(why)))
}

// detail is a notice for those who want to know.
func (a *app) detail(format string, args ...any) {
	if a.verbose {
		a.notice(format, args...)
	}
}

// notice tells how a command is getting on.
func (a *app) notice(format string, args ...any) {
	if a.quiet {
		return
	}
	text := fmt.Sprintf(format, args...)
	if a.logFormat == "json" {
		a.log.Info(text)
		return
	}
	fmt.Fprintln(a.stderr, harmless(a.say(text)))
}

// tell prints a sentence among the data, in the language of the environment.
func (a *app) tell(format string, args ...any) {
	fmt.Fprintln(a.out, harmless(a.say(fmt.Sprintf(format, args...))))
}

// terminal reports whether a stream is one that a person looks at.
func terminal(w io.Writer) bool {
	f := fileOf(w)
	return f != nil && term.IsTerminal(int(f.Fd()))
}

// parser returns the parser that commands use, with its caches where the
// system keeps such. The error tells that there is no room for one.
func (a *app) parser() (*parser.Parser, error) {
	if err := roomToRead(); err != nil {
		return nil, err
	}
	cache, err := os.UserCacheDir()
	if err == nil {
		cache = filepath.Join(cache, "nianbao", "pdfium")
	}
	return parser.New(parser.Config{Narrative: a.words, PDF: sync.OnceValue(func() *pdfdoc.Reader {
		return pdfdoc.New(pdfdoc.Config{CacheDir: cache})
	})()}), nil
}

// openWords opens the dictionaries while a command begins that will need them.
// Whoever needs them hears of an error.
func (a *app) openWords() { a.begun.Go(func() { _, _ = a.words() }) }

// parserOfMany is [app.parser] with everything opened before file handles or the
// disk may have run short.
func (a *app) parserOfMany() (*parser.Parser, error) {
	if _, err := a.words(); err != nil {
		return nil, err
	}
	return a.parser()
}

// cutter cuts words for search. The dictionaries are opened with the first text.
type cutter struct {
	words func() (*narrative.Reader, error)
}

func (c cutter) Cut(texts []string) [][]string {
	if r, err := c.words(); err == nil {
		return r.Cut(texts)
	}
	return make([][]string, len(texts)) // search still finds what stands in the texts as it is typed
}

// openStore opens a database. Commands that only read must find it there.
func (a *app) openStore(ctx context.Context, path string, readOnly bool) (*store.Store, error) {
	return a.openStoreWith(ctx, path, store.Options{ReadOnly: readOnly})
}

// openToChange opens a database that has to be there, for reading only or not.
func (a *app) openToChange(ctx context.Context, path string, readOnly bool) (*store.Store, error) {
	if s, err := a.openStore(ctx, path, true); readOnly || err != nil {
		return s, err
	} else if err := s.Close(); err != nil {
		return nil, err
	}
	return a.openStore(ctx, path, false)
}

// openStoreWith is openStore with more to say about how.
func (a *app) openStoreWith(ctx context.Context, path string, o store.Options) (*store.Store, error) {
	if path == "" {
		return nil, usagef("--db FILE is required: the SQLite file to %s", map[bool]string{true: "read", false: "write"}[o.ReadOnly])
	}
	o.Tool = "nianbao " + version
	s, err := store.Open(ctx, path, o)
	if !errors.Is(err, store.ErrOlder) {
		return s, err
	}
	// An older file is brought up to date by whoever comes first and may write.
	a.notice("%s: bringing the file up to this version; that takes about a minute for 100,000 reports", path)
	o.ReadOnly = false
	if s, err = store.Open(ctx, path, o); err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	o.ReadOnly = true
	return store.Open(ctx, path, o)
}

// writeJSON writes one value on a line of its own.
func (a *app) writeJSON(v any) error {
	enc := json.NewEncoder(a.out)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// list splits a flag of comma-separated values.
func list(s string) []string {
	var out []string
	for _, v := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == '，' }) {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}
