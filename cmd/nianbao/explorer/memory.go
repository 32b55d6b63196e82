package explorer

import (
	"context"
	"os"
	"sync"
	"time"
)

// memory keeps the few answers that take long and are asked for often, as long
// as the file stays as it is. While a crawl writes, which changes the file all
// the time, it keeps them for a few seconds.
type memory struct {
	path string
	most int // answers
	now  func() time.Time
	mu   sync.Mutex
	kept map[string]*memo
	// order has the keys, the longest unused first.
	order []string
}

// maxMemory is how many answers are kept: enough for one person's looking
// around, and little beside SQLite's own cache.
const maxMemory = 48

// maxPeers is how many answers about a province's regions are kept: for its counties
// and its prefectures.
const maxPeers = 80

// freshFor is how old an answer may be though the file was written to.
const freshFor = 5 * time.Second

// memo is an answer that is there or being made.
type memo struct {
	file  fileState
	made  time.Time
	once  sync.Once
	value any
	err   error
}

// fileState tells whether a database file was written to: a writer in WAL mode
// changes the file beside it.
type fileState struct {
	size, walSize int64
	time, walTime time.Time
}

func newMemory(path string, now func() time.Time, most int) *memory {
	return &memory{path: path, most: most, now: now, kept: map[string]*memo{}}
}

func (m *memory) state() (s fileState) {
	if info, err := os.Stat(m.path); err == nil {
		s.size, s.time = info.Size(), info.ModTime()
	}
	if info, err := os.Stat(m.path + "-wal"); err == nil {
		s.walSize, s.walTime = info.Size(), info.ModTime()
	}
	return s
}

// remember returns the answer of a key, made by f when it is not there. Who
// asks for one that is being made waits for it; errors are not kept.
func remember[T any](m *memory, key string, f func() (T, error)) (T, error) {
	state := m.state()
	m.mu.Lock()
	a, now := m.kept[key], m.now()
	if a == nil || a.file != state && now.Sub(a.made) >= freshFor {
		a = &memo{file: state, made: now}
		m.kept[key] = a
	}
	m.touch(key)
	m.mu.Unlock()
	a.once.Do(func() { a.value, a.err = f() })
	if a.err != nil {
		m.mu.Lock()
		if m.kept[key] == a {
			delete(m.kept, key)
		}
		m.mu.Unlock()
		var none T
		return none, a.err
	}
	return a.value.(T), nil
}

// inTime is remember for an answer that others may wait for: it is made to its end though
// who asked first goes away, and within the time of a request.
func inTime[T any](ctx context.Context, m *memory, key string, f func(context.Context) (T, error)) (T, error) {
	return remember(m, key, func() (T, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), maxDuration)
		defer cancel()
		return f(ctx)
	})
}

// touch makes a key the last used one, and forgets the first beyond the limit.
func (m *memory) touch(key string) {
	for i, k := range m.order {
		if k == key {
			m.order = append(m.order[:i], m.order[i+1:]...)
			break
		}
	}
	m.order = append(m.order, key)
	for len(m.order) > m.most {
		delete(m.kept, m.order[0])
		m.order = m.order[1:]
	}
}
