package job

// Command is something asked of a job. The set is sealed. Whatever a decision
// needs beside the job's own past (time, ids, who asks) is in the command.
type Command interface{ command() }

type (
	// Submit creates the job.
	Submit struct {
		ID, Owner, OwnerName, Group, KeyHash string
		Spec                                 Spec
	}
	// FinishStageIn says that the inputs are there, or why not.
	FinishStageIn struct{ Problem string }
	// Start ends the wait for the client's own stage-in.
	Start struct{}
	// Match gives the job to a runner.
	Match struct{ Runner, Site string }
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
	// Lose says that the runner of an epoch has not been heard of for too long.
	Lose struct {
		Runner string
		Epoch  int
	}
	// Abort stops the job.
	Abort struct{ Reason string }
	// Restart runs an ended job again in its directory.
	Restart struct{}
	// Destroy removes the job; a running one is stopped first.
	Destroy struct{}
)

func (Submit) command()        {}
func (FinishStageIn) command() {}
func (Start) command()         {}
func (Match) command()         {}
func (Begin) command()         {}
func (Release) command()       {}
func (Finish) command()        {}
func (Lose) command()          {}
func (Abort) command()         {}
func (Restart) command()       {}
func (Destroy) command()       {}
