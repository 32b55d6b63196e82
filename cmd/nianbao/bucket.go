package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"sync"
	"time"

	"nianbao/crawler/archive"
	"nianbao/crawler/bucket"
)

// openBucket opens a folder in a store that speaks S3, as the environment says:
// the variables are those that Amazon's own tools read.
func openBucket(ctx context.Context, address string) (*bucket.Bucket, error) {
	b, err := bucket.Open(address, bucket.Config{
		Endpoint:  cmp.Or(os.Getenv("AWS_ENDPOINT_URL_S3"), os.Getenv("AWS_ENDPOINT_URL")),
		Region:    cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION")),
		AccessKey: os.Getenv("AWS_ACCESS_KEY_ID"), SecretKey: os.Getenv("AWS_SECRET_ACCESS_KEY"), SessionToken: os.Getenv("AWS_SESSION_TOKEN"),
		Instance: os.Getenv("AWS_EC2_METADATA_DISABLED") != "true",
	})
	if err != nil {
		return nil, usageError{err}
	}
	return b, b.Check(ctx)
}

// spoolFile and spoolAge are when a file is complete that is sent to a store:
// until then it is on one disk only.
const (
	spoolFile = 64 << 20 // octets
	spoolAge  = 5 * time.Minute
)

// leaving is for how long a command that was stopped still sends.
const leaving = 10 * time.Second

// spool sends the complete files of an archive to a store, until it is closed
// behind the archive's writer.
func (a *app) spool(ctx context.Context, address, dir string, sent func(context.Context, string) error) (closer func() error, err error) {
	b, err := openBucket(ctx, address)
	if err != nil {
		return nil, err
	}
	under, err := archiveName(dir)
	if err != nil {
		return nil, err
	}
	s := b.NewSpool(dir, bucket.SpoolConfig{Under: under, Sent: sent, Trouble: a.troubles()})
	return func() error {
		closing, cancel := context.WithCancel(context.WithoutCancel(ctx))
		defer cancel()
		defer context.AfterFunc(ctx, func() { time.AfterFunc(cmp.Or(a.leaving, leaving), cancel) })()
		return s.Close(closing)
	}, nil
}

// storeInputs yields the pages of all WARC files in a store's folder.
func storeInputs(ctx context.Context, address string, yield func(input) bool) bool {
	b, err := openBucket(ctx, address)
	if err != nil {
		return yield(failed(address, err))
	}
	files, err := b.Files(ctx)
	if err != nil {
		return yield(failed(address, err))
	}
	if len(files) == 0 {
		return yield(failed(address, fmt.Errorf("it holds no WARC file: %w", fs.ErrNotExist)))
	}
	for _, f := range files {
		name := b.Of(f.Name)
		r, err := b.Open(ctx, f.Name)
		if err != nil {
			if !yield(failed(name, err)) {
				return false
			}
			continue
		}
		goOn := pages(ctx, archive.Pages(ctx, r, name, archive.ReaderConfig{}), name, yield)
		_ = r.Close() // it was only read
		if !goOn {
			return false
		}
	}
	return true
}

// storeCaptures finds the WARC files of a store by their names alone, as the
// database has them.
type storeCaptures struct {
	bucket *bucket.Bucket

	mu     sync.Mutex
	known  map[string]string // of file names, those below the folder
	listed time.Time
}

// relist is how long a list of the store's files is believed to be whole.
const relist = 30 * time.Second

// open opens a file and tells its size.
func (s *storeCaptures) open(ctx context.Context, name string) (io.ReadSeekCloser, int64, error) {
	at, err := s.find(ctx, name)
	if err != nil {
		return nil, 0, err
	}
	r, err := s.bucket.Open(ctx, at)
	if err != nil {
		return nil, 0, err
	}
	return r, r.Size(), nil
}

func (s *storeCaptures) find(ctx context.Context, name string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.known[name]
	if !ok && time.Since(s.listed) > relist {
		files, err := s.bucket.Files(ctx)
		if err != nil {
			return "", err
		}
		s.known, s.listed = map[string]string{}, time.Now()
		for _, f := range files {
			s.known[path.Base(f.Name)] = f.Name
		}
		at, ok = s.known[name]
	}
	if !ok {
		return "", fmt.Errorf("%s: %w", s.bucket.Of(name), fs.ErrNotExist)
	}
	return at, nil
}
