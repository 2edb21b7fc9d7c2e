package app_test

import (
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func TestSlotsAreAudited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.replica(), w.replica()
	admin := who.With(t.Context(), who.Principal{ID: "u9", Name: "admin", Roles: []string{who.RoleOperator}})
	audit := func(what string, drift int) (one jobsapi.RunnerSlots) {
		t.Helper()
		got, err := b.Slots(admin, jobsapi.Empty{})
		if err != nil || got.Drift != drift {
			t.Fatalf("%s: drift %d, want %d: %+v, %v", what, got.Drift, drift, got.Runners, err)
		}
		if len(got.Runners) > 0 {
			one = got.Runners[0]
		}
		return one
	}
	audit("nobody is there", 0)
	for range 2 {
		w.submit(a, "alice", work)
	}
	w.register(a, "r1")
	got := w.take(a, "r1", 2)
	w.beat(a, "r1")
	audit("an offer's answer is under way", 0)
	for _, as := range got {
		w.report(a, "r1", as, jobsapi.Begin, nil)
	}
	later := func() { w.ahead.Add(int64(10 * time.Second)) }
	later()
	w.beat(a, "r1", got...)
	if one := audit("both know both", 0); one.Held != 2 || one.Said != 2 || one.Slots != 2 || one.Site != "here" {
		t.Errorf("%+v", one)
	}
	w.beat(a, "r1", got[0])
	if one := audit("the runner has forgotten one", 1); len(one.Unknown) != 1 || one.Unknown[0] != got[1].ID {
		t.Errorf("%+v", one)
	}
	zero := 0
	w.report(a, "r1", got[0], jobsapi.Finish, &zero)
	w.beat(a, "r1", got...)
	audit("an end is under way", 0)
	later()
	w.beat(a, "r1", got...)
	if one := audit("the runner has not heard of an end", 1); len(one.Leaked) != 1 || one.Leaked[0] != got[0].ID {
		t.Errorf("%+v", one)
	}
	if _, err := b.Slots(as(t.Context(), "alice"), jobsapi.Empty{}); !fault.Is(err, fault.Denied) {
		t.Errorf("no operator: %v", err)
	}
}
