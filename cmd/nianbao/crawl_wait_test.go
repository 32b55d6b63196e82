package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// A watchedBuffer tells when something was written into it.
type watchedBuffer struct {
	mu    sync.Mutex
	b     bytes.Buffer
	what  string
	there func()
}

func (w *watchedBuffer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.b.Write(p)
	if strings.Contains(w.b.String(), w.what) {
		w.there()
	}
	return len(p), nil
}

// TestFarAheadWaitsAreSaid crawls a host that asks to be left alone for an hour:
// the crawl says until when nothing can be done.
func TestFarAheadWaitsAreSaid(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Retry-After", "3000")
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer server.Close()
	dir := t.TempDir()
	seeds := filepath.Join(dir, "seeds.csv")
	if err := os.WriteFile(seeds, []byte("url\n"+server.URL+"/2021.html\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	stderr := &watchedBuffer{what: "nothing can be asked before ", there: cancel}
	a := &app{stdin: strings.NewReader(""), stdout: &bytes.Buffer{}, stderr: stderr, words: openedWords}
	a.run(ctx, []string{"crawl", "--seeds", seeds, "--db", filepath.Join(dir, "x.db")})
	if !strings.Contains(stderr.b.String(), stderr.what) || strings.Count(stderr.b.String(), stderr.what) > 1 {
		t.Errorf("it says\n%s", &stderr.b)
	}
}

// TestFewFileHandles crawls sixty hosts in a process that may open fewer files
// than that: every page comes, and no host is called down for it.
func TestFewFileHandles(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell to limit a process with")
	}
	page, err := os.ReadFile(filepath.Join("..", "..", "testdata", "site", "xuyi", "zfxxgknb", "2021.html"))
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup // answers come when many hosts are asked at once
	all.Add(1)
	var once sync.Once
	asked := 0
	var mu sync.Mutex
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		mu.Lock()
		if asked++; asked == 10 {
			once.Do(all.Done)
		}
		mu.Unlock()
		all.Wait()
		fmt.Fprintf(w, "%s<!-- %s -->", page, r.Host)
	}))
	server.Listener.Close()
	if server.Listener, err = net.Listen("tcp", "0.0.0.0:0"); err != nil {
		t.Fatal(err)
	}
	server.Start()
	defer server.Close()
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var seeds strings.Builder
	seeds.WriteString("url\n")
	for i := range 60 {
		fmt.Fprintf(&seeds, "http://127.9.0.%d:%s/2021.html\n", i+1, port)
	}
	if err := os.WriteFile(filepath.Join(dir, "seeds.csv"), []byte(seeds.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	program, err := exec.LookPath("nianbao")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), shell, "-c", `ulimit -n 40 && exec "$0" "$@"`, program, "crawl", "--seeds", "seeds.csv", "--db", "x.db", "--delay", "0s", "--retries", "0")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+filepath.Join(dir, "cache"), "HOME="+dir)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "60 addresses fetched, 0 failed") {
		t.Errorf("%v\n%s", err, out)
	}
}
