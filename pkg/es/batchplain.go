package es

import (
	"encoding/json"
	"time"
)

// readPlain reads a batch in the very form that encodeBatch gives it where no
// text has anything to escape: every reader of every journal comes by here,
// and reflection takes several times as long. ok is false for any other form,
// which says nothing about it. The data of the events stays a part of body.
func readPlain(body []byte) (events []Event, ok bool) {
	p := &plain{rest: body}
	events = make([]Event, 0, 3) // an event is large, and most batches have so many
	for p.take("[") || len(events) > 0 && p.take(",") {
		e, ok := p.event()
		if !ok {
			return nil, false
		}
		events = append(events, e)
	}
	return events, len(events) > 0 && string(p.rest) == "]"
}

// plain is what is left to read.
type plain struct{ rest []byte }

// take passes over a text if it comes next.
func (p *plain) take(text string) bool {
	if len(p.rest) < len(text) || string(p.rest[:len(text)]) != text {
		return false
	}
	p.rest = p.rest[len(text):]
	return true
}

// upToQuote passes over a quotation and returns it; its opening quote was taken.
func (p *plain) upToQuote() (text []byte, ok bool) {
	for i, c := range p.rest {
		switch {
		case c == '"':
			text, p.rest = p.rest[:i], p.rest[i+1:]
			return text, true
		case c < ' ' || c >= 0x7f || c == '\\':
			return nil, false
		}
	}
	return nil, false
}

func (p *plain) event() (e Event, ok bool) {
	if !p.take(`{"specversion":"` + specVersion + `"`) {
		return e, false
	}
	for p.take(`,"`) {
		name, ok := p.upToQuote()
		if !ok || !p.take(":") {
			return e, false
		}
		if string(name) == "data" {
			e.Data, ok = p.data()
			return e, ok && p.take("}")
		}
		if !p.take(`"`) {
			return e, false
		}
		value, ok := p.upToQuote()
		if !ok || !e.set(name, value) {
			return e, false
		}
	}
	return e, false
}

// set puts an attribute in its place; ok is false for one that is strange.
func (e *Event) set(name, value []byte) (ok bool) {
	var err error
	switch string(name) {
	case "id":
		e.ID = string(value)
	case "type":
		e.Type = string(value)
	case "source":
		e.Source = string(value)
	case "subject":
		e.Subject = string(value)
	case "time":
		e.Time, err = time.Parse(time.RFC3339Nano, string(value))
		e.Time = e.Time.UTC()
	case "datacontenttype":
	case "actor":
		e.Actor = string(value)
	case "credential":
		e.Credential = string(value)
	case "correlation":
		e.Correlation = string(value)
	case "causation":
		e.Causation = string(value)
	case headerTraceparent:
		e.Traceparent = string(value)
	default:
		return false
	}
	return err == nil
}

// data passes over an object and returns it.
func (p *plain) data() (data json.RawMessage, ok bool) {
	if p.take("{}") {
		return json.RawMessage("{}"), true
	}
	end := objectEnd(p.rest)
	if data = p.rest[:end:end]; !json.Valid(data) {
		return nil, false
	}
	p.rest = p.rest[end:]
	return data, true
}

// objectEnd is where the object ends that begins a text; 0 if there is none.
func objectEnd(text []byte) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth == 0 {
			return min(i+1, len(text))
		}
	}
	return 0
}
