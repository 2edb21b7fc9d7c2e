// Package jobsapi is the published language of the jobs service: what others
// may ask of it, what it answers, and the events and subjects it speaks. It is
// the only package of the service, beside its root, that others may import.
package jobsapi

import (
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
	// Kind is what a job is for.
	Kind = job.Kind
	// Application names a program of a site's catalogue.
	Application = job.Application
	// Hook is shell text around the program.
	Hook = job.Hook
	// Transfer is a file on its way in or out.
	Transfer = job.Transfer
	// Axis is one thing that a sweep varies.
	Axis = job.Axis
	// Dependency is a job whose end another waits for.
	Dependency = job.Dependency
	// Notification is whom to tell of a job's states.
	Notification = job.Notification
	// Parent is the job of which another is a part.
	Parent = job.Parent
	// Children counts the children of a sweep.
	Children = job.Children
)

// Allocation is a job that holds a place for others.
const Allocation = job.Allocation

// TooOften is the reason of a job that failed since it was rescheduled too often.
const TooOften = job.TooOften

// Why a job is blocked.
const (
	OnHold       = job.OnHold
	Dependencies = job.Dependencies
	TooEarly     = job.TooEarly
	NoPlace      = job.NoPlace
)

// The states, in the order of life.
const (
	Submitted  = job.Submitted
	StagingIn  = job.StagingIn
	Ready      = job.Ready
	Blocked    = job.Blocked
	Queued     = job.Queued
	Matched    = job.Matched
	Running    = job.Running
	StagingOut = job.StagingOut
	Succeeded  = job.Succeeded
	Failed     = job.Failed
	Aborted    = job.Aborted
	Destroyed  = job.Destroyed
)

// KindTag is on jobs whose name is that of their kind: see Spec.QualName.
const KindTag = job.KindTag

// OtherKinds begins the qualified names of jobs that are of no kind.
const OtherKinds = job.OtherKinds

// QualifiedKind reports whether a text can name a kind of jobs.
func QualifiedKind(text string) bool { return job.Qualified(text) }

// States lists all states in the order of life.
func States() []State { return job.States() }

// Job is a job as its readers see it.
type Job struct {
	ID        id.ID     `json:"id" doc:"the job's id"`
	Owner     string    `json:"owner" doc:"user id of the owner"`
	OwnerName string    `json:"owner_name" doc:"login name of the owner"`
	Group     string    `json:"group,omitempty" doc:"the group on whose behalf it runs"`
	VO        string    `json:"vo,omitempty" doc:"the virtual organization that its owner acted for"`
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

	BlockedOn   []string  `json:"blocked_on,omitempty" doc:"why it is blocked: hold, dependencies, time, allocation"`
	OnHold      bool      `json:"on_hold,omitempty" doc:"its owner keeps it back"`
	Moved       []string  `json:"moved,omitempty" doc:"what was brought or sent so far, of the stage that it is in"`
	Carried     []int     `json:"carried,omitempty" doc:"which imports or exports are done with, from 1"`
	Written     []int     `json:"written,omitempty" doc:"which inputs are done with, from 1, of those that are noted one by one"`
	Reschedules int       `json:"reschedules,omitempty" doc:"how often it was rescheduled"`
	Rescheduled time.Time `json:"rescheduled,omitzero" doc:"when it last was"`
	Expires     time.Time `json:"expires,omitzero" doc:"when the service destroys it"`
	ACL         []string  `json:"acl,omitempty" doc:"what others may do with it, as access:type:value"`
	Children    *Children `json:"children,omitempty" doc:"of a sweep: how far its children are"`
	// RestartOf and RestartedAs are links between jobs that do the same work
	// one after the other.
	RestartOf   id.ID `json:"restart_of,omitzero" doc:"the job whose work this one does again"`
	RestartedAs id.ID `json:"restarted_as,omitzero" doc:"the job that does its work again"`
	// Hidden: it is not the caller's to see; what is told is that it is there,
	// how far it is, and when that was.
	Hidden bool `json:"hidden,omitempty" doc:"most of it is not for the caller to see"`
	// Version is the position of the job's last event in the journal.
	Version uint64 `json:"version" doc:"position of its last event; changes with every transition"`
}

// Held reports whether a runner holds the job.
func (j Job) Held() bool { return (j.State == Matched || j.State == Running) && j.Runner != "" }

// Storage is the id of the storage that is the job's working directory, or
// has it in Dir: the children of a sweep live in the directory of their parent.
func (j Job) Storage() string {
	if p := j.Spec.Parent; p != nil {
		return p.Job + workDir
	}
	return WorkDir(j.ID)
}

// Dir is the working directory's path in its storage, without slashes around
// it; empty: the whole storage.
func (j Job) Dir() string {
	if p := j.Spec.Parent; p != nil {
		return p.Dir
	}
	return ""
}

const workDir = "-uspace"

// WorkDir is the id of the storage that is a job's working directory.
func WorkDir(job id.ID) string { return job.String() + workDir }

// Step is one transition of a job.
type Step struct {
	At    time.Time `json:"at"`
	Event string    `json:"event" doc:"the event's type, e.g. jobs.job.started.v1"`
	State State     `json:"state" doc:"the state it led to"`
	Text  string    `json:"text" doc:"the transition in words"`
}
