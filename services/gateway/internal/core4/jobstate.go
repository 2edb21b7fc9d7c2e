package core4

import "github.com/heddle-dev/heddle/services/jobs/jobsapi"

// core4's states of jobs, section 7.1. Deferred, failed (to be tried again)
// and inactive are never ours.
const (
	pending  = "pending"
	running  = "running"
	complete = "complete"
	deferred = "deferred"
	failed   = "failed"
	inactive = "inactive"
	errored  = "error"
	killed   = "killed"
)

// stateWords are core4's words for our states, for all of them. A job of ours
// that has failed is not tried again, so that it is an error.
var stateWords = map[jobsapi.State]string{
	jobsapi.Submitted: pending, jobsapi.StagingIn: pending, jobsapi.Ready: pending, jobsapi.Blocked: pending,
	jobsapi.Queued: pending, jobsapi.Matched: pending,
	jobsapi.Running: running, jobsapi.StagingOut: running,
	jobsapi.Succeeded: complete, jobsapi.Failed: errored, jobsapi.Aborted: killed, jobsapi.Destroyed: killed,
}

// statesOf are our states that go by one of core4's; none if it is nobody's.
func statesOf(word string) []jobsapi.State {
	var out []jobsapi.State
	for _, s := range jobsapi.States() {
		if stateWords[s] == word {
			out = append(out, s)
		}
	}
	return out
}

// highState groups core4's states; complete has none.
func highState(word string) any {
	switch word {
	case deferred, failed, pending:
		return "waiting"
	case killed, inactive, errored:
		return "stopped"
	case running:
		return running
	default:
		return nil
	}
}
