package natsrpc

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/go-kit/kit/endpoint"
	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/kitx"
	"github.com/heddle-dev/heddle/pkg/natslink"
)

// Client calls services over one NATS connection.
type Client struct {
	nc   *nats.Conn
	link *natslink.Link
	// Patience is how long a call looks for a service that is not there (it
	// may be restarting) or does not answer, before it is Unavailable.
	Patience time.Duration
	// Away is the patience while there is no connection at all: everything is
	// cut off then, and a caller is better told soon.
	Away time.Duration
	// Try is how long one try waits for its answer.
	Try time.Duration
}

// Waiting returns a client for long polls, whose tries may last up to d.
func (c *Client) Waiting(d time.Duration) *Client {
	w := *c
	w.Try = d
	return &w
}

// NewClient returns a client with the defaults: 5 s patience, 2 s of it
// without a connection, 4 s a try.
func NewClient(nc *nats.Conn) *Client {
	return &Client{nc: nc, link: natslink.New(nc), Patience: 5 * time.Second, Away: 2 * time.Second, Try: 4 * time.Second}
}

// Call makes a typed function of a subject. Every request must be safe to
// repeat: commands carry their command id, so that a repeated one finds
// itself done. Tries that found nobody, or lost the connection, are repeated
// within Patience; one that was not answered is not, since the service may be
// busy with it.
func Call[Q, A any](c *Client, subject string) func(context.Context, Q) (A, error) {
	return kitx.Func[Q, A](c.endpoint(subject, decode[A]))
}

func (c *Client) endpoint(subject string, decode func([]byte) (any, error)) endpoint.Endpoint {
	return func(ctx context.Context, req any) (any, error) {
		body, err := json.Marshal(req)
		if err != nil {
			return nil, err
		}
		msg, err := c.request(ctx, subject, body)
		if err != nil {
			return nil, err
		}
		if msg.Header.Get(headerFault) != "" {
			f := new(fault.Error)
			if err := json.Unmarshal(msg.Data, f); err != nil {
				return nil, fault.Wrap(err, fault.Internal, "rpc.fault", "A service answered unreadably.")
			}
			return nil, f
		}
		out, err := decode(msg.Data)
		if err != nil {
			return nil, fault.Wrap(err, fault.Internal, "rpc.answer", "A service answered unreadably.")
		}
		return out, nil
	}
}

func (c *Client) request(ctx context.Context, subject string, body []byte) (*nats.Msg, error) {
	begin := time.Now()
	for wait := 5 * time.Millisecond; ; wait = min(2*wait, 250*time.Millisecond) {
		msg, err := c.once(ctx, subject, body)
		switch {
		case err == nil:
			return msg, nil
		case ctx.Err() != nil:
			return nil, fault.From(ctx.Err())
		case errors.Is(err, nats.ErrMaxPayload):
			return nil, fault.New(fault.Exhausted, "rpc.too_large", "The request is larger than %d bytes.", c.nc.MaxPayload()).WithStatus(413)
		case time.Since(begin)+wait > c.patience(err):
			return nil, unavailable(err)
		}
		select {
		case <-ctx.Done():
			return nil, fault.From(ctx.Err())
		case <-time.After(wait):
		}
	}
}

// patience is how long tries that fail like this are repeated.
func (c *Client) patience(err error) time.Duration {
	switch {
	case errors.Is(err, nats.ErrNoResponders):
		return c.Patience
	case errors.Is(err, nats.ErrDisconnected):
		return min(c.Patience, c.Away)
	default:
		return 0 // the service may be busy with it
	}
}

func (c *Client) once(ctx context.Context, subject string, body []byte) (answer *nats.Msg, err error) {
	err = c.link.Within(ctx, c.Try, func(ctx context.Context) error {
		msg := nats.NewMsg(subject)
		msg.Data = body
		if err := inject(ctx, msg.Header); err != nil {
			return err
		}
		answer, err = c.nc.RequestMsgWithContext(ctx, msg)
		return err
	})
	return answer, err
}

// unavailable is what a caller sees when no service answered. The outcome of
// a command is then unknown; repeating it with the same key is safe.
func unavailable(err error) error {
	return fault.Wrap(err, fault.Unavailable, "service.unavailable",
		"A part of Heddle does not answer; try again shortly.").WithRetry(2 * time.Second)
}
