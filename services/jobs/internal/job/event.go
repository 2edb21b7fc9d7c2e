package job

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
	// JobDestroyed: it and its working directory are gone.
	JobDestroyed struct{}
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
func (JobDestroyed) Type() string   { return "jobs.job.destroyed.v1" }

// Events are one of each, in every version ever written.
func Events() []Event {
	return []Event{
		JobSubmitted{}, StageInStarted{}, StartRequested{}, JobReady{}, JobQueued{}, JobMatched{}, JobRequeued{},
		JobStarted{}, JobExited{}, JobSucceeded{}, JobFailed{}, AbortRequested{}, JobAborted{}, JobRestarted{}, JobDestroyed{},
	}
}
