package notify

import (
	"slices"
	"sync"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// kept is what the replicas share: who tells, and how far that one is.
type kept struct {
	Holder  string `json:"holder,omitempty"` // empty: nobody tells
	Journal string `json:"journal"`          // identity of the journal
	// Position: everything that was due up to there is settled. Settled is
	// what is settled of the rest.
	Position uint64   `json:"position"`
	Settled  []uint64 `json:"settled,omitempty"`
}

// maxSettled bounds what is kept. What it leaves out is told once more if the
// leader dies just then.
const maxSettled = 20_000

// book knows which commits have something to tell that is not settled.
type book struct {
	mu      sync.Mutex
	head    uint64 // the journal was read to here
	open    map[uint64]bool
	settled map[uint64]bool // beyond the floor
	changed bool
}

func newBook(k kept) *book {
	b := &book{head: k.Position, open: map[uint64]bool{}, settled: map[uint64]bool{}}
	for _, seq := range k.Settled {
		b.settled[seq] = true
	}
	return b
}

// read notes a commit, and reports whether there is something to tell by it.
func (b *book) read(c es.Recorded) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.head = c.Seq
	due := slices.ContainsFunc(c.Events, func(e es.Event) bool { return e.Type == jobsapi.EventNotificationDue })
	if !due || b.settled[c.Seq] {
		return false
	}
	b.open[c.Seq] = true
	return true
}

func (b *book) settle(seq uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open[seq] {
		delete(b.open, seq)
		b.settled[seq], b.changed = true, true
	}
}

// state is what to keep, and whether that is news: how far the journal was
// read is none, since reading it again costs little and tells nothing twice.
func (b *book) state() (k kept, news bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	k.Position = b.head
	for seq := range b.open {
		k.Position = min(k.Position, seq-1)
	}
	for seq := range b.settled {
		if seq <= k.Position {
			delete(b.settled, seq)
		} else {
			k.Settled = append(k.Settled, seq)
		}
	}
	slices.Sort(k.Settled)
	k.Settled = k.Settled[max(0, len(k.Settled)-maxSettled):]
	news, b.changed = b.changed, false
	return k, news
}

// again makes what was not kept news once more.
func (b *book) again() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.changed = true
}
