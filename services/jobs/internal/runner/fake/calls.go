package fake

import (
	"context"
	"slices"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Register tells which jobs the runner holds.
func (d *Dispatch) Register(ctx context.Context, r jobsapi.RegisterRequest) (jobsapi.Held, error) {
	if err := d.pass(ctx, Call{Name: "register"}); err != nil {
		return jobsapi.Held{}, err
	}
	d.mu.Lock()
	held := jobsapi.Held{Lease: d.lease}
	for _, j := range d.jobs {
		if j.Runner == r.Runner && holding(j.State) {
			held.Jobs = append(held.Jobs, jobsapi.Holding{Lease: jobsapi.Lease{ID: j.ID, Owner: j.Owner, Epoch: j.Epoch}, State: j.State,
				Limits: j.Spec.Limits, Kind: j.Spec.Kind, Within: j.Spec.Within})
		}
	}
	d.mu.Unlock()
	return held, d.pass(ctx, Call{Name: "register", Done: true})
}

// Offer gives queued jobs out, waiting for some if there are none.
func (d *Dispatch) Offer(ctx context.Context, r jobsapi.OfferRequest) (jobsapi.Assignments, error) {
	if err := d.pass(ctx, Call{Name: "offer"}); err != nil {
		return jobsapi.Assignments{}, err
	}
	over := time.NewTimer(r.Wait)
	defer over.Stop()
	for {
		d.mu.Lock()
		got, changed := d.match(r), d.changed
		d.mu.Unlock()
		if len(got.Jobs) > 0 {
			return got, d.pass(ctx, Call{Name: "offer", Done: true})
		}
		select {
		case <-changed:
		case <-over.C:
			return got, d.pass(ctx, Call{Name: "offer", Done: true})
		case <-ctx.Done():
			return got, ctx.Err()
		}
	}
}

func (d *Dispatch) match(r jobsapi.OfferRequest) jobsapi.Assignments {
	var got jobsapi.Assignments
	for _, n := range slices.Clone(d.queue) {
		j := d.jobs[n]
		if len(got.Jobs) >= r.Free || j.Spec.Within != r.Within {
			continue
		}
		d.queue = slices.DeleteFunc(d.queue, func(m id.ID) bool { return m == n })
		j.Epoch++
		j.Runner, j.State, j.given = r.Runner, jobsapi.Matched, time.Now()
		if len(got.Jobs) < r.Begin && !d.aloof {
			j.State = jobsapi.Running
			j.Begun++
		}
		got.Jobs = append(got.Jobs, j.Assignment)
	}
	if len(got.Jobs) > 0 {
		d.change()
	}
	return got
}

// Report takes reports, each under its epoch.
func (d *Dispatch) Report(ctx context.Context, r jobsapi.ReportRequest) (jobsapi.Verdicts, error) {
	if err := d.pass(ctx, Call{Name: "report", Reports: r.Reports}); err != nil {
		return jobsapi.Verdicts{}, err
	}
	var v jobsapi.Verdicts
	d.mu.Lock()
	for _, one := range r.Reports {
		v.Verdicts = append(v.Verdicts, d.take(r.Runner, one))
	}
	d.change()
	d.mu.Unlock()
	return v, d.pass(ctx, Call{Name: "report", Reports: r.Reports, Done: true})
}

func (d *Dispatch) take(runner string, r jobsapi.Report) jobsapi.Verdict {
	j, no := d.jobs[r.ID], jobsapi.Verdict{ID: r.ID}
	if j == nil || j.Runner != runner || j.Epoch != r.Epoch || !holding(j.State) {
		return no
	}
	if d.retries > 0 {
		d.retries--
		return jobsapi.Verdict{ID: r.ID, Retry: true}
	}
	switch r.What {
	case jobsapi.Begin:
		if j.State == jobsapi.Matched {
			j.Begun++
		}
		j.State = jobsapi.Running
	case jobsapi.Remark:
		j.Remarks = append(j.Remarks, r.Text)
	case jobsapi.Release:
		j.Released = append(j.Released, r)
		j.State, j.Runner = jobsapi.Queued, ""
		d.queue = append(d.queue, j.ID)
	case jobsapi.Finish:
		j.Finish, j.State = &r, jobsapi.Failed
		if r.Problem == "" && r.Code != nil && *r.Code == 0 {
			j.State = jobsapi.Succeeded
		}
	default:
		return no
	}
	return jobsapi.Verdict{ID: r.ID, OK: true, Stop: j.Aborting}
}

// Beat tells which of the jobs are to be stopped.
func (d *Dispatch) Beat(ctx context.Context, r jobsapi.BeatRequest) (jobsapi.Orders, error) {
	if err := d.pass(ctx, Call{Name: "beat"}); err != nil {
		return jobsapi.Orders{}, err
	}
	var orders jobsapi.Orders
	d.mu.Lock()
	d.beats++
	for _, l := range r.Jobs {
		j := d.jobs[l.ID]
		if j == nil || j.Aborting || j.Epoch != l.Epoch || j.Runner != r.Runner {
			orders.Stop = append(orders.Stop, l)
		}
	}
	orders.Account = d.takeBack(r)
	d.change()
	d.mu.Unlock()
	return orders, d.pass(ctx, Call{Name: "beat", Done: true})
}

// takeBack queues again what was given to the runner in an answer that it
// never got, unless that may still be on its way. begun says that the runner
// has to do so itself.
func (d *Dispatch) takeBack(r jobsapi.BeatRequest) (begun bool) {
	for _, j := range d.jobs {
		known := slices.Contains(r.Jobs, jobsapi.Lease{ID: j.ID, Owner: j.Owner, Epoch: j.Epoch})
		if known || !holding(j.State) || j.Runner != r.Runner || time.Since(j.given) <= d.lease/3 {
			continue
		}
		if j.State == jobsapi.Running {
			begun = true
			continue
		}
		j.State, j.Runner = jobsapi.Queued, ""
		d.queue = append(d.queue, j.ID)
	}
	return begun
}

func holding(s jobsapi.State) bool { return s == jobsapi.Matched || s == jobsapi.Running }
