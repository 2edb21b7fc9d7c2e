// Package apikey is a user's own key as a domain: what it may do, until when,
// and when it was used. It is its own aggregate, so that its use contends with
// nothing. The key itself is shown once and kept as a hash in the vault, under
// the id; it never comes here. It imports nothing but the standard library.
package apikey

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Key is what a decision needs to know of a key. The zero Key was never made.
type Key struct {
	Created
	Used    time.Time `json:"used,omitzero"` // to the hour
	Revoked bool      `json:"revoked,omitempty"`
}

// Exists reports whether the key was ever made.
func (k Key) Exists() bool { return k.ID != "" }

// Stands reports whether the key is good.
func (k Key) Stands(now time.Time) bool {
	return k.Exists() && !k.Revoked && (k.Expires.IsZero() || now.Before(k.Expires))
}

// What a decision may refuse with.
var (
	// ErrUnknown: the key was never made.
	ErrUnknown = errors.New("apikey: no such key")
	// ErrTaken: the id belongs to another key.
	ErrTaken = errors.New("apikey: the id is taken")
	// ErrOver: the key was revoked or has expired.
	ErrOver = errors.New("apikey: it is over")
)

// Command is something asked of a key. The set is sealed.
type Command interface{ command() }

type (
	// Create makes the key.
	Create struct{ Created }
	// Use notes that somebody came in with the key.
	Use struct{ Now time.Time }
	// Revoke ends the key.
	Revoke struct{}
)

func (Create) command() {}
func (Use) command()    {}
func (Revoke) command() {}

// Event is a fact in a key's life, one of Events. Type is the name that it is
// written under for ever; it holds the version.
type Event interface{ Type() string }

type (
	// Created: there is a new key.
	Created struct {
		ID      string    `json:"id,omitempty"`
		User    string    `json:"user,omitempty"`
		Name    string    `json:"name,omitempty"`
		Group   string    `json:"group,omitempty"`
		Scopes  []string  `json:"scopes"` // nothing allowed is [], never absent
		Expires time.Time `json:"expires,omitzero"`
	}
	// Used: somebody came in with it within the hour that begins at At.
	Used struct {
		At time.Time `json:"at"`
	}
	// Revoked: it is good for nothing any more.
	Revoked struct{}
)

func (Created) Type() string { return "auth.apikey.created.v1" }
func (Used) Type() string    { return "auth.apikey.used.v1" }
func (Revoked) Type() string { return "auth.apikey.revoked.v1" }

// Decide says what happens when c is asked of k. No events and no error mean
// that it is so already.
func Decide(k Key, c Command) ([]Event, error) {
	if c, ok := c.(Create); ok {
		return create(k, c.Created)
	}
	if !k.Exists() {
		return nil, ErrUnknown
	}
	switch c := c.(type) {
	case Use:
		return use(k, c.Now)
	case Revoke:
		if k.Revoked {
			return nil, nil
		}
		return []Event{Revoked{}}, nil
	default:
		return nil, fmt.Errorf("apikey: unknown command %T", c)
	}
}

func create(k Key, c Created) ([]Event, error) {
	switch {
	case !k.Exists():
		return []Event{c}, nil
	case k.User != c.User, k.Name != c.Name, k.Group != c.Group, !slices.Equal(k.Scopes, c.Scopes), !k.Expires.Equal(c.Expires):
		return nil, ErrTaken
	default:
		return nil, nil
	}
}

// use notes an hour once: the journal is no access log.
func use(k Key, now time.Time) ([]Event, error) {
	hour := now.UTC().Truncate(time.Hour)
	switch {
	case !k.Stands(now):
		return nil, ErrOver
	case !hour.After(k.Used):
		return nil, nil
	default:
		return []Event{Used{At: hour}}, nil
	}
}

// Evolve is the key after e.
func Evolve(k Key, e Event) Key {
	switch e := e.(type) {
	case Created:
		k.Created = e
	case Used:
		k.Used = e.At
	case Revoked:
		k.Revoked = true
	}
	return k
}

// Events are one of each, in every version ever written.
func Events() []Event { return []Event{Created{}, Used{}, Revoked{}} }
