package channel

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"

	"github.com/heddle-dev/heddle/pkg/rest/app"
)

// conn is one websocket. One goroutine reads what the client sends, one writes
// what waits for it, one looks at the queue, and one pings.
type conn struct {
	hub    *Hub
	ws     *websocket.Conn
	client Client
	out    chan []byte   // frames that wait
	look   chan struct{} // of capacity 1: the client listens to the queue from now on

	mu       sync.Mutex
	channels []string // that the client listens to

	end    sync.Once
	done   chan struct{} // closed at the end, when code and reason are set
	code   websocket.StatusCode
	reason string
}

// gone is the end of a connection that no word can be sent on any more.
const gone = websocket.StatusCode(0)

// writing bounds the sending of one frame.
const writing = 10 * time.Second

func newConn(h *Hub, ws *websocket.Conn, client Client) *conn {
	return &conn{hub: h, ws: ws, client: client, out: make(chan []byte, h.limits.Buffer),
		look: make(chan struct{}, 1), done: make(chan struct{})}
}

// finish ends the connection; the first reason is the one that is told.
func (c *conn) finish(code websocket.StatusCode, reason string) {
	c.end.Do(func() {
		c.code, c.reason = code, reason
		close(c.done)
	})
}

// run talks until the end.
func (c *conn) run(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var all sync.WaitGroup
	go c.read(ctx) // it ends when the websocket is closed
	all.Go(func() { c.watch(ctx) })
	all.Go(func() { c.ping(ctx) })
	c.write(ctx)
	cancel()
	all.Wait()
}

// close says goodbye, if there is still somebody to hear it.
func (c *conn) close() {
	if c.code == gone {
		_ = c.ws.CloseNow()
		return
	}
	_ = c.ws.Close(c.code, c.reason) // the client may be gone
}

// push has a frame sent without waiting for the client: one that does not keep
// up is cut off, and can come back and read the history.
func (c *conn) push(frame []byte) {
	select {
	case c.out <- frame:
	default:
		c.finish(websocket.StatusTryAgainLater, "too slow: too many messages wait")
	}
}

// answer has a frame sent; who sends without reading waits for themselves.
func (c *conn) answer(frame []byte) {
	select {
	case c.out <- frame:
	case <-c.done:
	}
}

// write sends what waits, until the end.
func (c *conn) write(ctx context.Context) {
	for {
		select {
		case <-c.done:
			return
		case <-c.hub.closing:
			c.finish(websocket.StatusGoingAway, "the gateway is about to go")
		case <-ctx.Done():
			c.finish(websocket.StatusPolicyViolation, "the credential does not stand any more")
		case frame := <-c.out:
			if err := c.send(frame); err != nil {
				c.finish(gone, "")
			}
		}
	}
}

func (c *conn) send(frame []byte) error {
	ctx, cancel := context.WithTimeout(context.Background(), writing)
	defer cancel()
	return c.ws.Write(ctx, websocket.MessageText, frame)
}

// read takes what the client sends. Its context is not that of the
// connection: the websocket would be closed with it, without a word.
func (c *conn) read(ctx context.Context) {
	for {
		kind, frame, err := c.ws.Read(context.Background())
		switch {
		case err != nil:
			c.finish(gone, "")
			return
		case ctx.Err() != nil: // until the client has heard of the end
		case kind != websocket.MessageText:
			c.finish(websocket.StatusUnsupportedData, "frames are of text")
		case !utf8.Valid(frame):
			c.finish(websocket.StatusInvalidFramePayloadData, "text is UTF-8")
		default:
			c.answer(c.take(ctx, frame))
		}
	}
}

// ping sees whether the client is there.
func (c *conn) ping(ctx context.Context) {
	tick := time.NewTicker(c.hub.limits.Ping)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		wait, cancel := context.WithTimeout(ctx, c.hub.limits.Ping)
		err := c.ws.Ping(wait)
		cancel()
		if err != nil {
			c.finish(gone, "")
			return
		}
	}
}

// watch tells a client who listens to the queue how it is, at first and when
// that has changed.
func (c *conn) watch(ctx context.Context) {
	tick := time.NewTicker(c.hub.limits.Interval)
	defer tick.Stop()
	var last []byte
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.look:
			last = nil
		case <-tick.C:
		}
		if !c.listens(Queue) {
			continue
		}
		data, err := c.client.Queue(ctx)
		if err != nil || bytes.Equal(data, last) {
			continue // at the next tick it is tried again
		}
		last = data
		c.push(summary(c.hub.now(), data))
	}
}

func (c *conn) listens(channel string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Contains(c.channels, channel)
}

// summary is the event of the channel queue.
func summary(now time.Time, data []byte) []byte {
	return frame(document{"name": "summary", "channel": Queue, "author": "heddle", "created": app.Stamp(now), "data": json.RawMessage(data)})
}
