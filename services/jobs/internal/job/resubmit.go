package job

// resubmit is decided once for each end: whoever asks again gets the same job.
func resubmit(j Job, c Resubmit) ([]Event, error) {
	switch {
	case !j.State.Ended():
		return nil, ErrNotEnded
	case j.RestartedAs != "":
		return nil, nil
	default:
		return []Event{JobResubmitted(c)}, nil
	}
}
