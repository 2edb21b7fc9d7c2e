// Package flow keeps what lives for minutes and is used once: pending
// requests, codes, devices, counters. It is separate from the journal because
// none of it is history, and from those who use it because where it lives
// (Redis) is nobody else's business.
package flow

import (
	"context"
	"errors"
	"time"
)

// Kind is what a name is the name of. Names of different kinds never meet.
type Kind string

// The kinds, and how long they live.
const (
	Request     Kind = "req"       // a pending authorization request; 15 minutes
	Code        Kind = "code"      // a grant that a code stands for; 5 minutes
	CodeGrant   Kind = "codegrant" // which grant a spent code began, to notice its replay; 24 hours
	Device      Kind = "dev"       // a device that waits; 10 minutes
	UserCode    Kind = "usercode"  // the device of a user code
	DeviceReply Kind = "devanswer" // what the person answered
	DevicePoll  Kind = "devpoll"   // that it polled, for the length of its interval
	DeviceWait  Kind = "devwait"   // its interval in seconds
	JTI         Kind = "jti"       // an assertion that was used; until its end
	Upstream    Kind = "upstream"  // a login under way elsewhere; 10 minutes
	Attempts    Kind = "try"       // logins and secrets that are being checked; 10 seconds
	Failures    Kind = "fail"      // failed logins and secrets; 15 minutes
	Reset       Kind = "reset"     // a reset token that was used; until its end
)

var (
	// ErrNone says that there is no such thing, or not any more.
	ErrNone = errors.New("flow: there is nothing of that name")
	// ErrTaken says that the name is taken: somebody was first.
	ErrTaken = errors.New("flow: the name is taken")
)

// Store keeps values under names. It hashes the names, so that whoever reads
// the store learns nothing to act with. An error other than the two above is
// the fault Unavailable "flow.store_down", and comes within two seconds.
//
// Each verb is one step that all replicas see in one order: of any number that
// Take or Add the same name at once, exactly one succeeds.
type Store interface {
	// Add sets a value if there is none, else it gives ErrTaken.
	Add(ctx context.Context, kind Kind, name string, value []byte, ttl time.Duration) error
	// Get returns a value or ErrNone.
	Get(ctx context.Context, kind Kind, name string) ([]byte, error)
	// Take returns a value and removes it, or gives ErrNone.
	Take(ctx context.Context, kind Kind, name string) ([]byte, error)
	// Drop removes a value; one that is not there is removed already.
	Drop(ctx context.Context, kind Kind, name string) error
	// Count adds to a number, which begins at 0, and returns it. The number
	// lives for ttl from its first count; further counts do not lengthen it.
	Count(ctx context.Context, kind Kind, name string, by int64, ttl time.Duration) (int64, error)
	// Left is how long a value or number will still live, or ErrNone.
	Left(ctx context.Context, kind Kind, name string) (time.Duration, error)
}
