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

// The faults of a submit by a caller with limited rights: a proxy certificate,
// or a group of a virtual organization without DIRAC's NormalUser.
const (
	CodeLimited  = "job.limited"
	CodeNoSubmit = "job.no_submit"
)

// SubmitRequest asks for a new job on behalf of the caller.
type SubmitRequest struct {
	Spec Spec `json:"spec"`
	// Key, if given, makes the submit safe to repeat: a second submit of the
	// same caller with the same key and request finds the first job; another
	// request it is refused.
	Key string `json:"key,omitempty"`
	// Sent, if given, is the SHA-256 of what the client sent: it, not Spec,
	// tells whether a repeat is one, so that a translation that depends on
	// more than the client's words does no harm.
	Sent []byte `json:"sent,omitempty"`
	// Anyway: a job that no site can run is made all the same, and fails at
	// once; otherwise it is refused.
	Anyway bool `json:"anyway,omitempty"`
	// Secrets open the URLs of transfers, by the names that these give. They
	// are kept sealed, and no longer than the job is under way.
	Secrets map[string]Secret `json:"secrets,omitempty"`
	// Numbered: NumberMark in a text of Spec, but for its Origin, stands for
	// the job's id in decimal digits.
	Numbered bool `json:"numbered,omitempty"`
}

// NumberMark stands for a job's number where a request says so.
const NumberMark = "%j"

// Secret opens a URL: a user name and password, or a bearer token, or a token
// of the Authorization scheme "Token". An empty Secret is the caller's own
// identity, on this server only.
type Secret struct {
	Username string `json:"username,omitempty" doc:"for HTTP's Basic scheme, with the password"`
	Password string `json:"password,omitempty"`
	Bearer   string `json:"bearer,omitempty" doc:"a bearer token"`
	Token    string `json:"token,omitempty" doc:"a token of the Authorization scheme Token"`
}

// ActRequest names one job to act on.
type ActRequest struct {
	ID     id.ID  `json:"id"`
	Reason string `json:"reason,omitempty"`
	Reset  bool   `json:"reset,omitempty"` // Reschedule: forget the times before; operators only
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
	// All asks for everybody's jobs: for operators, and for who was delegated
	// an overview (see who.Overview), to whom the others' come Hidden, or not
	// at all if there are conditions beside States; Total counts nothing then.
	All    bool     `json:"all,omitempty"`
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

	Parent id.ID     `json:"parent,omitempty"` // only the children of this sweep; otherwise none are shown
	From   time.Time `json:"from,omitzero"`    // submitted then or later
	To     time.Time `json:"to,omitzero"`      // submitted before
	Since  time.Time `json:"since,omitzero"`   // changed then or later
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

// Empty is a request or an answer without content.
type Empty struct{}

// Service is what the jobs service does for people. Errors are faults:
// Invalid (with fields), Missing, Denied, Conflict, Unavailable; Unsupported
// for what is not built.
type Service interface {
	Submit(context.Context, SubmitRequest) (Job, error)
	Get(context.Context, GetRequest) (Job, error)
	List(context.Context, ListRequest) (Page, error)
	// Access tells what the caller may do with a job; a stranger may do nothing.
	Access(context.Context, AccessRequest) (Access, error)
	// Start lets a job that waits for its client's stage-in go on; on any
	// other job it changes nothing.
	Start(context.Context, ActRequest) (Job, error)
	// Abort stops a job; on an ended one it changes nothing.
	Abort(context.Context, ActRequest) (Job, error)
	// Restart runs an ended job again in its directory; on another it changes nothing.
	Restart(context.Context, ActRequest) (Job, error)
	// Resubmit submits what an ended job was asked to do once more, as another
	// job of its owner's in a directory of its own, and returns that one. Asked
	// again it returns the same one. A job that has not ended is a Conflict.
	Resubmit(context.Context, ActRequest) (Job, error)
	// Destroy removes a job and its working directory.
	Destroy(context.Context, ActRequest) (Job, error)
	Sites(context.Context, Empty) (Sites, error)
	// Slots compares what runners hold with what they say; for operators.
	Slots(context.Context, Empty) (SlotAudit, error)

	// SubmitMany makes all jobs of a batch, or none.
	SubmitMany(context.Context, BatchRequest) (Batch, error)
	// ActMany does the same to many jobs, each on its own.
	ActMany(context.Context, ManyRequest) (ManyResult, error)
	// Hold keeps back a job that no runner has yet; Unhold lets it go.
	Hold(context.Context, ActRequest) (Job, error)
	Unhold(context.Context, ActRequest) (Job, error)
	// Reschedule runs a job again as if it were new, a limited number of
	// times; one that is under way is stopped first.
	Reschedule(context.Context, ActRequest) (Job, error)
	// Change sets properties of a job.
	Change(context.Context, ChangeRequest) (Job, error)
	// Summary counts jobs by their properties.
	Summary(context.Context, SummaryRequest) (Summary, error)
	// Timeline counts jobs by state and time.
	Timeline(context.Context, TimelineRequest) (Timeline, error)
}
