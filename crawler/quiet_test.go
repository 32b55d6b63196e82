package crawler

import (
	"io"
	"log"
)

// quiet keeps net/http's complaints about failing handshakes out of the tests.
var quiet = log.New(io.Discard, "", 0)
