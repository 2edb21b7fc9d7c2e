// Package job is the job as a domain: what can be asked of it, what then
// happens, and what it becomes. It imports nothing but the standard library
// and does no I/O, so that every story of a job can be told in a test.
package job

import "time"

// Job is what a decision needs to know of a job. The zero Job does not exist
// yet.
type Job struct {
	State     State
	ID        string
	Owner     string
	OwnerName string
	VO        string // virtual organization that the owner acted for; empty: none
	Group     string
	KeyHash   string
	Spec      Spec
	Site      string // where it was matched
	Runner    string // the one that holds it or, at the end, held it
	Epoch     int    // times given out so far
	Aborting  bool
	ExitCode  *int
	Reason    string // why it is in its state, if that needs saying
	// RestartedAs is the job that does its work again.
	RestartedAs string
	// Staged: its inputs have been brought, and need not be again.
	Staged bool
	// Released: its owner has started it, or never had to.
	Released bool

	Blocks       []string  // why it is blocked
	OnHold       bool      // its owner keeps it back
	Eligible     bool      // time and dependencies keep it back no more
	Rescheduling bool      // Aborting, to run again
	Reschedules  int       // times that it was rescheduled
	Expires      time.Time // when it is to be destroyed; zero: never
	ACL          []string
	Moved        []string // what was brought or sent so far, of the stage that it is in
	Carried      []int    // which transfers of the stage are done with, from 1
	Written      []int    // which inputs are done with, from 1
	Children     Children
	ended        []int // indices of the children that have ended in this round
}

// Children counts the children of a sweep.
type Children struct {
	Round     int `json:"round" doc:"how often they were run"`
	Total     int `json:"total"`
	Succeeded int `json:"succeeded,omitempty"`
	Failed    int `json:"failed,omitempty" doc:"failed or aborted"`
}

// Held reports whether a runner holds the job.
func (j Job) Held() bool { return (j.State == Matched || j.State == Running) && j.Runner != "" }

// heldAs reports whether the runner holds the job under that epoch.
func (j Job) heldAs(runner string, epoch int) bool {
	return j.Held() && j.Runner == runner && j.Epoch == epoch
}

// current reports whether the epoch is the last one that was given out.
func (j Job) current(epoch int) bool { return epoch > 0 && j.Epoch == epoch }
