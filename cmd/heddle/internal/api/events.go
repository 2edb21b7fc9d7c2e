package api

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Event is one event of the stream: a CloudEvent and the cursor behind it.
type Event struct {
	Cursor string
	Type   string
	Data   json.RawMessage // the CloudEvent in its JSON form
}

// Events calls f for each event behind the cursor ("" is now, "0" the
// beginning), and goes on for ever: a broken connection is taken up where it
// ended. With follow false it ends at the present.
func (c *Client) Events(ctx context.Context, filter url.Values, cursor string, follow bool, f func(Event) error) error {
	wait := 200 * time.Millisecond
	for {
		before := cursor
		err := c.stream(ctx, filter, follow, &cursor, f)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var cb *callbackError
		if asCallback(err, &cb) {
			return cb.err
		}
		if err != nil && !retryable(err) || err == nil && !follow {
			return err
		}
		if cursor != before {
			wait = 200 * time.Millisecond
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
		wait = min(2*wait, 5*time.Second)
	}
}

// callbackError carries the caller's own refusal through the retry loop.
type callbackError struct{ err error }

func (e *callbackError) Error() string { return e.err.Error() }

func asCallback(err error, target **callbackError) bool {
	cb, ok := err.(*callbackError)
	if ok {
		*target = cb
	}
	return ok
}

func retryable(err error) bool {
	var p *Problem
	if asProblem(err, &p) {
		return p.Status == http.StatusServiceUnavailable || p.Status == http.StatusBadGateway
	}
	return true
}

func (c *Client) stream(ctx context.Context, filter url.Values, follow bool, cursor *string, f func(Event) error) error {
	q := url.Values{}
	for k, v := range filter {
		q[k] = v
	}
	if !follow {
		q.Set("follow", "false")
	}
	h := http.Header{"Accept": {"text/event-stream"}}
	if *cursor != "" {
		h.Set("Last-Event-ID", *cursor)
	}
	resp, err := c.do(ctx, request{method: "GET", path: "/events", query: q, header: h})
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return readEvents(resp.Body, cursor, f)
}

// readEvents parses an event stream (WHATWG HTML, section 9.2.6).
func readEvents(r io.Reader, cursor *string, f func(Event) error) error {
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 64<<10), 8<<20)
	var e Event
	var data []string
	for sc.Scan() {
		line := sc.Text()
		if line == "" {
			if len(data) > 0 {
				e.Data = json.RawMessage(strings.Join(data, "\n"))
				if e.Cursor != "" {
					*cursor = e.Cursor
				}
				if err := f(e); err != nil {
					return &callbackError{err}
				}
			}
			e, data = Event{}, nil
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch name {
		case "id":
			e.Cursor = value
		case "event":
			e.Type = value
		case "data":
			data = append(data, value)
		}
	}
	if err := sc.Err(); err != nil {
		return fmt.Errorf("the event stream broke: %w", err)
	}
	return nil
}
