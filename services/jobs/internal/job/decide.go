package job

import "fmt"

// Decide says what happens when c is asked of j. No events and no error mean
// that it is so already. A terminal state is left only by Restart and
// Destroy; a process that was started is never started again on its own.
func Decide(j Job, c Command) ([]Event, error) {
	events, err := decide(j, c)
	return tell(j, events), err
}

func decide(j Job, c Command) ([]Event, error) {
	if s, ok := c.(Submit); ok {
		return submit(j, s)
	}
	switch j.State {
	case None:
		return nil, ErrUnknown
	case Destroyed:
		return afterwards(c)
	}
	switch c := c.(type) {
	case FinishStageIn:
		return finishStageIn(j, c)
	case Start:
		return start(j)
	case Match:
		return match(j, c)
	case Begin:
		return begin(j, c)
	case Release:
		return release(j, c)
	case Finish:
		return finish(j, c)
	case Lose:
		return lose(j, c)
	case Abort:
		return abort(j, c)
	case Restart:
		return restart(j)
	case Destroy:
		return destroy(j, "The job was destroyed.")
	case Expire:
		return expire(j, c)
	case EndChild:
		return endChild(j, c)
	case NoteStaged:
		return noteStaged(j, c)
	case FinishStageOut:
		return finishStageOut(j, c)
	default:
		return wish(j, c)
	}
}

// wish is Decide of what people may ask beyond the plain course of a job, and
// of what follows from that.
func wish(j Job, c Command) ([]Event, error) {
	switch c := c.(type) {
	case Hold:
		return hold(j, c)
	case Unhold:
		return unhold(j)
	case Unblock:
		return unblock(j, c)
	case Reschedule:
		return reschedule(j, c)
	case Resubmit:
		return resubmit(j, c)
	case SetTags:
		return setTags(j, c)
	case SetExpiry:
		return setExpiry(j, c)
	case SetACL:
		return setACL(j, c)
	case Refuse:
		return refuse(j, c)
	case Remark:
		return remark(j, c)
	case Note:
		return []Event{JobNoted(c)}, nil
	default:
		return nil, fmt.Errorf("job: unknown command %T", c)
	}
}

// afterwards answers what is asked of a destroyed job: the runner that still
// held it may report its end in peace.
func afterwards(c Command) ([]Event, error) {
	switch c.(type) {
	case Finish, Release, Remark:
		return nil, nil
	default:
		return nil, ErrGone
	}
}

func submit(j Job, c Submit) ([]Event, error) {
	switch {
	case j.State == None:
	case c.KeyHash == "" || j.KeyHash == "":
		return nil, ErrTaken
	case j.State == Destroyed:
		return nil, ErrGone
	case c.KeyHash != j.KeyHash && (c.OldHash == "" || c.OldHash != j.KeyHash):
		return nil, ErrMismatch
	default:
		return nil, nil
	}
	first := JobSubmitted{ID: c.ID, Owner: c.Owner, OwnerName: c.OwnerName, Group: c.Group, Spec: c.Spec, KeyHash: c.KeyHash, Expires: c.Expires, RestartOf: c.RestartOf, VO: c.VO}
	if c.Problem != "" {
		return []Event{first, JobFailed{Reason: c.Problem}}, nil
	}
	if c.Spec.brings() {
		return []Event{first, StageInStarted{}}, nil
	}
	return then(j, []Event{first, JobReady{}}, proceed), nil
}

func start(j Job) ([]Event, error) {
	switch {
	case j.Released:
		return nil, nil
	case j.State == StagingIn:
		return []Event{StartRequested{}}, nil
	case j.State == Ready:
		j.Released = true
		return proceed(j), nil
	default:
		return nil, nil
	}
}

func abort(j Job, c Abort) ([]Event, error) {
	switch {
	case j.State.Ended(), j.Aborting && !j.Rescheduling:
		return nil, nil
	case j.Held(), j.State == Running: // a sweep runs without a runner: its children are to end first
		return []Event{AbortRequested(c)}, nil
	default:
		return []Event{JobAborted(c)}, nil
	}
}

func destroy(j Job, reason string) ([]Event, error) {
	if j.Held() && !j.Aborting {
		return []Event{AbortRequested{Reason: reason}, JobDestroyed{}}, nil
	}
	return []Event{JobDestroyed{}}, nil
}

func expire(j Job, c Expire) ([]Event, error) {
	if j.Expires.IsZero() || c.Now.Before(j.Expires) {
		return nil, nil
	}
	return destroy(j, "The job's time was up.")
}
