package oauth

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/flow"
)

// Device is a device for the page that confirms it. Consent given before does
// not count: the person must see which device it is that they let in.
func (s *Server) Device(ctx context.Context, u authapi.UserCode) (authapi.Pending, error) {
	d, _, err := s.waiting(ctx, u.Code, u.Peer.Address)
	if err != nil {
		return authapi.Pending{}, err
	}
	c, err := s.Clients.Client(ctx, d.Client)
	if err != nil {
		return authapi.Pending{}, gone(err)
	}
	p, err := s.pending(ctx, d.UserCode, d.request, c)
	p.Consented, p.FormTarget, p.Expires = false, "", d.Expires
	return p, err
}

// DecideDevice keeps a person's answer; the first one counts.
func (s *Server) DecideDevice(ctx context.Context, d authapi.Decision) (authapi.Empty, error) {
	caller, err := s.present(ctx, d)
	if err != nil {
		return authapi.Empty{}, err
	}
	dev, name, err := s.waiting(ctx, d.ID, "")
	if err != nil {
		return authapi.Empty{}, err
	}
	answer := reply{Denied: !d.Grant}
	if d.Grant {
		if answer.Grant, err = s.granted(ctx, caller, dev.request, d); err != nil {
			return authapi.Empty{}, err
		}
	}
	err = add(ctx, s.Store, flow.DeviceReply, name, answer, dev.Expires.Sub(s.Now())+after)
	if errors.Is(err, flow.ErrTaken) {
		return authapi.Empty{}, errNoDevice()
	}
	if err != nil {
		return authapi.Empty{}, err
	}
	return authapi.Empty{}, s.Store.Drop(ctx, flow.UserCode, dev.UserCode)
}

// poll is a device that asks whether it was let in.
func (s *Server) poll(ctx context.Context, x exchange) (authapi.Tokens, error) {
	name, err := x.need("device_code")
	if err != nil {
		return authapi.Tokens{}, err
	}
	d, found, err := load[device](ctx, s.Store.Get, flow.Device, name)
	switch {
	case err != nil:
		return authapi.Tokens{}, err
	case !found || d.Client != x.client.ID:
		return authapi.Tokens{}, badGrant()
	case !s.Now().Before(d.Expires):
		return authapi.Tokens{}, authapi.Refuse(authapi.ExpiredToken, "The device code has expired; start again.")
	}
	if err := s.patience(ctx, name); err != nil {
		return authapi.Tokens{}, err
	}
	answer, found, err := load[reply](ctx, s.Store.Take, flow.DeviceReply, name)
	if err != nil {
		return authapi.Tokens{}, err
	}
	if !found {
		return authapi.Tokens{}, authapi.Refuse(authapi.AuthorizationPending, "Nobody has answered yet.")
	}
	if err := s.Store.Drop(ctx, flow.Device, name); err != nil {
		return authapi.Tokens{}, err
	}
	if answer.Denied {
		return authapi.Tokens{}, authapi.Refuse(authapi.AccessDenied, "The person said no.")
	}
	return s.begin(ctx, x, answer.Grant, "")
}

// patience refuses a device that asks sooner than it was told, and makes it
// wait longer each time. Half a second is the network's.
func (s *Server) patience(ctx context.Context, name string) error {
	data, err := s.Store.Get(ctx, flow.DeviceWait, name)
	if err != nil && !errors.Is(err, flow.ErrNone) {
		return err
	}
	extra, _ := strconv.ParseInt(string(data), 10, 64)
	wait := interval + time.Duration(extra)*time.Second - 500*time.Millisecond
	err = s.Store.Add(ctx, flow.DevicePoll, name, nil, wait)
	if !errors.Is(err, flow.ErrTaken) {
		return err
	}
	if _, err := s.Store.Count(ctx, flow.DeviceWait, name, slower, s.DeviceLifetime); err != nil {
		return err
	}
	return authapi.Refuse(authapi.SlowDown, "Too soon; wait %d seconds longer from now on.", slower)
}
