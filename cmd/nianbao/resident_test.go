package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// A resident is a process that runs the commands of one script one after another,
// each in the folder and with the environment that the script has then. To start
// a process, open the dictionaries and read the tables anew for each of four
// hundred commands took most of the time of the scripts. What a process of its own
// is needed for, a script runs by exec.
type resident struct {
	scripts string   // where they are
	vars    []string // the script's variables at first
	names   []string // of variables that the script has or may set
	cmd     *exec.Cmd
	stdin   io.WriteCloser
	answer  *json.Decoder
	last    bytes.Buffer // what the process said when it ended on its own
}

// A request is one command of a script, an answer what came of it.
type (
	request struct {
		Dir       string
		Env, Args []string
	}
	answer struct {
		Status         int
		Stdout, Stderr string
	}
)

// residentKey is where a script has its resident.
type residentKey struct{}

var setsVariable = regexp.MustCompile(`(?m)^(?:\[[^\]]*\] *)*env ([A-Za-z_]+)=`)

// variables are the names of the variables that the script is run with or sets.
func (r *resident) variables(ts *testscript.TestScript) []string {
	b, err := os.ReadFile(filepath.Join(r.scripts, ts.Name()+".txtar"))
	ts.Check(err)
	var names []string
	for _, v := range r.vars {
		name, _, _ := strings.Cut(v, "=")
		names = append(names, name)
	}
	for _, m := range setsVariable.FindAllStringSubmatch(string(b), -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// run runs one command and returns its exit status.
func (r *resident) run(ts *testscript.TestScript, args []string) int {
	if r.names == nil {
		r.names = r.variables(ts)
	}
	q := request{Dir: ts.MkAbs("."), Args: args}
	for _, name := range r.names {
		if v := ts.Getenv(name); v != "" {
			q.Env = append(q.Env, name+"="+v)
		}
	}
	if r.cmd == nil {
		r.start(ts, q)
	}
	ts.Check(json.NewEncoder(r.stdin).Encode(q))
	var a answer
	if err := r.answer.Decode(&a); err != nil {
		err = r.end()
		r.cmd = nil
		ts.Fatalf("nianbao %s: the process ended: %v\n%s", strings.Join(args, " "), err, &r.last)
	}
	io.WriteString(ts.Stdout(), a.Stdout)
	io.WriteString(ts.Stderr(), a.Stderr)
	return a.Status
}

func (r *resident) start(ts *testscript.TestScript, q request) {
	path, err := exec.LookPath("resident")
	ts.Check(err)
	r.cmd = exec.Command(path)
	r.cmd.Env, r.cmd.Dir, r.cmd.Stderr = q.Env, q.Dir, &r.last
	r.stdin, err = r.cmd.StdinPipe()
	ts.Check(err)
	stdout, err := r.cmd.StdoutPipe()
	ts.Check(err)
	r.answer = json.NewDecoder(stdout)
	ts.Check(r.cmd.Start())
}

// end ends the process, if it runs.
func (r *resident) end() error {
	if r.cmd == nil {
		return nil
	}
	r.stdin.Close()
	return r.cmd.Wait()
}

// reside is the resident's process: it answers requests until there are no more.
func reside() {
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var q request
		if err := in.Decode(&q); err == io.EOF {
			os.Exit(exitDone)
		} else if err != nil {
			panic(err)
		}
		a, err := q.do()
		if err == nil {
			err = out.Encode(a)
		}
		if err != nil {
			panic(err)
		}
	}
}

// do runs a command as the process of its own would: its streams are pipes, and
// nothing is to be read.
func (q request) do() (a answer, err error) {
	os.Clearenv()
	for _, v := range append(q.Env, "PWD="+q.Dir) {
		name, value, _ := strings.Cut(v, "=")
		if err := os.Setenv(name, value); err != nil {
			return a, err
		}
	}
	if err := os.Chdir(filepath.FromSlash(q.Dir)); err != nil {
		return a, err
	}
	os.Args = append([]string{"nianbao"}, q.Args...)
	read := func(into *string) (*os.File, func(), error) {
		r, w, err := os.Pipe()
		done := make(chan struct{})
		go func() {
			defer close(done)
			b, _ := io.ReadAll(r)
			*into = string(b)
		}()
		return w, func() { w.Close(); <-done; r.Close() }, err
	}
	stdin, closed, err := os.Pipe()
	if err != nil {
		return a, err
	}
	closed.Close()
	defer stdin.Close()
	stdout, endOut, err := read(&a.Stdout)
	if err != nil {
		return a, err
	}
	stderr, endErr, err := read(&a.Stderr)
	if err != nil {
		return a, err
	}
	a.Status = testedNianbao(stdin, stdout, stderr)
	endOut()
	endErr()
	return a, nil
}
