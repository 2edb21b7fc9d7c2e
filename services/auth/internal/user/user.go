// Package user is a user as a domain: how one comes to be, how one proves who
// they are, and what they belong to. It imports nothing but the standard
// library and does no I/O. It never sees a password, only the id of the
// credential that the vault keeps.
package user

import "errors"

// User is what a decision needs to know of a user. The zero User does not
// exist yet.
type User struct {
	ID         string   `json:"id"`
	Name       Name     `json:"name"`
	Credential string   `json:"credential"`       // id of the password's entry in the vault
	Groups     []string `json:"groups,omitempty"` // the first is the default
	Roles      []Role   `json:"roles,omitempty"`
	Disabled   bool     `json:"disabled,omitempty"`
}

// Exists reports whether the user was ever registered.
func (u User) Exists() bool { return u.ID != "" }

// Active reports whether the user may come in.
func (u User) Active() bool { return u.Exists() && !u.Disabled }

// What a decision may refuse with.
var (
	// ErrUnknown: there is no such user.
	ErrUnknown = errors.New("user: no such user")
	// ErrTaken: the name belongs to a user with other attributes.
	ErrTaken = errors.New("user: the name is taken")
)
