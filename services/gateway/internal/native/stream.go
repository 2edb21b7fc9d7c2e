package native

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/services/gateway/internal/follow"
)

// stream writes server-sent events (WHATWG HTML, section 9.2).
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	begun   bool
	fresh   bool // events were written since the last pause
	at      follow.Cursor
}

// errWrite says that the client is gone.
var errWrite = errors.New("native: the client is gone")

// retry is how long a client should wait before it comes back, in milliseconds.
const retry = 2000

func (s *stream) begin() {
	if s.begun {
		return
	}
	s.begun = true
	h := s.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would keep events back
	s.w.WriteHeader(http.StatusOK)
	fmt.Fprintf(s.w, "retry: %d\n\n", retry)
}

// cloudEvent is an event in the JSON format of CloudEvents 1.0.2.
type cloudEvent struct {
	SpecVersion string          `json:"specversion"`
	ID          string          `json:"id"`
	Source      string          `json:"source"`
	Type        string          `json:"type"`
	Subject     string          `json:"subject,omitempty"`
	Time        time.Time       `json:"time,omitzero"`
	ContentType string          `json:"datacontenttype"`
	Actor       string          `json:"actor,omitempty"`
	Correlation string          `json:"correlation,omitempty"`
	Causation   string          `json:"causation,omitempty"`
	Traceparent string          `json:"traceparent,omitempty"`
	Cursor      string          `json:"cursor"`
	Data        json.RawMessage `json:"data"`
}

// Event implements follow.Sink.
func (s *stream) Event(at follow.Cursor, e es.Event) error {
	s.fresh = true
	return s.write(at, e.Type, cloudEvent{
		SpecVersion: "1.0", ID: e.ID, Source: e.Source, Type: e.Type, Subject: e.Subject, Time: e.Time,
		ContentType: "application/json", Actor: e.Actor, Correlation: e.Correlation, Causation: e.Causation,
		Traceparent: e.Traceparent, Cursor: at.String(), Data: e.Data,
	})
}

// Gap implements follow.Sink.
func (s *stream) Gap(at follow.Cursor) error {
	s.fresh = true
	return s.write(at, "gap", map[string]string{
		"cursor": at.String(),
		"detail": "The journal does not hold all events behind the cursor that was asked for. Look at the things themselves, and go on from here.",
	})
}

// Pause implements follow.Sink. A comment shows that the line is alive, and
// an id without data moves the client's cursor on past what is not theirs.
func (s *stream) Pause(at follow.Cursor) error {
	s.begin()
	if !s.fresh || at != s.at {
		if _, err := fmt.Fprintf(s.w, ": %s\nid: %s\n\n", time.Now().UTC().Format(time.RFC3339), at); err != nil {
			return errWrite
		}
	}
	s.fresh, s.at = false, at
	if err := s.control.Flush(); err != nil {
		return errWrite
	}
	return nil
}

// end says why the stream ends; the client may not be there to hear it.
func (s *stream) end(reason string) {
	if s.write(s.at, "end", map[string]string{"reason": reason}) == nil {
		_ = s.control.Flush()
	}
}

func (s *stream) write(at follow.Cursor, name string, data any) error {
	s.begin()
	var b bytes.Buffer
	fmt.Fprintf(&b, "id: %s\nevent: %s\ndata: ", at, name)
	enc := json.NewEncoder(&b) // ends with a newline and has no other
	enc.SetEscapeHTML(false)
	if err := enc.Encode(data); err != nil {
		return err
	}
	b.WriteByte('\n')
	s.at = at
	if _, err := s.w.Write(b.Bytes()); err != nil {
		return errWrite
	}
	return nil
}
