package app_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func TestAReadNeverMissesAWriteOfAnotherReplica(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.replica(), w.replica()
	ctx := as(t.Context(), "alice")
	for n := range 1000 {
		j := w.submit(a, "alice", work)
		if got, err := b.Get(ctx, jobsapi.GetRequest{ID: j.ID}); err != nil || got.Version != j.Version {
			t.Fatalf("get %d: %v, version %d, want %d", n, err, got.Version, j.Version)
		}
		page, err := b.List(ctx, jobsapi.ListRequest{Limit: 1, Total: true})
		if err != nil || len(page.Jobs) != 1 || page.Jobs[0].ID != j.ID || page.Total != n+1 {
			t.Fatalf("list %d: %v, %+v", n, err, page)
		}
	}
}

func TestTwoReplicasNeverGiveOneJobTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	replicas := []*replica{w.replica(), w.replica()}
	const jobs, runners = 200, 4
	var mu sync.Mutex
	given := map[id.ID]int{}
	all := make(chan struct{})
	var working sync.WaitGroup
	for n := range runners {
		working.Go(func() {
			name := fmt.Sprint("r", n)
			for {
				select {
				case <-all:
					return
				default:
				}
				for _, as := range w.offer(replicas[n%2], name, 3, 200*time.Millisecond) {
					if as.Epoch != 1 || as.State != job.Matched {
						t.Errorf("given as %+v", as)
					}
					if v := w.report(replicas[(n+1)%2], name, as, jobsapi.Begin, nil); !v.OK || v.Stop {
						t.Errorf("begin of %s: %+v", as.ID, v)
					}
					if v := w.report(replicas[n%2], name, as, jobsapi.Finish, new(int)); !v.OK {
						t.Errorf("finish of %s: %+v", as.ID, v)
					}
					mu.Lock()
					if given[as.ID]++; len(given) == jobs {
						close(all)
					}
					mu.Unlock()
				}
			}
		})
	}
	for n := range jobs {
		w.submit(replicas[n%2], "alice", work)
	}
	working.Wait()
	for n, times := range given {
		if times != 1 {
			t.Errorf("%s was given %d times", n, times)
		}
	}
	page, err := replicas[0].List(as(t.Context(), "alice"), jobsapi.ListRequest{States: []jobsapi.State{job.Succeeded}, Total: true})
	if err != nil || page.Total != jobs {
		t.Errorf("%d succeeded, %v", page.Total, err)
	}
}

func TestAWaitingRunnerGetsAJobAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.replica(), w.replica()
	for _, from := range []*replica{a, b} { // submitted here, or elsewhere
		got := make(chan []jobsapi.Assignment)
		go func() { got <- w.offer(a, "r1", 1, 20*time.Second) }()
		j := w.submit(from, "alice", work)
		select {
		case jobs := <-got:
			if len(jobs) != 1 || jobs[0].ID != j.ID || jobs[0].Spec.Executable != work.Executable {
				t.Errorf("got %+v", jobs)
			}
		case <-t.Context().Done():
			t.Fatal("never given")
		}
	}
}

func TestAnOfferEndsWithNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	if got := w.offer(r, "r1", 1, 0); got == nil || len(got) != 0 {
		t.Errorf("without patience: %+v", got)
	}
	if got := w.offer(r, "r1", 1, time.Millisecond); len(got) != 0 {
		t.Errorf("with little patience: %+v", got)
	}
	done := make(chan []jobsapi.Assignment)
	go func() { done <- w.offer(r, "r1", 1, 20*time.Second) }()
	r.Close()
	if got := <-done; len(got) != 0 {
		t.Errorf("at the end of the service: %+v", got)
	}
}

func TestAJobForAnotherSiteIsLeftAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	elsewhere := work
	elsewhere.Site = "elsewhere"
	w.submit(r, "alice", elsewhere)
	j := w.submit(r, "alice", work)
	if got := w.offer(r, "r1", 10, 10*time.Second); len(got) != 1 || got[0].ID != j.ID {
		t.Errorf("got %+v", got)
	}
}

// TestARunnerThatRegistersEndsItsOldOffer: whoever made it is gone, and must
// not get the next job.
func TestARunnerThatRegistersEndsItsOldOffer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	offer := func(runner string) chan []jobsapi.Assignment {
		got := make(chan []jobsapi.Assignment, 1)
		go func() { got <- w.offer(r, runner, 1, 20*time.Second) }()
		return got
	}
	begin := time.Now()
	old, other := offer("r1"), offer("r2")
	for ended := false; !ended; {
		w.register(r, "r1") // the offer may not stand before the second time
		select {
		case jobs := <-old:
			ended = true
			if took := time.Since(begin); len(jobs) > 0 || took > 15*time.Second {
				t.Errorf("after %v it has %+v", took, jobs)
			}
		default:
		}
	}
	j := w.submit(r, "alice", work)
	if jobs := <-other; len(jobs) != 1 || jobs[0].ID != j.ID {
		t.Errorf("another runner's offer has got %+v", jobs)
	}
	j = w.submit(r, "alice", work)
	if jobs := <-offer("r1"); len(jobs) != 1 || jobs[0].ID != j.ID {
		t.Errorf("its new offer has got %+v", jobs)
	}
}
