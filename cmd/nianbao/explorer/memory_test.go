package explorer

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
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
