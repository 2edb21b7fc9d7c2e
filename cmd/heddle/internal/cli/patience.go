package cli

import (
	"context"
	"errors"
	"time"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
)

// patiently repeats a call that is safe to repeat while the server is
// overloaded or restarting, for at most half a minute.
func patiently(ctx context.Context, call func() error) error {
	give := time.Now().Add(30 * time.Second)
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		err := call()
		if err == nil || !temporary(err) || time.Now().After(give) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// temporary reports whether the same call may well succeed later. A server
// that never answered at all is not waited for: that is a wrong URL.
func temporary(err error) bool {
	var p *api.Problem
	return errors.As(err, &p) && problemCode(p.Status) == exitTemporary && p.Status != 500
}

func parseDuration(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err == nil && d <= 0 {
		err = errors.New("must be positive")
	}
	return d, err
}
