package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nianbao/crawler"
	"nianbao/crawler/bucket"
	"nianbao/crawler/metrics"
	"nianbao/crawler/render"
	"nianbao/parser"
	"nianbao/parser/region"
	"nianbao/parser/report"
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

// crawlRun is one crawl: captures go to the archive, the reports in them to
// where keep takes them.
type crawlRun struct {
	*app
	keep     func(context.Context, *crawler.Capture, *report.Report, store.Document) error
	settle   func(context.Context) error // makes what was kept last; nil: it does
	parser   *parser.Parser
	tally    tally
	refetch  bool
	update   bool
	store    string            // s3://…, or "" for an archive that stays in its folder
	stored   []change          // what an update brought
	metrics  *metrics.Recorder // nil when nobody asked for it
	refusing sync.Mutex
	refused  int                 // reports that could not be kept
	event    func(crawler.Event) // told of each address that ended; nil complains of the failed ones
}

// crawl opens the frontier and the archive and runs until nothing is left.
func (r *crawlRun) crawl(ctx context.Context, dir string, cfg crawler.Config, seeds []crawler.Seed, retry string) (sum crawler.Summary, err error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return sum, err
	}
	frontier, err := crawler.OpenFrontier(ctx, frontierFile(dir), crawler.FrontierConfig{})
	if err != nil {
		return sum, err
	}
	defer closing(frontier, &err)
	sink, closeSink, err := r.openSink(ctx, dir, r.store, cfg, nil)
	if err != nil {
		return sum, err
	}
	defer lastly(closeSink, &err)
	defer r.watch(&cfg)()
	c, err := crawler.New(cfg, frontier, sink)
	if err != nil {
		return sum, usageError{err}
	}
	if err := r.reopen(ctx, frontier, retry); err != nil {
		return sum, err
	}
	if _, err := c.Seed(ctx, seeds); err != nil {
		return sum, err
	}
	if _, waiting, err := frontier.Next(ctx); err == nil && waiting {
		// The dictionaries are opened first: a page that waited for them
		// would be lost to a crash for as long. What they lack shows in the reports.
		r.words()
	}
	return c.Run(ctx)
}

// openSink opens the archive of a crawl in a folder, and with an address sends its
// files to a store there; sent is told of each.
func (r *crawlRun) openSink(ctx context.Context, dir, address string, cfg crawler.Config, sent func(context.Context, string) error) (sink *crawler.Archive, closer func() error, err error) {
	kept := crawler.ArchiveConfig{Info: map[string]string{"http-header-user-agent": cfg.UserAgent()}}
	spooled := func() error { return nil }
	if address != "" {
		if spooled, err = r.spool(ctx, address, dir, sent); err != nil {
			return nil, nil, err
		}
		kept.MaxFile, kept.MaxAge = spoolFile, spoolAge
	}
	if sink, err = crawler.OpenArchive(ctx, dir, kept); err != nil {
		return nil, nil, errors.Join(err, spooled())
	}
	return sink, func() error { return cmp.Or(sink.Close(), spooled()) }, nil
}

// reopen lets addresses wait again as the flags say.
func (r *crawlRun) reopen(ctx context.Context, frontier *crawler.Frontier, retry string) error {
	if retry != "" {
		n, err := frontier.RetryFailed(ctx, crawler.Reason(unless(retry, retryAll)))
		if err != nil {
			return err
		}
		r.notice("%d addresses that had failed are tried again", n)
	}
	if r.refetch {
		n, err := frontier.Refetch(ctx)
		if err != nil {
			return err
		}
		r.notice("%d pages are asked for again", n)
	}
	if r.update {
		n, err := frontier.Update(ctx)
		if err != nil {
			return err
		}
		failed, err := frontier.RetryFailed(ctx, "")
		if err != nil {
			return err
		}
		r.notice("%d home pages and columns are asked for again, and %d addresses that had failed", n, failed)
	}
	return nil
}

// watch has a crawl told of while it runs, and its pages read.
func (r *crawlRun) watch(cfg *crawler.Config) (stop func()) {
	cfg.Screen, cfg.Process, cfg.Settle, cfg.Vouch = r.screen, r.process, r.settle, r.vouch
	bar := r.bar(-1, "crawling", "pages", progressbar.OptionSetPredictTime(false), progressbar.OptionSetElapsedTime(false)) // the crawl knows better how long it takes
	var logged, resumes time.Time
	also := cfg.OnProgress
	cfg.OnProgress = func(p crawler.Progress) {
		r.progress(bar, p)
		if p.Resumes.Sub(p.At) > farAhead && !p.Resumes.Equal(resumes) {
			resumes = p.Resumes
			r.notice("nothing can be asked before %s: all %d addresses wait for their hosts or for office hours (nianbao crawl --status says for what)",
				resumes.Local().Format(time.DateTime), p.Queue.Waiting)
		}
		if r.logFormat == "json" && p.At.Sub(logged) >= progressEvery {
			logged = p.At
			r.log.Info("progress", "progress", p)
		}
		if r.metrics != nil {
			r.metrics.Record(p)
		}
		if also != nil {
			also(p)
		}
	}
	cfg.OnEvent = r.event
	if cfg.OnEvent == nil {
		cfg.OnEvent = r.complainOf
	}
	return func() { bar.Clear() }
}

// farAhead is from which wait on a crawl says what it waits for.
const farAhead = 30 * time.Second

// progressEvery is how often a crawl's state is logged for machines.
const progressEvery = 10 * time.Second

// wellEnded are the reasons that nobody need be told of.
func wellEnded(r crawler.Reason) bool {
	return r == crawler.Fetched || r == crawler.Unchanged || r == crawler.Redirected
}

// complainOf names an address that ended without a report's page. Machines are
// told of every one.
func (r *crawlRun) complainOf(e crawler.Event) {
	if r.logFormat == "json" {
		level := slog.LevelInfo
		if e.RetryAt.IsZero() && !wellEnded(e.Reason) {
			level = slog.LevelWarn
		}
		r.log.Log(context.Background(), level, "address", "event", e)
		return
	}
	why := strings.ReplaceAll(string(e.Reason), "_", " ")
	if e.Detail != "" {
		why += ": " + e.Detail
	}
	switch {
	case e.RetryAt.IsZero() && !wellEnded(e.Reason):
		r.complain(e.URL, why)
	case e.RetryAt.IsZero():
		r.detail("%s: %s", e.URL, why)
	default:
		r.detail("%s: %s; again after %s", e.URL, why, e.RetryAt.Local().Format(time.TimeOnly))
	}
}

// serveMetrics answers scrapes at an address until stop is called.
func (r *crawlRun) serveMetrics(addr string) (stop func(), err error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, usagef("--metrics %s: %w", addr, err)
	}
	r.metrics = metrics.New()
	mux := http.NewServeMux()
	mux.Handle("/metrics", r.metrics.Handler())
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		server.Serve(listener)
	}()
	return func() {
		server.Close()
		<-done
	}, nil
}

// screen parses a page that may be a report, and says whether it is the one
// that its seed promised.
func (r *crawlRun) screen(ctx context.Context, c *crawler.Capture) crawler.Verdict {
	reports, err := r.reports(ctx, c)
	if err != nil {
		return crawler.Verdict{Reason: crawler.ScreenFailed, Detail: err.Error(), Retry: ctx.Err() != nil}
	}
	c.Value = reports
	if c.Request.Role == crawler.RoleSite || c.Request.Role == crawler.RoleList {
		return crawler.Verdict{} // whether or not a report stands on it, it led to what it led to
	}
	seed := c.Request.Seed
	found, sure, other := false, false, ""
	for _, rep := range reports {
		if ok, _ := parser.Recognised(rep); !ok {
			continue
		}
		found = true
		sure = sure || len(rep.Facts) > 0 || numbered(rep) > 1
		if code := rep.Meta.RegionCode; seed.Kind == crawler.KindReport && seed.RegionCode != "" && code != "" && !sameTerritory(seed.RegionCode, code) {
			other = fmt.Sprintf("the seed names %s, the report is of %s", region.PathName(seed.RegionCode), region.PathName(code))
		}
	}
	switch {
	case other != "":
		return crawler.Verdict{Reason: crawler.OtherRegion, Detail: other}
	case !found:
		_, why := parser.Recognised(reports[0])
		return crawler.Verdict{Reason: crawler.NotAReport, Detail: strings.TrimPrefix(why, "not a report on government information disclosure: ")}
	}
	return crawler.Verdict{Doubt: !sure}
}

// numbered counts a report's numbered sections.
func numbered(rep *report.Report) int {
	n := 0
	for _, s := range rep.Sections {
		if s.Number > 0 {
			n++
		}
	}
	return n
}

// sameTerritory reports whether two codes are one region over the years.
func sameTerritory(a, b string) bool {
	if a == b {
		return true
	}
	return slices.ContainsFunc(region.Series(a), func(r region.Region) bool { return r.Code == b })
}

func (r *crawlRun) reports(ctx context.Context, c *crawler.Capture) ([]*report.Report, error) {
	return r.parser.ParseAll(ctx, parser.Source{Name: c.URL, Data: c.Body, ContentType: c.Header.Get("Content-Type")})
}

// process stores the reports of a capture. It may see the same capture again
// after a crash; storing twice changes nothing.
func (r *crawlRun) process(ctx context.Context, c *crawler.Capture) error {
	if c.Body == nil || !kept(c.Reason) {
		return nil
	}
	reports, ok := c.Value.([]*report.Report)
	if !ok {
		var err error
		if reports, err = r.reports(ctx, c); err != nil {
			return err
		}
	}
	for _, rep := range reports {
		if ok, _ := storable(rep); !ok || !belongs(rep, c.Request) {
			continue
		}
		fromSeed(rep, c.Request)
		d := store.Document{
			SHA256: rep.Meta.DocumentSHA256, URL: c.URL, FetchedAt: c.Time, HTTPStatus: c.Status, ContentType: c.Header.Get("Content-Type"),
			Bytes: int64(len(c.Body)), WARCFile: c.Where.File, WARCOffset: c.Where.Offset,
		}
		switch err := r.keep(ctx, c, rep, d); {
		case err == nil:
		case refused(err):
			r.refuse(c.URL, err)
		default:
			return fmt.Errorf("storing %s: %w", c.URL, err)
		}
	}
	return nil
}

// refuse names a report that cannot be stored: the others need not share its lot.
func (r *crawlRun) refuse(url string, err error) {
	r.refusing.Lock()
	defer r.refusing.Unlock()
	r.refused++
	r.complain(url, "refused: "+err.Error())
}

// A change is a report that an update stored.
type change struct {
	outcome store.Outcome
	region  string
	year    int
	title   string
	source  string
}

// changeRow is a change as it is listed.
type changeRow struct {
	Change     string `json:"change" title:"CHANGE" jsonschema:"added or revised"`
	RegionCode string `json:"region_code" title:"CODE" jsonschema:"GB/T 2260, six digits; empty where it is not known"`
	Year       *int   `json:"year" title:"YEAR" jsonschema:"year reported on"`
	Title      string `json:"title" title:"TITLE"`
	Source     string `json:"source" title:"SOURCE" jsonschema:"address of the report"`
}

// changes are what an update brought.
func (r *crawlRun) changes() (rows []changeRow) {
	slices.SortFunc(r.stored, func(a, b change) int {
		return cmp.Or(cmp.Compare(a.region, b.region), cmp.Compare(a.year, b.year), cmp.Compare(a.source, b.source))
	})
	for _, c := range r.stored {
		rows = append(rows, changeRow{string(c.outcome), c.region, year(c.year), c.title, c.source})
	}
	return rows
}

// into keeps reports in a database, many in a transaction: each ends before the
// crawl takes their pages for done. Nothing else of the store can be written until
// stop is called.
func (r *crawlRun) into(s *store.Store) (stop func() error) {
	var mu sync.Mutex
	var w *store.Writer // from the first report on
	r.keep = func(ctx context.Context, _ *crawler.Capture, rep *report.Report, d store.Document) error {
		prepared, err := s.Prepare(rep, d)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		if w == nil {
			if w, err = s.Writer(ctx, store.WriterOptions{}); err != nil {
				return err
			}
		}
		res, err := w.Write(ctx, prepared)
		if err != nil {
			return err
		}
		r.tally.add(res.Outcome)
		if r.update && (res.Outcome == store.Added || res.Outcome == store.Revised) {
			r.stored = append(r.stored, change{res.Outcome, rep.Meta.RegionCode, int(rep.Meta.Year), rep.Meta.Title, d.URL})
		}
		return nil
	}
	r.settle = func(ctx context.Context) error {
		mu.Lock()
		defer mu.Unlock()
		if w == nil {
			return nil
		}
		return w.Flush(ctx)
	}
	return func() error {
		mu.Lock()
		defer mu.Unlock()
		if w == nil {
			return nil
		}
		err := w.Close()
		w = nil
		return err
	}
}

// kept are the reasons of captures whose reports are stored: a copy on another
// host is recorded as such, and never compared unless asked.
func kept(r crawler.Reason) bool { return r == crawler.Fetched || r == crawler.UnofficialHost }

// belongs reports whether a report may stand on a page. Home pages and columns
// print the titles of reports, and are none, unless a table's figures are there.
func belongs(rep *report.Report, r crawler.Request) bool {
	return r.Role != crawler.RoleSite && r.Role != crawler.RoleList || len(rep.Facts) > 0
}

// progress draws the bar.
func (r *crawlRun) progress(bar *progressbar.ProgressBar, p crawler.Progress) {
	total := p.Queue.Waiting + p.Queue.Leased + p.Queue.Done + p.Queue.Failed
	bar.ChangeMax64(max(total, 1))
	// With the count of pages behind it the line has to fit 80 columns.
	text := fmt.Sprintf("%s: %d active, %d failed", p.Stage, p.Active, p.Failed)
	if p.Left > 0 {
		text += ", " + roughly(p.Left) + " left"
	}
	bar.Describe(text)
	bar.Set64(p.Queue.Done + p.Queue.Failed)
}

// roughly prints a time to come as people say it: 45s, 12m, 3h20m.
func roughly(d time.Duration) string {
	switch {
	case d < time.Minute:
		return d.Round(time.Second).String()
	case d < time.Hour:
		return fmt.Sprintf("%.0fm", d.Minutes())
	}
	d = d.Round(time.Minute)
	return fmt.Sprintf("%dh%02dm", d/time.Hour, d%time.Hour/time.Minute)
}

// summary tells what a crawl did.
func (a *app) summary(s crawler.Summary, t *tally) {
	reports := func(a *app) string {
		if t == nil {
			return a.in("已送往汇总处", "sent to the collector")
		}
		return t.told(a)
	}
	if a.logFormat == "json" {
		a.log.Info("crawl ended", "summary", s, "reports", reports(&app{}))
		return
	}
	recovered := ""
	if s.Recovered > 0 {
		recovered = fmt.Sprintf(", %d taken from the archive", s.Recovered)
	}
	a.notice("%d addresses fetched%s, %d failed, %d waiting; reports: %s", s.Fetched, recovered, s.Failed, s.Queue.Waiting, reports(a))
	for _, reason := range slices.Sorted(maps.Keys(s.ByReason)) {
		a.notice("  %6d  %s", s.ByReason[reason], strings.ReplaceAll(string(reason), "_", " "))
	}
}
