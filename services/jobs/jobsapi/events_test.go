package jobsapi

import (
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
)

func TestEventsAreTheDomains(t *testing.T) {
	t.Parallel()
	if got := (job.JobSubmitted{}).Type(); got != EventSubmitted {
		t.Errorf("submitted is %q", got)
	}
	if got := (job.JobDestroyed{}).Type(); got != EventDestroyed {
		t.Errorf("destroyed is %q", got)
	}
	if got := (job.SweepStarted{}).Type(); got != EventSweepStarted {
		t.Errorf("a sweep that starts is %q", got)
	}
	if got := (job.NotificationDue{}).Type(); got != EventNotificationDue {
		t.Errorf("a notification that is due is %q", got)
	}
}

func TestParseTopic(t *testing.T) {
	t.Parallel()
	n := id.New(time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC))
	owner, job, ok := ParseTopic(Topic("u-1", n))
	if owner != "u-1" || job != n || !ok {
		t.Errorf("%q %v %v", owner, job, ok)
	}
	for _, other := range []string{"", "evt.jobs.job", "evt.jobs.site.u-1." + n.String(), "evt.jobs.job.u-1.x", Topic("u-1", n) + ".x"} {
		if _, _, ok := ParseTopic(other); ok {
			t.Errorf("%q is a job's", other)
		}
	}
}

// TestStateAfter: an event leads to its state from wherever the job was.
func TestStateAfter(t *testing.T) {
	t.Parallel()
	for _, e := range job.Events() {
		want, ok := StateAfter(e.Type())
		for _, before := range job.States() {
			got := job.Evolve(job.Job{State: before}, e).State
			if ok && got != want || !ok && got != before {
				t.Errorf("%s of a %s job: %s", e.Type(), before, got)
			}
		}
	}
	if _, ok := StateAfter("jobs.job.unheard_of.v1"); ok {
		t.Error("an unknown type")
	}
}
