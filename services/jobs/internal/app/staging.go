package app

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/internal/policy"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

const (
	stagers  = 8 // stage-ins at once
	stageFor = 30 * time.Second
)

// stagingIn is the duty to bring inputs.
func (a *App) stagingIn() duty {
	return duty{name: "stage-in", workers: stagers, find: a.View.Staging, do: a.stage}
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
