package model

import (
	"fmt"
	"strconv"

	"github.com/heddle-dev/heddle/services/jobs/internal/job"
)

// hear delivers a message. With trouble, what a runner says stays under way,
// to come once more, and an answer to it is lost.
func (w *world) hear(i int, trouble bool) error {
	m := w.net[i]
	if !trouble || m.to != 0 {
		w.net = append(w.net[:i], w.net[i+1:]...)
	}
	switch {
	case m.to == 0:
		return w.decide(m.c)
	case trouble:
		return nil
	}
	has := w.runners[m.to].has
	switch {
	case m.given:
		if _, known := has[m.epoch]; known {
			return nil
		}
		if has[m.epoch] = "given"; m.begun {
			has[m.epoch] = "running"
			return w.start(m.epoch)
		}
	case m.begun:
		if has[m.epoch] == "asking" {
			has[m.epoch] = "running"
			return w.start(m.epoch)
		}
	case has[m.epoch] == "running":
		w.end(m.to, m.epoch)
	default: // stop: it has not begun, and never will
		if has[m.epoch] != "ended" {
			delete(has, m.epoch)
		}
	}
	return nil
}

// start is the law that matters most: nothing runs twice, nor beside another.
func (w *world) start(epoch int) error {
	if w.started[epoch] {
		return fmt.Errorf("epoch %d was started twice", epoch)
	}
	if w.running != 0 && !w.lost {
		return fmt.Errorf("epoch %d was started beside %d", epoch, w.running)
	}
	w.started[epoch], w.running = true, epoch
	return nil
}

// decide passes a command to the job, checks the law, and tells the runners.
func (w *world) decide(c job.Command) error {
	before := w.job
	if _, ok := c.(job.Lose); ok && before.State == job.Running {
		w.lost = true
	}
	events, err := job.Decide(before, c)
	if w.wrong != nil {
		events, err = w.wrong(before, c, events, err)
	}
	if err != nil && len(events) > 0 {
		return fmt.Errorf("%T gave events and %v", c, err)
	}
	for _, e := range events {
		after := job.Evolve(w.job, e)
		if err := w.law(c, e, after); err != nil {
			return err
		}
		w.job = after
		w.events = append(w.events, e)
		w.seen[after.State] = true
	}
	if j := w.job; len(j.Blocks) > 0 != (j.State == job.Blocked) {
		return fmt.Errorf("%s, blocked on %v", j.State, j.Blocks)
	}
	w.tell(before, c, err)
	return nil
}

// tell answers a runner, and gives and stops jobs.
func (w *world) tell(before job.Job, c job.Command, err error) {
	switch c := c.(type) {
	case job.Match:
		if err == nil {
			w.net = append(w.net, message{to: index(c.Runner), given: true, begun: c.Begin, epoch: w.job.Epoch})
		}
	case job.Begin:
		held := err == nil && w.job.Held() && w.job.State == job.Running && w.job.Epoch == c.Epoch
		w.net = append(w.net, message{to: index(c.Runner), begun: held && !w.started[c.Epoch], epoch: c.Epoch})
		if held && w.started[c.Epoch] {
			w.net = w.net[:len(w.net)-1] // it runs already
		}
	default:
		if w.job.Aborting && !before.Aborting && w.job.Runner != "" {
			w.net = append(w.net, message{to: index(w.job.Runner), epoch: w.job.Epoch})
		}
	}
}

func index(runner string) int {
	i, _ := strconv.Atoi(runner[1:])
	return i
}
