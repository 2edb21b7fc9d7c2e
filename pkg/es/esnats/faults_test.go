package esnats_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/esnats"
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/natstest"
)

func one(command string, size int) es.Commit {
	data, _ := json.Marshal(strings.Repeat("x", size))
	return es.Commit{Command: command, Events: []es.Event{{ID: command + ".0", Type: "t.v1", Source: "/test", Data: data}}}
}

const topic = "evt.test.thing.u1.1"

// eventually fails the test if the condition does not come true.
func eventually(t testing.TB, what string, condition func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	end := time.After(20 * time.Second)
	for !condition() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("not within 20 s: %s", what)
		}
	}
}

func unavailable(t testing.TB, what string, err error) {
	t.Helper()
	if f := fault.From(err); err == nil || f.Kind != fault.Unavailable || f.Code != "journal.unavailable" || f.RetryAfter != 2*time.Second {
		t.Errorf("%s: %v", what, err)
	}
}

func TestOpenWaitsForTheServer(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t, func(o *server.Options) { o.JetStream = false })
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	nc := s.Conn(t)
	_, err := esnats.Open(ctx, nc, config)
	unavailable(t, "without JetStream", err)

	opened := make(chan error, 1)
	go func() {
		_, err := esnats.Open(t.Context(), nc, config)
		opened <- err
	}()
	s.Stop()
	s.Change(func(o *server.Options) { o.JetStream = true })
	s.Begin(t)
	if err := <-opened; err != nil {
		t.Error(err)
	}
}

func TestOpenFailsAtOnceWhereWaitingIsInVain(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	open(t, s)
	for name, c := range map[string]esnats.Config{
		"subject taken":    {Stream: "EVT_OTHER", Subject: "evt.test.>"},
		"bad name":         {Stream: "EVT.TEST", Subject: "evt.a.>"},
		"no name":          {Subject: "evt.a.>"},
		"bad subject":      {Stream: "EVT_A", Subject: "evt.a.b"},
		"one server, R3":   {Stream: "EVT_A", Subject: "evt.a.>", Replicas: 3},
		"too many servers": {Stream: "EVT_A", Subject: "evt.a.>", Replicas: 9},
	} {
		if _, err := esnats.Open(t.Context(), s.Conn(t), c); err == nil || fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReplicasOpenAtTheSameTime(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	var wg sync.WaitGroup
	for i := range 8 {
		nc := s.Conn(t)
		wg.Go(func() {
			st, err := esnats.Open(t.Context(), nc, config)
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := st.Append(t.Context(), fmt.Sprint("evt.test.thing.u1.", i), 0, one("c", 1)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if last, err := open(t, s).Last(t.Context()); err != nil || last != 8 {
		t.Errorf("last is %d, %v", last, err)
	}
}

func TestAFullStorageIsUnavailableAndHeals(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t, func(o *server.Options) { o.JetStreamMaxStore = 1 << 20 })
	st := open(t, s)
	var full error
	n := uint64(0)
	for full == nil && n < 100 {
		_, full = st.Append(t.Context(), fmt.Sprint("evt.test.thing.u1.", n), 0, one(fmt.Sprint("c", n), 100<<10))
		if full == nil {
			n++
		}
	}
	unavailable(t, "append to a full storage", full)
	if got, err := st.Load(t.Context(), "evt.test.thing.u1.0", 0); err != nil || len(got) != 1 {
		t.Errorf("reading a full storage: %d commits, %v", len(got), err)
	}
	if last, err := st.Last(t.Context()); err != nil || last != n {
		t.Errorf("of %d commits that fitted the last is %d (%v)", n, last, err)
	}
	s.Stop()
	s.Change(func(o *server.Options) { o.JetStreamMaxStore = 64 << 20 })
	s.Begin(t)
	eventually(t, "append with more room", func() bool {
		_, err := st.Append(t.Context(), fmt.Sprint("evt.test.thing.u1.", n), 0, one("more", 100<<10))
		return err == nil || errors.Is(err, es.ErrConflict)
	})
}

func TestALostServerIsUnavailableWithinPatience(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	st := open(t, s)
	s.Stop()
	begin := time.Now()
	var wg sync.WaitGroup
	for name, ask := range map[string]func() error{
		"append":   func() error { _, err := st.Append(t.Context(), topic, 0, one("c1", 1)); return err },
		"load":     func() error { _, err := st.Load(t.Context(), topic, 0); return err },
		"last":     func() error { _, err := st.Last(t.Context()); return err },
		"identity": func() error { _, err := st.Identity(t.Context()); return err },
		"set":      func() error { return st.Set(t.Context(), "a", time.Now(), nil) },
		"cancel":   func() error { return st.Cancel(t.Context(), "a") },
	} {
		wg.Go(func() { unavailable(t, name, ask()) })
	}
	wg.Wait()
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	s.Begin(t)
	eventually(t, "append after the server came back", func() bool {
		_, err := st.Append(t.Context(), topic, 0, one("c2", 1))
		return err == nil
	})
	if got, err := st.Load(t.Context(), topic, 0); err != nil || len(got) != 1 || got[0].Command != "c2" {
		t.Errorf("what failed was stored after all: %+v, %v", got, err)
	}
}

func TestALostStreamIsMadeAgain(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	st := open(t, s)
	js, err := jetstream.New(s.Conn(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"EVT_TEST", "TMR_TEST"} {
		if err := js.DeleteStream(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	fired, ended := make(chan string, 10), make(chan error, 1)
	go func() {
		ended <- st.Due(ctx, func(_ context.Context, name string, _ []byte) error { fired <- name; return nil })
	}()
	defer func() { cancel(); <-ended }()
	_, err = st.Append(t.Context(), topic, 0, one("c1", 1))
	unavailable(t, "append to a lost stream", err)
	eventually(t, "append again", func() bool {
		_, err := st.Append(t.Context(), topic, 0, one("c2", 1))
		return err == nil
	})
	eventually(t, "a timer again", func() bool { return st.Set(t.Context(), "a", time.Now(), nil) == nil })
	select {
	case <-fired:
	case <-time.After(20 * time.Second):
		t.Error("the timer did not fire")
	}
}

func TestASettingIsBroughtUpToDate(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	js, err := jetstream.New(s.Conn(t))
	if err != nil {
		t.Fatal(err)
	}
	_, err = js.CreateStream(t.Context(), jetstream.StreamConfig{
		Name: config.Stream, Subjects: []string{"evt.test.*.>"}, MaxBytes: 1 << 20, Discard: jetstream.DiscardNew})
	if err != nil {
		t.Fatal(err)
	}
	open(t, s)
	_, st := stream(t, s)
	got := st.CachedInfo().Config
	if got.Subjects[0] != config.Subject || !got.AllowDirect || got.MaxBytes != 1<<20 {
		t.Errorf("%+v", got)
	}
}

func TestWhatIsTooLargeForTheServerIsTooLarge(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	st := open(t, s)
	_, js := stream(t, s)
	c := js.CachedInfo().Config
	c.MaxMsgSize = 10_000
	api, err := jetstream.New(s.Conn(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := api.UpdateStream(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if _, err := st.Append(t.Context(), topic, 0, one("c1", 20_000)); !errors.Is(err, es.ErrTooLarge) {
		t.Error(err)
	}
}
