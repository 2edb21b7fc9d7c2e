package natsrpc_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/who"
)

type question struct {
	Text string `json:"text"`
	Size int    `json:"size,omitempty"`
}

type reply struct {
	Text string `json:"text"`
}

// limit bounds what a test waits for; nothing that works comes near it.
const limit = 20 * time.Second

// serve answers on a server's own connection and returns a client on another.
func serve(t *testing.T, s *natstest.Server, workers int, endpoints ...natsrpc.Endpoint) (*natsrpc.Client, *natsrpc.Server) {
	t.Helper()
	srv, err := natsrpc.Serve(t.Context(), s.Conn(t), natsrpc.Config{Name: "test", Workers: workers, Log: logx.Discard()}, endpoints)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		if err := srv.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return natsrpc.NewClient(s.Conn(t)), srv
}

func endpoint(subject string, f func(context.Context, question) (reply, error)) natsrpc.Endpoint {
	return natsrpc.Handle(subject, who.Public, f)
}

func echo(_ context.Context, q question) (reply, error) { return reply{q.Text}, nil }

// ask is a call in the background.
func ask(ctx context.Context, c *natsrpc.Client, subject string, q question) <-chan error {
	done := make(chan error, 1)
	go func() {
		_, err := natsrpc.Call[question, reply](c, subject)(ctx, q)
		done <- err
	}()
	return done
}

func within[T any](t *testing.T, what string, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(limit):
		t.Fatalf("waited in vain for %s", what)
		panic("unreachable")
	}
}

func TestHeadersArrive(t *testing.T) {
	otel.SetTextMapPropagator(propagation.TraceContext{})
	type arrived struct {
		principal who.Principal
		request   string
		trace     trace.TraceID
		deadline  time.Time
	}
	got := make(chan arrived, 1)
	c, _ := serve(t, natstest.Start(t), 0, endpoint("qry.test.echo", func(ctx context.Context, q question) (reply, error) {
		d, _ := ctx.Deadline()
		got <- arrived{who.From(ctx), logx.Request(ctx), trace.SpanContextFromContext(ctx).TraceID(), d}
		return reply{q.Text}, nil
	}))
	span := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1, 2}, SpanID: trace.SpanID{3}, TraceFlags: trace.FlagsSampled})
	want := who.Principal{ID: "u1", Name: "Änne\r\nX: y", Groups: []string{"a"}, Roles: []string{who.RoleOperator}}
	ctx := trace.ContextWithSpanContext(logx.WithRequest(who.With(t.Context(), want), "r-1"), span)
	ctx, cancel := context.WithTimeout(ctx, time.Hour)
	defer cancel()
	c.Try = 2 * time.Hour // the caller's own end comes first
	out, err := natsrpc.Call[question, reply](c, "qry.test.echo")(ctx, question{Text: "hello"})
	if err != nil || out.Text != "hello" {
		t.Fatalf("%+v, %v", out, err)
	}
	a := within(t, "the request", got)
	if !reflect.DeepEqual(a.principal, want) || a.request != "r-1" || a.trace != span.TraceID() {
		t.Errorf("arrived %+v", a)
	}
	if d, _ := ctx.Deadline(); a.deadline.After(d.Add(time.Minute)) || a.deadline.Before(d.Add(-time.Minute)) {
		t.Errorf("deadline %v, want about %v", a.deadline, d)
	}
}

// Not even the service itself, in whose context its endpoints are served.
func TestNobodyArrivesAsNobody(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	got := make(chan who.Principal, 1)
	srv, err := natsrpc.Serve(who.With(t.Context(), who.Component("test")), s.Conn(t), natsrpc.Config{Name: "test"},
		[]natsrpc.Endpoint{endpoint("qry.test.who", func(ctx context.Context, _ question) (reply, error) {
			got <- who.From(ctx)
			return reply{}, nil
		})})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = srv.Stop(context.Background()) }()
	if _, err := natsrpc.Call[question, reply](natsrpc.NewClient(s.Conn(t)), "qry.test.who")(t.Context(), question{}); err != nil {
		t.Fatal(err)
	}
	if p := within(t, "the request", got); !reflect.DeepEqual(p, who.Principal{}) {
		t.Errorf("nobody arrived as %+v", p)
	}
}

func TestFaultsCrossTheWire(t *testing.T) {
	t.Parallel()
	for _, kind := range fault.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			want := fault.Wrap(errors.New("secret"), kind, "test.code", "Ähm.").WithField("a.b", "too <long>").
				WithRetry(1500 * time.Millisecond).WithStatus(418)
			c, _ := serve(t, natstest.Start(t), 0, endpoint("cmd.test.fail", func(context.Context, question) (reply, error) { return reply{}, want }))
			_, err := natsrpc.Call[question, reply](c, "cmd.test.fail")(t.Context(), question{})
			got := fault.From(err)
			if got.Kind != kind || got.Code != want.Code || got.Message != want.Message || got.RetryAfter != want.RetryAfter ||
				got.Status != want.Status || !reflect.DeepEqual(got.Fields, want.Fields) {
				t.Errorf("got %+v", got)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the cause left the process: %v", err)
			}
		})
	}
}

func TestOtherErrorsAreInternal(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, natstest.Start(t), 0,
		endpoint("cmd.test.panic", func(context.Context, question) (reply, error) { panic("secret") }),
		endpoint("cmd.test.error", func(context.Context, question) (reply, error) { return reply{}, errors.New("secret") }),
		endpoint("cmd.test.bare", func(context.Context, question) (reply, error) { return reply{}, &fault.Error{Kind: fault.Internal} }),
		natsrpc.Handle("cmd.test.mute", who.Public, func(context.Context, question) (func(), error) { return func() {}, nil }),
		endpoint("cmd.test.echo", echo))
	for _, subject := range []string{"cmd.test.panic", "cmd.test.error", "cmd.test.bare", "cmd.test.mute"} {
		_, err := natsrpc.Call[question, reply](c, subject)(t.Context(), question{})
		if !fault.Is(err, fault.Internal) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", subject, err)
		}
	}
	if _, err := natsrpc.Call[question, reply](c, "cmd.test.echo")(t.Context(), question{}); err != nil {
		t.Errorf("after the panic: %v", err)
	}
}

func TestUnreadableRequestsNameTheField(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, natstest.Start(t), 0, endpoint("cmd.test.echo", echo))
	type wrong struct {
		Text string `json:"text"`
		Size string `json:"size"`
	}
	_, err := natsrpc.Call[wrong, reply](c, "cmd.test.echo")(t.Context(), wrong{Size: "big"})
	if f := fault.From(err); f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != "size" {
		t.Errorf("%+v", f)
	}
	_, err = natsrpc.Call[[]int, reply](c, "cmd.test.echo")(t.Context(), []int{1})
	if f := fault.From(err); f.Kind != fault.Invalid {
		t.Errorf("%+v", f)
	}
}

func TestAccessRulesAreEnforced(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	c, _ := serve(t, s, 0,
		natsrpc.Handle("cmd.test.known", who.Authenticated, echo),
		natsrpc.Handle("cmd.test.service", who.Service, echo))
	nobody, user := t.Context(), who.With(t.Context(), who.Principal{ID: "u1"})
	for _, x := range []struct {
		ctx     context.Context
		subject string
		want    fault.Kind
	}{
		{nobody, "cmd.test.known", fault.Unauthenticated}, {user, "cmd.test.known", ""},
		{nobody, "cmd.test.service", fault.Denied}, {user, "cmd.test.service", fault.Denied},
		{who.With(nobody, who.Component("jobs")), "cmd.test.service", ""},
	} {
		_, err := natsrpc.Call[question, reply](c, x.subject)(x.ctx, question{})
		if (err == nil) != (x.want == "") || err != nil && fault.From(err).Kind != x.want {
			t.Errorf("%s as %q: %v", x.subject, who.From(x.ctx).ID, err)
		}
	}
	if _, err := natsrpc.Serve(nobody, s.Conn(t), natsrpc.Config{Name: "test"},
		[]natsrpc.Endpoint{natsrpc.Handle("cmd.test.open", who.Rule{}, echo)}); err == nil {
		t.Error("an endpoint without an access rule was served")
	}
}

func TestTheCallersEndIsATimeout(t *testing.T) {
	t.Parallel()
	began, end := make(chan struct{}), make(chan struct{})
	c, _ := serve(t, natstest.Start(t), 0, endpoint("cmd.test.slow", func(context.Context, question) (reply, error) {
		close(began)
		<-end
		return reply{}, nil
	}))
	defer close(end)
	ctx, cancel := context.WithCancel(t.Context())
	done := ask(ctx, c, "cmd.test.slow", question{})
	<-began
	cancel()
	if err := within(t, "the client", done); !fault.Is(err, fault.Timeout) {
		t.Error(err)
	}
}

func TestTooLargeIsExhausted(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, natstest.Start(t), 0,
		endpoint("cmd.test.echo", echo),
		endpoint("cmd.test.large", func(_ context.Context, q question) (reply, error) {
			return reply{strings.Repeat("x", q.Size)}, nil
		}),
		endpoint("cmd.test.chatty", func(_ context.Context, q question) (reply, error) {
			return reply{}, fault.New(fault.Conflict, "test.chatty", "%s", strings.Repeat("x", q.Size)).WithRetry(time.Second)
		}))
	_, err := natsrpc.Call[question, reply](c, "cmd.test.echo")(t.Context(), question{Text: strings.Repeat("x", 1<<20)})
	if f := fault.From(err); f.Kind != fault.Exhausted || f.Status != 413 {
		t.Errorf("a large request: %+v", f)
	}
	// Just below the limit the headers still take it over.
	_, err = natsrpc.Call[question, reply](c, "cmd.test.echo")(t.Context(), question{Text: strings.Repeat("x", 1<<20-20)})
	if f := fault.From(err); f.Kind != fault.Exhausted || f.Status != 413 {
		t.Errorf("a large request with its headers: %+v", f)
	}
	_, err = natsrpc.Call[question, reply](c, "cmd.test.large")(t.Context(), question{Size: 1 << 20})
	if f := fault.From(err); f.Kind != fault.Exhausted || f.Code != "rpc.answer_too_large" {
		t.Errorf("a large answer: %+v", f)
	}
	_, err = natsrpc.Call[question, reply](c, "cmd.test.chatty")(t.Context(), question{Size: 1 << 20})
	if f := fault.From(err); f.Kind != fault.Conflict || f.Code != "test.chatty" || f.RetryAfter != time.Second {
		t.Errorf("a large fault: %+v", f)
	}
}
