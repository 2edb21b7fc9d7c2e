// Package match says which waiting jobs go to a runner that offers free
// slots. It is pure, and separate from the dispatcher, which races with other
// replicas, so that the order of justice can be tested without them.
package match

import (
	"cmp"
	"slices"

	"github.com/heddle-dev/heddle/pkg/id"
)

// Candidate is a job that waits for a runner.
type Candidate struct {
	ID       id.ID
	Owner    string
	Site     string // where it wants to run; empty: anywhere
	Priority int    // higher goes first
	Seq      uint64 // position of its submit: of equals the older goes first
	Size     int    // of its description, in bytes
}

// Offer is what a runner has free.
type Offer struct {
	Site string
	Free int // slots
	Room int // bytes of descriptions that one answer carries; one job always fits
}

// Fits reports whether the job may run where the offer comes from.
func (o Offer) Fits(c Candidate) bool { return c.Site == "" || c.Site == o.Site }

// Pick returns the jobs that the offer gets, the most deserving first. The
// candidates may come in any order, and one job may be among them twice.
func Pick(o Offer, waiting []Candidate) []Candidate {
	seen := map[id.ID]bool{}
	fit := slices.DeleteFunc(slices.Clone(waiting), func(c Candidate) bool {
		twice := seen[c.ID]
		seen[c.ID] = true
		return twice || !o.Fits(c)
	})
	slices.SortFunc(fit, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Priority, a.Priority), cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.ID, b.ID))
	})
	fit = fit[:min(len(fit), max(o.Free, 0))]
	size := 0
	for i, c := range fit {
		if size += c.Size; i > 0 && size > o.Room {
			return fit[:i]
		}
	}
	return fit
}
