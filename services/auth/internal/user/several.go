package user

import "fmt"

// PartError says which command of Several was refused.
type PartError struct {
	Index int
	Err   error
}

// Error implements error.
func (e *PartError) Error() string { return fmt.Sprintf("part %d: %v", e.Index, e.Err) }

// Unwrap gives the refusal.
func (e *PartError) Unwrap() error { return e.Err }

// several decides each command on what the ones before it have made. A user
// who is registered again is compared with what would have come of it.
func several(u User, all Several) ([]Event, error) {
	if len(all) == 0 {
		return nil, nil
	}
	_, again := all[0].(Register)
	if !again || !u.Exists() {
		_, events, err := play(u, all)
		return events, err
	}
	wanted, _, err := play(User{}, all)
	if err == nil && !same(u, wanted) {
		err = ErrTaken
	}
	return nil, err
}

func play(u User, all Several) (User, []Event, error) {
	var events []Event
	for i, c := range all {
		next, err := Decide(u, c)
		if err != nil {
			return u, nil, &PartError{i, err}
		}
		for _, e := range next {
			u, events = Evolve(u, e), follow(events, e)
		}
	}
	return u, events, nil
}

// follow adds an event. One that says all that its predecessor says takes its
// place.
func follow(events []Event, e Event) []Event {
	if last := len(events) - 1; last >= 0 && whole(e) && events[last].Type() == e.Type() {
		events[last] = e
		return events
	}
	return append(events, e)
}

func whole(e Event) bool {
	switch e.(type) {
	case ProfileChanged, Core4Changed:
		return true
	default:
		return false
	}
}
