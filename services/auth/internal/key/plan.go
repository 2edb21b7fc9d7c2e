package key

import (
	"slices"
	"time"
)

// Dated is a key with the times of what became of it.
type Dated struct {
	Key
	Announced time.Time `json:"announced,omitzero"`
	Activated time.Time `json:"activated,omitzero"`
	Retired   time.Time `json:"retired,omitzero"`
}

// After is the key after an event of that time.
func (d Dated) After(e Event, at time.Time) Dated {
	before := d.Stage
	d.Key = Evolve(d.Key, e)
	if before == d.Stage {
		return d
	}
	if before == "" {
		d.Announced = at
	}
	switch d.Stage {
	case Signing:
		d.Activated = at
	case Over:
		d.Retired = at
	}
	return d
}

// Plan is how keys take turns, so that nobody who verifies notices.
type Plan struct {
	Lifetime time.Duration // from a key's announcement to that of the next
	Notice   time.Duration // from its announcement to its first signature
	Overlap  time.Duration // from its successor's first signature to its end
}

// Steps are what is to be done now, and when to look again (zero: when
// something changes).
type Steps struct {
	Announce bool // a new key; where none signs, it does at once
	Activate []string
	Retire   []string
	Next     time.Time
}

// Due gives the steps for the keys of one use, which come in the order of
// their announcement. usable are those whose private half is there: the others
// cannot sign, but what they have signed may still come.
func (p Plan) Due(keys []Dated, use Use, usable func(id string) bool, now time.Time) Steps {
	var s Steps
	due := func(at time.Time) bool {
		if now.Before(at) && (s.Next.IsZero() || at.Before(s.Next)) {
			s.Next = at
		}
		return !now.Before(at)
	}
	keys = slices.DeleteFunc(slices.Clone(keys), func(k Dated) bool { return k.Use != use })
	signing := Staged(keys, Signing)
	waiting := slices.DeleteFunc(Staged(keys, Waiting), func(k Dated) bool { return !usable(k.ID) })
	newest := -1
	for i, k := range signing {
		if usable(k.ID) {
			newest = i
		}
	}
	for _, k := range waiting {
		if newest < 0 || due(k.Announced.Add(p.Notice)) {
			s.Activate = append(s.Activate, k.ID)
		}
	}
	switch {
	case len(waiting) > 0:
	case newest < 0 || due(signing[newest].Announced.Add(p.Lifetime)):
		s.Announce = true
	}
	for i, k := range signing {
		if i < newest && due(signing[i+1].Activated.Add(p.Overlap)) {
			s.Retire = append(s.Retire, k.ID)
		}
	}
	return s
}

// Staged are the keys of a stage, in the order in which they signed first, and
// those that have not in that of their announcement.
func Staged(keys []Dated, stage Stage) []Dated {
	out := slices.DeleteFunc(slices.Clone(keys), func(k Dated) bool { return k.Stage != stage })
	slices.SortStableFunc(out, func(a, b Dated) int { return a.Activated.Compare(b.Activated) })
	return out
}
