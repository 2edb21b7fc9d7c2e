// Package group is a group of users as a domain. Memberships are the users'
// own facts; a group is the name they share. It imports nothing but the
// standard library.
package group

import (
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

// Event is a fact in a group's life, one of Events. Type is the name that it is
// written under for ever; it holds the version.
type Event interface{ Type() string }

// Created: there is a new group.
type Created struct {
	ID   string `json:"id"`
	Name Name   `json:"name"`
}

// Changed: membership entitles to this from now on. If that is less than
// before, the tokens that stand on the group are over: they know it by its
// name, and those with rights of several groups by its VO as it was.
type Changed struct {
	Rights
	Narrowed bool   `json:"narrowed,omitempty"`
	Name     Name   `json:"name,omitempty"`      // if narrowed
	FormerVO string `json:"former_vo,omitempty"` // if narrowed
}

func (Created) Type() string { return "auth.group.created.v1" }
func (Changed) Type() string { return "auth.group.changed.v1" }

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
		return []Event{changed(g, r)}, nil
	}
}

func changed(g Group, r Rights) Changed {
	c := Changed{Rights: r}
	if g.narrows(r) {
		c.Narrowed, c.Name, c.FormerVO = true, g.Name, g.VO
	}
	return c
}

// narrows reports whether a token of the group may say what is no longer so.
// A shorter lifetime is for grants to come, and roles of a provider are looked
// at when somebody comes from there.
func (g Group) narrows(r Rights) bool {
	lost := func(had, has []string) bool {
		return slices.ContainsFunc(had, func(one string) bool { return !slices.Contains(has, one) })
	}
	setups := len(r.Setups) > 0 && (len(g.Setups) == 0 || lost(g.Setups, r.Setups))
	moved := g.VO != r.VO && (g.VO != "" || len(g.Properties) > 0)
	return lost(g.Properties, r.Properties) || setups || moved
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

// Events are one of each, in every version ever written.
func Events() []Event { return []Event{Created{}, Changed{}} }
