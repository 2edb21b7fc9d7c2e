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
			State: Submitted, ID: e.ID, Owner: e.Owner, OwnerName: e.OwnerName, Group: e.Group,
			KeyHash: e.KeyHash, Spec: e.Spec, Released: !e.Spec.ClientStageIn, OnHold: e.Spec.Hold, Expires: e.Expires,
		}
	case StageInStarted:
		j.State, j.Moved = StagingIn, nil
	case StartRequested:
		j.Released = true
	case JobReady:
		j.State, j.Staged, j.Moved = Ready, true, nil
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
		j.State, j.Released, j.Reason, j.Moved = Succeeded, true, "", nil
	case JobFailed:
		j.State, j.Aborting, j.Rescheduling, j.Reason = Failed, false, false, e.Reason
	case AbortRequested:
		j.Aborting, j.Rescheduling, j.Reason = true, false, e.Reason
	case JobAborted:
		j.State, j.Aborting, j.Rescheduling, j.Reason = Aborted, false, false, e.Reason
	case JobRestarted:
		j.State, j.Runner, j.Site, j.Moved = Submitted, "", "", nil
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

// further is Evolve of the events that not every job meets.
func further(j Job, e Event) Job {
	switch e := e.(type) {
	case InputStaged:
		j.Moved = append(slices.Clip(j.Moved), e.Path)
	case OutputStaged:
		j.Moved = append(slices.Clip(j.Moved), e.Path)
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
		j.State, j.Moved = StagingOut, nil
	case RescheduleRequested:
		j.Aborting, j.Rescheduling, j.Reason = true, true, e.Reason
		j.Reschedules = e.Counter
	case JobRescheduled:
		released := j.Released || j.State.Ended()
		j = Evolve(j, JobRestarted{})
		j.Released, j.Reschedules = released, e.Counter
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
