package authapi

import (
	"context"
	"encoding/json"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/who"
)

// OAuthEndpoints are public where it is a client that proves who it is, in the
// request itself; the decisions are their person's.
func OAuthEndpoints(o OAuth) []natsrpc.Endpoint {
	return []natsrpc.Endpoint{
		natsrpc.Handle(cmdAuthorize, who.Public, o.Authorize),
		natsrpc.Handle(qryPending, who.Public, o.Pending),
		natsrpc.Handle(cmdDecide, who.Authenticated, o.Decide),
		natsrpc.Handle(cmdFail, who.Public, o.Fail),
		natsrpc.Handle(cmdExchange, who.Public, o.Exchange),
		natsrpc.Handle(cmdDeviceStart, who.Public, o.StartDevice),
		natsrpc.Handle(qryDevice, who.Authenticated, o.Device),
		natsrpc.Handle(cmdDeviceDecide, who.Authenticated, o.DecideDevice),
		natsrpc.Handle(qryIntrospect, who.Public, o.Introspect),
		natsrpc.Handle(cmdRevoke, who.Public, o.Revoke),
		natsrpc.Handle(qryUserInfo, who.Authenticated, o.UserInfo),
		natsrpc.Handle(qryLogout, who.Public, o.Logout),
	}
}

// OAuthRPC is OAuth over NATS.
type OAuthRPC struct {
	authorize    func(context.Context, AuthorizeRequest) (Pending, error)
	pending      func(context.Context, PendingRequest) (Pending, error)
	decide       func(context.Context, Decision) (Redirect, error)
	fail         func(context.Context, Failure) (Redirect, error)
	exchange     func(context.Context, ExchangeRequest) (natsrpc.Encoded, error)
	startDevice  func(context.Context, ExchangeRequest) (Device, error)
	device       func(context.Context, UserCode) (Pending, error)
	decideDevice func(context.Context, Decision) (Empty, error)
	introspect   func(context.Context, ExchangeRequest) (json.RawMessage, error)
	revoke       func(context.Context, ExchangeRequest) (Empty, error)
	userInfo     func(context.Context, Empty) (json.RawMessage, error)
	logout       func(context.Context, LogoutRequest) (LogoutAnswer, error)
}

var _ OAuth = (*OAuthRPC)(nil)

// NewOAuthRPC returns OAuth as reached over nc.
func NewOAuthRPC(nc *nats.Conn) *OAuthRPC {
	c := natsrpc.NewClient(nc)
	// A code that is sent twice is a stolen one: what may have been done is
	// not repeated when the connection is lost.
	c.Away = 0
	return &OAuthRPC{
		authorize:    natsrpc.Call[AuthorizeRequest, Pending](c, cmdAuthorize),
		pending:      natsrpc.Call[PendingRequest, Pending](c, qryPending),
		decide:       natsrpc.Call[Decision, Redirect](c, cmdDecide),
		fail:         natsrpc.Call[Failure, Redirect](c, cmdFail),
		exchange:     natsrpc.Call[ExchangeRequest, natsrpc.Encoded](c, cmdExchange),
		startDevice:  natsrpc.Call[ExchangeRequest, Device](c, cmdDeviceStart),
		device:       natsrpc.Call[UserCode, Pending](c, qryDevice),
		decideDevice: natsrpc.Call[Decision, Empty](c, cmdDeviceDecide),
		introspect:   natsrpc.Call[ExchangeRequest, json.RawMessage](c, qryIntrospect),
		revoke:       natsrpc.Call[ExchangeRequest, Empty](c, cmdRevoke),
		userInfo:     natsrpc.Call[Empty, json.RawMessage](c, qryUserInfo),
		logout:       natsrpc.Call[LogoutRequest, LogoutAnswer](c, qryLogout),
	}
}

func (c *OAuthRPC) Authorize(ctx context.Context, r AuthorizeRequest) (Pending, error) {
	return c.authorize(ctx, r)
}

func (c *OAuthRPC) Pending(ctx context.Context, r PendingRequest) (Pending, error) {
	return c.pending(ctx, r)
}

func (c *OAuthRPC) Decide(ctx context.Context, r Decision) (Redirect, error) {
	return c.decide(ctx, r)
}

func (c *OAuthRPC) Fail(ctx context.Context, r Failure) (Redirect, error) {
	return c.fail(ctx, r)
}

func (c *OAuthRPC) Exchange(ctx context.Context, r ExchangeRequest) (natsrpc.Encoded, error) {
	return c.exchange(ctx, r)
}

func (c *OAuthRPC) StartDevice(ctx context.Context, r ExchangeRequest) (Device, error) {
	return c.startDevice(ctx, r)
}

func (c *OAuthRPC) Device(ctx context.Context, r UserCode) (Pending, error) {
	return c.device(ctx, r)
}

func (c *OAuthRPC) DecideDevice(ctx context.Context, r Decision) (Empty, error) {
	return c.decideDevice(ctx, r)
}

func (c *OAuthRPC) Introspect(ctx context.Context, r ExchangeRequest) (json.RawMessage, error) {
	return c.introspect(ctx, r)
}

func (c *OAuthRPC) Revoke(ctx context.Context, r ExchangeRequest) (Empty, error) {
	return c.revoke(ctx, r)
}

func (c *OAuthRPC) UserInfo(ctx context.Context, r Empty) (json.RawMessage, error) {
	return c.userInfo(ctx, r)
}

func (c *OAuthRPC) Logout(ctx context.Context, r LogoutRequest) (LogoutAnswer, error) {
	return c.logout(ctx, r)
}
