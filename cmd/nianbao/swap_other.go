//go:build !linux

package main

func swap(made, target string) error { return swapInSteps(made, target) }
