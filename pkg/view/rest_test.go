package view

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestCommitsGatherForLongerUnderLoad(t *testing.T) {
	t.Parallel()
	watched := false
	v := &View{p: Projection{Watched: func() bool { return watched }}}
	if few, many := v.restAfter(busy-1), v.restAfter(busy); few != gather || many != gatherBusy {
		t.Errorf("after few commits %v, after many %v", few, many)
	}
	watched = true
	if d := v.restAfter(busy); d != gatherWatched {
		t.Errorf("while somebody watches %v", d)
	}
}

// However long commits would gather, whoever waits for one ends it.
func TestAWaiterEndsTheRestAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, start := newWaiters(), time.Now()
		rested := make(chan time.Duration)
		go func() { w.quiet(t.Context(), gatherBusy); rested <- time.Since(start) }()
		synctest.Wait()
		go func() { _ = w.wait(t.Context(), 7) }()
		if took := <-rested; took != 0 {
			t.Errorf("it went on for %v", took)
		}
		w.reach(7)
		synctest.Wait()
		w.quiet(t.Context(), gatherBusy)
		if took := time.Since(start); took != gatherBusy {
			t.Errorf("without anybody waiting it took %v", took)
		}
	})
}
