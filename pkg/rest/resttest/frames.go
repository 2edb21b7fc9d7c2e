package resttest

import (
	"errors"
	"fmt"
	"net/http"
)

// Dialer is a handler that can be asked for a websocket.
type Dialer interface {
	// Dial opens one with the request. Without one, the response says why.
	Dial(*http.Request) (Conn, *http.Response, error)
}

// Conn is a websocket whose frames are texts.
type Conn interface {
	Write(text string) error
	Read() (string, error)
	Close()
}

var errNoDialer = errors.New("the example opens a websocket, which needs a handler with a method Dial (resttest.Dialer)")

// open opens the websocket that the rest of the conversation is about.
func (t *talk) open(r *http.Request, e exchange) error {
	d, ok := t.h.(Dialer)
	if !ok {
		return errNoDialer
	}
	t.hangUp()
	conn, resp, err := d.Dial(r)
	if err != nil {
		return fmt.Errorf("%s %s: %w", e.method, e.target, err)
	}
	t.conn = conn
	return e.check(t.known, answer{code: resp.StatusCode, header: resp.Header})
}

// exchangeFrames sends frames, and reads until each of those that are expected
// has come, in their order.
func (t *talk) exchangeFrames(e exchange) error {
	if t.conn == nil {
		return errors.New("there is no websocket for " + e.body)
	}
	for _, f := range e.sent {
		if err := t.conn.Write(t.known.fill(f)); err != nil {
			return fmt.Errorf("frame %s: %w", f, err)
		}
	}
	for _, f := range e.expected {
		for {
			got, err := t.conn.Read()
			if err != nil {
				return fmt.Errorf("frame %s does not come: %w", f, err)
			}
			if t.known.body(f, got) == nil {
				break
			}
		}
	}
	return nil
}

func (t *talk) hangUp() {
	if t.conn != nil {
		t.conn.Close()
	}
}
