package job

import "fmt"

// The decisions on jobs that runners hold. Whatever a runner says counts only
// under the runner's own name and the current epoch: who comes back from the
// dead is refused with ErrFenced.

func match(j Job, c Match) ([]Event, error) {
	if j.State != Queued {
		return nil, ErrNotQueued
	}
	events := []Event{JobMatched{Runner: c.Runner, Site: c.Site, Epoch: j.Epoch + 1}}
	if c.Begin {
		events = append(events, JobStarted{Epoch: j.Epoch + 1})
	}
	return events, nil
}

// begin gives leave to start. Who asks has not started yet, so a job that is
// to be stopped ends here.
func begin(j Job, c Begin) ([]Event, error) {
	switch {
	case !j.heldAs(c.Runner, c.Epoch):
		return nil, ErrFenced
	case j.State != Matched:
		return nil, nil
	case j.Aborting:
		return stopped(j), nil
	default:
		return []Event{JobStarted{Epoch: c.Epoch}}, nil
	}
}

// release takes a job back that never started: even one that had leave to,
// for the runner proves that it did not use it.
func release(j Job, c Release) ([]Event, error) {
	switch {
	case !j.heldAs(c.Runner, c.Epoch):
		return repeated(j, c.Epoch)
	case j.Aborting:
		return stopped(j), nil
	default:
		return []Event{JobRequeued{Reason: c.Reason}}, nil
	}
}

func finish(j Job, c Finish) ([]Event, error) {
	switch {
	case !j.heldAs(c.Runner, c.Epoch):
		return repeated(j, c.Epoch)
	case j.State == Matched:
		return neverStarted(j, c)
	}
	exited := JobExited{Epoch: c.Epoch, Code: c.Code, Signal: c.Signal, Evidence: c.Evidence}
	return append([]Event{exited}, verdict(j, c)...), nil
}

// neverStarted ends a job whose runner can tell, before it asks for leave,
// that it cannot run.
func neverStarted(j Job, c Finish) ([]Event, error) {
	switch {
	case j.Aborting:
		return stopped(j), nil
	case c.Problem != "":
		return []Event{JobFailed{Reason: c.Problem}}, nil
	default:
		return nil, ErrNotBegun
	}
}

// remark is for the owner, from who holds the job.
func remark(j Job, c Remark) ([]Event, error) {
	if !j.heldAs(c.Runner, c.Epoch) {
		return repeated(j, c.Epoch)
	}
	return []Event{JobNoted{Text: c.Text}}, nil
}

// verdict says what an end means for the job.
func verdict(j Job, c Finish) []Event {
	if j.Aborting {
		return stopped(j)
	}
	if reason := failure(j, c); reason != "" {
		return []Event{JobFailed{Reason: reason}}
	}
	return []Event{succeed(j)}
}

// failure is why an end counts as failed; empty: it does not.
func failure(j Job, c Finish) string {
	switch {
	case c.Problem != "":
		return c.Problem
	case c.Signal != "":
		return fmt.Sprintf("The job was killed by signal %s.", c.Signal)
	case c.Code == nil:
		return "How the job ended is unknown."
	case *c.Code != 0 && !j.Spec.IgnoreExitCode:
		return fmt.Sprintf("The job exited with code %d.", *c.Code)
	default:
		return ""
	}
}

// repeated answers a report on a job that its sender does not hold: a repeat
// of the report that ended the current epoch is fine, anything else is late.
func repeated(j Job, epoch int) ([]Event, error) {
	if j.current(epoch) && !j.Held() {
		return nil, nil
	}
	return nil, ErrFenced
}

// lose takes a job from a runner that is not heard of. What had not begun
// runs elsewhere; what had begun may have had effects, so it fails.
func lose(j Job, c Lose) ([]Event, error) {
	switch {
	case !j.heldAs(c.Runner, c.Epoch):
		return nil, ErrFenced
	case j.State == Matched && j.Aborting:
		return stopped(j), nil
	case j.State == Matched:
		return []Event{JobRequeued{Reason: "The runner was lost before it started the job."}}, nil
	case j.Aborting && !j.Rescheduling:
		return []Event{JobExited{Epoch: j.Epoch, Evidence: "none"}, JobAborted{Reason: j.Reason}}, nil
	default:
		return []Event{JobExited{Epoch: j.Epoch, Evidence: "none"}, JobFailed{Reason: "The runner was lost; the outcome is unknown."}}, nil
	}
}
