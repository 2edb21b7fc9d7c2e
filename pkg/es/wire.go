package es

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// The headers of a stored commit. CloudEvents attributes are "ce-" and the
// attribute's name; the trace context has its W3C name.
const (
	HeaderCommand     = "Heddle-Command"
	HeaderType        = "ce-type"      // of the event; absent on a batch
	headerTypes       = "Heddle-Types" // of the events of a batch, in order
	headerContentType = "content-type"
	headerTraceparent = "traceparent"
	headerSpecVersion = "ce-specversion"

	specVersion = "1.0"
	mediaJSON   = "application/json"
	mediaBatch  = "application/cloudevents-batch+json"
)

// ErrWire says that a message is not a commit.
var ErrWire = errors.New("es: not a commit")

// Encode gives a commit its stored form: headers and a body. One event is a
// CloudEvent in binary mode, several are the CloudEvents batch format, both
// of CloudEvents 1.0.2 with its NATS binding. An event needs an id, a type, a
// source and data that is JSON; all texts are UTF-8.
func Encode(c Commit) (header map[string][]string, body []byte, err error) {
	if c.Command == "" || len(c.Events) == 0 {
		return nil, nil, fmt.Errorf("%w: it needs a command id and at least one event", ErrWire)
	}
	for i, e := range c.Events {
		if err := check(e); err != nil {
			return nil, nil, fmt.Errorf("%w: event %d: %w", ErrWire, i, err)
		}
	}
	if len(c.Events) > 1 {
		return encodeBatch(c)
	}
	return encodeOne(c)
}

func check(e Event) error {
	for _, a := range []struct{ name, value string }{{"id", e.ID}, {"type", e.Type}, {"source", e.Source}} {
		if a.value == "" {
			return fmt.Errorf("it has no %s", a.name)
		}
	}
	for _, s := range []string{e.ID, e.Type, e.Source, e.Subject, e.Actor, e.Credential, e.Correlation, e.Causation, e.Traceparent} {
		if !utf8.ValidString(s) {
			return fmt.Errorf("%q is not UTF-8", s)
		}
	}
	return nil
}

// errData is checked where a JSON encoder or decoder does not do it anyway.
var errData = errors.New("its data is not JSON")

func encodeOne(c Commit) (map[string][]string, []byte, error) {
	e := c.Events[0]
	if !json.Valid(e.Data) {
		return nil, nil, fmt.Errorf("%w: event 0: %w", ErrWire, errData)
	}
	h := map[string][]string{
		HeaderCommand:     {escape(c.Command)},
		headerSpecVersion: {specVersion},
		headerContentType: {mediaJSON},
	}
	for _, a := range attributes(&e) {
		if *a.value != "" {
			h[a.name] = []string{escape(*a.value)}
		}
	}
	if !e.Time.IsZero() {
		h["ce-time"] = []string{e.Time.UTC().Format(time.RFC3339Nano)}
	}
	return h, e.Data, nil
}

// attribute is a header name of binary mode and the field it is for.
type attribute struct {
	name  string
	value *string
}

func attributes(e *Event) [9]attribute {
	return [...]attribute{
		{"ce-id", &e.ID}, {HeaderType, &e.Type}, {"ce-source", &e.Source}, {"ce-subject", &e.Subject},
		{"ce-actor", &e.Actor}, {"ce-credential", &e.Credential}, {"ce-correlation", &e.Correlation}, {"ce-causation", &e.Causation},
		{headerTraceparent, &e.Traceparent},
	}
}

// Decode reads the stored form of a commit, also one written by somebody
// else: unknown attributes and headers are passed over. Its errors are ErrWire.
func Decode(header map[string][]string, body []byte) (Commit, error) {
	command, err := unescape(first(header, HeaderCommand))
	if err != nil || command == "" {
		return Commit{}, fmt.Errorf("%w: no readable %s header", ErrWire, HeaderCommand)
	}
	c := Commit{Command: command}
	if mediaType(header) == mediaBatch {
		c.Events, err = decodeBatch(body)
	} else {
		c.Events, err = decodeOne(header, body)
	}
	if err != nil {
		return Commit{}, fmt.Errorf("%w: %w", ErrWire, err)
	}
	for i, e := range c.Events {
		if err := check(e); err != nil {
			return Commit{}, fmt.Errorf("%w: event %d: %w", ErrWire, i, err)
		}
	}
	return c, nil
}

// DecodeTypes reads no more than the headers: the command and, of each event,
// its type. It is for readers who need to know what happened to which topic
// and not how.
func DecodeTypes(header map[string][]string) (Commit, error) {
	command, err := unescape(first(header, HeaderCommand))
	if err != nil || command == "" {
		return Commit{}, fmt.Errorf("%w: no readable %s header", ErrWire, HeaderCommand)
	}
	types := []string{first(header, HeaderType)}
	if mediaType(header) == mediaBatch {
		types = strings.Split(first(header, headerTypes), ",")
	}
	c := Commit{Command: command, Events: make([]Event, 0, len(types))}
	for _, t := range types {
		if t, err = unescape(t); err != nil || t == "" {
			return Commit{}, fmt.Errorf("%w: its headers name no types", ErrWire)
		}
		c.Events = append(c.Events, Event{Type: t})
	}
	return c, nil
}

func decodeOne(header map[string][]string, body []byte) ([]Event, error) {
	if v := first(header, headerSpecVersion); v != specVersion {
		return nil, fmt.Errorf("CloudEvents version %q", v)
	}
	e := Event{Data: body}
	if !json.Valid(body) {
		return nil, errData
	}
	for _, a := range attributes(&e) {
		v, err := unescape(first(header, a.name))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.name, err)
		}
		*a.value = v
	}
	if v := first(header, "ce-time"); v != "" {
		at, err := time.Parse(time.RFC3339Nano, v)
		if err != nil {
			return nil, fmt.Errorf("ce-time: %w", err)
		}
		e.Time = at.UTC()
	}
	return []Event{e}, nil
}

// At says where the commit was found and gives its events their place.
func (c Commit) At(topic string, seq uint64, stored time.Time) Recorded {
	for i := range c.Events {
		c.Events[i].Topic, c.Events[i].Seq = topic, seq
	}
	return Recorded{Commit: c, Topic: topic, Seq: seq, Time: stored}
}

func first(header map[string][]string, name string) string {
	if v := header[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

func mediaType(header map[string][]string) string {
	v, _, _ := strings.Cut(first(header, headerContentType), ";")
	return strings.TrimSpace(strings.ToLower(v))
}
