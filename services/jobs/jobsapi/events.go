package jobsapi

import (
	"strings"

	"github.com/heddle-dev/heddle/pkg/id"
)

// The types of the events that other services follow.
const (
	EventSubmitted = "jobs.job.submitted.v1"
	EventDestroyed = "jobs.job.destroyed.v1"
)

// ParseTopic takes a topic apart as Topic puts it together; ok is false for
// the topics of other things than jobs.
func ParseTopic(topic string) (owner string, job id.ID, ok bool) {
	parts := strings.Split(topic, ".")
	if len(parts) != 5 {
		return "", 0, false
	}
	job, err := id.Parse(parts[4])
	return parts[3], job, err == nil && Topic(parts[3], job) == topic
}
