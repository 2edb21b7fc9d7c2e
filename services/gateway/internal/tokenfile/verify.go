package tokenfile

import (
	"context"
	"crypto/sha256"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// maxWrong is how many wrong tokens are remembered.
const maxWrong = 1000

// list is one reading of the file, with what was found out about tokens since.
// The next reading begins anew.
type list struct {
	quick, slow []*entry

	mu    sync.Mutex
	known map[[sha256.Size]byte]*entry // slow ones; an entry has one token, so this is bounded
	wrong map[[sha256.Size]byte]bool
}

func newList(entries []entry) *list {
	l := &list{known: map[[sha256.Size]byte]*entry{}, wrong: map[[sha256.Size]byte]bool{}}
	for i := range entries {
		if e := &entries[i]; e.slow() {
			l.slow = append(l.slow, e)
		} else {
			l.quick = append(l.quick, e)
		}
	}
	return l
}

// Verify says whether a token is on the list and in time, and what the list
// calls it. An error means that nobody can tell now. The token is any text: it
// is looked up, never looked into.
func (f *File) Verify(ctx context.Context, token string) (description string, ok bool, err error) {
	if token == "" {
		return "", false, nil
	}
	l := f.list.Load()
	e := find(l.quick, token)
	if e == nil && len(l.slow) > 0 {
		if e, err = f.findSlow(ctx, l, token); err != nil {
			return "", false, err
		}
	}
	if e == nil {
		return "", false, nil
	}
	return e.description, true, nil
}

// find tries all entries, also behind one that fits: the time that it takes
// says nothing about the place in the list.
func find(entries []*entry, token string) *entry {
	var found *entry
	now := time.Now()
	for _, e := range entries {
		if e.matches(token) && e.valid(now) && found == nil {
			found = e
		}
	}
	return found
}

// findSlow does the work for a token once in the life of a list.
func (f *File) findSlow(ctx context.Context, l *list, token string) (*entry, error) {
	sum := sha256.Sum256([]byte(token))
	if e, told := l.recall(sum); told {
		return e, nil
	}
	if err := f.gate.enter(ctx); err != nil {
		return nil, err
	}
	defer f.gate.leave()
	if e, told := l.recall(sum); told { // somebody before us had the same
		return e, nil
	}
	var found *entry
	for _, e := range l.slow {
		if ctx.Err() != nil {
			return nil, busy(ctx.Err()) // nobody waits for the answer any more
		}
		if !e.valid(time.Now()) {
			continue // its time will not come back
		}
		if e.matches(token) && found == nil {
			found = e
		}
	}
	l.remember(sum, found)
	return found, nil
}

// recall is what is known of a token; an entry may have ended since.
func (l *list) recall(sum [sha256.Size]byte) (e *entry, told bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e := l.known[sum]; e != nil {
		if e.valid(time.Now()) {
			return e, true
		}
		delete(l.known, sum) // another entry may have the same token
	}
	return nil, l.wrong[sum]
}

func (l *list) remember(sum [sha256.Size]byte, e *entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e != nil {
		l.known[sum] = e
		return
	}
	if len(l.wrong) >= maxWrong {
		clear(l.wrong)
	}
	l.wrong[sum] = true
}

func busy(cause error) error {
	return fault.Wrap(cause, fault.Unavailable, "tokenfile.busy",
		"Too many tokens wait to be checked; try again shortly.").WithRetry(time.Second)
}
