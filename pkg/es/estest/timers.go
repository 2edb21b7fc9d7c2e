package estest

import (
	"context"
	"errors"
	"fmt"
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

// early sets a timer and changes it before its time, and returns its name and
// time. Where the change came too late the timer may have fired; that says
// nothing, and the next one gets twice as long.
func early(t testing.TB, j Journal, change func(name string, at time.Time)) (string, time.Time) {
	t.Helper()
	for n, ahead := 1, 300*time.Millisecond; ahead < limit; n, ahead = n+1, 2*ahead {
		name, at := fmt.Sprint("job.", n), time.Now().Add(ahead)
		set(t, j, name, at, "old")
		if change(name, at); time.Now().Before(at) {
			return name, at
		}
	}
	t.Fatal("a timer cannot be changed in time")
	panic("unreachable")
}

// nextOf is the next firing of a timer or of "end".
func nextOf(t testing.TB, fired <-chan firing, name string) firing {
	t.Helper()
	for {
		if f := next(t, fired); f.name == name || f.name == "end" {
			return f
		}
	}
}

func timerReplaced(t *testing.T, h Harness) {
	j := h.Open(t)
	fired := due(t, j, false)
	name, at := early(t, j, func(name string, at time.Time) { set(t, j, name, at.Add(time.Second), "new") })
	nextOf(t, fired, name).is(t, name, "new", at.Add(time.Second))
	set(t, j, "end", at.Add(2*time.Second), "")
	nextOf(t, fired, name).is(t, "end", "", at.Add(2*time.Second))
}

func timerCancelled(t *testing.T, h Harness) {
	j := h.Open(t)
	fired := due(t, j, false)
	name, at := early(t, j, func(name string, _ time.Time) {
		for range 2 { // cancelling what is not there is fine
			if err := j.Cancel(bounded(t), name); err != nil {
				t.Fatal(err)
			}
		}
	})
	set(t, j, "end", at.Add(time.Second), "")
	nextOf(t, fired, name).is(t, "end", "", at.Add(time.Second))
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
	set(t, j, "job.1", time.Now(), "before")
	next(t, fired).is(t, "job.1", "before", time.Time{})
	at := time.Now().Add(time.Second)
	set(t, j, "job.2", at, "after")
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
	once := func() {
		t.Helper()
		select {
		case f := <-a:
			fires(t, names, f)
		case f := <-b:
			fires(t, names, f)
		case <-time.After(limit):
			t.Fatalf("never fired: %v", names)
		}
	}
	for len(names) > 0 {
		once()
	}
	names["last"] = true
	set(t, here, "last", time.Now().Add(time.Second), "x")
	for len(names) > 0 { // and nothing else meanwhile
		once()
	}
}

// fires takes a name off those that are still to fire.
func fires(t testing.TB, names map[string]bool, f firing) {
	t.Helper()
	if !names[f.name] {
		t.Errorf("%s fired twice", f.name)
	}
	delete(names, f.name)
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
