package job

import "time"

// Command is something asked of a job. The set is sealed. Whatever a decision
// needs beside the job's own past (time, ids, who asks) is in the command.
type Command interface{ command() }

type (
	// Submit creates the job.
	Submit struct {
		ID, Owner, OwnerName, Group, VO, KeyHash string
		Spec                                     Spec
		Expires                                  time.Time // zero: never
		// OldHash, if given, is a hash that KeyHash once was made as.
		OldHash string
		// Problem is why nobody can ever run it: it is made, and has failed.
		Problem string
		// RestartOf is the job whose work this is to do again.
		RestartOf string
	}
	// FinishStageIn says that the inputs are there, or why not.
	FinishStageIn struct{ Problem string }
	// Start ends the wait for the client's own stage-in.
	Start struct{}
	// Match gives the job to a runner; with Begin, that has leave at once to
	// start the process.
	Match struct {
		Runner, Site string
		Begin        bool
	}
	// Begin asks for leave to start the process of an epoch.
	Begin struct {
		Runner string
		Epoch  int
	}
	// Release gives a job of an epoch back, not started.
	Release struct {
		Runner string
		Epoch  int
		Reason string
	}
	// Finish reports the end of the process of an epoch.
	Finish struct {
		Runner   string
		Epoch    int
		Code     *int
		Signal   string
		Evidence string
		Problem  string // why it must count as failed whatever the code is: wall time, lost process, cannot start
	}
	// Remark is what the runner of an epoch has to tell the owner.
	Remark struct {
		Runner string
		Epoch  int
		Text   string
	}
	// Lose says that the runner of an epoch has not been heard of for too long.
	Lose struct {
		Runner string
		Epoch  int
	}
	// Refuse says that nobody can ever run a job that waits for a runner.
	Refuse struct{ Reason string }
	// Abort stops the job.
	Abort struct{ Reason string }
	// Restart runs an ended job again in its directory.
	Restart struct{}
	// Resubmit has the work of an ended job asked for again, as the job As. The
	// caller submits that one then, with what has been decided.
	Resubmit struct{ As string }
	// Destroy removes the job; a running one is stopped first.
	Destroy struct{}
	// Expire removes the job if its time is up by Now: its owner may have given
	// it another since somebody looked.
	Expire struct{ Now time.Time }
	// Hold keeps back a job that no runner has yet.
	Hold struct{ Reason string }
	// Unhold lets it go. Release is the runner's word.
	Unhold struct{}
	// Unblock says that a reason to be blocked is gone or, by the problem,
	// that it never will be.
	Unblock struct{ From, Problem string }
	// NoteStaged says that a file was brought or, Out, sent. With a Transfer it
	// says so of all files of the import or export of that number, from 1, with
	// an Input of that file of the description; with a Problem, that they are
	// left out.
	NoteStaged struct {
		Path     string
		Bytes    int64
		Out      bool
		Transfer int
		Input    int
		Files    int
		Problem  string
	}
	// FinishStageOut says that the outputs were sent, or why not.
	FinishStageOut struct{ Problem string }
	// Reschedule runs the job again as if it were new, at most Most times;
	// Reset forgets the times before.
	Reschedule struct {
		Most   int
		Reset  bool
		Reason string
	}
	// EndChild says that a child of a sweep has ended.
	EndChild struct {
		Index, Round int
		Job          string
		State        State
		Code         *int
	}
	// SetTags replaces the tags.
	SetTags struct{ Tags []string }
	// SetExpiry says when the job is to be destroyed; a zero At means never.
	SetExpiry struct{ At, Now time.Time }
	// SetACL says what others may do with the job.
	SetACL struct{ Entries []string }
	// Note tells the owner something.
	Note struct{ Text string }
)

func (Submit) command()         {}
func (FinishStageIn) command()  {}
func (Start) command()          {}
func (Match) command()          {}
func (Begin) command()          {}
func (Release) command()        {}
func (Finish) command()         {}
func (Remark) command()         {}
func (Lose) command()           {}
func (Refuse) command()         {}
func (Abort) command()          {}
func (Restart) command()        {}
func (Resubmit) command()       {}
func (Destroy) command()        {}
func (Expire) command()         {}
func (Hold) command()           {}
func (Unhold) command()         {}
func (Unblock) command()        {}
func (NoteStaged) command()     {}
func (FinishStageOut) command() {}
func (Reschedule) command()     {}
func (EndChild) command()       {}
func (SetTags) command()        {}
func (SetExpiry) command()      {}
func (SetACL) command()         {}
func (Note) command()           {}
