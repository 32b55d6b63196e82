package crawler_test

import (
	"io"
	"log"
	"os"
	"testing"

	"nianbao/crawler/internal/leaktest"
)

// discard keeps net/http's complaints about the misbehaving hosts quiet.
var discard = log.New(io.Discard, "", 0)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		os.Exit(crawlAsChild(dir))
	}
	leaktest.Run(m)
}
