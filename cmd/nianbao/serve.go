package main

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"nianbao/cmd/nianbao/explorer"
	"nianbao/crawler/bucket"
	"nianbao/store"
	"nianbao/store/plot"
)

func (a *app) serveCommand() *cobra.Command {
	var f serveFlags
	c := &cobra.Command{
		Use:   "serve --db FILE",
		Short: "Look at a database in the browser",
		Long: `Serve local pages over a database: what is covered, a region over the years, a
report with the evidence of every figure, comparisons to share and download, what
is wrong and why, and a JSON API. Chinese, with an English switch.

The database is opened for reading only, and only this machine is answered unless
--addr says otherwise. Captures are read from the archive of the crawl.

Behind a proxy that ends TLS or has another name, --base-url says the address that
visitors see, so that citations and shared links hold it.

With --editor NAME findings can be confirmed and dismissed on the pages, with a
reason and in that name, as nianbao review does it; the file is then opened for
writing. With --sql the file can be asked in SQL, for reading only and within
limits of time and size.`,
		Example: "  nianbao serve --db counties.db\n  nianbao serve --db counties.db --addr 127.0.0.1:9000 --archive counties-archive",
		Args:    operands(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			f.editorGiven = c.Flags().Changed("editor")
			return a.serve(c.Context(), &f)
		},
	}
	c.Flags().StringVar(&f.db, "db", "", "the SQLite file to read")
	c.Flags().StringVar(&f.addr, "addr", "127.0.0.1:8765", "address and port to listen on; port 0 takes a free one")
	c.Flags().StringVar(&f.base, "base-url", "", "where visitors find the pages, when a proxy stands before them: https://data.example.org")
	c.Flags().StringVar(&f.archive, "archive", "", "folder of the WARC files, beside the database when empty; or s3://BUCKET/FOLDER")
	c.Flags().StringVar(&f.boundaries, "boundaries", "", "GeoJSON file of polygons with the property adcode, for maps")
	c.Flags().StringSliceVar(&f.embedFrom, "embed-from", nil, "origin whose pages may embed charts, such as https://example.org; may be repeated")
	c.Flags().StringVar(&f.editor, "editor", "", "let findings be confirmed and dismissed on the pages, in this name")
	c.Flags().BoolVar(&f.editAnywhere, "edit-anywhere", false, "with --editor: let other machines do so too, where --addr lets them come")
	c.Flags().BoolVar(&f.sql, "sql", false, "answer questions in SQL, for reading only and within limits")
	c.Flags().BoolVar(&f.open, "open", false, "open the pages in the browser")
	return c
}

// serveFlags are what serve is told.
type serveFlags struct {
	db, addr, archive, boundaries, base, editor string
	embedFrom                                   []string
	open, sql, editAnywhere, editorGiven        bool

	local bool // only this machine can reach addr
}

// check finds out who can reach the address, and refuses an editor in whose name
// anybody could write.
func (f *serveFlags) check() error {
	host, _, err := net.SplitHostPort(f.addr)
	if err != nil {
		return usagef("--addr %s: want HOST:PORT, such as 127.0.0.1:8765", f.addr)
	}
	f.local = host == "localhost"
	if ip := net.ParseIP(host); ip != nil {
		f.local = ip.IsLoopback()
	}
	switch f.editor = strings.TrimSpace(f.editor); {
	case f.editorGiven && f.editor == "":
		return usagef("--editor: want the name of who answers for what is confirmed and dismissed")
	case f.editAnywhere && f.editor == "":
		return usagef("--edit-anywhere is about --editor NAME, which is not given")
	case f.editor != "" && !f.editAnywhere && (!f.local || f.base != ""):
		return usagef("--editor %s: other machines can reach %s, and anybody there would write in this name; take an address of this machine, or say --edit-anywhere", f.editor, cmp.Or(f.base, f.addr))
	}
	return nil
}

// explored is what the pages are to show of a store, and how.
func (f *serveFlags) explored(ctx context.Context) (c explorer.Config, err error) {
	c = explorer.Config{Version: version, AnyHost: !f.local, SQL: f.sql, Editor: f.editor, EditAnywhere: f.editAnywhere, Archive: f.archive}
	if bucket.Is(f.archive) {
		b, err := openBucket(ctx, f.archive)
		if err != nil {
			return c, err
		}
		c.OpenCapture = (&storeCaptures{bucket: b}).open
	} else if c.Archive, err = captures(f.db, f.archive); err != nil {
		return c, err
	}
	if c.Boundaries, err = readBoundaries(f.boundaries); err != nil {
		return c, err
	}
	for _, from := range f.embedFrom {
		origin, err := originOf("--embed-from", from)
		if err != nil {
			return c, err
		}
		c.EmbedFrom = append(c.EmbedFrom, origin)
	}
	if f.base != "" {
		c.BaseURL, err = originOf("--base-url", f.base)
	}
	return c, err
}

// serve answers until ctx is done.
func (a *app) serve(ctx context.Context, f *serveFlags) (err error) {
	if err := f.check(); err != nil {
		return err
	}
	s, err := a.openStoreWith(ctx, f.db, store.Options{ReadOnly: f.editor == "", CacheBytes: 128 << 20})
	if err != nil {
		return err
	}
	defer closing(s, &err)
	config, err := f.explored(ctx)
	if err != nil {
		return err
	}
	p, err := a.parser()
	if err != nil {
		return err
	}
	defer p.Close()
	config.Store, config.Parser, config.Cutter, config.Log = s, p, cutter{a.words}, a.log
	e, err := explorer.New(config)
	if err != nil {
		return err
	}
	defer e.Close()
	l, err := net.Listen("tcp", f.addr)
	if err != nil {
		return fmt.Errorf("--addr %s: %w; another port may be free: --addr 127.0.0.1:0 takes any", f.addr, err)
	}
	a.notice("%s: serving http://%s/ (Ctrl-C ends)", f.db, l.Addr())
	if !f.local {
		a.notice("other machines can reach this address, and nothing asks them for a password")
	}
	if f.editor != "" {
		a.notice("findings can be confirmed and dismissed in the name of %s", f.editor)
	}
	if f.open {
		if err := openBrowser("http://" + l.Addr().String() + "/"); err != nil {
			a.notice("--open: no browser could be started (%v); open the address above", err)
		}
	}
	a.openWords()
	return e.Serve(ctx, l)
}

// readBoundaries reads the file of --boundaries; "" gives none.
func readBoundaries(name string) (plot.Boundaries, error) {
	if name == "" {
		return nil, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, usagef("--boundaries: %w", err)
	}
	defer f.Close()
	b, err := plot.ReadBoundaries(f)
	if err != nil {
		return nil, usagef("--boundaries %s: %w", name, err)
	}
	return b, nil
}

// originOf is the origin that a header may name: scheme, host and port.
func originOf(flag, s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil || strings.ContainsAny(u.Host, "*;, '\"") {
		return "", usagef("%s %s: want an origin such as https://example.org", flag, s)
	}
	// As a browser spells it: in small letters, without the port that goes without saying.
	host := strings.ToLower(u.Host)
	host = strings.TrimSuffix(host, map[string]string{"http": ":80", "https": ":443"}[u.Scheme])
	return u.Scheme + "://" + host, nil
}

// openBrowser hands an address to the system's browser.
func openBrowser(address string) error {
	command, arguments := "xdg-open", []string{address}
	switch runtime.GOOS {
	case "darwin":
		command = "open"
	case "windows":
		command, arguments = "rundll32", []string{"url.dll,FileProtocolHandler", address}
	}
	c := exec.Command(command, arguments...)
	if err := c.Start(); err != nil {
		return err
	}
	go func() { _ = c.Wait() }() // what becomes of the browser is not ours
	return nil
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
