// Package throttle slows down whoever guesses: it counts failures per name,
// per address and per pair of both. It is separate because passwords, client
// secrets and user codes are guessed in the same way; it knows none of them.
package throttle

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/internal/flow"
)

// Limits are how many failures there may be in one window; zero is no limit.
type Limits struct {
	Of      string // what is guessed: limits of different things never meet
	Pair    int64  // for one name from one address
	Name    int64  // for one name from everywhere
	Address int64  // for all names from one address
	Window  time.Duration
}

// Throttle counts in a store that all replicas share.
type Throttle struct {
	store  flow.Store
	limits Limits
}

// New returns a throttle.
func New(store flow.Store, limits Limits) *Throttle { return &Throttle{store, limits} }

// Try is one attempt. Until it is called Good or Bad it counts as if it had
// failed, so that attempts at the same time cannot all pass before the first
// has failed; one of which nobody tells, for its service has died, is
// forgotten after a while.
type Try struct {
	throttle *Throttle
	raised   []string
}

// undecided is how long an attempt may take.
const undecided = 10 * time.Second

// Reserve begins an attempt, before any work on it. It is Exhausted (429),
// whether or not the name exists: with the rest of the window after too many
// failures, and with a second while too many attempts are not decided. A
// refused attempt counts nowhere: a name cannot be locked for others by
// hammering on it from one address, nor an address by one of its programs. All
// whose address is not known count as one for a name, and not together.
func (t *Throttle) Reserve(ctx context.Context, name, address string) (*Try, error) {
	try := &Try{throttle: t}
	for _, c := range []struct {
		of, name string
		limit    int64
	}{
		{"pair", t.counter("pair", name, address), t.limits.Pair},
		{"name", t.counter("name", name), t.limits.Name},
		{"address", t.counter("address", address), t.limits.Address},
	} {
		if c.limit == 0 || c.of == "address" && address == "" {
			continue
		}
		if err := try.raise(ctx, c.name, c.limit); err != nil {
			try.Good(ctx)
			return nil, err
		}
	}
	return try, nil
}

// raise counts the attempt where it may.
func (t *Try) raise(ctx context.Context, counter string, limit int64) error {
	store := t.throttle.store
	open, err := store.Count(ctx, flow.Attempts, counter, 1, undecided)
	if err != nil {
		return err
	}
	t.raised = append(t.raised, counter)
	failed, err := store.Count(ctx, flow.Failures, counter, 0, t.throttle.limits.Window)
	switch {
	case err != nil:
		return err
	case failed >= limit:
		return t.throttle.refusal(ctx, counter)
	case failed+open > limit:
		return fault.New(fault.Exhausted, "auth.too_many", "Too many attempts are made at once; try again shortly.").
			WithRetry(time.Second).WithStatus(429)
	default:
		return nil
	}
}

// counter spells a counter so that no two can be mistaken for each other,
// whatever somebody calls themselves.
func (t *Throttle) counter(what string, parts ...string) string {
	var b strings.Builder
	b.WriteString(t.limits.Of + "|" + what)
	for _, p := range parts {
		b.WriteString("|" + strconv.Itoa(len(p)) + ":" + p)
	}
	return b.String()
}

func (t *Throttle) refusal(ctx context.Context, counter string) error {
	left, err := t.store.Left(ctx, flow.Failures, counter)
	if err != nil {
		left = time.Second // it ended just now, or the store does not say
	}
	return fault.New(fault.Exhausted, "auth.too_many", "Too many attempts have failed; try again later.").
		WithRetry(max(left, time.Second)).WithStatus(429)
}

// Bad counts the attempt as a failure.
func (t *Try) Bad(ctx context.Context) {
	for _, c := range t.raised {
		_, _ = t.throttle.store.Count(context.WithoutCancel(ctx), flow.Failures, c, 1, t.throttle.limits.Window)
	}
	t.Good(ctx) // it is decided
}

// Good takes the attempt out of the counts: it was no failure.
func (t *Try) Good(ctx context.Context) {
	ctx = context.WithoutCancel(ctx) // a caller who has gone has still not failed
	for _, c := range t.raised {
		n, err := t.throttle.store.Count(ctx, flow.Attempts, c, -1, undecided)
		if err == nil && n < 0 { // it took too long: nobody earns a free attempt by that
			_, _ = t.throttle.store.Count(ctx, flow.Attempts, c, 1, undecided)
		}
	}
	t.raised = nil
}
