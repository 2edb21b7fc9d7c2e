package job

import "slices"

// Evolve is what j becomes by e. It is total: it never fails, and ignores
// what it does not know. It changes nothing that j refers to.
func Evolve(j Job, e Event) Job {
	if j = evolve(j, e); j.State != Blocked {
		j.Blocks = nil
	}
	return j
}

func evolve(j Job, e Event) Job {
	switch e := e.(type) {
	case JobSubmitted:
		return Job{
			State: Submitted, ID: e.ID, Owner: e.Owner, OwnerName: e.OwnerName, Group: e.Group, VO: e.VO,
			KeyHash: e.KeyHash, Spec: e.Spec, Released: !e.Spec.ClientStageIn, OnHold: e.Spec.Hold, Expires: e.Expires,
		}
	case StageInStarted:
		j = stage(j, StagingIn)
	case StartRequested:
		j.Released = true
	case JobReady:
		j = stage(j, Ready)
		j.Staged = true
	case JobQueued:
		j.State, j.Released, j.Eligible, j.Reason = Queued, true, true, ""
	case JobMatched:
		j.State, j.Runner, j.Site, j.Epoch, j.Reason = Matched, e.Runner, e.Site, e.Epoch, ""
	case JobRequeued:
		j.State, j.Runner, j.Site, j.Reason = Queued, "", "", e.Reason
	case JobStarted:
		j.State = Running
	case JobExited:
		j.ExitCode = e.Code
	case JobSucceeded:
		j = stage(j, Succeeded)
		j.Released, j.Reason = true, ""
	case JobFailed:
		j.State, j.Aborting, j.Rescheduling, j.Reason = Failed, false, false, e.Reason
	case AbortRequested:
		j.Aborting, j.Rescheduling, j.Reason = true, false, e.Reason
	case JobAborted:
		j.State, j.Aborting, j.Rescheduling, j.Reason = Aborted, false, false, e.Reason
	case JobRestarted:
		j = stage(j, Submitted)
		j.Runner, j.Site = "", ""
		j.Aborting, j.Rescheduling, j.ExitCode, j.Reason, j.Released = false, false, nil, "", true
		j.RestartedAs = ""
	case JobResubmitted:
		j.RestartedAs = e.As
	case JobDestroyed:
		j.State = Destroyed
	default:
		return further(j, e)
	}
	return j
}

// stage begins another stage, in which nothing has been moved yet.
func stage(j Job, s State) Job {
	j.State, j.Moved, j.Carried, j.Written = s, nil, nil, nil
	return j
}

// carried notes what was moved, and the transfer that is done with thereby.
func carried(j Job, transfer int, paths ...string) Job {
	j.Moved = append(slices.Clip(j.Moved), paths...)
	if transfer > 0 {
		j.Carried = append(slices.Clip(j.Carried), transfer)
	}
	return j
}

// further is Evolve of the events that not every job meets.
func further(j Job, e Event) Job {
	switch e := e.(type) {
	case InputStaged:
		j = written(carried(j, e.Transfer, e.Path), j.inputOf(e))
	case OutputStaged:
		j = carried(j, e.Transfer, e.Path)
	case TransferSkipped:
		j = written(carried(j, e.Transfer), e.Input)
	case JobBlocked:
		j.State, j.Released, j.Blocks = Blocked, true, e.On
	case JobUnblocked:
		j.Blocks = without(j.Blocks, e.From)
	case HoldPlaced:
		j.OnHold, j.Reason = true, e.Reason
		if j.State == Blocked {
			j.Blocks = append(without(j.Blocks, OnHold), OnHold)
		}
	case HoldReleased:
		j.OnHold, j.Reason, j.Blocks = false, "", without(j.Blocks, OnHold)
	case StageOutStarted:
		j = stage(j, StagingOut)
	case RescheduleRequested:
		j.Aborting, j.Rescheduling, j.Reason = true, true, e.Reason
		j.Reschedules = e.Counter
	case JobRescheduled:
		released := j.Released || j.State.Ended()
		j = Evolve(j, JobRestarted{})
		j.Released, j.Reschedules = released, e.Counter
		j.Staged = j.Staged && !j.Spec.brings()
	case SweepStarted:
		j.State, j.Released, j.Eligible, j.Reason = Running, true, true, ""
		j.Children, j.ended = Children{Round: e.Round, Total: e.Children}, nil
	case ChildEnded:
		j.ended = append(slices.Clip(j.ended), e.Index)
		if e.State == Succeeded {
			j.Children.Succeeded++
		} else {
			j.Children.Failed++
		}
	case TagsChanged:
		j.Spec.Tags = e.Tags
	case ExpirySet:
		j.Expires = e.At
	case ACLChanged:
		j.ACL = e.Entries
	}
	return j
}

// without is a copy of the list without the value; nil if nothing is left.
func without(list []string, v string) []string {
	var rest []string
	for _, x := range list {
		if x != v {
			rest = append(rest, x)
		}
	}
	return rest
}
