package miniapp

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/pause"
)

// Member is a program that keeps its lease at a gateway.
type Member struct {
	nc   *nats.Conn
	call func(context.Context, Registration) (Lease, error)
	reg  Registration
	log  *slog.Logger
}

// NewMember makes a connection to NATS, which may come later than the
// program. A URL without a user connects with the registration's token.
func NewMember(natsURL string, reg Registration, log *slog.Logger) (*Member, error) {
	opts := []nats.Option{
		nats.Name(reg.Program), nats.CustomInboxPrefix(Inbox(string(reg.Token))),
		nats.Timeout(2 * time.Second), nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1),
		nats.ReconnectWait(200 * time.Millisecond), nats.IgnoreAuthErrorAbort(),
		nats.PingInterval(2 * time.Second), nats.MaxPingsOutstanding(2),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { log.Warn("NATS reports an error", "err", err) }),
	}
	if u, err := url.Parse(natsURL); err == nil && u.User == nil {
		opts = append(opts, nats.Token(string(reg.Token)))
	}
	nc, err := nats.Connect(natsURL, opts...)
	if err != nil {
		return nil, err
	}
	client := natsrpc.NewClient(nc)
	// It is asked again anyway; a try must not use up the lease.
	client.Patience, client.Away, client.Try = time.Second, time.Second, Term-Renew-time.Second
	return &Member{nc, natsrpc.Call[Registration, Lease](client, Subject), reg, log}, nil
}

// Close ends the connection.
func (m *Member) Close() { m.nc.Close() }

// Join registers for the first time. It asks until a gateway answers; if the
// answer is a refusal, that is returned.
func (m *Member) Join(ctx context.Context) (Lease, error) {
	for told := false; ; {
		l, err := m.call(ctx, m.reg)
		if err == nil || !passing(err) {
			return l, err
		}
		if !told {
			m.log.Warn("waiting for the gateway", "err", m.reason(err))
			told = true
		}
		if err := pause.For(ctx, time.Second); err != nil {
			return Lease{}, err
		}
	}
}

// reason is why a call failed: what the connection itself says tells more.
func (m *Member) reason(err error) error {
	if last := m.nc.LastError(); last != nil && !m.nc.IsConnected() {
		return last
	}
	return err
}

// passing reports whether a failure may be over in a moment.
func passing(err error) bool {
	switch fault.From(err).Kind {
	case fault.Unavailable, fault.Timeout, fault.Internal, fault.Exhausted:
		return true
	}
	return false
}

// Keep renews the lease until ctx ends, whatever the gateway says meanwhile:
// a refusal may be taken back. Then it leaves.
func (m *Member) Keep(ctx context.Context, l Lease) {
	var refused error
	for pause.For(ctx, max(l.Renew, Renew/10)) == nil {
		next, err := m.call(ctx, m.reg)
		switch {
		case err == nil:
			if refused != nil {
				m.log.Info("the gateway has taken the program in again")
			}
			l, refused = next, nil
		case ctx.Err() != nil:
		case refused == nil || fault.From(err).Code != fault.From(refused).Code:
			m.log.Warn("the gateway does not renew the lease; will try again", "err", err)
			refused = err
		}
	}
	m.leave(ctx)
}

// leave tells the gateway to send nothing more. If that fails, the lease ends
// by itself.
func (m *Member) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	last := Registration{Token: m.reg.Token, Instance: m.reg.Instance, Leave: true}
	if _, err := m.call(ctx, last); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		m.log.Warn("the gateway was not told that the program ends", "err", err)
	}
}
