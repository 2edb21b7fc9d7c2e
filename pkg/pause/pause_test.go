package pause_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/pause"
)

func TestFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		limit, want time.Duration
		err         error
	}{
		"the time is over":  {time.Hour, time.Minute, nil},
		"nobody waits more": {time.Second, time.Second, context.DeadlineExceeded},
		"nobody ever did":   {0, 0, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), c.limit)
				defer cancel()
				begin := time.Now()
				err := pause.For(ctx, time.Minute)
				if d := time.Since(begin); d != c.want || !errors.Is(err, c.err) {
					t.Errorf("%v after %v", err, d)
				}
			})
		})
	}
}
