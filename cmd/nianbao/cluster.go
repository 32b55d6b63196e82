package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"nianbao/crawler"
	"nianbao/crawler/cluster"
	"nianbao/parser"
	"nianbao/parser/report"
	"nianbao/store"
)

// clusterFlags are what a user can say about a crawl on many machines.
type clusterFlags struct {
	address     string
	refetchLost string
}

// lostAll is --refetch-lost without a worker's name.
const lostAll = "all"

const clusterUsage = "PostgreSQL database of a crawl on many machines: postgres://user@host/database; NIANBAO_CLUSTER stands for it and shows no password in the list of processes"

// clusterAddress is what --cluster says, or else the environment.
func clusterAddress(flag string) string {
	if flag == "" {
		return os.Getenv("NIANBAO_CLUSTER")
	}
	return flag
}

// namedCluster is the address that --cluster says, in the environment where it says so.
func namedCluster(flag string) (string, error) {
	if flag != "env" {
		return flag, nil
	}
	address := clusterAddress("")
	if address == "" {
		return "", usagef("--cluster env: NIANBAO_CLUSTER is not set")
	}
	return address, nil
}

func (f *clusterFlags) add(fs *pflag.FlagSet) {
	fs.StringVar(&f.address, "cluster", "", clusterUsage+`; "env" takes it from there`)
	fs.StringVar(&f.refetchLost, "refetch-lost", "", "with --cluster: fetch again what only workers have that are gone, or the one of this name")
	fs.Lookup("refetch-lost").NoOptDefVal = lostAll
}

// crawlCluster begins a crawl on many machines, or goes on with it, and collects
// what its workers send.
func (a *app) crawlCluster(ctx context.Context, fs *pflag.FlagSet, f crawlFlags) (err error) {
	if f.cluster.address, err = namedCluster(f.cluster.address); err != nil {
		return err
	}
	switch {
	case f.status && f.list != "":
		return usagef("--status and --list are two questions; ask one at a time")
	case f.status:
		return a.clusterStatus(ctx, f)
	case f.list != "":
		return a.printEntries(cluster.ReadEntries(ctx, f.cluster.address, f.list), f.table)
	case !f.table.people():
		return usagef("--json and --csv are forms of the tables that --status and --list print")
	case f.db == "":
		return usagef("--db FILE is required: the SQLite file to write")
	}
	for _, name := range []string{"archive", "workers", "render", "no-sandbox", "metrics"} {
		if fs.Changed(name) {
			return usagef("--%s belongs to the workers: nianbao work --%s", name, name)
		}
	}
	return a.runCluster(ctx, f)
}

// runCluster runs the collector's side of a crawl on many machines.
func (a *app) runCluster(ctx context.Context, f crawlFlags) (err error) {
	cfg, err := f.config()
	if err != nil {
		return err
	}
	var seeds []crawler.Seed
	if f.seeds != "" || f.under != "" {
		if seeds, err = f.chosenSeeds(); err != nil {
			return err
		}
	}
	if err := mayCrawl(cfg, seeds); err != nil {
		return err
	}
	s, err := a.openStore(ctx, f.db, false)
	if err != nil {
		return err
	}
	defer closing(s, &err)
	c, err := cluster.Begin(ctx, f.cluster.address, a.troubles())
	if err != nil {
		return err
	}
	defer closing(c, &err)
	if err := a.beginCluster(ctx, c, f, cfg, seeds); err != nil {
		return err
	}
	var t tally
	if err := checked(ctx, s, a.collect(ctx, c, s, &t)); err != nil {
		return err
	}
	st, err := cluster.ReadStatus(ctx, f.cluster.address)
	if err != nil {
		return err
	}
	sum := crawler.Summary{Progress: crawler.Progress{Failed: st.Counts.Failed, Fetched: st.Counts.Done, Queue: st.Counts, ByReason: st.ByReason}, Complete: true}
	a.summary(sum, &t)
	if st.Counts.Failed > 0 || t.skipped > 0 {
		return errPartial
	}
	return nil
}

// beginCluster adds the seeds, and then tells the workers how to go about them.
func (a *app) beginCluster(ctx context.Context, c *cluster.Collector, f crawlFlags, cfg crawler.Config, seeds []crawler.Seed) error {
	row, err := json.Marshal(f.manners)
	if err != nil {
		return err
	}
	settings := cluster.Settings{Pause: f.Delay, PlatformPause: f.PlatformDelay, Platforms: list(strings.ToLower(f.Platforms)), Crawl: row}
	if len(seeds) == 0 {
		// It goes on with what is there, as it was begun.
		if settings, err = c.Settings(ctx); errors.Is(err, cluster.ErrNoCrawl) {
			return usagef("--seeds FILE is required, or --under CODE: the addresses to start from")
		} else if err != nil {
			return err
		}
	}
	c.Group(settings.Platforms)
	for _, again := range []struct {
		flag string
		do   func() (int64, error)
		what string
	}{
		{f.retryFailed, func() (int64, error) { return c.RetryFailed(ctx, crawler.Reason(unless(f.retryFailed, retryAll))) }, "addresses that had failed are tried again"},
		{map[bool]string{true: "yes"}[f.refetch], func() (int64, error) { return c.Refetch(ctx) }, "pages are asked for again"},
		{map[bool]string{true: "yes"}[f.update], func() (int64, error) { return c.Update(ctx) }, "home pages and columns are asked for again"},
		{f.cluster.refetchLost, func() (int64, error) { return c.RefetchLost(ctx, unless(f.cluster.refetchLost, lostAll)) }, "pages of workers that are gone are fetched again"},
	} {
		if again.flag == "" {
			continue
		}
		n, err := again.do()
		if err != nil {
			return err
		}
		a.notice("%d %s", n, again.what)
	}
	if len(seeds) > 0 {
		seeding, err := crawler.New(cfg, c.Frontier(), nil)
		if err != nil {
			return usageError{err}
		}
		n, err := seeding.Seed(ctx, seeds)
		if err != nil {
			return err
		}
		a.notice("%d seeds, %d of them new; workers take part with: nianbao work --cluster … --archive DIR", len(seeds), n)
	}
	return c.Configure(ctx, settings)
}

// unless is what a flag says, and "" where it says all.
func unless(flag, all string) string {
	if flag == all {
		return ""
	}
	return flag
}

// How many parcels are read, written and made durable at once, and how often the
// collector looks when there are none.
const (
	parcelBatch = 1024
	parcelPause = 300 * time.Millisecond
	lonely      = 15 * time.Second // after so long without a worker the user is told
)

// collect writes what the workers send until the crawl is over.
func (a *app) collect(ctx context.Context, c *cluster.Collector, s *store.Store, t *tally) (err error) {
	w, err := s.Writer(ctx, store.WriterOptions{})
	if err != nil {
		return err
	}
	defer closing(w, &err)
	bar := a.bar(-1, "collecting", "reports")
	defer bar.Clear()
	quiet := time.Now()
	for {
		parcels, done, err := c.Parcels(ctx, parcelBatch)
		if err != nil {
			return err
		}
		if done {
			return nil
		}
		if len(parcels) == 0 {
			if time.Since(quiet) > lonely {
				quiet = time.Now()
				if n, err := c.LiveWorkers(ctx); err == nil && n == 0 {
					a.notice("addresses wait and no worker is at work; start some with: nianbao work --cluster … --archive DIR")
				}
			}
			select {
			case <-time.After(parcelPause):
			case <-ctx.Done():
				return context.Cause(ctx)
			}
			continue
		}
		quiet = time.Now()
		for _, parcel := range parcels {
			p, err := s.Unpack(parcel.Data)
			if errors.Is(err, store.ErrParcelVersion) {
				return fmt.Errorf("a report from %s: %w", parcel.Sender, err) // all of them are, and wait
			}
			if err != nil {
				t.skipped++
				a.complain(cmp.Or(store.ParcelSource(parcel.Data), "a report"), fmt.Sprintf("refused as %s sent it: %v; its capture is in that worker's archive: send it again with nianbao ingest --cluster", parcel.Sender, err))
				continue
			}
			switch res, err := w.Write(ctx, p); {
			case err == nil:
				t.add(res.Outcome)
			case refused(err):
				t.skipped++
				a.complain(p.Source(), fmt.Sprintf("refused as %s sent it: %v", parcel.Sender, err))
			default:
				return err
			}
		}
		// What a power cut may still take here must not be taken away there.
		if err := w.Sync(ctx); err != nil {
			return err
		}
		if err := c.Taken(ctx, parcels); err != nil {
			return err
		}
		bar.Add(len(parcels))
	}
}

// clusterStatus prints the state of a crawl on many machines.
func (a *app) clusterStatus(ctx context.Context, f crawlFlags) error {
	st, err := cluster.ReadStatus(ctx, f.cluster.address)
	if err != nil {
		return err
	}
	rows := statusRows(st.Status, f.table)
	add := func(what string, n int64) { rows = append(rows, statusRow{what, n}) }
	live := 0
	for _, w := range st.Workers {
		if w.Live {
			live++
		}
	}
	add("workers", int64(live))
	add("reports to be collected", int64(st.Parcels))
	for _, w := range st.Workers {
		if !w.Live {
			continue
		}
		add("worker "+w.Name+": hosts", int64(w.Held))
		add("worker "+w.Name+": being fetched", int64(w.Progress.Active))
		add("worker "+w.Name+": addresses a minute", int64(60*w.Progress.Rate))
	}
	for _, arch := range st.Archives {
		where := "at work"
		if !arch.Live {
			where = "not at work since " + arch.Seen.UTC().Format("2006-01-02 15:04 UTC")
		}
		add(fmt.Sprintf("captures of %s, archive %s, %s", arch.Worker, arch.Name, where), int64(arch.Captures))
		if arch.Store != "" {
			add(fmt.Sprintf("of them in %s", arch.Store), arch.Stored)
		}
	}
	return a.printStatus(st.Status, rows, f.table)
}

// clusterDestination is the collector of a crawl on many machines.
type clusterDestination struct {
	*cluster.Sender
	batch [][]byte
}

// sent is the outcome of a report that the collector is to store.
const sent store.Outcome = "sent"

// sendBatch is how many reports are sent at once.
const sendBatch = 64

func (d *clusterDestination) prepare(r *report.Report, doc store.Document) (*store.Prepared, error) {
	return store.Prepare(r, doc)
}

func (d *clusterDestination) write(ctx context.Context, p *store.Prepared) (store.Outcome, error) {
	if d.batch = append(d.batch, p.Pack()); len(d.batch) < sendBatch {
		return sent, nil
	}
	return sent, d.flush(ctx)
}

func (d *clusterDestination) flush(ctx context.Context) error {
	if len(d.batch) == 0 {
		return nil
	}
	err := d.Send(ctx, d.batch)
	d.batch = nil
	if err != nil {
		return &unopened{err}
	}
	return nil
}

// ingestCluster parses inputs and sends their reports to the collector.
func (a *app) ingestCluster(ctx context.Context, flag string, p *parser.Parser, args []string) error {
	address, err := namedCluster(flag)
	if err != nil {
		return err
	}
	s, err := cluster.OpenSender(ctx, address, a.troubles())
	if err != nil {
		return err
	}
	a.openWords()
	return a.ingestTo(ctx, cluster.Redacted(address), &clusterDestination{Sender: s}, p, args)
}
