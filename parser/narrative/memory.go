package narrative

import (
	"hash/maphash"
	"sync"
)

// memory remembers what was found out of texts. Offices use the same words again and
// again, and to cut or to tag one costs ten times what finding it here does.
type memory[T any] struct {
	seed   maphash.Seed
	shards [64]shard[T]
}

type shard[T any] struct {
	sync.RWMutex
	of map[string]T
}

// maxShard is what a shard holds at most, for hostile text has no end of words. One
// that is full forgets all.
const maxShard = 256

func newMemory[T any]() *memory[T] { return &memory[T]{seed: maphash.MakeSeed()} }

func (m *memory[T]) shard(text []byte) *shard[T] {
	return &m.shards[maphash.Bytes(m.seed, text)%uint64(len(m.shards))]
}

func (m *memory[T]) get(text []byte) (v T, ok bool) {
	s := m.shard(text)
	s.RLock()
	v, ok = s.of[string(text)]
	s.RUnlock()
	return v, ok
}

func (m *memory[T]) put(text []byte, v T) {
	s := m.shard(text)
	s.Lock()
	if s.of == nil || len(s.of) >= maxShard {
		s.of = map[string]T{}
	}
	s.of[string(text)] = v
	s.Unlock()
}
