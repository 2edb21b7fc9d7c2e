package client

import "encoding/json"

const typeRegistered = "auth.client.registered.v1"

// Encode gives an event's type and its payload.
func Encode(e Event) (eventType string, payload any) {
	if _, ok := e.(Registered); ok {
		return typeRegistered, e
	}
	return "", e
}

// Decode reads any version of an event. ok is false for a type that this
// domain does not know.
func Decode(eventType string, data json.RawMessage) (e Event, ok bool, err error) {
	if eventType != typeRegistered {
		return nil, false, nil
	}
	var r Registered
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, false, err
	}
	return r, true, nil
}
