package app

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/internal/match"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// One answer has to fit a NATS message of 1 MiB.
const (
	maxFree  = 64        // jobs
	maxBytes = 400 << 10 // of descriptions
)

// Offer gives waiting jobs to a runner, waiting for some if there are none.
func (a *App) Offer(ctx context.Context, r jobsapi.OfferRequest) (jobsapi.Assignments, error) {
	none := jobsapi.Assignments{Jobs: []jobsapi.Assignment{}}
	if err := checkRunner(r.Runner, r.Site); err != nil {
		return none, err
	}
	a.Waiting.enter(r.Site, 1)
	defer a.Waiting.enter(r.Site, -1)
	end, leave := a.offers.enter(r.Runner)
	defer leave()
	over := time.NewTimer(min(max(r.Wait, 0), jobsapi.MaxWait))
	defer over.Stop()
	var shown <-chan struct{}
	for whole := true; !ended(end); {
		hinted := a.Waiting.hinted.Heard() // before the look, so that nothing is missed
		if whole {
			shown = a.Waiting.shown.Heard()
		}
		jobs, tried, err := a.give(ctx, r, whole)
		if len(jobs) > 0 {
			return jobsapi.Assignments{Jobs: jobs}, nil
		}
		if err != nil || r.Wait <= 0 {
			return none, err
		}
		if whole = tried; tried {
			continue // other replicas were faster; there may be more
		}
		select {
		case <-hinted:
		case <-shown:
			whole = true
		case <-end:
		case <-over.C:
			return none, nil
		case <-a.closing:
			return none, nil
		case <-ctx.Done():
			return none, fault.From(ctx.Err())
		}
	}
	return none, nil
}

func ended(end <-chan struct{}) bool {
	select {
	case <-end:
		return true
	default:
		return false
	}
}

// give matches what the offer gets now, of the whole queue or only of the
// jobs just submitted here. tried says that there were some, even if none was
// had.
func (a *App) give(ctx context.Context, r jobsapi.OfferRequest, whole bool) (jobs []jobsapi.Assignment, tried bool, err error) {
	place, ok, err := a.place(ctx, r)
	if err != nil || !ok {
		return nil, false, faultOf(ctx, err)
	}
	picked, err := a.claim(ctx, match.Offer{Place: place, Free: min(r.Free, maxFree), Room: r.Room, Bytes: maxBytes}, whole)
	if err != nil {
		return nil, false, readFault(ctx, err)
	}
	given := make([]*jobsapi.Assignment, len(picked))
	errs := make([]error, len(picked))
	var all sync.WaitGroup
	for i, c := range picked {
		all.Go(func() { given[i], errs[i] = a.match(ctx, r, c, i < r.Begin) })
	}
	all.Wait()
	for _, g := range given {
		if g != nil {
			jobs = append(jobs, *g)
		}
	}
	return jobs, len(picked) > 0, errors.Join(errs...)
}

func (a *App) claim(ctx context.Context, o match.Offer, whole bool) ([]match.Candidate, error) {
	if !whole {
		return a.Waiting.claimHinted(o), nil
	}
	return a.Waiting.claimQueued(o, a.Now(), a.View.Position(), func(claims map[id.ID]claim, n int) ([]match.Candidate, error) {
		return a.rank(ctx, o.Place, claims, n)
	})
}

// match tries to give one claimed job away; nil without an error means that
// somebody else has it, or that it does not wait any more.
func (a *App) match(ctx context.Context, r jobsapi.OfferRequest, c match.Candidate, begin bool) (*jobsapi.Assignment, error) {
	out, err := a.handle(ctx, c.Owner, c.ID, "", a.Now(), job.Match{Runner: r.Runner, Site: r.Site, Begin: begin})
	switch {
	case err == nil:
		a.Waiting.settle(c.ID, out.Seq)
		return assignment(out.State, c), nil
	case refused(err):
		a.Waiting.settle(c.ID, out.Seq)
		return nil, nil
	default:
		a.Waiting.unclaim(c.ID)
		return nil, faultOf(ctx, err)
	}
}

// assignment is what a runner needs of a job to run it: not the content of its
// inputs, which are there, nor the words of another dialect.
func assignment(j job.Job, c match.Candidate) *jobsapi.Assignment {
	s := j.Spec
	s.Inputs, s.Origin = nil, nil
	at := jobsapi.Job{ID: c.ID, Spec: s}
	return &jobsapi.Assignment{
		ID: c.ID, Owner: c.Owner, Epoch: j.Epoch, Spec: s, State: j.State, Dir: jobsapi.Dir{Storage: at.Storage(), Path: at.Dir()},
	}
}

// refused reports whether the domain, not the journal, said no.
func refused(err error) bool {
	for _, e := range []error{job.ErrUnknown, job.ErrGone, job.ErrNotQueued, job.ErrFenced, job.ErrNotBegun, job.ErrTooLate} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
