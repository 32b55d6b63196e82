//go:build !unix

package crawler_test

import "errors"

const canLimitFiles = false

func limitFiles(uint64) error { return errors.ErrUnsupported }
