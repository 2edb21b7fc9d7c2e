package view

import (
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// maxSteps bounds a history: a job that is restarted for ever keeps its
// latest steps.
const maxSteps = 500

// Fold is what readers see of a job after one more event, which happened at
// the given time and stands at the given position. What the event means for
// the state is job.Evolve's word alone.
func Fold(j jobsapi.Job, e job.Event, at time.Time, position uint64) jobsapi.Job {
	s, ok := e.(job.JobSubmitted)
	if ok {
		n, err := id.Parse(s.ID)
		if err != nil {
			return j
		}
		j = jobsapi.Job{ID: n, Submitted: at, RestartOf: other(s.RestartOf)}
	}
	next := job.Evolve(known(j), e)
	j.Owner, j.OwnerName, j.Group, j.VO, j.Spec = next.Owner, next.OwnerName, next.Group, next.VO, next.Spec
	j.State, j.Reason, j.Aborting = next.State, next.Reason, next.Aborting
	j.Site, j.Runner, j.Epoch, j.ExitCode = next.Site, next.Runner, next.Epoch, next.ExitCode
	j.Moved, j.Carried, j.Written = next.Moved, next.Carried, next.Written
	j.BlockedOn, j.OnHold, j.Reschedules, j.Expires, j.ACL = next.Blocks, next.OnHold, next.Reschedules, next.Expires, next.ACL
	if c := next.Children; c != (jobsapi.Children{}) {
		j.Children = &c // of its own: all that next is would be kept otherwise
	}
	j.Updated, j.Version = at, position
	j.RestartedAs = other(next.RestartedAs)
	j = times(j, e, at)
	steps := j.History
	if len(steps) >= maxSteps {
		steps = steps[len(steps)-maxSteps+1:]
	}
	j.History = append(steps[:len(steps):len(steps)], jobsapi.Step{At: at, Event: e.Type(), State: j.State, Text: words(e)})
	return j
}

// known is the part of the domain's state that readers see. It must hold all
// that job.Evolve looks at.
func known(j jobsapi.Job) job.Job {
	k := job.Job{
		State: j.State, Owner: j.Owner, OwnerName: j.OwnerName, Group: j.Group, VO: j.VO, Spec: j.Spec,
		Site: j.Site, Runner: j.Runner, Epoch: j.Epoch, Aborting: j.Aborting, ExitCode: j.ExitCode, Reason: j.Reason,
		RestartedAs: text(j.RestartedAs), Moved: j.Moved, Carried: j.Carried, Written: j.Written, Blocks: j.BlockedOn, OnHold: j.OnHold, Reschedules: j.Reschedules, Expires: j.Expires, ACL: j.ACL,
	}
	if j.Children != nil {
		k.Children = *j.Children
	}
	return k
}

// other is the id of another job, zero for none.
func other(text string) id.ID {
	n, err := id.Parse(text)
	if err != nil {
		return 0
	}
	return n
}

func text(n id.ID) string {
	if n == 0 {
		return ""
	}
	return n.String()
}

func times(j jobsapi.Job, e job.Event, at time.Time) jobsapi.Job {
	switch e.(type) {
	case job.JobStarted:
		if j.Started.IsZero() {
			j.Started = at
		}
	case job.SweepStarted:
		if j.Started.IsZero() {
			j.Started = at
		}
	case job.JobRestarted:
		j.Started, j.Ended = time.Time{}, time.Time{}
	case job.JobRescheduled:
		j.Started, j.Ended, j.Rescheduled = time.Time{}, time.Time{}, at
	case job.JobSucceeded, job.JobFailed, job.JobAborted:
		j.Ended = at
	case job.JobDestroyed:
		if j.Ended.IsZero() {
			j.Ended = at
		}
	}
	return j
}
