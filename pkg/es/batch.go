package es

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// encodeBatch writes the JSON format of CloudEvents 1.0.2 for several events.
func encodeBatch(c Commit) (map[string][]string, []byte, error) {
	size, types := 2, make([]string, len(c.Events))
	for i, e := range c.Events {
		if !json.Valid(e.Data) {
			return nil, nil, fmt.Errorf("%w: event %d: %w", ErrWire, i, errData)
		}
		size += 512 + len(e.Data)
		types[i] = strings.ReplaceAll(escape(e.Type), ",", "%2C")
	}
	b := append(make([]byte, 0, size), '[')
	for i := range c.Events {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendStructured(b, &c.Events[i])
	}
	h := map[string][]string{
		HeaderCommand: {escape(c.Command)}, headerContentType: {mediaBatch}, headerTypes: {strings.Join(types, ",")},
	}
	return h, append(b, ']'), nil
}

// appendStructured writes an event by hand: every write of the system comes by
// here, and reflection takes several times as long.
func appendStructured(b []byte, e *Event) []byte {
	b = append(b, `{"specversion":"`+specVersion+`"`...)
	b = appendMember(b, "id", e.ID)
	b = appendMember(b, "type", e.Type)
	b = appendMember(b, "source", e.Source)
	b = appendMember(b, "subject", e.Subject)
	if !e.Time.IsZero() {
		b = append(b, `,"time":"`...)
		b = append(e.Time.UTC().AppendFormat(b, time.RFC3339Nano), '"')
	}
	b = appendMember(b, "datacontenttype", mediaJSON)
	b = appendMember(b, "actor", e.Actor)
	b = appendMember(b, "credential", e.Credential)
	b = appendMember(b, "correlation", e.Correlation)
	b = appendMember(b, "causation", e.Causation)
	b = appendMember(b, headerTraceparent, e.Traceparent)
	b = append(b, `,"data":`...)
	return append(append(b, e.Data...), '}')
}

// appendMember writes an attribute that is there.
func appendMember(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	b = append(append(append(b, `,"`...), name...), `":`...)
	return appendText(b, value)
}

func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			text, _ := json.Marshal(s) // a text can always be written
			return append(b, text...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}
