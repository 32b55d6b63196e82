// Command nianbao fetches, reads, checks and compares the annual reports on
// government information disclosure (政府信息公开工作年度报告) of China's counties.
//
// Each subcommand has its file; app.go has what they share, input.go and
// ingestion.go the way from files to the database, table.go the tables.
package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
)

func main() {
	os.Exit(nianbao(&app{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr}))
}

// noOutput is a standard output that was closed before the program began.
type noOutput struct{}

func (noOutput) Write([]byte) (int, error) {
	return 0, errors.New("standard output is closed; open it, or send it to a file or to /dev/null")
}

// nianbao runs the command line of the process and returns its exit status.
func nianbao(a *app) int {
	if a.stdout == os.Stdout && stdoutClosed() {
		a.stdout = noOutput{}
	}
	if f, ok := a.stderr.(*os.File); ok {
		a.stderr = &console{file: f}
	}
	// Parsing leaves much garbage over a small live heap; collecting less often
	// is worth a third of the run time. GOGC in the environment still decides.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(800)
	}
	// A hostile file must not buy more memory than a report is worth: beyond
	// this the collector works harder, whatever GOGC says. Every processor may
	// have a document in hand.
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(160<<20 + int64(runtime.GOMAXPROCS(0))<<24)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second Ctrl-C ends at once: the first one only asks for it.
	context.AfterFunc(ctx, stop)
	return a.run(ctx, os.Args[1:])
}
