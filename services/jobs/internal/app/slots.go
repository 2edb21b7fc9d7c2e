package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// settling is how long the accounts may differ over a job that has changed:
// the answer to an offer, or a report, may be under way.
const settling = 5 * time.Second

// Slots compares what runners hold according to the journal with what they say
// themselves. Slots are derived from events, so a difference that stays is a
// slot that leaked. For operators.
func (a *App) Slots(ctx context.Context, _ jobsapi.Empty) (jobsapi.SlotAudit, error) {
	if !who.From(ctx).Operator() {
		return jobsapi.SlotAudit{}, fault.New(fault.Denied, "jobs.slots", "Only operators may see what runners hold.")
	}
	runners, err := a.everyRunner(ctx)
	if err != nil {
		return jobsapi.SlotAudit{}, err
	}
	out := jobsapi.SlotAudit{Runners: []jobsapi.RunnerSlots{}}
	for _, r := range runners {
		one, err := a.compare(ctx, r)
		if err != nil {
			return out, readFault(ctx, err)
		}
		out.Runners = append(out.Runners, one)
		out.Drift += len(one.Unknown) + len(one.Leaked)
	}
	return out, nil
}

// everyRunner are those heard of lately, and those that hold jobs.
func (a *App) everyRunner(ctx context.Context) ([]Runner, error) {
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	runners, err := a.Leases.All(bounded)
	if err != nil {
		return nil, faultOf(ctx, err)
	}
	if err := a.View.Fresh(ctx); err != nil {
		return nil, err
	}
	holders, err := a.View.Holders(ctx)
	if err != nil {
		return nil, readFault(ctx, err)
	}
	for _, name := range holders {
		if !slices.ContainsFunc(runners, func(r Runner) bool { return r.ID == name }) {
			runners = append(runners, Runner{ID: name})
		}
	}
	slices.SortFunc(runners, func(a, b Runner) int { return strings.Compare(a.ID, b.ID) })
	return runners, nil
}

func (a *App) compare(ctx context.Context, r Runner) (jobsapi.RunnerSlots, error) {
	out := jobsapi.RunnerSlots{Runner: r.ID, Site: r.Site, Slots: r.Slots, Seen: r.Seen, Said: len(r.Holds), Unknown: []id.ID{}, Leaked: []id.ID{}}
	held, err := a.View.Held(ctx, r.ID)
	if err != nil {
		return out, err
	}
	out.Held = len(held)
	settled := r.Seen.Add(-settling)
	for _, j := range held {
		known := slices.ContainsFunc(r.Holds, func(l jobsapi.Lease) bool { return l.ID == j.ID && l.Epoch == j.Epoch })
		if !known && (r.Seen.IsZero() || r.Said && j.Updated.Before(settled)) {
			out.Unknown = append(out.Unknown, j.ID)
		}
	}
	for _, l := range r.Holds {
		if slices.ContainsFunc(held, func(j jobsapi.Job) bool { return j.ID == l.ID && j.Epoch == l.Epoch }) {
			continue
		}
		j, ok, err := a.View.Get(ctx, l.ID)
		if err != nil {
			return out, err
		}
		if !ok || j.Updated.Before(settled) {
			out.Leaked = append(out.Leaked, l.ID)
		}
	}
	return out, nil
}
