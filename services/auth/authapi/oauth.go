package authapi

import (
	"context"
	"encoding/json"

	"github.com/heddle-dev/heddle/pkg/natsrpc"
)

// OAuth is the authorization server without its HTTP. What the protocol
// refuses is a fault that Refuse made; ErrorCode gives its code back.
type OAuth interface {
	// Authorize checks an authorization request and keeps it.
	Authorize(context.Context, AuthorizeRequest) (Pending, error)
	// Pending returns a kept request, for the pages.
	Pending(context.Context, PendingRequest) (Pending, error)
	// Decide is the caller's own answer on the consent page; it says where the
	// browser goes next.
	Decide(context.Context, Decision) (Redirect, error)
	// Fail ends a kept request that nobody can decide, because nobody signs in.
	Fail(context.Context, Failure) (Redirect, error)
	// Exchange is the token endpoint, for every grant of both forms. The answer
	// is Tokens, as the client gets them.
	Exchange(context.Context, ExchangeRequest) (natsrpc.Encoded, error)
	// StartDevice is the device authorization endpoint (RFC 8628).
	StartDevice(context.Context, ExchangeRequest) (Device, error)
	// Device finds a device by its user code, for the confirmation page.
	Device(context.Context, UserCode) (Pending, error)
	// DecideDevice is the caller's own answer on that page.
	DecideDevice(context.Context, Decision) (Empty, error)
	// Introspect is RFC 7662, Revoke is RFC 7009.
	Introspect(context.Context, ExchangeRequest) (json.RawMessage, error)
	Revoke(context.Context, ExchangeRequest) (Empty, error)
	// UserInfo is what the caller's scopes let a client know of the caller.
	UserInfo(context.Context, Empty) (json.RawMessage, error)
	// Logout checks a logout that a client asks for, and says where it leads.
	Logout(context.Context, LogoutRequest) (LogoutAnswer, error)
}

// Form is which dialect asks: it fixes defaults, lifetimes and the fields of
// answers, and never a check.
type Form string

// The forms.
const (
	FormOIDC  Form = "oidc"  // /auth
	FormDIRAC Form = "dirac" // /oauth2
)
