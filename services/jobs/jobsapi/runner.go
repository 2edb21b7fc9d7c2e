package jobsapi

import (
	"context"
	"path"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
)

// Dispatch is what the jobs service does for runners. A runner pulls: it
// registers, offers its free slots, asks leave to begin each job (or gets it
// with the job), reports the end, and beats in between. Whatever it says names the epoch under which it
// holds a job; an older epoch is refused, so that a runner that comes back
// from the dead can neither start nor finish what was given on.
type Dispatch interface {
	// Register announces a runner that has just started and tells it which
	// jobs it is thought to hold: it must account for each.
	Register(context.Context, RegisterRequest) (Held, error)
	// Offer waits until there are jobs for the free slots, or Wait is over.
	Offer(context.Context, OfferRequest) (Assignments, error)
	// Report takes reports in order; each is answered on its own.
	Report(context.Context, ReportRequest) (Verdicts, error)
	// Beat says that the runner lives and which jobs it holds, and is
	// answered by those it must stop.
	Beat(context.Context, BeatRequest) (Orders, error)
}

// RegisterRequest announces a runner.
type RegisterRequest struct {
	Runner string     `json:"runner"` // stable across restarts
	Site   string     `json:"site"`
	Slots  int        `json:"slots"` // jobs at once
	About  SiteReport `json:"about,omitzero"`
}

// OfferRequest offers free slots.
type OfferRequest struct {
	Runner string        `json:"runner"`
	Site   string        `json:"site"`
	Free   int           `json:"free"`
	Tags   []string      `json:"tags,omitempty"`
	Room   Capacity      `json:"room,omitzero"` // free; zero: only Free counts
	Wait   time.Duration `json:"wait"`
	// Within is the allocation whose place this is, of what there is in Whole;
	// empty: it is the runner's, outside of all allocations.
	Within string   `json:"within,omitempty"`
	Whole  Capacity `json:"whole,omitzero"`
	// Begin is how many of the jobs can be begun at once: the first so many of
	// the answer come with leave to start, State Running. Whoever asks for that
	// must account for what an answer had that never came, see Orders.
	Begin int `json:"begin,omitempty"`
}

// Assignment is a job given to a runner. Its Spec has no Inputs, which are in
// the working directory already, and no Origin.
type Assignment struct {
	ID    id.ID  `json:"id"`
	Owner string `json:"owner"`
	Epoch int    `json:"epoch"`
	Spec  Spec   `json:"spec"`
	State State  `json:"state"` // Matched: not begun; Running: leave was given
	Dir   Dir    `json:"dir"`
}

// Dir is a job's working directory: a storage, or a directory in it.
type Dir struct {
	Storage string `json:"storage"`        // its id
	Path    string `json:"path,omitempty"` // in it, without slashes around it
}

// Local is the directory's path below a site's directory of working
// directories; empty if d is empty.
func (d Dir) Local() string { return path.Join(strings.TrimSuffix(d.Storage, workDir), d.Path) }

// Assignments answers an offer.
type Assignments struct {
	Jobs []Assignment `json:"jobs"`
}

// Holding is a job that a runner is thought to hold. There is no Spec: it is
// to be accounted for, not to be started.
type Holding struct {
	Lease
	State  State     `json:"state"` // as in Assignment
	Limits Resources `json:"resources,omitzero"`
	Kind   Kind      `json:"kind,omitempty"`
	Within string    `json:"within,omitempty"`
}

// Held answers a registration.
type Held struct {
	Jobs  []Holding     `json:"jobs"`
	Lease time.Duration `json:"lease"` // beat at least three times in this time
}

// What a report says.
const (
	Begin   = "begin"   // asks leave to start the process now
	Release = "release" // gives the job back: it was never started
	Finish  = "finish"  // the process has ended, or never will
	Remark  = "remark"  // something for the owner to know
)

// Report is one thing a runner says of one job.
type Report struct {
	ID       id.ID     `json:"id"`
	Owner    string    `json:"owner"`
	Epoch    int       `json:"epoch"`
	What     string    `json:"what"`
	At       time.Time `json:"at"`
	Code     *int      `json:"code,omitempty"`     // Finish
	Signal   string    `json:"signal,omitempty"`   // Finish
	Evidence string    `json:"evidence,omitempty"` // Finish: "wait", "exit record", "none"
	Problem  string    `json:"problem,omitempty"`  // Finish, Release: in words, for the owner
	Text     string    `json:"text,omitempty"`     // Remark
}

// ReportRequest is a batch of reports.
type ReportRequest struct {
	Runner  string   `json:"runner"`
	Reports []Report `json:"reports"`
}

// Verdict answers one report.
type Verdict struct {
	ID id.ID `json:"id"`
	// OK: recorded (or already so). Otherwise the runner has lost the job and
	// must stop it and forget it.
	OK bool `json:"ok"`
	// Retry: not recorded now; say it again.
	Retry bool `json:"retry,omitempty"`
	// Stop: recorded, but the job is to be stopped.
	Stop bool `json:"stop,omitempty"`
}

// Verdicts answers a batch in its order.
type Verdicts struct {
	Verdicts []Verdict `json:"verdicts"`
}

// Lease names a job under an epoch.
type Lease struct {
	ID    id.ID  `json:"id"`
	Owner string `json:"owner"`
	Epoch int    `json:"epoch"`
}

// BeatRequest is a sign of life.
type BeatRequest struct {
	Runner string  `json:"runner"`
	Site   string  `json:"site"`
	Slots  int     `json:"slots"`
	Jobs   []Lease `json:"jobs"`
}

// Orders are the jobs that a runner must stop.
type Orders struct {
	Stop []Lease `json:"stop"`
	// Register: what the runner said of its site is not known any more; it is
	// to say it again.
	Register bool `json:"register,omitempty"`
	// Account: the runner is thought to have begun jobs that it did not name.
	// It is to ask which, when no offer of its is under way, and to give back
	// those that it never heard of: nobody else can know that they do not run.
	Account bool `json:"account,omitempty"`
}
