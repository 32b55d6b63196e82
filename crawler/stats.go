package crawler

import (
	"maps"
	"sync"
	"sync/atomic"
	"time"
)

// stats are a run's counts.
type stats struct {
	active, idle, recovered atomic.Int64
	resumes                 atomic.Int64 // Unix milliseconds; 0: something is under way
	before                  atomic.Int64

	mu       sync.Mutex
	p        Progress
	started  time.Time
	byReason map[Reason]int64
	window   [10]int64 // ended addresses by second
	second   int64     // of the newest slot
}

func newStats() *stats { return &stats{byReason: map[Reason]int64{}} }

func (s *stats) start(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.started, s.second = now, now.Unix()
	s.p = Progress{}
	s.window = [10]int64{}
	clear(s.byReason)
	s.recovered.Store(0)
}

func (s *stats) stage(stage Stage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.p.Stage = stage
}

func (s *stats) count(r Reason, n int64) {
	if n == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byReason[r] += n
}

func (s *stats) outcome(o outcome, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.p.Bytes += int64(o.bytes)
	if !o.retryAt.IsZero() {
		s.p.Retries++
		return
	}
	s.byReason[o.reason]++
	if o.kept && !o.failed && !o.recovered {
		s.p.Fetched++
	}
	if o.failed {
		s.p.Failed++
	}
	s.advance(now.Unix())
	s.window[now.Unix()%int64(len(s.window))]++
}

// advance empties the slots of the seconds that passed.
func (s *stats) advance(second int64) {
	for n := 0; s.second < second && n < len(s.window); n++ {
		s.second++
		s.window[s.second%int64(len(s.window))] = 0
	}
	s.second = max(s.second, second)
}

func (s *stats) progress(now time.Time, counts Counts, active, idle, down int) Progress {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance(now.Unix())
	p := s.p
	p.At, p.Elapsed, p.Queue = now, now.Sub(s.started), counts
	p.Active, p.Idle, p.Down = active, idle, down
	if at := s.resumes.Load(); at > 0 {
		p.Resumes = time.UnixMilli(at)
	}
	p.FailedBefore = s.before.Load()
	p.ByReason = maps.Clone(s.byReason)
	var n int64
	for _, w := range s.window {
		n += w
	}
	if span := min(p.Elapsed.Seconds(), float64(len(s.window))); span > 0 {
		p.Rate = float64(n) / span
	}
	if left := counts.Waiting + counts.Leased; p.Rate > 0 && left > 0 {
		p.Left = time.Duration(min(float64(left)/p.Rate, 1e9) * float64(time.Second))
	}
	return p
}
