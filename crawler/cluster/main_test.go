package cluster_test

import (
	"testing"

	"nianbao/crawler/cluster/pgtest"
	"nianbao/crawler/internal/leaktest"
)

func TestMain(m *testing.M) { leaktest.Run(pgtest.Main{M: m}) }
