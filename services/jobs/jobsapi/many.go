package jobsapi

import (
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
)

// MaxBatch is how many jobs one batch may have, and on how many one ActMany
// may act.
const MaxBatch = 500

// BatchRequest asks for many jobs at once. Either all are made or none; the
// jobs are in the order of Specs.
type BatchRequest struct {
	Specs []Spec `json:"specs"`
	// Key, Sent, Secrets and Numbered are those of a SubmitRequest, for the
	// whole batch.
	Key      string            `json:"key,omitempty"`
	Sent     []byte            `json:"sent,omitempty"`
	Secrets  map[string]Secret `json:"secrets,omitempty"`
	Numbered bool              `json:"numbered,omitempty"`
}

// Batch is the jobs of a batch, in its order and without History and what may
// be large in a Spec, as in a Page.
type Batch struct {
	Jobs []Job `json:"jobs"`
}

// What can be done to many jobs at once.
const (
	ActStart      = "start"
	ActAbort      = "abort"
	ActRestart    = "restart"
	ActDestroy    = "destroy"
	ActHold       = "hold"
	ActUnhold     = "unhold"
	ActReschedule = "reschedule"
)

// ManyRequest does something to jobs: those with the ids, or up to MaxBatch
// of those that the list would show, newest first.
type ManyRequest struct {
	What   string       `json:"what"`
	IDs    []id.ID      `json:"ids,omitempty"`
	Match  *ListRequest `json:"match,omitempty"` // in place of IDs; Limit, Cursor and Offset are not read
	Reason string       `json:"reason,omitempty"`
	Reset  bool         `json:"reset,omitempty"` // as in ActRequest
}

// ManyResult says what became of each job. Done are those that are as asked,
// whether they were already or not; Failed can be tried again; Refused are in
// a state that does not allow it. More says that Match has more jobs.
type ManyResult struct {
	Done    []id.ID `json:"done,omitempty"`
	Denied  []id.ID `json:"denied,omitempty"`
	Missing []id.ID `json:"missing,omitempty"`
	Refused []id.ID `json:"refused,omitempty"`
	Failed  []id.ID `json:"failed,omitempty"`
	More    bool    `json:"more,omitempty"`
}

// ChangeRequest sets those properties of a job that are given.
type ChangeRequest struct {
	ID      id.ID      `json:"id"`
	Tags    *[]string  `json:"tags,omitempty"`
	ACL     *[]string  `json:"acl,omitempty"` // "access:type:value"; the owner only
	Expires *time.Time `json:"expires,omitempty"`
}

// What a Summary can count by.
const (
	ByState    = "state"
	BySite     = "site"
	ByOwner    = "owner" // login name
	ByGroup    = "group"
	ByName     = "name"
	ByJobGroup = "job_group"
	ByJobType  = "job_type"
)

// SummaryRequest asks how many of the jobs that a list would show there are
// for each combination of the properties.
type SummaryRequest struct {
	By []string    `json:"by"`
	Of ListRequest `json:"of"` // Limit, Cursor, Offset and Total are not read
}

// Summary is the counts, largest first.
type Summary struct {
	Rows []SummaryRow `json:"rows"`
}

// SummaryRow is how many jobs have these values of what was counted by, in
// its order.
type SummaryRow struct {
	Values []string `json:"values"`
	Jobs   int      `json:"jobs"`
}

// TimelineRequest asks how many jobs came to their present state in each
// Grain of the Span that ends now.
type TimelineRequest struct {
	All   bool          `json:"all,omitempty"`   // everybody's; operators only
	Span  time.Duration `json:"span,omitempty"`  // default a day, at most a year
	Grain time.Duration `json:"grain,omitempty"` // default 15 minutes; more for a long span
}

// Timeline is the counts that are not zero, oldest first.
type Timeline struct {
	Grain  time.Duration `json:"grain"`
	Points []Point       `json:"points"`
}

// Point is how many jobs came to the state in the Grain that begins At.
type Point struct {
	At    time.Time `json:"at"`
	State State     `json:"state"`
	Jobs  int       `json:"jobs"`
}
