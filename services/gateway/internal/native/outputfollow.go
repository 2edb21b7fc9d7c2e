package native

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

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
