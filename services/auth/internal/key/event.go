package key

import "encoding/json"

// Event is a fact in a key's life, one of Events. Type is the name that it is
// written under for ever; it holds the version.
type Event interface{ Type() string }

type (
	// Announced: verifiers learn this key. One without a use is of the time
	// when all keys were for access tokens and signed from the first moment.
	Announced struct {
		ID          string          `json:"kid"`
		JWK         json.RawMessage `json:"jwk"`
		Use         Use             `json:"use,omitempty"`
		Certificate string          `json:"cert,omitempty"`
	}
	// Activated: tokens may be signed with this key from now on.
	Activated struct{}
	// Retired: the key is over, and if compromised all that it has signed.
	Retired struct {
		Compromised bool `json:"compromised,omitempty"`
	}
)

func (Announced) Type() string { return "auth.key.announced.v1" }
func (Activated) Type() string { return "auth.key.activated.v1" }
func (Retired) Type() string   { return "auth.key.retired.v1" }

// Evolve is the key after e.
func Evolve(k Key, e Event) Key {
	switch e := e.(type) {
	case Announced:
		k = Key{ID: e.ID, JWK: e.JWK, Use: e.Use, Certificate: e.Certificate, Stage: Waiting}
		if e.Use == "" {
			k.Use, k.Stage = Access, Signing
		}
	case Activated:
		k.Stage = Signing
	case Retired:
		k.Stage, k.Compromised = Over, k.Compromised || e.Compromised
	}
	return k
}

// Events are one of each, in every version ever written.
func Events() []Event { return []Event{Announced{}, Activated{}, Retired{}} }
