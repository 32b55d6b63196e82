package main

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nianbao/crawler"
	"nianbao/crawler/bucket"
	"nianbao/crawler/render"
	"nianbao/parser"
	"nianbao/store"
	"nianbao/store/ask"
)

// crawlFlags are what a user can say about a crawl.
type crawlFlags struct {
	seeds, db, archive string
	store              string // s3://…, when --archive says so
	under, level       string // of the catalogue
	dryRun             bool
	manners
	machine
	resume      bool
	status      bool
	list        string
	retryFailed string
	refetch     bool
	update      bool
	cluster     clusterFlags
	table       tableFlags // of --status and --list
}

// manners are how a crawl treats the hosts, and what it looks for there: of a
// crawl on many machines the same on all.
type manners struct {
	Contact         string        `json:"contact"`
	Delay           time.Duration `json:"delay"`
	Platforms       string        `json:"platforms"`
	PlatformDelay   time.Duration `json:"platform_delay"`
	Budget          int           `json:"budget"`
	Years           string        `json:"years"`
	Hours           string        `json:"hours"`
	AttachmentHosts string        `json:"attachment_hosts"`
	Agencies        bool          `json:"agencies"`
	Insecure        bool          `json:"insecure"`
	Private         bool          `json:"allow_private"`
	MaxBody         int64         `json:"max_body"`
	Retries         int           `json:"retries"`
}

func (m *manners) add(fs *pflag.FlagSet) {
	fs.StringVar(&m.Contact, "contact", "", "mail address or page under which you can be reached; sent with every request")
	fs.DurationVar(&m.Delay, "delay", 2*time.Second, "least pause between two requests to one host")
	fs.StringVar(&m.Platforms, "platforms", "", "domains whose hosts share a server and are asked one at a time, separated by commas")
	fs.DurationVar(&m.PlatformDelay, "platform-delay", 500*time.Millisecond, "least pause between two requests to hosts of one address or of one of --platforms")
	fs.IntVar(&m.Budget, "budget", 500, "pages fetched for one seed at most")
	fs.StringVar(&m.Years, "years", "", "the years reported on that are wanted: 2021, 2019..2023")
	fs.StringVar(&m.Hours, "hours", "", "fetch only within these hours of Beijing time: 22:00-07:00")
	fs.StringVar(&m.AttachmentHosts, "attachment-hosts", "", "other hosts that may hold the files of any seed, separated by commas")
	fs.BoolVar(&m.Agencies, "agencies", false, "take the reports of offices and townships that hang under the same column too")
	fs.BoolVar(&m.Insecure, "insecure", false, "accept certificates that do not verify, and TLS 1.0")
	fs.BoolVar(&m.Private, "allow-private", false, "let requests go to private and link-local addresses")
	fs.Int64Var(&m.MaxBody, "max-body", 32<<20, "octets of one page at most")
	fs.IntVar(&m.Retries, "retries", 4, "tries after the first")
}

// machine is what a crawl may ask of the machine it runs on.
type machine struct {
	workers           int
	render, noSandbox bool
	metrics           string
}

func (m *machine) add(fs *pflag.FlagSet) {
	fs.IntVar(&m.workers, "workers", 64, "requests at once, over all hosts")
	fs.BoolVar(&m.render, "render", false, "fetch pages that are written by JavaScript with an installed Chromium, where the plain page has no report")
	fs.BoolVar(&m.noSandbox, "no-sandbox", false, "with --render: without the browser's sandbox, which is needed where it runs as root")
	fs.StringVar(&m.metrics, "metrics", "", "serve the crawl's state for Prometheus at this address, under /metrics: 127.0.0.1:9464")
}

func (a *app) crawlCommand() *cobra.Command {
	var f crawlFlags
	c := &cobra.Command{
		Use:   "crawl --db FILE --under CODE | --seeds FILE",
		Short: "Fetch, archive, parse and store the reports of regions, or what a seeds file names",
		Long: `Fetch the reports of the governments below a region, keep every page in an archive
of WARC files, and parse and store the reports. --under takes the home pages from
the built-in catalogue (nianbao sites); --under 000000 is all of China.

A seeds file names other addresses, or home pages instead of the catalogue's. It
is CSV with the header region_code,name,url,kind,publisher,years: kind is report (a
report page or file), list (a column that lists reports) or site (a home page to
find the column from); all but url may be empty.

A crawl is polite: robots.txt is obeyed, each host sees one request at a time, and
a pause between two. Hosts other than loopback ones need --contact, a mail address
or page under which you can be reached.

A crawl that was stopped or killed goes on with the same command; what is in the
archive is not fetched again.`,
		Example: "  nianbao crawl --under 650000 --years 2019..2024 --db xinjiang.db --contact me@example.org\n  nianbao crawl --under 650000 --level county --dry-run\n  nianbao crawl --seeds seeds.csv --db counties.db --contact me@example.org\n  nianbao crawl --status --db counties.db\n  nianbao crawl --list failed --db counties.db\n  nianbao crawl --retry-failed timeout --seeds seeds.csv --db counties.db --contact me@example.org",
		Args: func(c *cobra.Command, args []string) error {
			// --retry-failed timeout: a flag that may stand alone takes no value but behind =.
			if len(args) == 1 && f.retryFailed == retryAll {
				f.retryFailed = args[0]
				return nil
			}
			return operands(0, 0)(c, args)
		},
		RunE: func(c *cobra.Command, _ []string) error {
			if f.cluster.address != "" && !f.dryRun {
				return a.crawlCluster(c.Context(), c.Flags(), f)
			}
			return a.crawlHere(c.Context(), f)
		},
	}
	fs := c.Flags()
	fs.StringVar(&f.seeds, "seeds", "", "the seeds file, CSV: adds to what --under names, and stands for the catalogue's home pages of the same regions")
	fs.StringVar(&f.under, "under", "", "the governments of a region and of everything below it, by code or name: 650000, 喀什地区, 000000 for all of China")
	fs.StringVar(&f.level, "level", "", "with --under: only these levels: province, prefecture, county, separated by commas")
	fs.BoolVar(&f.dryRun, "dry-run", false, "tell how many hosts, about how many requests and how long, and send nothing")
	fs.StringVar(&f.db, "db", "", "the SQLite file to write; made when it is not there")
	fs.StringVar(&f.archive, "archive", "", "folder of the WARC files and the crawl's state; beside the database when empty. Or s3://BUCKET/FOLDER, with AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL and the like in the environment: the state and what is not there yet stay beside the database")
	fs.BoolVar(&f.resume, "resume", true, "go on where an earlier crawl into the same archive stopped; --resume=false refuses to")
	f.manners.add(fs)
	f.machine.add(fs)
	f.cluster.add(fs)
	fs.BoolVar(&f.status, "status", false, "print the state of the crawl, running or not, and do nothing else")
	fs.StringVar(&f.list, "list", "", "print addresses and links with their reasons, and do nothing else: waiting, postponed, done, failed, refused (links not followed), or one reason (timeout, link_year …)")
	f.table.add(a, c, func() any {
		switch {
		case f.list != "":
			return entryRow{}
		case f.dryRun:
			return estimateRow{}
		case f.update:
			return changeRow{}
		}
		return statusRow{}
	})
	fs.BoolVar(&f.refetch, "refetch", false, "ask again for what is in the archive, whether it has changed")
	fs.BoolVar(&f.update, "update", false, "ask home pages and columns again, fetch what they have that is new, and list the reports that came of it")
	fs.StringVar(&f.retryFailed, "retry-failed", "", "take up again what had failed: all that another try may bring, or what failed for one reason (timeout, http_503 …)")
	fs.Lookup("retry-failed").NoOptDefVal = retryAll
	fs.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if name == "year" { // as the commands that read a database call it
			name = "years"
		}
		return pflag.NormalizedName(name)
	})
	return c
}

// crawlHere does what the flags say of a crawl of this machine alone.
func (a *app) crawlHere(ctx context.Context, f crawlFlags) error {
	if bucket.Is(f.archive) {
		f.store, f.archive = f.archive, ""
	}
	if f.archive == "" && f.db != "" {
		f.archive = archiveBeside(f.db)
	}
	switch {
	case f.dryRun:
		return a.crawlDryRun(f)
	case f.archive == "":
		return usagef("--db FILE is required: the SQLite file to write")
	case f.status && f.list != "":
		return usagef("--status and --list are two questions; ask one at a time")
	case f.status:
		return a.crawlStatus(ctx, f)
	case f.list != "":
		return a.crawlList(ctx, f)
	case !f.table.people() && !f.update:
		return usagef("--json and --csv are forms of the tables that --status and --list print, and --update")
	}
	return a.crawl(ctx, f)
}

// retryAll is --retry-failed without a reason.
const retryAll = "all"

// frontierFile is where a crawl keeps its state, beside its archive.
func frontierFile(archive string) string { return filepath.Join(archive, "crawl.frontier") }

// config translates the flags.
func (m manners) config() (crawler.Config, error) {
	cfg := crawler.Config{
		Version: version, Contact: m.Contact, Insecure: m.Insecure, AllowPrivate: m.Private,
		Platforms: list(strings.ToLower(m.Platforms)), MaxBody: m.MaxBody,
		Discovery: crawler.Discovery{Budget: m.Budget, OwnOnly: !m.Agencies, AttachmentHosts: list(m.AttachmentHosts)},
	}
	// For a crawl zero is the default, and less is none.
	cfg.Delay, cfg.PlatformDelay, cfg.Retries = cmp.Or(m.Delay, -1), cmp.Or(m.PlatformDelay, -1), cmp.Or(m.Retries, -1)
	if m.Years != "" {
		y, err := years(m.Years)
		if err != nil {
			return cfg, err
		}
		for n := cmp.Or(y.From, store.FirstYear); n <= cmp.Or(y.To, time.Now().Year()); n++ {
			cfg.Discovery.Years = append(cfg.Discovery.Years, n)
		}
	}
	if m.Hours != "" {
		w, err := window(m.Hours)
		if err != nil {
			return cfg, err
		}
		cfg.OffHours = w
	}
	return cfg, nil
}

// window reads 22:00-07:00, in the time of the hosts.
func window(s string) (crawler.Window, error) {
	from, to, ok := strings.Cut(s, "-")
	start, err1 := time.Parse("15:04", from)
	end, err2 := time.Parse("15:04", to)
	if !ok || err1 != nil || err2 != nil {
		return crawler.Window{}, usagef("--hours %s: want two times of day, such as 22:00-07:00", s)
	}
	clock := func(t time.Time) time.Duration {
		return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
	}
	return crawler.Window{From: clock(start), To: clock(end)}, nil
}

// crawl runs one crawl from the command line.
func (a *app) crawl(ctx context.Context, f crawlFlags) error {
	if f.db == "" {
		return usagef("--db FILE is required: the SQLite file to write")
	}
	seeds, err := f.chosenSeeds()
	if err != nil {
		return err
	}
	if _, statErr := os.Stat(frontierFile(f.archive)); statErr == nil && !f.resume {
		return usagef("%s holds a crawl already; without --resume=false the crawl goes on, or name another --archive", f.archive)
	}
	cfg, err := f.config()
	if err != nil {
		return err
	}
	cfg.Resolve = a.resolve
	if err := mayCrawl(cfg, seeds); err != nil {
		return err
	}
	return a.crawlWith(ctx, f, cfg, seeds)
}

// crawlWith crawls, stores what is found and tells of it.
func (a *app) crawlWith(ctx context.Context, f crawlFlags, cfg crawler.Config, seeds []crawler.Seed) (err error) {
	s, err := a.openStore(ctx, f.db, false)
	if err != nil {
		return err
	}
	defer closing(s, &err)
	p, err := a.parserOfMany()
	if err != nil {
		return err
	}
	defer p.Close()
	if err := a.fill(ctx, s, p, f.archive, f.store); err != nil {
		return err
	}
	run := &crawlRun{app: a, parser: p}
	written := run.into(s)
	stop, err := f.machine.apply(ctx, run, &cfg)
	if err != nil {
		return err
	}
	defer stop()
	run.refetch, run.update, run.store = f.refetch, f.update, f.store
	summary, err := run.crawl(ctx, f.archive, cfg, seeds, f.retryFailed)
	if e := written(); err == nil {
		err = e
	}
	if err := checked(ctx, s, err); err != nil {
		return err
	}
	run.tally.skipped = run.refused
	a.summary(summary, &run.tally)
	if f.update {
		if err := a.print(tableOf(run.changes(), nil), f.table); err != nil {
			return err
		}
	}
	if summary.Failed > 0 || summary.Queue.Failed > summary.FailedBefore || run.refused > 0 {
		return errPartial
	}
	return nil
}

// mayCrawl refuses addresses that want a contact before a file is made.
func mayCrawl(cfg crawler.Config, seeds []crawler.Seed) error {
	err := cfg.MayCrawl(seeds)
	if errors.Is(err, crawler.ErrNoContact) {
		return usagef("%w; give one with --contact me@example.org", err)
	}
	return err
}

// fill reads the archive of an earlier crawl into a database that has nothing:
// what was fetched is not fetched again, so it would be missing there.
func (a *app) fill(ctx context.Context, s *store.Store, p *parser.Parser, archive, stored string) error {
	has, err := ask.ContentsOf(ctx, s)
	if err != nil || has.Reports > 0 {
		return err
	}
	state, err := crawler.ReadStatus(ctx, frontierFile(archive))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil || state.Counts.Done == 0 {
		return err
	}
	a.notice("%s is new and %s holds %d pages of an earlier crawl: they are read first", s.Path(), archive, state.Counts.Done)
	kept := []string{archive}
	if stored != "" {
		name, err := archiveName(archive)
		if err != nil {
			return err
		}
		kept = append(kept, strings.TrimSuffix(stored, "/")+"/"+name)
	}
	if err := a.ingest(ctx, s.Path(), func() (*store.Store, error) { return s, nil }, p, kept); err != nil && !errors.Is(err, errPartial) {
		return err
	}
	return nil
}

// apply has a crawl use the machine as the flags say, until stop is called.
func (m machine) apply(ctx context.Context, run *crawlRun, cfg *crawler.Config) (stop func(), err error) {
	cfg.Workers = m.workers
	var ends []func()
	stop = func() {
		for _, end := range ends {
			end()
		}
	}
	if m.render {
		browser, err := render.New(ctx, render.Config{NoSandbox: m.noSandbox})
		if errors.Is(err, render.ErrNoBrowser) {
			return stop, usagef("--render: %w; install one (Debian: sudo apt-get install chromium)", err)
		}
		if err != nil {
			return stop, err
		}
		ends = append(ends, func() { browser.Close() })
		cfg.Render = browser
	}
	if m.metrics != "" {
		end, err := run.serveMetrics(m.metrics)
		if err != nil {
			stop()
			return stop, err
		}
		ends = append(ends, end)
	}
	return stop, nil
}
