package app

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/internal/batch"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/internal/view"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// memberID is the id of a batch's job, the same whoever makes it.
func memberID(owner string, n id.ID, index int) id.ID {
	return id.FromKey("job", owner, fmt.Sprintf("batch/%s/%d", n, index))
}

// makeAll makes the jobs of a batch that are not there, and says so when all are.
func (a *App) makeAll(ctx context.Context, n id.ID, b batch.State) ([]jobsapi.Job, error) {
	jobs, errs := make([]jobsapi.Job, len(b.Specs)), make([]error, len(b.Specs))
	slots := make(chan struct{}, reportsOnce)
	var all sync.WaitGroup
	for i, s := range b.Specs {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			m := memberID(b.Owner, n, i)
			c := job.Submit{
				ID: m.String(), Owner: b.Owner, OwnerName: b.OwnerName, Group: b.Groups[i], VO: b.VO, Expires: b.Expires,
				KeyHash: keyHash("batch", []byte(m.String())), Spec: s,
			}
			jobs[i], errs[i] = a.make(ctx, m, "key-"+c.KeyHash, c)
			if gone(errs[i]) { // destroyed since
				jobs[i], errs[i] = jobsapi.Job{ID: m, Owner: b.Owner, State: job.Destroyed, Spec: s}, nil
			}
			jobs[i].Spec, jobs[i].History = view.Brief(jobs[i].Spec), nil
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil || b.Made {
		return jobs, err
	}
	_, err := a.handleBatch(ctx, b.Owner, n, "", a.Now(), batch.Finish{})
	if err != nil {
		a.Log.WarnContext(ctx, "cannot record that a batch is made; will look again", "batch", n, "err", err)
	}
	return jobs, nil
}

func gone(err error) bool {
	return errors.Is(err, job.ErrGone) || err != nil && fault.From(err).Code == codeGone
}

// finishBatches makes what a replica left behind, until ctx ends.
func (a *App) finishBatches(ctx context.Context) {
	ctx = who.With(ctx, who.Component("jobs"))
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			a.finishOnce(ctx, a.Now().Add(-sweepAfter))
		case <-ctx.Done():
			return
		}
	}
}

func (a *App) finishOnce(ctx context.Context, before time.Time) {
	const once = 16
	left, err := a.View.Batches(ctx, before, once)
	for _, b := range left {
		var out es.Outcome[batch.State, batch.Event]
		// A finish would say that all is made: this only looks.
		if out, err = a.handleBatch(ctx, b.Owner, b.ID, "", a.Now(), batch.Look{}); err == nil {
			_, err = a.makeAll(ctx, b.ID, out.State)
		}
		if err != nil {
			break
		}
	}
	if err != nil && ctx.Err() == nil {
		a.Log.WarnContext(ctx, "cannot finish batches that were left behind; will try again", "err", err)
	}
}
