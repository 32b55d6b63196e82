//go:build unix

package explorer

import (
	"context"
	"flag"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"nianbao/store"
)

var largeDB = flag.String("large", "", "measure the pages over this database")

// processorTime is what this process has used: unlike the clock it does not
// count what other programs on the machine do.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestLarge is run by hand: go test ./cmd/nianbao/explorer -run Large -large large.db -v
//
// A page is asked for five times with nothing remembered but what Serve makes
// before anybody asks, and the median of the processor time
// is told, with SQLite's own cache warm.
func TestLarge(t *testing.T) {
	if *largeDB == "" {
		t.Skip("a measurement, not a test: run it with -large FILE")
	}
	s, err := store.Open(context.Background(), *largeDB, store.Options{ReadOnly: true, CacheBytes: 128 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, address := range []string{
		"/", "/report/100000", "/report/100000/figure?indicator=requests.received",
		"/compare", "/compare?measure=requests.received&year=2022&by=province", "/compare?measure=rate.granted&year=2022&sort=change", "/compare?measure=disclosed_items&year=2021",
		"/compare?measure=requests.received&year=2022&under=320000", "/compare.csv?measure=requests.received&year=2022", "/compare.svg?measure=requests.received&year=2022&under=320000",
		"/region/320000", "/region/320800", "/region/320830",
		"/compare?measure=requests.received&year=2022&under=320800&own=320830", "/compare?measure=requests.received&year=2022&per=residents",
		"/trend?measure=requests.received&region=320830,320831&per=residents", "/report/100000/texts", "/report/100000/texts?show=changes", "/copies", "/copies?under=320000&year=2022",
		"/figures.csv?under=320000&year=2022", "/figures.xlsx?under=320000&year=2022", "/figures.parquet?under=320000&year=2022",
		"/findings", "/findings?severity=error", "/findings?rule=requests.applicants_sum&year=2022", "/findings?region=320830", "/findings?rule=panel.jump", "/findings?page=50",
		"/reports?under=320000&year=2022", "/reports?page=50", "/search?q=盱眙县", "/search?q=应急管理", "/about",
		"/api/v1/overview", "/api/v1/regions?limit=1000", "/api/v1/regions?under=320000&stored=1", "/api/v1/regions/320830", "/api/v1/regions/320830/reports?limit=1000", "/api/v1/regions/320830/series",
		"/api/v1/reports", "/api/v1/reports?limit=1000&cursor=150000", "/api/v1/reports?year=2022&under=320000", "/api/v1/reports?layout=2008", "/api/v1/reports?level=province&scope=region", "/api/v1/reports/100000",
		"/api/v1/compare?measure=requests.received&year=2022", "/api/v1/compare?measure=rate.granted&year=2022&by=province&limit=1000", "/api/v1/trend?measure=requests.received&region=320830,320831",
		"/api/v1/findings", "/api/v1/findings?cursor=150000.0&limit=1000", "/api/v1/findings?severity=error", "/api/v1/findings?rule=panel.", "/api/v1/findings?rule=panel.jump&year=2022", "/api/v1/findings?region=320000&severity=warning",
		"/api/v1/search?q=应急管理&limit=100", "/api/v1/indicators", "/api/v1/rules",
	} {
		var took, used []time.Duration
		var code, size int
		for range 6 {
			e := explore(t, s)
			if address != "/" { // as Serve does before anybody asks
				if err := e.warm(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			r := httptest.NewRequest("GET", strings.ReplaceAll(address, " ", "%20"), nil)
			r.Host = "localhost"
			w := httptest.NewRecorder()
			runtime.GC()
			start, before := time.Now(), processorTime()
			e.ServeHTTP(w, r)
			took, used = append(took, time.Since(start)), append(used, processorTime()-before)
			code, size = w.Code, w.Body.Len()
		}
		first := took[0]
		took, used = took[1:], used[1:]
		slices.Sort(took)
		slices.Sort(used)
		t.Logf("%3d %7d bytes  %7.1f ms of processor time  %7.1f ms (%.0f ms the first time)  %s", code, size,
			float64(used[2].Microseconds())/1000, float64(took[2].Microseconds())/1000, float64(first.Microseconds())/1000, address)
	}
}
