package jobsapi

import (
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
)

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
