package data

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// Engine carries between a tree and the URL of a request.
type Engine interface {
	Carry(ctx context.Context, tree *storage.Tree, c filesapi.Carry, arrived func(filesapi.Carried)) error
}

func carries(purpose string) bool { return purpose == filesapi.CarryIn || purpose == filesapi.CarryOut }

// carry carries, and tells of each file as it arrives. The ticket is for the
// storage, the path, the direction and the user; the URL, and what opens it, are
// written into no ticket.
func (d *door) carry(ctx context.Context, c call) (none, error) {
	what, err := d.asked(c)
	if err != nil {
		return none{}, err
	}
	tree, err := d.open(ctx, c.leave)
	if err != nil {
		return none{}, err
	}
	defer tree.Close()
	c.w.Header().Set("Content-Type", "application/x-ndjson")
	c.w.WriteHeader(http.StatusOK)
	out := tellTo(c.w)
	defer out.stop()
	defer func() {
		if p := recover(); p != nil {
			out.tell(filesapi.CarryLine{Fault: fault.From(errors.New("panic"))})
			panic(p)
		}
	}()
	ctx, done := d.untilStop(ctx)
	defer done()
	err = d.Engine.Carry(ctx, tree, what, func(f filesapi.Carried) { out.tell(filesapi.CarryLine{Arrived: &f}) })
	if err != nil && errors.Is(context.Cause(ctx), errStopping) {
		err = fault.Wrap(err, fault.Unavailable, "files.stopping", "The files service is stopping; try again.").WithRetry(time.Second)
	}
	out.tell(filesapi.CarryLine{Fault: fault.From(err), Done: err == nil})
	return none{}, gone(c.r, err)
}

// asked reads what is to be carried.
func (d *door) asked(c call) (what filesapi.Carry, err error) {
	body := &patient{body: http.MaxBytesReader(c.w, c.r.Body, filesapi.MaxCarry), control: http.NewResponseController(c.w.ResponseWriter), idle: d.Idle}
	b, err := io.ReadAll(body)
	var limit *http.MaxBytesError
	switch {
	case errors.As(err, &limit):
		return what, fault.New(fault.Exhausted, "carry.request", "A request to carry may be at most %d bytes large.", limit.Limit).WithStatus(http.StatusRequestEntityTooLarge)
	case err != nil:
		return what, gone(c.r, err)
	case json.Unmarshal(b, &what) != nil || what.Path.Path != c.leave.Path || what.Out != (c.leave.For == filesapi.CarryOut):
		return what, fault.New(fault.Invalid, "carry.request", "The request is not what its ticket is for.")
	}
	what.As = c.leave.User
	return what, nil
}

var errStopping = errors.New("data: the service is stopping")

// untilStop returns a context that also ends when the service stops.
func (d *door) untilStop(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	if d.Stopping == nil {
		return ctx, func() { cancel(nil) }
	}
	stop := context.AfterFunc(d.Stopping, func() { cancel(errStopping) })
	return ctx, func() { stop(); cancel(nil) }
}

// teller writes lines, so that what it was told is on its way within a moment,
// and so that it is never silent for long.
type teller struct {
	mu    sync.Mutex
	w     *reply
	dirty bool
	last  time.Time
	end   chan struct{}
	over  sync.WaitGroup
}

// moment is how long a line may wait for others.
const moment = 200 * time.Millisecond

func tellTo(w *reply) *teller {
	t := &teller{w: w, end: make(chan struct{}), dirty: true}
	t.over.Go(t.run)
	return t
}

func (t *teller) run() {
	tick := time.NewTicker(moment)
	defer tick.Stop()
	for {
		t.flush(time.Now())
		select {
		case <-t.end:
			return
		case <-tick.C:
		}
	}
}

func (t *teller) flush(now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.dirty && now.Sub(t.last) < filesapi.CarryBeat {
		return
	}
	if !t.dirty {
		t.write(filesapi.CarryLine{})
	}
	t.w.extend()
	_ = t.w.control.Flush()
	t.dirty, t.last = false, now
}

func (t *teller) tell(l filesapi.CarryLine) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.write(l)
	t.dirty = true
}

// write fails only if nobody listens, and then the request's context ends.
func (t *teller) write(l filesapi.CarryLine) {
	if b, err := json.Marshal(l); err == nil {
		_, _ = t.w.Write(append(b, '\n'))
	}
}

func (t *teller) stop() {
	close(t.end)
	t.over.Wait()
}
