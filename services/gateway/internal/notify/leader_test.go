package notify_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/es/esmem"
)

// One that ends in peace hands over at once, and nothing is told twice.
func TestAnotherGoesOn(t *testing.T) {
	inWorld(t, func(w *world) {
		stop := w.replica(w.keep)
		want := w.tell(1, "http://a/x", "running")
		w.wants(w.after(time.Second), want...)
		stop()
		w.append(1, "succeeded", nil)
		w.replica(w.keep)
		w.wants(w.after(time.Second), append(want, "a 00000000001 succeeded")...)
	})
}

// One that is cut off from the others while a receiver is down is replaced, and
// what was told by then is not told again; nor does it go on itself.
func TestALeaderThatDies(t *testing.T) {
	inWorld(t, func(w *world) {
		first := &mortal{Keep: w.keep}
		w.answer = func(_ context.Context, said string) int {
			if strings.HasPrefix(said, "down ") && !first.isDead() {
				return 503
			}
			return 200
		}
		w.replica(first)
		want := w.tell(1, "http://down/x", "running")
		want = append(want, w.tell(2, "http://a/x", "running", "succeeded")...)
		w.wants(w.after(time.Second), want[1:]...)
		w.replica(w.keep)
		w.wants(w.after(time.Second), want[1:]...)
		first.die()
		w.wants(w.after(20*time.Second), want...)
		want = append(want, w.tell(3, "http://a/x", "running")...)
		w.wants(w.after(time.Minute), want...)
		w.logged("this gateway does not tell jobs' notifications any more")
	})
}

// One that ends while it waits for a receiver leaves the rest to the next.
func TestALeaderThatEndsInBetween(t *testing.T) {
	inWorld(t, func(w *world) {
		up := false
		w.answer = func(ctx context.Context, _ string) int {
			if !up {
				<-ctx.Done()
			}
			return 200
		}
		stop := w.replica(w.keep)
		want := w.tell(1, "http://a/x", "running", "succeeded")
		want = append(want, w.tell(2, "http://b/x", "running")...)
		w.wants(w.after(time.Second))
		begun := time.Now()
		stop()
		if took := time.Since(begun); took > 3*time.Second {
			w.Errorf("it took %v to end", took)
		}
		up = true
		w.replica(w.keep)
		w.wants(w.after(time.Second), want...)
	})
}

// A journal that was made anew is told from its beginning.
func TestAnotherJournal(t *testing.T) {
	inWorld(t, func(w *world) {
		stop := w.replica(w.keep)
		want := w.tell(1, "http://a/x", "running", "succeeded")
		w.wants(w.after(time.Second), want...)
		stop()
		w.journal = esmem.New()
		want = append(want, w.tell(2, "http://a/x", "running")...)
		w.replica(w.keep)
		w.wants(w.after(time.Second), want...)
	})
}
