package api

import (
	"context"
	"net/url"

	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// NewToken is an API key to be made.
type NewToken struct {
	Name      string   `json:"name"`
	Scopes    []string `json:"scopes,omitempty"`
	Group     string   `json:"group,omitempty"`
	ExpiresIn int64    `json:"expires_in,omitempty"` // seconds
}

// CreateToken makes an API key; it needs a client that is InPerson.
func (c *Client) CreateToken(ctx context.Context, t NewToken) (k authapi.APIKeySecret, err error) {
	err = c.call(ctx, request{method: "POST", path: "/tokens"}, t, &k)
	return k, err
}

// Tokens lists the API keys of the caller, or, for operators, of a user.
func (c *Client) Tokens(ctx context.Context, user string) ([]authapi.APIKey, error) {
	return owned[authapi.APIKey](ctx, c, "tokens", user)
}

// RevokeToken ends an API key.
func (c *Client) RevokeToken(ctx context.Context, id string) error {
	return c.call(ctx, request{method: "DELETE", path: "/tokens/" + url.PathEscape(id)}, nil, nil)
}

// Grants lists what the caller, or, for operators, a user allowed applications.
func (c *Client) Grants(ctx context.Context, user string) ([]authapi.Grant, error) {
	return owned[authapi.Grant](ctx, c, "grants", user)
}

// RevokeGrant takes back what was allowed an application.
func (c *Client) RevokeGrant(ctx context.Context, id string) error {
	return c.call(ctx, request{method: "DELETE", path: "/grants/" + url.PathEscape(id)}, nil, nil)
}

func owned[T any](ctx context.Context, c *Client, kind, user string) ([]T, error) {
	if user == "" {
		return all[T](ctx, c, "/"+kind, kind, nil)
	}
	return all[T](ctx, c, "/admin/"+kind, kind, url.Values{"user": {user}})
}
