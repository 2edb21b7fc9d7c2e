package app_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// BenchmarkSubmit is 64 callers at once.
func BenchmarkSubmit(b *testing.B) {
	w := newWorld(b)
	r := w.replica()
	b.SetParallelism(32)
	ctx := as(b.Context(), "alice")
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := r.Submit(ctx, jobsapi.SubmitRequest{Spec: work}); err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkSubmitToMatched is the way of one job to a runner that waits.
func BenchmarkSubmitToMatched(b *testing.B) {
	w := newWorld(b)
	r := w.replica()
	got := make(chan time.Time)
	go func() {
		for range b.N {
			w.take(r, "r1", 1)
			got <- time.Now()
		}
	}()
	b.ResetTimer()
	for range b.N {
		w.submit(r, "alice", work)
		<-got
	}
}

// BenchmarkWholeLives is jobs that come, run and end, eight runners sharing
// them: four commits each.
func BenchmarkWholeLives(b *testing.B) {
	w := newWorld(b)
	r := w.replica()
	var left atomic.Int64
	left.Store(int64(b.N))
	b.ResetTimer()
	var working sync.WaitGroup
	for n := range 8 {
		working.Go(func() {
			name := "r" + string(rune('0'+n))
			for left.Load() > 0 {
				for _, as := range w.offer(r, name, 4, 100*time.Millisecond) {
					w.report(r, name, as, jobsapi.Begin, nil)
					w.report(r, name, as, jobsapi.Finish, new(int))
					left.Add(-1)
				}
			}
		})
	}
	for range b.N {
		w.submit(r, "alice", work)
	}
	working.Wait()
	page, err := r.List(as(b.Context(), "alice"), jobsapi.ListRequest{States: []jobsapi.State{job.Succeeded}, Total: true})
	if err != nil || page.Total != b.N {
		b.Errorf("%d of %d, %v", page.Total, b.N, err)
	}
}
