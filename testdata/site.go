// Package testdata embeds the sample site: the pages of county governments as
// real ones have them, with a robots.txt and a seeds file. The demo crawls it,
// and so do the tests of the command line.
//
// The figures of 喀什市 for 2021 are those that it published; its sentences are
// our own. The counties are real, all other figures are invented, and every
// report says so. The reports are written by package specimen, once; the files
// here are the truth, and a test holds them against what it writes.
package testdata

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed site
var files embed.FS

// Site returns the pages of the sample site, by their paths without the
// leading slash. robots.txt is among them, seeds.csv too.
func Site() fs.FS {
	site, err := fs.Sub(files, "site")
	if err != nil {
		panic(err) // the path is constant and valid
	}
	return site
}

// Seeds returns the site's seeds file for a site that is served at base, such
// as http://127.0.0.1:8080.
func Seeds(base string) string {
	data, err := files.ReadFile("site/seeds.csv")
	if err != nil {
		panic(err) // the file is embedded
	}
	return strings.ReplaceAll(string(data), "{site}", strings.TrimSuffix(base, "/"))
}
