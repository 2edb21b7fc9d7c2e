package estest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"
)

func timerLaws() []law {
	return []law{
		{"a timer fires at its time, with its payload", timerFires},
		{"a timer set again fires at the new time only", timerReplaced},
		{"a cancelled timer does not fire", timerCancelled},
		{"a timer whose handler fails fires again", timerRepeats},
		{"a timer survives a restart", timerAfterRestart},
		{"replicas share the timers", timersShared},
		{"a timer needs a name", timerNames},
	}
}

// firing is one call of a handler.
type firing struct {
	name, payload string
	at            time.Time
}

// due runs Due until the test ends and returns the firings. again says that
// the first firing of a name fails.
func due(t testing.TB, j Journal, again bool) <-chan firing {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	fired := make(chan firing, 100)
	ended := make(chan error, 1)
	var mu sync.Mutex
	seen := map[string]bool{}
	go func() {
		ended <- j.Due(ctx, func(_ context.Context, name string, payload []byte) error {
			fired <- firing{name, string(payload), time.Now()}
			mu.Lock()
			defer mu.Unlock()
			if again && !seen[name] {
				seen[name] = true
				return errors.New("not yet")
			}
			return nil
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("due ended with %v", err)
		}
	})
	return fired
}

func next(t testing.TB, fired <-chan firing) firing {
	t.Helper()
	select {
	case f := <-fired:
		return f
	case <-time.After(limit):
		t.Fatal("no timer fired")
		return firing{}
	}
}

func set(t testing.TB, j Journal, name string, at time.Time, payload string) {
	t.Helper()
	if err := j.Set(bounded(t), name, at, []byte(payload)); err != nil {
		t.Fatalf("set %s: %v", name, err)
	}
}

// soon is a time that is not a whole second.
func soon() time.Time {
	at := time.Now().Add(300 * time.Millisecond)
	return at.Truncate(time.Second).Add(max(at.Sub(at.Truncate(time.Second)), 100*time.Millisecond))
}

func (f firing) is(t testing.TB, name, payload string, at time.Time) {
	t.Helper()
	if f.name != name || f.payload != payload || f.at.Before(at) {
		t.Errorf("%s (%q) fired at %v, want %s (%q) at %v", f.name, f.payload, f.at, name, payload, at)
	}
}

func timerFires(t *testing.T, h Harness) {
	j := h.Open(t)
	fired := due(t, j, false)
	at := soon()
	set(t, j, "job.1", at, "one")
	next(t, fired).is(t, "job.1", "one", at)
	past := time.Now().Add(-time.Hour)
	set(t, j, "job.1", past, "late")
	next(t, fired).is(t, "job.1", "late", past)
}

func timerReplaced(t *testing.T, h Harness) {
	j := h.Open(t)
	fired := due(t, j, false)
	at := soon()
	set(t, j, "job.1", at, "old")
	set(t, j, "job.1", at.Add(time.Second), "new")
	set(t, j, "job.2", at.Add(2*time.Second), "end")
	next(t, fired).is(t, "job.1", "new", at.Add(time.Second))
	next(t, fired).is(t, "job.2", "end", at.Add(2*time.Second))
}

func timerCancelled(t *testing.T, h Harness) {
	j := h.Open(t)
	fired := due(t, j, false)
	at := soon()
	set(t, j, "job.1", at, "one")
	set(t, j, "job.2", at.Add(time.Second), "two")
	for range 2 { // cancelling what is not there is fine
		if err := j.Cancel(bounded(t), "job.1"); err != nil {
			t.Fatal(err)
		}
	}
	next(t, fired).is(t, "job.2", "two", at.Add(time.Second))
}

func timerRepeats(t *testing.T, h Harness) {
	j := h.Open(t)
	fired := due(t, j, true)
	at := soon()
	set(t, j, "job.1", at, "one")
	next(t, fired).is(t, "job.1", "one", at)
	next(t, fired).is(t, "job.1", "one", at)
}

func timerAfterRestart(t *testing.T, h Harness) {
	j := h.Open(t)
	fired := due(t, j, false)
	at := time.Now().Add(time.Second)
	set(t, j, "job.1", time.Now(), "before")
	set(t, j, "job.2", at, "after")
	next(t, fired).is(t, "job.1", "before", time.Time{})
	h.Restart(t)
	next(t, fired).is(t, "job.2", "after", at)
}

func timersShared(t *testing.T, h Harness) {
	here, there := h.Open(t), h.Open(t)
	a, b := due(t, here, false), due(t, there, false)
	names := map[string]bool{"a": true, "b": true, "c": true, "d": true, "e.f": true, "g": true}
	at := time.Now()
	for name := range names {
		set(t, here, name, at, "x")
	}
	set(t, here, "last", at.Add(2*time.Second), "x")
	for {
		var f firing
		select {
		case f = <-a:
		case f = <-b:
		case <-time.After(limit):
			t.Fatalf("never fired: %v", names)
		}
		if f.name == "last" {
			break
		}
		if !names[f.name] {
			t.Errorf("%s fired twice", f.name)
		}
		delete(names, f.name)
	}
	if len(names) > 0 {
		t.Errorf("never fired: %v", names)
	}
}

func timerNames(t *testing.T, h Harness) {
	j := h.Open(t)
	for _, name := range []string{"", ".", "a.", ".a", "a..b", "*", ">", "a b", "a\r\n", "ä"} {
		if err := j.Set(bounded(t), name, time.Now(), nil); err == nil {
			t.Errorf("set %q", name)
		}
		if err := j.Cancel(bounded(t), name); err == nil {
			t.Errorf("cancelled %q", name)
		}
	}
}
