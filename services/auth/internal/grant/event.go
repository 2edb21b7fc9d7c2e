package grant

import (
	"encoding/json"
	"time"
)

// Event is a fact in a grant's life. The set is sealed.
type Event interface{ event() }

// The events. Times and actors are in the envelope; a refresh token is in
// none of them, for it follows from the generation and a key of the vault.
type (
	// Begun: the user allowed it and the client asked for its first tokens.
	Begun struct {
		ID       string    `json:"id,omitempty"`
		User     string    `json:"user,omitempty"`
		Client   string    `json:"client,omitempty"`
		Group    string    `json:"group,omitempty"`
		Setup    string    `json:"setup,omitempty"`
		Scopes   []string  `json:"scopes"`          // nothing allowed is [], never absent
		Thumb    string    `json:"thumb,omitempty"` // of the certificate that its tokens are bound to
		AuthTime time.Time `json:"auth_time,omitzero"`
		Expires  time.Time `json:"expires,omitzero"`
		Offline  bool      `json:"offline,omitempty"` // there are refresh tokens
	}
	// Refreshed: the refresh token of this generation is the good one now.
	Refreshed struct {
		Generation uint64 `json:"generation"`
	}
	// Revoked: every token of the grant is over.
	Revoked struct {
		Reason Reason `json:"reason"`
	}
)

func (Begun) event()     {}
func (Refreshed) event() {}
func (Revoked) event()   {}

// Evolve is the grant after e.
func Evolve(g Grant, e Event) Grant {
	switch e := e.(type) {
	case Begun:
		g.Begun, g.Generation = e, First
	case Refreshed:
		g.Generation = e.Generation
	case Revoked:
		g.Revoked = e.Reason
	}
	return g
}

// The types of the events in the journal, written by hand and for ever.
const (
	typeBegun     = "auth.grant.begun.v1"
	typeRefreshed = "auth.grant.refreshed.v1"
	typeRevoked   = "auth.grant.revoked.v1"
)

// Encode gives an event's type and its payload.
func Encode(e Event) (eventType string, payload any) {
	switch e.(type) {
	case Begun:
		return typeBegun, e
	case Refreshed:
		return typeRefreshed, e
	case Revoked:
		return typeRevoked, e
	default:
		return "", e
	}
}

// Decode reads any version of an event. ok is false for a type that this
// domain does not know.
func Decode(eventType string, data json.RawMessage) (e Event, ok bool, err error) {
	switch eventType {
	case typeBegun:
		return decode[Begun](data)
	case typeRefreshed:
		return decode[Refreshed](data)
	case typeRevoked:
		return decode[Revoked](data)
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
