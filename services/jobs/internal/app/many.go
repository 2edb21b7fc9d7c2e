package app

import (
	"context"
	"sync"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// ActMany does the same to many jobs, each on its own.
func (a *App) ActMany(ctx context.Context, r jobsapi.ManyRequest) (jobsapi.ManyResult, error) {
	var out jobsapi.ManyResult
	do, ok := map[string]func(context.Context, jobsapi.ActRequest) (jobsapi.Job, error){
		jobsapi.ActStart: a.Start, jobsapi.ActAbort: a.Abort, jobsapi.ActRestart: a.Restart, jobsapi.ActDestroy: a.Destroy,
		jobsapi.ActHold: a.Hold, jobsapi.ActUnhold: a.Unhold, jobsapi.ActReschedule: a.Reschedule,
	}[r.What]
	switch {
	case !ok:
		return out, invalid("what", "must be start, abort, restart, destroy, hold, unhold or reschedule")
	case (len(r.IDs) == 0) == (r.Match == nil):
		return out, invalid("ids", "or match must be given, and not both")
	case len(r.IDs) > jobsapi.MaxBatch:
		return out, invalid("ids", "has %d entries; at most %d are allowed", len(r.IDs), jobsapi.MaxBatch)
	}
	ids, more, err := a.meant(ctx, r)
	if err != nil {
		return out, err
	}
	errs := make([]error, len(ids))
	slots := make(chan struct{}, reportsOnce)
	var all sync.WaitGroup
	for i, n := range ids {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			_, errs[i] = do(ctx, jobsapi.ActRequest{ID: n, Reason: r.Reason, Reset: r.Reset})
		})
	}
	all.Wait()
	for i, n := range ids {
		list := sort(&out, errs[i])
		*list = append(*list, n)
	}
	out.More = more
	return out, nil
}

// meant are the jobs that a request names or matches.
func (a *App) meant(ctx context.Context, r jobsapi.ManyRequest) (ids []id.ID, more bool, err error) {
	if r.Match == nil {
		return r.IDs, false, nil
	}
	match := *r.Match
	match.Limit, match.Cursor, match.Offset, match.Total = jobsapi.MaxBatch, "", 0, false
	page, err := a.List(ctx, match)
	for _, j := range page.Jobs {
		ids = append(ids, j.ID)
	}
	return ids, page.Next != "", err
}

// sort finds the list of those that fared so.
func sort(out *jobsapi.ManyResult, err error) *[]id.ID {
	switch {
	case err == nil:
		return &out.Done
	case fault.From(err).RetryAfter > 0:
		return &out.Failed
	case fault.Is(err, fault.Denied):
		return &out.Denied
	case fault.Is(err, fault.Missing):
		return &out.Missing
	case fault.Is(err, fault.Conflict), fault.Is(err, fault.Invalid):
		return &out.Refused
	default:
		return &out.Failed
	}
}
