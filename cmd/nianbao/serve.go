package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"nianbao/cmd/nianbao/explorer"
	"nianbao/store"
)

func (a *app) serveCommand() *cobra.Command {
	var db, addr, archive string
	c := &cobra.Command{
		Use:   "serve --db FILE",
		Short: "Look at a database in the browser",
		Long: `Serve local pages over a database: what is covered, a region over the years, a
report with the evidence of every figure, comparisons to share and download, what
is wrong and why, and a JSON API. Chinese, with an English switch.

The database is opened for reading only, and only this machine is answered unless
--addr says otherwise. Captures are read from the archive of the crawl.`,
		Example: "  nianbao serve --db counties.db\n  nianbao serve --db counties.db --addr 127.0.0.1:9000 --archive counties-archive",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			host, _, err := net.SplitHostPort(addr)
			if err != nil {
				return usagef("--addr %s: want HOST:PORT, such as 127.0.0.1:8765", addr)
			}
			s, err := a.openStoreWith(c.Context(), db, store.Options{ReadOnly: true, CacheBytes: 128 << 20})
			if err != nil {
				return err
			}
			defer closeStore(s, &err)
			if archive, err = captures(db, archive); err != nil {
				return err
			}
			local := host == "localhost"
			if ip := net.ParseIP(host); ip != nil {
				local = ip.IsLoopback()
			}
			p, err := a.parser()
			if err != nil {
				return err
			}
			defer p.Close()
			e, err := explorer.New(explorer.Config{Store: s, Archive: archive, Parser: p, Version: version, Log: a.log, AnyHost: !local})
			if err != nil {
				return err
			}
			l, err := net.Listen("tcp", addr)
			if err != nil {
				return fmt.Errorf("--addr %s: %w; another port may be free: --addr 127.0.0.1:0 takes any", addr, err)
			}
			a.notice("%s: serving http://%s/ (Ctrl-C ends)", db, l.Addr())
			if !local {
				a.notice("other machines can reach this address, and nothing asks them for a password")
			}
			go a.words() // half a second that the first search need not wait for
			return e.Serve(c.Context(), l)
		},
	}
	c.Flags().StringVar(&db, "db", "", "the SQLite file to read")
	c.Flags().StringVar(&addr, "addr", "127.0.0.1:8765", "address and port to listen on; port 0 takes a free one")
	c.Flags().StringVar(&archive, "archive", "", "folder of the WARC files; beside the database when empty")
	return c
}

// archiveBeside is where the archive of a database is, unless a crawl is told
// otherwise.
func archiveBeside(db string) string { return strings.TrimSuffix(db, filepath.Ext(db)) + "-archive" }

// captures is the folder of the archive: the one that was named, or the one
// that a crawl or the demo made beside the database; "" when there is none.
func captures(db, named string) (string, error) {
	candidates := []string{archiveBeside(db), filepath.Join(filepath.Dir(db), "archive")}
	if named != "" {
		candidates = []string{named}
	}
	for _, dir := range candidates {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return dir, nil
		}
	}
	if named != "" {
		return "", usagef("--archive %s: no such folder", named)
	}
	return "", nil
}
