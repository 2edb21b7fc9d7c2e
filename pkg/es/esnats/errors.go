package esnats

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/fault"
)

// Error codes of the JetStream API (nats-server, errors.json) for which the
// client has no names.
const (
	wrongLastSequence           jetstream.ErrorCode = 10071
	wrongLastSequenceReplicated jetstream.ErrorCode = 10164 // the same from a stream of several replicas
	messageTooLarge             jetstream.ErrorCode = 10054
	subjectsOverlap             jetstream.ErrorCode = 10065
	invalidConfig               jetstream.ErrorCode = 10052
	replicasNeedCluster         jetstream.ErrorCode = 10074
)

// code is the JetStream API's error code in err, or 0.
func code(err error) jetstream.ErrorCode {
	var api *jetstream.APIError
	if errors.As(err, &api) {
		return api.ErrorCode
	}
	var js jetstream.JetStreamError
	if errors.As(err, &js) && js.APIError() != nil {
		return js.APIError().ErrorCode
	}
	return 0
}

// hopeless tells errors of configuration from a broker that is not there yet.
func hopeless(err error) bool {
	switch code(err) {
	case subjectsOverlap, invalidConfig, replicasNeedCluster:
		return true
	}
	return errors.Is(err, jetstream.ErrInvalidStreamName) || errors.Is(err, nats.ErrConnectionClosed)
}

// fail turns a client's error into one that es.Store promises. ctx is the
// caller's: its end is the caller's own doing.
func (s *stream) fail(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, nats.ErrMaxPayload):
		return es.ErrTooLarge
	case errors.Is(err, jetstream.ErrNoStreamResponse), errors.Is(err, nats.ErrNoResponders),
		errors.Is(err, jetstream.ErrStreamNotFound):
		s.heal()
	}
	switch code(err) {
	case wrongLastSequence, wrongLastSequenceReplicated:
		return es.ErrConflict
	case messageTooLarge:
		return es.ErrTooLarge
	}
	return unavailable(err)
}

// unavailable says that the broker is not there, has no room or did not
// answer; which of these is for the operators.
func unavailable(err error) error {
	return fault.Wrap(err, fault.Unavailable, "journal.unavailable",
		"The event journal cannot be reached or has no room; try again shortly.").WithRetry(2 * time.Second)
}
