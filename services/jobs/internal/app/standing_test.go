package app

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestEndingOffersWaitsForWhatTheyGive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s standing
		first, leaveFirst := s.enter("r1")
		second, leaveSecond := s.enter("r1")
		other, leaveOther := s.enter("r2")
		done := false
		go func() { s.end(t.Context(), "r1"); done = true }()
		synctest.Wait()
		if !ended(first) || !ended(second) || ended(other) {
			t.Error("the wrong offers have ended")
		}
		fresh, leaveFresh := s.enter("r1")
		leaveFirst()
		synctest.Wait()
		if done {
			t.Error("one may still give a job")
		}
		leaveSecond()
		synctest.Wait()
		if !done || ended(fresh) {
			t.Errorf("done %v; one that came later has ended: %v", done, ended(fresh))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		s.end(ctx, "r1") // which nobody leaves
		leaveFresh()
		leaveOther()
		if len(s.of) != 0 {
			t.Errorf("left: %v", s.of)
		}
	})
}
