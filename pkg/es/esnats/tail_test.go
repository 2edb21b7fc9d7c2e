package esnats_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/esnats"
	"github.com/heddle-dev/heddle/pkg/natstest"
)

// tailing tails in the background and hands positions over.
func tailing(t testing.TB, st es.Store, after uint64) <-chan es.Recorded {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	seen := make(chan es.Recorded, 10000)
	caught := make(chan struct{})
	var once sync.Once
	ended := make(chan error, 1)
	go func() {
		ended <- st.Tail(ctx, after, func(batch []es.Recorded, c bool) error {
			for _, r := range batch {
				seen <- r
			}
			if c {
				once.Do(func() { close(caught) })
			}
			return nil
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("the tail ended with %v", err)
		}
	})
	<-caught
	return seen
}

func seen(t testing.TB, c <-chan es.Recorded) es.Recorded {
	t.Helper()
	select {
	case r := <-c:
		return r
	case <-time.After(20 * time.Second):
		t.Fatal("the tail has stopped")
		return es.Recorded{}
	}
}

func TestATailOutlivesItsConsumer(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	st := open(t, s)
	tail := tailing(t, st, 0)
	seq, err := st.Append(t.Context(), topic, 0, one("c1", 1))
	if err != nil || seen(t, tail).Seq != seq {
		t.Fatal(err)
	}
	_, js := stream(t, s)
	for name := range js.ConsumerNames(t.Context()).Name() {
		if err := js.DeleteConsumer(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 3 {
		if seq, err = st.Append(t.Context(), topic, seq, one(fmt.Sprint("d", i), 1)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 3 {
		if r := seen(t, tail); r.Command != fmt.Sprint("d", i) {
			t.Fatalf("commit %d is %+v", i, r)
		}
	}
}

func TestATailLeavesNoConsumerBehind(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	st := open(t, s)
	enough := errors.New("enough")
	if err := st.Tail(t.Context(), 0, func([]es.Recorded, bool) error { return enough }); !errors.Is(err, enough) {
		t.Fatal(err)
	}
	if _, err := st.Append(t.Context(), topic, 0, one("c1", 1)); err != nil {
		t.Fatal(err)
	}
	if err := st.Tail(t.Context(), 0, func([]es.Recorded, bool) error { return enough }); !errors.Is(err, enough) {
		t.Fatal(err)
	}
	_, js := stream(t, s)
	for name := range js.ConsumerNames(t.Context()).Name() {
		t.Errorf("consumer %s is left", name)
	}
}

func TestAStrangersMessageStopsNoTail(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	st := open(t, s)
	tail := tailing(t, st, 0)
	if _, err := s.Conn(t).RequestMsg(&nats.Msg{Subject: topic, Data: []byte("hello")}, 5*time.Second); err != nil {
		t.Fatal(err)
	}
	if r := seen(t, tail); r.Seq != 1 || len(r.Events) != 0 || r.Topic != topic {
		t.Errorf("%+v", r)
	}
	if _, err := st.Append(t.Context(), "evt.test.thing.u1.2", 0, one("c1", 1)); err != nil {
		t.Fatal(err)
	}
	if r := seen(t, tail); r.Command != "c1" {
		t.Errorf("%+v", r)
	}
	if _, err := st.Load(t.Context(), topic, 0); !errors.Is(err, es.ErrWire) {
		t.Errorf("a topic with a stranger's message loads with %v", err)
	}
}

func TestATailIsQuick(t *testing.T) {
	t.Parallel()
	st := open(t, natstest.Start(t))
	tail := tailing(t, st, 0)
	var seq uint64
	quickest := time.Hour
	for i := range 50 {
		var err error
		if seq, err = st.Append(t.Context(), topic, seq, one(fmt.Sprint("c", i), 1)); err != nil {
			t.Fatal(err)
		}
		acked := time.Now()
		seen(t, tail)
		quickest = min(quickest, time.Since(acked))
	}
	if quickest > 5*time.Millisecond { // usually 0.1 ms
		t.Errorf("a commit reaches a reader %v after its acknowledgement", quickest)
	}
}

func TestLargeCommitsFlow(t *testing.T) {
	t.Parallel()
	st := open(t, natstest.Start(t))
	const n = 150 // times 900 kB: more than any window of flow control
	for i := range n {
		if _, err := st.Append(t.Context(), fmt.Sprint("evt.test.thing.u1.", i), 0, one(fmt.Sprint("c", i), 900<<10)); err != nil {
			t.Fatal(err)
		}
	}
	tail := tailing(t, st, 0)
	for i := range n {
		if r := seen(t, tail); r.Seq != uint64(i+1) {
			t.Fatalf("commit %d came at %d", i+1, r.Seq)
		}
	}
}

// A reader who needs no more than types gets them, with the topic and place.
func TestATailOfTypesAlone(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	st := open(t, s)
	only := config
	only.TypesOnly = true
	light, err := esnats.Open(t.Context(), s.Conn(t), only)
	if err != nil {
		t.Fatal(err)
	}
	events := []es.Event{
		{ID: "c.0", Type: "t.a.v1", Source: "/t", Data: []byte(`{}`)}, {ID: "c.1", Type: "t.b.v1", Source: "/t", Data: []byte(`{}`)},
	}
	for i, n := range []int{2, 1} {
		if _, err := st.Append(t.Context(), "evt.test.x."+strconv.Itoa(i), 0, es.Commit{Command: "c", Events: events[:n]}); err != nil {
			t.Fatal(err)
		}
	}
	c := tailing(t, light, 0)
	for i, want := range []string{"t.a.v1 t.b.v1", "t.a.v1"} {
		r := seen(t, c)
		var types []string
		for _, e := range r.Events {
			types = append(types, e.Type)
			if e.Time.IsZero() || e.Seq != r.Seq || len(e.Data) != 0 {
				t.Errorf("%+v", e)
			}
		}
		if got := strings.Join(types, " "); got != want || r.Topic != "evt.test.x."+strconv.Itoa(i) || r.Command != "c" {
			t.Errorf("commit %d: %q %+v, want %q", i, got, r, want)
		}
	}
}
