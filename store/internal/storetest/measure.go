package storetest

import (
	"flag"
	"testing"
	"time"

	"nianbao/store"
)

// MeasureDB is the file that measurements keep, and are made on.
var MeasureDB = flag.String("measure.db", "", "keep the measured file under this name, or measure on it")

// Measured opens the file that measurements are made on, for reading; without one the
// test is skipped.
func Measured(tb testing.TB, o store.Options) *store.Store {
	tb.Helper()
	if *MeasureDB == "" {
		tb.Skip("a measurement: run it with -measure.db FILE")
	}
	o.ReadOnly = true
	s, err := store.Open(tb.Context(), *MeasureDB, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

// ProcessorTime is what this process has used: unlike the clock it does not
// count what other programs on the machine do. Zero where the system does not say.
func ProcessorTime() time.Duration {
	user, system := times()
	return user + system
}

// SystemTime is the part of ProcessorTime that the system took for this
// process; on a machine short of memory it is the part that grows.
func SystemTime() time.Duration {
	_, system := times()
	return system
}
