// Package fault is the one error type of Heddle. It is separate, and imports
// nothing but the standard library, because every layer speaks it: the
// application makes faults, natsrpc carries them between services, and each
// dialect of the gateway renders them in its own form.
//
// A fault says who must act. Kind is for machines, Code for client programs,
// Message for people, Fields for whoever typed the request, and the cause for
// operators; the cause never leaves the process.
package fault

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind classifies a fault. The set is closed: every transport and dialect has
// a total table over it.
type Kind string

// The kinds, with the HTTP status a client may expect.
const (
	Invalid         Kind = "invalid"         // 400: the request is wrong; fix it
	Unauthenticated Kind = "unauthenticated" // 401: who are you?
	Denied          Kind = "denied"          // 403: known, but may not
	Missing         Kind = "missing"         // 404: no such thing, or not visible
	Conflict        Kind = "conflict"        // 409: the thing's state forbids it
	Exhausted       Kind = "exhausted"       // 413/429: a limit was reached
	Unsupported     Kind = "unsupported"     // 405/406/415/501
	Unavailable     Kind = "unavailable"     // 503: try again
	Timeout         Kind = "timeout"         // 504: the outcome is unknown
	Internal        Kind = "internal"        // 500: a defect; operators must act
)

// Kinds lists the closed set, for tables that must be total.
func Kinds() []Kind {
	return []Kind{Invalid, Unauthenticated, Denied, Missing, Conflict,
		Exhausted, Unsupported, Unavailable, Timeout, Internal}
}

// Field names one offending part of a request.
type Field struct {
	Name    string `json:"name"`
	Message string `json:"message"`
}

// Error is a fault. Its JSON form is what travels between services.
type Error struct {
	Kind       Kind          `json:"kind"`
	Code       string        `json:"code"`
	Message    string        `json:"message"`
	Fields     []Field       `json:"fields,omitempty"`
	RetryAfter time.Duration `json:"retry_after,omitempty"` // nanoseconds on the wire
	// Status, if not zero, is the precise HTTP status where one kind covers
	// several (413 or 429, 405 or 415). Transports other than HTTP ignore it.
	Status int `json:"status,omitempty"`

	cause error
}

// Error returns the message and, for operators' logs, the cause.
func (e *Error) Error() string {
	if e.cause != nil {
		return e.Code + ": " + e.Message + ": " + e.cause.Error()
	}
	return e.Code + ": " + e.Message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// New makes a fault. code is a stable slug such as "job.unknown"; the message
// is a sentence for the caller.
func New(kind Kind, code, format string, args ...any) *Error {
	return &Error{Kind: kind, Code: code, Message: fmt.Sprintf(format, args...)}
}

// Wrap makes a fault with a cause that only operators see.
func Wrap(cause error, kind Kind, code, format string, args ...any) *Error {
	e := New(kind, code, format, args...)
	e.cause = cause
	return e
}

// WithField returns a copy of e that also names an offending field.
func (e *Error) WithField(name, format string, args ...any) *Error {
	c := *e
	c.Fields = append(append([]Field(nil), e.Fields...), Field{name, fmt.Sprintf(format, args...)})
	return &c
}

// Renamed returns a copy of e whose fields are called as the caller calls them:
// names has the new name of a field, or of what a field is an element or a part
// of; of several the one that says most of it. Others keep theirs.
func (e *Error) Renamed(names map[string]string) *Error {
	c := *e
	c.Fields = append([]Field(nil), e.Fields...)
	for i, f := range c.Fields {
		most := -1
		for old, name := range names {
			if rest, ok := strings.CutPrefix(f.Name, old); ok && len(old) > most && (rest == "" || rest[0] == '[' || rest[0] == '.') {
				c.Fields[i].Name, most = name+rest, len(old)
			}
		}
	}
	return &c
}

// WithRetry returns a copy of e that tells the caller when to try again.
func (e *Error) WithRetry(after time.Duration) *Error {
	c := *e
	c.RetryAfter = after
	return &c
}

// WithStatus returns a copy of e with a precise HTTP status.
func (e *Error) WithStatus(status int) *Error {
	c := *e
	c.Status = status
	return &c
}

// From returns err as a fault: nil stays nil, a fault anywhere in the chain is
// itself, a context's end is a timeout, and anything else is internal.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return Wrap(err, Timeout, "timeout", "The request took too long; its outcome is unknown.")
	default:
		return Wrap(err, Internal, "internal", "Something went wrong inside; the operators can find it by the request id.")
	}
}

// Is reports whether err is a fault of the given kind.
func Is(err error, kind Kind) bool {
	return err != nil && From(err).Kind == kind
}
