package lease

import (
	"context"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/natstest"
)

func TestReplicasHaveDifferentNumbers(t *testing.T) {
	t.Parallel()
	nc := natstest.Start(t).Conn(t)
	claim := func() *Number {
		n, err := Claim(t.Context(), nc, time.Minute, 1, 4)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	taken := map[int]*Number{}
	for range 4 {
		n := claim()
		taken[n.Value()] = n
	}
	if len(taken) != 4 {
		t.Fatalf("the numbers are %v", taken)
	}
	short, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if n, err := Claim(short, nc, time.Minute, 1, 4); err == nil {
		t.Fatalf("a fifth replica is %d", n.Value())
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	taken[2].Keep(ctx) // gives it back
	if n := claim(); n.Value() != 2 {
		t.Errorf("the next is %d", n.Value())
	}
}

// TestANumberThatEndedIsNotKept: somebody else has it by now.
func TestANumberThatEndedIsNotKept(t *testing.T) {
	t.Parallel()
	nc := natstest.Start(t).Conn(t)
	n, err := Claim(t.Context(), nc, time.Minute, 1, 4)
	if err != nil {
		t.Fatal(err)
	}
	n.renew(t.Context())
	if n.Value() != 0 {
		t.Errorf("renewed it is %d", n.Value())
	}
	kv, err := n.bucket(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := kv.Purge(t.Context(), "0"); err != nil {
		t.Fatal(err)
	}
	other, err := Claim(t.Context(), nc, time.Minute, 1, 4)
	if err != nil || other.Value() != 0 {
		t.Fatal(other.Value(), err)
	}
	n.renew(t.Context())
	if n.Value() != 1 {
		t.Errorf("it is %d, as the other", n.Value())
	}
}
