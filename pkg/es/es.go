// Package es is event sourcing in as few words as possible: an event, a
// commit of events, a store that appends commits with an expectation, and one
// write loop. It is separate, and imports only the standard library, so that
// a domain can be decided and tested without a broker; esmem and esnats hold
// the stores and estest the law that both obey.
package es

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

// Event is one fact in a service's journal: a CloudEvents 1.0 envelope
// (https://cloudevents.io) and its JSON data.
type Event struct {
	ID          string          // ce-id: command id, a dot, the index in its commit
	Type        string          // ce-type: "jobs.job.submitted.v1"; the version lives here and only here
	Source      string          // ce-source: "/jobs"
	Subject     string          // ce-subject: "job/0f3k…"
	Time        time.Time       // ce-time: from the command, never the writer's clock
	Actor       string          // who caused it: an opaque user id or "svc-…"
	Credential  string          // what the actor showed: "grant/0f3k… of app"; never a secret
	Correlation string          // the first request of the chain
	Causation   string          // the command or event that led here
	Traceparent string          // W3C trace context
	Data        json.RawMessage // the payload

	// Topic and Seq say where the event is stored; a store fills them in.
	Topic string
	Seq   uint64
}

// Commit is all the events of one decision. It is stored as one message, so
// that it is appended whole or not at all.
type Commit struct {
	Command string // the command's id: a second commit of the same command never happens
	Events  []Event
}

// Recorded is a commit as it stands in the journal.
type Recorded struct {
	Commit
	Topic string // "evt.jobs.job.<owner>.<id>"
	Seq   uint64 // position in the journal
	Time  time.Time
}

// ErrConflict says that somebody else appended to the topic first.
var ErrConflict = errors.New("es: the topic has changed since it was read")

// ErrTooLarge says that a commit exceeds what the store takes in one message.
var ErrTooLarge = errors.New("es: the commit is too large")

// Store is one service's journal. Errors other than ErrConflict, ErrTooLarge
// and the context's own mean that the journal is unavailable; after such an
// error of Append the outcome is unknown until the topic is loaded again.
type Store interface {
	// Load returns the commits of one topic after the given position, oldest
	// first. A topic that was never written is empty, not an error.
	Load(ctx context.Context, topic string, after uint64) ([]Recorded, error)

	// Append stores a commit if the topic's last position is still expect (0:
	// the topic is new) and returns the new position, else ErrConflict.
	Append(ctx context.Context, topic string, expect uint64, c Commit) (uint64, error)

	// Last returns the position of the newest commit of the whole journal: a
	// reader that has seen it has seen everything acknowledged before the call.
	Last(ctx context.Context) (uint64, error)

	// Tail calls f with batches of commits after the given position, in order
	// and without gaps, as they are appended; caught says that the batch
	// reaches the end as it was when Tail looked. If nothing follows the
	// position, f is called at once with an empty batch, caught. Tail returns
	// when ctx ends or f fails, and waits while the journal is unavailable. A
	// position that the journal no longer holds or never held gives ErrGap, and
	// so does a journal that was made anew meanwhile. The batch belongs to f.
	Tail(ctx context.Context, after uint64, f func(batch []Recorded, caught bool) error) error

	// Identity names this journal: it changes if the journal was deleted and
	// made again, so that a read model can tell a stranger's position.
	Identity(ctx context.Context) (string, error)
}

// ErrGap says that the journal does not hold the position asked for.
var ErrGap = errors.New("es: the journal does not reach back (or forward) to that position")

// Timers wakes a service at a time. A timer survives every restart.
type Timers interface {
	// Set makes or replaces the timer named name: at the time, or up to a
	// second later, its payload is delivered at least once. Names are one or
	// more subject tokens.
	Set(ctx context.Context, name string, at time.Time, payload []byte) error
	// Cancel removes the timer if it has not fired; one just firing may still be delivered.
	Cancel(ctx context.Context, name string) error
	// Due calls f for each timer whose time has come, in one of the service's
	// replicas and on several goroutines; an error of f means that it is
	// delivered again later. It returns when ctx ends.
	Due(ctx context.Context, f func(ctx context.Context, name string, payload []byte) error) error
}
