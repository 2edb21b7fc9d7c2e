package client

import (
	"encoding/json"
	"time"
)

// Event is a fact in a client's life; event gives its type. The set is sealed.
type Event interface{ event() string }

// Each has the client's id, by which tokens name it: the topic has another,
// for a client's id may have capitals and dots.
type (
	// Registered: there is a new client.
	Registered struct {
		ID ID `json:"id"`
		Details
		Secret string `json:"secret_id,omitempty"`
	}
	// Changed: it is like this from now on.
	Changed struct {
		ID ID `json:"id"`
		Details
		Secret   string `json:"secret_id,omitempty"`
		Narrowed bool   `json:"narrowed,omitempty"` // what it was given so far is over
	}
	// SecretRotated: it has a new secret. The old one is good until OldUntil;
	// without that it and all that it was used for are over.
	SecretRotated struct {
		ID       ID        `json:"id"`
		Secret   string    `json:"secret_id"`
		OldUntil time.Time `json:"old_until,omitzero"`
	}
	// Removed: there is none any more.
	Removed struct {
		ID ID `json:"id"`
	}
)

func (Registered) event() string    { return typeRegistered }
func (Changed) event() string       { return typeChanged }
func (SecretRotated) event() string { return typeSecretRotated }
func (Removed) event() string       { return typeRemoved }

// Evolve is the client after e.
func Evolve(c Client, e Event) Client {
	switch e := e.(type) {
	case Registered:
		return Client{ID: e.ID, Details: e.Details, Secret: e.Secret}
	case Changed:
		c.Details = e.Details
		if c.Secret != e.Secret {
			c.Secret, c.OldSecret, c.OldUntil = e.Secret, "", time.Time{}
		}
	case SecretRotated:
		c.OldSecret, c.OldUntil = "", time.Time{}
		if !e.OldUntil.IsZero() {
			c.OldSecret, c.OldUntil = c.Secret, e.OldUntil
		}
		c.Secret = e.Secret
	case Removed:
		return Client{}
	}
	return c
}

// The types of the events in the journal, written by hand and for ever.
const (
	typeRegistered    = "auth.client.registered.v1"
	typeChanged       = "auth.client.changed.v1"
	typeSecretRotated = "auth.client.secret_rotated.v1"
	typeRemoved       = "auth.client.removed.v1"
)

// Encode gives an event's type and its payload.
func Encode(e Event) (eventType string, payload any) { return e.event(), e }

// Decode reads any version of an event. ok is false for a type that this
// domain does not know.
func Decode(eventType string, data json.RawMessage) (e Event, ok bool, err error) {
	switch eventType {
	case typeRegistered:
		return decode[Registered](data)
	case typeChanged:
		return decode[Changed](data)
	case typeSecretRotated:
		return decode[SecretRotated](data)
	case typeRemoved:
		return decode[Removed](data)
	default:
		return nil, false, nil
	}
}

func decode[E Event](data json.RawMessage) (Event, bool, error) {
	var e E
	if err := json.Unmarshal(data, &e); err != nil {
		return nil, false, err
	}
	return e, true, nil
}
