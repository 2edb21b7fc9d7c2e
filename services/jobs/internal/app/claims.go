package app

import (
	"maps"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/match"
)

// claim is a job given away here.
type claim struct {
	match.Candidate
	left uint64 // position at which it left the queue; 0: being given away now
}

// claimHinted returns what an offer gets of the jobs submitted here.
func (w *Waiting) claimHinted(o match.Offer) []match.Candidate {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, k := range w.kept {
		if k.runner == o.Place.Runner {
			return nil // its room is kept
		}
	}
	return w.claim(o, nil)
}

// lookAhead is how many jobs beyond an offer are asked of the view at once:
// small offers that follow each other are served from what one look gave.
const lookAhead = 64

// ranking puts the view's queued jobs in the order in which the place gets
// them, without those that are claimed, at most n.
type ranking func(claims map[id.ID]claim, n int) ([]match.Candidate, error)

// claimQueued returns what an offer gets of all jobs. rank gives the queued
// ones of the view, as of the position or later. What it gave is used up
// before it is asked again, unless other jobs have come to wait; a job that
// was taken meanwhile refuses when it is to be given away.
func (w *Waiting) claimQueued(o match.Offer, now time.Time, position uint64, rank ranking) ([]match.Candidate, error) {
	o.Keep = func(c match.Candidate) bool { return w.keep(o.Place.Runner, c, now) }
	w.mu.Lock()
	w.forget(position, now)
	if len(w.ahead[o.Place.Key]) >= o.Free {
		defer w.mu.Unlock()
		return w.claimAhead(o), nil
	}
	claims, turn := maps.Clone(w.claims), w.turn
	w.mu.Unlock()
	ordered, err := rank(claims, o.Free+lookAhead)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if turn != w.turn { // good for this offer, but not for the next
		return w.claim(o, ordered), nil
	}
	w.ahead[o.Place.Key] = w.unclaimed(ordered)
	return w.claimAhead(o), nil
}

func (w *Waiting) claimAhead(o match.Offer) []match.Candidate {
	picked := w.claim(o, w.ahead[o.Place.Key])
	for place, ahead := range w.ahead { // a job may be ahead at several
		w.ahead[place] = w.unclaimed(ahead)
	}
	return picked
}

func (w *Waiting) unclaimed(jobs []match.Candidate) []match.Candidate {
	var free []match.Candidate
	for _, c := range jobs {
		if _, taken := w.claims[c.ID]; !taken {
			free = append(free, c)
		}
	}
	return free
}

// settle says where in the journal a claimed job left the queue.
func (w *Waiting) settle(n id.ID, seq uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.claims[n]
	c.left = seq
	w.claims[n] = c
}

// unclaim says that a claimed job could not be given away; others may try.
func (w *Waiting) unclaim(n id.ID) {
	w.mu.Lock()
	delete(w.claims, n)
	clear(w.ahead)
	w.mu.Unlock()
	w.shown.Ring()
}
