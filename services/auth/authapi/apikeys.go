package authapi

import (
	"context"
	"time"
)

// APIKeyPrefix tells API keys from all other credentials.
const APIKeyPrefix = "hdl_"

// APIKeys are the caller's own; an operator may list and revoke another's.
// One is made in person only.
type APIKeys interface {
	CreateAPIKey(context.Context, NewAPIKey) (APIKeySecret, error)
	APIKeys(context.Context, Owner) (APIKeyList, error)
	RevokeAPIKey(context.Context, APIKeyRef) (Empty, error)
}

// NewAPIKey is a key to be made.
type NewAPIKey struct {
	Name     string        `json:"name"`
	Scopes   []string      `json:"scopes,omitempty"`   // default: api:read
	Group    string        `json:"group,omitempty"`    // to act in; default: the user's
	Lifetime time.Duration `json:"lifetime,omitempty"` // default and limit are configured
}

// APIKeySecret is a key with its secret, which is shown this once.
type APIKeySecret struct {
	unprinted
	APIKey
	Secret string `json:"secret"`
}

// APIKey is what is known of a key.
type APIKey struct {
	ID      string    `json:"id"`
	User    string    `json:"user"` // id
	Name    string    `json:"name"`
	Group   string    `json:"group,omitempty"`
	Scopes  []string  `json:"scopes,omitempty"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires,omitzero"`
	Used    time.Time `json:"used,omitzero"` // to the hour; zero: never
}

// Owner names whose things are asked for; empty means the caller's.
type Owner struct {
	User string `json:"user,omitempty"` // login name
}

// APIKeyList is a list.
type APIKeyList struct {
	Keys []APIKey `json:"keys,omitempty"`
}

// APIKeyRef names one key.
type APIKeyRef struct {
	ID string `json:"id"`
}
