package messages_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/services/gateway/internal/messages"
)

func open(t *testing.T, server *natstest.Server, limits messages.Limits) *messages.Store {
	t.Helper()
	s, err := messages.New(server.Conn(t), limits)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// follow returns what is next in what a store follows.
func follow(t *testing.T, s *messages.Store) (next func() string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, got, done := make(chan bool, 10), make(chan string, 100), make(chan bool)
	go func() {
		defer close(done)
		s.Follow(ctx, func() { ready <- true }, func(m []byte) { got <- string(m) })
	}()
	t.Cleanup(func() { cancel(); <-done })
	wait(t, ready)
	return func() string { t.Helper(); return wait(t, got) }
}

func wait[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(20 * time.Second):
		t.Fatal("nothing comes in 20 s")
		panic("unreachable")
	}
}

func put(t *testing.T, s *messages.Store, list ...string) {
	t.Helper()
	for _, m := range list {
		if err := s.Put(t.Context(), []byte(m)); err != nil {
			t.Fatal(err)
		}
	}
}

func all(t *testing.T, s *messages.Store) (list []string) {
	t.Helper()
	if err := s.All(t.Context(), func(m []byte) { list = append(list, string(m)) }); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestWhatOneStoresTheOtherFollows(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	here, there := open(t, server, messages.Limits{Count: 3}), open(t, server, messages.Limits{Count: 3})
	if got := all(t, here); got != nil {
		t.Errorf("of nothing: %v", got)
	}
	put(t, here, "before")
	next := follow(t, there)
	put(t, here, "a", "b")
	put(t, there, "c")
	for _, want := range []string{"a", "b", "c"} {
		if got := next(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	for _, s := range []*messages.Store{here, there} {
		if got := all(t, s); !slices.Equal(got, []string{"a", "b", "c"}) {
			t.Errorf("of at most three: %v", got)
		}
	}
}

// A broker that comes back has what was stored, and followers go on behind
// what they have.
func TestRestartOfTheBroker(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	s := open(t, server, messages.Limits{Count: 1000, Age: time.Hour})
	next := follow(t, s)
	put(t, s, "before")
	if got := next(); got != "before" {
		t.Fatal(got)
	}
	server.Stop()
	if err := s.Put(t.Context(), []byte("x")); !fault.Is(err, fault.Unavailable) {
		t.Errorf("without a broker: %v", err)
	}
	if err := s.All(t.Context(), func([]byte) {}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("without a broker: %v", err)
	}
	server.Begin(t)
	other := open(t, server, messages.Limits{Count: 1000, Age: time.Hour})
	put(t, other, "after")
	if got := all(t, other); got[0] != "before" || got[len(got)-1] != "after" {
		t.Errorf("%v", got)
	}
	for got := next(); got != "after"; got = next() {
		if got != "x" { // its outcome was unknown
			t.Errorf("%s again", got)
		}
	}
}

func TestMessagesAreBounded(t *testing.T) {
	t.Parallel()
	s := open(t, natstest.Start(t), messages.Limits{})
	if err := s.Put(t.Context(), []byte(strings.Repeat("x", 2<<20))); !fault.Is(err, fault.Unavailable) {
		t.Errorf("2 MiB: %v", err)
	}
	for i := range 70 {
		put(t, s, fmt.Sprint(i)+strings.Repeat(" ", 1<<20-100))
	}
	if got := all(t, s); len(got) > 64 || !strings.HasPrefix(got[len(got)-1], "69") {
		t.Errorf("%d of 1 MiB each are kept", len(got))
	}
}
