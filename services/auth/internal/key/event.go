package key

import "encoding/json"

// Event is a fact in a key's life; event gives its type. The set is sealed.
type Event interface{ event() string }

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

func (Announced) event() string { return typeAnnounced }
func (Activated) event() string { return typeActivated }
func (Retired) event() string   { return typeRetired }

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

// The types of the events in the journal, written by hand and for ever.
const (
	typeAnnounced = "auth.key.announced.v1"
	typeActivated = "auth.key.activated.v1"
	typeRetired   = "auth.key.retired.v1"
)

// Encode gives an event's type and its payload.
func Encode(e Event) (eventType string, payload any) { return e.event(), e }

// Decode reads any version of an event. ok is false for a type that this
// domain does not know.
func Decode(eventType string, data json.RawMessage) (e Event, ok bool, err error) {
	switch eventType {
	case typeAnnounced:
		return decode[Announced](data)
	case typeActivated:
		return decode[Activated](data)
	case typeRetired:
		return decode[Retired](data)
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
