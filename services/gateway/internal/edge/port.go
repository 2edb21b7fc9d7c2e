package edge

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/listen"
)

// TLS supplies the server side of TLS; *cert.Source does.
type TLS interface{ TLS() *tls.Config }

// recordHandshake is the first byte of every TLS connection (RFC 8446,
// section 5.1) and of no HTTP request.
const recordHandshake = 0x16

// port is a net.Listener over several addresses that tells HTTP and HTTPS
// apart by a connection's first byte. Nobody waits for anybody: each
// connection is looked at in its own goroutine, and has a deadline for it.
type port struct {
	raw    []net.Listener
	tls    *tls.Config
	wait   time.Duration
	refuse Refuse
	stall  time.Duration

	slots  chan struct{} // one for each open connection
	ready  chan net.Conn
	closed chan struct{}
	close  sync.Once
}

func newPort(cfg Config) *port {
	return &port{
		tls: cfg.TLS.TLS(), wait: cfg.Limits.HeaderTimeout, refuse: cfg.Refuse, stall: cfg.Limits.StallTimeout,
		slots: make(chan struct{}, cfg.Limits.Connections),
		ready: make(chan net.Conn), closed: make(chan struct{}),
	}
}

// listen binds the addresses; if one cannot be had, none is.
func (p *port) listen(addresses []string) error {
	if len(addresses) == 0 {
		return errors.New("edge: no address to listen on")
	}
	for _, address := range addresses {
		l, err := listen.TCP(context.Background(), address)
		if err != nil {
			_ = p.Close()
			return err
		}
		p.raw = append(p.raw, l)
	}
	for _, l := range p.raw {
		go p.acceptFrom(l)
	}
	return nil
}

// Accept implements net.Listener.
func (p *port) Accept() (net.Conn, error) {
	select {
	case c := <-p.ready:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (p *port) Close() error {
	p.close.Do(func() {
		close(p.closed)
		for _, l := range p.raw {
			_ = l.Close()
		}
	})
	return nil
}

// Addr implements net.Listener: the first address.
func (p *port) Addr() net.Addr { return p.raw[0].Addr() }

// acceptFrom runs until the port is closed. Accept fails for a while when
// files run out; waiting is all that helps then.
func (p *port) acceptFrom(l net.Listener) {
	for pause := time.Millisecond; ; {
		c, err := l.Accept()
		if err == nil {
			pause = time.Millisecond
			p.admit(c)
			continue
		}
		select {
		case <-p.closed:
			return
		case <-time.After(pause):
			pause = min(2*pause, time.Second)
		}
	}
}

// admit takes a connection in if there is room.
func (p *port) admit(c net.Conn) {
	select {
	case p.slots <- struct{}{}:
		go p.sort(&conn{Conn: c, release: sync.OnceFunc(func() { <-p.slots })})
	default:
		_ = c.SetDeadline(time.Now().Add(time.Second))
		_, _ = c.Write([]byte("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
		_ = c.Close()
	}
}

// sort finds out what the client speaks and hands the connection on.
func (p *port) sort(c *conn) {
	_ = c.SetDeadline(time.Now().Add(p.wait))
	var out net.Conn
	err := c.peek()
	switch {
	case err == nil && c.first[0] == recordHandshake:
		out, err = p.handshake(c)
	case err == nil:
		out = p.guard(c, nil)
	}
	if err != nil {
		_ = c.Close()
		return
	}
	_ = c.SetDeadline(time.Time{})
	select {
	case p.ready <- out:
	case <-p.closed:
		_ = c.Close()
	}
}

// handshake makes c a TLS connection. net/http wants HTTP/2 as a bare
// *tls.Conn; HTTP/1 is guarded like plain connections.
func (p *port) handshake(c *conn) (net.Conn, error) {
	t := tls.Server(c, p.tls)
	ctx, cancel := context.WithTimeout(context.Background(), p.wait)
	defer cancel()
	if err := t.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	state := t.ConnectionState()
	if state.NegotiatedProtocol == "h2" {
		return t, nil
	}
	return p.guard(t, &state), nil
}

func (p *port) guard(c net.Conn, state *tls.ConnectionState) *guard {
	return &guard{Conn: c, tls: state, refuse: p.refuse, stall: p.stall}
}
