package channel

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/app"
)

// Hub is all websockets of a gateway. It reads the messages of all gateways
// from when the first one is there.
type Hub struct {
	store   Store
	limits  Limits
	rates   *rates
	now     func() time.Time
	closing <-chan struct{}

	begin sync.Once
	ready chan struct{} // closed when no message is missed any more

	mu    sync.Mutex
	conns map[*conn]bool
	users map[string]int // websockets of a user
}

// NewHub returns a hub that ends when closing is closed.
func NewHub(store Store, limits Limits, now func() time.Time, closing <-chan struct{}) *Hub {
	limits = limits.withDefaults()
	return &Hub{store: store, limits: limits, rates: newRates(limits, now), now: now, closing: closing,
		ready: make(chan struct{}), conns: map[*conn]bool{}, users: map[string]int{}}
}

// joining bounds the wait of a client for the messages to be followed.
const joining = 5 * time.Second

// Enter takes one of a user's places; leave gives it back. It returns when no
// message is missed any more.
func (h *Hub) Enter(ctx context.Context, user string) (leave func(), err error) {
	h.begin.Do(func() { go h.follow() })
	ctx, cancel := context.WithTimeout(ctx, joining)
	defer cancel()
	select {
	case <-h.ready:
	case <-ctx.Done():
		return nil, fault.Wrap(ctx.Err(), fault.Unavailable, "core4.messages", "Messages cannot be followed now; try again shortly.").WithRetry(2 * time.Second)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.users[user] >= h.limits.Connections {
		return nil, app.Error(http.StatusTooManyRequests, "there are %d websockets of yours here", h.limits.Connections)
	}
	h.users[user]++
	return sync.OnceFunc(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.users[user]--; h.users[user] == 0 {
			delete(h.users, user)
		}
	}), nil
}

// follow hands on what is said until the gateway closes.
func (h *Hub) follow() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		select {
		case <-h.closing:
			cancel()
		case <-ctx.Done():
		}
	}()
	h.store.Follow(ctx, sync.OnceFunc(func() { close(h.ready) }), h.deliver)
}

// deliver gives a message to all who listen to its channel. Nobody is waited for.
func (h *Hub) deliver(message []byte) {
	var e Event
	if json.Unmarshal(message, &e) != nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.conns {
		if c.listens(e.Channel) {
			c.push(message)
		}
	}
}

// Tell gives a frame to those who listen to a channel and should hear it. They
// are asked one after the other, and nobody is waited for.
func (h *Hub) Tell(channel string, frame []byte, hears func(Client) bool) {
	for _, c := range h.listeners(channel) {
		if hears(c.client) {
			c.push(frame)
		}
	}
}

// Heard reports whether anybody listens to a channel.
func (h *Hub) Heard(channel string) bool { return len(h.listeners(channel)) > 0 }

func (h *Hub) listeners(channel string) (out []*conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.conns {
		if c.listens(channel) {
			out = append(out, c)
		}
	}
	return out
}

// Serve talks to a client until one of them ends it, ctx ends or the gateway
// closes. The websocket is closed then.
func (h *Hub) Serve(ctx context.Context, ws *websocket.Conn, client Client) {
	ws.SetReadLimit(int64(h.limits.Frame))
	c := newConn(h, ws, client)
	h.mu.Lock()
	h.conns[c] = true
	h.mu.Unlock()
	c.run(ctx)
	h.mu.Lock()
	delete(h.conns, c)
	h.mu.Unlock()
	c.close()
}
