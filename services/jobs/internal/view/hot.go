package view

import (
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/id"
	readmodel "github.com/heddle-dev/heddle/pkg/view"
)

// hot remembers the rows of jobs that are under way, since a job that has
// just changed changes again soon. It belongs to the one goroutine that
// applies. It is never ahead of the table for long: what a failed transaction
// left in it is recognized by its version and read again.
type hot struct {
	rows       map[id.ID]*row
	half       time.Duration // see Projection
	statements *readmodel.Statements
}

const (
	hotRows = 2000
	hotSpec = 4 << 10 // bytes of a description that is worth keeping
)

func newHot(half time.Duration) *hot {
	return &hot{rows: map[id.ID]*row{}, half: half, statements: &readmodel.Statements{}}
}

func (h *hot) forget() { clear(h.rows) }

// load returns the row that a commit is about, as the table has it.
func (h *hot) load(w *writer, n id.ID, c es.Recorded) (*row, error) {
	if r := h.rows[n]; r != nil && r.job.Version < c.Seq {
		return r, nil
	}
	delete(h.rows, n)
	return w.load(n, c)
}

// keep remembers the rows of a batch that was written.
func (h *hot) keep(rows map[id.ID]*row) {
	for n, r := range rows {
		if r.seq == 0 || r.job.State.Ended() || r.size > hotSpec {
			delete(h.rows, n)
			continue
		}
		if len(h.rows) >= hotRows {
			clear(h.rows)
		}
		r.stored, r.was, r.awaits, r.retold, r.tags, r.came = true, keyOf(r.job), awaits(r.job), false, nil, nil
		h.rows[n] = r
	}
}
