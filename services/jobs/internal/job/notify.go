package job

import "slices"

// usuallyTold are the states that are told if an owner names none.
var usuallyTold = []State{Running, Succeeded, Failed, Aborted}

// wants reports whether a state is to be told.
func (n *Notification) wants(s State) bool {
	if n == nil {
		return false
	}
	if len(n.States) == 0 {
		return slices.Contains(usuallyTold, s)
	}
	return slices.Contains(n.States, s)
}

// tell puts, behind each event that leads to a state of which somebody is to
// be told, that this is due. It is decided here and not by who tells, so that
// what is due is in the journal as soon as the state is.
func tell(j Job, events []Event) []Event {
	if len(events) == 0 || j.Spec.Notify == nil && Evolve(j, events[0]).Spec.Notify == nil {
		return events
	}
	var all []Event
	for _, e := range events {
		before := j.State
		j = Evolve(j, e)
		all = append(all, e)
		if j.State != before && j.Spec.Notify.wants(j.State) {
			all = append(all, NotificationDue{State: j.State})
		}
	}
	return all
}
