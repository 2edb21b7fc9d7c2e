// Package group is a group of users as a domain. Memberships are the users'
// own facts; a group is the name they share. It imports nothing but the
// standard library.
package group

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
)

// Group is what a decision needs to know of a group. The zero Group does not
// exist yet.
type Group struct {
	ID   string `json:"id"`
	Name Name   `json:"name"`
	Rights
}

// Rights are what membership entitles to, in DIRAC's terms.
type Rights struct {
	Properties []string `json:"properties,omitempty"`
	VO         string   `json:"vo,omitempty"`
	Setups     []string `json:"setups,omitempty"`     // none: all
	IdPRoles   []string `json:"idp_roles,omitempty"`  // of a federated provider
	Lifetime   int64    `json:"lifetime_s,omitempty"` // longest life of a grant in seconds; zero: no bound of its own
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

// What a decision may refuse with.
var (
	// ErrTaken: the id belongs to a group of another name.
	ErrTaken = errors.New("group: the id is taken")
	// ErrUnknown: there is no such group.
	ErrUnknown = errors.New("group: no such group")
	// ErrLifetime: a grant cannot end before it begins.
	ErrLifetime = errors.New("group: the lifetime must not be negative")
)

// Command is something asked of a group. The set is sealed.
type Command interface{ command() }

// Create makes the group.
type Create struct {
	ID   string
	Name Name
}

// Change replaces all that membership entitles to.
type Change struct{ Rights }

// Put makes the group if there is none, and gives it these rights.
type Put struct {
	ID   string
	Name Name
	Rights
}

func (Create) command() {}
func (Change) command() {}
func (Put) command()    {}

// Event is a fact in a group's life. The set is sealed.
type Event interface{ event() }

// Created: there is a new group.
type Created struct {
	ID   string `json:"id"`
	Name Name   `json:"name"`
}

// Changed: membership entitles to this from now on.
type Changed struct{ Rights }

func (Created) event() {}
func (Changed) event() {}

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
	case Change:
		return change(g, c.Rights)
	case Put:
		return put(g, c)
	default:
		return nil, fmt.Errorf("group: unknown command %T", c)
	}
}

func put(g Group, p Put) ([]Event, error) {
	events, err := Decide(g, Create{p.ID, p.Name})
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		g = Evolve(g, e)
	}
	more, err := change(g, p.Rights)
	if err != nil {
		return nil, err
	}
	return append(events, more...), nil
}

// change compares sets: another order is no change.
func change(g Group, r Rights) ([]Event, error) {
	r.Properties, r.Setups, r.IdPRoles = set(r.Properties), set(r.Setups), set(r.IdPRoles)
	switch {
	case !g.Exists():
		return nil, ErrUnknown
	case r.Lifetime < 0:
		return nil, ErrLifetime
	case g.VO == r.VO && g.Lifetime == r.Lifetime && slices.Equal(g.Properties, r.Properties) &&
		slices.Equal(g.Setups, r.Setups) && slices.Equal(g.IdPRoles, r.IdPRoles):
		return nil, nil
	default:
		return []Event{Changed{r}}, nil
	}
}

func set(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }

// Evolve is the group after e.
func Evolve(g Group, e Event) Group {
	switch e := e.(type) {
	case Created:
		g.ID, g.Name = e.ID, e.Name
	case Changed:
		g.Rights = e.Rights
	}
	return g
}

// The types of the events in the journal, written by hand and for ever.
const (
	typeCreated = "auth.group.created.v1"
	typeChanged = "auth.group.changed.v1"
)

// Encode gives an event's type and its payload.
func Encode(e Event) (eventType string, payload any) {
	switch e.(type) {
	case Created:
		return typeCreated, e
	case Changed:
		return typeChanged, e
	default:
		return "", e
	}
}

// Decode reads any version of an event. ok is false for a type that this
// domain does not know.
func Decode(eventType string, data json.RawMessage) (e Event, ok bool, err error) {
	switch eventType {
	case typeCreated:
		return decode[Created](data)
	case typeChanged:
		return decode[Changed](data)
	default:
		return nil, false, nil
	}
}

func decode[E Event](data json.RawMessage) (Event, bool, error) {
	var e E
	if err := json.Unmarshal(data, &e); err != nil {
		return nil, false, err
	}
	return e, true, nil
}
