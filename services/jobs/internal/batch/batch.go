// Package batch is many jobs that are submitted as one, as a domain: either
// all of them come to be or none. It is separate from job, since a batch has a
// life of its own: once it was accepted, whoever finds jobs of it missing
// makes them.
package batch

import (
	"time"

	"github.com/heddle-dev/heddle/services/jobs/internal/job"
)

// State is what a decision needs to know of a batch. The zero State does not
// exist yet.
type State struct {
	Submitted
	Exists bool
	Made   bool
}

// Submit makes the batch.
type Submit struct {
	Submitted
}

// Finish says that all jobs are there.
type Finish struct{}

// Look asks for nothing: it is for who wants to know the batch.
type Look struct{}

// Command is something asked of a batch.
type Command interface{ command() }

func (Submit) command() {}
func (Finish) command() {}
func (Look) command()   {}

// Event is a fact in a batch's life.
type Event interface{ Type() string }

type (
	// Submitted: somebody asked for all this work at once.
	Submitted struct {
		ID        string     `json:"id"`
		Owner     string     `json:"owner"`      // opaque user id
		OwnerName string     `json:"owner_name"` // login name at that time
		Groups    []string   `json:"groups"`     // of each job
		Specs     []job.Spec `json:"specs"`
		KeyHash   string     `json:"key_hash,omitempty"` // as of a job
		Expires   time.Time  `json:"expires,omitzero"`   // when the service destroys the jobs; zero: never
		VO        string     `json:"vo,omitempty"`       // as of a job
	}
	// Made: all its jobs are there.
	Made struct{}
)

// Type is the name that it is written under for ever.
func (Submitted) Type() string { return "jobs.batch.submitted.v1" }

// Type is the name that it is written under for ever.
func (Made) Type() string { return "jobs.batch.made.v1" }

// Events are one of each, in every version ever written.
func Events() []Event { return []Event{Submitted{}, Made{}} }

// Decide says what happens when c is asked of s.
func Decide(s State, c Command) ([]Event, error) {
	switch c := c.(type) {
	case Submit:
		return submit(s, c)
	case Finish:
		if !s.Exists {
			return nil, job.ErrUnknown
		}
		if s.Made {
			return nil, nil
		}
		return []Event{Made{}}, nil
	}
	return nil, nil
}

func submit(s State, c Submit) ([]Event, error) {
	switch {
	case !s.Exists:
		return []Event{c.Submitted}, nil
	case c.KeyHash == "" || s.KeyHash == "":
		return nil, job.ErrTaken
	case c.KeyHash != s.KeyHash:
		return nil, job.ErrMismatch
	default:
		return nil, nil
	}
}

// Evolve is what s becomes by e.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Submitted:
		return State{Submitted: e, Exists: true}
	case Made:
		s.Made = true
	}
	return s
}
