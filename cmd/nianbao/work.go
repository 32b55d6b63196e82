package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"nianbao/crawler"
	"nianbao/crawler/bucket"
	"nianbao/crawler/cluster"
	"nianbao/parser/report"
	"nianbao/store"
)

// workFlags are what a user can say about one worker. How the hosts are treated
// is the crawl's to say.
type workFlags struct {
	machine
	cluster, archive, name string
	spool                  string
	lease                  time.Duration
	wait                   bool
}

func (a *app) workCommand() *cobra.Command {
	var f workFlags
	c := &cobra.Command{
		Use:   "work --cluster URL --archive DIR",
		Short: "Take part in a crawl on many machines",
		Long: `Take part in the crawl that nianbao crawl --cluster began in a PostgreSQL database:
fetch pages of the hosts that nobody else asks, keep them in an archive of WARC
files on this machine or in a store that speaks S3, parse the reports and send them to the one that collects.

As many workers as wanted may come and go. Ctrl-C gives a worker's hosts free at
once; those of a worker that was killed are taken over when its lease has ended.
It ends when nothing is left to fetch.`,
		Example: "  nianbao work --cluster postgres://crawl@db.example/crawl --archive /data/archive\n  NIANBAO_CLUSTER=postgres://crawl:secret@db.example/crawl nianbao work --archive /data/archive --wait",
		Args:    operands(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			if f.cluster = clusterAddress(f.cluster); f.cluster == "" {
				return usagef("--cluster URL is required: the database of the crawl")
			}
			if f.archive == "" {
				return usagef("--archive DIR is required: where this machine keeps its WARC files")
			}
			if c.Flags().Changed("spool") && !bucket.Is(f.archive) {
				return usagef("--spool belongs to --archive s3://BUCKET/FOLDER")
			}
			if f.lease < time.Second {
				return usagef("--lease %s: want a second or more", f.lease)
			}
			return a.work(c.Context(), f)
		},
	}
	fs := c.Flags()
	fs.StringVar(&f.cluster, "cluster", "", clusterUsage)
	fs.StringVar(&f.archive, "archive", "", "folder of this machine's WARC files, made when it is not there; or s3://BUCKET/FOLDER, with AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL and the like in the environment")
	fs.StringVar(&f.spool, "spool", "nianbao-spool", "with --archive s3://…: folder of what is not there yet; the next start sends it")
	fs.StringVar(&f.name, "name", "", "this worker's name in crawl --status; the machine's when empty")
	fs.DurationVar(&f.lease, "lease", 30*time.Second, "after how long of silence others may take this worker's hosts over")
	fs.BoolVar(&f.wait, "wait", false, "wait for new seeds when nothing is left, instead of ending")
	f.machine.add(fs)
	return c
}

// troubles tells of failures that are waited out, not of every attempt.
func (a *app) troubles() func(error) {
	var mu sync.Mutex
	var last time.Time
	return func(err error) {
		mu.Lock()
		defer mu.Unlock()
		if time.Since(last) > 15*time.Second {
			last = time.Now()
			a.notice("waiting: %v", err)
		}
	}
}

// work runs one worker.
func (a *app) work(ctx context.Context, f workFlags) (err error) {
	dir, remote := f.archive, ""
	if bucket.Is(f.archive) {
		dir, remote = f.spool, f.archive
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	lock, err := crawler.LockFrontier(ctx, frontierFile(dir))
	if errors.Is(err, crawler.ErrFrontierLocked) {
		return fmt.Errorf("%s: another crawl or worker writes there; give this one a folder of its own", dir)
	}
	if err != nil {
		return err
	}
	defer closing(lock, &err)
	q, cfg, err := a.join(ctx, f, dir, remote)
	if err != nil {
		return err
	}
	defer closing(q, &err)
	p, err := a.parserOfMany()
	if err != nil {
		return err
	}
	defer p.Close()
	run := &crawlRun{app: a, parser: p, keep: func(_ context.Context, c *crawler.Capture, rep *report.Report, d store.Document) error {
		prepared, err := store.Prepare(rep, d)
		if err != nil {
			return err
		}
		c.Products = append(c.Products, prepared.Pack())
		return nil
	}}
	stop, err := f.machine.apply(ctx, run, &cfg)
	if err != nil {
		return err
	}
	defer stop()
	sink, closeSink, err := run.openSink(ctx, dir, remote, cfg, q.Stored)
	if err != nil {
		return err
	}
	defer lastly(closeSink, &err)
	cfg.OnProgress = q.Report
	defer run.watch(&cfg)()
	c, err := crawler.New(cfg, q, sink)
	if err != nil {
		return err
	}
	a.words() // a page that waited for the dictionaries would be lost to a crash for as long
	summary, err := c.Run(ctx)
	if err != nil {
		return err
	}
	a.summary(summary, nil)
	if summary.Failed > 0 || run.refused > 0 {
		return errPartial
	}
	return nil
}

// join takes part in a crawl, when it has begun, and answers how it is to be done.
func (a *app) join(ctx context.Context, f workFlags, dir, remote string) (q *cluster.Queue, cfg crawler.Config, err error) {
	archive, err := archiveName(dir)
	if err != nil {
		return nil, cfg, err
	}
	if f.name == "" {
		if f.name, err = os.Hostname(); err != nil {
			return nil, cfg, usagef("--name is needed: %w", err)
		}
	}
	if err := cluster.Wait(ctx, f.cluster, sync.OnceFunc(func() { a.notice("waiting for a crawl to begin in %s", cluster.Redacted(f.cluster)) })); err != nil {
		return nil, cfg, err
	}
	q, err = cluster.Open(ctx, cluster.Config{
		Address: f.cluster, Worker: f.name, Archive: archive, Store: remote, Lease: f.lease, Wait: f.wait, Trouble: a.troubles(),
	})
	if err != nil {
		return nil, cfg, err
	}
	var m manners
	if err = json.Unmarshal(q.Settings().Crawl, &m); err != nil {
		err = fmt.Errorf("the crawl's settings: %w", err)
	} else {
		cfg, err = m.config()
	}
	if err != nil {
		return nil, cfg, errors.Join(err, q.Close())
	}
	return q, cfg, nil
}

// closing closes at the end of a function and keeps the first error.
func closing(c interface{ Close() error }, err *error) { lastly(c.Close, err) }

// lastly does what ends a function and keeps the first error; that all is well
// but for some pages is none.
func lastly(do func() error, err *error) {
	if e := do(); e != nil && (*err == nil || errors.Is(*err, errPartial)) {
		*err = e
	}
}

// archiveName is by what the cluster knows a folder of WARC files, on whatever
// machine its disk is: a random name that is kept in the folder.
func archiveName(dir string) (string, error) {
	path := filepath.Join(dir, ".archive-name")
	name, err := os.ReadFile(path)
	if err == nil && len(strings.TrimSpace(string(name))) > 0 {
		return strings.TrimSpace(string(name)), nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", err
	}
	fresh := hex.EncodeToString(b[:])
	return fresh, os.WriteFile(path, []byte(fresh+"\n"), 0o666)
}
