package federation

import (
	"context"
	"time"
)

// pause is the least time between two fetches of the same thing. It bounds
// what tokens with made-up key ids, and logins while a provider is away, cost
// both sides.
const pause = 2 * time.Second

// kept is something of a provider's that is fetched when somebody needs it,
// by one caller at a time.
type kept[T any] struct {
	turn  chan struct{}
	now   func() time.Time
	fetch func(context.Context) (*T, error)

	value     *T
	at, tried time.Time
	err       error // of the last try
}

func keep[T any](now func() time.Time, fetch func(context.Context) (*T, error)) *kept[T] {
	return &kept[T]{turn: make(chan struct{}, 1), now: now, fetch: fetch}
}

// get returns what is kept if it will do, else what a fetch brings. If that
// fails, it returns what there was before, beside the error.
func (k *kept[T]) get(ctx context.Context, willDo func(v *T, age time.Duration) bool) (*T, error) {
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	now := k.now()
	if k.value != nil && willDo(k.value, now.Sub(k.at)) {
		return k.value, nil
	}
	if !k.tried.IsZero() && now.Sub(k.tried) < pause {
		return k.value, k.err
	}
	// Others wait for the outcome: one who gives up must not spoil it.
	v, err := k.fetch(context.WithoutCancel(ctx))
	k.tried, k.err = now, err
	if err == nil {
		k.value, k.at = v, now
	}
	return k.value, err
}

// since is when the value was fetched.
func (k *kept[T]) since() time.Time {
	k.turn <- struct{}{}
	defer func() { <-k.turn }()
	return k.at
}
