package throttle_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/internal/flow/memory"
	"github.com/heddle-dev/heddle/services/auth/internal/throttle"
)

var limits = throttle.Limits{Of: "password", Pair: 10, Name: 50, Address: 100, Window: 15 * time.Minute}

type bench struct {
	*throttle.Throttle
	t     *testing.T
	at    atomic.Int64
	store *memory.Store
}

func start(t *testing.T, l throttle.Limits) *bench {
	b := &bench{t: t}
	b.store = memory.New(func() time.Time { return time.Unix(0, b.at.Load()) })
	b.Throttle = throttle.New(b.store, l)
	return b
}

// wrong makes n attempts that fail.
func (b *bench) wrong(n int, name, address string) {
	b.t.Helper()
	for i := range n {
		try, err := b.Reserve(b.t.Context(), name, address)
		if err != nil {
			b.t.Fatalf("failure %d of %s from %s: %v", i+1, name, address, err)
		}
		try.Bad(b.t.Context())
	}
}

func (b *bench) refused(name, address string) *fault.Error {
	b.t.Helper()
	_, err := b.Reserve(b.t.Context(), name, address)
	f := fault.From(err)
	if f == nil || f.Kind != fault.Exhausted || f.Status != 429 {
		b.t.Fatalf("%s from %s: %v", name, address, err)
	}
	return f
}

func TestLimits(t *testing.T) {
	t.Parallel()
	for what, test := range map[string]func(b *bench){
		"a pair": func(b *bench) {
			b.wrong(10, "u", "a")
			b.refused("u", "a")
			b.wrong(1, "u", "b") // the victim comes in from elsewhere
			b.wrong(1, "v", "a") // and others from there
		},
		"a name": func(b *bench) {
			for i := range 5 {
				b.wrong(10, "u", fmt.Sprint(i))
			}
			b.refused("u", "other")
			b.wrong(1, "v", "other")
		},
		"an address": func(b *bench) {
			for i := range 100 {
				b.wrong(1, fmt.Sprint(i), "a")
			}
			b.refused("other", "a")
			b.wrong(1, "other", "b")
		},
		"refused attempts count nowhere": func(b *bench) {
			b.wrong(10, "u", "a")
			for range 1000 {
				b.refused("u", "a")
			}
			b.wrong(10, "u", "b")
			b.wrong(10, "v", "a")
		},
		"good ones neither": func(b *bench) {
			for range 1000 {
				try, err := b.Reserve(b.t.Context(), "u", "a")
				if err != nil {
					b.t.Fatal(err)
				}
				try.Good(b.t.Context())
			}
		},
		"a window": func(b *bench) {
			b.wrong(10, "u", "a")
			b.at.Add(int64(14 * time.Minute))
			if f := b.refused("u", "a"); f.RetryAfter != time.Minute {
				b.t.Errorf("try again in %v", f.RetryAfter)
			}
			b.at.Add(int64(time.Minute))
			b.wrong(10, "u", "a")
			b.refused("u", "a")
		},
		"a good one after its window is no free attempt": func(b *bench) {
			try, err := b.Reserve(b.t.Context(), "u", "a")
			if err != nil {
				b.t.Fatal(err)
			}
			b.at.Add(int64(15 * time.Minute))
			try.Good(b.t.Context())
			b.wrong(10, "u", "a")
			b.refused("u", "a")
		},
		"names that look like pairs": func(b *bench) {
			b.wrong(10, "u|1:a", "")
			b.wrong(10, "u", "a")
		},
	} {
		t.Run(what, func(t *testing.T) { t.Parallel(); test(start(t, limits)) })
	}
}

func TestZeroIsNoLimit(t *testing.T) {
	t.Parallel()
	b := start(t, throttle.Limits{Pair: 2, Window: time.Minute})
	for i := range 500 {
		b.wrong(1, "u", fmt.Sprint(i))
		b.wrong(1, fmt.Sprint(i), "a")
	}
}

// Two hundred at once are two hundred attempts.
func TestParallelGuesses(t *testing.T) {
	t.Parallel()
	b := start(t, limits)
	var wg sync.WaitGroup
	var passed atomic.Int64
	for range 200 {
		wg.Go(func() {
			if _, err := b.Reserve(t.Context(), "u", "a"); err == nil {
				passed.Add(1)
			}
		})
	}
	wg.Wait()
	if passed.Load() > 10 {
		t.Errorf("%d passed", passed.Load())
	}
	for passed.Load() < 10 { // attempts at once may refuse each other, but leave nothing behind
		b.wrong(1, "u", "a")
		passed.Add(1)
	}
	b.refused("u", "a")
}

func TestStoreDown(t *testing.T) {
	t.Parallel()
	b := start(t, limits)
	b.store.Fail(fault.New(fault.Unavailable, "flow.store_down", "down"))
	if _, err := b.Reserve(t.Context(), "u", "a"); !fault.Is(err, fault.Unavailable) {
		t.Error(err)
	}
}

// TestAttemptsThatNobodyDecides: whose service has died is forgotten soon, and
// never counts as a failure.
func TestAttemptsThatNobodyDecides(t *testing.T) {
	t.Parallel()
	b := start(t, limits)
	for range 10 {
		if _, err := b.Reserve(t.Context(), "u", "a"); err != nil {
			t.Fatal(err)
		}
	}
	if f := b.refused("u", "a"); f.RetryAfter != time.Second {
		t.Errorf("while they are open: try again in %v", f.RetryAfter)
	}
	b.at.Add(int64(10 * time.Second))
	b.wrong(10, "u", "a")
	if f := b.refused("u", "a"); f.RetryAfter < 14*time.Minute {
		t.Errorf("after ten failures: try again in %v", f.RetryAfter)
	}
}
