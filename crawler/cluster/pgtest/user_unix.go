//go:build unix

package pgtest

import (
	"bytes"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// account is whom a server runs as where the test runs as root.
func account() (uid, gid uint32, ok bool) {
	if os.Geteuid() != 0 {
		return 0, 0, false
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		id, err1 := strconv.ParseUint(u.Uid, 10, 32)
		group, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return uint32(id), uint32(group), true
		}
	}
	return 0, 0, false
}

func give(dir string) error {
	uid, gid, ok := account()
	if !ok {
		return nil
	}
	return os.Chown(dir, int(uid), int(gid))
}

func unprivileged(cmd *exec.Cmd) {
	if uid, gid, ok := account(); ok {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: gid}}
	}
}

// endChildren stops a process, so that it begins no others, and kills its children.
// The function that it answers waits until they have ended. Where the system does
// not tell of processes in files, they are left to see that their parent has gone.
func endChildren(parent *os.Process) (ended func()) {
	parent.Signal(syscall.SIGSTOP)
	var children []string
	for stopped := false; !stopped; {
		state, _, ok := status(strconv.Itoa(parent.Pid))
		stopped = !ok || state != 'R' && state != 'S' && state != 'D'
	}
	all, _ := filepath.Glob("/proc/[0-9]*") // the pattern is right
	for _, dir := range all {
		pid := filepath.Base(dir)
		if _, of, ok := status(pid); ok && of == parent.Pid {
			children = append(children, pid)
			if n, err := strconv.Atoi(pid); err == nil {
				syscall.Kill(n, syscall.SIGKILL)
			}
		}
	}
	return func() {
		for _, pid := range children {
			for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(time.Millisecond) {
				if state, _, ok := status(pid); !ok || state == 'Z' || state == 'X' {
					break
				}
			}
		}
	}
}

// status is the state of a process, as proc(5) names it, and its parent.
func status(pid string) (state byte, parent int, ok bool) {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return 0, 0, false
	}
	// The name before it may have any characters in it.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 2 {
		return 0, 0, false
	}
	parent, err = strconv.Atoi(fields[1])
	return fields[0][0], parent, err == nil
}
