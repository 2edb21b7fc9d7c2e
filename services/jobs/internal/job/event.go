package job

import "time"

// Event is a fact in a job's life, one of Events. Type is the name that it is
// written under for ever; it holds the version.
type Event interface{ Type() string }

// The events. Times and actors are in the envelope; fields say what happened.
type (
	// JobSubmitted: somebody asked for this work.
	JobSubmitted struct {
		ID        string `json:"id"`
		Owner     string `json:"owner"`      // opaque user id
		OwnerName string `json:"owner_name"` // login name at that time
		Group     string `json:"group,omitempty"`
		Spec      Spec   `json:"spec"`
		// KeyHash is set if the submit carried an idempotency key: the hash of
		// the key and of the request it came with.
		KeyHash string `json:"key_hash,omitempty"`
		// Expires is when the service destroys the job; zero: never.
		Expires time.Time `json:"expires,omitzero"`
		// RestartOf is the job whose work it does again, as another job.
		RestartOf string `json:"restart_of,omitempty"`
		// VO is the virtual organization that its owner acted for.
		VO string `json:"vo,omitempty"`
	}
	// StageInStarted: its inputs are being brought.
	StageInStarted struct{}
	// StartRequested: its owner has put in what they wanted, while the
	// service is still bringing the inputs.
	StartRequested struct{}
	// JobReady: everything it needs is there.
	JobReady struct{}
	// JobQueued: it waits for a runner.
	JobQueued struct{}
	// JobMatched: it was given to a runner. Epoch counts the times that the
	// job was given out; reports of an older epoch are refused.
	JobMatched struct {
		Runner string `json:"runner"`
		Site   string `json:"site"`
		Epoch  int    `json:"epoch"`
	}
	// JobRequeued: the runner gave it back, or was lost before it started it.
	JobRequeued struct {
		Reason string `json:"reason"`
	}
	// JobStarted: the runner has leave to start the process, and does so now.
	JobStarted struct {
		Epoch int `json:"epoch"`
	}
	// JobExited: the process has ended. Code is nil if no process ran or its
	// exit is unknown; Signal names what killed it.
	JobExited struct {
		Epoch  int    `json:"epoch"`
		Code   *int   `json:"code,omitempty"`
		Signal string `json:"signal,omitempty"`
		// Evidence says how it is known: "exit record", "wait", "none".
		Evidence string `json:"evidence"`
	}
	// JobSucceeded: it has done what was asked.
	JobSucceeded struct{}
	// JobFailed: it has not.
	JobFailed struct {
		Reason string `json:"reason"`
	}
	// AbortRequested: somebody wants it stopped; its runner was told.
	AbortRequested struct {
		Reason string `json:"reason,omitempty"`
	}
	// JobAborted: it was stopped.
	JobAborted struct {
		Reason string `json:"reason,omitempty"`
	}
	// JobRestarted: it is to run again, in the same directory.
	JobRestarted struct{}
	// JobResubmitted: its work is asked for again, as another job.
	JobResubmitted struct {
		As string `json:"as"`
	}
	// JobDestroyed: it and its working directory are gone.
	JobDestroyed struct{}
)

type (
	// InputStaged: one of its inputs is there.
	InputStaged struct {
		Path  string `json:"path"`
		Bytes int64  `json:"bytes"`
		// Transfer is which of its imports that was, from 1; absent: a file of
		// the description.
		Transfer int `json:"transfer,omitempty"`
		// Input is which file of the description that was, from 1. Old records
		// have its path only.
		Input int `json:"input,omitempty"`
		Files int `json:"files,omitempty"` // how many, unless it is the one of Path
	}
	// JobBlocked: everything is there, but it must not run yet: On says why.
	JobBlocked struct {
		On []string `json:"on"` // "hold", "dependencies", "time", "allocation"
	}
	// JobUnblocked: one of the reasons is gone for good.
	JobUnblocked struct {
		From string `json:"from"`
	}
	// HoldPlaced: its owner keeps it back.
	HoldPlaced struct {
		Reason string `json:"reason,omitempty"`
	}
	// HoldReleased: its owner lets it go.
	HoldReleased struct{}
	// StageOutStarted: its process is gone; its outputs are being sent.
	StageOutStarted struct {
		Epoch int `json:"epoch"`
	}
	// OutputStaged: one of its outputs was sent.
	OutputStaged struct {
		Path  string `json:"path"`
		Bytes int64  `json:"bytes"`
		// Transfer is which of its exports that was, from 1.
		Transfer int `json:"transfer,omitempty"`
		Files    int `json:"files,omitempty"` // how many, unless it is the one of Path
	}
	// TransferSkipped: one of its inputs, imports or exports failed, without
	// which the job goes on.
	TransferSkipped struct {
		Transfer int    `json:"transfer"`        // which, from 1; 0: an input
		Input    int    `json:"input,omitempty"` // which, from 1
		Out      bool   `json:"out,omitempty"`
		Path     string `json:"path"` // in the working directory
		Reason   string `json:"reason"`
	}
	// RescheduleRequested: it is to be stopped, and then to run again.
	RescheduleRequested struct {
		Reason  string `json:"reason,omitempty"`
		Counter int    `json:"counter"` // as in JobRescheduled, when it is stopped
	}
	// JobRescheduled: it is to run again as if it were new. Counter is how
	// often that has happened.
	JobRescheduled struct {
		Counter int `json:"counter"`
	}
	// SweepStarted: its children are being submitted. Round counts the times
	// that it was run.
	SweepStarted struct {
		Round    int `json:"round"`
		Children int `json:"children"`
	}
	// ChildEnded: one of its children came to its end.
	ChildEnded struct {
		Index int    `json:"index"`
		Round int    `json:"round"`
		Job   string `json:"job"` // id
		State State  `json:"state"`
		Code  *int   `json:"code,omitempty"`
	}
	// TagsChanged: these are its tags now.
	TagsChanged struct {
		Tags []string `json:"tags"`
	}
	// ExpirySet: the service will destroy it then; zero: never.
	ExpirySet struct {
		At time.Time `json:"at,omitzero"`
	}
	// ACLChanged: these are all that others may do with it, as
	// "access:type:value".
	ACLChanged struct {
		Entries []string `json:"entries"`
	}
	// NotificationDue: whom its owner named is to be told that it has come to
	// this state. It stands in the commit that brought the job there.
	NotificationDue struct {
		State State `json:"state"`
	}
	// JobNoted: something happened on its account that changes nothing.
	JobNoted struct {
		Text string `json:"text"`
	}
)

func (JobSubmitted) Type() string   { return "jobs.job.submitted.v1" }
func (StageInStarted) Type() string { return "jobs.job.stage_in_started.v1" }
func (StartRequested) Type() string { return "jobs.job.start_requested.v1" }
func (JobReady) Type() string       { return "jobs.job.ready.v1" }
func (JobQueued) Type() string      { return "jobs.job.queued.v1" }
func (JobMatched) Type() string     { return "jobs.job.matched.v1" }
func (JobRequeued) Type() string    { return "jobs.job.requeued.v1" }
func (JobStarted) Type() string     { return "jobs.job.started.v1" }
func (JobExited) Type() string      { return "jobs.job.exited.v1" }
func (JobSucceeded) Type() string   { return "jobs.job.succeeded.v1" }
func (JobFailed) Type() string      { return "jobs.job.failed.v1" }
func (AbortRequested) Type() string { return "jobs.job.abort_requested.v1" }
func (JobAborted) Type() string     { return "jobs.job.aborted.v1" }
func (JobRestarted) Type() string   { return "jobs.job.restarted.v1" }
func (JobResubmitted) Type() string { return "jobs.job.resubmitted.v1" }
func (JobDestroyed) Type() string   { return "jobs.job.destroyed.v1" }

func (InputStaged) Type() string         { return "jobs.job.input_staged.v1" }
func (JobBlocked) Type() string          { return "jobs.job.blocked.v1" }
func (JobUnblocked) Type() string        { return "jobs.job.unblocked.v1" }
func (HoldPlaced) Type() string          { return "jobs.job.hold_placed.v1" }
func (HoldReleased) Type() string        { return "jobs.job.hold_released.v1" }
func (StageOutStarted) Type() string     { return "jobs.job.stage_out_started.v1" }
func (OutputStaged) Type() string        { return "jobs.job.output_staged.v1" }
func (TransferSkipped) Type() string     { return "jobs.job.transfer_skipped.v1" }
func (RescheduleRequested) Type() string { return "jobs.job.reschedule_requested.v1" }
func (JobRescheduled) Type() string      { return "jobs.job.rescheduled.v1" }
func (SweepStarted) Type() string        { return "jobs.job.sweep_started.v1" }
func (ChildEnded) Type() string          { return "jobs.job.child_ended.v1" }
func (TagsChanged) Type() string         { return "jobs.job.tags_changed.v1" }
func (ExpirySet) Type() string           { return "jobs.job.expiry_set.v1" }
func (ACLChanged) Type() string          { return "jobs.job.acl_changed.v1" }
func (NotificationDue) Type() string     { return "jobs.job.notification_due.v1" }
func (JobNoted) Type() string            { return "jobs.job.noted.v1" }

// Events are one of each, in every version ever written.
func Events() []Event {
	return []Event{
		JobSubmitted{}, StageInStarted{}, StartRequested{}, JobReady{}, JobQueued{}, JobMatched{}, JobRequeued{},
		JobStarted{}, JobExited{}, JobSucceeded{}, JobFailed{}, AbortRequested{}, JobAborted{}, JobRestarted{}, JobResubmitted{}, JobDestroyed{},
		InputStaged{}, JobBlocked{}, JobUnblocked{}, HoldPlaced{}, HoldReleased{}, StageOutStarted{}, OutputStaged{}, TransferSkipped{},
		RescheduleRequested{}, JobRescheduled{}, SweepStarted{}, ChildEnded{}, TagsChanged{}, ExpirySet{}, ACLChanged{}, NotificationDue{}, JobNoted{},
	}
}
