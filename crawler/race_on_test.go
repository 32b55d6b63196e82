//go:build race

package crawler_test

// The race detector makes everything several times as slow.
const slowness = 5
