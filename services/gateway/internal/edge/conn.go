package edge

import (
	"io"
	"net"
)

// conn is an accepted connection whose first byte was looked at, and which
// gives its slot back when it is closed.
type conn struct {
	net.Conn
	release func()
	first   [1]byte
	peeked  bool
}

// peek reads the first byte; Read will give it again.
func (c *conn) peek() error {
	_, err := io.ReadFull(c.Conn, c.first[:])
	c.peeked = err == nil
	return err
}

func (c *conn) Read(b []byte) (int, error) {
	if c.peeked && len(b) > 0 {
		c.peeked = false
		b[0] = c.first[0]
		return 1, nil
	}
	return c.Conn.Read(b)
}

func (c *conn) Close() error {
	defer c.release()
	return c.Conn.Close()
}

// CloseWrite ends our direction, so that a client can still read the answer
// to what it has not finished sending.
func (c *conn) CloseWrite() error { return closeWrite(c.Conn) }

func closeWrite(c net.Conn) error {
	if h, ok := c.(interface{ CloseWrite() error }); ok {
		return h.CloseWrite()
	}
	return nil
}
