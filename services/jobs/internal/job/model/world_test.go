package model

import (
	"math/rand/v2"

	"github.com/heddle-dev/heddle/services/jobs/internal/job"
)

// message is something said and not yet heard.
type message struct {
	to int // 0: the service; a runner otherwise
	c  job.Command
	// of the service to a runner
	given bool // else: stop
	begun bool // leave to start, with the job or later
	epoch int
}

// world is one job and all who talk about it.
type world struct {
	rng     *rand.Rand
	lost    bool // a runner was taken for lost that had begun
	job     job.Job
	events  []job.Event
	net     []message
	runners [3]runner // 1 and 2
	seen    map[job.State]bool
	running int // epoch whose process runs; 0: none
	started map[int]bool
	wrong   func(job.Job, job.Command, []job.Event, error) ([]job.Event, error)
}

// runner is what a runner remembers of the job. A crash of its machine takes
// the process with it.
type runner struct {
	has   map[int]string // by epoch: "given", "asking", "running", "ended"
	alive bool
}

func newWorld(seed uint64) *world {
	w := &world{rng: rand.New(rand.NewPCG(seed, 7)), seen: map[job.State]bool{}, started: map[int]bool{}}
	for i := range w.runners {
		w.runners[i] = runner{has: map[int]string{}, alive: true}
	}
	return w
}

func (w *world) chance(of int) bool { return w.rng.IntN(of) == 0 }

// steps bounds the part of a life in which everything may go wrong. What
// comes then is calm: all that is under way arrives, in some order.
const steps = 30

func (w *world) live() error {
	if err := w.decide(job.Submit{ID: "1", Owner: "u", Spec: w.spec()}); err != nil {
		return err
	}
	for range steps {
		if err := w.step(); err != nil {
			return err
		}
	}
	return w.calm()
}

func (w *world) spec() job.Spec {
	s := job.Spec{Executable: "x", ClientStageIn: w.chance(4), IgnoreExitCode: w.chance(2), Hold: w.chance(6)}
	if w.chance(3) {
		s.Inputs = []job.Input{{Path: "a"}}
	}
	if w.chance(4) {
		s.Exports = []job.Transfer{{From: "a", To: "https://x.example/a"}}
	}
	if w.chance(5) {
		s.Awaits = []job.Dependency{{Job: "2"}}
	}
	return s
}

// step is one thing that happens: somebody hears something, or acts.
func (w *world) step() error {
	if len(w.net) > 0 && !w.chance(3) {
		return w.hear(w.rng.IntN(len(w.net)), w.chance(5))
	}
	switch n := w.rng.IntN(17); n {
	case 0:
		return w.decide(w.wish())
	case 1, 2, 3:
		return w.serve()
	case 4:
		return w.lose()
	case 5:
		w.crash(1 + w.rng.IntN(2))
		return nil
	case 6:
		w.disclaim(1 + w.rng.IntN(2))
		return nil
	default:
		w.work(1 + n%2)
		return nil
	}
}
