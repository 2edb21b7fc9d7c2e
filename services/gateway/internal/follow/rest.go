package follow

import (
	"context"
	"errors"
	"time"
)

// A hub that nobody follows rests: to be handed every event and to read it is
// most of what a hub costs. It tails on, though, until its memory is full of
// what nobody wanted. So whoever comes back soon goes on from memory, and
// whoever comes back later would have had to read the journal anyway.

// errRest ends the tail of a hub that is to rest.
var errRest = errors.New("follow: nobody follows")

// rest makes the hub rest if nobody follows. It is called under the lock.
func (h *Hub) rest() bool {
	if h.present > 0 {
		return false
	}
	h.started, h.recent, h.bytes = false, nil, 0
	h.woken = make(chan struct{})
	select {
	case <-h.wake: // a call that the last rest did not need
	default:
	}
	return true
}

// enter counts somebody in who follows, and wakes the hub for them. After it
// the hub does not rest until they exit.
func (h *Hub) enter(ctx context.Context) error {
	h.mu.Lock()
	h.present++
	woken := h.woken
	h.mu.Unlock()
	if woken == nil {
		return nil
	}
	select {
	case h.wake <- struct{}{}:
	default: // it has been called
	}
	late := time.NewTimer(h.cfg.Patience)
	defer late.Stop()
	select {
	case <-woken:
		return nil
	case <-late.C:
		return unavailable(errors.New("the hub does not wake up"))
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *Hub) exit() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.present--
}

// called returns when somebody has come, or false when ctx ends.
func (h *Hub) called(ctx context.Context) bool {
	select {
	case <-h.wake:
		return true
	case <-ctx.Done():
		return false
	}
}

// rise ends the rest, if there is one, for all who wait for that. It is
// called under the lock.
func (h *Hub) rise() {
	if h.woken != nil {
		close(h.woken)
		h.woken = nil
	}
}
