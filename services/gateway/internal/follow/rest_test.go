package follow_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/esmem"
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/gateway/internal/follow"
)

// gauge is a journal that tells what its reader does with each batch, and
// that can stop answering.
type gauge struct {
	*esmem.Store
	taken chan error
	deaf  atomic.Bool
}

func (g *gauge) Tail(ctx context.Context, after uint64, f func([]es.Recorded, bool) error) error {
	return g.Store.Tail(ctx, after, func(batch []es.Recorded, caught bool) error {
		err := f(batch, caught)
		g.taken <- err
		return err
	})
}

func (g *gauge) Last(ctx context.Context) (uint64, error) {
	if g.deaf.Load() {
		return 0, errors.New("no answer")
	}
	return g.Store.Last(ctx)
}

// newGauged is a world whose hub keeps two commits.
func newGauged(t *testing.T) (*world, *gauge, func()) {
	t.Helper()
	w := &world{Store: esmem.New(), last: map[string]uint64{}}
	g := &gauge{Store: w.Store, taken: make(chan error, 1000)}
	stop := w.start(t, follow.Config{Store: g, Keep: 2})
	<-g.taken // that there was nothing
	return w, g, stop
}

// tire appends until the hub rests, and returns how many commits that took.
func (w *world) tire(t *testing.T, g *gauge) (n int) {
	t.Helper()
	for err := error(nil); err == nil; err = <-g.taken {
		w.append(t, aliceJob, 1)
		n++
	}
	return n
}

func numbers(from, to int) (ids []string) {
	for i := from; i <= to; i++ {
		ids = append(ids, fmt.Sprintf("e%d", i))
	}
	return ids
}

func TestAHubThatNobodyFollowsRests(t *testing.T) {
	t.Parallel()
	w, g, _ := newGauged(t)
	if n := w.tire(t, g); n > 6 {
		t.Errorf("it read %d commits for nobody", n)
	}
	for range 10 {
		w.append(t, aliceJob, 1)
	}
	if len(g.taken) > 0 {
		t.Error("it reads on")
	}
}

func TestWhoeverWakesTheHubMissesNothing(t *testing.T) {
	t.Parallel()
	w, g, _ := newGauged(t)
	var at follow.Cursor
	for heard := 0; heard < 100; {
		w.tire(t, g)
		w.append(t, bobJob, 2)
		ctx, leave := context.WithCancel(t.Context())
		then, now := newEar(), newEar()
		var left sync.WaitGroup
		left.Go(func() { _ = w.hub.Follow(ctx, follow.Query{All: true, After: &at}, then) })
		left.Go(func() { _ = w.hub.Follow(ctx, follow.Query{All: true}, now) })
		<-now.more // its first pause
		before := w.n
		w.append(t, aliceJob, 2)
		then.until(t, numbers(heard+1, w.n)...)
		now.until(t, numbers(before+1, w.n)...)
		heard = w.n
		_, at = then.all()
		leave()
		left.Wait()
		for len(g.taken) > 0 {
			<-g.taken
		}
	}
}

// Followers who come and go while the hub falls asleep and wakes up under
// them hear everything once.
func TestComingAndGoingLosesNothing(t *testing.T) {
	t.Parallel()
	const n = 400
	w := newWorld(t, follow.Config{Keep: 1})
	gone := errors.New("gone")
	var followers sync.WaitGroup
	for stay := range 4 {
		followers.Go(func() {
			var got []string
			var at follow.Cursor
			for len(got) < n {
				e := newEar()
				e.stop = func(heard int) error {
					if heard > stay || len(got)+heard == n {
						return gone
					}
					return nil
				}
				after := at
				if err := w.hub.Follow(t.Context(), follow.Query{All: true, After: &after}, e); !errors.Is(err, gone) && !errors.Is(err, follow.ErrSlow) {
					t.Error(err)
					return
				}
				heard, reached := e.all()
				got = append(got, heard...)
				if reached != (follow.Cursor{}) { // it was not cut off before the first word
					at = reached
				}
			}
			for i, id := range got {
				if id != fmt.Sprintf("e%d", i+1) {
					t.Errorf("event %d was %s", i+1, id)
					return
				}
			}
		})
	}
	for range n {
		w.append(t, aliceJob, 1)
	}
	followers.Wait()
}

func TestARestingHubEnds(t *testing.T) {
	t.Parallel()
	w, g, stop := newGauged(t)
	w.tire(t, g)
	stop()
	if err := w.hub.Follow(t.Context(), follow.Query{All: true}, newEar()); !errors.Is(err, follow.ErrClosed) {
		t.Errorf("a late comer: %v", err)
	}
}

func TestAHubThatCannotWakeUpSaysSo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, g, _ := newGauged(t)
		w.tire(t, g)
		g.deaf.Store(true)
		if err := w.hub.Follow(t.Context(), follow.Query{All: true}, newEar()); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%v", err)
		}
		patient := newEar()
		w.listen(t, follow.Query{All: true, After: from(uint64(w.n - 1))}, patient)
		time.AfterFunc(time.Second, func() { g.deaf.Store(false) })
		patient.until(t, fmt.Sprintf("e%d", w.n))
	})
}
