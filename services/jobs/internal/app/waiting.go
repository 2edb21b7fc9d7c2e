package app

import (
	"encoding/json"
	"slices"
	"sync"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/match"
	"github.com/heddle-dev/heddle/services/jobs/internal/view"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Waiting corrects the view's list of queued jobs by what this replica knows
// ahead of it: jobs it has just submitted, and jobs it has just given away or
// found taken. Either is forgotten as soon as the view has it.
type Waiting struct {
	mu     sync.Mutex
	offers map[string]int // long polls under way, by site: without one, no hint is worth keeping
	hints  map[id.ID]match.Candidate
	claims map[id.ID]uint64             // position at which it left the queue; 0: being given away now
	ahead  map[string][]match.Candidate // by site: the front of the queue, as the view last gave it
	turn   int                          // of the queue: others may go first since it changed

	hinted Bell // a job was submitted here
	shown  Bell // the view shows a job that nobody here knew of
}

// NewWaiting returns what a replica begins with: nothing.
func NewWaiting() *Waiting {
	return &Waiting{offers: map[string]int{}, hints: map[id.ID]match.Candidate{}, claims: map[id.ID]uint64{}, ahead: map[string][]match.Candidate{}}
}

// maxHints bounds what is kept ahead of the view.
const maxHints = 10_000

// hint lets a runner that waits here have a fresh job without waiting for
// the view.
func (w *Waiting) hint(j jobsapi.Job, seq uint64) {
	w.mu.Lock()
	useful := w.awaited(j.Spec.Site) && len(w.hints) < maxHints
	if useful {
		w.hints[j.ID] = match.Candidate{ID: j.ID, Owner: j.Owner, Site: j.Spec.Site, Priority: j.Spec.Priority, Seq: seq, Size: sizeOf(j.Spec)}
	}
	w.mu.Unlock()
	if useful {
		w.hinted.Ring()
	}
}

// sizeOf is the size of a description as it travels.
func sizeOf(s jobsapi.Spec) int {
	b, _ := json.Marshal(s) // it was stored, so it can be written
	return len(b)
}

// Queued says that the view now shows jobs as queued. Those that were given
// away here since wake nobody.
func (w *Waiting) Queued(jobs []view.Queued) {
	w.mu.Lock()
	clear(w.ahead) // one of them may go first
	w.turn++
	news := w.awaited("") && slices.ContainsFunc(jobs, func(q view.Queued) bool {
		left, claimed := w.claims[q.ID]
		return !claimed || left > 0 && left < q.Position // given away, and queued again
	})
	w.mu.Unlock()
	if news {
		w.shown.Ring()
	}
}

// claimHinted returns what an offer gets of the jobs submitted here.
func (w *Waiting) claimHinted(o match.Offer) []match.Candidate {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.claim(o, nil)
}

// lookAhead is how many jobs beyond an offer are asked of the view at once:
// small offers that follow each other are served from what one look gave.
const lookAhead = 64

// claimQueued returns what an offer gets of all jobs. list gives the queued
// ones of the view, up to so many, as of the position or later. What it gave
// is used up before it is asked again, unless other jobs have come to wait; a
// job that was taken meanwhile refuses when it is to be given away.
func (w *Waiting) claimQueued(o match.Offer, position uint64, list func(n int) ([]match.Candidate, error)) ([]match.Candidate, error) {
	w.mu.Lock()
	w.forget(position)
	if len(w.ahead[o.Site]) >= o.Free {
		defer w.mu.Unlock()
		return w.claimAhead(o), nil
	}
	n, turn := o.Free+len(w.claims)+lookAhead, w.turn
	w.mu.Unlock()
	queued, err := list(n)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if turn != w.turn { // good for this offer, but not for the next
		return w.claim(o, queued), nil
	}
	w.ahead[o.Site] = w.unclaimed(queued)
	return w.claimAhead(o), nil
}

func (w *Waiting) claimAhead(o match.Offer) []match.Candidate {
	picked := w.claim(o, w.ahead[o.Site])
	for site, ahead := range w.ahead { // a job without a site is ahead at each
		w.ahead[site] = w.unclaimed(ahead)
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

// claim marks what the offer gets, so that no other offer to this replica
// gets it too.
func (w *Waiting) claim(o match.Offer, queued []match.Candidate) []match.Candidate {
	free := w.unclaimed(queued)
	for _, c := range w.hints {
		free = append(free, c)
	}
	picked := match.Pick(o, free)
	for _, c := range picked {
		w.claims[c.ID] = 0
		delete(w.hints, c.ID)
	}
	return picked
}

// forget drops what the view shows by now.
func (w *Waiting) forget(position uint64) {
	for n, c := range w.hints {
		if c.Seq <= position {
			delete(w.hints, n)
		}
	}
	for n, seq := range w.claims {
		if seq > 0 && seq <= position {
			delete(w.claims, n)
		}
	}
}

// settle says where in the journal a claimed job left the queue.
func (w *Waiting) settle(n id.ID, seq uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.claims[n] = seq
}

// unclaim says that a claimed job could not be given away; others may try.
func (w *Waiting) unclaim(n id.ID) {
	w.mu.Lock()
	delete(w.claims, n)
	clear(w.ahead)
	w.mu.Unlock()
	w.shown.Ring()
}

// awaited tells whether a runner waits here that may have a job of the site.
func (w *Waiting) awaited(site string) bool {
	return site == "" && len(w.offers) > 0 || w.offers[site] > 0
}

func (w *Waiting) enter(site string, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.offers[site] += n; w.offers[site] == 0 {
		delete(w.offers, site)
	}
}
