package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nianbao/parser/report"
)

// A cutServer answers /PROTOCOL/OCTETS with a report that breaks off after so
// many octets, in each of the ways in which HTTP tells an answer's end.
type cutServer struct{ page []byte }

func (s cutServer) serve(conn net.Conn) {
	defer conn.Close()
	r, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	way, octets, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	cut, err := strconv.Atoi(octets)
	if err != nil {
		fmt.Fprint(conn, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		return
	}
	const kind = "Content-Type: text/html; charset=utf-8\r\nConnection: close\r\n"
	body := s.page[:cut]
	switch way {
	case "close":
		fmt.Fprintf(conn, "HTTP/1.0 200 OK\r\n%s\r\n%s", kind, body)
	case "close11":
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\n%s\r\n%s", kind, body)
	case "length":
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s", kind, len(s.page), body)
	case "chunked":
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\n%sTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", kind, len(body), body)
		if cut == len(s.page) {
			fmt.Fprint(conn, "0\r\n\r\n")
		}
	}
}

// TestTruncatedPages cuts a report at fifty places, among them inside of figures,
// and sends it in each way of HTTP: no figure of what is stored is another than
// the page has, and whatever is stored of a page that is cut off says so.
func TestTruncatedPages(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "testdata", "site", "xuyi", "zfxxgknb", "2021.html"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "0.0.0.0:0") // all of 127.0.0.0/8
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go cutServer{page}.serve(conn)
		}
	}()

	// Half of the cuts are inside or right behind a number in a cell.
	var cuts []int
	for at := 0; at < len(page) && len(cuts) < 25; {
		i := bytes.Index(page[at:], []byte("<td"))
		if i < 0 {
			break
		}
		at += i
		start := at + bytes.IndexByte(page[at:], '>') + 1
		if n := len(page[start:]) - len(bytes.TrimLeft(page[start:], "0123456789")); n > 1 {
			cuts = append(cuts, start+1+len(cuts)%n)
		}
		at = start
	}
	for n := len(cuts); len(cuts) < 50; {
		cuts = append(cuts, len(page)*(len(cuts)-n+1)/26)
	}
	dir := t.TempDir()
	var seeds strings.Builder
	seeds.WriteString("region_code,url\n")
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(cuts)
	cuts = append(slices.Compact(cuts), len(page))
	for i, way := range []string{"close", "close11", "length", "chunked"} {
		for k, cut := range cuts {
			// Each on a host of its own: one that fails so often is left alone.
			fmt.Fprintf(&seeds, "320830,http://127.7.%d.%d:%s/%s/%d\n", i, k+1, port, way, cut)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "seeds.csv"), []byte(seeds.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	a := &app{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, words: openedWords}
	file := filepath.Join(dir, "cut.db")
	if status := a.run(context.Background(), []string{"crawl", "--seeds", filepath.Join(dir, "seeds.csv"), "--db", file, "--delay", "0s", "--retries", "0"}); status != exitPartial {
		t.Fatalf("exit status %d\n%s", status, &stderr)
	}

	db, err := sql.Open("sqlite3", "file:"+file+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	path := func(source string) string { return source[strings.Index(source, port)+len(port):] }
	// The whole page came in four ways; the first that was stored names them all.
	var truth string
	if err := db.QueryRow("SELECT source FROM report WHERE source GLOB ?", fmt.Sprintf("*/%d", len(page))).Scan(&truth); err != nil {
		t.Fatal(err)
	}
	var current string
	if err := db.QueryRow("SELECT group_concat(source) FROM current_report").Scan(&current); err != nil || current != truth {
		t.Errorf("%s counts and not the whole page, %s: %v", current, truth, err)
	}
	truth = path(truth)
	figures := func(query string) map[string]string {
		t.Helper()
		rows, err := db.Query(query)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		found := map[string]string{}
		for rows.Next() {
			var source, what, value string
			if err := rows.Scan(&source, &what, &value); err != nil {
				t.Fatal(err)
			}
			found[path(source)+" "+what] = value
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return found
	}
	facts := figures("SELECT r.source, f.indicator || ' ' || f.applicant, f.value FROM fact f JOIN report r ON r.id = f.report_id WHERE f.status = 'reported'")
	mentions := figures("SELECT r.source, m.metric || ' at ' || m.char_start || ' in ' || m.section, m.value FROM mention m JOIN report r ON r.id = m.report_id WHERE m.value IS NOT NULL")
	maps.Copy(facts, mentions)
	checked := 0
	for k, v := range facts {
		source, what, _ := strings.Cut(k, " ")
		if source == truth {
			continue
		}
		checked++
		if want := facts[truth+" "+what]; v != want {
			t.Errorf("%s: %s is %s, the page has %s", source, what, v, want)
		}
	}
	if checked < 100 {
		t.Errorf("%d figures were compared; something else is wrong", checked)
	}
	said := figures("SELECT r.source, f.rule, 1 FROM finding f JOIN report r ON r.id = f.report_id WHERE f.rule = '" + report.RuleCaptureTruncated + "'")
	for k := range figures("SELECT source, '', count(*) FROM report GROUP BY source") {
		source := strings.TrimSpace(k)
		way, octets, _ := strings.Cut(strings.TrimPrefix(source, "/"), "/")
		cut, _ := strconv.Atoi(octets)
		if said[source+" "+report.RuleCaptureTruncated] == "" && cut < bytes.LastIndex(page, []byte("</table")) && cut < len(page) {
			t.Errorf("%s/%d of %d octets is stored and does not say that it is cut off", way, cut, len(page))
		}
		if cut < len(page) && (way == "length" || way == "chunked") {
			t.Errorf("%s/%d: a page that is not whole was kept", way, cut)
		}
	}
}
