package app

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// sweeping is the duty to make the children of sweeps, to count their ends,
// and to stop and destroy them with their parents.
func (a *App) sweeping() duty {
	return duty{name: "sweep", workers: 4, find: func(ctx context.Context, _ time.Time, n int) ([]jobsapi.Job, error) {
		return a.View.Sweeps(ctx, n)
	}, do: a.tend}
}

// tend does what a sweep needs now.
func (a *App) tend(ctx context.Context, j jobsapi.Job) {
	if err := a.tendOnce(ctx, j.ID); err != nil && ctx.Err() == nil {
		a.Log.WarnContext(ctx, "cannot look after a sweep; will try again", "job", j.ID, "err", err)
	}
}

func (a *App) tendOnce(ctx context.Context, n id.ID) error {
	if err := a.View.Fresh(ctx); err != nil {
		return err
	}
	j, ok, err := a.View.Get(ctx, n)
	if err != nil || !ok || j.Children == nil {
		return err
	}
	children, err := a.View.ChildrenOf(ctx, n)
	if err != nil {
		return err
	}
	switch {
	case j.State == job.Destroyed:
		a.each(children, func(c jobsapi.Job) { a.say(ctx, c, job.Destroy{}) })
	case j.State == job.Running:
		a.run(ctx, j, children)
	}
	return nil
}

// run makes the children of this round that are not there, stops them if the
// sweep is to be stopped, and counts those that have ended.
func (a *App) run(ctx context.Context, j jobsapi.Job, children []jobsapi.Job) {
	made := make([]bool, j.Children.Total)
	a.each(children, func(c jobsapi.Job) {
		p := c.Spec.Parent
		switch {
		case p.Round != j.Children.Round:
		case c.State.Ended():
			a.say(ctx, j, job.EndChild{Index: p.Index, Round: p.Round, Job: c.ID.String(), State: c.State, Code: c.ExitCode})
		case j.Aborting && !c.Aborting:
			a.say(ctx, c, job.Abort{Reason: j.Reason})
		}
	})
	for _, c := range children {
		if p := c.Spec.Parent; p.Round == j.Children.Round && p.Index < len(made) {
			made[p.Index] = true
		}
	}
	for i, there := range made {
		switch {
		case there || ctx.Err() != nil:
		case j.Aborting: // it need not be made to be stopped
			a.say(ctx, j, job.EndChild{Index: i, Round: j.Children.Round, Job: childID(j, i).String(), State: job.Aborted})
		default:
			a.makeChild(ctx, j, i)
		}
	}
}

// childID is the id of a child of the round that runs.
func childID(parent jobsapi.Job, index int) id.ID {
	return jobsapi.ChildID(parent, parent.Children.Round, index)
}

func (a *App) makeChild(ctx context.Context, j jobsapi.Job, index int) {
	n := childID(j, index)
	c := job.Submit{
		ID: n.String(), Owner: j.Owner, OwnerName: j.OwnerName, Group: j.Group, VO: j.VO,
		KeyHash: keyHash("child", []byte(n.String())), Spec: j.Spec.Child(j.ID.String(), j.Children.Round, index),
	}
	if _, err := a.make(ctx, n, jobsapi.PartCommand+c.KeyHash, c); err != nil && !errors.Is(err, job.ErrGone) && ctx.Err() == nil {
		a.Log.WarnContext(ctx, "cannot make a child; will try again", "job", j.ID, "index", index, "err", err)
	}
}

// make submits a job of the service's own making, under an id of which no
// other can be, by the command.
func (a *App) make(ctx context.Context, n id.ID, command string, c job.Submit) (jobsapi.Job, error) {
	at := a.Now()
	out, err := a.handle(ctx, c.Owner, n, command, at, c)
	if err != nil {
		return jobsapi.Job{}, err
	}
	return a.submitted(ctx, n, at, out)
}

// each does something for many jobs, some at a time.
func (a *App) each(jobs []jobsapi.Job, do func(jobsapi.Job)) {
	slots := make(chan struct{}, reportsOnce)
	var all sync.WaitGroup
	for _, j := range jobs {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			do(j)
		})
	}
	all.Wait()
}
