package app

import (
	"encoding/json"
	"maps"
	"slices"
	"sync"
	"time"

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
	claims map[id.ID]claim
	ahead  map[string][]match.Candidate // by place: the front of the queue, as it was last put in order
	turn   int                          // of the queue: others may go first since it changed
	kept   map[id.ID]keeping

	// Patient: jobs have to wait for the view, which knows who is at a limit.
	Patient bool
	// KeepAfter is how long a job waits for which there is no room before
	// room is kept for it.
	KeepAfter time.Duration

	hinted Bell // a job was submitted here
	shown  Bell // the view shows a job that nobody here knew of
}

// claim is a job given away here.
type claim struct {
	match.Candidate
	left uint64 // position at which it left the queue; 0: being given away now
}

// keeping is a runner whose room is kept for a job.
type keeping struct {
	runner string
	until  time.Time
}

// keepFor is how long room is kept after the last offer of it. Every offer
// renews that.
const keepFor = 20 * time.Second

// NewWaiting returns what a replica begins with: nothing.
func NewWaiting() *Waiting {
	return &Waiting{offers: map[string]int{}, hints: map[id.ID]match.Candidate{}, claims: map[id.ID]claim{},
		ahead: map[string][]match.Candidate{}, kept: map[id.ID]keeping{}, KeepAfter: time.Minute}
}

// maxHints bounds what is kept ahead of the view.
const maxHints = 10_000

// hint lets a runner that waits here have a fresh job without waiting for
// the view.
func (w *Waiting) hint(j jobsapi.Job, seq uint64) {
	w.mu.Lock()
	useful := !w.Patient && w.awaited(j.Spec) && len(w.hints) < maxHints
	if useful {
		w.hints[j.ID] = match.CandidateOf(j, seq, sizeOf(j.Spec))
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
	news := len(w.offers) > 0 && slices.ContainsFunc(jobs, func(q view.Queued) bool {
		c, claimed := w.claims[q.ID]
		return !claimed || c.left > 0 && c.left < q.Position // given away, and queued again
	})
	w.mu.Unlock()
	if news {
		w.shown.Ring()
	}
}

// Moved says that the view now shows jobs as ended, or otherwise moved: where
// there are limits, somebody may be at one no more.
func (w *Waiting) Moved() {
	w.mu.Lock()
	news := w.Patient && len(w.offers) > 0
	if news {
		clear(w.ahead)
		w.turn++
	}
	w.mu.Unlock()
	if news {
		w.shown.Ring()
	}
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

// claim marks what the offer gets, so that no other offer to this replica
// gets it too. Whoever is in order goes before what was just submitted.
func (w *Waiting) claim(o match.Offer, ordered []match.Candidate) []match.Candidate {
	all := w.unclaimed(ordered)
	there := map[id.ID]bool{}
	for _, c := range all {
		there[c.ID] = true
	}
	var fresh []match.Candidate
	for _, c := range w.hints {
		if !there[c.ID] {
			fresh = append(fresh, c)
		}
	}
	fresh = match.Order(o.Place.Fits(fresh), match.Shares{}, len(fresh))
	picked, _ := match.Take(o, append(all, fresh...))
	for _, c := range picked {
		w.claims[c.ID] = claim{Candidate: c}
		delete(w.hints, c.ID)
		delete(w.kept, c.ID)
	}
	return picked
}

// keep tells whether the runner's room is to be kept for the job: if it has
// waited for long, and no other runner's is. The lock is held.
func (w *Waiting) keep(runner string, c match.Candidate, now time.Time) bool {
	if now.Sub(c.Since) < w.KeepAfter {
		return false
	}
	if k, kept := w.kept[c.ID]; kept && k.runner != runner {
		return false
	}
	w.kept[c.ID] = keeping{runner, now.Add(keepFor)}
	return true
}

// forget drops what the view shows by now, and room that was kept in vain.
func (w *Waiting) forget(position uint64, now time.Time) {
	for n, c := range w.hints {
		if c.Seq <= position {
			delete(w.hints, n)
		}
	}
	for n, c := range w.claims {
		if c.left > 0 && c.left <= position {
			delete(w.claims, n)
		}
	}
	for n, k := range w.kept {
		if now.After(k.until) {
			delete(w.kept, n)
		}
	}
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

// awaited tells whether a runner waits here that may have the job.
func (w *Waiting) awaited(s jobsapi.Spec) bool {
	for site := range w.offers {
		if s.Runs(site) {
			return true
		}
	}
	return false
}

func (w *Waiting) enter(site string, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.offers[site] += n; w.offers[site] == 0 {
		delete(w.offers, site)
	}
}
