package es

import "encoding/json"

// Decider is a domain: what it decides, and what a fact does to its state.
// Decide asks nobody: time, actor, ids and looked-up facts are in the
// command; no events and no error mean "already so". Evolve is total: it
// never fails and ignores what it does not know. Neither changes its
// arguments, for states are shared between goroutines.
type Decider[S, C, E any] struct {
	Decide func(S, C) ([]E, error)
	Evolve func(S, E) S
	Codec  Codec[E]
}

// Codec reads and writes events. NewCodec makes one from a list of them.
type Codec[E any] struct {
	// Encode gives the ce-type and the value to marshal as payload.
	Encode func(E) (eventType string, payload any)
	// Decode reads any version ever written, upcasting old ones. ok is false
	// for a type this domain does not know: the event is skipped, so that an
	// old binary can read a newer journal.
	Decode func(eventType string, data json.RawMessage) (e E, ok bool, err error)
}
