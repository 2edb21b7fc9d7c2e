// Package user is a user as a domain: how one comes to be, how one proves who
// they are, and what they belong to. It imports nothing but the standard
// library and does no I/O. It never sees a password, only the id of the
// credential that the vault keeps.
package user

import (
	"errors"
	"slices"
)

// User is what a decision needs to know of a user. The zero User does not
// exist yet.
type User struct {
	ID         string   `json:"id"`
	Name       Name     `json:"name"`
	Credential string   `json:"credential"`       // id of the password's entry in the vault
	Groups     []string `json:"groups,omitempty"` // the first is the default
	Roles      []Role   `json:"roles,omitempty"`
	Disabled   bool     `json:"disabled,omitempty"`

	RealName  string   `json:"real_name,omitempty"`
	Email     Email    `json:"email,omitempty"`
	Perms     []string `json:"perms,omitempty"`      // core4's, the user's own
	RoleNames []string `json:"role_names,omitempty"` // core4's
	Suspended []string `json:"suspended,omitempty"`  // virtual organisations

	Certificates []DN       `json:"certificates,omitempty"`
	Logins       []Login    `json:"logins,omitempty"`
	Keys         []KeyAdded `json:"keys,omitempty"`
	Links        []Linked   `json:"links,omitempty"`
}

// Exists reports whether the user was ever registered.
func (u User) Exists() bool { return u.ID != "" }

// Active reports whether the user may come in.
func (u User) Active() bool { return u.Exists() && !u.Disabled }

// operates reports whether the user lets others in and keeps them out.
func (u User) operates() bool { return slices.Contains(u.Roles, Operator) }

// What a decision may refuse with.
var (
	// ErrUnknown: there is no such user.
	ErrUnknown = errors.New("user: no such user")
	// ErrTaken: the name belongs to a user with other attributes.
	ErrTaken = errors.New("user: the name is taken")
	// ErrLastOperator: nobody could let anybody in any more.
	ErrLastOperator = errors.New("user: the last active operator stays one")
	// ErrNoMember: only one of the user's groups can be the default.
	ErrNoMember = errors.New("user: not a member of the group")
	// ErrPrivate: the key holds more than the public half.
	ErrPrivate = errors.New("user: not a public key")
	// ErrTooMany: the user has as many of these as anybody may.
	ErrTooMany = errors.New("user: there are too many of these")
)
