package filesapi

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// CarryLine is one line of the answer to a Carry: a file that has arrived, the
// fault or the success that it ends with, or nothing, which says that somebody
// is still at work.
type CarryLine struct {
	Arrived *Carried     `json:"arrived,omitempty"`
	Fault   *fault.Error `json:"fault,omitempty"`
	Done    bool         `json:"done,omitempty"`
}

// CarryBeat is how often a line comes at least.
const CarryBeat = 5 * time.Second

// MaxCarry bounds a Carry in bytes of JSON.
const MaxCarry = 256 << 10

type carrier struct {
	mover *Mover
}

// NewCarrier returns a Carrier that asks s for leave and the files service to
// carry, over HTTP; client may be nil. It tries another replica if one is not
// there. A caller that is a component must fill Carry.As.
func NewCarrier(s Service, client *http.Client) Carrier { return &carrier{NewMover(s, client)} }

// Carry implements Carrier.
func (c *carrier) Carry(ctx context.Context, what Carry, arrived func(Carried)) error {
	body, err := json.Marshal(what)
	if err != nil {
		return fault.From(err)
	}
	bounded, cancel := context.WithCancel(ctx)
	defer cancel()
	clock := time.AfterFunc(c.mover.stall, cancel)
	defer clock.Stop()
	src := &watched{body: bytes.NewReader(body), clock: clock, stall: c.mover.stall, length: int64(len(body))}
	ticket := TicketRequest{Path: what.Path, For: CarryIn, As: what.As}
	if what.Out {
		ticket.For = CarryOut
	}
	res, err := c.mover.send(bounded, http.MethodPost, ticket, http.Header{"Content-Type": {"application/json"}}, src)
	if err != nil {
		return ended(ctx, err)
	}
	defer res.Body.Close()
	return ended(ctx, follow(&timed{res.Body, clock, c.mover.stall}, arrived))
}

// follow reads the lines up to the end.
func follow(lines io.Reader, arrived func(Carried)) error {
	for dec := json.NewDecoder(lines); ; {
		var l CarryLine
		if err := dec.Decode(&l); err != nil {
			return unreachable(err)
		}
		switch {
		case l.Fault != nil:
			return l.Fault
		case l.Done:
			return nil
		case l.Arrived != nil:
			arrived(*l.Arrived)
		}
	}
}

// ended prefers the end of the caller's own context to what came of it.
func ended(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return fault.From(ctx.Err())
	}
	return err
}
