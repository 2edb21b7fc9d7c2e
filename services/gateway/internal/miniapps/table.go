package miniapps

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/miniapp"
)

// How many runs of programs there may be at once.
const (
	maxInstances = 1000
	maxPerOwner  = 64
)

// instance is one living run of a program.
type instance struct {
	entry
	target *url.URL
	since  time.Time
	heard  time.Time // when the lease was renewed
	table  [sha256.Size]byte
	// life ends with the lease, and with it every request that is under way.
	life   context.Context
	end    context.CancelCauseFunc
	failed atomic.Int64 // Unix nanoseconds of the last time it was not there

	once sync.Once // own is made
	own  http.RoundTripper
}

// table is the living programs, as this replica knows them. It is safe for
// concurrent use.
type table struct {
	mu  sync.Mutex
	all map[string]*instance
}

func newTable() *table { return &table{all: map[string]*instance{}} }

func (t *table) get(id string) (entry, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if i := t.all[id]; i != nil {
		return i.entry, true
	}
	return entry{}, false
}

// has reports whether a run lives with exactly such a registration.
func (t *table) has(id string, want [sha256.Size]byte) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := t.all[id]
	return i != nil && i.table == want
}

// put begins or renews a lease; it reports whether what is served changes.
func (t *table) put(e entry, now time.Time) (changed bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	sum := fingerprint(e)
	old := t.all[e.Instance]
	if old != nil && old.table == sum && old.Owner == e.Owner {
		old.heard = now
		return false
	}
	target, err := url.Parse(e.URL)
	if err != nil {
		return false
	}
	if old != nil {
		old.end(errGone)
	}
	i := &instance{entry: e, target: target, since: now, heard: now, table: sum}
	i.life, i.end = context.WithCancelCause(context.Background())
	t.all[e.Instance] = i
	return true
}

// fingerprint tells registrations apart that are served differently.
func fingerprint(e entry) [sha256.Size]byte {
	text, _ := json.Marshal(e) // texts, lists and booleans: it never fails
	return sha256.Sum256(text)
}

func (t *table) drop(id string) (changed bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := t.all[id]
	if i == nil {
		return false
	}
	i.end(errGone)
	delete(t.all, id)
	return true
}

// expire drops who was not heard of for a term.
func (t *table) expire(now time.Time) (changed bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for id, i := range t.all {
		if now.Sub(i.heard) > miniapp.Term {
			i.end(errGone)
			delete(t.all, id)
			changed = true
		}
	}
	return changed
}

// spare counts everybody as heard of just now.
func (t *table) spare(now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, i := range t.all {
		i.heard = now
	}
}

// close ends everything.
func (t *table) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, i := range t.all {
		i.end(errGone)
	}
	t.all = map[string]*instance{}
}

// room refuses more programs than there may be.
func (t *table) room(id, owner string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.all[id] != nil {
		return nil
	}
	own := 0
	for _, i := range t.all {
		if i.Owner == owner {
			own++
		}
	}
	if own >= maxPerOwner || len(t.all) >= maxInstances {
		return fault.New(fault.Exhausted, "app.too_many", "There are too many programs: %d are yours and %d there are in all.", own, len(t.all)).WithRetry(miniapp.Term)
	}
	return nil
}

// others reports whether a living program of somebody else has such a root.
func (t *table) others(owner string, has func(root string) bool) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, i := range t.all {
		if i.Owner != owner && slices.ContainsFunc(i.Apps, func(a miniapp.App) bool { return has(a.Root) }) {
			return true
		}
	}
	return false
}

// serves reports whether a living program has a root.
func (t *table) serves(root string) bool {
	return t.others("", func(other string) bool { return other == root })
}

// living are all instances, those that joined last first.
func (t *table) living() []*instance {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := make([]*instance, 0, len(t.all))
	for _, i := range t.all {
		out = append(out, i)
	}
	slices.SortFunc(out, func(a, b *instance) int {
		if c := b.since.Compare(a.since); c != 0 {
			return c
		}
		return strings.Compare(a.Instance, b.Instance)
	})
	return out
}

// under reports whether a path is a root or below it.
func under(path, root string) bool { return path == root || strings.HasPrefix(path, root+"/") }
