package model

import (
	"slices"
	"strconv"

	"github.com/heddle-dev/heddle/services/jobs/internal/job"
)

// wish is what the owner may ask at any time.
func (w *world) wish() job.Command {
	switch w.rng.IntN(8) {
	case 0, 1:
		return job.Abort{}
	case 2:
		return job.Hold{}
	case 3:
		return job.Unhold{}
	case 4:
		return job.Restart{}
	case 5:
		return job.Reschedule{Most: 2}
	case 6:
		return job.Start{}
	default:
		if w.chance(4) {
			return job.Destroy{}
		}
		return job.SetTags{Tags: []string{"a"}}
	}
}

// serve is what the service does by itself. Its word to a runner goes over
// the network.
func (w *world) serve() error {
	switch w.job.State {
	case job.StagingIn:
		return w.decide(job.FinishStageIn{})
	case job.StagingOut:
		return w.decide(job.FinishStageOut{Problem: []string{"", "full"}[w.rng.IntN(2)]})
	case job.Blocked:
		return w.decide(job.Unblock{From: job.Dependencies})
	case job.Ready:
		return w.decide(job.Start{})
	case job.Queued:
		return w.decide(job.Match{Runner: name(1 + w.rng.IntN(2)), Site: "s", Begin: w.chance(2)})
	}
	return nil
}

func name(i int) string { return "r" + strconv.Itoa(i) }

// lose takes the job from a runner that is not heard of: rightly or not, and
// perhaps too late.
func (w *world) lose() error {
	if w.job.Held() && w.chance(3) {
		w.say(job.Lose{Runner: w.job.Runner, Epoch: w.job.Epoch})
	}
	return nil
}

// crash stops a runner with all that it does. What it remembers of processes
// is on its disk.
func (w *world) crash(i int) {
	for epoch, s := range w.runners[i].has {
		switch s {
		case "running":
			w.end(i, epoch)
		case "given":
			delete(w.runners[i].has, epoch) // it never heard of it, as far as it knows
		}
	}
}

// never reports whether a runner knows that it never heard of an epoch and
// never will: it has not run there, and no answer is under way.
func (w *world) never(i, epoch int) bool {
	if _, knows := w.runners[i].has[epoch]; knows || w.started[epoch] {
		return false
	}
	for _, m := range w.net {
		if m.to == i && m.given && m.epoch == epoch {
			return false
		}
	}
	return true
}

// disclaim is that a runner asks what it is thought to hold, and gives back
// what it never heard of. Answers that are under way then it hears no more.
func (w *world) disclaim(i int) {
	if w.job.Held() && w.job.Runner == name(i) && !w.chance(4) {
		w.net = slices.DeleteFunc(w.net, func(m message) bool { return m.to == i && m.given })
		if w.never(i, w.job.Epoch) {
			w.say(job.Release{Runner: name(i), Epoch: w.job.Epoch})
		}
	}
}

// work is what a runner does next for some job that it has.
func (w *world) work(i int) {
	for epoch := 1; epoch <= w.job.Epoch; epoch++ {
		switch w.runners[i].has[epoch] {
		case "given", "asking":
			w.runners[i].has[epoch] = "asking"
			w.say(job.Begin{Runner: name(i), Epoch: epoch})
			if w.chance(6) {
				delete(w.runners[i].has, epoch)
				w.say(job.Release{Runner: name(i), Epoch: epoch})
			}
		case "running":
			if w.chance(2) {
				w.end(i, epoch)
			}
		case "ended":
			code := w.rng.IntN(2)
			w.say(job.Finish{Runner: name(i), Epoch: epoch, Code: &code, Evidence: "wait"})
		}
	}
}

func (w *world) end(i, epoch int) {
	w.runners[i].has[epoch] = "ended"
	if w.running == epoch {
		w.running = 0
	}
}

func (w *world) say(c job.Command) { w.net = append(w.net, message{c: c}) }
