package carry

import (
	"context"
	"slices"
	"sync"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// turns lets a bounded number work at once, and of each user a smaller one;
// who waits gets in by turns of the users, however many one of them asks for.
type turns struct {
	mu      sync.Mutex
	free    int
	perUser int
	working map[string]int
	waiting map[string][]chan struct{}
	order   []string // the users who wait; the first has waited longest for a turn
}

func newTurns(atOnce, perUser int) *turns {
	return &turns{free: atOnce, perUser: perUser, working: map[string]int{}, waiting: map[string][]chan struct{}{}}
}

// queue is how many of one user's may wait.
const queue = 1000

// wait waits for a turn of a user, and returns what ends it.
func (t *turns) wait(ctx context.Context, user string) (done func(), err error) {
	t.mu.Lock()
	if len(t.waiting[user]) >= queue {
		t.mu.Unlock()
		return nil, fault.New(fault.Unavailable, "carry.busy", "%d imports and exports of yours are waiting already; try again later.", queue).WithRetry(retryShortly)
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
func (t *turns) give(user string, mine chan struct{}) {
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

func (t *turns) end(user string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.free++
	if t.working[user]--; t.working[user] == 0 {
		delete(t.working, user)
	}
	t.admit()
}

// admit lets in who may. A user who got in goes to the end of the line.
func (t *turns) admit() {
	for t.free > 0 {
		i := slices.IndexFunc(t.order, func(u string) bool { return t.working[u] < t.perUser })
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
func (t *turns) tidy(user string) {
	if len(t.waiting[user]) == 0 {
		delete(t.waiting, user)
		t.order = slices.DeleteFunc(t.order, func(u string) bool { return u == user })
	}
}
