//go:build faults

package faults

import (
	"fmt"
	"testing"
	"time"
)

// TestAKillDelaysLittle: whoever is killed may take a runner's offer along, or
// be told of a job and never say so. The next job must not wait for a lease to
// end, nor for a long poll.
func TestAKillDelaysLittle(t *testing.T) {
	s := split(t)
	c := patient(t, s.Gateway(1))
	for i, victim := range []string{"jobs-1", "jobs-2", "runner", "jobs-1", "jobs-2", "runner"} {
		c.ended(t, c.submit(t, fmt.Sprintf("before-%d", i), object{"executable": "/bin/true"})) // an offer stands again
		begin := time.Now()
		s.Part(victim).Kill()
		if err := s.Start(victim); err != nil {
			t.Fatal(err)
		}
		j := c.ended(t, c.submit(t, fmt.Sprintf("after-%d", i), object{"executable": "/bin/true"}))
		if took := time.Since(begin); j.State != "succeeded" || took > 10*time.Second {
			t.Errorf("after the kill of %s the next job %s after %v: %+v", victim, j.State, took, j.History)
		} else {
			t.Logf("%s: %v", victim, took)
		}
		if err := s.Ready(victim, 30*time.Second); err != nil {
			t.Fatal(err)
		}
	}
}
