// Package key is a signing key as a domain: its public half, announced to
// everybody who verifies tokens. The private half is in the vault and never
// comes here. It imports nothing but the standard library.
package key

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Key is what a decision needs to know of a key. The zero Key was never
// announced.
type Key struct {
	ID  string          `json:"kid"`
	JWK json.RawMessage `json:"jwk"`
}

// ErrPrivate: the announcement holds more than the public half.
var ErrPrivate = errors.New("key: not a public key")

// Command is something asked of a key. The set is sealed.
type Command interface{ command() }

// Announce publishes the key.
type Announce struct {
	ID  string
	JWK json.RawMessage // RFC 7517, the public half
}

func (Announce) command() {}

// Event is a fact in a key's life. The set is sealed.
type Event interface{ event() }

// Announced: tokens may be signed with this key from now on.
type Announced struct {
	ID  string          `json:"kid"`
	JWK json.RawMessage `json:"jwk"`
}

func (Announced) event() {}

// Decide says what happens when c is asked of k. No events and no error mean
// that it is so already.
func Decide(k Key, c Command) ([]Event, error) {
	a, ok := c.(Announce)
	switch {
	case !ok:
		return nil, fmt.Errorf("key: unknown command %T", c)
	case k.ID != "":
		return nil, nil
	case !public(a.JWK):
		return nil, ErrPrivate
	default:
		return []Event{Announced(a)}, nil
	}
}

// public reports whether the JWK is one without a secret member: "d" of RSA,
// EC and OKP keys, "k" of symmetric ones (RFC 7518, section 6; RFC 8037).
func public(jwk json.RawMessage) bool {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(jwk, &members); err != nil || len(members) == 0 {
		return false
	}
	_, private := members["d"]
	_, symmetric := members["k"]
	return !private && !symmetric
}

// Evolve is the key after e.
func Evolve(k Key, e Event) Key {
	if e, ok := e.(Announced); ok {
		return Key(e)
	}
	return k
}

const typeAnnounced = "auth.key.announced.v1"

// Encode gives an event's type and its payload.
func Encode(e Event) (eventType string, payload any) {
	if _, ok := e.(Announced); ok {
		return typeAnnounced, e
	}
	return "", e
}

// Decode reads any version of an event. ok is false for a type that this
// domain does not know.
func Decode(eventType string, data json.RawMessage) (e Event, ok bool, err error) {
	if eventType != typeAnnounced {
		return nil, false, nil
	}
	var a Announced
	if err := json.Unmarshal(data, &a); err != nil {
		return nil, false, err
	}
	return a, true, nil
}
