package core4

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest/app"
)

// sse is an answer of server-sent events, section 7.
type sse struct {
	c    *app.Call
	w    http.ResponseWriter
	last time.Time // when something was last written
	now  func() time.Time
}

func (d *door) stream(c *app.Call) *sse {
	h := c.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-cache")
	h.Set("X-Accel-Buffering", "no")
	return &sse{c: c, w: c.Writer(), now: d.Now, last: d.Now()}
}

// headOnly answers HEAD, which asks for no events.
func (d *door) headOnly(c *app.Call) (bool, error) {
	if c.Request().Method != http.MethodHead {
		return false, nil
	}
	d.stream(c)
	return true, c.Flush()
}

// event sends data under a name. id, unless it is empty, is what the client
// comes back with to go on behind it.
func (s *sse) event(name, id string, data any) error {
	if id != "" {
		id = "id: " + id + "\n"
	}
	_, err := fmt.Fprintf(s.w, "%sevent: %s\ndata: %s\n", id, name, app.AsJSON(data)) // which ends the line
	if err != nil {
		return err
	}
	s.last = s.now()
	return s.c.Flush()
}

// silence is how long nothing may be sent before a comment is.
const silence = 15 * time.Second

// ping shows that the line is alive, if nothing else did lately.
func (s *sse) ping() error {
	if s.now().Sub(s.last) < silence {
		return nil
	}
	s.last = s.now()
	if _, err := fmt.Fprint(s.w, ": ping\n\n"); err != nil {
		return err
	}
	return s.c.Flush()
}

// lasting is the context of a stream: it ends with the client, with the
// credential and with the gateway.
func (d *door) lasting(c *app.Call) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(c.Lasting())
	go func() {
		select {
		case <-d.Closing:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}
