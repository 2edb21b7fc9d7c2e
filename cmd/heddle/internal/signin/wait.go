package signin

import (
	"context"
	"errors"
	"net/url"
	"time"

	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// What a person can have done with the code.
var (
	ErrRefused = errors.New("the sign-in was refused in the browser")
	ErrTooLate = errors.New("nobody has entered the code in time; run `heddle login` again for another")
)

// Sleep waits, or ends with the context.
type Sleep func(context.Context, time.Duration) error

// Wait asks until the person has decided, as often as the server lets it
// (RFC 8628, section 3.5).
func (s Server) Wait(ctx context.Context, d authapi.Device, sleep Sleep) (authapi.Tokens, error) {
	interval := max(time.Duration(d.Interval)*time.Second, time.Second)
	for left := time.Duration(d.ExpiresIn) * time.Second; left > 0; left -= interval {
		if err := sleep(ctx, interval); err != nil {
			return authapi.Tokens{}, err
		}
		var t authapi.Tokens
		err := s.post(ctx, "/auth/token", url.Values{"grant_type": {deviceGrant}, "device_code": {d.DeviceCode}}, &t)
		switch {
		case err == nil:
			return t, nil
		case ctx.Err() != nil:
			return t, ctx.Err()
		case Is(err, authapi.AuthorizationPending):
		case Is(err, authapi.SlowDown):
			interval += 5 * time.Second
		case Is(err, authapi.AccessDenied):
			return t, ErrRefused
		case Is(err, authapi.ExpiredToken):
			return t, ErrTooLate
		case passing(err):
			interval = min(2*interval, time.Minute)
		default:
			return t, err
		}
	}
	return authapi.Tokens{}, ErrTooLate
}

// Pause is the Sleep of real life.
func Pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
