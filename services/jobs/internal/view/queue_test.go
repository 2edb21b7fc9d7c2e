package view_test

import (
	"math"
	"slices"
	"testing"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/internal/match"
	"github.com/heddle-dev/heddle/services/jobs/internal/view"
)

func TestTheFrontOfAClass(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.open("")
	for n, s := range []job.Spec{{Group: "g"}, {Group: "g", Site: "there"}, {Group: "g"}, {Group: "g", Priority: 9}, {}} {
		s.Executable = "x"
		w.do("u", id.ID(n+1), submit("u", id.ID(n+1), s))
	}
	w.do("u", 3, job.Match{Runner: "r", Site: "here"}, job.Release{Runner: "r", Epoch: 1})
	w.do("u", 5, job.Match{Runner: "r", Site: "here"})
	fresh(t, v)
	classes, err := v.Waiting(t.Context())
	if err != nil || len(classes) != 2 {
		t.Fatalf("%+v, %v", classes, err)
	}
	plain := slices.IndexFunc(classes, func(c view.Class) bool { return c.Jobs == 3 })
	if plain < 0 || classes[plain].Account != (match.Account{Group: "g", Owner: "u"}) {
		t.Fatalf("%+v", classes)
	}
	got, err := v.Front(t.Context(), classes[plain], 2)
	if err != nil || len(got) != 2 || got[0].ID != 4 || got[0].Priority != 9 || got[1].ID != 1 || got[1].Since.IsZero() || got[1].Size == 0 {
		t.Errorf("the front is %+v, %v", got, err)
	}
}

// TestWhatIsUsedCountsLessAndLess: half of it after the half-life, and what
// still runs counts at once.
func TestWhatIsUsedCountsLessAndLess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.open("")
	s := job.Spec{Executable: "x", Limits: job.Resources{CPUs: 4}}
	for n := range id.ID(3) {
		w.do("u", n+1, submit("u", n+1, s), job.Match{Runner: "r", Site: "here"}, job.Begin{Runner: "r", Epoch: 1})
	}
	w.do("u", 1, job.Finish{Runner: "r", Epoch: 1, Code: new(int)})
	w.do("u", 2, job.Release{Runner: "r", Epoch: 1, Reason: "never started"})
	fresh(t, v)
	done, ok, err := v.Get(t.Context(), 1)
	running, _, err2 := v.Get(t.Context(), 3)
	if err != nil || err2 != nil || !ok {
		t.Fatal(err, err2)
	}
	later := done.Ended.Add(halfLife)
	got, err := v.Use(t.Context(), later, halfLife)
	if err != nil || len(got) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	u := got[0]
	ran, runs := 4*done.Ended.Sub(done.Started).Seconds()/2, 4*later.Sub(running.Started).Seconds()
	if u.Held != 1 || u.Cores != 4 || math.Abs(u.Running-runs) > 0.01 {
		t.Errorf("held is %+v, want 4 cores for %v s", u, runs)
	}
	if math.Abs(u.Used-ran) > 0.01 || math.Abs(u.Ended-2) > 0.01 {
		t.Errorf("used is %+v, want %v by half of 4 cores", u, ran)
	}
	if again, err := v.Use(t.Context(), later.Add(24*halfLife), halfLife); err != nil || again[0].Used > u.Used/1e6 {
		t.Errorf("a day later it is %+v, %v", again, err)
	}
}
