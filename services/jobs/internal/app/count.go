package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/internal/view"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// The bounds of what is counted.
const (
	maxRows  = 1000
	maxSpan  = 366 * 24 * time.Hour
	daySpan  = 24 * time.Hour
	maxSteps = 1000 // grains of a timeline
)

var countable = []string{
	jobsapi.ByState, jobsapi.BySite, jobsapi.ByOwner, jobsapi.ByGroup, jobsapi.ByName, jobsapi.ByJobGroup, jobsapi.ByJobType,
}

// Summary counts the jobs that the caller may see.
func (a *App) Summary(ctx context.Context, r jobsapi.SummaryRequest) (jobsapi.Summary, error) {
	if len(r.By) == 0 || len(r.By) > len(countable) {
		return jobsapi.Summary{}, invalid("by", "must be 1 to %d of %q", len(countable), countable)
	}
	for i, b := range r.By {
		if !slices.Contains(countable, b) {
			return jobsapi.Summary{}, invalid(fmt.Sprintf("by[%d]", i), "must be one of %q", countable)
		}
	}
	p := rightsOf(who.From(ctx))
	if stateOnly := len(r.By) == 1 && r.By[0] == jobsapi.ByState; r.Of.All && !p.everything() && !p.summaries() && p.realm() == "" && !stateOnly {
		return jobsapi.Summary{}, fault.New(fault.Denied, "job.list_all", "Only operators may count everybody's jobs.")
	}
	of := r.Of
	of.Limit, of.Cursor, of.Offset, of.Total = 0, "", 0, false
	q, none, err := a.query(ctx, of)
	if err != nil || none {
		return jobsapi.Summary{Rows: []jobsapi.SummaryRow{}}, err
	}
	rows, err := a.View.Summary(ctx, q, r.By, maxRows+1)
	if err != nil {
		return jobsapi.Summary{}, readFault(ctx, err)
	}
	if len(rows) > maxRows {
		return jobsapi.Summary{}, invalid("by", "has more than %d combinations; count by less, or fewer jobs", maxRows)
	}
	return jobsapi.Summary{Rows: slices.Concat([]jobsapi.SummaryRow{}, rows)}, nil
}

// Timeline counts jobs by the time at which they came to a state.
func (a *App) Timeline(ctx context.Context, r jobsapi.TimelineRequest) (jobsapi.Timeline, error) {
	p := who.From(ctx)
	if r.All && (!rightsOf(p).overview() || rightsOf(p).realm() != "") { // it is not kept by virtual organization
		return jobsapi.Timeline{}, fault.New(fault.Denied, "job.list_all", "Only operators may count everybody's jobs.")
	}
	if r.Span < 0 || r.Span > maxSpan {
		return jobsapi.Timeline{}, invalid("span", "must be between 0 and %v", maxSpan)
	}
	if r.Grain < 0 || r.Grain > maxSpan {
		return jobsapi.Timeline{}, invalid("grain", "must be between 0 and %v", maxSpan)
	}
	if r.Span == 0 {
		r.Span = daySpan
	}
	if err := a.View.Fresh(ctx); err != nil {
		return jobsapi.Timeline{}, err
	}
	out, owner := jobsapi.Timeline{Grain: grain(r)}, p.ID
	if r.All {
		owner = ""
	}
	points, err := a.View.Timeline(ctx, owner, a.Now().Add(-r.Span), out.Grain)
	out.Points = slices.Concat([]jobsapi.Point{}, points)
	return out, readFault(ctx, err)
}

// grain is a whole number of quarters of an hour, and no more of them than
// an answer should hold.
func grain(r jobsapi.TimelineRequest) time.Duration {
	least := max(r.Grain, view.Quarter, r.Span/maxSteps)
	return (least + view.Quarter - 1).Truncate(view.Quarter)
}
