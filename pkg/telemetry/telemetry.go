// Package telemetry sets OpenTelemetry up for a process. It is separate so
// that a program decides once, in main, where traces and metrics go, while
// libraries only use the global API and stay free of exporters.
package telemetry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	exporter "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// Config says who the process is and where its traces go.
type Config struct {
	Service string // "jobs"
	Version string
	// OTLPEndpoint is the URL of an OTLP/HTTP collector, such as
	// "http://127.0.0.1:4318". Without one no span is recorded, but the trace
	// context of callers is still passed on.
	OTLPEndpoint string
}

// Setup installs the global propagators and providers and returns the handler
// of /metrics in Prometheus's format. Call it once in a process, before
// anything is measured; shutdown sends what is still held back, within ctx. A
// collector that does not answer costs spans and nothing else.
func Setup(ctx context.Context, cfg Config) (shutdown func(context.Context) error, metrics http.Handler, err error) {
	res, err := resource.Merge(resource.Default(), resource.NewSchemaless(
		attribute.String("service.name", cfg.Service), attribute.String("service.version", cfg.Version)))
	if err != nil {
		return nil, nil, fmt.Errorf("telemetry: %w", err)
	}
	meters, metrics, err := newMeters(res)
	if err != nil {
		return nil, nil, fmt.Errorf("telemetry: metrics: %w", err)
	}
	stopTraces, err := setTraces(ctx, cfg.OTLPEndpoint, res)
	if err != nil {
		return nil, nil, fmt.Errorf("telemetry: traces: %w", err)
	}
	otel.SetMeterProvider(meters)
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(
		propagation.TraceContext{}, propagation.Baggage{}))
	return func(ctx context.Context) error {
		return errors.Join(stopTraces(ctx), meters.Shutdown(ctx))
	}, metrics, nil
}

// newMeters uses a registry of its own: the process's default one belongs to
// whatever libraries put into it.
func newMeters(res *resource.Resource) (*metric.MeterProvider, http.Handler, error) {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	reader, err := exporter.New(exporter.WithRegisterer(registry), exporter.WithoutScopeInfo())
	if err != nil {
		return nil, nil, err
	}
	handler := promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
	return metric.NewMeterProvider(metric.WithReader(reader), metric.WithResource(res)), handler, nil
}

func setTraces(ctx context.Context, endpoint string, res *resource.Resource) (func(context.Context) error, error) {
	if endpoint == "" {
		otel.SetTracerProvider(noop.NewTracerProvider())
		return func(context.Context) error { return nil }, nil
	}
	target, err := url.JoinPath(endpoint, "v1/traces") // the path that OTLP/HTTP prescribes
	if err != nil {
		return nil, err
	}
	export, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(target))
	if err != nil {
		return nil, err
	}
	p := trace.NewTracerProvider(trace.WithBatcher(export), trace.WithResource(res))
	otel.SetTracerProvider(p)
	return p.Shutdown, nil
}
