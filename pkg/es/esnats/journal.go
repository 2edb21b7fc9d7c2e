package esnats

import (
	"context"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/heddle-dev/heddle/pkg/es"
)

// journal is the es.Store.
type journal struct {
	*link
	stream *stream
	last   *shared[uint64]
	light  bool // see Config.TypesOnly
}

func newJournal(l *link, st *stream, light bool) *journal {
	j := &journal{link: l, stream: st, light: light}
	j.last = &shared[uint64]{ask: func(ctx context.Context) (uint64, error) {
		info, err := j.info(ctx)
		if err != nil {
			return 0, err
		}
		return info.State.LastSeq, nil
	}}
	return j
}

// Append stores a commit as one message. An ErrConflict may also mean that
// the commit itself is stored already: see link.
func (j *journal) Append(ctx context.Context, topic string, expect uint64, c es.Commit) (uint64, error) {
	header, body, err := es.Encode(c)
	if err != nil {
		return 0, err
	}
	header[headerPrevious] = []string{strconv.FormatUint(expect, 10)}
	var seq uint64
	err = j.ask(ctx, func(ctx context.Context) error {
		ack, err := j.stream.js.PublishMsg(ctx, &nats.Msg{Subject: topic, Header: header, Data: body},
			jetstream.WithExpectStream(j.stream.cfg.Name), jetstream.WithExpectLastSequencePerSubject(expect))
		if err == nil {
			seq = ack.Sequence
		}
		return err
	})
	return seq, j.stream.fail(ctx, err)
}

// Last asks the stream's leader; callers at the same time share a question.
func (j *journal) Last(ctx context.Context) (uint64, error) {
	seq, err := j.last.get(ctx)
	return seq, j.stream.fail(ctx, err)
}

// Identity is the stream's name and the time at which it was made.
func (j *journal) Identity(ctx context.Context) (string, error) {
	info, err := j.info(ctx)
	if err != nil {
		return "", j.stream.fail(ctx, err)
	}
	return identity(info), nil
}

func identity(info *jetstream.StreamInfo) string {
	return info.Config.Name + "@" + info.Created.UTC().Format(time.RFC3339Nano)
}

func (j *journal) info(ctx context.Context) (info *jetstream.StreamInfo, err error) {
	err = j.ask(ctx, func(ctx context.Context) error {
		info, err = j.stream.get().Info(ctx)
		return err
	})
	return info, err
}
