package keeper

import (
	"errors"
	"net"
	"testing"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
)

func TestNothingIsClaimedForAnOldOwner(t *testing.T) {
	t.Parallel()
	k, err := open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer k.lock.Close()
	conn, other := net.Pipe()
	defer other.Close()
	first, second := &session{k: k, conn: conn}, &session{k: k}
	k.owner, k.cfg = first, &Config{}
	run := func(n id.ID) *run { return k.newRun(executor.Job{Key: executor.Key{ID: n, Epoch: 1}}) }
	if err := k.claim(first, run(1)); err != nil {
		t.Fatal(err)
	}
	if keys := k.greet(second, nil); len(keys) != 1 || keys[0].ID != 1 {
		t.Errorf("runs %v", keys)
	}
	if err := k.claim(first, run(2)); !errors.Is(err, errSuperseded) {
		t.Errorf("the old owner: %v", err)
	}
	if err := k.claim(second, run(1)); err == nil {
		t.Error("a run is claimed twice")
	}
	k.leave(first) // its connection, long superseded
	if err := k.claim(second, run(2)); err != nil {
		t.Errorf("the new owner: %v", err)
	}
}
