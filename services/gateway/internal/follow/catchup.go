package follow

import (
	"context"
	"errors"

	"github.com/heddle-dev/heddle/pkg/es"
)

// Follow gives the sink what the query asks for until ctx ends (its error),
// the sink fails (its error), or the follower is cut off (ErrSlow, ErrLost,
// ErrClosed). With Once it returns nil at the present. Unavailable means that
// the journal does not answer.
func (h *Hub) Follow(ctx context.Context, q Query, sink Sink) error {
	if err := h.enter(ctx); err != nil {
		return err
	}
	defer h.exit()
	head, err := h.position()
	if err != nil {
		return err
	}
	d := &delivery{query: q, sink: sink, at: Cursor{Seq: head}}
	if q.After != nil {
		if err := h.begin(ctx, d, *q.After, head); err != nil {
			return err
		}
	}
	if q.Once {
		return h.once(ctx, d)
	}
	for {
		f, missed, err := h.join(d)
		if err != nil {
			return err
		}
		if f != nil {
			defer h.leave(f)
			if err := d.commits(missed); err != nil {
				return err
			}
			return h.live(ctx, f, d)
		}
		if err := h.history(ctx, d, 0); err != nil {
			return err
		}
	}
}

// position is how far the hub has seen the journal.
func (h *Hub) position() (uint64, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.closed:
		return 0, ErrClosed
	case !h.started:
		return 0, unavailable(errors.New("the hub has not started"))
	}
	return h.head, nil
}

// begin puts the delivery at the cursor asked for. One ahead of the journal
// is another journal's.
func (h *Hub) begin(ctx context.Context, d *delivery, after Cursor, head uint64) error {
	if after.Seq > head {
		last, err := h.last(ctx)
		if err != nil {
			return err
		}
		if after.Seq > last {
			return d.gap(last)
		}
	}
	d.at = after
	return nil
}

// once delivers up to the present as the journal, not the hub, sees it.
func (h *Hub) once(ctx context.Context, d *delivery) error {
	last, err := h.last(ctx)
	if err != nil {
		return err
	}
	for d.at.whole() < last {
		if err := h.history(ctx, d, last); err != nil {
			return err
		}
	}
	return d.pause()
}

// join makes the delivery a follower if what it lacks is in memory, and
// returns that. Nothing comes between the two, for the lock is held. A nil
// follower has to read the journal first.
func (h *Hub) join(d *delivery) (*follower, []es.Recorded, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.closed:
		return nil, nil, ErrClosed
	case !h.started:
		return nil, nil, ErrLost
	case d.at.whole() < h.floor:
		return nil, nil, nil
	}
	f := &follower{query: d.query, wake: make(chan struct{}, 1)}
	h.add(f)
	return f, h.since(d.at.whole()), nil
}
