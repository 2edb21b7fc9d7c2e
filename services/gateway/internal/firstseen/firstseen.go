// Package firstseen remembers when something was first there: handlers and kinds
// of jobs, which do not say so themselves. It is separate because it is asked by
// listings, which wait for nobody, and kept where it survives every restart and
// is the same at every gateway.
package firstseen

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// Values is where it is kept: see userdata.Store.
type Values interface {
	Get(ctx context.Context, owner, name string) (value []byte, version uint64, err error)
	Put(ctx context.Context, owner, name string, value []byte, version uint64) error
}

const (
	// MaxIDs bounds what is remembered for one owner. Beyond it those go that
	// are not there any more, the oldest first; and then nothing more is noted.
	MaxIDs = 4000
	// maxID bounds one id, in bytes.
	maxID = 200
	// tries bounds how often a note gives way to notes at the same time.
	tries = 20
	// own is the owner of what is the gateway's.
	own  = "gateway"
	name = "first_seen"
)

// Book is what one gateway knows of it. It is safe for concurrent use.
type Book struct {
	store Values
	now   func() time.Time

	mu    sync.Mutex
	known map[string]times
}

// times are Unix microseconds, by id.
type times map[string]int64

// New returns a book that knows nothing yet.
func New(store Values, now func() time.Time) *Book {
	return &Book{store: store, now: now, known: map[string]times{}}
}

// At is when an owner's id was first noted, as far as this gateway knows; zero
// if it does not.
func (b *Book) At(owner, id string) time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	if at, ok := b.known[owner][id]; ok {
		return time.UnixMicro(at)
	}
	return time.Time{}
}

// Note notes what an owner has now. The owner "" is the gateway.
func (b *Book) Note(ctx context.Context, owner string, ids []string) error {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return len(id) > maxID })
	if b.knows(owner, ids) {
		return nil
	}
	var err error
	for range tries {
		if err = b.note(ctx, owner, ids); !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	return err
}

func (b *Book) knows(owner string, ids []string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	have := b.known[owner]
	return !slices.ContainsFunc(ids, func(id string) bool { return have[id] == 0 })
}

func (b *Book) note(ctx context.Context, owner string, ids []string) error {
	key := owner
	if key == "" {
		key = own
	}
	value, version, err := b.store.Get(ctx, key, name)
	if err != nil {
		return err
	}
	have := times{}
	if value != nil {
		if err := json.Unmarshal(value, &have); err != nil {
			have = times{} // nobody else writes it: begin anew
		}
	}
	if have.add(ids, b.now().UnixMicro()) {
		text, err := json.Marshal(have)
		if err != nil {
			return err
		}
		if err := b.store.Put(ctx, key, name, text, version); err != nil {
			return err
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.known[owner] = have
	return nil
}

// add adds what is not there, as far as there is room, and reports whether
// there was any.
func (t times) add(ids []string, now int64) (added bool) {
	there := map[string]bool{}
	missing := 0
	for _, id := range ids {
		if there[id] = true; t[id] == 0 {
			missing++
		}
	}
	t.clear(len(t)+missing-MaxIDs, there)
	for _, id := range ids {
		if t[id] == 0 && len(t) < MaxIDs {
			t[id], added = now, true
		}
	}
	return added
}

// clear removes as many as n of those that are not there, the oldest first.
func (t times) clear(n int, there map[string]bool) {
	if n <= 0 {
		return
	}
	gone := slices.SortedFunc(maps.Keys(t), func(a, b string) int { return cmp.Compare(t[a], t[b]) })
	gone = slices.DeleteFunc(gone, func(id string) bool { return there[id] })
	for _, id := range gone[:min(n, len(gone))] {
		delete(t, id)
	}
}
