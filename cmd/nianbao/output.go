package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// output is what a command writes beside standard output: a file or a folder
// that the user named. The name may never be that of something the command
// reads, of a database, or of an archive: what is there could not be made again.
type output struct {
	flag string   // --out or --plot, for messages
	name string   // as the user gave it
	uses []string // what the command reads: databases and inputs
}

// newOutput checks the name that a flag gives. A wrong name is a wrong usage.
func newOutput(flag, name string, uses ...string) (*output, error) {
	o := &output{flag: flag, name: name, uses: uses}
	if name == "" {
		return nil, usagef("%s FILE is required; - is standard output", flag)
	}
	return o, o.check()
}

// standard reports whether the output is standard output.
func (o *output) standard() bool { return o.name == "-" }

// folder reports whether the name is that of a folder.
func (o *output) folder() bool {
	info, err := os.Stat(o.name)
	return strings.HasSuffix(o.name, "/") || strings.HasSuffix(o.name, string(filepath.Separator)) || err == nil && info.IsDir()
}

// check refuses names whose file must not be replaced.
func (o *output) check() error {
	if o.standard() {
		return nil
	}
	info, err := os.Stat(o.name)
	if err != nil {
		info = nil // there is nothing of the name yet
	}
	for _, used := range o.uses {
		if err := o.spares(used, info); err != nil {
			return err
		}
	}
	if info != nil && info.Mode().IsRegular() {
		if kind := irreplaceable(o.name); kind != "" {
			return usagef("%s %s: there is %s of that name, which is never written over; give another name, or move it away", o.flag, o.name, kind)
		}
	}
	return nil
}

// spares refuses a name whose file is, or has in it, one that the command reads. info is
// of what has the name, nil: nothing.
func (o *output) spares(used string, info os.FileInfo) error {
	target := real(o.name)
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		there, err := os.Stat(used + suffix)
		same := target == real(used+suffix) || info != nil && err == nil && os.SameFile(info, there)
		switch {
		case same && suffix == "":
			return usagef("%s %s: that is %s, which the command reads; give another name", o.flag, o.name, used)
		case same:
			return usagef("%s %s: that is part of the database %s; give another name", o.flag, o.name, used)
		case info != nil && info.IsDir() && within(real(used), target):
			return usagef("%s %s: the folder holds %s, which the command reads; give another name", o.flag, o.name, used)
		}
	}
	if e := archiveOf(used, target); e != "" {
		return usagef("%s %s: that is in %s, the archive of %s; give another name", o.flag, o.name, e, used)
	}
	return nil
}

// archiveOf is the archive of a database that a path lies in, or "".
func archiveOf(db, target string) string {
	dir, err := captures(db, "")
	if err != nil || dir == "" || !within(target, real(dir)) {
		return ""
	}
	return dir
}

// within reports whether a path is a folder or below it.
func within(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// real is the place a path leads to, through links, also where its last part
// is not there yet.
func real(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if found, err := filepath.EvalSymlinks(path); err == nil {
		return found
	}
	if link, err := os.Readlink(path); err == nil { // it leads to nothing yet
		if !filepath.IsAbs(link) {
			link = filepath.Join(filepath.Dir(path), link)
		}
		path = link
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		return filepath.Join(dir, filepath.Base(path))
	}
	return filepath.Clean(path)
}

// irreplaceable names what a file is when it is a database or an archive, by
// its first bytes or its name.
func irreplaceable(name string) string {
	lower := strings.ToLower(name)
	for _, ext := range []string{".warc", ".warc.gz", ".warc.gz.open", ".warc.open"} {
		if strings.HasSuffix(lower, ext) {
			return "an archive (WARC)"
		}
	}
	f, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	first := make([]byte, 16)
	n, _ := io.ReadFull(f, first)
	switch head := string(first[:n]); {
	case head == "SQLite format 3\x00":
		return "a database (SQLite)"
	case strings.HasPrefix(head, "WARC/"):
		return "an archive (WARC)"
	}
	return ""
}

// write writes one file. A regular file appears under its name when it is
// whole, or not at all; a device, a pipe and whatever else is no file is
// written to as it is.
func (o *output) write(a *app, write func(io.Writer) error) error {
	if o.standard() {
		return write(a.out)
	}
	if err := o.check(); err != nil { // what was created since
		return err
	}
	info, err := os.Stat(o.name)
	switch {
	case err == nil && info.IsDir():
		return usagef("%s %s: that is a folder; name a file in it", o.flag, o.name)
	case err == nil && !info.Mode().IsRegular():
		return o.stream(write)
	}
	target := real(o.name) // a link stays a link
	sweep(target)
	f, err := os.CreateTemp(filepath.Dir(target), temporary(target)+"*")
	if err != nil {
		return fmt.Errorf("%s %s: %w", o.flag, o.name, reason(err))
	}
	defer os.Remove(f.Name())
	if err := claim(f); err != nil {
		return errors.Join(fmt.Errorf("%s %s: %w", o.flag, o.name, err), f.Close())
	}
	mode := fs.FileMode(0o644)
	if info != nil {
		mode = info.Mode().Perm()
	}
	err = buffered(f, write)
	if err == nil {
		err = errors.Join(f.Chmod(mode), f.Sync())
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("%s %s: %w", o.flag, o.name, err)
	}
	return os.Rename(f.Name(), target)
}

// stream writes to what is no regular file: /dev/null, a named pipe, the pipe
// of a process substitution.
func (o *output) stream(write func(io.Writer) error) error {
	f, err := os.OpenFile(o.name, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("%s %s: %w", o.flag, o.name, reason(err))
	}
	if err := errors.Join(buffered(f, write), f.Close()); err != nil {
		return fmt.Errorf("%s %s: %w", o.flag, o.name, err)
	}
	return nil
}

func buffered(w io.Writer, write func(io.Writer) error) error {
	b := bufio.NewWriterSize(w, 256<<10)
	if err := write(b); err != nil {
		return err
	}
	return b.Flush()
}

// writeFolder lets write fill a folder beside the one that was named and puts it in its
// place when it is whole. A folder that is there is replaced as a whole, if
// own says of every entry in it that it is such a folder's.
func (o *output) writeFolder(own func(dir string) ([]string, error), write func(dir string) error) error {
	if o.standard() {
		return usagef("%s -: the format is a folder; name it", o.flag)
	}
	if err := o.check(); err != nil {
		return err
	}
	target := real(filepath.Clean(o.name))
	info, err := os.Stat(target)
	switch {
	case err == nil && !info.IsDir():
		return usagef("%s %s: that is a file; the format is a folder", o.flag, o.name)
	case err == nil:
		if err := o.replaceable(target, own); err != nil {
			return err
		}
	}
	sweep(target)
	dir, err := os.MkdirTemp(filepath.Dir(target), temporary(target)+"*")
	if err != nil {
		return fmt.Errorf("%s %s: %w", o.flag, o.name, reason(err))
	}
	defer os.RemoveAll(dir)
	lock, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := claim(lock); err != nil {
		return fmt.Errorf("%s %s: %w", o.flag, o.name, err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	if err := write(dir); err != nil {
		return err
	}
	if err := swap(dir, target); err != nil {
		return fmt.Errorf("%s %s: %w", o.flag, o.name, err)
	}
	return nil
}

// replaceable refuses a folder with entries that the export did not make.
func (o *output) replaceable(dir string, own func(string) ([]string, error)) error {
	names, err := own(dir)
	if err != nil {
		return fmt.Errorf("%s %s: %w", o.flag, o.name, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("%s %s: %w", o.flag, o.name, err)
	}
	for _, e := range entries {
		if !slices.Contains(names, e.Name()) {
			return usagef("%s %s: the folder holds %s, which is no part of such an export; name a new or empty folder", o.flag, o.name, e.Name())
		}
	}
	return nil
}

// temporary begins the names of what is being written for a target. The point
// keeps it out of listings.
func temporary(target string) string {
	return "." + strings.TrimPrefix(filepath.Base(target), ".") + ".nianbao-"
}

// sweep removes what runs that were killed left for a target. What another run
// is still writing is locked and stays.
func sweep(target string) {
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(target), globQuoted(temporary(target))+"*"))
	for _, name := range left {
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		free := claim(f) == nil
		_ = f.Close()
		switch _, err := os.Lstat(target); {
		case !free:
		case strings.HasSuffix(name, "old") && errors.Is(err, fs.ErrNotExist):
			_ = os.Rename(name, target) // killed between the steps of a swap
		default:
			_ = os.RemoveAll(name)
		}
	}
}

func globQuoted(s string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(s)
}

// reason takes the name of a temporary file out of an error: the user knows
// the target, not that.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// swapInSteps puts the folder made in the place of target where the system
// cannot exchange two names: a run that is killed between the steps leaves the
// old folder whole under the temporary name with the ending old.
func swapInSteps(made, target string) error {
	old := made + "old"
	if err := os.Rename(target, old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(made, target); err != nil {
		return errors.Join(err, os.Rename(old, target))
	}
	return os.RemoveAll(old)
}
