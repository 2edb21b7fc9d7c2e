package app

import (
	"context"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/internal/policy"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

const (
	stagers    = 8               // stage-ins at once
	stageQueue = 256             // waiting for one of them; what finds no place is swept up
	sweepEvery = 2 * time.Second // how often, and
	sweepAfter = 3 * time.Second // how old a stage-in must be to count as left behind
	stageFor   = 30 * time.Second
)

// staging is the stage-ins that this replica has taken on.
type staging struct {
	queue chan jobsapi.Job
	mu    sync.Mutex
	busy  map[id.ID]bool
}

func newStaging() staging {
	return staging{queue: make(chan jobsapi.Job, stageQueue), busy: map[id.ID]bool{}}
}

// bring takes on the stage-in of a job, unless it is taken on already or
// there is no room.
func (a *App) bring(j jobsapi.Job) {
	s := &a.staging
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy[j.ID] {
		return
	}
	select {
	case s.queue <- j:
		s.busy[j.ID] = true
	default:
	}
}

func (a *App) stageQueued(ctx context.Context) {
	ctx = who.With(ctx, who.Component("jobs"))
	for {
		select {
		case j := <-a.staging.queue:
			a.stage(ctx, j)
			a.staging.mu.Lock()
			delete(a.staging.busy, j.ID)
			a.staging.mu.Unlock()
		case <-ctx.Done():
			return
		}
	}
}

// stage brings one job's inputs and says so. If it cannot now, the sweep will
// find the job again.
func (a *App) stage(ctx context.Context, j jobsapi.Job) {
	ctx, cancel := context.WithTimeout(ctx, stageFor)
	defer cancel()
	problem, done := policy.StageIn(ctx, a.Stager, j, a.Now())
	if !done {
		return
	}
	if _, err := a.handle(ctx, j.Owner, j.ID, "", a.Now(), job.FinishStageIn{Problem: problem}); err != nil && !refused(err) {
		a.Log.WarnContext(ctx, "cannot record a stage-in; will do it again", "job", j.ID, "err", err)
	}
}

// sweep finds stage-ins that a replica left behind.
func (a *App) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			a.sweepOnce(ctx, a.Now().Add(-sweepAfter))
		case <-ctx.Done():
			return
		}
	}
}

func (a *App) sweepOnce(ctx context.Context, before time.Time) {
	left, err := a.View.Staging(ctx, before, stageQueue)
	if err != nil {
		if ctx.Err() == nil {
			a.Log.WarnContext(ctx, "cannot look for stage-ins that were left behind", "err", err)
		}
		return
	}
	for _, j := range left {
		a.bring(j)
	}
}
