// Package tally counts the jobs in core4's queue by their states, now and in
// the past. It is separate because nobody keeps that: it is folded from the
// journal of jobs, each time from where it was folded to before, and only when
// somebody asks. So it says the same at every gateway and after every start.
package tally

import (
	"context"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/gateway/internal/follow"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Limits of what is kept.
const (
	MaxJobs    = 1_000_000 // in the queue at once; more are not counted
	MaxSamples = 100_000   // of changes; of what is long past the fullest
)

// Counts are the jobs in the queue. What is complete or removed is not in it.
type Counts struct{ Pending, Running, Error, Killed int }

// Total is how many there are.
func (c Counts) Total() int { return c.Pending + c.Running + c.Error + c.Killed }

// of is the counter of a state, nil for one that is not in the queue.
func (c *Counts) of(s jobsapi.State) *int {
	switch s {
	case jobsapi.Running, jobsapi.StagingOut:
		return &c.Running
	case jobsapi.Failed:
		return &c.Error
	case jobsapi.Aborted:
		return &c.Killed
	case jobsapi.Succeeded, jobsapi.Destroyed:
		return nil
	default:
		return &c.Pending
	}
}

// Sample is what was in the queue after a change.
type Sample struct {
	At time.Time
	Counts
}

// Events are those of all jobs.
type Events interface {
	Follow(context.Context, follow.Query, follow.Sink) error
}

// Tally is the counts as far as the journal was read.
type Tally struct {
	events Events
	turn   chan struct{} // of whoever reads

	mu      sync.Mutex
	at      follow.Cursor
	jobs    map[id.ID]jobsapi.State // those in the queue
	counts  Counts
	samples []Sample // by time
}

// New returns a tally that has read nothing.
func New(events Events) *Tally {
	return &Tally{events: events, turn: make(chan struct{}, 1), jobs: map[id.ID]jobsapi.State{}}
}

// CatchUp reads what is new in the journal.
func (t *Tally) CatchUp(ctx context.Context) error {
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	at, _ := t.Now()
	return t.events.Follow(ctx, follow.Query{All: true, After: &at, Once: true}, sink{t})
}

// sink is the tally as one that follows.
type sink struct{ *Tally }

func (sink) Pause(follow.Cursor) error { return nil }

// Now is the latest counts, and how far the journal was read for them.
func (t *Tally) Now() (follow.Cursor, Counts) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.at, t.counts
}

// Between are the samples from one time to before another, the oldest first.
func (t *Tally) Between(from, to time.Time) []Sample {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []Sample
	for _, s := range t.samples {
		if !s.At.Before(from) && s.At.Before(to) {
			out = append(out, s)
		}
	}
	return out
}

// Event counts the next event. Those that were counted already are not counted
// again, so that several may feed the tally from the same place on.
func (t *Tally) Event(at follow.Cursor, e es.Event) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !behind(at, t.at) {
		return nil
	}
	t.at = at
	_, n, ok := jobsapi.ParseTopic(e.Topic)
	state, changes := jobsapi.StateAfter(e.Type)
	if e.Type == jobsapi.EventResubmitted { // core4's queue has its successor in its place
		state, changes = jobsapi.Succeeded, true
	}
	if !ok || !changes {
		return nil
	}
	before := t.counts
	if was, there := t.jobs[n]; there {
		*t.counts.of(was)--
		delete(t.jobs, n)
	}
	if c := t.counts.of(state); c != nil && len(t.jobs) < MaxJobs {
		*c++
		t.jobs[n] = state
	}
	if t.counts != before {
		t.sample(e.Time)
	}
	return nil
}

// behind reports whether one cursor is farther than another.
func behind(a, b follow.Cursor) bool {
	if a.Seq != b.Seq {
		return a.Seq > b.Seq
	}
	return b.Part != 0 && (a.Part == 0 || a.Part > b.Part)
}

// Gap begins anew where the journal does not hold what comes next.
func (t *Tally) Gap(at follow.Cursor) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.at, t.counts, t.samples = at, Counts{}, nil
	clear(t.jobs)
	return nil
}

// sample notes the counts. Times never go back, though those of events may.
func (t *Tally) sample(at time.Time) {
	at = at.UTC().Truncate(time.Microsecond) // as it is shown, so that a filter by what is shown holds
	if n := len(t.samples) - 1; n >= 0 && at.Before(t.samples[n].At) {
		at = t.samples[n].At
	}
	if len(t.samples) >= MaxSamples {
		t.samples = thinned(t.samples)
	}
	t.samples = append(t.samples, Sample{at, t.counts})
}

// thinned are the newer half of the samples, and of the older half the fullest
// ones of spans of time that are as long as must be.
func thinned(samples []Sample) []Sample {
	half := len(samples) / 2
	span := time.Second
	kept := Fullest(samples[:half], span)
	for len(kept) > half/2 {
		span *= 2
		kept = Fullest(kept, span)
	}
	return append(kept, samples[half:]...)
}
