package app

import (
	"context"
	"fmt"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// evicting is the duty to stop the jobs of allocations that have ended.
func (a *App) evicting() duty {
	return duty{name: "allocation", workers: 2, find: func(ctx context.Context, _ time.Time, n int) ([]jobsapi.Job, error) {
		return a.View.Homeless(ctx, n)
	}, do: func(ctx context.Context, j jobsapi.Job) {
		a.say(ctx, j, job.Abort{Reason: "Its allocation " + j.Spec.Within + " has ended."})
	}}
}

// placed reports whether the allocation of a job runs.
func (a *App) placed(ctx context.Context, j jobsapi.Job) bool {
	n, err := id.Parse(j.Spec.Within)
	if err != nil {
		return false
	}
	g, ok, err := a.View.Peek(ctx, n)
	return err == nil && ok && g.State == job.Running
}

// checkWithin checks that jobs which are to run in an allocation have one.
func (a *App) checkWithin(ctx context.Context, specs []jobsapi.Spec, prefix func(int) string) error {
	for i, s := range specs {
		if s.Within == "" {
			continue
		}
		field := prefix(i) + "within"
		n, err := id.Parse(s.Within)
		if err != nil {
			return invalid(field, "is no job's id")
		}
		if err := a.View.Fresh(ctx); err != nil {
			return err
		}
		j, err := a.visible(ctx, n, true)
		switch {
		case err != nil || j.Spec.Kind != job.Allocation:
			return invalid(field, "is no allocation of yours")
		case j.State.Ended():
			return invalid(field, "is an allocation that has ended")
		case tooLarge(s.Limits, j.Spec.Limits):
			return invalid(prefix(i)+"resources.cpus", "comes to %d; the allocation has %d", s.Limits.Cores(), j.Spec.Limits.Cores())
		}
	}
	return nil
}

// tooLarge reports whether a job can never fit into its allocation: one that
// has said how many cores it is to have, and not left it to its queue.
func tooLarge(job, place jobsapi.Resources) bool {
	said := place.CPUs > 0 || place.Nodes > 0 || place.CPUsPerNode > 0
	return said && !place.Exclusive && job.Cores() > place.Cores()
}

// single and listed name the fields of one description and of many.
func single(int) string { return "" }

func listed(i int) string { return fmt.Sprintf("specs[%d].", i) }
