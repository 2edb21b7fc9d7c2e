package app

import (
	"context"
	"sync"
)

// turns lets so many jobs' transfers go on at once, and so many of one owner.
// Of those that wait, the next is of the owner who has the fewest; so nobody
// keeps others waiting with many jobs.
type turns struct {
	most, each int
	mu         sync.Mutex
	total      int
	has        map[string]int // by owner
	waiting    []*turn        // in the order that they came
}

type turn struct {
	owner string
	mine  chan struct{} // closed when it has come
}

func newTurns(most, each int) *turns {
	return &turns{most: max(most, 1), each: max(each, 1), has: map[string]int{}}
}

// take waits for a turn, or for the end of ctx. Whoever got one ends it.
func (t *turns) take(ctx context.Context, owner string) (end func(), ok bool) {
	w := &turn{owner, make(chan struct{})}
	t.mu.Lock()
	t.waiting = append(t.waiting, w)
	t.give()
	t.mu.Unlock()
	end = func() { t.leave(w) }
	select {
	case <-w.mine:
		return end, true
	case <-ctx.Done():
		end()
		return nil, false
	}
}

// leave ends a turn, or the wait for one.
func (t *turns) leave(w *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, x := range t.waiting {
		if x == w {
			t.waiting = append(t.waiting[:i], t.waiting[i+1:]...)
			return
		}
	}
	t.total--
	if t.has[w.owner]--; t.has[w.owner] == 0 {
		delete(t.has, w.owner)
	}
	t.give()
}

// give gives all turns that there are.
func (t *turns) give() {
	for t.total < t.most {
		next := -1
		for i, w := range t.waiting {
			if t.has[w.owner] < t.each && (next < 0 || t.has[w.owner] < t.has[t.waiting[next].owner]) {
				next = i
			}
		}
		if next < 0 {
			return
		}
		w := t.waiting[next]
		t.waiting = append(t.waiting[:next], t.waiting[next+1:]...)
		t.total++
		t.has[w.owner]++
		close(w.mine)
	}
}
