package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// A resident is a process that runs commands of scripts one after another, each in
// the folder and with the environment that its script has then. To start a process,
// open the dictionaries and read the tables anew for each of four hundred commands
// took most of the time of the scripts. What a process of its own is needed for, a
// script runs by exec.
type resident struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	answer *json.Decoder
	last   bytes.Buffer // what the process said when it ended on its own
}

// residents are those of all scripts: a command takes one that is free.
type residents struct {
	mu   sync.Mutex
	free []*resident
}

// A residency is what a script runs its commands with.
type residency struct {
	scripts string   // where they are
	vars    []string // the script's variables at first
	names   []string // of variables that the script has or may set
	all     *residents
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
func (r *residency) variables(ts *testscript.TestScript) []string {
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
func (r *residency) run(ts *testscript.TestScript, args []string) int {
	if r.names == nil {
		r.names = r.variables(ts)
	}
	q := request{Dir: ts.MkAbs("."), Args: args}
	for _, name := range r.names {
		if v := ts.Getenv(name); v != "" {
			q.Env = append(q.Env, name+"="+v)
		}
	}
	process, err := r.all.take(q.Env)
	ts.Check(err)
	a, err := process.ask(q)
	if err != nil {
		err = cmp.Or(process.end(), err)
		ts.Fatalf("nianbao %s: the process ended: %v\n%s", strings.Join(args, " "), err, &process.last)
	}
	r.all.put(process)
	io.WriteString(ts.Stdout(), a.Stdout)
	io.WriteString(ts.Stderr(), a.Stderr)
	return a.Status
}

// take returns a resident that does nothing, a new one where none is.
func (r *residents) take(env []string) (*resident, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.free); n > 0 {
		one := r.free[n-1]
		r.free = r.free[:n-1]
		return one, nil
	}
	return startResident(env)
}

func (r *residents) put(one *resident) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.free = append(r.free, one)
}

// end ends them all.
func (r *residents) end() {
	for _, one := range r.free {
		one.end()
	}
}

func startResident(env []string) (r *resident, err error) {
	path, err := exec.LookPath("resident")
	if err != nil {
		return nil, err
	}
	r = &resident{cmd: exec.Command(path)}
	r.cmd.Env, r.cmd.Stderr = env, &r.last
	if r.stdin, err = r.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	stdout, err := r.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	r.answer = json.NewDecoder(stdout)
	return r, r.cmd.Start()
}

// ask has a command run.
func (r *resident) ask(q request) (a answer, err error) {
	if err := json.NewEncoder(r.stdin).Encode(q); err != nil {
		return a, err
	}
	err = r.answer.Decode(&a)
	return a, err
}

func (r *resident) end() error {
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
