package authapi

import (
	"net/http"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// The error codes of the protocol: RFC 6749 sections 4.1.2.1 and 5.2, RFC
// 8628 section 3.5, RFC 6750 section 3.1, RFC 7009 section 2.2.1 and OpenID
// Connect Core sections 3.1.2.6 and 6.
const (
	InvalidRequest          = "invalid_request"
	InvalidClient           = "invalid_client"
	InvalidGrant            = "invalid_grant"
	InvalidScope            = "invalid_scope"
	InvalidToken            = "invalid_token"
	InsufficientScope       = "insufficient_scope"
	UnauthorizedClient      = "unauthorized_client"
	UnsupportedGrantType    = "unsupported_grant_type"
	UnsupportedResponseType = "unsupported_response_type"
	UnsupportedTokenType    = "unsupported_token_type"
	AccessDenied            = "access_denied"
	ServerError             = "server_error"
	TemporarilyUnavailable  = "temporarily_unavailable"
	LoginRequired           = "login_required"
	ConsentRequired         = "consent_required"
	InteractionRequired     = "interaction_required"
	RequestNotSupported     = "request_not_supported"
	RequestURINotSupported  = "request_uri_not_supported"
	AuthorizationPending    = "authorization_pending"
	SlowDown                = "slow_down"
	ExpiredToken            = "expired_token"
	refusalPrefix           = "oauth."
)

// Refuse makes the fault that says what the protocol's code says. Which
// status it gets is the protocol's: everything is 400, but for the codes that
// say otherwise.
func Refuse(code, format string, args ...any) *fault.Error {
	kind, status := fault.Invalid, http.StatusBadRequest
	switch code {
	case InvalidToken:
		kind, status = fault.Unauthenticated, http.StatusUnauthorized
	case InsufficientScope:
		kind, status = fault.Denied, http.StatusForbidden
	case ServerError:
		kind, status = fault.Internal, http.StatusInternalServerError
	case TemporarilyUnavailable:
		kind, status = fault.Unavailable, http.StatusServiceUnavailable
	}
	return fault.New(kind, refusalPrefix+code, format, args...).WithStatus(status)
}

// ErrorCode returns the protocol's code for any error: its own if Refuse made
// it, else what a client can make of it.
func ErrorCode(err error) string {
	f := fault.From(err)
	if f == nil {
		return ""
	}
	if code, ok := strings.CutPrefix(f.Code, refusalPrefix); ok {
		return code
	}
	switch f.Kind {
	case fault.Invalid, fault.Missing, fault.Conflict, fault.Unsupported:
		return InvalidRequest
	case fault.Unauthenticated:
		return InvalidClient
	case fault.Denied:
		return AccessDenied
	case fault.Exhausted:
		return SlowDown
	case fault.Unavailable, fault.Timeout:
		return TemporarilyUnavailable
	default:
		return ServerError
	}
}
