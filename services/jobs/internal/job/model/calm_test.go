package model

import (
	"fmt"
	"reflect"

	"github.com/heddle-dev/heddle/services/jobs/internal/job"
)

// calm lets everything arrive and everybody do what they would: the job must
// come to an end, and the journal must tell the same story again.
func (w *world) calm() error {
	if !w.job.State.Ended() {
		if err := w.decide(job.Unhold{}); err != nil {
			return err
		}
	}
	for turn := 0; !w.job.State.Ended() || len(w.net) > 0; turn++ {
		if turn > 400 {
			return fmt.Errorf("it never ends: %s, %d messages under way", w.job.State, len(w.net))
		}
		if err := w.drain(); err != nil {
			return err
		}
		if w.job.State.Ended() {
			break
		}
		if err := w.serve(); err != nil {
			return err
		}
		if err := w.drain(); err != nil {
			return err
		}
		if err := w.beat(); err != nil {
			return err
		}
		w.work(1)
		w.work(2)
	}
	var again job.Job
	for _, e := range w.events {
		again = job.Evolve(again, e)
	}
	if !reflect.DeepEqual(again, w.job) {
		return fmt.Errorf("told again it is %+v, not %+v", again, w.job)
	}
	return nil
}

// drain delivers all that is under way, in some order.
func (w *world) drain() error {
	for len(w.net) > 0 {
		if err := w.hear(w.rng.IntN(len(w.net)), false); err != nil {
			return err
		}
	}
	return nil
}

// beat is a sign of life of both runners: what they hold and should not they
// are told to stop, and what they should hold and do not is taken back.
func (w *world) beat() error {
	for i := 1; i <= 2; i++ {
		for epoch, s := range w.runners[i].has {
			if s == "running" && (!w.job.Held() || w.job.Runner != name(i) || w.job.Epoch != epoch || w.job.Aborting) {
				w.end(i, epoch)
			}
		}
	}
	if !w.job.Held() {
		return nil
	}
	i := index(w.job.Runner)
	if _, knows := w.runners[i].has[w.job.Epoch]; knows {
		return nil
	}
	if w.job.State == job.Matched || w.never(i, w.job.Epoch) {
		return w.decide(job.Release{Runner: w.job.Runner, Epoch: w.job.Epoch, Reason: "The runner never heard of the job."})
	}
	return w.decide(job.Lose{Runner: w.job.Runner, Epoch: w.job.Epoch})
}

func (w *world) story() string {
	s := ""
	for _, e := range w.events {
		s += fmt.Sprintf("  %s %+v\n", e.Type(), e)
	}
	return s
}
