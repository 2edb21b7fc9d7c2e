package estest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/heddle-dev/heddle/pkg/es"
)

func tailLaws() []law {
	return []law{
		{"a tail says at once that nothing follows", tailOfNothing},
		{"a tail gives everything once and in order while others append", tailWhileAppending},
		{"a tail begins after its position", tailFromPosition},
		{"a tail goes on across a restart", tailAcrossRestart},
		{"a tail ends with its reader's error", tailEnds},
		{"a position the journal does not hold is a gap", tailGaps},
		{"a journal made anew is a gap", tailOfAnother},
	}
}

var errEnough = errors.New("enough")

// follow tails until the position is reached and returns the positions seen.
func follow(t testing.TB, st es.Store, after, until uint64, each func(es.Recorded)) (seqs []uint64) {
	t.Helper()
	err := st.Tail(bounded(t), after, func(batch []es.Recorded, _ bool) error {
		for _, c := range batch {
			seqs = append(seqs, c.Seq)
			if each != nil {
				each(c)
			}
			if c.Seq >= until {
				return errEnough
			}
		}
		return nil
	})
	if !errors.Is(err, errEnough) {
		t.Errorf("tail ended with %v after %d commits", err, len(seqs))
	}
	return seqs
}

// contiguous checks that the positions are from+1, from+2, …, to.
func contiguous(t testing.TB, seqs []uint64, from, to uint64) {
	t.Helper()
	for _, seq := range seqs {
		if from++; seq != from {
			t.Fatalf("position %d came where %d should", seq, from)
		}
	}
	if from != to {
		t.Fatalf("the last position is %d, want %d", from, to)
	}
}

func tailOfNothing(t *testing.T, h Harness) {
	st := h.Open(t)
	look := func(after uint64) {
		t.Helper()
		err := st.Tail(bounded(t), after, func(batch []es.Recorded, caught bool) error {
			if len(batch) != 0 || !caught {
				t.Errorf("first came %d commits, caught up: %v", len(batch), caught)
			}
			return errEnough
		})
		if !errors.Is(err, errEnough) {
			t.Errorf("tail ended with %v", err)
		}
	}
	look(0)
	look(mustAppend(t, st, h.topic(1), 0, commit("c1", 1)))
}

// appendMany appends from several goroutines and returns the last position.
func appendMany(t testing.TB, st es.Store, h Harness, name string, writers, each int) uint64 {
	t.Helper()
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			var seq uint64
			for n := range each {
				seq = insist(t, st, h.topic(fmt.Sprint(name, i)), seq, commit(fmt.Sprint(name, i, "-", n), 1))
			}
		})
	}
	wg.Wait()
	last, err := st.Last(bounded(t))
	if err != nil {
		t.Error(err)
	}
	return last
}

func tailWhileAppending(t *testing.T, h Harness) {
	st := h.Open(t)
	const writers, each, readers = 8, 200, 3
	var wg sync.WaitGroup
	for range readers {
		wg.Go(func() {
			ends := map[string]int{}
			seqs := follow(t, h.Open(t), 0, writers*each, func(c es.Recorded) {
				if want := fmt.Sprint(c.Topic[len(h.topic("")):], "-", ends[c.Topic]); c.Command != want {
					t.Errorf("%s: command %s came where %s should", c.Topic, c.Command, want)
				}
				ends[c.Topic]++
			})
			contiguous(t, seqs, 0, writers*each)
		})
	}
	appendMany(t, st, h, "w", writers, each)
	wg.Wait()
}

func tailFromPosition(t *testing.T, h Harness) {
	st := h.Open(t)
	last := appendMany(t, st, h, "w", 1, 2500)
	contiguous(t, follow(t, st, 1234, last, nil), 1234, last)
	var caughtAt uint64
	err := st.Tail(bounded(t), 0, func(batch []es.Recorded, caught bool) error {
		if len(batch) == 0 || len(batch) > 1000 {
			t.Errorf("a batch of %d", len(batch))
		}
		if caught {
			caughtAt = batch[len(batch)-1].Seq
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) || caughtAt != last {
		t.Errorf("caught up at %d (%v), want %d", caughtAt, err, last)
	}
}

func tailAcrossRestart(t *testing.T, h Harness) {
	st := h.Open(t)
	const before, after = 300, 300
	var wg sync.WaitGroup
	passed := make(chan struct{}) // the reader is in the middle
	wg.Go(func() {
		seqs := follow(t, h.Open(t), 0, before+after, func(c es.Recorded) {
			if c.Seq == before/2 {
				close(passed)
			}
		})
		contiguous(t, seqs, 0, before+after)
	})
	appendMany(t, st, h, "before", 3, before/3)
	<-passed
	h.Restart(t)
	appendMany(t, st, h, "after", 3, after/3)
	wg.Wait()
}

func tailEnds(t *testing.T, h Harness) {
	st := h.Open(t)
	ctx, cancel := context.WithCancel(bounded(t))
	ended := make(chan error, 1)
	go func() {
		ended <- st.Tail(ctx, 0, func(_ []es.Recorded, caught bool) error {
			if caught {
				cancel()
			}
			return nil
		})
	}()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("tail ended with %v", err)
	}
}

func tailGaps(t *testing.T, h Harness) {
	st := h.Open(t)
	gap := func(after uint64) {
		t.Helper()
		err := st.Tail(bounded(t), after, func([]es.Recorded, bool) error { return errEnough })
		if !errors.Is(err, es.ErrGap) {
			t.Errorf("tail after %d ended with %v", after, err)
		}
	}
	gap(1)
	last := appendMany(t, st, h, "w", 1, 10)
	gap(last + 1)
	h.Purge(t, 5)
	gap(0)
	gap(3)
	contiguous(t, follow(t, st, 4, last, nil), 4, last)
	h.Purge(t, last+1)
	gap(last - 1)
	next := mustAppend(t, st, h.topic("x"), 0, commit("x", 1))
	contiguous(t, follow(t, st, last, next, nil), last, next)
}

func tailOfAnother(t *testing.T, h Harness) {
	st := h.Open(t)
	last := appendMany(t, st, h, "w", 1, 3)
	caught := make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		ended <- st.Tail(bounded(t), last, func([]es.Recorded, bool) error { close(caught); return nil })
	}()
	<-caught
	h.Remake(t)
	if err := <-ended; !errors.Is(err, es.ErrGap) {
		t.Errorf("tail ended with %v", err)
	}
}
