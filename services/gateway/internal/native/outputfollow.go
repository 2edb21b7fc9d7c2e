package native

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/gateway/internal/outputs"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Headers of an answer: the run whose output it is, and where in that it begins.
const (
	headerEpoch  = "Heddle-Output-Epoch"
	headerOffset = "Heddle-Output-Offset"
)

// outputSink is a way to send what is followed.
type outputSink interface {
	outputs.Sink
	end(j jobsapi.Job, reason string) error
}

// followOutput sends a job's output as it comes, until the job has ended.
func (d *door) followOutput(w http.ResponseWriter, r *http.Request, j jobsapi.Job, file string, at outputs.Position) error {
	if err := d.Outputs.May(r.Context(), j); err != nil {
		return err
	}
	if at.Epoch == 0 {
		at.Epoch = j.Epoch
	}
	control := http.NewResponseController(w)
	var sink outputSink = &plainOutput{w: w, control: control, next: at}
	if strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
		events := &eventOutput{stream: stream{w: w, control: control}, place: at}
		events.begin()
		sink = events
	}
	ctx, cancel := d.untilClosing(r.Context())
	defer cancel()
	j, err := d.Outputs.Follow(ctx, j, file, at, sink)
	over := context.Cause(r.Context())
	switch {
	case err == nil:
		return sink.end(j, "ended")
	case errors.Is(err, errWrite) || errors.Is(over, context.Canceled):
		return nil
	case over != nil: // with the credential
		return sink.end(j, "credentials")
	case ctx.Err() != nil:
		return sink.end(j, "closing")
	case fault.Is(err, fault.Denied): // it is shared no longer
		return sink.end(j, "denied")
	case errors.Is(err, errBegunAnew):
		return sink.end(j, "restart")
	}
	return sink.end(j, "unavailable")
}

// untilClosing is a context that ends when the gateway begins to shut down.
func (d *door) untilClosing(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-d.Closing:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

var (
	errBegunAnew = errors.New("native: the output has begun anew")
	errCut       = errors.New("native: the output is not over")
)

// plainOutput sends the bytes as they are. It is whole only if the job has
// ended; otherwise the connection is cut. It begins with the first bytes, which
// show where the answer begins.
type plainOutput struct {
	w       http.ResponseWriter
	control *http.ResponseController
	begun   bool
	next    outputs.Position
}

func (o *plainOutput) begin(at outputs.Position) {
	if o.begun {
		return
	}
	o.begun, o.next = true, at
	h := o.w.Header()
	harmless(h)
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	h.Set(headerEpoch, fmt.Sprint(at.Epoch))
	h.Set(headerOffset, fmt.Sprint(at.Offset))
	o.w.WriteHeader(http.StatusOK)
}

// Data implements outputs.Sink. A client that counts bytes cannot be told here
// that they begin anew: it has to come back.
func (o *plainOutput) Data(at outputs.Position, data []byte) error {
	o.begin(at)
	if at != o.next && (o.next != outputs.Position{} || at.Offset > 0) {
		return errBegunAnew
	}
	o.next = outputs.Position{Epoch: at.Epoch, Offset: at.Offset + int64(len(data))}
	if _, err := o.w.Write(data); err != nil {
		return errWrite
	}
	return o.flush()
}

// Quiet implements outputs.Sink: there is nothing to send but the headers.
func (o *plainOutput) Quiet() error {
	o.begin(o.next)
	return o.flush()
}

func (o *plainOutput) flush() error {
	if o.control.Flush() != nil {
		return errWrite
	}
	return nil
}

func (o *plainOutput) end(_ jobsapi.Job, reason string) error {
	o.begin(o.next)
	if reason != "ended" {
		return errCut
	}
	return nil
}

// eventOutput sends server-sent events, whose ids are positions.
type eventOutput struct {
	stream
	place outputs.Position // of the next byte
	rest  []byte           // of the last data: a rune that is not whole
}

func (o *eventOutput) begin() {
	o.stream.w.Header().Set(headerEpoch, fmt.Sprint(o.place.Epoch))
	o.stream.begin()
	_ = o.control.Flush() // who is gone will be missed later
}

type outputEvent struct {
	outputs.Position
	Text   string `json:"text,omitempty"`
	Base64 []byte `json:"base64,omitempty"`
}

// Data implements outputs.Sink.
func (o *eventOutput) Data(at outputs.Position, data []byte) error {
	seen := outputs.Position{Epoch: o.place.Epoch, Offset: o.place.Offset + int64(len(o.rest))}
	if o.place == (outputs.Position{}) && at.Offset == 0 {
		o.place = at // it had no run when it was asked for
	} else if at != seen {
		o.rest, o.place = nil, at
		if err := o.send("restart", outputEvent{Position: at}); err != nil {
			return err
		}
	}
	data = append(o.rest, data...)
	whole := len(data) - unfinished(data)
	o.rest = append([]byte(nil), data[whole:]...)
	return o.text(data[:whole])
}

// text sends bytes that are whole runes, if they are runes at all.
func (o *eventOutput) text(data []byte) error {
	if len(data) == 0 {
		return nil
	}
	e := outputEvent{Position: o.place, Text: string(data)}
	if !utf8.Valid(data) {
		e.Text, e.Base64 = "", data
	}
	o.place.Offset += int64(len(data))
	return o.send("output", e)
}

// unfinished is how many bytes at the end may be the beginning of a rune.
func unfinished(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if c := b[len(b)-n]; utf8.RuneStart(c) {
			if !utf8.FullRune(b[len(b)-n:]) {
				return n
			}
			return 0
		}
	}
	return 0
}

// Quiet implements outputs.Sink: a comment shows that the line is alive.
func (o *eventOutput) Quiet() error {
	if _, err := fmt.Fprintf(o.stream.w, ": %s\n\n", time.Now().UTC().Format(time.RFC3339)); err != nil {
		return errWrite
	}
	return o.flush()
}

func (o *eventOutput) flush() error {
	if o.control.Flush() != nil {
		return errWrite
	}
	return nil
}

func (o *eventOutput) send(name string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(o.stream.w, "id: %d-%d\nevent: %s\ndata: %s\n\n", o.place.Epoch, o.place.Offset, name, text); err != nil {
		return errWrite
	}
	return o.flush()
}

// end says why the stream ends; the client may not be there to hear it.
func (o *eventOutput) end(j jobsapi.Job, reason string) error {
	if reason == "ended" {
		_ = o.text(o.rest)
	}
	said := map[string]any{"reason": reason, "epoch": o.place.Epoch, "offset": o.place.Offset}
	if reason == "ended" {
		said["state"], said["exit_code"] = j.State, j.ExitCode
	}
	_ = o.send("end", said)
	return nil
}
