package oauth

import (
	"context"
	"crypto/rand"
	"errors"
	"math/big"
	"net/url"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/flow"
)

// device is a device that waits for its person (RFC 8628).
type device struct {
	request
	UserCode string    `json:"user_code"`
	Expires  time.Time `json:"expires"`
}

// reply is what the person said.
type reply struct {
	Denied bool  `json:"denied,omitempty"`
	Grant  Begun `json:"grant"`
}

const (
	// letters are easy to read out: no vowels, so no words, and none that look
	// alike (RFC 8628, section 6.1). Eight are 34 bits.
	letters = "BCDFGHJKLMNPQRSTVWXZ"
	// interval is how often a device may ask, slower how much longer it waits
	// each time that it asks too soon.
	interval = 5 * time.Second
	slower   = 5
	// after is how long a device is remembered beyond its end, to tell it so.
	after = 10 * time.Minute
)

// StartDevice is the device authorization endpoint.
func (s *Server) StartDevice(ctx context.Context, r authapi.ExchangeRequest) (authapi.Device, error) {
	p, err := sent(r)
	if err != nil {
		return authapi.Device{}, err
	}
	x, err := s.client(ctx, p, r, deviceGrant)
	if err != nil {
		return authapi.Device{}, err
	}
	asked, err := p.scopes(x.client)
	if err == nil {
		err = s.knownSetup(p["setup"])
	}
	if err != nil {
		return authapi.Device{}, err
	}
	now, name := s.Now(), secret()
	d := device{
		request: request{Form: r.Form, Client: x.client.ID, Scope: asked.String(), Setup: p["setup"], Made: now},
		Expires: now.Add(s.DeviceLifetime),
	}
	if d.UserCode, err = s.userCode(ctx, name); err != nil {
		return authapi.Device{}, err
	}
	if err := add(ctx, s.Store, flow.Device, name, d, s.DeviceLifetime+after); err != nil {
		return authapi.Device{}, err
	}
	page := strings.TrimSuffix(s.Issuer, "/") + "/auth/device"
	return authapi.Device{
		DeviceCode: name, UserCode: d.UserCode, VerificationURI: page,
		VerificationURIComplete: page + "?" + url.Values{"user_code": {d.UserCode}}.Encode(),
		ExpiresIn:               int64(s.DeviceLifetime / time.Second), Interval: int64(interval / time.Second),
	}, nil
}

// userCode takes a code that no other device has.
func (s *Server) userCode(ctx context.Context, device string) (string, error) {
	for range 5 {
		code := newUserCode()
		err := add(ctx, s.Store, flow.UserCode, code, device, s.DeviceLifetime)
		if !errors.Is(err, flow.ErrTaken) {
			return code, err
		}
	}
	return "", authapi.Refuse(authapi.TemporarilyUnavailable, "Too many devices wait; try again shortly.")
}

func newUserCode() string {
	var b strings.Builder
	for i := range 8 {
		if i == 4 {
			b.WriteByte('-')
		}
		n, _ := rand.Int(rand.Reader, big.NewInt(int64(len(letters)))) // its reader never fails
		b.WriteByte(letters[n.Int64()])
	}
	return b.String()
}

// typed is a user code as it was given out, however it was typed in.
func typed(code string) string {
	code = strings.Map(func(c rune) rune {
		if strings.ContainsRune(letters, c) {
			return c
		}
		return -1
	}, strings.ToUpper(code[:min(len(code), 64)]))
	if len(code) != 8 {
		return code
	}
	return code[:4] + "-" + code[4:]
}

// waiting finds the device of a user code. Wrong codes are counted: there are
// few enough of them to be guessed.
func (s *Server) waiting(ctx context.Context, code, address string) (device, string, error) {
	try, err := s.Guesses.Reserve(ctx, who.From(ctx).ID, address)
	if err != nil {
		return device{}, "", err
	}
	d, name, found, err := s.find(ctx, typed(code))
	switch {
	case err != nil:
		try.Good(ctx) // nobody knows whether it was wrong
		return device{}, "", err
	case !found:
		try.Bad(ctx)
		return device{}, "", errNoDevice()
	default:
		try.Good(ctx)
		return d, name, nil
	}
}

func (s *Server) find(ctx context.Context, code string) (d device, name string, found bool, err error) {
	name, found, err = load[string](ctx, s.Store.Get, flow.UserCode, code)
	if err != nil || !found {
		return d, name, false, err
	}
	d, found, err = load[device](ctx, s.Store.Get, flow.Device, name)
	return d, name, found && s.Now().Before(d.Expires), err
}

func errNoDevice() error {
	return authapi.Refuse(authapi.InvalidRequest, "No device waits with this code; look at its screen again.")
}
