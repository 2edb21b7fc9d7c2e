package kitx

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/go-kit/kit/endpoint"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
)

const scope = "github.com/heddle-dev/heddle/pkg/kitx"

// Standard is the chain around every endpoint, outermost first: trace, measure
// and log, recover, access, endpoint. A panic is thus traced, counted and
// logged like any other defect. name is the endpoint's subject or
// route pattern, never a URL, so that it may be a metric's label.
func Standard(name string, access who.Rule, log *slog.Logger) endpoint.Middleware {
	return endpoint.Chain(Trace(name), Measure(name, log), Recover(), Access(access))
}

// Recover turns a panic into an internal fault whose cause has the stack.
func Recover() endpoint.Middleware {
	return func(next endpoint.Endpoint) endpoint.Endpoint {
		return func(ctx context.Context, req any) (out any, err error) {
			defer func() {
				if r := recover(); r != nil {
					out, err = nil, fault.From(fmt.Errorf("panic: %v\n%s", r, debug.Stack()))
				}
			}()
			return next(ctx, req)
		}
	}
}

// Trace runs the endpoint in a span.
func Trace(name string) endpoint.Middleware {
	tracer := otel.Tracer(scope)
	served := []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindServer)}
	return func(next endpoint.Endpoint) endpoint.Endpoint {
		return func(ctx context.Context, req any) (any, error) {
			inside, span := tracer.Start(ctx, name, served...)
			defer span.End()
			if span.IsRecording() || !span.SpanContext().Equal(trace.SpanContextFromContext(ctx)) {
				ctx = inside // else nobody traces, and there is nothing to pass on
			}
			out, err := next(ctx, req)
			if err != nil {
				span.SetStatus(codes.Error, string(fault.From(err).Kind))
			}
			return out, err
		}
	}
}

// Measure records the duration by name and kind of outcome, and writes the
// one log line of the request: Error for what operators must act on, Debug
// for the rest.
func Measure(name string, log *slog.Logger) endpoint.Middleware {
	durations, _ := otel.Meter(scope).Float64Histogram("heddle_request_duration",
		metric.WithUnit("s"), metric.WithDescription("Duration of endpoints by name and outcome."))
	outcomes := newOutcomes(name)
	return func(next endpoint.Endpoint) endpoint.Endpoint {
		return func(ctx context.Context, req any) (any, error) {
			start := time.Now()
			out, err := next(ctx, req)
			took := time.Since(start)
			kind := succeeded
			if err != nil {
				kind = string(fault.From(err).Kind)
			}
			durations.Record(ctx, took.Seconds(), outcomes.of(kind)...)
			switch {
			case kind == string(fault.Internal):
				log.ErrorContext(ctx, "request failed", "endpoint", name, "took", took, "err", err)
			case log.Enabled(ctx, slog.LevelDebug):
				log.DebugContext(ctx, "request", "endpoint", name, "took", took, "outcome", kind)
			}
			return out, err
		}
	}
}

// succeeded is the outcome of an endpoint that returned no error.
const succeeded = "ok"

// outcomes are the labels of an endpoint's measurements, by outcome: to make
// them costs more than to measure.
type outcomes struct {
	endpoint string
	known    map[string][]metric.RecordOption
}

func newOutcomes(endpoint string) outcomes {
	o := outcomes{endpoint, map[string][]metric.RecordOption{}}
	o.known[succeeded] = o.of(succeeded)
	for _, k := range fault.Kinds() {
		o.known[string(k)] = o.of(string(k))
	}
	return o
}

// of is also right for a kind that only another version knows.
func (o outcomes) of(kind string) []metric.RecordOption {
	if known, ok := o.known[kind]; ok {
		return known
	}
	return []metric.RecordOption{metric.WithAttributeSet(attribute.NewSet(
		attribute.String("endpoint", o.endpoint), attribute.String("outcome", kind)))}
}

// Access lets only principals in that the rule allows.
func Access(rule who.Rule) endpoint.Middleware {
	return func(next endpoint.Endpoint) endpoint.Endpoint {
		return func(ctx context.Context, req any) (any, error) {
			if err := rule.Check(who.From(ctx)); err != nil {
				return nil, err
			}
			return next(ctx, req)
		}
	}
}
