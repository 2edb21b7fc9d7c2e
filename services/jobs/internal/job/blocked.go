package job

import "slices"

// The decisions on what keeps a job from running although everything is there.

// proceed is what follows as soon as everything is there: a job that was
// released goes on, unless something keeps it back.
func proceed(j Job) []Event {
	if !j.Released {
		return nil
	}
	if on := j.blocks(); len(on) > 0 {
		return []Event{JobBlocked{On: on}}
	}
	return run(j)
}

// blocks is why the job must not run yet.
func (j Job) blocks() []string {
	var on []string
	if j.OnHold {
		on = append(on, OnHold)
	}
	if !j.Eligible && len(j.Spec.Awaits) > 0 {
		on = append(on, Dependencies)
	}
	if !j.Eligible && !j.Spec.NotBefore.IsZero() {
		on = append(on, TooEarly)
	}
	if !j.Eligible && j.Spec.Within != "" {
		on = append(on, NoPlace)
	}
	return on
}

// run is what it means for the job to run: it waits for a runner, or for its
// children, or there is nothing to run.
func run(j Job) []Event {
	switch {
	case len(j.Spec.Sweep) > 0:
		return []Event{SweepStarted{Round: j.Children.Round + 1, Children: j.Spec.Children()}}
	case j.Spec.Empty():
		return []Event{succeed(j)}
	default:
		return []Event{JobQueued{}}
	}
}

// then adds what follows from the job as it is after the events.
func then(j Job, events []Event, next func(Job) []Event) []Event {
	for _, e := range events {
		j = Evolve(j, e)
	}
	return append(events, next(j)...)
}

func hold(j Job, c Hold) ([]Event, error) {
	switch {
	case j.OnHold:
		return nil, nil
	case j.State == Queued:
		return []Event{HoldPlaced(c), JobBlocked{On: []string{OnHold}}}, nil
	case j.State == Running, j.State == Matched, j.State == StagingOut, j.State.Ended():
		return nil, ErrTooLate
	default:
		return []Event{HoldPlaced(c)}, nil
	}
}

func unhold(j Job) ([]Event, error) {
	if !j.OnHold {
		return nil, nil
	}
	return then(j, []Event{HoldReleased{}}, freed), nil
}

func unblock(j Job, c Unblock) ([]Event, error) {
	switch {
	case j.State != Blocked, c.From == OnHold, !slices.Contains(j.Blocks, c.From):
		return nil, nil
	case c.Problem != "":
		return []Event{JobFailed{Reason: c.Problem}}, nil
	default:
		return then(j, []Event{JobUnblocked{From: c.From}}, freed), nil
	}
}

// freed is what follows after a reason to be blocked is gone.
func freed(j Job) []Event {
	if j.State == Blocked && len(j.Blocks) == 0 {
		return run(j)
	}
	return nil
}
