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
	case c.Out != (j.State == StagingOut), !c.Out && j.State != StagingIn, j.done(c), c.Transfer == 0 && c.Problem != "":
		return nil, nil
	case c.Problem != "":
		return []Event{TransferSkipped{Transfer: c.Transfer, Out: c.Out, Path: c.Path, Reason: c.Problem}}, nil
	case c.Out:
		return []Event{OutputStaged{Path: c.Path, Bytes: c.Bytes, Transfer: c.Transfer, Files: c.Files}}, nil
	default:
		return []Event{InputStaged{Path: c.Path, Bytes: c.Bytes, Transfer: c.Transfer, Files: c.Files}}, nil
	}
}

// done reports whether the same was said before. Two transfers may well end
// at one path.
func (j Job) done(c NoteStaged) bool {
	if c.Transfer > 0 {
		return slices.Contains(j.Carried, c.Transfer)
	}
	return slices.Contains(j.Moved, c.Path)
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
