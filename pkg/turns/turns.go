// Package turns lets a bounded number of things go on at once, and of each user
// a smaller one. It is separate because every part that does lasting work for
// many users needs the same fairness: nobody keeps others waiting, however much
// they ask for.
package turns

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// ErrFull says that as many of the user's wait as may.
var ErrFull = errors.New("turns: too many of this user wait already")

// Turns are what is given; who waits gets one by turns of the users.
type Turns struct {
	mu      sync.Mutex
	free    int
	each    int
	queue   int
	working map[string]int
	waiting map[string][]chan struct{}
	order   []string // the users who wait; the first has waited longest for a turn
}

// New returns most turns, each of which one user has at once, while queue of
// theirs may wait. Less than 1 is 1.
func New(most, each, queue int) *Turns {
	return &Turns{free: max(most, 1), each: max(each, 1), queue: max(queue, 1), working: map[string]int{}, waiting: map[string][]chan struct{}{}}
}

// Take waits for a turn of the user's, and returns what ends it: to be called
// once. Otherwise it is ErrFull, or why ctx ended.
func (t *Turns) Take(ctx context.Context, user string) (end func(), err error) {
	t.mu.Lock()
	if len(t.waiting[user]) >= t.queue {
		t.mu.Unlock()
		return nil, ErrFull
	}
	mine := make(chan struct{})
	if len(t.waiting[user]) == 0 {
		t.order = append(t.order, user)
	}
	t.waiting[user] = append(t.waiting[user], mine)
	t.admit()
	t.mu.Unlock()
	select {
	case <-mine:
		return func() { t.end(user) }, nil
	case <-ctx.Done():
		t.give(user, mine)
		return nil, ctx.Err()
	}
}

// give takes a waiting one back, or ends its turn if it has just begun.
func (t *Turns) give(user string, mine chan struct{}) {
	t.mu.Lock()
	i := slices.Index(t.waiting[user], mine)
	if i >= 0 {
		t.waiting[user] = slices.Delete(t.waiting[user], i, i+1)
		t.tidy(user)
	}
	t.mu.Unlock()
	if i < 0 {
		t.end(user)
	}
}

func (t *Turns) end(user string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.free++
	if t.working[user]--; t.working[user] == 0 {
		delete(t.working, user)
	}
	t.admit()
}

// admit lets in who may. A user who got in goes to the end of the line.
func (t *Turns) admit() {
	for t.free > 0 {
		i := slices.IndexFunc(t.order, func(u string) bool { return t.working[u] < t.each })
		if i < 0 {
			return
		}
		user := t.order[i]
		t.order = append(slices.Delete(t.order, i, i+1), user)
		next := t.waiting[user][0]
		t.waiting[user] = t.waiting[user][1:]
		t.free--
		t.working[user]++
		close(next)
		t.tidy(user)
	}
}

// tidy forgets a user of whom nobody waits.
func (t *Turns) tidy(user string) {
	if len(t.waiting[user]) == 0 {
		delete(t.waiting, user)
		t.order = slices.DeleteFunc(t.order, func(u string) bool { return u == user })
	}
}
