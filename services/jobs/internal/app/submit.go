package app

import (
	"context"
	"errors"
	"math"
	"time"
	"unicode/utf8"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/internal/view"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Submit makes a job. Without a key it takes a free id; with one, the key is
// the id, so that a repeat meets the first job.
func (a *App) Submit(ctx context.Context, r jobsapi.SubmitRequest) (jobsapi.Job, error) {
	p := who.From(ctx)
	if err := maySubmit(p); err != nil {
		return jobsapi.Job{}, err
	}
	c := job.Submit{Owner: p.ID, OwnerName: p.Name, VO: p.VO, Spec: r.Spec, Expires: a.expiry()}
	var err error
	if c.Group, err = groupOf(p, r.Spec.Group); err != nil {
		return jobsapi.Job{}, err
	}
	if err := a.admit(r); err != nil {
		return jobsapi.Job{}, err
	}
	if err := a.admitSecrets(r); err != nil {
		return jobsapi.Job{}, err
	}
	if c.Problem, err = a.failed(ctx, r); err == nil && c.Problem == "" {
		err = a.welcome(ctx, c.Owner, []jobsapi.Spec{r.Spec}, keyedID("job", c.Owner, r.Key))
	}
	if err != nil {
		return jobsapi.Job{}, err
	}
	if err := a.checkAwaits(ctx, []jobsapi.Spec{r.Spec}, c.Owner, 0); err != nil {
		return jobsapi.Job{}, err
	}
	if err := a.checkWithin(ctx, []jobsapi.Spec{r.Spec}, single); err != nil {
		return jobsapi.Job{}, err
	}
	if err := a.mark(ctx, r.Spec); err != nil {
		return jobsapi.Job{}, err
	}
	if r.Key != "" {
		return a.submitKeyed(ctx, r, c)
	}
	return a.submitFresh(ctx, c, r)
}

func (a *App) admit(r jobsapi.SubmitRequest) error {
	f := fault.New(fault.Invalid, "job.invalid", "The job's description is not acceptable.")
	if len(r.Key) > maxKey || !utf8.ValidString(r.Key) {
		f = f.WithField("key", "must be at most %d bytes of UTF-8", maxKey)
	}
	for _, p := range a.Limits.Check(numbered(r.Spec, r.Numbered, math.MaxInt64)) {
		f = f.WithField(p.Field, "%s", p.Message)
	}
	if r.Spec.Parent != nil {
		f = f.WithField("parent", "is set by the service")
	}
	if len(r.Sent) > maxKey {
		f = f.WithField("sent", "must be a hash of at most %d bytes", maxKey)
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// admitSecrets is admit for what comes beside the description.
func (a *App) admitSecrets(r jobsapi.SubmitRequest) error {
	f := fault.New(fault.Invalid, "job.invalid", "The job's description is not acceptable.")
	f = a.checkKept(checkSecrets(f, "", r.Spec, r.Secrets), r.Secrets)
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// freshTries bounds the search for a free id, which a journal that has got lost
// and come back may call for.
const freshTries = 16

func (a *App) submitFresh(ctx context.Context, c job.Submit, r jobsapi.SubmitRequest) (jobsapi.Job, error) {
	var err error
	spec, secrets := c.Spec, named(c.Spec, r.Secrets)
	for range freshTries {
		at := a.Now()
		n := a.ids.next(at, a.Replica())
		c.ID, c.Spec = n.String(), numbered(spec, r.Numbered, n)
		if err := a.keep(ctx, n, secrets); err != nil {
			return jobsapi.Job{}, err
		}
		a.memory.Expect(jobsapi.Topic(c.Owner, n))
		var out outcome
		if out, err = a.handle(ctx, c.Owner, n, "", at, c); err == nil {
			return a.submitted(ctx, n, at, out)
		}
		if !errors.Is(err, job.ErrTaken) {
			break
		}
	}
	return jobsapi.Job{}, faultOf(ctx, err)
}

// submitted answers a submit from the events themselves, without waiting for
// the view. Without events an earlier try, or an earlier request with the
// same key, has made the job.
func (a *App) submitted(ctx context.Context, n id.ID, at time.Time, out outcome) (jobsapi.Job, error) {
	if len(out.Events) == 0 {
		return a.first(ctx, n)
	}
	var j jobsapi.Job
	for _, e := range out.Events {
		j = view.Fold(j, e, at.UTC(), out.Seq)
	}
	switch j.State {
	case job.Queued:
		a.Waiting.hint(j, out.Seq)
	case job.StagingIn:
		a.staging.take(j)
	case job.Blocked:
		a.blocked.take(j)
	}
	return j, nil
}
