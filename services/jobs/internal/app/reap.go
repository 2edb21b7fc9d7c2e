package app

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
)

// reaper takes jobs from runners whose lease is over. A restart of everything,
// an outage or a suspended machine also end leases, of runners that are about
// to come back; so it acts only after it has watched, without a break, for
// as long as a lease.
type reaper struct {
	since   time.Time // when the unbroken watch began; zero: not begun
	last    time.Time // of the last look
	outages uint64
}

func (a *App) reap(ctx context.Context) {
	ctx = who.With(ctx, who.Component("jobs"))
	tick := time.NewTicker(max(a.Lease/3, time.Millisecond))
	defer tick.Stop()
	r := &reaper{}
	for {
		a.look(ctx, r, a.Now())
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// look takes back the jobs of lost runners, if the watch allows it.
func (a *App) look(ctx context.Context, r *reaper, now time.Time) {
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	lost, err := a.lost(bounded)
	if !r.steady(now, err == nil, a.Outages(), a.Lease) {
		return
	}
	for _, runner := range lost {
		a.loseAll(ctx, runner)
	}
}

// steady notes a look and reports whether the watch has been unbroken for a
// whole lease.
func (r *reaper) steady(now time.Time, ok bool, outages uint64, lease time.Duration) bool {
	paused := !r.last.IsZero() && now.Sub(r.last) > lease
	broken := !ok || paused || outages != r.outages
	r.last, r.outages = now, outages
	if broken || r.since.IsZero() {
		r.since = now
		return false
	}
	return now.Sub(r.since) >= lease
}

// lost returns the runners that hold jobs and have no lease. It looks at the
// leases last: who has come back by then is not lost.
func (a *App) lost(ctx context.Context) ([]string, error) {
	if err := a.View.Fresh(ctx); err != nil {
		return nil, err
	}
	holders, err := a.View.Holders(ctx)
	if err != nil {
		return nil, err
	}
	runners, err := a.Leases.All(ctx)
	if err != nil {
		return nil, err
	}
	alive := map[string]bool{}
	for _, r := range runners {
		alive[r.ID] = true
	}
	var lost []string
	for _, h := range holders {
		if !alive[h] {
			lost = append(lost, h)
		}
	}
	return lost, nil
}

func (a *App) loseAll(ctx context.Context, runner string) {
	held, err := a.View.Held(ctx, runner)
	if err != nil {
		a.Log.WarnContext(ctx, "cannot read what a lost runner held; will look again", "runner", runner, "err", err)
		return
	}
	a.Log.WarnContext(ctx, "a runner was lost", "runner", runner, "jobs", len(held))
	for _, j := range held {
		_, err := a.handle(ctx, j.Owner, j.ID, "", a.Now(), job.Lose{Runner: runner, Epoch: j.Epoch})
		if err != nil && !refused(err) {
			a.Log.WarnContext(ctx, "cannot take a job from a lost runner; will try again", "runner", runner, "job", j.ID, "err", err)
			return
		}
	}
}
