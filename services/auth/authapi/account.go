package authapi

import (
	"context"
	"encoding/json"
	"time"
)

// Profiles is what everybody may do with their own account.
type Profiles interface {
	Me(context.Context, Empty) (Account, error)
	ChangeMe(context.Context, ProfileChange) (Account, error)
	// SignOut ends every session, token and grant of the caller.
	SignOut(context.Context, Empty) (Empty, error)
}

// Account is a user with everything that is known of them but secrets.
type Account struct {
	User
	// Version changes with every change of the account; a change that names
	// an older one is a Conflict.
	Version      uint64    `json:"version"`
	RealName     string    `json:"real_name,omitempty"`
	Email        string    `json:"email,omitempty"`
	LastLogin    time.Time `json:"last_login,omitzero"`
	Updated      time.Time `json:"updated,omitzero"`
	Certificates []string  `json:"certificates,omitempty"` // distinguished names, slash form
	Logins       []string  `json:"logins,omitempty"`       // Unix logins; the first is the default
	Keys         []UserKey `json:"keys,omitempty"`
	Links        []Link    `json:"links,omitempty"`
	Suspended    []string  `json:"suspended,omitempty"` // virtual organisations

	// What core4 knows: the direct ones, and those that follow.
	Permissions      []string `json:"permissions,omitempty"`
	PermissionsTotal []string `json:"permissions_total,omitempty"`
	RoleNames        []string `json:"role_names,omitempty"`
	RoleNamesTotal   []string `json:"role_names_total,omitempty"`
}

// UserKey is the public half of a key that a user signs tokens with.
type UserKey struct {
	ID      string          `json:"id"`
	JWK     json.RawMessage `json:"jwk"`
	Comment string          `json:"comment,omitempty"`
}

// Link is who a user is at a federated provider.
type Link struct {
	Provider string `json:"provider"`
	Subject  string `json:"subject"`
}

// ProfileChange is what users may change of themselves; nil leaves a field as
// it is. A new password, and a new address, to which a link to set a password
// could be sent, need the old password, or that the caller is here in person.
type ProfileChange struct {
	unprinted
	Version  uint64  `json:"version,omitempty"` // zero: whatever it is
	RealName *string `json:"real_name,omitempty"`
	Email    *string `json:"email,omitempty"`
	Password *string `json:"password,omitempty"`
	// OldPassword is the present one.
	OldPassword *string `json:"old_password,omitempty"`
}
