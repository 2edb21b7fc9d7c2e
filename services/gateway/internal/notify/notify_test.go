package notify_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/gateway/internal/notify"
)

func TestEachIsToldOnceAndInOrder(t *testing.T) {
	inWorld(t, func(w *world) {
		want := w.tell(1, "http://a/x", "running") // before anybody listens
		w.replica(w.keep)
		w.replica(w.keep)
		for n := 2; n < 100; n++ {
			want = append(want, w.tell(n, fmt.Sprintf("http://%c/x", 'a'+n%7), "running", "succeeded")...)
		}
		w.append(1, "succeeded", nil)
		got := w.after(time.Second)
		w.wants(got, append(want, "a 00000000001 succeeded")...)
		for _, last := range got {
			if first, ok := strings.CutSuffix(last, " succeeded"); ok && slices.Index(got, first+" running") > slices.Index(got, last) {
				w.Errorf("%s was told before it ran", last)
			}
		}
		w.wants(w.after(time.Hour), got...)
	})
}

func TestWhatIsDueTwiceInOneCommitAndReadsTheSameIsToldOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		want := w.tell(1, "http://a/x", "running")
		w.append(1, "unheard_of", nil) // due, and leads nowhere
		w.replica(w.keep)
		w.wants(w.after(time.Second), append(want, "a 00000000001 unheard_of")...)
	})
}

// A receiver that is down is tried again, after pauses that double, and what
// comes next of the same job waits for its turn.
func TestAReceiverThatIsDownAndThenUp(t *testing.T) {
	inWorld(t, func(w *world) {
		w.replica(w.keep)
		begun := time.Now()
		w.answer = func(context.Context, string) int {
			if time.Since(begun) < 40*time.Second {
				return 503
			}
			return 200
		}
		want := w.tell(1, "http://a/x", "running", "succeeded")
		w.wants(w.after(30 * time.Second))
		w.wants(w.after(time.Minute), want...)
		if w.told[0] != want[0] || w.asked != 4 { // 0, 15 and 45 seconds, and the other
			w.Errorf("told were %q, with %d requests", w.told, w.asked)
		}
	})
}

func TestAReceiverThatNeverTakesAny(t *testing.T) {
	for status, requests := range map[int]int{500: 3, 429: 3, 408: 3, 404: 1, 401: 1, 302: 1, 410: 1} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.replica(w.keep)
				w.answer = func(_ context.Context, said string) int {
					if strings.HasPrefix(said, "b ") {
						return 200
					}
					return status
				}
				w.tell(1, "http://a/x?secret=1", "running")
				want := w.tell(2, "http://b/x", "running")
				w.wants(w.after(time.Second), want...)
				w.wants(w.after(2*time.Minute), want...)
				if w.asked != requests+1 {
					w.Errorf("%d requests", w.asked)
				}
				w.logged(fmt.Sprintf("job=00000000001 state=running receiver=a err=\"the receiver answered %d", status))
				if note := fmt.Sprintf("The notification of running was not taken: the receiver answered %d ", status); len(w.notes) != 1 ||
					!strings.HasPrefix(w.notes[0].Text, note) || w.notes[0].Key != "1 1.1" || w.notes[0].ID != 1 {
					w.Errorf("noted were %+v", w.notes)
				}
				if strings.Contains(w.log.String(), "secret") {
					w.Errorf("the log tells the address: %s", &w.log)
				}
			})
		})
	}
}

// A receiver that takes its time costs nobody else any, and is given up.
func TestAReceiverThatHangs(t *testing.T) {
	inWorld(t, func(w *world) {
		w.cfg.Queue, w.cfg.GiveUp = 50, 3*time.Minute
		w.replica(w.keep)
		w.answer = func(ctx context.Context, said string) int {
			if strings.HasPrefix(said, "slow ") {
				<-ctx.Done()
			}
			return 200
		}
		for n := 1; n <= 60; n++ {
			w.tell(n, "http://slow/x", "running")
		}
		want := w.tell(61, "http://fast/x", "running", "succeeded")
		w.wants(w.after(time.Second), want...)
		w.logged("too many notifications wait for this receiver")
		w.wants(w.after(4*time.Minute), want...)
		w.logged("the receiver did not answer within 10s")
		w.logged("there was no time left")
		asked := w.asked
		if w.after(time.Hour); w.asked != asked {
			w.Errorf("%d more requests after all was given up", w.asked-asked)
		}
	})
}

func TestAUserIsToldSoManyInASecond(t *testing.T) {
	inWorld(t, func(w *world) {
		w.cfg.Rate = 10
		w.replica(w.keep)
		for n := 1; n <= 40; n++ {
			w.tell(n, "http://a/x", "running")
		}
		other := w.tell(41, "http://b/x", "running") // another user's
		got := w.after(1050 * time.Millisecond)
		if len(got) != 12 || !slices.Contains(got, other[0]) {
			w.Errorf("after a second, %d were told: %q", len(got), got)
		}
		if got := w.after(3 * time.Second); len(got) != 41 {
			w.Errorf("%d were told", len(got))
		}
	})
}

func TestWhatIsLongPastIsNotTold(t *testing.T) {
	inWorld(t, func(w *world) {
		w.tell(1, "http://a/x", "running")
		time.Sleep(25 * time.Hour)
		want := w.tell(2, "http://a/x", "running")
		w.replica(w.keep)
		w.wants(w.after(time.Second), want...)
		w.logged("it was due more than a day ago")
	})
}

func TestConfig(t *testing.T) {
	t.Parallel()
	if err := (notify.Config{Tries: -1, GiveUp: -1}).Validate(); err == nil || !strings.Contains(err.Error(), "notify-tries") || !strings.Contains(err.Error(), "notify-give-up") {
		t.Error(err)
	}
	if err := (notify.Config{}).Validate(); err != nil {
		t.Error(err)
	}
}
