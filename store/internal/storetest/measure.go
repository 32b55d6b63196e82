package storetest

import (
	"flag"
	"time"
)

// MeasureDB is the file that measurements keep, and are made on.
var MeasureDB = flag.String("measure.db", "", "keep the measured file under this name, or measure on it")

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
