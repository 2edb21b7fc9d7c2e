package view

import (
	"fmt"

	"github.com/heddle-dev/heddle/services/jobs/internal/job"
)

// words tells an event to people.
func words(e job.Event) string {
	switch e := e.(type) {
	case job.JobSubmitted:
		return because("Submitted", e.OwnerName)
	case job.StageInStarted:
		return "Its inputs are being brought."
	case job.StartRequested:
		return "Its owner has started it; the inputs are still on their way."
	case job.JobReady:
		return "Everything it needs is there."
	case job.JobQueued:
		return "It waits for a runner."
	case job.JobMatched:
		return fmt.Sprintf("It was given to the runner %s at %s.", e.Runner, e.Site)
	case job.JobRequeued:
		return because("It waits for a runner again", e.Reason)
	case job.JobStarted:
		return "Its process was started."
	case job.JobExited:
		return exit(e)
	case job.JobSucceeded:
		return "It has succeeded."
	case job.JobFailed:
		return because("It has failed", e.Reason)
	case job.AbortRequested:
		return because("It is to be stopped", e.Reason)
	case job.JobAborted:
		return because("It was stopped", e.Reason)
	case job.JobRestarted:
		return "It is to run again."
	case job.JobDestroyed:
		return "It was destroyed."
	default:
		return e.Type()
	}
}

func because(what, why string) string {
	if why == "" {
		return what + "."
	}
	return what + ": " + why
}

func exit(e job.JobExited) string {
	switch {
	case e.Signal != "":
		return fmt.Sprintf("Its process was killed by signal %s (known by: %s).", e.Signal, e.Evidence)
	case e.Code != nil:
		return fmt.Sprintf("Its process exited with code %d (known by: %s).", *e.Code, e.Evidence)
	default:
		return fmt.Sprintf("Its process is gone; its exit code is unknown (known by: %s).", e.Evidence)
	}
}
