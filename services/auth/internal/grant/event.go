package grant

import "time"

// Event is a fact in a grant's life, one of Events. Type is the name that it is
// written under for ever; it holds the version.
type Event interface{ Type() string }

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

func (Begun) Type() string     { return "auth.grant.begun.v1" }
func (Refreshed) Type() string { return "auth.grant.refreshed.v1" }
func (Revoked) Type() string   { return "auth.grant.revoked.v1" }

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

// Events are one of each, in every version ever written.
func Events() []Event { return []Event{Begun{}, Refreshed{}, Revoked{}} }
