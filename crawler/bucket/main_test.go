package bucket_test

import (
	"testing"

	"nianbao/crawler/internal/leaktest"
)

func TestMain(m *testing.M) { leaktest.Run(m) }
