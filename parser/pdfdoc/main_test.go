package pdfdoc_test

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"nianbao/parser/internal/fixture"
	"nianbao/parser/pdfdoc"
)

// update rewrites what the tests compare with.
var update = flag.Bool("update", false, "rewrite the expected results")

// shared is one PDFium for all tests: compiling it takes four seconds.
var shared *pdfdoc.Reader

func TestMain(m *testing.M) {
	flag.Parse()
	shared = pdfdoc.New(pdfdoc.Config{CacheDir: fixture.CacheDir()})
	code := m.Run()
	if err := shared.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func newReader(testing.TB) *pdfdoc.Reader { return shared }
