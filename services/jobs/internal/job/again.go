package job

// The decisions on running a job once more.

// TooOften is why a job fails that was rescheduled more often than allowed.
const TooOften = "Maximum of reschedulings reached"

func restart(j Job) ([]Event, error) {
	if !j.State.Ended() {
		return nil, nil
	}
	return again(j, JobRestarted{}), nil
}

// again begins with the event and goes on from the directory as it is. What
// is rescheduled is brought once more.
func again(j Job, first Event) []Event {
	return then(j, []Event{first}, func(j Job) []Event {
		switch {
		case !j.Staged:
			return []Event{StageInStarted{}}
		case !j.Released:
			return []Event{JobReady{}}
		default:
			return proceed(j)
		}
	})
}

// reschedule runs a job again as if it were new. One that a runner holds is
// stopped first, so that it never runs twice at once.
func reschedule(j Job, c Reschedule) ([]Event, error) {
	n := j.Reschedules + 1
	if c.Reset {
		n = 0
	}
	switch {
	case j.Rescheduling:
		return nil, nil
	case j.State == Succeeded, j.State == StagingOut, j.State == Running && !j.Held():
		return nil, ErrDone
	case n > c.Most:
		return tooOften(j)
	case j.Held():
		return []Event{RescheduleRequested{Reason: c.Reason, Counter: n}}, nil
	default:
		return again(j, JobRescheduled{Counter: n}), nil
	}
}

// tooOften fails the job, unless a runner has it, or somebody has aborted it.
func tooOften(j Job) ([]Event, error) {
	switch {
	case j.Held(), j.State == Aborted:
		return nil, ErrTooOften
	case j.State == Failed && j.Reason == TooOften:
		return nil, nil
	default:
		return []Event{JobFailed{Reason: TooOften}}, nil
	}
}

// stopped is what becomes of a job that was to be stopped and has.
func stopped(j Job) []Event {
	if j.Rescheduling {
		return again(j, JobRescheduled{Counter: j.Reschedules})
	}
	return []Event{JobAborted{Reason: j.Reason}}
}
