package logx_test

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/trace"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/who"
)

func TestRecordsCarryTheRequest(t *testing.T) {
	t.Parallel()
	trace1 := trace.TraceID{1}
	ctx := logx.WithRequest(t.Context(), "r1")
	ctx = who.With(ctx, who.Principal{ID: "alice"})
	ctx = trace.ContextWithSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace1}))
	var b strings.Builder
	log := logx.New(&b, "json", slog.LevelInfo).With("a", 1)
	log.InfoContext(ctx, "hello", "b", "x\ny")
	log.DebugContext(ctx, "not shown")
	var got map[string]any
	if err := json.Unmarshal([]byte(b.String()), &got); err != nil {
		t.Fatalf("%v: %s", err, b.String())
	}
	for k, want := range map[string]any{"msg": "hello", "request": "r1", "user": "alice", "trace": trace1.String(), "a": 1.0, "b": "x\ny"} {
		if got[k] != want {
			t.Errorf("%s is %v", k, got[k])
		}
	}
}

func TestRecordsWithoutARequest(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	logx.New(&b, "text", slog.LevelDebug).WithGroup("g").Debug("hello", "k", "forged\nline")
	if s := b.String(); strings.Count(s, "\n") != 1 || !strings.Contains(s, `g.k="forged\nline"`) ||
		strings.Contains(s, "request=") || strings.Contains(s, "user=") || strings.Contains(s, "trace=") {
		t.Errorf("%q", s)
	}
	if logx.Request(t.Context()) != "" {
		t.Error("a request from nowhere")
	}
	if logx.Discard().Enabled(t.Context(), slog.LevelError) {
		t.Error("Discard is not silent")
	}
}
