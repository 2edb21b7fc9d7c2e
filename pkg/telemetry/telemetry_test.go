package telemetry_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/heddle-dev/heddle/pkg/telemetry"
)

// The providers are the process's own, so this file is one story told in
// order and not in parallel.
func TestSetup(t *testing.T) {
	const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	got := make(chan *http.Request, 8)
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		got <- r
	}))
	defer collector.Close()

	stop, metrics, err := telemetry.Setup(t.Context(), telemetry.Config{Service: "t"})
	if err != nil {
		t.Fatal(err)
	}
	ctx := otel.GetTextMapPropagator().Extract(t.Context(), propagation.MapCarrier{"traceparent": parent})
	ctx, span := otel.Tracer("t").Start(ctx, "without a collector")
	if span.IsRecording() || trace.SpanContextFromContext(ctx).TraceID().String() != parent[3:35] {
		t.Error("without a collector, the caller's trace must be passed on and nothing recorded")
	}
	count, _ := otel.Meter("t").Int64Counter("heddle_test")
	count.Add(t.Context(), 3)
	w := httptest.NewRecorder()
	metrics.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{"heddle_test_total 3", "go_goroutines", "process_open_fds", `service_name="t"`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	if err := stop(t.Context()); err != nil {
		t.Error(err)
	}

	stop, _, err = telemetry.Setup(t.Context(), telemetry.Config{Service: "t", OTLPEndpoint: collector.URL})
	if err != nil {
		t.Fatal(err)
	}
	_, span = otel.Tracer("t").Start(context.Background(), "with a collector")
	span.End()
	if err := stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r := <-got; r.URL.Path != "/v1/traces" {
		t.Errorf("the collector got %s", r.URL.Path)
	}
}
