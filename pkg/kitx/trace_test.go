package kitx_test

import (
	"context"
	"testing"

	"go.opentelemetry.io/otel"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/heddle-dev/heddle/pkg/kitx"
)

// A span that is not sampled is passed on, too: else those behind would decide
// for themselves.
func TestTheTraceGoesOn(t *testing.T) {
	before := otel.GetTracerProvider()
	defer otel.SetTracerProvider(before)
	caller := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled, Remote: true})
	for name, tc := range map[string]struct {
		provider       trace.TracerProvider
		parent         trace.SpanContext
		spans, sampled bool
	}{
		"recorded":        {sdk.NewTracerProvider(), caller, true, true},
		"not sampled":     {sdk.NewTracerProvider(sdk.WithSampler(sdk.NeverSample())), caller, true, false},
		"begun here":      {sdk.NewTracerProvider(), trace.SpanContext{}, true, true},
		"nobody traces":   {noop.NewTracerProvider(), caller, false, true},
		"nobody anywhere": {noop.NewTracerProvider(), trace.SpanContext{}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			otel.SetTracerProvider(tc.provider)
			var inside trace.SpanContext
			_, _ = kitx.Trace("x")(func(ctx context.Context, _ any) (any, error) {
				inside = trace.SpanContextFromContext(ctx)
				return nil, nil
			})(trace.ContextWithSpanContext(t.Context(), tc.parent), nil)
			if tc.parent.IsValid() && inside.TraceID() != caller.TraceID() || inside.IsSampled() != tc.sampled {
				t.Errorf("inside %+v", inside)
			}
			if spans := inside.SpanID() != tc.parent.SpanID(); spans != tc.spans {
				t.Errorf("a span of its own: %v, want %v", spans, tc.spans)
			}
		})
	}
}
