package pdfdoc_test

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"nianbao/parser/pdfdoc"
)

// shared is one PDFium for all tests: compiling it takes four seconds.
// update rewrites what the tests compare with.
var update = flag.Bool("update", false, "rewrite the expected results")

var shared *pdfdoc.Reader

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "nianbao-pdfium-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	shared = pdfdoc.New(pdfdoc.Config{CacheDir: dir})
	code := m.Run()
	if err := shared.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.RemoveAll(dir)
	os.Exit(code)
}

func newReader(t testing.TB) *pdfdoc.Reader {
	t.Helper()
	return shared
}
