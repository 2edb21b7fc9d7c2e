package app

import (
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
)

func TestOneTokenIsRevoked(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	over := func(jti string) bool {
		t.Helper()
		over, err := f.View.Over(t.Context(), who.Facts{User: "u1", JTI: jti, Position: f.View.Position()})
		if err != nil {
			t.Fatal(err)
		}
		return over
	}
	for range 2 { // the second time it is so already
		if err := f.RevokeToken(t.Context(), "u1", "t1", f.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if last, _ := f.journal.Last(t.Context()); last != 1 {
		t.Errorf("%d commits", last)
	}
	if over("t1") {
		t.Error("what is made after a revocation is not ended by it")
	}
	if ok, err := f.View.Over(t.Context(), who.Facts{User: "u1", JTI: "t1"}); !ok || err != nil {
		t.Errorf("t1 stands: %v", err)
	}
	if ok, err := f.View.Over(t.Context(), who.Facts{User: "u1", JTI: "t2"}); ok || err != nil {
		t.Errorf("t2 is over: %v", err)
	}
	list, err := f.View.Revocations(t.Context(), f.Now().Add(time.Hour+30*time.Second))
	if err != nil || len(list.List) != 1 {
		t.Errorf("it is forgotten while verifiers with late clocks still take the token: %+v, %v", list, err)
	}
}
