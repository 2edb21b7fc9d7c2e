package job

// Evolve is what j becomes by e. It is total: it never fails, and ignores
// what it does not know. It changes nothing that j refers to.
func Evolve(j Job, e Event) Job {
	switch e := e.(type) {
	case JobSubmitted:
		return Job{
			State: Submitted, ID: e.ID, Owner: e.Owner, OwnerName: e.OwnerName, Group: e.Group,
			KeyHash: e.KeyHash, Spec: e.Spec, Released: !e.Spec.ClientStageIn,
		}
	case StageInStarted:
		j.State = StagingIn
	case StartRequested:
		j.Released = true
	case JobReady:
		j.State, j.Staged = Ready, true
	case JobQueued:
		j.State, j.Released = Queued, true
	case JobMatched:
		j.State, j.Runner, j.Site, j.Epoch, j.Reason = Matched, e.Runner, e.Site, e.Epoch, ""
	case JobRequeued:
		j.State, j.Runner, j.Site, j.Reason = Queued, "", "", e.Reason
	case JobStarted:
		j.State = Running
	case JobExited:
		j.ExitCode = e.Code
	case JobSucceeded:
		j.State, j.Released, j.Reason = Succeeded, true, ""
	case JobFailed:
		j.State, j.Reason = Failed, e.Reason
	case AbortRequested:
		j.Aborting, j.Reason = true, e.Reason
	case JobAborted:
		j.State, j.Aborting, j.Reason = Aborted, false, e.Reason
	case JobRestarted:
		j.State, j.Runner, j.Site = Submitted, "", ""
		j.Aborting, j.ExitCode, j.Reason, j.Released = false, nil, "", true
	case JobDestroyed:
		j.State = Destroyed
	}
	return j
}
