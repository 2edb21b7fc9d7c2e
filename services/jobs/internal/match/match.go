// Package match says which waiting jobs go to a runner that offers room: who
// can run them, whose turn it is, and what fits. It is pure, and separate from
// the dispatcher, which races with other replicas, so that justice can be
// tested without them.
package match

import (
	"slices"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Candidate is a job that waits for a runner.
type Candidate struct {
	ID       id.ID
	Owner    string
	Group    string
	Demand   Demand
	Priority int       // higher goes first, of the owner's jobs
	Seq      uint64    // position of its submit: of equals the older goes first
	Size     int       // of its description, in bytes
	Since    time.Time // when it came to wait
}

// CandidateOf is a job that has just come to wait.
func CandidateOf(j jobsapi.Job, seq uint64, size int) Candidate {
	return Candidate{ID: j.ID, Owner: j.Owner, Group: j.Group, Demand: DemandOf(j.Spec), Priority: j.Spec.Priority,
		Seq: seq, Size: size, Since: j.Updated}
}

// Offer is what a runner has free.
type Offer struct {
	Place Place
	Free  int              // slots
	Room  jobsapi.Capacity // without Slots, only Free counts
	Bytes int              // of descriptions that one answer carries; one job always fits

	// Keep, if given, is asked whether the room is to be kept, and nothing
	// else given, until there is enough for a job whose turn it is.
	Keep func(Candidate) bool
}

// Fits returns those that the place can ever run.
func (p Place) Fits(waiting []Candidate) []Candidate {
	return slices.DeleteFunc(slices.Clone(waiting), func(c Candidate) bool { return len(p.Refuses(c.Demand)) > 0 })
}

// Take returns what the offer gets of the jobs, which the place can run and
// which are in order. A job for which there is no room just now is passed
// over, unless the room is kept for it; kept says that this is so.
func Take(o Offer, ordered []Candidate) (taken []Candidate, kept bool) {
	free, size := o.Room, 0
	for _, c := range ordered {
		if len(taken) >= o.Free {
			break
		}
		left, fits := free, true
		if o.Room.Slots > 0 {
			left, fits = o.Place.room(free, o.Place.Need(c.Demand))
		}
		if !fits {
			if o.Keep != nil && o.Keep(c) {
				return taken, true
			}
			continue
		}
		if size += c.Size; len(taken) > 0 && size > o.Bytes {
			break
		}
		free, taken = left, append(taken, c)
	}
	return taken, false
}
