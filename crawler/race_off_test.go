//go:build !race

package crawler_test

const slowness = 1
