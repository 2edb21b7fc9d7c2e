package authapi

import (
	"context"
	"time"
)

// Grants are what users allowed applications to do: the caller's own; an
// operator may list and revoke another's.
type Grants interface {
	Grants(context.Context, Owner) (GrantList, error)
	RevokeGrant(context.Context, GrantRef) (Empty, error)
}

// Grant is one consent, with all tokens that came of it.
type Grant struct {
	ID      string     `json:"id"`
	User    string     `json:"user"` // id
	Client  ClientCard `json:"client"`
	Group   string     `json:"group,omitempty"`
	Setup   string     `json:"setup,omitempty"`
	Scopes  []string   `json:"scopes,omitempty"`
	Begun   time.Time  `json:"begun"`
	Used    time.Time  `json:"used,omitzero"` // last refresh
	Expires time.Time  `json:"expires"`
}

// GrantList is a list.
type GrantList struct {
	Grants []Grant `json:"grants,omitempty"`
}

// GrantRef names one grant.
type GrantRef struct {
	ID string `json:"id"`
}
