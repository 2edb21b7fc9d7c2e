package es

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// Meta is the part of the envelope that comes with a command.
type Meta struct {
	Command     string    // unique id of the command, the same on every retry
	At          time.Time // the command's time
	Actor       string
	Credential  string // what the actor showed, never a secret
	Correlation string
	Causation   string
	Traceparent string
	Source      string // "/jobs"
	Subject     string // "job/0f3k…"
}

// Outcome is what Handle did.
type Outcome[S, E any] struct {
	State  S
	Events []E    // empty: already so, or an earlier try had stored them
	Seq    uint64 // the topic's position afterwards
}

// attempts bounds the write loop: losing this many races in a row means that
// the topic is overrun, not that we were unlucky.
const attempts = 100

// Handle is the write loop, the only way by which a domain's events reach a
// journal: load, decide, append with an expectation, and on conflict look
// again. A command that turns out to be stored already (an earlier try whose
// acknowledgement was lost) succeeds with the state as it is.
//
// With a Memory, the state of a hot topic is taken from there; the
// expectation of the append proves that it was fresh, and a refusal is only
// given after a look at the journal itself. mem may be nil.
func Handle[S, C, E any](ctx context.Context, st Store, mem *Memory[S], d Decider[S, C, E], topic string, m Meta, c C) (Outcome[S, E], error) {
	h, remembered := mem.get(topic)
	conflict := false
	for lost := range attempts {
		if !remembered {
			var err error
			if h, err = look(ctx, st, mem, d, topic, h, conflict, lost); err != nil {
				return Outcome[S, E]{}, err
			}
		}
		if h.commands.has(m.Command) {
			return Outcome[S, E]{State: h.state, Seq: h.seq}, nil
		}
		events, err := d.Decide(h.state, c)
		if err != nil || len(events) == 0 {
			if !remembered {
				return Outcome[S, E]{State: h.state, Seq: h.seq}, err
			}
			remembered = false
			continue
		}
		seq, err := appendEvents(ctx, st, d, topic, h.seq, m, events)
		if err == nil {
			h = advance(h, d.Evolve, seq, m.Command, events)
			mem.put(topic, h)
			return Outcome[S, E]{State: h.state, Events: events, Seq: seq}, nil
		}
		if !errors.Is(err, ErrConflict) {
			mem.drop(topic)
			return Outcome[S, E]{}, err
		}
		remembered, conflict = false, true
	}
	return Outcome[S, E]{}, ErrConflict
}

// look brings a history up to date and remembers it. After a conflict there
// must be something new; if there is not, what we knew is of another journal
// (one that got lost and was made anew), and we begin from nothing.
func look[S, C, E any](ctx context.Context, st Store, mem *Memory[S], d Decider[S, C, E], topic string, h history[S], conflict bool, lost int) (history[S], error) {
	if err := rest(ctx, lost); err != nil {
		return h, err
	}
	known := h.seq
	h, err := catchUp(ctx, st, d, topic, h)
	if err == nil && conflict && known != 0 && h.seq == known {
		mem.drop(topic)
		h, err = catchUp(ctx, st, d, topic, history[S]{})
	}
	if err == nil && h.seq != 0 {
		mem.put(topic, h)
	}
	return h, err
}

// rest lets others pass who want the same topic: not at all at first, then
// for a random time of up to 10 ms.
func rest(ctx context.Context, lost int) error {
	if lost < 3 {
		return nil
	}
	t := time.NewTimer(rand.N(min(time.Duration(lost)*500*time.Microsecond, 10*time.Millisecond)))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
