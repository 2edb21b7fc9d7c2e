package user

import "encoding/json"

// The types of the events in the journal, written by hand and for ever.
const (
	typeRegistered      = "auth.user.registered.v1"
	typeGroupJoined     = "auth.user.group_joined.v1"
	typePasswordChanged = "auth.user.password_changed.v1"
	typeDisabled        = "auth.user.disabled.v1"
	typeEnabled         = "auth.user.enabled.v1"
)

// Encode gives an event's type and its payload.
func Encode(e Event) (eventType string, payload any) {
	switch e.(type) {
	case Registered:
		return typeRegistered, e
	case GroupJoined:
		return typeGroupJoined, e
	case PasswordChanged:
		return typePasswordChanged, e
	case Disabled:
		return typeDisabled, e
	case Enabled:
		return typeEnabled, e
	default:
		return "", e
	}
}

// Decode reads any version of an event. ok is false for a type that this
// domain does not know.
func Decode(eventType string, data json.RawMessage) (e Event, ok bool, err error) {
	switch eventType {
	case typeRegistered:
		return decode[Registered](data)
	case typeGroupJoined:
		return decode[GroupJoined](data)
	case typePasswordChanged:
		return decode[PasswordChanged](data)
	case typeDisabled:
		return decode[Disabled](data)
	case typeEnabled:
		return decode[Enabled](data)
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
