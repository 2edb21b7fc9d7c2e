package follow

import (
	"context"
	"errors"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
)

// history delivers a piece of the journal itself, on the way to a position; 0
// is the end as it is now. Only so many read at once, and none of them waits
// for their follower meanwhile.
func (h *Hub) history(ctx context.Context, d *delivery, to uint64) error {
	p, err := h.read(ctx, d, to)
	if errors.Is(err, es.ErrGap) {
		return d.gap(p.to)
	}
	if err != nil {
		return err
	}
	if err := d.commits(p.commits); err != nil {
		return err
	}
	d.reached(p.to)
	return nil
}

// piece is what a follower wants of the journal up to a position.
type piece struct {
	commits []es.Recorded
	bytes   int
	to      uint64
}

func (p *piece) add(q Query, batch []es.Recorded) {
	for _, c := range batch {
		p.to = c.Seq
		if q.wants(c) {
			p.commits = append(p.commits, c)
			p.bytes += size(c)
		}
	}
}

func (h *Hub) read(ctx context.Context, d *delivery, to uint64) (piece, error) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return piece{}, ctx.Err()
	}
	if to == 0 {
		var err error
		if to, err = h.last(ctx); err != nil {
			return piece{}, err
		}
	}
	if d.query.Topic != "" {
		return h.topic(ctx, d, to)
	}
	return h.replay(ctx, d, to)
}

// topic reads one topic, for which the journal has an index.
func (h *Hub) topic(ctx context.Context, d *delivery, to uint64) (piece, error) {
	ctx, cancel := context.WithTimeout(ctx, h.cfg.Patience)
	defer cancel()
	commits, err := h.cfg.Store.Load(ctx, d.query.Topic, d.at.whole())
	if err != nil {
		return piece{}, unavailable(err)
	}
	return piece{commits: commits, to: to}, nil
}

// errEnough ends a tail that has come far enough.
var errEnough = errors.New("far enough")

// replay reads everything, until it is there or has enough for one piece. A
// journal that stops answering on the way ends it: the follower keeps its
// cursor and comes back.
func (h *Hub) replay(ctx context.Context, d *delivery, to uint64) (piece, error) {
	within, cancel := context.WithCancel(ctx)
	defer cancel()
	silent := time.AfterFunc(h.cfg.Patience, cancel)
	defer silent.Stop()
	p := piece{to: d.at.whole()}
	err := h.cfg.Store.Tail(within, d.at.whole(), func(batch []es.Recorded, caught bool) error {
		silent.Reset(h.cfg.Patience)
		p.add(d.query, batch)
		if caught {
			p.to = max(p.to, to)
		}
		if p.to >= to || len(p.commits) >= h.cfg.Keep || p.bytes >= h.cfg.Bytes {
			return errEnough
		}
		return nil
	})
	switch {
	case errors.Is(err, errEnough):
		return p, nil
	case errors.Is(err, es.ErrGap):
		return piece{to: to}, err
	case ctx.Err() == nil && within.Err() != nil:
		return piece{}, unavailable(err)
	}
	return piece{}, err
}
