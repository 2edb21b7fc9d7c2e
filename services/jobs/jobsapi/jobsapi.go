// Package jobsapi is the published language of the jobs service: what others
// may ask of it, what it answers, and the events and subjects it speaks. It is
// the only package of the service, beside its root, that others may import.
package jobsapi

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
)

// The domain's words, published.
type (
	// Spec is the canonical description of a job.
	Spec = job.Spec
	// Input is a small file inside a description.
	Input = job.Input
	// Resources are what a job needs.
	Resources = job.Resources
	// Origin is the document of a foreign dialect.
	Origin = job.Origin
	// State is a stage of a job's life.
	State = job.State
)

// The states, in the order of life.
const (
	Submitted  = job.Submitted
	StagingIn  = job.StagingIn
	Ready      = job.Ready
	Queued     = job.Queued
	Matched    = job.Matched
	Running    = job.Running
	StagingOut = job.StagingOut
	Succeeded  = job.Succeeded
	Failed     = job.Failed
	Aborted    = job.Aborted
	Destroyed  = job.Destroyed
)

// States lists all states in the order of life.
func States() []State { return job.States() }

// Job is a job as its readers see it.
type Job struct {
	ID        id.ID     `json:"id" doc:"the job's id"`
	Owner     string    `json:"owner" doc:"user id of the owner"`
	OwnerName string    `json:"owner_name" doc:"login name of the owner"`
	Group     string    `json:"group,omitempty" doc:"the group on whose behalf it runs"`
	State     State     `json:"state" doc:"where it is in its life"`
	Reason    string    `json:"reason,omitempty" doc:"why it is in that state, where that needs saying"`
	Aborting  bool      `json:"aborting,omitempty" doc:"somebody asked to stop it"`
	Site      string    `json:"site,omitempty" doc:"where it runs or ran"`
	Runner    string    `json:"runner,omitempty" doc:"the runner that has or had it"`
	Epoch     int       `json:"epoch,omitempty" doc:"how often it was given to a runner"`
	ExitCode  *int      `json:"exit_code,omitempty" doc:"the process's exit code, if one ran and its end is known"`
	Submitted time.Time `json:"submitted" doc:"when it was submitted"`
	Updated   time.Time `json:"updated" doc:"when it last changed"`
	Started   time.Time `json:"started,omitzero" doc:"when its process was first started"`
	Ended     time.Time `json:"ended,omitzero" doc:"when it ended"`
	Spec      Spec      `json:"spec" doc:"what was asked"`
	History   []Step    `json:"history,omitempty" doc:"its transitions, oldest first"`
	// Version is the position of the job's last event in the journal.
	Version uint64 `json:"version" doc:"position of its last event; changes with every transition"`
}

// Storage is the id of the storage that is the job's working directory.
func (j Job) Storage() string { return WorkDir(j.ID) }

// WorkDir is the id of the storage that is a job's working directory.
func WorkDir(job id.ID) string { return job.String() + "-uspace" }

// Step is one transition of a job.
type Step struct {
	At    time.Time `json:"at"`
	Event string    `json:"event" doc:"the event's type, e.g. jobs.job.started.v1"`
	State State     `json:"state" doc:"the state it led to"`
	Text  string    `json:"text" doc:"the transition in words"`
}

// CodeLimited is the fault of a submit by a caller with limited rights.
const CodeLimited = "job.limited"

// SubmitRequest asks for a new job on behalf of the caller.
type SubmitRequest struct {
	Spec Spec `json:"spec"`
	// Key, if given, makes the submit safe to repeat: a second submit of the
	// same caller with the same key and spec finds the first job; with another
	// spec it is refused.
	Key string `json:"key,omitempty"`
}

// ActRequest names one job to act on.
type ActRequest struct {
	ID     id.ID  `json:"id"`
	Reason string `json:"reason,omitempty"`
}

// GetRequest asks for one job.
type GetRequest struct {
	ID id.ID `json:"id"`
	// Wait, if positive, keeps the answer back until the job's version is
	// above After or, with UntilEnd, until the job has ended; at most this
	// long (capped at MaxWait).
	Wait     time.Duration `json:"wait,omitempty"`
	After    uint64        `json:"after,omitempty"`
	UntilEnd bool          `json:"until_end,omitempty"`
}

// MaxWait bounds every long poll.
const MaxWait = 30 * time.Second

// ListRequest asks for a page of the jobs that the caller may see, newest
// first. Lists mean "one of"; all conditions must hold.
type ListRequest struct {
	All    bool     `json:"all,omitempty"` // everybody's; operators only
	States []State  `json:"states,omitempty"`
	Sites  []string `json:"sites,omitempty"`
	Names  []string `json:"names,omitempty"`
	Groups []string `json:"groups,omitempty"`
	Owners []string `json:"owners,omitempty"` // login names; only with All
	Tags   []string `json:"tags,omitempty"`   // all of them
	Limit  int      `json:"limit,omitempty"`  // default 50, at most 1000
	Cursor string   `json:"cursor,omitempty"` // from Page.Next
	Offset int      `json:"offset,omitempty"` // for dialects that page by number
	Total  bool     `json:"total,omitempty"`  // count all matches too
}

// Page is one page of jobs. Next is the cursor of the following page, or
// empty at the end; it stays valid while jobs come and go. So that a page fits
// a message, its jobs have no History, and their Spec has no Arguments,
// Environment, Script, Inputs, Outputs and Origin; a page of large jobs may
// still be shorter than Limit although there is a Next.
type Page struct {
	Jobs  []Job  `json:"jobs"`
	Next  string `json:"next,omitempty"`
	Total int    `json:"total,omitempty"` // only if asked for
}

// Site is a place where jobs run, as its runners report it.
type Site struct {
	Name    string `json:"name"`
	Runners int    `json:"runners" doc:"runners heard of lately"`
	Slots   int    `json:"slots" doc:"jobs that may run at once"`
}

// Sites is the list of sites.
type Sites struct {
	Sites []Site `json:"sites"`
}

// Empty is a request or an answer without content.
type Empty struct{}

// Service is what the jobs service does for people. Errors are faults:
// Invalid (with fields), Missing, Denied, Conflict, Unavailable.
type Service interface {
	Submit(context.Context, SubmitRequest) (Job, error)
	Get(context.Context, GetRequest) (Job, error)
	List(context.Context, ListRequest) (Page, error)
	// Start lets a job that waits for its client's stage-in go on; on any
	// other job it changes nothing.
	Start(context.Context, ActRequest) (Job, error)
	// Abort stops a job; on an ended one it changes nothing.
	Abort(context.Context, ActRequest) (Job, error)
	// Restart runs an ended job again in its directory; on another it changes nothing.
	Restart(context.Context, ActRequest) (Job, error)
	// Destroy removes a job and its working directory.
	Destroy(context.Context, ActRequest) (Job, error)
	Sites(context.Context, Empty) (Sites, error)
}
