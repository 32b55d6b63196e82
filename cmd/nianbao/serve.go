package main

import (
	"cmp"
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
	var db, addr, archive, boundaries, base string
	var editor string
	var embedFrom []string
	var open, sql, editAnywhere bool
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
		RunE: func(c *cobra.Command, _ []string) (err error) {
			host, _, err := net.SplitHostPort(addr)
			if err != nil {
				return usagef("--addr %s: want HOST:PORT, such as 127.0.0.1:8765", addr)
			}
			local := host == "localhost"
			if ip := net.ParseIP(host); ip != nil {
				local = ip.IsLoopback()
			}
			switch editor = strings.TrimSpace(editor); {
			case c.Flags().Changed("editor") && editor == "":
				return usagef("--editor: want the name of who answers for what is confirmed and dismissed")
			case editAnywhere && editor == "":
				return usagef("--edit-anywhere is about --editor NAME, which is not given")
			case editor != "" && !editAnywhere && (!local || base != ""):
				return usagef("--editor %s: other machines can reach %s, and anybody there would write in this name; take an address of this machine, or say --edit-anywhere", editor, cmp.Or(base, addr))
			}
			s, err := a.openStoreWith(c.Context(), db, store.Options{ReadOnly: editor == "", CacheBytes: 128 << 20})
			if err != nil {
				return err
			}
			defer closing(s, &err)
			var stored *storeCaptures
			if bucket.Is(archive) {
				b, err := openBucket(c.Context(), archive)
				if err != nil {
					return err
				}
				stored = &storeCaptures{bucket: b}
			} else if archive, err = captures(db, archive); err != nil {
				return err
			}
			p, err := a.parser()
			if err != nil {
				return err
			}
			defer p.Close()
			config := explorer.Config{Store: s, Archive: archive, Parser: p, Cutter: cutter{a.words}, Version: version, Log: a.log, AnyHost: !local, SQL: sql, Editor: editor, EditAnywhere: editAnywhere}
			if config.Boundaries, err = readBoundaries(boundaries); err != nil {
				return err
			}
			if stored != nil {
				config.OpenCapture = stored.open
			}
			for _, from := range embedFrom {
				origin, err := originOf("--embed-from", from)
				if err != nil {
					return err
				}
				config.EmbedFrom = append(config.EmbedFrom, origin)
			}
			if base != "" {
				if config.BaseURL, err = originOf("--base-url", base); err != nil {
					return err
				}
			}
			e, err := explorer.New(config)
			if err != nil {
				return err
			}
			defer e.Close()
			l, err := net.Listen("tcp", addr)
			if err != nil {
				return fmt.Errorf("--addr %s: %w; another port may be free: --addr 127.0.0.1:0 takes any", addr, err)
			}
			a.notice("%s: serving http://%s/ (Ctrl-C ends)", db, l.Addr())
			if !local {
				a.notice("other machines can reach this address, and nothing asks them for a password")
			}
			if editor != "" {
				a.notice("findings can be confirmed and dismissed in the name of %s", editor)
			}
			if open {
				if err := openBrowser("http://" + l.Addr().String() + "/"); err != nil {
					a.notice("--open: no browser could be started (%v); open the address above", err)
				}
			}
			a.openWords()
			return e.Serve(c.Context(), l)
		},
	}
	c.Flags().StringVar(&db, "db", "", "the SQLite file to read")
	c.Flags().StringVar(&addr, "addr", "127.0.0.1:8765", "address and port to listen on; port 0 takes a free one")
	c.Flags().StringVar(&base, "base-url", "", "where visitors find the pages, when a proxy stands before them: https://data.example.org")
	c.Flags().StringVar(&archive, "archive", "", "folder of the WARC files, beside the database when empty; or s3://BUCKET/FOLDER")
	c.Flags().StringVar(&boundaries, "boundaries", "", "GeoJSON file of polygons with the property adcode, for maps")
	c.Flags().StringSliceVar(&embedFrom, "embed-from", nil, "origin whose pages may embed charts, such as https://example.org; may be repeated")
	c.Flags().StringVar(&editor, "editor", "", "let findings be confirmed and dismissed on the pages, in this name")
	c.Flags().BoolVar(&editAnywhere, "edit-anywhere", false, "with --editor: let other machines do so too, where --addr lets them come")
	c.Flags().BoolVar(&sql, "sql", false, "answer questions in SQL, for reading only and within limits")
	c.Flags().BoolVar(&open, "open", false, "open the pages in the browser")
	return c
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
