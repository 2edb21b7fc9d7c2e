package view

import (
	"fmt"
	"strings"
	"time"

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
	case job.JobResubmitted:
		return "It was submitted again, as the job " + e.As + "."
	case job.JobDestroyed:
		return "It was destroyed."
	default:
		return rarer(e)
	}
}

// rarer are the words of the events that not every job meets.
func rarer(e job.Event) string {
	switch e := e.(type) {
	case job.InputStaged:
		return fmt.Sprintf("The input %s is there (%s).", e.Path, amount(e.Files, e.Bytes))
	case job.JobBlocked:
		return "It must not run yet: " + strings.Join(reasons(e.On), ", ") + "."
	case job.JobUnblocked:
		return "Not any more: " + reasons([]string{e.From})[0] + "."
	case job.HoldPlaced:
		return because("Its owner keeps it back", e.Reason)
	case job.HoldReleased:
		return "Its owner lets it go."
	case job.StageOutStarted:
		return "Its outputs are being sent."
	case job.OutputStaged:
		return fmt.Sprintf("The output %s was sent (%s).", e.Path, amount(e.Files, e.Bytes))
	case job.TransferSkipped:
		return because("It goes on without", e.Reason)
	case job.RescheduleRequested:
		return because("It is to be stopped, to run again", e.Reason)
	case job.JobRescheduled:
		return fmt.Sprintf("It is to run again as if it were new (rescheduled %d times so far).", e.Counter)
	case job.SweepStarted:
		return fmt.Sprintf("Its %d children are being submitted.", e.Children)
	case job.ChildEnded:
		return fmt.Sprintf("Its child %d (%s) has ended: %s.", e.Index, e.Job, e.State)
	case job.TagsChanged:
		return because("Its tags were changed", strings.Join(e.Tags, ", "))
	case job.ExpirySet:
		if e.At.IsZero() {
			return "It is to be kept."
		}
		return "It is to be destroyed at " + e.At.UTC().Format(time.RFC3339) + "."
	case job.ACLChanged:
		return because("Others may do this with it", strings.Join(e.Entries, ", "))
	case job.NotificationDue:
		return fmt.Sprintf("A notification is due: %s.", e.State)
	case job.JobNoted:
		return e.Text
	default:
		return e.Type()
	}
}

// reasons are the words of what blocks a job.
func reasons(on []string) []string {
	out := make([]string, len(on))
	for i, r := range on {
		switch r {
		case job.OnHold:
			out[i] = "its owner keeps it back"
		case job.Dependencies:
			out[i] = "it waits for other jobs"
		case job.TooEarly:
			out[i] = "it is too early"
		case job.NoPlace:
			out[i] = "its allocation does not run yet"
		default:
			out[i] = r
		}
	}
	return out
}

func amount(files int, size int64) string {
	if files == 0 {
		return fmt.Sprintf("%d bytes", size)
	}
	return fmt.Sprintf("%d files, %d bytes", files, size)
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
