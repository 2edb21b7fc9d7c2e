package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/internal/view"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Get returns one job, at once or when it has changed as asked.
func (a *App) Get(ctx context.Context, r jobsapi.GetRequest) (jobsapi.Job, error) {
	waited := false
	if r.Wait > 0 {
		var err error
		if waited, err = a.await(ctx, r); err != nil {
			return jobsapi.Job{}, err
		}
	}
	if !waited {
		if err := a.View.Fresh(ctx); err != nil {
			return jobsapi.Job{}, err
		}
	}
	return a.visible(ctx, r.ID, false)
}

// await returns when the job seems to have changed as asked, or its time is
// over, or there is nothing to wait for. It asks nobody how fresh the view is:
// what is waited for will come. waited is true if it came meanwhile, so that
// the view is known to be newer than the request.
func (a *App) await(ctx context.Context, r jobsapi.GetRequest) (waited bool, err error) {
	changed, end := a.View.Watch(r.ID, r.UntilEnd)
	defer end()
	over := time.NewTimer(min(r.Wait, jobsapi.MaxWait))
	defer over.Stop()
	for {
		there, err := a.there(ctx, r)
		if there || err != nil {
			return waited, err
		}
		select {
		case <-changed:
			waited = true
		case <-over.C:
			return false, nil
		case <-a.closing:
			return false, nil
		case <-ctx.Done():
			return false, fault.From(ctx.Err())
		}
	}
}

// there tells whether a job is as was asked, or cannot be waited for. One that
// this view does not know may be too young for it.
func (a *App) there(ctx context.Context, r jobsapi.GetRequest) (bool, error) {
	g, ok, err := a.View.Peek(ctx, r.ID)
	if err == nil && !ok {
		if err = a.View.Fresh(ctx); err == nil {
			g, ok, err = a.View.Peek(ctx, r.ID)
		}
	}
	if err != nil {
		return false, readFault(ctx, err)
	}
	if !ok || g.Version > r.After && !r.UntilEnd {
		return true, nil
	}
	if may, err := a.mayWait(ctx, r.ID, g.Owner); !may || err != nil {
		return true, err // to be told so
	}
	if r.UntilEnd {
		return g.State.Ended(), nil
	}
	return false, nil
}

// mayWait reports whether the caller may know of the job when it changes. Of
// those who are neither its owner nor operators the whole job is needed to tell.
func (a *App) mayWait(ctx context.Context, n id.ID, owner string) (bool, error) {
	r := rightsOf(who.From(ctx))
	if r.ID == owner || r.everything() || r.summaries() {
		return true, nil
	}
	j, ok, err := a.View.Get(ctx, n)
	if err != nil {
		return false, readFault(ctx, err)
	}
	return ok && r.may(j, false), nil
}

// The bounds of a list.
const (
	defaultLimit = 50
	maxLimit     = 1000
	maxOffset    = 1_000_000
	maxFilter    = 200 // values of one condition
)

// List returns a page of the jobs that the caller may see.
func (a *App) List(ctx context.Context, r jobsapi.ListRequest) (jobsapi.Page, error) {
	q, none, err := a.query(ctx, r)
	if err != nil || none {
		return jobsapi.Page{Jobs: []jobsapi.Job{}}, err
	}
	page, err := a.View.List(ctx, q, r.Total)
	if err != nil {
		return page, readFault(ctx, err)
	}
	return rightsOf(who.From(ctx)).hide(r, page), nil
}

// query is what a list asks of the view, once this shows all that the caller
// may know. none: no job can match.
func (a *App) query(ctx context.Context, r jobsapi.ListRequest) (q view.Query, none bool, err error) {
	if q, err = queryOf(who.From(ctx), r); err != nil {
		return q, false, err
	}
	if err := a.View.Fresh(ctx); err != nil {
		return q, false, err
	}
	if len(r.Owners) > 0 {
		q.Owners, err = a.View.OwnersNamed(ctx, r.Owners)
		if err != nil || len(q.Owners) == 0 {
			return q, true, readFault(ctx, err)
		}
	}
	if r.Cursor != "" {
		if q, err = q.After(r.Cursor); err != nil {
			return q, false, invalid("cursor", "is not a cursor of this list")
		}
	}
	return q, false, nil
}

func queryOf(p who.Principal, r jobsapi.ListRequest) (view.Query, error) {
	q := view.Query{
		States: r.States, Sites: r.Sites, Names: r.Names, Groups: r.Groups, Tags: r.Tags,
		Parent: int64(r.Parent), From: r.From, To: r.To, Since: r.Since,
		Limit: min(r.Limit, maxLimit), Offset: r.Offset,
	}
	if r.Limit == 0 {
		q.Limit = defaultLimit
	}
	if err := checkList(r); err != nil {
		return q, err
	}
	switch {
	case r.All && !rightsOf(p).overview():
		return q, fault.New(fault.Denied, "job.list_all", "Only operators may list everybody's jobs.")
	case r.All:
		q.VO = rightsOf(p).realm()
	default:
		q.Owners = []string{p.ID}
	}
	return q, nil
}

func checkList(r jobsapi.ListRequest) error {
	for _, f := range []struct {
		name string
		n    int
	}{
		{"states", len(r.States)}, {"sites", len(r.Sites)}, {"names", len(r.Names)},
		{"groups", len(r.Groups)}, {"owners", len(r.Owners)}, {"tags", len(r.Tags)},
	} {
		if f.n > maxFilter {
			return invalid(f.name, "has %d values; at most %d are allowed", f.n, maxFilter)
		}
	}
	for i, s := range r.States {
		if !slices.Contains(jobsapi.States(), s) {
			return invalid(fmt.Sprintf("states[%d]", i), "is not a state")
		}
	}
	switch {
	case r.Limit < 0:
		return invalid("limit", "must not be negative")
	case r.Offset < 0 || r.Offset > maxOffset:
		return invalid("offset", "must be between 0 and %d", maxOffset)
	case r.Offset > 0 && r.Cursor != "":
		return invalid("offset", "cannot be given together with cursor")
	case len(r.Owners) > 0 && !r.All:
		return invalid("owners", "can be given only together with all")
	}
	return nil
}
