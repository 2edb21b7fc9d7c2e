package natsrpc

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// answer runs a request and tells its caller how it went.
func (s *Server) answer(e Endpoint, r micro.Request) {
	body, err := s.run(e, r)
	if err == nil {
		err = s.send(r, nats.Header{}, body)
	}
	if err != nil {
		s.refuse(r, fault.From(err))
	}
}

func (s *Server) run(e Endpoint, r micro.Request) ([]byte, error) {
	ctx, cancel, err := extract(s.ctx, nats.Header(r.Headers()))
	defer cancel()
	if err != nil {
		return nil, err
	}
	q, err := e.decode(r.Data())
	if err != nil {
		return nil, err
	}
	out, err := e.kit(ctx, q)
	if err != nil {
		return nil, err
	}
	body, err := encode(out)
	if err != nil {
		return nil, fmt.Errorf("encode the answer of %s: %w", e.Subject, err)
	}
	return body, nil
}

// refuse answers with a fault; NATS's own tools see its kind and code.
func (s *Server) refuse(r micro.Request, f *fault.Error) {
	header := func(f *fault.Error) nats.Header {
		return nats.Header{
			headerFault:           {string(f.Kind)},
			micro.ErrorCodeHeader: {string(f.Kind)},
			micro.ErrorHeader:     {f.Code},
		}
	}
	body, err := json.Marshal(f)
	if err == nil {
		err = s.send(r, header(f), body)
	}
	if err != nil {
		f = fault.New(f.Kind, f.Code, "The reason is too long to be told.").WithRetry(f.RetryAfter).WithStatus(f.Status)
		body, _ = json.Marshal(f)
		_ = s.send(r, header(f), body) // the caller's patience remains
	}
}

// send publishes an answer itself: micro's own Respond may only be called
// before the handler returns, and ours returns at once.
func (s *Server) send(r micro.Request, h nats.Header, body []byte) error {
	if r.Reply() == "" {
		return nil // nobody waits
	}
	err := s.nc.PublishMsg(&nats.Msg{Subject: r.Reply(), Header: h, Data: body})
	if errors.Is(err, nats.ErrMaxPayload) {
		return fault.New(fault.Exhausted, "rpc.answer_too_large",
			"The answer is larger than %d bytes; ask for less at once.", s.nc.MaxPayload())
	}
	return err
}

func unreadable(err error) error {
	f := fault.Wrap(err, fault.Invalid, "rpc.body", "The request is not readable: %v", err)
	var typ *json.UnmarshalTypeError
	if errors.As(err, &typ) && typ.Field != "" {
		return f.WithField(typ.Field, "wants %s, not %s", typ.Type, typ.Value)
	}
	return f
}
