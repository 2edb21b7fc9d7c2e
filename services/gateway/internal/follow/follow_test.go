package follow_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/esmem"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/gateway/internal/follow"
)

const (
	aliceJob = "evt.jobs.job.alice.1"
	bobJob   = "evt.jobs.job.bob.2"
)

// world is a journal and a hub on it.
type world struct {
	*esmem.Store
	hub  *follow.Hub
	last map[string]uint64
	n    int
}

func newWorld(t *testing.T, cfg follow.Config) *world {
	t.Helper()
	w := &world{Store: esmem.New(), last: map[string]uint64{}}
	w.start(t, cfg)
	return w
}

// start gives the world a new hub, as a restart of the gateway does.
func (w *world) start(t *testing.T, cfg follow.Config) (stop func()) {
	t.Helper()
	cfg.Log = logx.Discard()
	if cfg.Store == nil {
		cfg.Store = w.Store
	}
	w.hub = follow.NewHub(cfg)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	hub := w.hub
	go func() { done <- hub.Run(ctx) }()
	<-w.hub.Ready()
	stop = sync.OnceFunc(func() { cancel(); <-done })
	t.Cleanup(stop)
	return stop
}

// append commits n events to a topic. They are numbered through.
func (w *world) append(t *testing.T, topic string, n int) {
	t.Helper()
	c := es.Commit{Command: fmt.Sprintf("c%d", w.n)}
	for range n {
		w.n++
		c.Events = append(c.Events, es.Event{ID: fmt.Sprintf("e%d", w.n), Type: "t.v1", Source: "/jobs", Data: json.RawMessage("{}")})
	}
	seq, err := w.Append(t.Context(), topic, w.last[topic], c)
	if err != nil {
		t.Fatal(err)
	}
	w.last[topic] = seq
}

// ear is a sink that writes down what it hears.
type ear struct {
	mu    sync.Mutex
	heard []string // event ids, and "gap"
	at    follow.Cursor
	more  chan struct{}
	stop  func(heard int) error // called after each event
}

func newEar() *ear { return &ear{more: make(chan struct{}, 1), stop: func(int) error { return nil }} }

func (e *ear) note(at follow.Cursor, what ...string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heard, e.at = append(e.heard, what...), at
	select {
	case e.more <- struct{}{}:
	default:
	}
	return e.stop(len(e.heard))
}

func (e *ear) Event(at follow.Cursor, ev es.Event) error { return e.note(at, ev.ID) }
func (e *ear) Gap(at follow.Cursor) error                { return e.note(at, "gap") }
func (e *ear) Pause(at follow.Cursor) error              { return e.note(at) }

func (e *ear) all() ([]string, follow.Cursor) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.heard), e.at
}

// until waits until the ear has heard exactly this.
func (e *ear) until(t *testing.T, want ...string) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		got, _ := e.all()
		if slices.Equal(got, want) {
			return
		}
		select {
		case <-e.more:
		case <-deadline:
			t.Fatalf("heard %v, want %v", got, want)
		}
	}
}

// listen follows in the background; the end is sent to the channel.
func (w *world) listen(t *testing.T, q follow.Query, e *ear) (end chan error) {
	t.Helper()
	end = make(chan error, 1)
	hub, ctx := w.hub, t.Context()
	go func() { end <- hub.Follow(ctx, q, e) }()
	return end
}

func from(seq uint64, part ...int) *follow.Cursor {
	c := &follow.Cursor{Seq: seq}
	if len(part) > 0 {
		c.Part = part[0]
	}
	return c
}

func TestHistoryThenLiveWithoutSeam(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]follow.Config{"from memory": {}, "from the journal": {Keep: 1}, "from the journal, for size": {Bytes: 1}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, cfg)
			w.append(t, aliceJob, 1)
			w.append(t, bobJob, 1)
			w.append(t, aliceJob, 2)
			all, own, one := newEar(), newEar(), newEar()
			w.listen(t, follow.Query{All: true, After: from(0)}, all)
			w.listen(t, follow.Query{Owner: "alice", After: from(0)}, own)
			w.listen(t, follow.Query{All: true, Topic: bobJob, After: from(0)}, one)
			all.until(t, "e1", "e2", "e3", "e4")
			own.until(t, "e1", "e3", "e4")
			one.until(t, "e2")
			w.append(t, bobJob, 1)
			w.append(t, aliceJob, 1)
			all.until(t, "e1", "e2", "e3", "e4", "e5", "e6")
			own.until(t, "e1", "e3", "e4", "e6")
			one.until(t, "e2", "e5")
		})
	}
}

func TestNobodySeesWhatIsNotTheirs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, follow.Config{})
	w.append(t, aliceJob, 1)
	for name, q := range map[string]follow.Query{
		"nobody":          {After: from(0)},
		"another":         {Owner: "bob", After: from(0)},
		"a topic of hers": {Owner: "bob", Topic: aliceJob, After: from(0)},
		"half a name":     {Owner: "ali", After: from(0)},
	} {
		e := newEar()
		q.Once = true
		if err := w.hub.Follow(t.Context(), q, e); err != nil {
			t.Fatal(err)
		}
		if heard, _ := e.all(); len(heard) > 0 {
			t.Errorf("%s heard %v", name, heard)
		}
	}
}

func TestEveryCursorResumesExactly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, follow.Config{Keep: 1})
	w.append(t, aliceJob, 1) // e1 at 1
	w.append(t, aliceJob, 3) // e2 e3 e4 at 2
	w.append(t, bobJob, 2)   // e5 e6 at 3
	for c, want := range map[string][]string{
		"0": {"e1", "e2", "e3", "e4", "e5", "e6"}, "1": {"e2", "e3", "e4", "e5", "e6"},
		"2.1": {"e3", "e4", "e5", "e6"}, "2.2": {"e4", "e5", "e6"}, "2": {"e5", "e6"},
		"3.1": {"e6"}, "3": nil,
	} {
		at, err := follow.ParseCursor(c)
		if err != nil {
			t.Fatal(err)
		}
		e := newEar()
		if err := w.hub.Follow(t.Context(), follow.Query{All: true, After: &at, Once: true}, e); err != nil {
			t.Fatal(err)
		}
		if got, end := e.all(); !slices.Equal(got, want) || end != *from(3) {
			t.Errorf("after %s: %v up to %v, want %v", c, got, end, want)
		}
	}
}

// Whoever is thrown out anywhere and comes back with the last cursor, on
// whatever replica, hears everything once.
func TestInterruptedFollowersLoseNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, follow.Config{Keep: 5})
	var want []string
	for i := range 50 {
		w.append(t, aliceJob, 1+i%3)
	}
	for i := range w.n {
		want = append(want, fmt.Sprintf("e%d", i+1))
	}
	broken := errors.New("the line broke")
	var got []string
	var at follow.Cursor
	for rest := 1; len(got) < len(want); rest = rest%7 + 1 {
		stop := w.start(t, follow.Config{Keep: 5})
		e := newEar()
		e.stop = func(heard int) error {
			if heard >= rest {
				return broken
			}
			return nil
		}
		after := at
		if err := w.hub.Follow(t.Context(), follow.Query{All: true, After: &after, Once: true}, e); err != nil && !errors.Is(err, broken) {
			t.Fatal(err)
		}
		var heard []string
		heard, at = e.all()
		got = append(got, heard...)
		stop()
	}
	if !slices.Equal(got, want) {
		t.Errorf("heard %v", got)
	}
}

func TestSlowFollowerIsCutOffAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, follow.Config{Keep: 4})
	slow, quick := newEar(), newEar()
	begun, release := make(chan bool, 1), make(chan bool)
	slow.stop = func(heard int) error {
		if heard == 1 {
			begun <- true
			<-release
		}
		return nil
	}
	end := w.listen(t, follow.Query{All: true, After: from(0)}, slow)
	w.listen(t, follow.Query{Owner: "alice", After: from(0)}, quick)
	w.append(t, aliceJob, 1)
	<-begun
	want := []string{"e1"}
	for i := range 20 {
		w.append(t, aliceJob, 1)
		want = append(want, fmt.Sprintf("e%d", i+2))
		quick.until(t, want...)
	}
	close(release)
	if err := <-end; !errors.Is(err, follow.ErrSlow) {
		t.Fatalf("the slow one ended with %v", err)
	}
	_, at := slow.all()
	again := newEar()
	w.listen(t, follow.Query{All: true, After: &at}, again)
	heard, _ := slow.all()
	again.until(t, want[len(heard):]...)
}

func TestCursorOutsideTheJournalIsAGap(t *testing.T) {
	t.Parallel()
	w := newWorld(t, follow.Config{Keep: 1})
	for range 5 {
		w.append(t, aliceJob, 1)
	}
	w.Purge(4)
	w.start(t, follow.Config{}) // which has the older ones no more in memory either
	old, ahead := newEar(), newEar()
	w.listen(t, follow.Query{All: true, After: from(1)}, old)
	w.listen(t, follow.Query{All: true, After: from(99)}, ahead)
	old.until(t, "gap")
	ahead.until(t, "gap")
	w.append(t, aliceJob, 1)
	old.until(t, "gap", "e6")
	ahead.until(t, "gap", "e6")
}

func TestShutdownEndsFollowers(t *testing.T) {
	t.Parallel()
	w := &world{Store: esmem.New(), last: map[string]uint64{}}
	stop := w.start(t, follow.Config{})
	e := newEar()
	end := w.listen(t, follow.Query{All: true}, e)
	<-e.more // its first pause: it follows
	stop()
	if err := <-end; !errors.Is(err, follow.ErrClosed) {
		t.Errorf("ended with %v", err)
	}
	if err := w.hub.Follow(t.Context(), follow.Query{All: true}, e); !errors.Is(err, follow.ErrClosed) {
		t.Errorf("a late comer: %v", err)
	}
}

func TestQuietFollowerHearsTheHeartAndMovesOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, follow.Config{Heartbeat: 5 * time.Millisecond})
	e := newEar()
	w.listen(t, follow.Query{Owner: "bob"}, e)
	w.append(t, aliceJob, 1)
	w.append(t, aliceJob, 1)
	for {
		<-e.more
		if heard, at := e.all(); len(heard) == 0 && at == *from(2) {
			return // nothing was his, and he need not look at it again
		}
	}
}
