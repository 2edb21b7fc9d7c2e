package app

import (
	"encoding/json"
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
