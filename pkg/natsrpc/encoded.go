package natsrpc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
)

// Encoded is an answer in JSON that travels as it is, and that whoever passes
// it on does not read: to read and write a long text costs more than to carry
// it. Whoever makes one answers for it being JSON. It may hold secrets, and
// shows no more than its size where it is printed.
type Encoded []byte

func (e Encoded) String() string       { return fmt.Sprintf("[%d bytes of JSON]", len(e)) }
func (e Encoded) GoString() string     { return e.String() }
func (e Encoded) LogValue() slog.Value { return slog.StringValue(e.String()) }

// MarshalJSON implements json.Marshaler, for an Encoded inside of something.
func (e Encoded) MarshalJSON() ([]byte, error) { return json.RawMessage(e).MarshalJSON() }

var errNothing = errors.New("natsrpc: there is no answer in the message")

func encode(v any) ([]byte, error) {
	if e, ok := v.(Encoded); ok {
		return e, nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // whoever passes it on shows text as it is
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

func decode[A any](body []byte) (any, error) {
	var a A
	e, ok := any(&a).(*Encoded)
	if !ok {
		err := json.Unmarshal(body, &a)
		return a, err
	}
	if len(body) == 0 {
		return a, errNothing
	}
	*e = body
	return a, nil
}
