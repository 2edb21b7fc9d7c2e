package view

import (
	"container/heap"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// waiters holds those who wait for a position, the nearest first, so that a
// batch wakes exactly those whom it concerns.
type waiters struct {
	mu     sync.Mutex
	at     uint64
	heap   waiterHeap
	called chan struct{} // has room for one: somebody has begun to wait
}

func newWaiters() *waiters { return &waiters{called: make(chan struct{}, 1)} }

type waiter struct {
	position uint64
	index    int // in the heap
	reached  chan struct{}
}

func (w *waiters) position() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

// reach moves the position and wakes whoever waited for it.
func (w *waiters) reach(position uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = position
	for len(w.heap) > 0 && w.heap[0].position <= position {
		close(heap.Pop(&w.heap).(*waiter).reached)
	}
}

// call ends quiet.
func (w *waiters) call() {
	select {
	case w.called <- struct{}{}:
	default:
	}
}

// quiet returns when somebody waits, or after d, or with ctx.
func (w *waiters) quiet(ctx context.Context, d time.Duration) {
	w.mu.Lock()
	select { // one who has been served since
	case <-w.called:
	default:
	}
	waited := len(w.heap) > 0
	w.mu.Unlock()
	if waited {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-w.called:
	case <-t.C:
	case <-ctx.Done():
	}
}

// restart takes the position back to 0.
func (w *waiters) restart() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = 0
}

func (w *waiters) wait(ctx context.Context, position uint64) error {
	w.mu.Lock()
	if position <= w.at {
		w.mu.Unlock()
		return nil
	}
	me := &waiter{position: position, reached: make(chan struct{})}
	heap.Push(&w.heap, me)
	w.mu.Unlock()
	w.call()
	select {
	case <-me.reached:
		return nil
	case <-ctx.Done():
		return w.leave(ctx, me)
	}
}

// leave takes a waiter out whose time is up.
func (w *waiters) leave(ctx context.Context, me *waiter) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-me.reached: // in the last moment
		return nil
	default:
	}
	heap.Remove(&w.heap, me.index)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fault.Wrap(ctx.Err(), fault.Unavailable, "view.behind",
			"The newest changes cannot be shown yet; try again shortly.").WithRetry(time.Second)
	}
	return ctx.Err()
}

// waiterHeap is a heap.Interface by position.
type waiterHeap []*waiter

func (h waiterHeap) Len() int           { return len(h) }
func (h waiterHeap) Less(i, j int) bool { return h[i].position < h[j].position }
func (h waiterHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *waiterHeap) Push(x any) {
	me := x.(*waiter)
	me.index = len(*h)
	*h = append(*h, me)
}

func (h *waiterHeap) Pop() any {
	last := len(*h) - 1
	me := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return me
}
