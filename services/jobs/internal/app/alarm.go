package app

import (
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

const (
	// ahead is how long before its time a job is looked for: longer than from
	// one look to the next.
	ahead = sweepEvery + sweepEvery/2
	// leastAlarm keeps a clock that stands still from being asked all the time.
	leastAlarm = time.Millisecond
)

// alarms let jobs go at their very time. They add precision and nothing else:
// one that is lost, with its replica say, is made up for by the next look.
type alarms struct {
	mu  sync.Mutex
	set map[id.ID]bool
}

// alarm has a job looked at again at its time, if that is soon.
func (a *App) alarm(j jobsapi.Job) {
	left := j.Spec.NotBefore.Sub(a.Now())
	if left > ahead {
		return
	}
	s := &a.alarms
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.set[j.ID] || len(s.set) >= dutyMost {
		return
	}
	if s.set == nil {
		s.set = map[id.ID]bool{}
	}
	s.set[j.ID] = true
	time.AfterFunc(max(left, leastAlarm), func() {
		s.mu.Lock()
		delete(s.set, j.ID)
		s.mu.Unlock()
		a.blocked.take(j)
	})
}
