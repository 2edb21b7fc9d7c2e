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
	case c.Out != (j.State == StagingOut), !c.Out && j.State != StagingIn, j.done(c), c.Transfer == 0 && c.Input == 0 && c.Problem != "":
		return nil, nil
	case c.Problem != "":
		return []Event{TransferSkipped{Transfer: c.Transfer, Input: c.Input, Out: c.Out, Path: c.Path, Reason: c.Problem}}, nil
	case c.Out:
		return []Event{OutputStaged{Path: c.Path, Bytes: c.Bytes, Transfer: c.Transfer, Files: c.Files}}, nil
	default:
		return []Event{InputStaged{Path: c.Path, Bytes: c.Bytes, Transfer: c.Transfer, Input: c.Input, Files: c.Files}}, nil
	}
}

// done reports whether the same was said before. Two transfers, or two inputs,
// may well end at one path.
func (j Job) done(c NoteStaged) bool {
	switch {
	case c.Transfer > 0:
		return slices.Contains(j.Carried, c.Transfer)
	case c.Input > 0:
		return slices.Contains(j.Written, c.Input)
	}
	return slices.Contains(j.Moved, c.Path)
}

// written notes an input that is done with.
func written(j Job, input int) Job {
	if input > 0 {
		j.Written = append(slices.Clip(j.Written), input)
	}
	return j
}

// inputOf is which input a record of one is about, from 1; 0: none, it is
// about an import.
func (j Job) inputOf(e InputStaged) int {
	if e.Transfer > 0 || e.Input > 0 {
		return e.Input
	}
	return 1 + slices.IndexFunc(j.Spec.Inputs, func(in Input) bool { return in.Path == e.Path })
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
