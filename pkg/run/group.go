package run

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/oklog/run"
)

// Grace is how long a group waits for its actors once it ends.
const Grace = 15 * time.Second

// Actor is a part of a program that runs until its context ends.
type Actor struct {
	Name string
	Run  func(context.Context) error
}

// Group runs the actors together: the first to return ends the others, and
// its error is the group's. That ctx has ended is no error. Actors that are
// still busy after Grace are left behind and named in the error.
func Group(ctx context.Context, log *slog.Logger, actors ...Actor) error {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	var busy roll
	var g run.Group
	for _, a := range actors {
		busy.enter(a.Name)
		g.Add(func() error {
			defer busy.leave(a.Name)
			err := named(ctx, a.Name, a.Run(inner))
			if err != nil {
				log.Error("ended", "actor", a.Name, "err", err)
			}
			return err
		}, func(error) { cancel() })
	}
	done := make(chan error, 1)
	go func() { done <- g.Run() }()
	select {
	case err := <-done:
		return err
	case <-inner.Done():
	}
	select {
	case err := <-done:
		return err
	case <-time.After(Grace):
		return fmt.Errorf("still busy after %s: %s", Grace, busy.names())
	}
}

// named says whose error it is; a cancellation that was asked for is none.
func named(ctx context.Context, name string, err error) error {
	if err == nil || ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return nil
	}
	return fmt.Errorf("%s: %w", name, err)
}

// roll is who is still there.
type roll struct {
	mu   sync.Mutex
	here []string
}

func (r *roll) enter(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.here = append(r.here, name)
}

func (r *roll) leave(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if i := slices.Index(r.here, name); i >= 0 {
		r.here = slices.Delete(r.here, i, i+1)
	}
}

func (r *roll) names() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.here, ", ")
}
