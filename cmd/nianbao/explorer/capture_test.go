package explorer

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/text/encoding/simplifiedchinese"

	"nianbao/crawler/archive"
	"nianbao/parser"
	"nianbao/parser/narrative"
	"nianbao/store"
)

// archived is a store whose reports stand in an archive.
type archived struct {
	t      *testing.T
	store  *store.Store
	parser *parser.Parser
	dir    string
	writer *archive.Writer
}

// words opens the dictionaries once for all tests of captures.
var words = narrative.Lazy()

func newArchived(t *testing.T) *archived {
	t.Helper()
	a := &archived{t: t, store: emptyStore(t), parser: parser.New(parser.Config{Narrative: words}), dir: t.TempDir()}
	t.Cleanup(func() { _ = a.parser.Close() })
	var err error
	if a.writer, err = archive.NewWriter(a.dir, archive.WriterConfig{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.writer.Close() })
	return a
}

// write archives bytes and returns where they are.
func (a *archived) write(url, contentType string, data []byte) archive.Location {
	a.t.Helper()
	sum := sha256.Sum256(data)
	at, _, err := a.writer.Write(a.t.Context(), &archive.Exchange{URL: url, Time: clock, Status: 200, Header: http.Header{"Content-Type": {contentType}}, Body: data,
		PayloadSHA256: hex.EncodeToString(sum[:])})
	if err != nil {
		a.t.Fatal(err)
	}
	return at
}

// add archives a report, stores it and returns its number.
func (a *archived) add(url, contentType string, data []byte, change func(*store.Document)) int64 {
	a.t.Helper()
	at := a.write(url, contentType, data)
	reports, err := a.parser.ParseAll(a.t.Context(), parser.Source{Name: url, Data: data, ContentType: contentType})
	if err != nil {
		a.t.Fatal(err)
	}
	if ok, why := parser.Recognised(reports[0]); !ok {
		a.t.Fatalf("%s: %s", url, why)
	}
	d := store.Document{URL: url, FetchedAt: clock, HTTPStatus: 200, ContentType: contentType, Bytes: int64(len(data)), WARCFile: at.File, WARCOffset: at.Offset}
	if change != nil {
		change(&d)
	}
	res, err := a.store.Ingest(a.t.Context(), reports[0], d)
	if err != nil {
		a.t.Fatal(err)
	}
	return res.ReportID
}

func (a *archived) explore() *Explorer {
	a.t.Helper()
	e, err := New(Config{Cutter: letters{}, Store: a.store, Archive: a.dir, Parser: a.parser, Version: "0.1.0", Now: func() time.Time { return clock }})
	if err != nil {
		a.t.Fatal(err)
	}
	return e
}

func siteFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "testdata", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// markedText is the text of the elements of a class.
func markedText(t *testing.T, page, class string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var walk func(n *html.Node, in bool)
	walk = func(n *html.Node, in bool) {
		for _, a := range n.Attr {
			if a.Key == "class" {
				for _, c := range strings.Fields(a.Val) {
					in = in || c == class
				}
			}
		}
		if n.Type == html.TextNode && in {
			b.WriteString(strings.TrimSpace(n.Data))
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, in)
		}
	}
	walk(root, false)
	return b.String()
}

// Every figure of every report leads to its place on the archived page, and
// what stands there is what was read.
func TestEveryFigureLeadsToItsPlace(t *testing.T) {
	a := newArchived(t)
	var ids []int64
	names, err := sampleFiles()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data := siteFile(t, "site/"+name)
		if reports, err := a.parser.ParseAll(t.Context(), parser.Source{Name: "https://www.example.gov.cn/" + name, Data: data}); err != nil || reports[0].Meta.Layout == "" {
			continue
		}
		ids = append(ids, a.add("https://www.example.gov.cn/"+name, "text/html", data, nil))
	}
	ids = append(ids, a.add("https://www.example.gov.cn/kashi.txt", "text/plain", siteFile(t, "reports/kashi-2021.txt"), nil))
	ids = append(ids, a.add("https://www.example.gov.cn/word.docx", "application/octet-stream", siteFile(t, "reports/word-file.docx"), nil))
	e := a.explore()
	figures, told := 0, 0
	for _, id := range ids {
		c, err := e.capture(t.Context(), id, "")
		if err != nil || c.Missing != "" || !c.Matches() || !c.Shown() {
			t.Fatalf("report %d: %v %+v", id, err, c)
		}
		f, err := e.facsimile(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		for _, fact := range c.Report.Facts {
			if fact.Locator.IsZero() {
				continue
			}
			asked := &asked{At: fact.Locator, Raw: fact.Raw, Figure: &figure{}}
			here := textAt(f.Document(), fact.Locator)
			if !agrees(here, asked) {
				t.Errorf("%s %v: read %q, here is %q", c.URL, fact.Locator, fact.Raw, here)
			}
			figures++
		}
		_, found := f.HTML(c.marks(&asked{}, chinese))
		for i := range found {
			if !found[i] {
				t.Errorf("%s: a figure's place is not found", c.URL)
			}
		}
		for n, m := range c.Report.Mentions {
			q := map[string][]string{"mention": {strconv.Itoa(n)}, "marks": {"none"}}
			asked, err := c.asked(q)
			if err != nil {
				t.Fatal(err)
			}
			content, found := f.HTML(c.marks(asked, chinese))
			if !found[0] {
				t.Errorf("%s: the sentence %q is not found", c.URL, m.Sentence)
			}
			if got := markedText(t, string(content), "at"); c.Container == "html" && !strings.HasPrefix(withoutSpace(got), withoutSpace(m.Raw)) {
				t.Errorf("%s: %q is marked for %q in %q", c.URL, got, m.Raw, m.Sentence)
			}
			told++
		}
	}
	t.Logf("%d figures and %d told in words on %d pages", figures, told, len(ids))
	if figures < 2000 || told < 100 {
		t.Errorf("only %d figures and %d told were looked at", figures, told)
	}
}

func TestCapturePage(t *testing.T) {
	a := newArchived(t)
	data := siteFile(t, "site/kashi/zfxxgknb/2021.html")
	a.add("https://www.example.gov.cn/2021.html", "text/html", data, nil)
	e := a.explore()
	page := getPage(t, e, "/report/1/capture?indicator=disclosure.licensing.decisions")
	contains(t, page, `sandbox title=`, `src="/report/1/capture/page?indicator=disclosure.licensing.decisions#at"`, "与读入报告时的文件一致", "原页此处的文字与读入的一致", `<q lang="zh-CN">12251</q>`,
		"2024-04-01 08:00:00 UTC", `href="/report/1/capture/file"`)
	contains(t, getPage(t, e, "/report/1/capture?mention=0&lang=en"), "The sentence is marked below", `capture/page?lang=en&amp;mention=0#at`)
	contains(t, getPage(t, e, "/report/1/capture?at=table+99+row+1+column+1"), "没有找到这个位置")
	contains(t, getPage(t, e, "/report/1/figure?indicator=disclosure.licensing.decisions"), `href="/report/1/capture?indicator=disclosure.licensing.decisions"`)
	contains(t, getPage(t, e, "/report/1/figure?mention=0"), `href="/report/1/capture?mention=0"`)

	res, frame := get(t, e, "/report/1/capture/page?indicator=disclosure.licensing.decisions")
	if got := res.Header.Get("Content-Security-Policy"); got != framePolicy || res.Header.Get("X-Frame-Options") != "SAMEORIGIN" {
		t.Errorf("the frame's policy is %q", got)
	}
	if got := markedText(t, frame, "at"); got != "12251" {
		t.Errorf("%q is marked", got)
	}
	contains(t, frame, `id="at"`, `class="read`)

	res, file := get(t, e, "/report/1/capture/file")
	if file != string(data) {
		t.Error("the file is not what was archived")
	}
	if got := res.Header.Get("Content-Disposition"); got != `attachment; filename="report-1-653101-2021.html.txt"` || res.Header.Get("Content-Type") != "application/octet-stream" ||
		res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the file comes as %v", res.Header)
	}
	for address, want := range map[string]int{
		"/report/1/capture?indicator=nothing": 404, "/report/1/capture?mention=9999": 404, "/report/1/capture?at=here": 400, "/report/2/capture": 404,
		"/report/1/capture?document=0": 404, "/report/x/capture/page": 404, "/report/9/capture/page": 404, "/report/9/capture/file": 404,
	} {
		if res, body := get(t, e, address); res.StatusCode != want {
			t.Errorf("%s: %s %s", address, res.Status, body)
		}
	}
}

// A page in GB18030 whose header lies is decoded right.
func TestCaptureCharset(t *testing.T) {
	a := newArchived(t)
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes(siteFile(t, "site/kashi/zfxxgknb/2021.html"))
	if err != nil {
		t.Fatal(err)
	}
	a.add("https://www.example.gov.cn/gb.html", "text/html; charset=utf-8", gb, nil)
	_, frame := get(t, a.explore(), "/report/1/capture/page")
	contains(t, frame, "喀什市", `<meta charset="utf-8">`)
}

// What an archive cannot give is said, and nothing outside of it is read.
func TestCaptureOfHostileDatabase(t *testing.T) {
	a := newArchived(t)
	page := siteFile(t, "site/kashi/zfxxgknb/2021.html")
	variant := 0
	fresh := func() []byte { // another document each time
		variant++
		return append(bytes.Clone(page), "<!--"+strconv.Itoa(variant)+"-->"...)
	}
	outside := t.TempDir()
	secret := filepath.Join(outside, "secret.warc")
	if err := os.WriteFile(secret, []byte("WARC/1.1\r\nthe secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(a.dir, "link.warc")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(a.dir, "folder.warc"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(a.dir, "noise.warc"), bytes.Repeat([]byte("noise\n"), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	// A record that says too much, one that is too much, and a small record whose
	// content is.
	head := "WARC/1.1\r\nWARC-Type: resource\r\nWARC-Target-URI: http://a/\r\nWARC-Date: 2024-01-01T00:00:00Z\r\nContent-Length: "
	zeros := make([]byte, 1<<20+1)
	packed := gzipped(t, zeros)
	bombs := map[string][]byte{
		"claim.warc":   []byte(head + "99999999999999\r\n\r\nx"),
		"bomb.warc.gz": gzipped(t, []byte(head+strconv.Itoa(len(zeros))+"\r\n\r\n"), zeros, []byte("\r\n\r\n")),
		"coded.warc": []byte("WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: http://a/\r\nWARC-Date: 2024-01-01T00:00:00Z\r\nContent-Type: application/http\r\nContent-Length: " +
			strconv.Itoa(len(packed)+len("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")) + "\r\n\r\nHTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + string(packed) + "\r\n\r\n"),
	}
	for name, data := range bombs {
		if err := os.WriteFile(filepath.Join(a.dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	e := a.explore()
	e.maxCapture = 1 << 20
	for _, tc := range []struct {
		file   string
		offset int64
		want   string
	}{
		{"", 0, "没有网页存档"},
		{"../secret.warc", 0, "不是文件名"},
		{secret, 0, "不是文件名"},
		{"..", 0, "不是文件名"},
		{`..\secret.warc`, 0, "不是文件名"},
		{"a/../../secret.warc", 0, "不是文件名"},
		{"link.warc", 0, "读不了"},
		{"folder.warc", 0, "读不了"},
		{"gone.warc", 0, "没有 gone.warc"},
		{"<script>alert(1)</script>", 0, "&lt;script&gt;"},
		{"noise.warc", 10, "没有可读的网页记录"},
		{"noise.warc", 6000, "没有第 6000 字节"},
		{"noise.warc", 1 << 60, "字节"},
		{"noise.warc", -1, "没有第 -1 字节"},
		{"claim.warc", 0, "没有可读的网页记录"},
		{"bomb.warc.gz", 0, "太大"},
		{"coded.warc", 0, "太大"},
	} {
		data := fresh() // the first is the report's document, the others are copies of it
		a.add("https://www.example.gov.cn/p", "text/html", data, func(d *store.Document) { d.WARCFile, d.WARCOffset = tc.file, tc.offset })
		sum := sha256.Sum256(data)
		query := "?document=" + hex.EncodeToString(sum[:])
		body := getPage(t, e, "/report/1/capture"+query)
		if !strings.Contains(body, tc.want) || strings.Contains(body, "the secret") || strings.Contains(body, "<iframe") {
			t.Errorf("%q %d: no %q in\n%s", tc.file, tc.offset, tc.want, body)
		}
		for _, part := range []string{"/page", "/file"} {
			if res, body := get(t, e, "/report/1/capture"+part+query); res.StatusCode != http.StatusNotFound || strings.Contains(body, "the secret") {
				t.Errorf("%q %d %s: %s %s", tc.file, tc.offset, part, res.Status, body)
			}
		}
	}
}

func gzipped(t *testing.T, parts ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	for _, p := range parts {
		if _, err := z.Write(p); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The archive's folder may not be known.
func TestCaptureWithoutArchive(t *testing.T) {
	a := newArchived(t)
	a.add("https://www.example.gov.cn/2021.html", "text/html", siteFile(t, "site/kashi/zfxxgknb/2021.html"), nil)
	e, err := New(Config{Cutter: letters{}, Store: a.store})
	if err != nil {
		t.Fatal(err)
	}
	contains(t, getPage(t, e, "/report/1/capture"), "--archive", "nianbao crawl --seeds")
}

// Bytes that are not those the report was read from are shown with a warning.
func TestCaptureThatDiffers(t *testing.T) {
	a := newArchived(t)
	other := a.write("https://www.example.gov.cn/other.html", "text/html", []byte("<p>另一页<script>alert(1)</script><table><tr><td>甲<td>1<td>2<td>3</table>"))
	a.add("https://www.example.gov.cn/2021.html", "text/html", siteFile(t, "site/kashi/zfxxgknb/2021.html"), func(d *store.Document) { d.WARCFile, d.WARCOffset = other.File, other.Offset })
	e := a.explore()
	contains(t, getPage(t, e, "/report/1/capture"), "与读入报告时的文件不一致")
	contains(t, getPage(t, e, "/report/1/capture?indicator=disclosure.licensing.decisions"), "没有找到这个位置")
	_, frame := get(t, e, "/report/1/capture/page")
	if strings.Contains(frame, "alert") || !strings.Contains(frame, "另一页") {
		t.Errorf("the frame is %s", frame)
	}
}

// A hostile page is shown without anything of it that could act.
func TestCaptureOfHostilePage(t *testing.T) {
	a := newArchived(t)
	page := bytes.Replace(siteFile(t, "site/kashi/zfxxgknb/2021.html"), []byte("<body"), []byte(`<body onload="alert(1)"><meta http-equiv="refresh" content="0;url=https://evil.example/"><form action="https://evil.example/"><input></form><script src="https://evil.example/x.js"></script><img src="https://evil.example/x.png" onerror="alert(1)"><iframe src="https://evil.example"></iframe><a href="javascript:alert(1)">点</a><base href="https://evil.example/"><div`), 1)
	a.add("https://www.example.gov.cn/2021.html", "text/html", page, nil)
	_, frame := get(t, a.explore(), "/report/1/capture/page")
	for _, no := range []string{"evil.example", "alert", "<script", "<form", "<input", "refresh", "onload", "href", "<iframe", "<base"} {
		if strings.Contains(frame, no) {
			t.Errorf("%q is left", no)
		}
	}
}

// The record ends a wait for nothing: reading stops with its context.
func TestSeekReaderStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := (seekReader{ctx, f}).Read(make([]byte, 1)); err != context.Canceled {
		t.Errorf("read after the end: %v", err)
	}
}

// A page in another wrapping is the same page: compressed, saved as one file,
// or packed in an archive with others.
func TestCaptureUnwraps(t *testing.T) {
	page := siteFile(t, "site/kashi/zfxxgknb/2021.html")
	var zipped bytes.Buffer
	z := zip.NewWriter(&zipped)
	for name, data := range map[string][]byte{"说明.txt": []byte("说明"), "2021.html": page} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		data []byte
		want string
		file string
	}{
		"gzip":  {gzipped(t, page), "html", ".bin"},
		"mhtml": {append([]byte("MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"), page...), "mhtml", ".mht.txt"},
		"zip":   {zipped.Bytes(), "2021.html", ".html.txt"},
	} {
		a := newArchived(t)
		a.add("https://www.example.gov.cn/"+name, "application/octet-stream", tc.data, nil)
		e := a.explore()
		contains(t, getPage(t, e, "/report/1/capture?indicator=disclosure.licensing.decisions"), "原页此处的文字与读入的一致", "与读入报告时的文件一致", tc.want)
		if _, frame := get(t, e, "/report/1/capture/page?indicator=disclosure.licensing.decisions"); markedText(t, frame, "at") != "12251" {
			t.Errorf("%s: the figure is not marked", name)
		}
		if res, _ := get(t, e, "/report/1/capture/file"); !strings.HasSuffix(res.Header.Get("Content-Disposition"), tc.file+`"`) {
			t.Errorf("%s: %s", name, res.Header.Get("Content-Disposition"))
		}
	}
}

func sourceOf(url, contentType string, data []byte) parser.Source {
	return parser.Source{Name: url, Data: data, ContentType: contentType}
}
