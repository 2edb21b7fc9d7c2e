package esnats

import (
	"context"
	"sync"
)

// shared lets callers who ask the same thing at the same time share one
// question. Nobody is given an answer to a question that was asked before
// they came, since it may be older than what they have already seen.
type shared[T any] struct {
	ask func(context.Context) (T, error)

	mu   sync.Mutex
	busy bool
	next *answer[T] // to a question that is not asked yet
}

type answer[T any] struct {
	done  chan struct{}
	value T
	err   error
}

func (s *shared[T]) get(ctx context.Context) (T, error) {
	s.mu.Lock()
	a := s.next
	if a == nil {
		a = &answer[T]{done: make(chan struct{})}
		s.next = a
	}
	if !s.busy {
		s.busy = true
		go s.run()
	}
	s.mu.Unlock()
	select {
	case <-a.done:
		return a.value, a.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// run asks until nobody waits for an answer.
func (s *shared[T]) run() {
	for {
		s.mu.Lock()
		a := s.next
		s.next = nil
		s.busy = a != nil
		s.mu.Unlock()
		if a == nil {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		a.value, a.err = s.ask(ctx)
		cancel()
		close(a.done)
	}
}
