package esnats

import (
	"context"
	"errors"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/pause"
)

// Tail follows the journal with one consumer, which it makes again after the
// last commit seen whenever the connection, the server or the consumer was
// lost. While the journal is unavailable it waits. A message that is not a
// commit (somebody wrote past the store) is handed on as one without events,
// so that a stranger cannot stop the readers.
func (j *journal) Tail(ctx context.Context, after uint64, f func([]es.Recorded, bool) error) error {
	t := &tail{journal: j, after: after, f: f}
	for wait := minRest; ; wait = min(2*wait, maxRest) {
		before := t.after
		err := t.follow(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case t.failed != nil:
			return t.failed
		case errors.Is(err, es.ErrGap):
			return err
		}
		_ = j.stream.fail(ctx, err) // heals a stream that got lost
		if t.after > before {
			wait = minRest
		}
		if err := pause.For(ctx, wait); err != nil {
			return err
		}
	}
}

const (
	minRest = 10 * time.Millisecond
	maxRest = time.Second
)

// tail is one reader's progress.
type tail struct {
	*journal
	identity string // of the journal where the reader began
	after    uint64 // the last position that f has taken
	started  bool
	f        func([]es.Recorded, bool) error
	failed   error // of f
}

// follow hands commits to f until something breaks.
func (t *tail) follow(ctx context.Context) error {
	if err := t.look(ctx); err != nil {
		return err
	}
	feed, err := t.feed(ctx, t.after)
	if err != nil {
		return err
	}
	defer feed.close()
	for {
		batch, caught, err := feed.batch()
		if err != nil {
			return err
		}
		if err := t.hand(batch, caught); err != nil {
			return err
		}
	}
}

// look makes sure that the journal is the one we know and holds our position.
func (t *tail) look(ctx context.Context) error {
	info, err := t.info(ctx)
	if err != nil {
		return err
	}
	if t.identity == "" {
		t.identity = identity(info)
	}
	if t.identity != identity(info) || info.State.FirstSeq > t.after+1 || info.State.LastSeq < t.after {
		return es.ErrGap
	}
	if !t.started && info.State.LastSeq == t.after {
		return t.hand(nil, true)
	}
	return nil
}

func (t *tail) hand(batch []es.Recorded, caught bool) error {
	t.started = true
	if t.failed = t.f(batch, caught); t.failed != nil {
		return t.failed
	}
	if len(batch) > 0 {
		t.after = batch[len(batch)-1].Seq
	}
	return nil
}
