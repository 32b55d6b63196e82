// Package often says how much tests repeat of what they repeat: hostile inputs,
// styles, moments at which something is killed. By default they try a part, in turn
// of every kind, so that the tests of a change take minutes; with NIANBAO_OFTEN set,
// as .ci/run sets it, all of it.
package often

import "os"

// Asked reports whether tests are to try all they can.
func Asked() bool { return os.Getenv("NIANBAO_OFTEN") != "" }
