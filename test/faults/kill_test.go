//go:build faults

package faults

import (
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/listen/listentest"
	"github.com/heddle-dev/heddle/test/stage"
)

// jobsPerVictim is how many jobs are submitted while a part is being killed.
const jobsPerVictim = 500

// seed makes a run repeatable; change it to see other moments.
const seed = 20261121

// TestKillEachPart kills each part in turn, again and again at moments drawn
// by chance, while 500 jobs are submitted through both gateways.
func TestKillEachPart(t *testing.T) {
	for _, victim := range stage.Parts() {
		t.Run(victim, func(t *testing.T) {
			s := split(t)
			l := &load{marks: t.TempDir(), acked: map[string]string{}}
			var progress atomic.Int64
			done := make(chan struct{})
			go func() {
				defer close(done)
				l.run(t, []string{s.Gateway(1), s.Gateway(2)}, jobsPerVictim, 8, &progress)
			}()
			kills := killAlong(t, s, victim, &progress, done)
			<-done
			t.Logf("%s was killed %d times", victim, kills)
			if kills == 0 {
				t.Errorf("%s was never killed: the test shows nothing", victim)
			}
			l.check(t, s.Gateway(1), jobsPerVictim)
			audited(t, s.Gateway(1))
			regrow(t, s)
		})
	}
}

// killAlong kills the victim and starts it again, at moments along the load.
func killAlong(t *testing.T, s *stage.Split, victim string, progress *atomic.Int64, done <-chan struct{}) (kills int) {
	t.Helper()
	return along(progress, done, rand.New(rand.NewPCG(seed, uint64(len(victim)))), func() bool {
		s.Part(victim).Kill()
		err := s.Start(victim)
		if err == nil {
			err = s.Ready(victim, 30*time.Second)
		}
		if err != nil {
			t.Errorf("restart of %s: %v", victim, err)
		}
		return err == nil
	})
}

// along calls strike whenever some more jobs were acknowledged, until done or
// until it returns false. It counts the strikes.
func along(progress *atomic.Int64, done <-chan struct{}, rng *rand.Rand, strike func() bool) (strikes int) {
	for next := int64(20); ; {
		select {
		case <-done:
			return strikes
		case <-time.After(2 * time.Millisecond):
		}
		if progress.Load() < next {
			continue
		}
		pause(time.Duration(rng.IntN(20)) * time.Millisecond)
		if !strike() {
			return strikes
		}
		strikes++
		next = progress.Load() + 60 + int64(rng.IntN(60))
	}
}

// TestKillAllInOne does the same to `heddle up`, which takes everything with it.
func TestKillAllInOne(t *testing.T) {
	dir := t.TempDir()
	listen := "HEDDLE_LISTEN=" + listentest.Host() + ":8080"
	up := func() *stage.Heddle {
		h, err := stage.Up(bin+"/heddle", dir, listen)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	h := up()
	t.Cleanup(func() { h.Kill() })
	l := &load{marks: t.TempDir(), acked: map[string]string{}}
	var progress atomic.Int64
	done := make(chan struct{})
	url := h.URL // it comes back to the same
	go func() { defer close(done); l.run(t, []string{url}, jobsPerVictim, 8, &progress) }()
	kills := along(&progress, done, rand.New(rand.NewPCG(seed, 1)), func() bool {
		h.Kill()
		h = up()
		return true
	})
	t.Logf("heddle up was killed %d times", kills)
	if kills == 0 {
		t.Error("it was never killed: the test shows nothing")
	}
	l.check(t, url, jobsPerVictim)
	before := everything(t, url)
	if err := h.Terminate(20 * time.Second); err != nil {
		t.Error(err)
	}
	if n := deleteViews(t, dir); n == 0 {
		t.Error("there is no read model to delete")
	}
	h = up()
	if after := everything(t, url); after != before {
		t.Errorf("the read models grew back differently (%d bytes, before %d)", len(after), len(before))
	}
}
