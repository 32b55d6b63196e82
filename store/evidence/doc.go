// Package evidence gathers what a finding rests on: the printed cells and the
// sentences of both sides of a contradiction, with the addresses they were read
// from, so that somebody who does not have the file can check it. It reads a store
// and judges nothing.
package evidence
