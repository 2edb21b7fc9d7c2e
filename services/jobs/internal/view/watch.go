package view

import (
	"sync"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// watchers are the long polls that wait for a job to change, or (true) to
// come to its end.
type watchers struct {
	mu  sync.Mutex
	all map[id.ID]map[chan struct{}]bool
}

func newWatchers() *watchers { return &watchers{all: map[id.ID]map[chan struct{}]bool{}} }

// Watch returns a channel that gets a value after the job has changed for
// readers, or, with untilEnd, after it may have come to its end, and a
// function that ends the watch.
func (v *View) Watch(n id.ID, untilEnd bool) (changed <-chan struct{}, end func()) {
	changed, end = v.watchers.add(n, untilEnd)
	v.Hurry()
	return changed, end
}

func (w *watchers) any() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.all) > 0
}

func (w *watchers) add(n id.ID, untilEnd bool) (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all[n] == nil {
		w.all[n] = map[chan struct{}]bool{}
	}
	w.all[n][c] = untilEnd
	return c, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.all[n], c)
		if len(w.all[n]) == 0 {
			delete(w.all, n)
		}
	}
}

func (w *watchers) wake(batch []es.Recorded) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.all) == 0 {
		return
	}
	for _, c := range batch {
		_, n, ok := jobsapi.ParseTopic(c.Topic)
		if !ok || len(w.all[n]) == 0 {
			continue
		}
		end := ends(c)
		for ch, untilEnd := range w.all[n] {
			if untilEnd && !end {
				continue
			}
			select {
			case ch <- struct{}{}:
			default: // it has not looked yet since the last change
			}
		}
	}
}

// ends tells whether a commit may have brought its job to an end.
func ends(c es.Recorded) bool {
	for _, e := range c.Events {
		switch e.Type {
		case job.JobSucceeded{}.Type(), job.JobFailed{}.Type(), job.JobAborted{}.Type(), job.JobDestroyed{}.Type():
			return true
		}
	}
	return false
}

// Queued says that at a position of the journal a job came to wait for a runner.
type Queued struct {
	ID       id.ID
	Position uint64
}

func queuedIn(batch []es.Recorded) []Queued {
	queued, requeued := job.JobQueued{}.Type(), job.JobRequeued{}.Type()
	var jobs []Queued
	for _, c := range batch {
		for _, e := range c.Events {
			if e.Type != queued && e.Type != requeued {
				continue
			}
			if _, n, ok := jobsapi.ParseTopic(c.Topic); ok {
				jobs = append(jobs, Queued{n, c.Seq})
			}
		}
	}
	return jobs
}

// calls are the events after which the service may have something to do: for
// the job, or for those that wait for its end.
var calls = map[string]bool{
	job.JobBlocked{}.Type(): true, job.SweepStarted{}.Type(): true, job.StageOutStarted{}.Type(): true, job.AbortRequested{}.Type(): true,
	job.JobSucceeded{}.Type(): true, job.JobFailed{}.Type(): true, job.JobAborted{}.Type(): true, job.JobDestroyed{}.Type(): true,
}

func movedIn(batch []es.Recorded) []id.ID {
	var jobs []id.ID
	for _, c := range batch {
		for _, e := range c.Events {
			if !calls[e.Type] {
				continue
			}
			if _, n, ok := jobsapi.ParseTopic(c.Topic); ok {
				jobs = append(jobs, n)
			}
			break
		}
	}
	return jobs
}
