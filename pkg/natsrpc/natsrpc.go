// Package natsrpc is the go-kit transport over NATS request/reply, on top of
// NATS micro (so that services can be discovered, pinged and measured with
// NATS's own tools). It stands in for kit/transport/nats, whose publisher
// drops message headers: ours carry the caller, the trace, the request id and
// the deadline. Requests run on a bounded pool and shutdown drains them.
package natsrpc

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/who"
)

// The headers of a request. An answer that is an error carries headerFault,
// and its body is a fault.Error.
const (
	headerPrincipal = "Heddle-Principal" // who.Principal as JSON; absent: nobody
	headerRequest   = "Heddle-Request"   // request id
	headerTimeout   = "Heddle-Timeout"   // milliseconds that the caller will wait
	headerFault     = "Heddle-Fault"     // the fault's kind
)

func inject(ctx context.Context, h nats.Header) error {
	if p := who.From(ctx); !p.Anonymous() {
		text, err := json.Marshal(p)
		if err != nil {
			return err
		}
		h.Set(headerPrincipal, string(text))
	}
	if id := logx.Request(ctx); id != "" {
		h.Set(headerRequest, id)
	}
	if d, ok := ctx.Deadline(); ok {
		h.Set(headerTimeout, strconv.FormatInt(max(1, time.Until(d).Milliseconds()), 10))
	}
	otel.GetTextMapPropagator().Inject(ctx, carrier(h))
	return nil
}

// extract returns the request's context; cancel it when the request is done.
// Nobody asks in ctx.
func extract(ctx context.Context, h nats.Header) (context.Context, context.CancelFunc, error) {
	ctx = otel.GetTextMapPropagator().Extract(ctx, carrier(h))
	ctx = logx.WithRequest(ctx, h.Get(headerRequest))
	if v := h.Get(headerPrincipal); v != "" {
		var p who.Principal
		if err := json.Unmarshal([]byte(v), &p); err != nil {
			return ctx, func() {}, fault.Wrap(err, fault.Invalid, "rpc.principal", "The %s header is not readable.", headerPrincipal)
		}
		ctx = who.With(ctx, p)
	}
	if ms, err := strconv.ParseInt(h.Get(headerTimeout), 10, 64); err == nil && ms > 0 {
		ctx, cancel := context.WithTimeout(ctx, time.Duration(ms)*time.Millisecond)
		return ctx, cancel, nil
	}
	ctx, cancel := context.WithCancel(ctx)
	return ctx, cancel, nil
}

// carrier lets OpenTelemetry write the W3C trace context into NATS headers.
type carrier nats.Header

var _ propagation.TextMapCarrier = carrier{}

func (c carrier) Get(k string) string { return nats.Header(c).Get(k) }
func (c carrier) Set(k, v string)     { nats.Header(c).Set(k, v) }
func (c carrier) Keys() []string {
	keys := make([]string, 0, len(c))
	for k := range c {
		keys = append(keys, k)
	}
	return keys
}
