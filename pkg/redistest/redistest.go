// Package redistest starts a server that speaks Redis's protocol inside a
// test. It is separate so that only tests link it. With the build tag
// "external", Real starts the machine's own redis-server instead, so that both
// can be held to the same conformance suite.
package redistest

import (
	"net"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// Control stops and starts the server, to play an outage.
type Control struct {
	m *miniredis.Miniredis
	l net.Listener

	mu    sync.Mutex
	down  bool
	conns []net.Conn
}

// Start runs a server on a free loopback port until the test ends and returns
// its address. Its clock for expiry is the real one, to the second.
func Start(t testing.TB) (addr string, c *Control) {
	t.Helper()
	m := miniredis.NewMiniRedis()
	first, err := m.Dial() // starts it without a listener of its own
	if err != nil {
		t.Fatalf("miniredis: %v", err)
	}
	first.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c = &Control{m: m, l: l}
	stop := make(chan struct{})
	// One sweep a second: miniredis's own clock (ClockTTL) sweeps every key on
	// every command.
	go tick(m, stop)
	go c.accept()
	t.Cleanup(func() { close(stop); l.Close(); c.Stop(); m.Close() })
	return l.Addr().String(), c
}

// Require has the server ask every new connection for a password.
func (c *Control) Require(password string) { c.m.RequireAuth(password) }

// accept keeps the port also while the server is down: given back, it might
// be another test's before we return to it.
func (c *Control) accept() {
	for {
		conn, err := c.l.Accept()
		if err != nil {
			return
		}
		c.mu.Lock()
		if c.down {
			cut(conn)
		} else {
			c.conns = append(c.conns, conn)
			c.m.Server().ServeConn(conn)
		}
		c.mu.Unlock()
	}
}

// cut resets a connection, as a machine that has died does.
func cut(conn net.Conn) {
	_ = conn.(*net.TCPConn).SetLinger(0)
	conn.Close()
}

func tick(m *miniredis.Miniredis, stop <-chan struct{}) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			m.FastForward(time.Second)
		case <-stop:
			return
		}
	}
}

// Pass lets d go by for everything that expires.
func (c *Control) Pass(d time.Duration) { c.m.FastForward(d) }

// Stop resets every connection, new ones too; the data stay.
func (c *Control) Stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.down = true
	for _, conn := range c.conns {
		cut(conn)
	}
	c.conns = nil
}

// Resume serves again with the same data, as after a network outage.
func (c *Control) Resume() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.down = false
}

// Restart stops the server and serves again without any data, as a Redis
// without persistence does.
func (c *Control) Restart() {
	c.Stop()
	c.m.FlushAll()
	c.Resume()
}
