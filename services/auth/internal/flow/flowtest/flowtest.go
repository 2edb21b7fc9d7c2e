// Package flowtest is the law that every store of short-lived state obeys, and
// a store of maps for the tests of those who need one.
package flowtest

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/auth/internal/flow"
)

// Pass lets time go by for everything that ends.
type Pass func(time.Duration)

// Open returns an empty store and its clock.
type Open func(t *testing.T) (flow.Store, Pass)

// Run checks a store.
func Run(t *testing.T, open Open) {
	for name, test := range map[string]func(*testing.T, Open){
		"values":                values,
		"values end":            valuesEnd,
		"numbers":               numbers,
		"only one takes":        oneTakes,
		"only one adds":         oneAdds,
		"counting loses none":   noneLost,
		"kinds and names apart": apart,
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); test(t, open) })
	}
}

func values(t *testing.T, open Open) {
	s, _ := open(t)
	ctx := t.Context()
	check(t, s.Add(ctx, flow.Code, "a", []byte("1"), time.Hour), nil)
	check(t, s.Add(ctx, flow.Code, "a", []byte("2"), time.Hour), flow.ErrTaken)
	holds(t, s, "a", "1")
	got, err := s.Take(ctx, flow.Code, "a")
	if string(got) != "1" || err != nil {
		t.Errorf("taken: %q, %v", got, err)
	}
	none(t, s, "a")
	check(t, s.Add(ctx, flow.Code, "a", nil, time.Hour), nil) // free again; and nothing is a value
	holds(t, s, "a", "")
	for range 2 { // removing twice is fine
		check(t, s.Drop(ctx, flow.Code, "a"), nil)
	}
	none(t, s, "a")
}

func valuesEnd(t *testing.T, open Open) {
	s, pass := open(t)
	ctx := t.Context()
	check(t, s.Add(ctx, flow.Code, "a", []byte("1"), time.Hour), nil)
	check(t, s.Add(ctx, flow.Code, "b", []byte("1"), 3*time.Hour), nil)
	left, err := s.Left(ctx, flow.Code, "a")
	if err != nil || left <= 59*time.Minute || left > time.Hour {
		t.Errorf("left: %v, %v", left, err)
	}
	pass(30 * time.Minute)
	holds(t, s, "a", "1")
	pass(31 * time.Minute)
	none(t, s, "a")
	holds(t, s, "b", "1")
	check(t, s.Add(ctx, flow.Code, "a", []byte("2"), time.Hour), nil)
}

func numbers(t *testing.T, open Open) {
	s, pass := open(t)
	ctx := t.Context()
	for _, step := range []struct{ by, want int64 }{{1, 1}, {1, 2}, {5, 7}, {-1, 6}, {0, 6}} {
		if n, err := s.Count(ctx, flow.Failures, "a", step.by, time.Hour); n != step.want || err != nil {
			t.Errorf("%+d is %d, %v, want %d", step.by, n, err, step.want)
		}
	}
	pass(40 * time.Minute)
	if n, err := s.Count(ctx, flow.Failures, "a", 1, time.Hour); n != 7 || err != nil {
		t.Errorf("later: %d, %v", n, err)
	}
	if left, err := s.Left(ctx, flow.Failures, "a"); err != nil || left > 20*time.Minute {
		t.Errorf("a count lengthened it to %v, %v", left, err)
	}
	pass(21 * time.Minute)
	if _, err := s.Left(ctx, flow.Failures, "a"); !errors.Is(err, flow.ErrNone) {
		t.Errorf("after its end: %v", err)
	}
	if n, err := s.Count(ctx, flow.Failures, "a", 1, time.Hour); n != 1 || err != nil {
		t.Errorf("from the beginning: %d, %v", n, err)
	}
}

func apart(t *testing.T, open Open) {
	s, _ := open(t)
	ctx := t.Context()
	check(t, s.Add(ctx, flow.Code, "a", []byte("1"), time.Hour), nil)
	for _, name := range []string{"", "*", "A", "a ", "a\x00"} {
		none(t, s, name)
	}
	if got, err := s.Get(ctx, flow.Request, "a"); !errors.Is(err, flow.ErrNone) {
		t.Errorf("another kind: %q, %v", got, err)
	}
	if _, err := s.Left(ctx, flow.Request, "a"); !errors.Is(err, flow.ErrNone) {
		t.Errorf("another kind: %v", err)
	}
}

const many = 50

func oneTakes(t *testing.T, open Open) {
	s, _ := open(t)
	check(t, s.Add(t.Context(), flow.Code, "a", []byte("1"), time.Hour), nil)
	if n := winners(t, flow.ErrNone, func() error { _, err := s.Take(t.Context(), flow.Code, "a"); return err }); n != 1 {
		t.Errorf("%d took it", n)
	}
}

func oneAdds(t *testing.T, open Open) {
	s, _ := open(t)
	if n := winners(t, flow.ErrTaken, func() error { return s.Add(t.Context(), flow.JTI, "a", nil, time.Hour) }); n != 1 {
		t.Errorf("%d added it", n)
	}
}

func noneLost(t *testing.T, open Open) {
	s, _ := open(t)
	winners(t, nil, func() error { _, err := s.Count(t.Context(), flow.Failures, "a", 1, time.Hour); return err })
	if n, err := s.Count(t.Context(), flow.Failures, "a", 0, time.Hour); n != many || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}

// winners is how many of many at once have no error; the others' is given.
func winners(t *testing.T, lost error, try func() error) int {
	var wg sync.WaitGroup
	var n atomic.Int64
	for range many {
		wg.Go(func() {
			if err := try(); err == nil {
				n.Add(1)
			} else if !errors.Is(err, lost) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	return int(n.Load())
}

func check(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("%v, want %v", err, want)
	}
}

func holds(t *testing.T, s flow.Store, name, want string) {
	t.Helper()
	if got, err := s.Get(t.Context(), flow.Code, name); string(got) != want || err != nil {
		t.Errorf("%q holds %q, %v", name, got, err)
	}
}

func none(t *testing.T, s flow.Store, name string) {
	t.Helper()
	if got, err := s.Get(t.Context(), flow.Code, name); !errors.Is(err, flow.ErrNone) {
		t.Errorf("%q holds %q, %v", name, got, err)
	}
	if got, err := s.Take(t.Context(), flow.Code, name); !errors.Is(err, flow.ErrNone) {
		t.Errorf("%q gives %q, %v", name, got, err)
	}
}
