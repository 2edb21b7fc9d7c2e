package client

import "time"

// Event is a fact in a client's life, one of Events. Type is the name that it is
// written under for ever; it holds the version.
type Event interface{ Type() string }

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

func (Registered) Type() string    { return "auth.client.registered.v1" }
func (Changed) Type() string       { return "auth.client.changed.v1" }
func (SecretRotated) Type() string { return "auth.client.secret_rotated.v1" }
func (Removed) Type() string       { return "auth.client.removed.v1" }

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

// Events are one of each, in every version ever written.
func Events() []Event {
	return []Event{Registered{}, Changed{}, SecretRotated{}, Removed{}}
}
