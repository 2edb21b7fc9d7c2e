package job

// State is a stage of a job's life.
type State string

// The states in the order of life. The empty State is a job that does not
// exist yet.
const (
	None       State = ""
	Submitted  State = "submitted"
	StagingIn  State = "staging_in"
	Ready      State = "ready" // everything is there; may wait for its owner's start
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
	return []State{Submitted, StagingIn, Ready, Queued, Matched, Running, StagingOut,
		Succeeded, Failed, Aborted, Destroyed}
}

// Ended reports whether the job has come to its end.
func (s State) Ended() bool {
	return s == Succeeded || s == Failed || s == Aborted || s == Destroyed
}

// Held reports whether a runner holds the job.
func (s State) Held() bool { return s == Matched || s == Running || s == StagingOut }
