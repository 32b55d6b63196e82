// Package pgtest starts PostgreSQL servers for tests, where it is installed.
//
// A server listens on loopback only and keeps its files in a temporary folder, a
// copy of one that is made once a process. It is stopped when its test ends, and one
// that tests share when all have: TestMain has to run them by Main. PostgreSQL
// refuses to run as root; then it runs as the system's user postgres or nobody.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// patience is for how long a server may take to start, on the slowest machine.
const patience = 5 * time.Minute

// A Server is one PostgreSQL server.
type Server struct {
	Port int

	bin, dir string
	mu       sync.Mutex
	cmd      *exec.Cmd
	exited   chan struct{} // closed when cmd has; nil when none runs
	log      *os.File
	bases    int
}

// bin is the folder of PostgreSQL's programs; "" when it is not installed.
func bin() string {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil { // the others are where it is, and not where a link to it is
			return filepath.Dir(path)
		}
	}
	all, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // Debian keeps them off the PATH; the pattern is right
	sort.Strings(all)
	if len(all) == 0 {
		return ""
	}
	return filepath.Dir(all[len(all)-1])
}

// Main are tests whose servers share what is theirs until all have ended.
type Main struct{ *testing.M }

// Run runs the tests.
func (m Main) Run() int {
	defer shared.end()
	return m.M.Run()
}

// shared is what the tests of a process share.
var shared process

type process struct {
	mu     sync.Mutex
	dir    string  // of the template; "" before there is one
	server *Server // nil before somebody asks for it
}

// template answers a server's folder of data as initdb makes it, which takes many
// times as long as a copy.
func (p *process) template() (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := &Server{bin: bin(), dir: p.dir}
	if p.dir != "" {
		return s.data(), nil
	}
	dir, err := os.MkdirTemp("", "nianbao-pg") // not a test's own folder: that is closed to other users
	if err != nil {
		return "", err
	}
	s.dir = dir
	err = give(dir)
	if err == nil {
		var out []byte
		if out, err = s.command("initdb", "-D", s.data(), "-U", "nianbao", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync").CombinedOutput(); err != nil {
			err = fmt.Errorf("initdb: %w\n%s", err, out)
		}
	}
	if err != nil {
		return "", errors.Join(err, os.RemoveAll(dir)) // whoever asks next begins anew
	}
	p.dir = dir
	return s.data(), nil
}

func (p *process) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.server != nil {
		p.server.end()
		os.RemoveAll(p.server.dir)
	}
	if p.dir != "" {
		os.RemoveAll(p.dir)
	}
	p.server, p.dir = nil, ""
}

// Shared is a server for tests that neither kill it nor make roles: each has a
// database of its own. Where PostgreSQL is not installed the test is skipped, or
// fails when NIANBAO_REQUIRE_TOOLS is set.
func Shared(t testing.TB) *Server {
	t.Helper()
	installed(t)
	template, err := shared.template()
	if err != nil {
		t.Fatal(err)
	}
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.server == nil {
		dir, err := os.MkdirTemp("", "nianbao-pg")
		if err != nil {
			t.Fatal(err)
		}
		shared.server = &Server{bin: bin(), dir: dir}
		if err := shared.server.serve(template); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { shared.server.explain(t) })
	return shared.server
}

// Start starts a server of the test's own. Where PostgreSQL is not installed the test
// is skipped, or fails when NIANBAO_REQUIRE_TOOLS is set.
func Start(t testing.TB) *Server {
	t.Helper()
	installed(t)
	dir, err := os.MkdirTemp("", "nianbao-pg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return StartIn(t, dir)
}

func installed(t testing.TB) {
	t.Helper()
	where := bin()
	if where == "" || runtime.GOOS == "windows" {
		const missing = "PostgreSQL is not installed (Debian: sudo apt-get install postgresql)"
		if os.Getenv("NIANBAO_REQUIRE_TOOLS") != "" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
}

// StartIn starts a server that has its files in a folder that is there.
func StartIn(t testing.TB, dir string) *Server {
	t.Helper()
	installed(t)
	template, err := shared.template()
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{bin: bin(), dir: dir}
	s.serveTest(t, template)
	return s
}

// serveTest runs a server until the test ends.
func (s *Server) serveTest(t testing.TB, template string) {
	t.Helper()
	t.Cleanup(func() {
		s.explain(t)
		s.end()
	})
	if err := s.serve(template); err != nil {
		t.Fatal(err)
	}
}

// serve runs a server over a copy of the template; "": over the data that it has.
func (s *Server) serve(template string) error {
	if template != "" {
		if err := give(s.dir); err != nil {
			return err
		}
		cp := exec.Command("cp", "-Rp", template, s.data())
		unprivileged(cp)
		if out, err := cp.CombinedOutput(); err != nil {
			return fmt.Errorf("cp: %w\n%s", err, out)
		}
	}
	var err error
	if s.log, err = os.CreateTemp("", "nianbao-pg-log"); err != nil { // its own disk may be full
		return err
	}
	// Another may have taken the port since it was seen to be free.
	for range 5 {
		s.Port, err = freePort()
		if err == nil {
			err = s.Run()
		}
		if err == nil {
			return nil
		}
		s.Kill()
	}
	return err
}

// explain adds the server's log to a test that failed.
func (s *Server) explain(t testing.TB) {
	if !t.Failed() || s.log == nil {
		return
	}
	if text, err := os.ReadFile(s.log.Name()); err == nil {
		t.Logf("the server's log:\n%s", tail(string(text), 4000))
	}
}

// end kills a server and leaves only its files.
func (s *Server) end() {
	s.Kill()
	if s.log != nil {
		s.log.Close()
		os.Remove(s.log.Name())
	}
}

// freePort is a port that nobody listens on, of those that the system gives to
// nobody who does not ask for them: what it gives to connections would be taken
// while a server is killed and starts again.
func freePort() (int, error) {
	var err error
	for range 100 {
		port := 10_000 + rand.IntN(22_000)
		var l net.Listener
		if l, err = net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			return port, l.Close()
		}
	}
	return 0, err
}

// Standby starts a copy of the server that follows it. From then on the server
// acknowledges nothing that the copy has not written.
func (s *Server) Standby(t testing.TB) *Server {
	t.Helper()
	dir, err := os.MkdirTemp("", "nianbao-pg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := give(dir); err != nil {
		t.Fatal(err)
	}
	standby := &Server{bin: s.bin, dir: dir}
	out, err := standby.command("pg_basebackup", "-h", "127.0.0.1", "-p", fmt.Sprint(s.Port), "-U", "nianbao", "-D", standby.data(), "-R", "-X", "stream", "-c", "fast", "--no-sync").CombinedOutput()
	if err != nil {
		t.Fatalf("pg_basebackup: %v\n%s", err, out)
	}
	standby.serveTest(t, "")
	address := s.Address("postgres")
	Exec(t, address, "ALTER SYSTEM SET synchronous_standby_names = '*'")
	Exec(t, address, "SELECT pg_reload_conf()")
	for end := time.Now().Add(patience); !Query[bool](t, address, "SELECT EXISTS (SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync')"); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the standby does not follow")
		}
	}
	return standby
}

// Promote makes a standby a server of its own, and returns when it is.
func (s *Server) Promote(t testing.TB) {
	t.Helper()
	if !Query[bool](t, s.Address("postgres"), "SELECT pg_promote(true, 300)") {
		t.Fatal("the standby was not promoted")
	}
}

func tail(s string, n int) string { return s[max(0, len(s)-n):] }

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir = s.dir
	unprivileged(cmd)
	return cmd
}

// Run starts the server again after Kill, and returns when it answers.
func (s *Server) Run() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if s.exited == nil {
			// A server that died leaves children behind for a moment; beside them
			// the next one ends at once.
			if err := s.start(); err != nil {
				return err
			}
		}
		select {
		case <-s.exited:
			s.exited = nil
			continue
		default:
		}
		if err = s.ping(); err == nil {
			return nil
		}
	}
	return fmt.Errorf("the server does not answer: %w", err)
}

func (s *Server) start() error {
	// What is written survives the server's death without fsync; only a machine's
	// takes it away.
	cmd := s.command("postgres", "-D", s.data(), "-p", fmt.Sprint(s.Port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
		"-c", "fsync=off", "-c", "max_connections=60", "-c", "shared_buffers=32MB", "-c", "log_min_messages=warning")
	cmd.Stdout, cmd.Stderr = s.log, s.log
	if err := cmd.Start(); err != nil {
		return err
	}
	exited := make(chan struct{})
	go func() {
		defer close(exited)
		cmd.Wait() // it is killed in the end
	}()
	s.cmd, s.exited = cmd, exited
	return nil
}

func (s *Server) ping() error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	c, err := pgx.Connect(ctx, s.Address("postgres"))
	if err != nil {
		return err
	}
	return c.Close(ctx)
}

// Kill ends the server as kill -9 of all its processes does: those that serve
// connections would answer for a moment after the one that is their parent has gone.
func (s *Server) Kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.exited == nil {
		return
	}
	ended := endChildren(s.cmd.Process)
	s.cmd.Process.Kill()
	<-s.exited
	s.exited = nil
	ended()
}

// Stop ends the server as its administrator does, and answers the processor time
// that it and all its children took.
func (s *Server) Stop() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.exited == nil {
		return 0
	}
	s.cmd.Process.Signal(os.Interrupt) // of all connections at once
	<-s.exited
	s.exited = nil
	return s.cmd.ProcessState.UserTime() + s.cmd.ProcessState.SystemTime()
}

// Address is a database's.
func (s *Server) Address(database string) string {
	return fmt.Sprintf("postgres://nianbao@127.0.0.1:%d/%s?sslmode=disable", s.Port, database)
}

// Database makes an empty database and answers its address.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	s.mu.Lock()
	s.bases++
	name := fmt.Sprintf("crawl%d", s.bases)
	s.mu.Unlock()
	Exec(t, s.Address("postgres"), "CREATE DATABASE "+name)
	return s.Address(name)
}

// Exec runs a statement.
func Exec(t testing.TB, address, statement string, args ...any) {
	t.Helper()
	ctx := context.Background()
	c, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	if _, err := c.Exec(ctx, statement, args...); err != nil {
		t.Fatal(err)
	}
}

// Query answers one value.
func Query[T any](t testing.TB, address, query string, args ...any) (v T) {
	t.Helper()
	ctx := context.Background()
	c, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	if err := c.QueryRow(ctx, query, args...).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}
