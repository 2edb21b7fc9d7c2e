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
// storage, the path, the direction and the user; the URL and what opens it are not written into
// a ticket.
func (d *door) carry(ctx context.Context, c call) (none, error) {
	var what filesapi.Carry
	body := &patient{body: http.MaxBytesReader(c.w, c.r.Body, filesapi.MaxCarry), control: http.NewResponseController(c.w.ResponseWriter), idle: d.Idle}
	b, err := io.ReadAll(body)
	if limit := new(http.MaxBytesError); errors.As(err, &limit) {
		return none{}, fault.New(fault.Exhausted, "carry.request", "A request to carry may be at most %d bytes large.", limit.Limit).WithStatus(http.StatusRequestEntityTooLarge)
	}
	if err != nil {
		return none{}, gone(c.r, err)
	}
	if json.Unmarshal(b, &what) != nil || what.Path.Path != c.leave.Path || what.Out != (c.leave.For == filesapi.CarryOut) {
		return none{}, fault.New(fault.Invalid, "carry.request", "The request is not what its ticket is for.")
	}
	what.As = c.leave.User
	tree, err := d.open(ctx, c.leave)
	if err != nil {
		return none{}, err
	}
	defer tree.Close()
	c.w.Header().Set("Content-Type", "application/x-ndjson")
	c.w.WriteHeader(http.StatusOK)
	out := tellTo(c.w)
	defer out.stop()
	err = d.Engine.Carry(ctx, tree, what, func(f filesapi.Carried) { out.tell(filesapi.CarryLine{Arrived: &f}) })
	out.tell(filesapi.CarryLine{Fault: fault.From(err), Done: err == nil})
	return none{}, gone(c.r, err)
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
