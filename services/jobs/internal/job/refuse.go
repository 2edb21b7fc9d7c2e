package job

// refuse ends a job that waits for a runner which will never come.
func refuse(j Job, c Refuse) ([]Event, error) {
	if j.State != Queued {
		return nil, nil
	}
	return []Event{JobFailed(c)}, nil
}
