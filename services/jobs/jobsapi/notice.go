package jobsapi

import (
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
)

// Notice is one thing to tell whom a job's owner has named: that the job has
// come to a state.
type Notice struct {
	ID    string // of the event that made it due: the same however often it is told
	Seq   uint64 // where that stands in the journal
	At    time.Time
	Event string // the type of the event that led to the state
	State State
	// Job is the job as it was then: its history and times are left out.
	Job Job
}

var codec = es.NewCodec(job.Events())

// Notices are what is due by the commits of one job at a position, out of all
// its commits, oldest first. Commits that cannot be read are passed over.
func Notices(commits []es.Recorded, position uint64) []Notice {
	var due []Notice
	var j job.Job
	var led string // the event that led to the present state
	for _, c := range commits {
		for _, e := range c.Events {
			v, ok, err := codec.Decode(e.Type, e.Data)
			if !ok || err != nil {
				continue
			}
			if d, isDue := v.(job.NotificationDue); isDue && c.Seq == position && j.Spec.Notify != nil {
				due = append(due, Notice{ID: e.ID, Seq: c.Seq, At: e.Time, Event: led, State: d.State, Job: noticed(j)})
			}
			before := j.State
			if j = job.Evolve(j, v); j.State != before {
				led = e.Type
			}
		}
	}
	return due
}

func noticed(j job.Job) Job {
	n, _ := id.Parse(j.ID) // of an id that the service wrote
	return Job{ID: n, Owner: j.Owner, OwnerName: j.OwnerName, Group: j.Group, VO: j.VO, State: j.State, Reason: j.Reason,
		Site: j.Site, Runner: j.Runner, Epoch: j.Epoch, ExitCode: j.ExitCode, Spec: j.Spec}
}
