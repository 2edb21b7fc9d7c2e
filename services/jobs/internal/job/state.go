package job

// State is a stage of a job's life.
type State string

// The states in the order of life. The empty State is a job that does not
// exist yet.
const (
	None       State = ""
	Submitted  State = "submitted"
	StagingIn  State = "staging_in"
	Ready      State = "ready"   // everything is there; may wait for its owner's start
	Blocked    State = "blocked" // everything is there, and yet it must not run: see the reasons
	Queued     State = "queued"
	Matched    State = "matched" // given to a runner, not yet started
	Running    State = "running"
	StagingOut State = "staging_out"
	Succeeded  State = "succeeded"
	Failed     State = "failed"
	Aborted    State = "aborted"
	Destroyed  State = "destroyed"
)

// States lists all states but None, in the order of life, for tables that
// must be total.
func States() []State {
	return []State{Submitted, StagingIn, Ready, Blocked, Queued, Matched, Running, StagingOut,
		Succeeded, Failed, Aborted, Destroyed}
}

// Ended reports whether the job has come to its end.
func (s State) Ended() bool {
	return s == Succeeded || s == Failed || s == Aborted || s == Destroyed
}

// Why a job is blocked.
const (
	OnHold       = "hold"         // its owner keeps it back
	Dependencies = "dependencies" // of Spec.Awaits
	TooEarly     = "time"         // of Spec.NotBefore
	NoPlace      = "allocation"   // of Spec.Within: it does not run yet
)
