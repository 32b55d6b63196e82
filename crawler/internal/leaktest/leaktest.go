// Package leaktest fails a package's tests when goroutines of theirs go on.
package leaktest

import (
	"time"

	"go.uber.org/goleak"
)

// patience is how long goroutines have to end: connections that were closed are let
// go of by goroutines that a busy machine is late to run.
const patience = time.Minute

// Tests are those of a package, such as a *testing.M.
type Tests interface{ Run() int }

// Run runs the tests, and ends the process.
func Run(m Tests) {
	goleak.VerifyTestMain(running(func() int {
		status := m.Run()
		for end := time.Now().Add(patience); status == 0 && goleak.Find() != nil && time.Now().Before(end); {
			// Find itself waits half a second.
		}
		return status
	}))
}

type running func() int

func (r running) Run() int { return r() }
