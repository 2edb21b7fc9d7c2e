package es

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
)

// Fold loads a topic and returns its state, for reads that must not go
// through a view.
func Fold[S, C, E any](ctx context.Context, st Store, d Decider[S, C, E], topic string) (S, error) {
	h, err := catchUp(ctx, st, d, topic, history[S]{})
	return h.state, err
}

// history is a folded topic.
type history[S any] struct {
	state    S
	seq      uint64
	commands *trail
}

// trail is the commands of a topic, the newest first. Histories share their
// tails, so that one more command costs no copy.
type trail struct {
	command string
	before  *trail
}

func (t *trail) has(command string) bool {
	for ; t != nil; t = t.before {
		if t.command == command {
			return true
		}
	}
	return false
}

// advance returns the history after one more commit; the one given, which
// others may hold, stays as it is.
func advance[S, E any](h history[S], evolve func(S, E) S, seq uint64, command string, events []E) history[S] {
	for _, e := range events {
		h.state = evolve(h.state, e)
	}
	h.seq = seq
	h.commands = &trail{command, h.commands}
	return h
}

func catchUp[S, C, E any](ctx context.Context, st Store, d Decider[S, C, E], topic string, h history[S]) (history[S], error) {
	commits, err := st.Load(ctx, topic, h.seq)
	if err != nil {
		return h, err
	}
	for _, c := range commits {
		events, err := decodeAll(d.Codec, c.Events)
		if err != nil {
			return h, fmt.Errorf("es: %s at %d: %w", topic, c.Seq, err)
		}
		h = advance(h, d.Evolve, c.Seq, c.Command, events)
	}
	return h, nil
}

func decodeAll[E any](codec Codec[E], in []Event) ([]E, error) {
	out := make([]E, 0, len(in))
	for _, e := range in {
		v, ok, err := codec.Decode(e.Type, e.Data)
		if err != nil {
			return nil, fmt.Errorf("event %s (%s): %w", e.ID, e.Type, err)
		}
		if ok {
			out = append(out, v)
		}
	}
	return out, nil
}

func appendEvents[S, C, E any](ctx context.Context, st Store, d Decider[S, C, E], topic string, expect uint64, m Meta, events []E) (uint64, error) {
	c := Commit{Command: m.Command, Events: make([]Event, len(events))}
	for i, e := range events {
		typ, payload := d.Codec.Encode(e)
		data, err := json.Marshal(payload)
		if err != nil {
			return 0, fmt.Errorf("es: encode %s: %w", typ, err)
		}
		c.Events[i] = Event{
			ID: m.Command + "." + strconv.Itoa(i), Type: typ, Source: m.Source, Subject: m.Subject,
			Time: m.At, Actor: m.Actor, Credential: m.Credential, Correlation: m.Correlation, Causation: m.Causation,
			Traceparent: m.Traceparent, Data: data,
		}
	}
	return st.Append(ctx, topic, expect, c)
}
