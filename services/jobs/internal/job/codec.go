package job

import "encoding/json"

// The types of the events in the journal. They are written by hand and stay
// for ever: renaming a Go type is not a data migration.
const (
	typeSubmitted      = "jobs.job.submitted.v1"
	typeStageIn        = "jobs.job.stage_in_started.v1"
	typeStartRequested = "jobs.job.start_requested.v1"
	typeReady          = "jobs.job.ready.v1"
	typeQueued         = "jobs.job.queued.v1"
	typeMatched        = "jobs.job.matched.v1"
	typeRequeued       = "jobs.job.requeued.v1"
	typeStarted        = "jobs.job.started.v1"
	typeExited         = "jobs.job.exited.v1"
	typeSucceeded      = "jobs.job.succeeded.v1"
	typeFailed         = "jobs.job.failed.v1"
	typeAbortRequested = "jobs.job.abort_requested.v1"
	typeAborted        = "jobs.job.aborted.v1"
	typeRestarted      = "jobs.job.restarted.v1"
	typeDestroyed      = "jobs.job.destroyed.v1"
)

// decoders has one line for every version of every event ever written.
var decoders = map[string]func(json.RawMessage) (Event, error){
	typeSubmitted:      decode[JobSubmitted],
	typeStageIn:        decode[StageInStarted],
	typeStartRequested: decode[StartRequested],
	typeReady:          decode[JobReady],
	typeQueued:         decode[JobQueued],
	typeMatched:        decode[JobMatched],
	typeRequeued:       decode[JobRequeued],
	typeStarted:        decode[JobStarted],
	typeExited:         decode[JobExited],
	typeSucceeded:      decode[JobSucceeded],
	typeFailed:         decode[JobFailed],
	typeAbortRequested: decode[AbortRequested],
	typeAborted:        decode[JobAborted],
	typeRestarted:      decode[JobRestarted],
	typeDestroyed:      decode[JobDestroyed],
}

func decode[E Event](data json.RawMessage) (Event, error) {
	var e E
	err := json.Unmarshal(data, &e)
	return e, err
}

// Decode reads an event of any version. ok is false for a type that this
// domain does not know (yet).
func Decode(eventType string, data json.RawMessage) (e Event, ok bool, err error) {
	d, ok := decoders[eventType]
	if !ok {
		return nil, false, nil
	}
	e, err = d(data)
	return e, err == nil, err
}

// Encode gives an event's type and its payload.
func Encode(e Event) (eventType string, payload any) { return e.Type(), e }

func (JobSubmitted) Type() string   { return typeSubmitted }
func (StageInStarted) Type() string { return typeStageIn }
func (StartRequested) Type() string { return typeStartRequested }
func (JobReady) Type() string       { return typeReady }
func (JobQueued) Type() string      { return typeQueued }
func (JobMatched) Type() string     { return typeMatched }
func (JobRequeued) Type() string    { return typeRequeued }
func (JobStarted) Type() string     { return typeStarted }
func (JobExited) Type() string      { return typeExited }
func (JobSucceeded) Type() string   { return typeSucceeded }
func (JobFailed) Type() string      { return typeFailed }
func (AbortRequested) Type() string { return typeAbortRequested }
func (JobAborted) Type() string     { return typeAborted }
func (JobRestarted) Type() string   { return typeRestarted }
func (JobDestroyed) Type() string   { return typeDestroyed }
