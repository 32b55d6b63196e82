package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"sort"
)

// wholeEnd is the offset behind the last whole page of a file that a killed
// process left: behind its last metadata record, which ends a page, or behind
// the warcinfo record.
func wholeEnd(path string) (int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, fmt.Errorf("archive: %w", err)
	}
	defer f.Close()
	// Without the seeker the reader stops at the first damage. What follows it
	// cannot be this process's: it appends.
	records := NewReader(context.Background(), struct{ io.Reader }{f}, path, ReaderConfig{})
	var end int64
	for {
		rec, err := records.Next()
		switch {
		case err == io.EOF:
			return end, nil
		case errors.Is(err, ErrCut), errors.Is(err, ErrRecord), errors.Is(err, ErrNotWARC):
			return end, nil
		case err != nil:
			return 0, fmt.Errorf("archive: %w", err)
		}
		if t := rec.Type(); t == TypeMetadata || t == TypeInfo {
			end = records.src.off
		}
	}
}

// Files are the WARC files of a folder, those being written last. An empty
// folder has none, which is no error.
func Files(dir string) ([]string, error) {
	var all []string
	for _, pattern := range []string{"*.warc.gz", "*.warc"} {
		paths, err := filepath.Glob(filepath.Join(escapeGlob(dir), pattern))
		if err != nil {
			return nil, fmt.Errorf("archive %s: %w", dir, err)
		}
		all = append(all, paths...)
	}
	sort.Strings(all)
	open, err := openFiles(dir)
	return append(all, open...), err
}

// Unacknowledged reads the pages of the files that a killed process left under
// .open; with all, those of every file of the folder.
func Unacknowledged(ctx context.Context, dir string, all bool, cfg ReaderConfig) iter.Seq2[*Page, error] {
	return func(yield func(*Page, error) bool) {
		list := openFiles
		if all {
			list = Files
		}
		paths, err := list(dir)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, path := range paths {
			for p, err := range Open(ctx, path, cfg) {
				if !yield(p, err) {
					return
				}
			}
		}
	}
}
