package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
	_ "github.com/mattn/go-sqlite3"
	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/text/encoding/simplifiedchinese"

	"nianbao/crawler/archive"
	"nianbao/crawler/cluster/pgtest"
	"nianbao/parser/narrative"
	"nianbao/testdata"
)

// TestMain lets the test binary be the program: scripts and tests start it
// under the name nianbao.
func TestMain(m *testing.M) {
	testscript.Main(inEnglish{m}, map[string]func(){
		"nianbao":  func() { os.Exit(testedNianbao(os.Stdin, os.Stdout, os.Stderr)) },
		"resident": reside,
		"plain":    plainGoquery,
	})
}

// openedWords opens the dictionaries once for the commands of a process.
var openedWords = narrative.Lazy()

// testedNianbao is the program as scripts and tests of processes run it.
func testedNianbao(stdin, stdout, stderr *os.File) int {
	if slices.Contains(os.Args, "--json") {
		return describedNianbao(stdin, stdout, stderr)
	}
	return nianbao(&app{stdin: stdin, stdout: stdout, stderr: stderr, resolve: testResolver(), words: openedWords})
}

// inEnglish are tests that expect what the program says in English, whatever the
// language of whoever runs them; those of Chinese ask for it.
type inEnglish struct{ *testing.M }

func (m inEnglish) Run() int {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG"} {
		os.Unsetenv(name)
	}
	return pgtest.Main{M: m.M}.Run()
}

// describedNianbao runs a command line with --json, and again with --json-schema:
// what the first prints has to be as the second says, whatever the script asks.
func describedNianbao(stdin, stdout, stderr *os.File) int {
	var out, schema bytes.Buffer
	status := nianbao(&app{stdin: stdin, stdout: io.MultiWriter(stdout, &out), stderr: stderr, resolve: testResolver(), words: openedWords})
	if out.Len() == 0 {
		return status // an error that the script expects
	}
	os.Args = append(os.Args, "--json-schema")
	if again := nianbao(&app{stdin: strings.NewReader(""), stdout: &schema, stderr: stderr, resolve: testResolver(), words: openedWords}); again != exitDone {
		fmt.Fprintf(stderr, "%s: exit status %d\n", os.Args, again)
		return exitUndescribed
	}
	if err := described(out.Bytes(), schema.Bytes()); err != nil {
		fmt.Fprintf(stderr, "%s: the output is not as its schema says: %v\n", os.Args, err)
		return exitUndescribed
	}
	return status
}

// exitUndescribed is a status that no script expects.
const exitUndescribed = 97

// described holds rows against a schema.
func described(rows, schema []byte) error {
	var s jsonschema.Schema
	if err := json.Unmarshal(schema, &s); err != nil {
		return err
	}
	resolved, err := s.Resolve(nil)
	if err != nil {
		return err
	}
	var instance any
	if err := json.Unmarshal(rows, &instance); err != nil {
		return err
	}
	return resolved.Validate(instance)
}

// TestEveryJSONIsDescribed: each command with --json has --json-schema, and a
// script in which rows are held against it.
func TestEveryJSONIsDescribed(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "testdata", "script", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no script: %v", err)
	}
	run := map[string]bool{}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			if fields := strings.Fields(line); slices.Contains(fields, "--json") && !strings.HasPrefix(line, "status 2") && !strings.HasPrefix(line, "status 1") {
				if i := slices.Index(fields, "nianbao"); i >= 0 && i+1 < len(fields) {
					run[fields[i+1]] = true
				}
			}
		}
	}
	a := &app{}
	n := 0
	for _, c := range a.command().Commands() {
		if c.Flags().Lookup("json") == nil {
			continue
		}
		n++
		if c.Flags().Lookup("json-schema") == nil {
			t.Errorf("nianbao %s has --json and no --json-schema", c.Name())
			continue
		}
		if !run[c.Name()] {
			t.Errorf("no script runs nianbao %s with --json", c.Name())
		}
		var out bytes.Buffer
		a := &app{stdin: strings.NewReader(""), stdout: &out, stderr: io.Discard, words: openedWords}
		if status := a.run(t.Context(), []string{c.Name(), "--json-schema"}); status != exitDone {
			t.Errorf("nianbao %s --json-schema: exit status %d", c.Name(), status)
		}
		var schema struct {
			Items struct {
				Properties map[string]any `json:"properties"`
				Required   []string       `json:"required"`
			} `json:"items"`
		}
		if err := json.Unmarshal(out.Bytes(), &schema); err != nil || len(schema.Items.Properties) < 2 || len(schema.Items.Required) != len(schema.Items.Properties) {
			t.Errorf("nianbao %s: %v: %s", c.Name(), err, &out)
		}
		// One name for one thing, as in the database.
		for old, name := range map[string]string{"region": "region_name", "start": "char_start", "id": "report_id"} {
			if _, is := schema.Items.Properties[old]; is {
				t.Errorf("nianbao %s calls %s %s", c.Name(), name, old)
			}
		}
		for _, years := range []string{"year", "base_year", "other_year", "first_year", "last_year"} {
			if p, is := schema.Items.Properties[years].(map[string]any); is && !strings.Contains(fmt.Sprint(p["type"]), "integer") {
				t.Errorf("nianbao %s: %s is %v", c.Name(), years, p["type"])
			}
		}
	}
	if n < 10 {
		t.Errorf("%d commands with --json", n)
	}
}

// Every line of parse is as its schema says, of reports and of what is none.
func TestParseIsDescribed(t *testing.T) {
	command := func(args ...string) []byte {
		t.Helper()
		var out, stderr bytes.Buffer
		a := &app{stdin: strings.NewReader(""), stdout: &out, stderr: &stderr, words: openedWords}
		if status := a.run(t.Context(), args); status != exitDone && status != exitPartial {
			t.Fatalf("nianbao %s: %d: %s", strings.Join(args, " "), status, &stderr)
		}
		return out.Bytes()
	}
	schema := command("parse", "--json-schema")
	n := 0
	for line := range bytes.Lines(command("parse", filepath.Join("..", "..", "testdata", "reports"))) {
		if err := described(line, schema); err != nil {
			t.Errorf("%.80s: %v", line, err)
		}
		if n++; described(bytes.Replace(line, []byte(`"year":`), []byte(`"jahr":`), 1), schema) == nil {
			t.Errorf("%.80s: another name passes", line)
		}
	}
	if n < 5 {
		t.Errorf("%d lines", n)
	}
}

// What is not as the schema says is told.
func TestDescribed(t *testing.T) {
	schema, err := schemaOf(reflect.TypeFor[hitRow]())
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(schema)
	if err != nil {
		t.Fatal(err)
	}
	const good = `[{"report_id": 1, "region_code": "", "region_name": "", "year": 2021, "publisher": "", "title": "", "section": null, "heading": "", "snippet": "", "apart": false, "source": ""}]`
	if err := described([]byte(good), b); err != nil {
		t.Error(err)
	}
	for from, to := range map[string]string{`2021`: `"2021"`, `"title": "", `: ``, `"source"`: `"more": 1, "source"`, `"section": null`: `"section": 1.5`, `"region_name"`: `"region"`} {
		if described([]byte(strings.Replace(good, from, to, 1)), b) == nil {
			t.Errorf("%s instead of %s passes", to, from)
		}
	}
}

// TestScripts runs every command as a user does, by the scripts in
// testdata/script. Beside testscript's own commands they have:
//
//	status N COMMAND …        runs a command that must end with exit status N;
//	                          nianbao in one process with others,
//	                          as exec nianbao in one of its own
//	zeros FILE N              makes a file of N zero octets
//	join FILE PATTERN …       puts files behind each other
//	gunzip FILE OUT           unpacks a file
//	shorten N FILE OUT        leaves out the last N octets
//	replace OLD NEW FILE OUT  puts one text for another
//	without FIELDS FILE OUT   leaves out the first fields of the rows of a CSV file, and sorts the rows
//	list PATTERN …            prints the files whose names fit, and fails where none does
//	gb18030 FILE …            encodes files of UTF-8 anew
//	warc DIR URL TYPE FILE    archives a file as a page with a content type
//	zip stored|deflated ZIP FILE… packs files
//	site                      serves the sample site and sets SITE; writes seeds.csv
//	serve DB                  serves a database on a free port until stop or the script's end
//	fetch STATUS PATH FILE    asks what serve serves for a path, and writes what comes
//	stop                      interrupts serve, which must end well
//	fetched FILE              writes what was fetched from the site since the last time
//	report-id CODE YEAR VAR [DB]   sets VAR to the ID of a region's report, in counties.db where none is named
//	sql DB STATEMENTS         changes a database from outside
//	dump DB FILE              writes every row of every table of a database
//
// They take the place of tools that not every machine has: the scripts want no
// program but nianbao, or say so by [tool:…], which fails where it is missing and
// NIANBAO_REQUIRE_TOOLS is 1.
//
// In the folder of a script are reports/, the files of testdata/reports, and
// counties.db, the sample site ingested.
func TestScripts(t *testing.T) {
	cache := t.TempDir() // of all scripts
	keepCompiled(t, cache)
	all := &residents{}
	t.Cleanup(all.end)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log("where an output is meant to change: -run 'TestScripts/NAME$' -update writes the files that cmp holds it against; patterns of stdout, stderr and grep are written by hand")
		}
	})
	data, err := filepath.Abs(filepath.Join("..", "..", "testdata"))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join(data, "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Condition: func(name string) (bool, error) {
			if name == "race" {
				return raced, nil
			}
			tool, ok := strings.CutPrefix(name, "tool:")
			if !ok {
				return false, fmt.Errorf("unknown condition %q", name)
			}
			_, err := exec.LookPath(tool)
			if err != nil && os.Getenv("NIANBAO_REQUIRE_TOOLS") == "1" {
				return false, err
			}
			return err == nil, nil
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", cache)
			env.Setenv("XDG_CACHE_HOME", cache)
			env.Setenv("GOGC", "400") // a third of what a short command takes is collecting what it began with
			env.Values[residentKey{}] = &residency{scripts: filepath.Join(data, "script"), vars: env.Vars, all: all}
			counties, err := ingestedSite()
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(env.WorkDir, "counties.db"), counties, 0o666); err != nil {
				return err
			}
			return copyReports(filepath.Join(data, "reports"), filepath.Join(env.WorkDir, "reports"))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": cmdStatus, "zeros": cmdZeros, "join": cmdJoin, "gunzip": cmdGunzip, "shorten": cmdShorten, "replace": cmdReplace, "without": cmdWithout, "list": cmdList, "gb18030": cmdGB18030, "warc": cmdWARC, "zip": cmdZIP, "site": cmdSite, "fetched": cmdFetched, "dump": cmdDump, "report-id": cmdReportID,
			"serve": cmdServe, "fetch": cmdFetch, "stop": cmdStop, "sql": cmdSQL,
		},
	})
}

// keepCompiled lets programs that keep their caches in a folder have there what PDFium
// was compiled to by the runs before, as the parser's tests have it: that takes four
// seconds of a processor. Where the system makes no links they compile it.
func keepCompiled(t testing.TB, cache string) {
	t.Helper()
	user, err := os.UserCacheDir()
	if err != nil {
		return
	}
	compiled := filepath.Join(user, "nianbao", "pdfium")
	if err := errors.Join(os.MkdirAll(compiled, 0o777), os.MkdirAll(filepath.Join(cache, "nianbao"), 0o777)); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(compiled, filepath.Join(cache, "nianbao", "pdfium")); err != nil && !errors.Is(err, fs.ErrExist) {
		t.Log(err)
	}
}

// cmdReportID finds a report of counties.db.
func cmdReportID(ts *testscript.TestScript, neg bool, args []string) {
	file := "counties.db"
	if len(args) == 4 {
		file, args = args[3], args[:3]
	}
	usage(ts, neg, args, 3, "report-id CODE YEAR VAR [DB]")
	db, err := sql.Open("sqlite3", ts.MkAbs(file))
	ts.Check(err)
	defer db.Close()
	var id int64
	ts.Check(db.QueryRow("SELECT id FROM report WHERE region_code = ? AND year = ?", args[0], args[1]).Scan(&id))
	ts.Setenv(args[2], strconv.FormatInt(id, 10))
}

// cmdSQL changes a database as another program would.
func cmdSQL(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sql DB STATEMENTS")
	}
	db, err := sql.Open("sqlite3", ts.MkAbs(args[0]))
	ts.Check(err)
	defer db.Close()
	_, err = db.Exec(args[1])
	ts.Check(err)
}

// served has the command and the address that each script's serve started, by
// the script's folder.
var served sync.Map

type serving struct {
	cmd  *exec.Cmd
	base string
}

func cmdServe(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: serve DB [FLAGS]")
	}
	cmd := exec.Command("nianbao", append([]string{"serve", "--db", args[0], "--addr", "127.0.0.1:0"}, args[1:]...)...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), "HOME="+ts.Getenv("HOME"), "XDG_CACHE_HOME="+ts.Getenv("XDG_CACHE_HOME"))
	messages, err := cmd.StderrPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	ts.Defer(func() { _ = cmd.Process.Kill() })
	line, err := bufio.NewReader(messages).ReadString('\n')
	ts.Check(err)
	_, base, ok := strings.Cut(line, "serving ")
	if !ok {
		ts.Fatalf("serve says %q", line)
	}
	go func() { _, _ = io.Copy(io.Discard, messages) }()
	base, _, _ = strings.Cut(base, "/ ")
	served.Store(ts.MkAbs("."), &serving{cmd, base})
}

func servingOf(ts *testscript.TestScript) *serving {
	v, ok := served.Load(ts.MkAbs("."))
	if !ok {
		ts.Fatalf("nothing is served")
	}
	return v.(*serving)
}

func cmdFetch(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, args, 3, "fetch STATUS PATH FILE")
	client := http.Client{Timeout: 10 * time.Minute}
	res, err := client.Get(servingOf(ts).base + args[1])
	ts.Check(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	ts.Check(err)
	if fmt.Sprint(res.StatusCode) != args[0] {
		ts.Fatalf("%s: %s, want %s\n%s", args[1], res.Status, args[0], body)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), body, 0o666))
}

func cmdStop(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, args, 0, "stop")
	s := servingOf(ts)
	ts.Check(s.cmd.Process.Signal(os.Interrupt))
	ts.Check(s.cmd.Wait())
}

// ingestedSite is a database of the sample site's reports, which is made once.
var ingestedSite = sync.OnceValues(func() ([]byte, error) {
	data, err := filepath.Abs(filepath.Join("..", "..", "testdata"))
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	db := filepath.Join(dir, "counties.db")
	args := []string{"ingest", "--db", db}
	for _, r := range sampleReports {
		args = append(args, "site/"+r)
	}
	cmd := exec.Command("nianbao", args...)
	cmd.Dir = data
	cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_CACHE_HOME="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("ingesting the sample site: %w\n%s", err, out)
	}
	return os.ReadFile(db)
})

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o666)
}

func copyReports(from, to string) error {
	if err := os.Mkdir(to, 0o777); err != nil {
		return err
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".want.json") {
			continue
		}
		if err := copyFile(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// usage ends a script whose command is used wrongly.
func usage(ts *testscript.TestScript, neg bool, args []string, n int, how string) {
	if neg || len(args) < n {
		ts.Fatalf("usage: %s", how)
	}
}

func cmdStatus(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, args, 2, "status N COMMAND …")
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if args[1] == "nianbao" {
		got = ts.Value(residentKey{}).(*residency).run(ts, args[2:])
	} else if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

func cmdZeros(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, args, 2, "zeros FILE N")
	n, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), make([]byte, n), 0o666))
}

// matching are the files that fit patterns: in the order of the patterns, then by name.
func matching(ts *testscript.TestScript, patterns []string) []string {
	var all []string
	for _, pattern := range patterns {
		names, err := filepath.Glob(ts.MkAbs(pattern))
		ts.Check(err)
		all = append(all, names...)
	}
	return all
}

func cmdJoin(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, args, 2, "join FILE PATTERN …")
	var whole []byte
	names := matching(ts, args[1:])
	for _, name := range names {
		data, err := os.ReadFile(name)
		ts.Check(err)
		whole = append(whole, data...)
	}
	if len(names) == 0 {
		ts.Fatalf("no file fits %q", args[1:])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), whole, 0o666))
}

func cmdGunzip(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, args, 2, "gunzip FILE OUT")
	rewrite(ts, args[0], args[1], func(data []byte) ([]byte, error) {
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		return io.ReadAll(z)
	})
}

func cmdShorten(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, args, 3, "shorten N FILE OUT")
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	rewrite(ts, args[1], args[2], func(data []byte) ([]byte, error) {
		if n > len(data) {
			return nil, fmt.Errorf("%s has only %d octets", args[1], len(data))
		}
		return data[:len(data)-n], nil
	})
}

func cmdReplace(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, args, 4, "replace OLD NEW FILE OUT")
	rewrite(ts, args[2], args[3], func(data []byte) ([]byte, error) {
		if !bytes.Contains(data, []byte(args[0])) {
			return nil, fmt.Errorf("%s has no %q", args[2], args[0])
		}
		return bytes.ReplaceAll(data, []byte(args[0]), []byte(args[1])), nil
	})
}

func cmdWithout(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, args, 3, "without FIELDS FILE OUT")
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	rewrite(ts, args[1], args[2], func(data []byte) ([]byte, error) {
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff")))).ReadAll()
		if err != nil {
			return nil, err
		}
		for i, row := range rows {
			rows[i] = row[n:]
		}
		slices.SortFunc(rows, slices.Compare)
		var out bytes.Buffer
		err = csv.NewWriter(&out).WriteAll(rows)
		return out.Bytes(), err
	})
}

// rewrite makes a file of another.
func rewrite(ts *testscript.TestScript, from, to string, change func([]byte) ([]byte, error)) {
	data, err := os.ReadFile(ts.MkAbs(from))
	ts.Check(err)
	data, err = change(data)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(to), data, 0o666))
}

func cmdList(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) == 0 {
		ts.Fatalf("usage: list PATTERN …")
	}
	names := matching(ts, args)
	if neg != (len(names) == 0) {
		ts.Fatalf("%q: %q", args, names)
	}
	for _, name := range names {
		fmt.Fprintln(ts.Stdout(), filepath.Base(name))
	}
}

func cmdGB18030(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, args, 1, "gb18030 FILE …")
	for _, name := range args {
		data, err := os.ReadFile(ts.MkAbs(name))
		ts.Check(err)
		data, err = simplifiedchinese.GB18030.NewEncoder().Bytes(data)
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(name), data, 0o666))
	}
}

func cmdWARC(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, args, 4, "warc DIR URL TYPE FILE")
	body, err := os.ReadFile(ts.MkAbs(args[3]))
	ts.Check(err)
	w, err := archive.NewWriter(ts.MkAbs(args[0]), archive.WriterConfig{})
	ts.Check(err)
	_, _, err = w.Write(context.Background(), &archive.Exchange{
		URL: args[1], Time: time.Date(2024, 3, 1, 8, 0, 0, 0, time.UTC), Proto: "HTTP/1.1", Status: http.StatusOK,
		Header: http.Header{"Content-Type": {args[2]}}, Body: body,
	})
	ts.Check(errors.Join(err, w.Close()))
}

func cmdZIP(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 || args[0] != "stored" && args[0] != "deflated" {
		ts.Fatalf("usage: zip stored|deflated ZIP FILE…")
	}
	method := map[string]uint16{"stored": zip.Store, "deflated": zip.Deflate}[args[0]]
	f, err := os.Create(ts.MkAbs(args[1]))
	ts.Check(err)
	z := zip.NewWriter(f)
	for _, name := range args[2:] {
		data, err := os.ReadFile(ts.MkAbs(name))
		ts.Check(err)
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		ts.Check(err)
		_, err = w.Write(data)
		ts.Check(err)
	}
	ts.Check(errors.Join(z.Close(), f.Close()))
}

// siteLog is what was asked of one script's site.
type siteLog struct {
	mu    sync.Mutex
	paths []string
}

func cmdSite(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, args, 0, "site")
	log := &siteLog{}
	handler := sampleSite()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		log.mu.Lock()
		log.paths = append(log.paths, r.Method+" "+r.URL.Path)
		log.mu.Unlock()
		handler.ServeHTTP(w, r)
	}))
	ts.Defer(server.Close)
	siteLogs.Store(server.URL, log)
	ts.Setenv("SITE", server.URL)
	ts.Check(os.WriteFile(ts.MkAbs("seeds.csv"), []byte(testdata.Seeds(server.URL)), 0o666))
}

// siteLogs has the log of each site that a script started, by its address.
var siteLogs sync.Map

func cmdFetched(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, args, 1, "fetched FILE")
	v, ok := siteLogs.Load(ts.Getenv("SITE"))
	if !ok {
		ts.Fatalf("no site was started")
	}
	log := v.(*siteLog)
	log.mu.Lock()
	defer log.mu.Unlock()
	slices.Sort(log.paths)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Join(append(log.paths, ""), "\n")), 0o666))
	log.paths = nil
}

func cmdDump(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, args, 2, "dump DB FILE")
	f, err := os.Create(ts.MkAbs(args[1]))
	ts.Check(err)
	err = dump(f, ts.MkAbs(args[0]))
	ts.Check(errors.Join(err, f.Close()))
}

// dump writes every row of every table of a database, the search index's own
// tables included, but for the columns that are left out ("report.ingested_at").
func dump(w io.Writer, path string, without ...string) error {
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		return err
	}
	defer db.Close()
	each := func(query string, row func(string)) error {
		rows, err := db.Query(query)
		if err != nil {
			return fmt.Errorf("%s: %w", query, err)
		}
		defer rows.Close()
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				return fmt.Errorf("%s: %w", query, err)
			}
			row(s)
		}
		return rows.Err()
	}
	var tables []string
	err = each("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", func(s string) { tables = append(tables, s) })
	if err != nil {
		return err
	}
	for _, table := range tables {
		var columns []string
		err := each("SELECT name FROM pragma_table_info('"+table+"')", func(s string) {
			if !slices.Contains(without, table+"."+s) {
				columns = append(columns, "quote(\""+s+"\")")
			}
		})
		if err != nil {
			return err
		}
		err = each("SELECT "+strings.Join(columns, "||','||")+" AS line FROM \""+table+"\" ORDER BY line", func(s string) { fmt.Fprintf(w, "%s: %s\n", table, s) })
		if err != nil {
			return err
		}
	}
	return nil
}
