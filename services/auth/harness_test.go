package auth_test

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

const issuer = "http://heddle.test"

// replica is a running service.
type replica struct {
	*auth.Service
	log  *logged
	dir  string
	stop func() // ends it and waits; safe to call twice
}

// run starts a service on its own read model and does not wait for it.
func run(t testing.TB, nc *nats.Conn, cfg auth.Config, first func(name, password string)) replica {
	t.Helper()
	r := replica{log: new(logged), dir: t.TempDir()}
	cfg.Issuer, cfg.DataDir = issuer, r.dir
	r.Service = auth.New(cfg, auth.Deps{NATS: nc, FirstPassword: first,
		Log: slog.New(slog.NewJSONHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	r.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Cleanup(r.stop)
	return r
}

// await waits until the replica serves.
func (r replica) await(t testing.TB) replica {
	t.Helper()
	select {
	case <-r.Ready():
	case <-time.After(30 * time.Second):
		t.Fatalf("not ready after 30 s:\n%s", r.log)
	}
	return r
}

// caller is the service as components call it.
type caller struct {
	*authapi.Client
	*authapi.CredentialsRPC
}

func dial(nc *nats.Conn) *caller {
	return &caller{authapi.NewClient(nc), authapi.NewCredentialsRPC(nc)}
}

// Verify says whose a name and a password are.
func (c *caller) Verify(ctx context.Context, r authapi.PasswordRequest) (who.Principal, error) {
	known, err := c.Password(ctx, signIn(r.Name, r.Password))
	return known.Principal, err
}

// start is one replica with the demo's users, and a client of it.
func start(t *testing.T) (*caller, *natstest.Server) {
	t.Helper()
	s := natstest.Start(t)
	run(t, s.Conn(t), auth.Config{Demo: true}, nil).await(t)
	return dial(s.Conn(t)), s
}

// operator is a context in which calls are an operator's.
func operator(t *testing.T) context.Context {
	return who.With(t.Context(), who.Principal{ID: "op", Name: "op", Roles: []string{who.RoleOperator}})
}

// logged is a log's text.
type logged struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

func openStream(t *testing.T, s *natstest.Server, name string) jetstream.Stream {
	t.Helper()
	js, err := jetstream.New(s.Conn(t))
	if err != nil {
		t.Fatal(err)
	}
	st, err := js.Stream(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func signIn(name, password string) authapi.PasswordProof {
	return authapi.PasswordProof{Name: name, Password: password}
}

func pw(name, password string) authapi.PasswordRequest {
	return authapi.PasswordRequest{Name: name, Password: password}
}
