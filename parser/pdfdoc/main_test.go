package pdfdoc_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"nianbao/parser/pdfdoc"
)

// update rewrites what the tests compare with.
var update = flag.Bool("update", false, "rewrite the expected results")

// shared is one PDFium for all tests: compiling it takes four seconds.
var shared *pdfdoc.Reader

func TestMain(m *testing.M) {
	flag.Parse()
	shared = pdfdoc.New(pdfdoc.Config{CacheDir: cacheDir()})
	code := m.Run()
	if err := shared.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func newReader(testing.TB) *pdfdoc.Reader { return shared }

// cacheDir keeps what is compiled for the next run, as go test's own cache does.
func cacheDir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "nianbao", "pdfium")
}
