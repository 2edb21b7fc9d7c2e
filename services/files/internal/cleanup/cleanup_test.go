package cleanup

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// world is a journal's view and a disk, as the janitor sees them.
type world struct {
	mu        sync.Mutex
	destroyed []id.ID         // by position, from 1
	dirs      map[string]int  // how often removing each still fails
	removed   []time.Duration // when, since the start
	start     time.Time
	swept     time.Time
}

func (w *world) Position() uint64 { w.mu.Lock(); defer w.mu.Unlock(); return uint64(len(w.destroyed)) }

func (w *world) Destroyed(_ context.Context, after uint64, limit int) ([]id.ID, uint64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	end := min(int(after)+limit, len(w.destroyed))
	return slices.Clone(w.destroyed[after:end]), uint64(end), nil
}

func (w *world) WhichDestroyed(_ context.Context, jobs []id.ID) (gone []id.ID, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, n := range jobs {
		if slices.Contains(w.destroyed, n) {
			gone = append(gone, n)
		}
	}
	return gone, nil
}

func (w *world) Names(_ storage.Kind, f func([]string) error) error {
	w.mu.Lock()
	var names []string
	for name := range w.dirs {
		names = append(names, name)
	}
	w.mu.Unlock()
	return f(names)
}

func (w *world) Destroy(k storage.Key) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	left, there := w.dirs[k.Name]
	switch {
	case !there:
		return nil
	case left > 0:
		w.dirs[k.Name]--
		return errors.New("directory not empty")
	}
	delete(w.dirs, k.Name)
	w.removed = append(w.removed, time.Since(w.start))
	return nil
}

func (w *world) Sweep(_ context.Context, before time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.swept = before
	return nil
}

// make puts a directory there whose removal fails so many times.
func (w *world) make(n id.ID, failures int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dirs[n.String()] = failures
}

func (w *world) destroy(ns ...id.ID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.destroyed = append(w.destroyed, ns...)
}

func (w *world) left() int { w.mu.Lock(); defer w.mu.Unlock(); return len(w.dirs) }

// run runs a janitor in a bubble of time.
func run(t *testing.T, w *world, story func(t *testing.T, j *Janitor)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w.dirs, w.start = map[string]int{}, time.Now()
		j := New(w, w, logx.Discard())
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		defer func() { cancel(); <-done }()
		w.make(1, 0)
		w.make(2, 0)
		w.make(900, 0) // of a job that lives
		w.destroy(1)
		go func() { done <- j.Run(ctx) }()
		synctest.Wait()
		story(t, j)
	})
}

func TestFindsAtStartWhatItMissed(t *testing.T) {
	w := &world{}
	run(t, w, func(t *testing.T, _ *Janitor) {
		if got := w.left(); got != 2 {
			t.Errorf("%d directories left", got)
		}
		if !w.swept.Equal(w.start.Add(-unfinished)) {
			t.Errorf("swept what is older than %v", w.swept)
		}
	})
}

func TestRemovesAtOnceWhenToldSo(t *testing.T) {
	w := &world{}
	run(t, w, func(t *testing.T, j *Janitor) {
		for n := range id.ID(3 * batch) {
			w.make(n+1000, 0)
			w.destroy(n + 1000)
		}
		w.destroy(2)
		j.Ring()
		j.Ring() // a second ring is no harm
		synctest.Wait()
		if got := w.left(); got != 1 || time.Since(w.start) != 0 {
			t.Errorf("%d directories left after %v", got, time.Since(w.start))
		}
	})
}

func TestTriesAgainWhileSomethingStillWrites(t *testing.T) {
	w := &world{}
	run(t, w, func(t *testing.T, j *Janitor) {
		w.make(2, 4)
		w.destroy(2)
		j.Ring()
		time.Sleep(time.Minute)
		synctest.Wait()
		last := w.removed[len(w.removed)-1]
		if want := (1 + 2 + 4 + 8) * minRest; last != want || len(j.late) != 0 {
			t.Errorf("removed after %v, want %v; still late: %d", last, want, len(j.late))
		}
	})
}

func TestPatrolFindsDirectoriesThatCameBack(t *testing.T) {
	w := &world{}
	run(t, w, func(t *testing.T, _ *Janitor) {
		w.make(1, 0)
		time.Sleep(patrol)
		synctest.Wait()
		if got := w.left(); got != 2 {
			t.Errorf("%d directories left", got)
		}
	})
}

func TestFollowsAnotherJournalFromItsBeginning(t *testing.T) {
	w := &world{}
	run(t, w, func(t *testing.T, j *Janitor) {
		w.destroy(3, 4, 5)
		j.Ring()
		synctest.Wait()
		w.mu.Lock()
		w.destroyed = nil
		w.mu.Unlock()
		w.destroy(2)
		j.Ring()
		synctest.Wait()
		if got := w.left(); got != 1 {
			t.Errorf("%d directories left", got)
		}
	})
}

func TestSweepsDaily(t *testing.T) {
	w := &world{}
	run(t, w, func(t *testing.T, _ *Janitor) {
		time.Sleep(daily + patrol)
		synctest.Wait()
		if !w.swept.After(w.start.Add(-unfinished)) {
			t.Errorf("swept last what is older than %v", w.swept)
		}
	})
}
