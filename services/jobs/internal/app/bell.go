package app

import "sync"

// Bell wakes everybody who waits for jobs to be queued. The zero Bell is
// ready to use.
type Bell struct {
	mu   sync.Mutex
	next chan struct{}
}

// Ring wakes all who wait now.
func (b *Bell) Ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next != nil {
		close(b.next)
		b.next = nil
	}
}

// Heard returns a channel that is closed by the next Ring.
func (b *Bell) Heard() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next == nil {
		b.next = make(chan struct{})
	}
	return b.next
}
