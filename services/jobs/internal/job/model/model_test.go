package model

import (
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/heddle-dev/heddle/services/jobs/internal/job"
)

// interleavings is how many random lives are looked at, by default: HEDDLE_MODEL
// sets another number, and -short a smaller one. Each life is its seed.
const interleavings = 1_000_000

func TestNoOrderOfMessagesBreaksTheLaw(t *testing.T) {
	t.Parallel()
	n := interleavings
	if v := os.Getenv("HEDDLE_MODEL"); v != "" {
		var err error
		if n, err = strconv.Atoi(v); err != nil {
			t.Fatal(err)
		}
	}
	if testing.Short() {
		n = min(n, 50_000)
	}
	var next, ends atomic.Int64
	var reached sync.Map
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for seed := next.Add(1); seed <= int64(n) && !t.Failed(); seed = next.Add(1) {
				w := newWorld(uint64(seed))
				if err := w.live(); err != nil {
					t.Errorf("seed %d: %v\n%s", seed, err, w.story())
					return
				}
				if w.job.State.Ended() {
					ends.Add(1)
				}
				for s := range w.seen {
					reached.Store(s, true)
				}
			}
		})
	}
	all.Wait()
	for _, s := range job.States() {
		if _, ok := reached.Load(s); !ok && s != job.Submitted {
			t.Errorf("no life came to %s: the model is too narrow", s)
		}
	}
	if !t.Failed() && ends.Load() != int64(n) {
		t.Errorf("%d of %d lives came to an end", ends.Load(), n)
	}
}

// TestTheModelFindsMistakes: domains that are wrong in ways that matter break
// the law within a few lives.
func TestTheModelFindsMistakes(t *testing.T) {
	t.Parallel()
	for name, wrong := range map[string]func(job.Job, job.Command, []job.Event, error) ([]job.Event, error){
		"an old epoch starts": func(j job.Job, c job.Command, e []job.Event, err error) ([]job.Event, error) {
			if b, ok := c.(job.Begin); ok && err != nil && j.State == job.Running {
				return []job.Event{job.JobStarted{Epoch: b.Epoch}}, nil
			}
			return e, err
		},
		"an end is forgotten": func(j job.Job, c job.Command, e []job.Event, err error) ([]job.Event, error) {
			if _, ok := c.(job.Lose); ok && j.State.Ended() {
				return []job.Event{job.JobFailed{Reason: "lost"}}, nil
			}
			return e, err
		},
		"a started job is requeued": func(j job.Job, c job.Command, e []job.Event, err error) ([]job.Event, error) {
			if l, ok := c.(job.Lose); ok && j.State == job.Running && j.Epoch == l.Epoch && j.Runner == l.Runner {
				return []job.Event{job.JobRequeued{Reason: "lost"}}, nil
			}
			return e, err
		},
	} {
		found := false
		for seed := range uint64(20_000) {
			w := newWorld(seed)
			w.wrong = wrong
			if found = w.live() != nil; found {
				break
			}
		}
		if !found {
			t.Errorf("%s, and nobody noticed", name)
		}
	}
}
