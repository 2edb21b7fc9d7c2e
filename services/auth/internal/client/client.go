// Package client is a registered OAuth 2 client (RFC 6749, section 2) as a
// domain. It imports nothing but the standard library.
package client

import (
	"errors"
	"fmt"
	"slices"
)

// Client is what a decision needs to know of a client. The zero Client does
// not exist yet.
type Client struct {
	ID        ID         `json:"id"`
	Name      string     `json:"name"`
	Redirects []Redirect `json:"redirect_uris,omitempty"`
	Grants    []Grant    `json:"grant_types"`
	Public    bool       `json:"public,omitempty"`
}

// Exists reports whether the client was registered.
func (c Client) Exists() bool { return c.ID != "" }

// What a decision may refuse with.
var (
	// ErrTaken: the id belongs to a client with other attributes.
	ErrTaken = errors.New("client: the id is taken")
	// ErrNoRedirect: a code has nowhere to go.
	ErrNoRedirect = errors.New("is required for the grant authorization_code")
	// ErrNoGrant: the client could do nothing.
	ErrNoGrant = errors.New("must name at least one grant")
	// ErrNotPublic: there are no client secrets.
	ErrNotPublic = errors.New("must be true: only public clients can be registered")
)

// Command is something asked of a client. The set is sealed.
type Command interface{ command() }

// Register makes the client.
type Register struct {
	ID        ID
	Name      string
	Redirects []Redirect
	Grants    []Grant
	Public    bool
}

func (Register) command() {}

// Event is a fact in a client's life. The set is sealed.
type Event interface{ event() }

// Registered: there is a new client.
type Registered struct {
	ID        ID         `json:"id"`
	Name      string     `json:"name"`
	Redirects []Redirect `json:"redirect_uris,omitempty"`
	Grants    []Grant    `json:"grant_types"`
	Public    bool       `json:"public,omitempty"`
}

func (Registered) event() {}

// Decide says what happens when cmd is asked of c. No events and no error
// mean that it is so already.
func Decide(c Client, cmd Command) ([]Event, error) {
	switch cmd := cmd.(type) {
	case Register:
		return register(c, cmd)
	default:
		return nil, fmt.Errorf("client: unknown command %T", cmd)
	}
}

func register(c Client, r Register) ([]Event, error) {
	switch {
	case !r.Public:
		return nil, ErrNotPublic
	case len(r.Grants) == 0:
		return nil, ErrNoGrant
	case slices.Contains(r.Grants, AuthorizationCode) && len(r.Redirects) == 0:
		return nil, ErrNoRedirect
	case !c.Exists():
		return []Event{Registered(r)}, nil
	case c.Name != r.Name, c.Public != r.Public, !slices.Equal(c.Redirects, r.Redirects), !slices.Equal(c.Grants, r.Grants):
		return nil, ErrTaken
	default:
		return nil, nil
	}
}

// Evolve is the client after e.
func Evolve(c Client, e Event) Client {
	if e, ok := e.(Registered); ok {
		return Client(e)
	}
	return c
}
