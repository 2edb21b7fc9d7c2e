//go:build faults

package faults

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/test/stage"
)

// ledger counts what a receiver was told, by job and state.
type ledger struct {
	mu   sync.Mutex
	told map[string]int
	news chan struct{}
}

func (l *ledger) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	var n struct {
		Data struct{ Job, State string }
	}
	_ = json.NewDecoder(r.Body).Decode(&n) // what cannot be read counts as nobody's
	l.mu.Lock()
	l.told[n.Data.Job+" "+n.Data.State]++
	l.mu.Unlock()
	select {
	case l.news <- struct{}{}:
	default:
	}
}

// lacks counts what nobody was told yet of jobs that ran and succeeded, and
// what was told more than once.
func (l *ledger) lacks(jobs []string) (missing, twice int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, j := range jobs {
		for _, state := range []string{"running", "succeeded"} {
			switch n := l.told[j+" "+state]; {
			case n == 0:
				missing++
			case n > 1:
				twice++
			}
		}
	}
	return missing, twice
}

// TestNotificationsOutliveGateways kills the gateways in turn while jobs come
// that somebody is to be told of: nobody who was to be told is forgotten.
func TestNotificationsOutliveGateways(t *testing.T) {
	const jobs, workers = 300, 6
	s := split(t)
	l := &ledger{told: map[string]int{}, news: make(chan struct{}, 1)}
	receiver := httptest.NewServer(l)
	defer receiver.Close()

	var mu sync.Mutex
	var made []string
	var progress atomic.Int64
	done := make(chan struct{})
	go func() {
		defer close(done)
		var all sync.WaitGroup
		for w := range workers {
			all.Go(func() {
				for n := w; n < jobs; n += workers {
					job := insist(t, s, n, receiver.URL)
					mu.Lock()
					made = append(made, job)
					mu.Unlock()
					progress.Add(1)
				}
			})
		}
		all.Wait()
	}()
	next := 1
	kills := along(&progress, done, rand.New(rand.NewPCG(seed, 13)), func() bool {
		victim := fmt.Sprintf("gateway-%d", next)
		next = 3 - next
		s.Part(victim).Kill()
		err := s.Start(victim)
		if err == nil {
			err = s.Ready(victim, 30*time.Second)
		}
		if err != nil {
			t.Errorf("restart of %s: %v", victim, err)
		}
		return err == nil
	})
	<-done
	end := time.After(2 * time.Minute)
	for {
		missing, twice := l.lacks(made)
		if missing == 0 {
			t.Logf("%d kills; of %d notifications, %d came more than once", kills, 2*jobs, twice)
			break
		}
		select {
		case <-l.news:
		case <-end:
			t.Fatalf("after %d kills, %d of %d notifications are missing", kills, missing, 2*jobs)
		}
	}
	if kills < 2 || len(made) != jobs {
		t.Errorf("%d kills and %d jobs: the test shows nothing", kills, len(made))
	}
}

// insist submits a job until one of the gateways acknowledges it.
func insist(t *testing.T, s *stage.Split, n int, receiver string) string {
	spec := map[string]any{"executable": "/bin/true", "notify": map[string]any{"url": receiver}}
	for try := n; t.Context().Err() == nil; try++ {
		c := stage.NewClient(s.Gateway(1+try%2), 1)
		var j struct{ ID string }
		err := c.Login(t.Context(), "demouser", "test123")
		if err == nil {
			_, err = c.Do(t.Context(), "POST", "/api/v1/jobs", spec, &j, fmt.Sprintf("Idempotency-Key: told-%d", n))
		}
		c.HTTP.CloseIdleConnections()
		if err == nil {
			return j.ID
		}
		pause(50 * time.Millisecond)
	}
	return ""
}
