package es

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// Typed is an event that says under which name it is written. The name is
// written by hand, never after the Go type, and holds the version:
// "jobs.job.submitted.v1".
type Typed interface{ Type() string }

// NewDecider is the decider of a domain that lists its events: a value of
// every version of each of them, as NewCodec wants it.
func NewDecider[S, C any, E Typed](decide func(S, C) ([]E, error), evolve func(S, E) S, events []E) Decider[S, C, E] {
	return Decider[S, C, E]{Decide: decide, Evolve: evolve, Codec: NewCodec(events)}
}

// NewCodec reads and writes the events listed, as JSON. One that is not
// listed has no type, so that no store takes what nobody could read again. An
// old version is a Go type of its own with a method Upcast() E, which gives
// what is said today. NewCodec panics if two events have one name.
func NewCodec[E Typed](events []E) Codec[E] {
	types := make(map[string]reflect.Type, len(events))
	for _, e := range events {
		name := e.Type()
		if other, taken := types[name]; taken {
			panic(fmt.Sprintf("es: %v and %T are both named %q", other, e, name))
		}
		types[name] = reflect.TypeOf(e)
	}
	return Codec[E]{
		Encode: func(e E) (string, any) {
			if types[e.Type()] != reflect.TypeOf(e) {
				return "", e
			}
			return e.Type(), e
		},
		Decode: func(eventType string, data json.RawMessage) (e E, ok bool, err error) {
			t, known := types[eventType]
			if !known {
				return e, false, nil
			}
			return read[E](t, data)
		},
	}
}

func read[E Typed](t reflect.Type, data json.RawMessage) (e E, ok bool, err error) {
	v := reflect.New(t)
	if string(data) != "{}" { // most events say no more than that they happened
		if err := json.Unmarshal(data, v.Interface()); err != nil {
			return e, false, err
		}
	}
	e = v.Elem().Interface().(E)
	if old, isOld := any(e).(interface{ Upcast() E }); isOld {
		e = old.Upcast()
	}
	return e, true, nil
}
