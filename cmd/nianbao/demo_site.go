package main

import (
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"

	"nianbao/testdata"
)

// sampleSite serves the sample site as its hosts would: with content types
// that are right, missing, or wrong as real servers have them.
func sampleSite() http.Handler {
	site := testdata.Site()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		name := strings.TrimPrefix(r.URL.Path, "/")
		if name == "" || strings.HasSuffix(name, "/") {
			name += "index.html"
		}
		data, err := fs.ReadFile(site, name)
		if err != nil || name == "seeds.csv" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", sampleContentType(name))
		w.Header().Set("Content-Length", strconv.Itoa(len(data)))
		if r.Method == http.MethodGet {
			_, _ = w.Write(data) // a client that went away misses nothing
		}
	})
}

func sampleContentType(name string) string {
	switch name {
	case "shufu/2020.html":
		return "text/html; charset=utf-8" // it is GB18030: the header is wrong
	case "shufu/2022.html":
		return "text/html" // it is GB18030, and its meta says gb2312
	}
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream" // as most servers call the files of an office
}
