package store_test

import (
	"errors"
	"io"
	"nianbao/store"
	"nianbao/store/ask"
	"nianbao/store/internal/storetest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// mount makes a small medium; remount changes its options.
func mount(t *testing.T, options string) (dir string, remount func(flags uintptr, options string)) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("nianbao-test", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("a medium of its own cannot be mounted here (%v); run as the superuser", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			_ = syscall.Unmount(dir, 2) // MNT_DETACH: a failed test has left a file open
		}
	})
	return dir, func(flags uintptr, options string) {
		t.Helper()
		if err := syscall.Mount("nianbao-test", dir, "tmpfs", syscall.MS_REMOUNT|flags, options); err != nil {
			t.Fatal(err)
		}
	}
}

// TestFullMedium ingests onto media that are full at different places: what
// was committed is there, the message says what to do, and the same ingest on
// a larger medium gives the file that an undisturbed one gives.
func TestFullMedium(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "whole.db")
	if err := ingestAll(t.Context(), whole, io.Discard); err != nil {
		t.Fatal(err)
	}
	dir, remount := mount(t, "size=64k")
	path := filepath.Join(dir, "reports.db")
	stored, full := 0, 0
	for _, size := range []string{"400k", "1200k", "1400k", "1600k", "1800k"} {
		remount(0, "size="+size)
		err := ingestAll(t.Context(), path, io.Discard)
		if err == nil {
			t.Fatalf("%s hold everything; the test wants smaller media", size)
		}
		full++
		var e *store.Error
		if !errors.Is(err, store.ErrFull) && !strings.Contains(err.Error(), "medium is full") || !errors.As(err, &e) || e.Advice == "" || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", size, err)
		}
		s, err := store.Open(t.Context(), path, store.Options{ReadOnly: true})
		if errors.Is(err, store.ErrOlder) || errors.Is(err, store.ErrFull) || errors.Is(err, store.ErrNotFound) {
			continue // not even the schema fits
		}
		if err != nil {
			t.Logf("%s: %v", size, err)
			continue
		}
		h, err := s.Doctor(t.Context(), store.DoctorOptions{})
		if err != nil || len(h.Problems) > 0 || h.Reports < stored {
			t.Errorf("%s: %d reports before, now %+v %v", size, stored, h, err)
		} else {
			stored = h.Reports
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if stored == 0 {
		t.Error("no medium was full half way")
	}
	remount(0, "size=64m")
	if err := ingestAll(t.Context(), path, io.Discard); err != nil {
		t.Fatal(err)
	}
	storetest.Same(t, "after a full medium", dump(t, whole), dump(t, path))
}

// TestReadOnlyMount reads a file where nothing can be written, by whomever.
func TestReadOnlyMount(t *testing.T) {
	dir, remount := mount(t, "size=64m")
	path, older := filepath.Join(dir, "reports.db"), filepath.Join(dir, "older.db")
	for _, p := range []string{path, older} {
		if err := ingestAll(t.Context(), p, io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	storetest.Change(t, older, "PRAGMA user_version = 1")
	remount(syscall.MS_RDONLY, "")
	s, err := store.Open(t.Context(), path, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	h, err := s.Doctor(t.Context(), store.DoctorOptions{})
	if err != nil || len(h.Problems) > 0 || h.Reports != 40 {
		t.Errorf("%+v %v", h, err)
	}
	found, err := ask.Search(t.Context(), s, ask.SearchQuery{Cutter: storetest.Letters{}, Words: "稳步推进", Limit: 1})
	if err != nil || len(found.Hits) != 1 {
		t.Errorf("%+v %v", found, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	var e *store.Error
	if _, err := store.Open(t.Context(), path, store.Options{}); !errors.Is(err, store.ErrReadOnly) || !errors.As(err, &e) || e.Advice == "" {
		t.Errorf("for writing: %v", err)
	}
	if _, err := store.Open(t.Context(), older, store.Options{ReadOnly: true}); !errors.Is(err, store.ErrOlder) || !errors.As(err, &e) || e.Advice == "" {
		t.Errorf("an older file: %v", err)
	}
	if _, err := store.Open(t.Context(), filepath.Join(dir, "new.db"), store.Options{}); err == nil || !strings.Contains(err.Error(), "new.db") {
		t.Errorf("a new file: %v", err)
	} else {
		t.Log(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "new.db")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}
