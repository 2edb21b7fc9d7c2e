package app

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/internal/policy"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

const (
	stagers  = 8 // stage-ins at once of what descriptions hold
	stageFor = 30 * time.Second
)

// stagingIn is the duty to bring inputs. What has to be fetched from elsewhere
// is left to carryingFiles, and so are inputs that are noted one by one.
func (a *App) stagingIn() duty {
	return duty{name: "stage-in", workers: stagers, find: inTurns(a.View.Staging), do: a.stage}
}

// inTurns finds jobs a page at a time, so that those which cannot go on now do
// not hide the others.
func inTurns(find func(context.Context, time.Time, id.ID, int) ([]jobsapi.Job, error)) func(context.Context, time.Time, int) ([]jobsapi.Job, error) {
	var last id.ID
	return func(ctx context.Context, before time.Time, n int) ([]jobsapi.Job, error) {
		found, err := find(ctx, before, last, n)
		if last = 0; len(found) == n {
			last = found[n-1].ID
		}
		return found, err
	}
}

// stage brings one job's inputs and says so. If it cannot now, the sweep will
// find the job again.
func (a *App) stage(ctx context.Context, j jobsapi.Job) {
	if policy.OneByOne(j) {
		a.carrying.take(j)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, stageFor)
	defer cancel()
	problem, done := policy.StageIn(ctx, a.Stager, j, a.Now().Sub(j.Updated), a.GiveUp)
	if !done {
		return
	}
	if _, err := a.handle(ctx, j.Owner, j.ID, "", a.Now(), job.FinishStageIn{Problem: problem}); err != nil && !refused(err) {
		a.Log.WarnContext(ctx, "cannot record a stage-in; will do it again", "job", j.ID, "err", err)
	}
}
