package esnats

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/heddle-dev/heddle/pkg/es"
)

// headerPrevious is the position of the topic's commit before this one, 0 if
// there is none.
const headerPrevious = "Heddle-Previous"

// Load reads a topic from its end backwards, each commit naming the one
// before it: the server finds a topic's last message, and any message by its
// position, at once. Asking forwards ("the next of this subject") makes it
// search through all that was written in between, and a consumer a topic
// costs two orders of magnitude more.
func (j *journal) Load(ctx context.Context, topic string, after uint64) ([]es.Recorded, error) {
	var out []es.Recorded
	m, err := j.get(ctx, func(ctx context.Context, s jetstream.Stream) (*jetstream.RawStreamMsg, error) {
		return s.GetLastMsgForSubject(ctx, topic)
	})
	for err == nil && m.Sequence > after {
		c, previous, bad := read(m)
		if bad != nil {
			return nil, fmt.Errorf("esnats: %s at %d: %w", topic, m.Sequence, bad)
		}
		out = append(out, c)
		if previous <= after {
			break
		}
		m, err = j.get(ctx, func(ctx context.Context, s jetstream.Stream) (*jetstream.RawStreamMsg, error) {
			return s.GetMsg(ctx, previous)
		})
	}
	// What is not found was never written, or purged.
	if err != nil && !errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, j.stream.fail(ctx, err)
	}
	slices.Reverse(out)
	return out, nil
}

func (j *journal) get(ctx context.Context, get func(context.Context, jetstream.Stream) (*jetstream.RawStreamMsg, error)) (m *jetstream.RawStreamMsg, err error) {
	err = j.ask(ctx, func(ctx context.Context) error {
		m, err = get(ctx, j.stream.get())
		return err
	})
	return m, err
}

// read decodes a stored commit and the position of the one before it.
func read(m *jetstream.RawStreamMsg) (es.Recorded, uint64, error) {
	c, err := es.Decode(m.Header, m.Data)
	if err != nil {
		return es.Recorded{}, 0, err
	}
	previous, err := strconv.ParseUint(m.Header.Get(headerPrevious), 10, 64)
	if err != nil || previous >= m.Sequence {
		return es.Recorded{}, 0, fmt.Errorf("%w: no readable %s header", es.ErrWire, headerPrevious)
	}
	return c.At(m.Subject, m.Sequence, m.Time), previous, nil
}
