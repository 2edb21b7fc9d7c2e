// Package group is a group of users as a domain. Memberships are the users'
// own facts; a group is the name they share. It imports nothing but the
// standard library.
package group

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
)

// Group is what a decision needs to know of a group. The zero Group does not
// exist yet.
type Group struct {
	ID   string `json:"id"`
	Name Name   `json:"name"`
}

// Exists reports whether the group was created.
func (g Group) Exists() bool { return g.ID != "" }

// Name is a group's name. Only ParseName makes it.
type Name string

// ErrName says what is wrong with a name.
var ErrName = errors.New("must be a letter followed by up to 63 letters, digits, dots, dashes or underscores, all in lower case")

var nameSyntax = regexp.MustCompile(`^[a-z][a-z0-9._-]{0,63}$`)

// ParseName reads a group's name.
func ParseName(s string) (Name, error) {
	if !nameSyntax.MatchString(s) {
		return "", ErrName
	}
	return Name(s), nil
}

// ErrTaken: the id belongs to a group of another name.
var ErrTaken = errors.New("group: the id is taken")

// Command is something asked of a group. The set is sealed.
type Command interface{ command() }

// Create makes the group.
type Create struct {
	ID   string
	Name Name
}

func (Create) command() {}

// Event is a fact in a group's life. The set is sealed.
type Event interface{ event() }

// Created: there is a new group.
type Created struct {
	ID   string `json:"id"`
	Name Name   `json:"name"`
}

func (Created) event() {}

// Decide says what happens when c is asked of g. No events and no error mean
// that it is so already.
func Decide(g Group, c Command) ([]Event, error) {
	switch c := c.(type) {
	case Create:
		switch {
		case !g.Exists():
			return []Event{Created(c)}, nil
		case g.Name != c.Name:
			return nil, ErrTaken
		default:
			return nil, nil
		}
	default:
		return nil, fmt.Errorf("group: unknown command %T", c)
	}
}

// Evolve is the group after e.
func Evolve(g Group, e Event) Group {
	if e, ok := e.(Created); ok {
		return Group(e)
	}
	return g
}

const typeCreated = "auth.group.created.v1"

// Encode gives an event's type and its payload.
func Encode(e Event) (eventType string, payload any) {
	if _, ok := e.(Created); ok {
		return typeCreated, e
	}
	return "", e
}

// Decode reads any version of an event. ok is false for a type that this
// domain does not know.
func Decode(eventType string, data json.RawMessage) (e Event, ok bool, err error) {
	if eventType != typeCreated {
		return nil, false, nil
	}
	var c Created
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, false, err
	}
	return c, true, nil
}
