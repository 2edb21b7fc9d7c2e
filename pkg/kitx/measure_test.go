package kitx_test

import (
	"context"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/kitx"
	"github.com/heddle-dev/heddle/pkg/logx"
)

// Kinds of fault that this version does not know come from others.
func TestOutcomesAreCountedApart(t *testing.T) {
	reader := metric.NewManualReader()
	before := otel.GetMeterProvider()
	otel.SetMeterProvider(metric.NewMeterProvider(metric.WithReader(reader)))
	defer otel.SetMeterProvider(before)
	e := kitx.Measure("qry.measured", logx.Discard())(kitx.Endpoint(func(_ context.Context, kind string) (int, error) {
		if kind == "ok" {
			return 0, nil
		}
		return 0, fault.New(fault.Kind(kind), "x", "x")
	}))
	want := map[string]uint64{"ok": 2, "missing": 1, "timeout": 3, "unheard-of": 1}
	for kind, n := range want {
		for range n {
			_, _ = e(t.Context(), kind)
		}
	}
	got := counts(t, reader)
	if len(got) != len(want) {
		t.Errorf("counted %v, want %v", got, want)
	}
	for kind, n := range want {
		if got["qry.measured "+kind] != n {
			t.Errorf("counted %v, want %v", got, want)
		}
	}
}

// counts are those of the endpoints' durations, by endpoint and outcome.
func counts(t *testing.T, reader metric.Reader) map[string]uint64 {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	counts := map[string]uint64{}
	for _, s := range all.ScopeMetrics {
		for _, m := range s.Metrics {
			h, _ := m.Data.(metricdata.Histogram[float64])
			for _, p := range h.DataPoints {
				endpoint, _ := p.Attributes.Value("endpoint")
				outcome, _ := p.Attributes.Value("outcome")
				counts[endpoint.AsString()+" "+outcome.AsString()] += p.Count
			}
		}
	}
	return counts
}
