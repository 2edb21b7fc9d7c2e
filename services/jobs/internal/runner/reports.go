package runner

import (
	"context"
	"errors"
	"sync"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// maxBatch bounds one call: even with long problems it stays far below what
// a message may hold.
const maxBatch = 256

// reporter delivers reports, a few calls at a time; what comes in while they
// are under way goes out together in the next. It never gives up: a report
// that was not taken is said again.
type reporter struct {
	a      *Agent
	mu     sync.Mutex
	queue  []*report
	wake   chan struct{} // holds one token while the queue is not empty
	closed chan struct{}

	calling chan struct{} // holds a token while a call is under way
}

type report struct {
	jobsapi.Report
	verdict chan jobsapi.Verdict
}

func newReporter(a *Agent) *reporter {
	return &reporter{a: a, wake: make(chan struct{}, 1), closed: make(chan struct{}), calling: make(chan struct{}, 1)}
}

// say queues a report and waits for its verdict; false if the reporter ended.
func (r *reporter) say(what jobsapi.Report) (jobsapi.Verdict, bool) {
	item := &report{what, make(chan jobsapi.Verdict, 1)}
	r.put(item)
	select {
	case v := <-item.verdict:
		return v, true
	case <-r.closed:
		return jobsapi.Verdict{}, false
	}
}

// put adds reports at the end.
func (r *reporter) put(items ...*report) {
	r.mu.Lock()
	r.queue = append(r.queue, items...)
	r.mu.Unlock()
	r.signal()
}

// putBack adds reports in front, where they were.
func (r *reporter) putBack(items []*report) {
	r.mu.Lock()
	r.queue = append(items, r.queue...)
	r.mu.Unlock()
	r.signal()
}

func (r *reporter) signal() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// take returns the next batch, at most limit long.
func (r *reporter) take(limit int) []*report {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := min(len(r.queue), limit)
	batch := r.queue[:n:n]
	r.queue = r.queue[n:]
	return batch
}

// deliver makes one call. It returns how long the next batch may be, and
// whether something has to be said again.
func (r *reporter) deliver(ctx context.Context, batch []*report) (limit int, again bool) {
	verdicts, err := r.call(ctx, batch)
	switch {
	case err == nil:
		return maxBatch, r.settle(batch, verdicts)
	case ctx.Err() != nil:
		r.putBack(batch)
		return maxBatch, true
	case !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.Exhausted):
		r.a.dep.Log.WarnContext(ctx, "reports were not taken", "count", len(batch), "err", err)
		r.putBack(batch)
		return maxBatch, true
	case len(batch) > 1: // one of them is the culprit: find it
		r.putBack(batch)
		return len(batch) / 2, false
	}
	// It will never be taken, so the job is as good as lost.
	r.a.dep.Log.ErrorContext(ctx, "a report was refused", "job", batch[0].ID.String(), "what", batch[0].What, "err", err)
	batch[0].verdict <- jobsapi.Verdict{ID: batch[0].ID}
	return maxBatch, false
}

func (r *reporter) call(ctx context.Context, batch []*report) ([]jobsapi.Verdict, error) {
	ctx, cancel := context.WithTimeout(ctx, r.a.cfg.Call)
	defer cancel()
	req := jobsapi.ReportRequest{Runner: r.a.cfg.Runner, Reports: make([]jobsapi.Report, len(batch))}
	for i, item := range batch {
		req.Reports[i] = item.Report
	}
	answer, err := r.a.dep.Dispatch.Report(ctx, req)
	if err == nil && len(answer.Verdicts) != len(batch) {
		err = errors.New("there is not one verdict for each report")
	}
	return answer.Verdicts, err
}

// settle hands out the verdicts, and queues again what was not recorded.
func (r *reporter) settle(batch []*report, verdicts []jobsapi.Verdict) (again bool) {
	var rest []*report
	for i, v := range verdicts {
		if v.Retry {
			rest = append(rest, batch[i])
			continue
		}
		batch[i].verdict <- v
	}
	if len(rest) == 0 {
		return false
	}
	r.putBack(rest)
	return true
}
