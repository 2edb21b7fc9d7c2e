package job

import "slices"

// The decisions on files that are brought or sent.

func finishStageIn(j Job, c FinishStageIn) ([]Event, error) {
	switch {
	case j.State != StagingIn:
		return nil, nil
	case c.Problem != "":
		return []Event{JobFailed{Reason: c.Problem}}, nil
	default:
		return then(j, []Event{JobReady{}}, proceed), nil
	}
}

// noteStaged counts only in the stage that the file belongs to, and once.
func noteStaged(j Job, c NoteStaged) ([]Event, error) {
	switch {
	case slices.Contains(j.Moved, c.Path):
		return nil, nil
	case j.State == StagingIn && !c.Out:
		return []Event{InputStaged{Path: c.Path, Bytes: c.Bytes}}, nil
	case j.State == StagingOut && c.Out:
		return []Event{OutputStaged{Path: c.Path, Bytes: c.Bytes}}, nil
	default:
		return nil, nil
	}
}

// succeed is what follows when all work is done: the outputs are sent, if
// there are any to send.
func succeed(j Job) Event {
	if len(j.Spec.Exports) > 0 {
		return StageOutStarted{Epoch: j.Epoch}
	}
	return JobSucceeded{}
}

func finishStageOut(j Job, c FinishStageOut) ([]Event, error) {
	switch {
	case j.State != StagingOut:
		return nil, nil
	case c.Problem != "":
		return []Event{JobFailed{Reason: c.Problem}}, nil
	default:
		return []Event{JobSucceeded{}}, nil
	}
}
