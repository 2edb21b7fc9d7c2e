package job

// Event is a fact in a job's life. The set is sealed.
type Event interface {
	// Type is the name under which the event is written, its version included.
	Type() string
}

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
