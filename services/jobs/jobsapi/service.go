package jobsapi

import (
	"context"
)

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
