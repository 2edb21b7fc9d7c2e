// Package natstest starts a real nats-server inside a test, in milliseconds,
// with JetStream on the test's own directory. It is separate so that only
// tests link a server, and so that all of them test against the real thing
// and not against somebody's idea of it.
package natstest

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/listen/listentest"
)

// Server is a nats-server that can be restarted on the same directory and
// address, which nobody else takes meanwhile: connections made with Conn find
// it again by themselves.
type Server struct {
	opts *server.Options

	mu  sync.Mutex
	srv *server.Server
}

// Start runs a server until the test ends. Each change may adjust its options
// before it starts, for instance to limit the storage.
func Start(t testing.TB, changes ...func(*server.Options)) *Server {
	t.Helper()
	s := &Server{opts: &server.Options{
		ServerName: strings.NewReplacer("/", "-", " ", "-").Replace(t.Name()),
		Host:       listentest.Host(), Port: server.RANDOM_PORT,
		NoLog: true, NoSigs: true,
		JetStream: true, StoreDir: t.TempDir(),
		JetStreamMaxMemory: 256 << 20, JetStreamMaxStore: 4 << 30,
		SyncInterval: 250 * time.Millisecond,
	}}
	for _, change := range changes {
		change(s.opts)
	}
	s.start(t)
	t.Cleanup(s.Stop)
	return s
}

func (s *Server) start(t testing.TB) {
	t.Helper()
	// The server keeps and changes the options it is given.
	srv, err := server.NewServer(s.opts.Clone())
	if err != nil {
		t.Fatalf("nats-server: %v", err)
	}
	srv.Start()
	if !srv.ReadyForConnections(10 * time.Second) {
		t.Fatal("nats-server did not get ready")
	}
	s.opts.Port = srv.Addr().(*net.TCPAddr).Port
	s.mu.Lock()
	s.srv = srv
	s.mu.Unlock()
}

func (s *Server) server() *server.Server {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.srv
}

// URL is the server's address on the loopback interface.
func (s *Server) URL() string { return s.server().ClientURL() }

// Dir is the directory that JetStream writes to.
func (s *Server) Dir() string { return s.opts.StoreDir }

// Restart stops the server and starts it on the same directory and port.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.Stop()
	s.start(t)
}

// Begin starts a server that was stopped.
func (s *Server) Begin(t testing.TB) { t.Helper(); s.start(t) }

// Change adjusts the options that the next start uses.
func (s *Server) Change(change func(*server.Options)) { change(s.opts) }

// Stop ends the server; clients see a lost connection. Stopping twice is fine.
func (s *Server) Stop() {
	srv := s.server()
	srv.Shutdown()
	srv.WaitForShutdown()
}

// InProcessConn lets nats.InProcessServer reach the server as it is now, also
// after a restart.
func (s *Server) InProcessConn() (net.Conn, error) {
	srv := s.server()
	if !srv.Running() {
		return nil, errors.New("natstest: the server is stopped")
	}
	return srv.InProcessConn()
}

// Conn returns a new in-process connection that reconnects for ever and is
// closed when the test ends.
func (s *Server) Conn(t testing.TB) *nats.Conn {
	t.Helper()
	nc, err := nats.Connect("", nats.InProcessServer(s), nats.MaxReconnects(-1),
		nats.ReconnectWait(5*time.Millisecond), nats.ReconnectJitter(0, 0),
		nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {})) // else printed
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	t.Cleanup(nc.Close)
	return nc
}

// Connected returns when nc is connected again, or fails the test.
func Connected(t testing.TB, nc *nats.Conn) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	status := nc.StatusChanged(nats.CONNECTED)
	defer nc.RemoveStatusListener(status)
	if nc.IsConnected() {
		return
	}
	select {
	case <-status:
	case <-ctx.Done():
		t.Fatal("not connected again within 10 s")
	}
}
