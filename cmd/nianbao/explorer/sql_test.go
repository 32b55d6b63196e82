package explorer

import (
	"encoding/csv"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func asking(t *testing.T) *Explorer {
	t.Helper()
	e, err := New(Config{Cutter: letters{}, Store: sampleStore(t), SQL: true, Now: func() time.Time { return clock }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func sqlAddress(path, question string) string { return path + "?q=" + url.QueryEscape(question) }

func TestSQL(t *testing.T) {
	e := asking(t)
	body := getPage(t, e, sqlAddress("/sql", "SELECT region_name AS 地区, year, NULL AS missing, report_id FROM headline ORDER BY report_id"))
	for _, want := range []string{"<th scope=\"col\">地区</th>", "喀什市", `<i class="null">NULL</i>`, `<a href="/report/1">1</a>`, `/sql.csv?q=`, "<code>current_fact</code>"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	for _, x := range sqlExamples {
		if body := getPage(t, e, sqlAddress("/sql", x.Question)); !strings.Contains(body, "<table class=\"list answer\">") {
			t.Errorf("the example %q is not answered", x.Text)
		}
	}
	if body := getPage(t, e, sqlAddress("/sql", "SELECT '<script>' UNION ALL DELETE FROM report")); !strings.Contains(body, "notice bad") || strings.Contains(body, "<script>'") {
		t.Error("what is wrong is not told, or not as text")
	}
	if body := getPage(t, e, sqlAddress("/sql", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n")); strings.Count(body, "<tr>") != maxAskRows+1 {
		t.Errorf("%d rows of a list without end", strings.Count(body, "<tr>"))
	}
	long := getPage(t, e, sqlAddress("/sql", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT hex(zeroblob(50000)), hex(zeroblob(50000)), hex(zeroblob(50000)) FROM n"))
	if len(long) > 300_000 {
		t.Errorf("the page has %d octets", len(long))
	}
}

func TestSQLCSV(t *testing.T) {
	e := asking(t)
	res, body := get(t, e, sqlAddress("/sql.csv", "SELECT '=1+1' AS \"=a\", -2 AS b, 2.5 AS c, NULL AS d, x'00ff' AS e, 'a\"b,c' AS f"))
	if res.StatusCode != 200 || !strings.Contains(res.Header.Get("Content-Disposition"), "nianbao-sql.csv") {
		t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || len(rows) != 2 || strings.Join(rows[0], "|") != "'=a|b|c|d|e|f" || strings.Join(rows[1], "|") != `'=1+1|-2|2.5||x'00ff'|a"b,c` {
		t.Errorf("%v %q", err, rows)
	}
	for question, want := range map[string]int{"": 400, "nonsense": 400, "PRAGMA query_only = OFF": 400, "SELECT 1\x00": 400} {
		if res, _ := get(t, e, sqlAddress("/sql.csv", question)); res.StatusCode != want {
			t.Errorf("%q: status %d, want %d", question, res.StatusCode, want)
		}
	}
	// More than the file may have breaks it off, so that it does not look whole.
	server := httptest.NewServer(e)
	defer server.Close()
	r, err := http.Get(server.URL + sqlAddress("/sql.csv", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"))
	if err == nil {
		_, err = csv.NewReader(r.Body).ReadAll()
		r.Body.Close()
	}
	if err == nil {
		t.Error("a file without end ends well")
	}
}

// Off unless it is asked for, and not for the programs of other pages.
func TestSQLOff(t *testing.T) {
	off := explore(t, sampleStore(t))
	for _, path := range []string{"/sql", "/sql.csv"} {
		if res, body := get(t, off, sqlAddress(path, "SELECT 1")); res.StatusCode != 404 || strings.Contains(body, `href="/sql"`) {
			t.Errorf("%s: status %d", path, res.StatusCode)
		}
	}
	e := asking(t)
	for name, c := range map[string]struct {
		headers map[string]string
		want    int
	}{
		"a link of another page":    {map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200},
		"a picture of another page": {map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, 403},
		"a frame of another page":   {map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}, 403},
		"a program of these pages":  {map[string]string{"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}, 200},
		"an address that was typed": {map[string]string{"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200},
	} {
		r := httptest.NewRequest(http.MethodGet, sqlAddress("/sql", "SELECT 1"), nil)
		r.Host = "127.0.0.1:8765"
		for k, v := range c.headers {
			r.Header.Set(k, v)
		}
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s: status %d, want %d", name, w.Code, c.want)
		}
	}
}
