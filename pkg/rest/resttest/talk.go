package resttest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"
)

// Patience bounds how long Talk reads one answer.
const Patience = 2 * time.Minute

// Talk plays a conversation, see rest.Example. The error says where it went
// another way.
func Talk(h http.Handler, prepare func(*http.Request), conversation string) error {
	exchanges, err := parse(conversation)
	if err != nil {
		return err
	}
	t := &talk{h: h, prepare: prepare, known: names{}}
	defer t.hangUp()
	for _, e := range exchanges {
		if err := t.play(e); err != nil {
			return err
		}
	}
	return nil
}

// talk is a conversation as it goes.
type talk struct {
	h       http.Handler
	prepare func(*http.Request)
	known   names
	conn    Conn // the websocket that was opened
}

func (t *talk) play(e exchange) error {
	if e.frames {
		return t.exchangeFrames(e)
	}
	ctx, cancel := context.WithTimeoutCause(context.Background(), Patience, errPatience)
	defer cancel()
	r := t.request(ctx, e)
	if e.status == http.StatusSwitchingProtocols {
		return t.open(r.WithContext(context.Background()), e)
	}
	w := newTape()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer func() {
			if p := recover(); p != nil && p != http.ErrAbortHandler { //nolint:errorlint // what net/http compares
				panic(p)
			}
		}()
		t.h.ServeHTTP(w, r)
	}()
	if e.streams() {
		t.readUntil(e, w, ended)
		cancel()
	}
	<-ended
	err := e.check(t.known, w.answer())
	if context.Cause(ctx) == errPatience { //nolint:errorlint // it is this very value
		return fmt.Errorf("%w: %w", errPatience, err)
	}
	return err
}

var errPatience = errors.New("no end of the answer after " + Patience.String())

// request is what is asked.
func (t *talk) request(ctx context.Context, e exchange) *http.Request {
	r := httptest.NewRequest(e.method, t.known.fill(e.target), strings.NewReader(t.known.fill(e.body))).WithContext(ctx)
	for _, h := range e.header {
		r.Header.Add(h.name, t.known.fill(h.value))
	}
	if t.prepare != nil {
		t.prepare(r)
	}
	return r
}

// readUntil reads an answer until it says what was said of it, or ends.
func (t *talk) readUntil(e exchange, w *tape, ended <-chan struct{}) {
	for {
		select {
		case <-w.changed:
			if e.check(maps.Clone(t.known), w.answer()) == nil {
				return
			}
		case <-ended:
			return
		}
	}
}
