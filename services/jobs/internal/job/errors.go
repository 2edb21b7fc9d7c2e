package job

import "errors"

// What a decision may refuse with. The application turns them into faults.
var (
	// ErrUnknown: there is no such job.
	ErrUnknown = errors.New("job: no such job")
	// ErrGone: the job was destroyed.
	ErrGone = errors.New("job: destroyed")
	// ErrTaken: another job has this id; the caller takes another id.
	ErrTaken = errors.New("job: the id is taken")
	// ErrMismatch: the idempotency key was used before, for something else.
	ErrMismatch = errors.New("job: the key was used for another description")
	// ErrNotQueued: the job does not wait for a runner (any more).
	ErrNotQueued = errors.New("job: not queued")
	// ErrFenced: whoever reports does not hold the job under that epoch.
	ErrFenced = errors.New("job: held by somebody else by now")
	// ErrNotEnded: what is asked for is done with jobs that have ended.
	ErrNotEnded = errors.New("job: not ended")
	// ErrNotBegun: the end was reported of a process that had no leave to start.
	ErrNotBegun = errors.New("job: not begun")
	// ErrTooLate: a runner has the job, or it has ended, and cannot be held.
	ErrTooLate = errors.New("job: too late")
	// ErrDone: the job has done its work, and is not rescheduled.
	ErrDone = errors.New("job: done")
	// ErrTooOften: it was rescheduled as often as is allowed.
	ErrTooOften = errors.New("job: rescheduled too often")
	// ErrPast: the time given is over.
	ErrPast = errors.New("job: in the past")
)
