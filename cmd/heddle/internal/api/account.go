package api

import (
	"context"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// Login gets an access token for a password.
func (c *Client) Login(ctx context.Context, name, password string) (t authapi.Token, err error) {
	err = c.call(ctx, request{method: "POST", path: "/login"}, authapi.PasswordRequest{Name: name, Password: password}, &t)
	return t, err
}

// Me is who the server takes us for.
type Me struct {
	who.Principal
	Account *authapi.Account `json:"account,omitempty"`
}

// Me says who the server takes us for.
func (c *Client) Me(ctx context.Context) (m Me, err error) {
	err = c.call(ctx, request{method: "GET", path: "/me"}, nil, &m)
	return m, err
}

// SignOut ends everything that was given to us.
func (c *Client) SignOut(ctx context.Context) error {
	return c.call(ctx, request{method: "POST", path: "/me/sign-out"}, nil, nil)
}
