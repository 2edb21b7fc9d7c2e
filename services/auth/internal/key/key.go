// Package key is a signing key as a domain: its public half, announced to
// everybody who verifies tokens before anybody signs with it. The private half
// is in the vault and never comes here. It imports nothing but the standard
// library.
package key

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Key is what a decision needs to know of a key. The zero Key was never
// announced.
type Key struct {
	ID          string          `json:"kid"`
	JWK         json.RawMessage `json:"jwk"`
	Use         Use             `json:"use,omitempty"`
	Certificate string          `json:"cert,omitempty"` // PEM, of a site's key
	Stage       Stage           `json:"stage,omitempty"`
	Compromised bool            `json:"compromised,omitempty"`
}

// Use is what a key signs. Keys of two uses are never the same.
type Use string

// The uses.
const (
	Access Use = "access" // access tokens
	ID     Use = "id"     // ID tokens
	Site   Use = "site"   // a gateway's own tokens, with the key of its TLS certificate
)

// Stage is how far a key is in its life.
type Stage string

// The stages. Before the first one a key does not exist.
const (
	Waiting Stage = "announced" // verifiers learn it; nobody signs with it yet
	Signing Stage = "active"
	Over    Stage = "retired" // nothing that it signed is good any more
)

// What a decision may refuse with.
var (
	// ErrPrivate: the announcement holds more than the public half.
	ErrPrivate = errors.New("key: not a public key")
	// ErrUnknown: the key was never announced.
	ErrUnknown = errors.New("key: no such key")
	// ErrOver: a retired key does not come back.
	ErrOver = errors.New("key: it is retired")
	// ErrUse: there is no such use.
	ErrUse = errors.New(`key: the use must be "access", "id" or "site"`)
	// ErrKind: keys of that use are of another kind.
	ErrKind = errors.New("key: access tokens are signed with Ed25519, and ID tokens with RSA")
)

// Command is something asked of a key. The set is sealed.
type Command interface{ command() }

type (
	// Announce publishes the key.
	Announce struct {
		ID          string
		JWK         json.RawMessage // RFC 7517, the public half
		Use         Use
		Certificate string
		Active      bool // sign with it at once: there is no other
	}
	// Activate lets the key sign.
	Activate struct{}
	// Retire ends the key. A compromised one ends what it has signed, too.
	Retire struct{ Compromised bool }
)

func (Announce) command() {}
func (Activate) command() {}
func (Retire) command()   {}

// Decide says what happens when c is asked of k. No events and no error mean
// that it is so already.
func Decide(k Key, c Command) ([]Event, error) {
	if a, ok := c.(Announce); ok {
		return announce(k, a)
	}
	if k.ID == "" {
		return nil, ErrUnknown
	}
	switch c := c.(type) {
	case Activate:
		switch k.Stage {
		case Over:
			return nil, ErrOver
		case Signing:
			return nil, nil
		}
		return []Event{Activated{}}, nil
	case Retire:
		if k.Stage == Over && (k.Compromised || !c.Compromised) {
			return nil, nil
		}
		return []Event{Retired(c)}, nil
	default:
		return nil, fmt.Errorf("key: unknown command %T", c)
	}
}

func announce(k Key, a Announce) ([]Event, error) {
	switch {
	case k.ID != "":
		return nil, nil
	case !public(a.JWK):
		return nil, ErrPrivate
	case a.Use != Access && a.Use != ID && a.Use != Site:
		return nil, ErrUse
	case !fits(a.Use, a.JWK):
		return nil, ErrKind
	}
	events := []Event{Announced{ID: a.ID, JWK: a.JWK, Use: a.Use, Certificate: a.Certificate}}
	if a.Active {
		events = append(events, Activated{})
	}
	return events, nil
}

// fits reports whether keys of that kind are for that use. Who signs finds the
// key for a use by its kind.
func fits(use Use, jwk json.RawMessage) bool {
	var members struct {
		Kind  string `json:"kty"`
		Curve string `json:"crv"`
	}
	if err := json.Unmarshal(jwk, &members); err != nil {
		return false
	}
	switch use {
	case Access:
		return members.Kind == "OKP" && members.Curve == "Ed25519"
	case ID:
		return members.Kind == "RSA"
	default:
		return true
	}
}

// public reports whether the JWK is one without a secret member: "d" of RSA,
// EC and OKP keys, the primes of RSA, "k" of symmetric ones (RFC 7518,
// section 6; RFC 8037).
func public(jwk json.RawMessage) bool {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(jwk, &members); err != nil || len(members) == 0 {
		return false
	}
	for _, secret := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
		if _, found := members[secret]; found {
			return false
		}
	}
	return true
}
