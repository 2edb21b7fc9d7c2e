package jobsapi

import (
	"fmt"

	"github.com/heddle-dev/heddle/pkg/id"
)

// PartCommand begins the command ids of the submits of jobs that are parts of
// others, work in their directories and have no storage of their own: who
// reads no more of the journal than what happened to which job knows them by that.
const PartCommand = "part-"

// EventSweepStarted begins a round of a sweep.
const EventSweepStarted = "jobs.job.sweep_started.v1"

// ChildID is the id of the child that a sweep has, or had, in a round: the same
// whoever makes it.
func ChildID(parent Job, round, index int) id.ID {
	return id.FromKey("job", parent.Owner, fmt.Sprintf("child/%s/%d/%d", parent.ID, round, index))
}
