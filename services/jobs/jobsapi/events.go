package jobsapi

import (
	"strings"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
)

// The types of the events that other services follow.
const (
	EventSubmitted      = "jobs.job.submitted.v1"
	EventMatched        = "jobs.job.matched.v1"
	EventRequeued       = "jobs.job.requeued.v1"
	EventStarted        = "jobs.job.started.v1"
	EventSucceeded      = "jobs.job.succeeded.v1"
	EventFailed         = "jobs.job.failed.v1"
	EventAbortRequested = "jobs.job.abort_requested.v1"
	EventAborted        = "jobs.job.aborted.v1"
	EventRestarted      = "jobs.job.restarted.v1"
	EventResubmitted    = "jobs.job.resubmitted.v1"
	EventDestroyed      = "jobs.job.destroyed.v1"

	EventNotificationDue = "jobs.job.notification_due.v1"
)

// ParseTopic takes a topic apart as Topic puts it together; ok is false for
// the topics of other things than jobs.
func ParseTopic(topic string) (owner string, job id.ID, ok bool) {
	return parse(topic, Topic)
}

// ParseBatchTopic takes a topic apart as BatchTopic puts it together.
func ParseBatchTopic(topic string) (owner string, batch id.ID, ok bool) {
	return parse(topic, BatchTopic)
}

func parse(topic string, put func(string, id.ID) string) (owner string, n id.ID, ok bool) {
	parts := strings.Split(topic, ".")
	if len(parts) != 5 {
		return "", 0, false
	}
	n, err := id.Parse(parts[4])
	return parts[3], n, err == nil && put(parts[3], n) == topic
}

// StateAfter is the state that a job has after an event of the type; ok is
// false where that is the one that it had before, or the type is unknown.
func StateAfter(eventType string) (s State, ok bool) {
	s, ok = statesAfter[eventType]
	return s, ok
}

var statesAfter = func() map[string]State {
	all := map[string]State{}
	for _, e := range job.Events() {
		if s := job.Evolve(job.Job{}, e).State; s != job.None {
			all[e.Type()] = s
		}
	}
	return all
}()
