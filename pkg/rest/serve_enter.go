package rest

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// enter calls the hooks in the containers' order; exit calls those of the
// containers that were entered, in the reverse order.
func enter(ctx context.Context, containers []Container) (exit func() error, err error) {
	var entered []Container
	exit = sync.OnceValue(func() error {
		var errs []error
		for i := len(entered) - 1; i >= 0; i-- {
			if c := entered[i]; c.OnExit != nil {
				errs = append(errs, c.OnExit(context.WithoutCancel(ctx)))
			}
		}
		return errors.Join(errs...)
	})
	for _, c := range containers {
		if c.OnEnter != nil {
			if err := c.OnEnter(ctx); err != nil {
				return nil, errors.Join(fmt.Errorf("container %s: %w", c.Name, err), exit())
			}
		}
		entered = append(entered, c)
	}
	return exit, nil
}
