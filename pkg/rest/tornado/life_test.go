package tornado_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/tornado"
)

// slow is a handler whose beginning fails, or panics, a few times.
type slow struct {
	attempts, atOnce, most, closed atomic.Int64
	failures                       int64
	gate                           chan struct{} // attempts wait for it
}

func (s *slow) Init(ctx context.Context, _ tornado.Info) error {
	n := s.attempts.Add(1)
	s.most.Store(max(s.most.Load(), s.atOnce.Add(1)))
	defer s.atOnce.Add(-1)
	if s.gate != nil {
		<-s.gate
	}
	switch {
	case n > s.failures:
		return ctx.Err()
	case n == 2:
		panic("hunter2")
	}
	return errors.New("hunter2")
}

func (s *slow) GetIt() string { return "ready" }
func (s *slow) Close() error  { s.closed.Add(1); return nil }

// covers: D0-023
func TestInitIsTriedAgainUntilItSucceeds(t *testing.T) {
	t.Parallel()
	for lazy, wants := range map[bool][]int{false: {503, 503, 200, 200}, true: {503, 503, 503, 200, 200}} {
		h := &slow{failures: 3}
		s := served(t, app(t, tornado.Config{Lazy: lazy}, api("A", h)).Container(0))
		if n := h.attempts.Load(); (n == 0) != lazy {
			t.Errorf("lazy %v: %d attempts at the start", lazy, n)
		}
		for i, want := range wants {
			w := send(s, "GET", "/it", "", alice)
			if w.Code != want || strings.Contains(w.Body.String(), "hunter2") {
				t.Errorf("lazy %v, request %d: %d %s", lazy, i, w.Code, w.Body)
			}
			if w.Code == 503 && w.Header().Get("Retry-After") != "1" {
				t.Errorf("%v", w.Header())
			}
		}
		if n := h.attempts.Load(); n != 4 {
			t.Errorf("lazy %v: %d attempts", lazy, n)
		}
	}
}

// TestInitRunsOnce, however many requests come first, and though the one that
// began it went away.
func TestInitRunsOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := &slow{gate: make(chan struct{})}
		s := served(t, app(t, tornado.Config{Lazy: true}, api("A", h)).Container(0))
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		ask := func(ctx context.Context) *httptest.ResponseRecorder {
			r := httptest.NewRequestWithContext(ctx, "GET", "/it", nil)
			r.Header.Set("Authorization", "Bearer alice")
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			return w
		}
		all.Go(func() { ask(ctx) })
		synctest.Wait()
		for range 20 {
			all.Go(func() {
				if w := ask(t.Context()); w.Code != 200 {
					t.Errorf("%d %s", w.Code, w.Body)
				}
			})
		}
		synctest.Wait()
		impatient, stop := context.WithCancel(t.Context())
		all.Go(func() {
			if w := ask(impatient); w.Code != 504 {
				t.Errorf("who went away: %d", w.Code)
			}
		})
		synctest.Wait()
		stop()
		cancel()
		synctest.Wait()
		close(h.gate)
		all.Wait()
		if h.attempts.Load() != 1 || h.most.Load() != 1 {
			t.Errorf("%d attempts, %d at once", h.attempts.Load(), h.most.Load())
		}
	})
}

// TestFailuresOfInitAreShared: a hundred requests that wait for one attempt do
// not make a hundred more of it.
func TestFailuresOfInitAreShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := &slow{failures: 9, gate: make(chan struct{})}
		s := served(t, app(t, tornado.Config{Lazy: true}, api("A", h)).Container(0))
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				if w := send(s, "GET", "/it", "", alice); w.Code != 503 {
					t.Errorf("%d %s", w.Code, w.Body)
				}
			})
		}
		synctest.Wait()
		h.gate <- struct{}{}
		all.Wait()
		if n := h.attempts.Load(); n != 1 {
			t.Errorf("%d attempts", n)
		}
	})
}

// hooked refuses some requests before they begin.
type hooked struct{}

type hookKey struct{}

func (hooked) BeforeRequest(ctx context.Context) (context.Context, error) {
	if tornado.From(ctx).Credentials(ctx).Username == "bob" {
		return nil, fault.New(fault.Exhausted, "too.many", "Not you again.")
	}
	return context.WithValue(ctx, hookKey{}, tornado.From(ctx).Method()), nil
}

func (hooked) GetIt(ctx context.Context) (any, error) { return ctx.Value(hookKey{}), nil }

// covers: D0-025
func TestBeforeRequest(t *testing.T) {
	t.Parallel()
	s := one(t, hooked{})
	for header, want := range map[string]string{alice: "OK get_it", "X-Certificate: bob": "Too Many Requests too_many: Not you again.",
		"X: y": "Unauthorized unauthorized: Credentials are required."} {
		if got := says(send(s, "GET", "/it", "", header)); got != want {
			t.Errorf("%s: %s", header, got)
		}
	}
}
