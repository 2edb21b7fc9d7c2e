package app

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

const (
	maxReports  = 1000 // of one batch
	reportsOnce = 32   // jobs reported on at once
)

// Report records what a runner says: of one job in order, of different jobs
// side by side.
func (a *App) Report(ctx context.Context, r jobsapi.ReportRequest) (jobsapi.Verdicts, error) {
	if err := checkReports(r); err != nil {
		return jobsapi.Verdicts{}, err
	}
	byJob := map[id.ID][]int{}
	for i, rep := range r.Reports {
		byJob[rep.ID] = append(byJob[rep.ID], i)
	}
	verdicts := make([]jobsapi.Verdict, len(r.Reports))
	slots := make(chan struct{}, reportsOnce)
	var all sync.WaitGroup
	for _, indices := range byJob {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			for _, i := range indices {
				verdicts[i] = a.record(ctx, r.Runner, r.Reports[i])
			}
		})
	}
	all.Wait()
	return jobsapi.Verdicts{Verdicts: verdicts}, nil
}

func checkReports(r jobsapi.ReportRequest) error {
	if err := checkToken("runner", r.Runner); err != nil {
		return err
	}
	if len(r.Reports) > maxReports {
		return invalid("reports", "has %d entries; at most %d are allowed", len(r.Reports), maxReports)
	}
	for i, rep := range r.Reports {
		field := fmt.Sprintf("reports[%d]", i)
		if rep.ID == 0 {
			return invalid(field+".id", "is required")
		}
		if err := checkToken(field+".owner", rep.Owner); err != nil {
			return err
		}
		if command(r.Runner, rep) == nil {
			return invalid(field+".what", "must be %s, %s, %s or %s", jobsapi.Begin, jobsapi.Remark, jobsapi.Release, jobsapi.Finish)
		}
	}
	return nil
}

// command is what a report asks of the job, or nil if it is none.
func command(runner string, r jobsapi.Report) job.Command {
	switch r.What {
	case jobsapi.Begin:
		return job.Begin{Runner: runner, Epoch: r.Epoch}
	case jobsapi.Remark:
		return job.Remark{Runner: runner, Epoch: r.Epoch, Text: shorten(r.Text)}
	case jobsapi.Release:
		return job.Release{Runner: runner, Epoch: r.Epoch, Reason: shorten(r.Problem)}
	case jobsapi.Finish:
		return job.Finish{
			Runner: runner, Epoch: r.Epoch, Code: r.Code, Signal: shorten(r.Signal),
			Evidence: shorten(r.Evidence), Problem: shorten(r.Problem),
		}
	default:
		return nil
	}
}

func (a *App) record(ctx context.Context, runner string, r jobsapi.Report) jobsapi.Verdict {
	out, err := a.handle(ctx, r.Owner, r.ID, "", a.reported(r.At), command(runner, r))
	switch {
	case err != nil && refused(err):
		return jobsapi.Verdict{ID: r.ID}
	case err != nil:
		return jobsapi.Verdict{ID: r.ID, Retry: true}
	case r.What == jobsapi.Begin && !out.State.Held():
		// It was to be stopped, and ends here since it had not begun.
		return jobsapi.Verdict{ID: r.ID, Stop: true}
	default:
		return jobsapi.Verdict{ID: r.ID, OK: true, Stop: out.State.Aborting && out.State.Held()}
	}
}

// reported is the time that a report tells of, unless it lies in the future:
// the runner saw it happen, perhaps during an outage.
func (a *App) reported(at time.Time) time.Time {
	if now := a.Now(); at.IsZero() || at.After(now) {
		return now
	}
	return at
}
