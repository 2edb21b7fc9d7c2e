// Package role is a role of core4 as a domain: a name for permissions that
// users and other roles refer to. What follows from references is computed in
// the view, so that circles are harmless here. It imports nothing but the
// standard library; whether a text is a permission is checked by who asks.
package role

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
)

// Role is what a decision needs to know of a role. The zero Role does not
// exist, and a removed one is zero again, so that its name is free.
type Role struct {
	ID       string   `json:"id"`
	Name     Name     `json:"name"`
	RealName string   `json:"real_name,omitempty"`
	Perms    []string `json:"perms,omitempty"`
	Parents  []string `json:"parents,omitempty"` // names of roles
	Active   bool     `json:"active,omitempty"`
}

// Exists reports whether the role was created and not removed since.
func (r Role) Exists() bool { return r.ID != "" }

// Name is a role's name. Only ParseName makes it.
type Name string

// What a decision or ParseName may refuse with.
var (
	ErrName = errors.New("must be 1 to 64 letters, digits, dots, dashes or underscores")
	// ErrUnknown: there is no such role.
	ErrUnknown = errors.New("role: no such role")
	// ErrTaken: there is such a role already, with other attributes.
	ErrTaken = errors.New("role: the name is taken")
	// ErrRenamed: users and roles refer to a role by its name, so it stays.
	ErrRenamed = errors.New("role: a role keeps its name")
)

var nameSyntax = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// ParseName reads a role's name, which is case-sensitive.
func ParseName(s string) (Name, error) {
	if !nameSyntax.MatchString(s) {
		return "", ErrName
	}
	return Name(s), nil
}

// Command is something asked of a role. The set is sealed.
type Command interface{ command() }

type (
	// Create makes the role.
	Create Role
	// Change gives the role other attributes, all at once.
	Change Role
	// Drop takes one of the role's parents away.
	Drop struct{ Parent string }
	// Remove ends the role.
	Remove struct{}
)

func (Create) command() {}
func (Change) command() {}
func (Drop) command()   {}
func (Remove) command() {}

// Event is a fact in a role's life, one of Events. Type is the name that it is
// written under for ever; it holds the version.
type Event interface{ Type() string }

type (
	// Created: there is a new role.
	Created Role
	// Changed: it is like this from now on.
	Changed Role
	// Removed: there is none any more.
	Removed struct{}
)

func (Created) Type() string { return "auth.role.created.v1" }
func (Changed) Type() string { return "auth.role.changed.v1" }
func (Removed) Type() string { return "auth.role.removed.v1" }

// Decide says what happens when c is asked of r. No events and no error mean
// that it is so already.
func Decide(r Role, c Command) ([]Event, error) {
	switch c := c.(type) {
	case Create:
		return create(r, tidy(Role(c)))
	case Change:
		return change(r, tidy(Role(c)))
	case Drop:
		if !slices.Contains(r.Parents, c.Parent) {
			return nil, nil
		}
		r.Parents = slices.DeleteFunc(slices.Clone(r.Parents), func(p string) bool { return p == c.Parent })
		return []Event{Changed(r)}, nil
	case Remove:
		if !r.Exists() {
			return nil, nil
		}
		return []Event{Removed{}}, nil
	default:
		return nil, fmt.Errorf("role: unknown command %T", c)
	}
}

func create(r, c Role) ([]Event, error) {
	switch {
	case !r.Exists():
		return []Event{Created(c)}, nil
	case !same(r, c):
		return nil, ErrTaken
	default:
		return nil, nil
	}
}

func change(r, c Role) ([]Event, error) {
	switch {
	case !r.Exists():
		return nil, ErrUnknown
	case r.ID != c.ID, r.Name != c.Name:
		return nil, ErrRenamed
	case same(r, c):
		return nil, nil
	default:
		return []Event{Changed(c)}, nil
	}
}

// tidy sorts the lists, which are sets: another order is no change.
func tidy(r Role) Role {
	r.Perms, r.Parents = set(r.Perms), set(r.Parents)
	return r
}

func set(list []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(list)))
}

func same(a, b Role) bool {
	return a.ID == b.ID && a.Name == b.Name && a.RealName == b.RealName && a.Active == b.Active &&
		slices.Equal(a.Perms, b.Perms) && slices.Equal(a.Parents, b.Parents)
}

// Evolve is the role after e.
func Evolve(r Role, e Event) Role {
	switch e := e.(type) {
	case Created:
		return Role(e)
	case Changed:
		return Role(e)
	case Removed:
		return Role{}
	}
	return r
}

// Events are one of each, in every version ever written.
func Events() []Event { return []Event{Created{}, Changed{}, Removed{}} }
