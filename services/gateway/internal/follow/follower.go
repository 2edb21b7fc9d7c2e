package follow

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
)

// follower is somebody who has caught up and waits for what comes. What comes
// is not copied for them: they are told from where on there is something, and
// read it from what the hub keeps for all. Its fields are guarded by the
// hub's lock.
type follower struct {
	query Query
	first uint64        // position of the first commit that waits; 0: none
	wake  chan struct{} // of capacity 1
	cut   error         // why nothing more will come
}

// offer tells a follower of a commit.
func (f *follower) offer(c es.Recorded) {
	if f.query.wants(c) && f.first == 0 {
		f.first = c.Seq
		f.notify()
	}
}

func (f *follower) notify() {
	select {
	case f.wake <- struct{}{}:
	default: // it is awake
	}
}

func (h *Hub) cutAll(why error) {
	for f := range h.all {
		f.cut = why
		f.notify()
	}
	for _, fs := range h.owners {
		for f := range fs {
			f.cut = why
			f.notify()
		}
	}
}

func (h *Hub) add(f *follower) {
	if f.query.All {
		h.all[f] = true
		return
	}
	if h.owners[f.query.Owner] == nil {
		h.owners[f.query.Owner] = map[*follower]bool{}
	}
	h.owners[f.query.Owner][f] = true
}

func (h *Hub) leave(f *follower) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.all, f)
	fs := h.owners[f.query.Owner]
	delete(fs, f)
	if len(fs) == 0 {
		delete(h.owners, f.query.Owner)
	}
}

// take returns what waits for the follower, among others' commits, and how
// far that reaches. What the hub does not keep any more has waited too long:
// whoever does not keep up must not fill the memory, nor hold the others up.
func (h *Hub) take(f *follower) (waiting []es.Recorded, head uint64, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	first := f.first
	f.first = 0
	switch {
	case f.cut != nil:
		return nil, 0, f.cut
	case first == 0:
		return nil, h.head, nil
	case first <= h.floor:
		return nil, 0, ErrSlow
	}
	return h.since(first - 1), h.head, nil
}

// live hands on what comes until ctx, the sink or the hub ends it.
func (h *Hub) live(ctx context.Context, f *follower, d *delivery) error {
	beat := time.NewTicker(h.cfg.Heartbeat)
	defer beat.Stop()
	for {
		waiting, head, err := h.take(f)
		if err != nil {
			return err
		}
		if err := d.commits(waiting); err != nil {
			return err
		}
		d.reached(head)
		if err := d.pause(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-f.wake:
		case <-beat.C:
		}
	}
}
