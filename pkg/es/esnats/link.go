package esnats

import (
	"context"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/natslink"
)

// link asks the server within patience, again if the answer was lost with the
// connection: all of the store's questions may be repeated. (An append that
// was done meets its own expectation then; es.Handle finds that the command
// is stored.)
type link struct {
	nc *nats.Conn
	*natslink.Link
}

func newLink(nc *nats.Conn) *link { return &link{nc: nc, Link: natslink.New(nc)} }

func (l *link) ask(ctx context.Context, question func(context.Context) error) error {
	if end, bounded := ctx.Deadline(); bounded && time.Until(end) <= patience {
		return l.Ask(ctx, question) // one clock is enough
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return l.Ask(ctx, question)
}
