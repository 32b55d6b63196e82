//go:build race

package main

// The race detector reserves more address space than a script may leave it.
const raced = true
