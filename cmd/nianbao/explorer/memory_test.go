package explorer

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestMemory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	write := func(content string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("a")
	now := clock
	m := newMemory(path, func() time.Time { return now }, maxMemory)
	made := 0
	ask := func(key string) int {
		n, err := remember(m, key, func() (int, error) { made++; return made, nil })
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for range 2 {
		if n := ask("k"); n != 1 {
			t.Errorf("answer %d: it was made twice", n)
		}
	}
	now = now.Add(time.Hour)
	if ask("k") != 1 {
		t.Error("an answer grew old though the file did not change")
	}
	write("ab")
	if ask("k") != 2 {
		t.Error("an answer outlived the file that it is from")
	}
	write("abc")
	now = now.Add(freshFor - 1)
	if ask("k") != 2 {
		t.Error("an answer was made again within seconds")
	}
	now = now.Add(1)
	if ask("k") != 3 {
		t.Error("an answer outlived the seconds it may")
	}
	for i := range maxMemory {
		ask(fmt.Sprint(i))
	}
	if len(m.kept) != maxMemory || len(m.order) != maxMemory || m.kept["k"] != nil {
		t.Errorf("%d answers are kept, %d in order", len(m.kept), len(m.order))
	}
	failed := errors.New("failed")
	if _, err := remember(m, "e", func() (int, error) { return 0, failed }); !errors.Is(err, failed) {
		t.Error(err)
	}
	if n, err := remember(m, "e", func() (int, error) { return 7, nil }); n != 7 || err != nil {
		t.Errorf("an error was kept: %d, %v", n, err)
	}
	var once sync.WaitGroup
	var calls int
	for range 20 {
		once.Go(func() {
			if n, err := remember(m, "together", func() (int, error) { calls++; time.Sleep(10 * time.Millisecond); return calls, nil }); n != 1 || err != nil {
				t.Errorf("%d, %v", n, err)
			}
		})
	}
	once.Wait()
}

// A page that a browser has is not made again, unless the file or the language is
// another; a page that may be made of what is remembered has no tag.
func TestPageCaching(t *testing.T) {
	s := sampleStore(t)
	now := time.Now().Add(time.Hour)
	e, err := New(Config{Store: s, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(address, tag, language string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", address, nil)
		r.Host = "localhost"
		r.Header.Set("If-None-Match", tag)
		r.Header.Set("Accept-Language", language)
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		return w
	}
	first := ask("/region/320830", "", "zh-CN")
	tag := first.Header().Get("ETag")
	if first.Code != 200 || !strings.HasPrefix(tag, `W/"`) {
		t.Fatalf("%d, tag %q", first.Code, tag)
	}
	if again := ask("/region/320830", tag, "zh-CN"); again.Code != 304 || again.Body.Len() > 0 || again.Header().Get("ETag") != tag {
		t.Errorf("again: %d, %d octets, tag %q", again.Code, again.Body.Len(), again.Header().Get("ETag"))
	}
	if other := ask("/region/320830", tag, "en"); other.Code != 200 {
		t.Errorf("in another language: %d", other.Code)
	}
	if none := ask("/region/000001", "", "zh-CN"); none.Code != 404 || none.Header().Get("ETag") != "" {
		t.Errorf("an error: %d, tag %q", none.Code, none.Header().Get("ETag"))
	}
	if err := os.Chtimes(s.Path(), now, now.Add(-freshFor)); err != nil {
		t.Fatal(err)
	}
	if changed := ask("/region/320830", tag, "zh-CN"); changed.Code != 200 || changed.Header().Get("ETag") != "" {
		t.Errorf("while the file changes: %d, tag %q", changed.Code, changed.Header().Get("ETag"))
	}
	now = now.Add(time.Minute)
	if settled := ask("/region/320830", tag, "zh-CN"); settled.Code != 200 || settled.Header().Get("ETag") == "" {
		t.Errorf("when it has changed: %d, tag %q", settled.Code, settled.Header().Get("ETag"))
	}
}
