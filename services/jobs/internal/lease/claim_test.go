package lease

import (
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/natstest"
)

func TestAClaimIsOneReplicasUntilItIsReleased(t *testing.T) {
	t.Parallel()
	nc := natstest.Start(t).Conn(t)
	const ttl = 500 * time.Millisecond
	open := func() *Claims {
		c, err := OpenClaims(t.Context(), nc, ttl, 1)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	a, b := open(), open()
	release, ok := a.Claim(t.Context(), "j1")
	if !ok {
		t.Fatal("the first could not claim it")
	}
	tick := time.NewTicker(ttl / 10)
	defer tick.Stop()
	for until := time.Now().Add(3 * ttl); time.Now().Before(until); <-tick.C {
		if _, ok := b.Claim(t.Context(), "j1"); ok {
			t.Fatal("both have it")
		}
	}
	if other, ok := b.Claim(t.Context(), "j2"); !ok {
		t.Error("another job cannot be claimed")
	} else {
		other()
	}
	release()
	again, ok := b.Claim(t.Context(), "j1")
	if !ok {
		t.Fatal("what was released cannot be claimed")
	}
	again()
}
