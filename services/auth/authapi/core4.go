package authapi

import (
	"context"
	"time"
)

// Core4 makes what core4's clients carry. Credentials opens it again.
type Core4 interface {
	// IssueCore4 makes a token for a user whom the gateway has just resolved.
	IssueCore4(context.Context, Core4Request) (Core4Token, error)
	// RequestReset mails a link; it answers the same for an unknown address.
	RequestReset(context.Context, EmailRequest) (Empty, error)
	// Reset sets a password with the token of such a link, once.
	Reset(context.Context, ResetRequest) (Empty, error)
}

// Core4Request names a user. The token stands on the position of the
// credential that it continues, so that it cannot outlive a revocation that
// came between the two.
type Core4Request struct {
	User     string `json:"user"` // id
	Position uint64 `json:"position"`
}

// Core4Token is a token, and the same sealed as a cookie's value.
type Core4Token struct {
	unprinted
	Token   string    `json:"token"`
	Cookie  string    `json:"cookie"`
	Issued  time.Time `json:"issued"`
	Expires time.Time `json:"expires"` // of the token
}

// EmailRequest asks for a link to set a new password.
type EmailRequest struct {
	Email string `json:"email"`
	Peer  Peer   `json:"peer"`
}

// ResetRequest sets a new password.
type ResetRequest struct {
	unprinted
	Token    string `json:"token"`
	Password string `json:"password"`
	Peer     Peer   `json:"peer"`
}
