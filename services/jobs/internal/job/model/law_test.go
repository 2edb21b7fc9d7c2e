package model

import (
	"fmt"

	"github.com/heddle-dev/heddle/services/jobs/internal/job"
)

// law is what must hold of each event.
func (w *world) law(c job.Command, e job.Event, after job.Job) error {
	before := w.job
	if before.State.Ended() && after.State != before.State {
		switch c.(type) {
		case job.Restart, job.Destroy, job.Reschedule:
		default:
			return fmt.Errorf("%T led from %s to %s", c, before.State, after.State)
		}
	}
	switch e := e.(type) {
	case job.JobStarted:
		if e.Epoch != before.Epoch || before.State != job.Matched {
			return fmt.Errorf("epoch %d starts while %s in epoch %d", e.Epoch, before.State, before.Epoch)
		}
	case job.JobMatched:
		if e.Epoch != before.Epoch+1 {
			return fmt.Errorf("epoch %d follows %d", e.Epoch, before.Epoch)
		}
	case job.JobRequeued:
		if w.started[before.Epoch] {
			return fmt.Errorf("epoch %d has run, and is requeued", before.Epoch)
		}
	case job.JobQueued:
		if before.OnHold {
			return fmt.Errorf("it is queued on hold")
		}
	}
	return nil
}
