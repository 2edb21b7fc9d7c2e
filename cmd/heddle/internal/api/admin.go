package api

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Change names what is to be different; what it leaves out stays.
type Change map[string]any

// all gets every page of a list.
func all[T any](ctx context.Context, c *Client, path, member string, query url.Values) ([]T, error) {
	q := url.Values{"limit": {"1000"}}
	for k, v := range query {
		q[k] = v
	}
	var out []T
	for {
		part, next, err := page[T](ctx, c, path, member, q)
		if err != nil {
			return nil, err
		}
		out = append(out, part...)
		if next == "" {
			return out, nil
		}
		q.Set("cursor", next)
	}
}

// page gets one page of a list and the cursor of the next.
func page[T any](ctx context.Context, c *Client, path, member string, q url.Values) (part []T, next string, err error) {
	var p map[string]json.RawMessage
	if err := c.call(ctx, request{method: "GET", path: path, query: q}, nil, &p); err != nil {
		return nil, "", err
	}
	if err := json.Unmarshal(p[member], &part); err != nil {
		return nil, "", err
	}
	if cursor := p["next"]; cursor != nil {
		err = json.Unmarshal(cursor, &next)
	}
	return part, next, err
}

// thing is the path of one of the things below /admin.
func thing(kind, name string, more ...string) string {
	path := "/admin/" + kind + "/" + url.PathEscape(name)
	for _, m := range more {
		path += "/" + url.PathEscape(m)
	}
	return path
}

// Users lists all users.
func (c *Client) Users(ctx context.Context) ([]authapi.Account, error) {
	return all[authapi.Account](ctx, c, "/admin/users", "users", nil)
}

// User gets one user.
func (c *Client) User(ctx context.Context, name string) (a authapi.Account, err error) {
	err = c.call(ctx, request{method: "GET", path: thing("users", name)}, nil, &a)
	return a, err
}

// AddUser makes a user.
func (c *Client) AddUser(ctx context.Context, r authapi.RegisterRequest) (a authapi.Account, err error) {
	err = c.call(ctx, request{method: "POST", path: "/admin/users"}, r, &a)
	return a, err
}

// ChangeUser changes a user's attributes.
func (c *Client) ChangeUser(ctx context.Context, name string, change Change) (a authapi.Account, err error) {
	err = c.call(ctx, request{method: "PATCH", path: thing("users", name)}, change, &a)
	return a, err
}

// ActOnUser does "disable", "enable", "sign-out", "password", "suspend" or
// "resume" to a user.
func (c *Client) ActOnUser(ctx context.Context, name, verb string, with Change) (a authapi.Account, err error) {
	r := request{method: "POST", path: thing("users", name, verb)}
	if with == nil {
		err = c.call(ctx, r, nil, &a)
	} else {
		err = c.call(ctx, r, with, &a)
	}
	return a, err
}

// Give adds a part, such as "groups", "users", to a user; Take removes it.
func (c *Client) Give(ctx context.Context, name string, part ...string) (a authapi.Account, err error) {
	err = c.call(ctx, request{method: "PUT", path: thing("users", name, part...)}, nil, &a)
	return a, err
}

// Take removes a part from a user.
func (c *Client) Take(ctx context.Context, name string, part ...string) (a authapi.Account, err error) {
	err = c.call(ctx, request{method: "DELETE", path: thing("users", name, part...)}, nil, &a)
	return a, err
}

// RemoveCertificate takes a certificate from a user.
func (c *Client) RemoveCertificate(ctx context.Context, name, dn string) (a authapi.Account, err error) {
	r := request{method: "DELETE", path: thing("users", name, "certificates"), query: url.Values{"dn": {dn}}}
	err = c.call(ctx, r, nil, &a)
	return a, err
}

// Group is a group as the API shows it: its lifetime is in seconds.
type Group struct {
	authapi.Group
	Lifetime int64 `json:"lifetime,omitempty"`
}

// Groups lists all groups.
func (c *Client) Groups(ctx context.Context) ([]Group, error) {
	return all[Group](ctx, c, "/admin/groups", "groups", nil)
}

// Roles lists all roles of core4.
func (c *Client) Roles(ctx context.Context) ([]authapi.Role, error) {
	return all[authapi.Role](ctx, c, "/admin/roles", "roles", nil)
}

// Clients lists all registered applications.
func (c *Client) Clients(ctx context.Context) ([]authapi.Registration, error) {
	return all[authapi.Registration](ctx, c, "/admin/clients", "clients", nil)
}

// One gets a group, role or client ("groups", NAME) into out.
func (c *Client) One(ctx context.Context, kind, name string, out any) error {
	return c.call(ctx, request{method: "GET", path: thing(kind, name)}, nil, out)
}

// Add makes a group, role or client.
func (c *Client) Add(ctx context.Context, kind string, what Change, out any) error {
	return c.call(ctx, request{method: "POST", path: "/admin/" + kind}, what, out)
}

// Set changes a group, role or client.
func (c *Client) Set(ctx context.Context, kind, name string, change Change, out any) error {
	return c.call(ctx, request{method: "PATCH", path: thing(kind, name)}, change, out)
}

// Remove removes a role or client.
func (c *Client) Remove(ctx context.Context, kind, name string) error {
	return c.call(ctx, request{method: "DELETE", path: thing(kind, name)}, nil, nil)
}

// NewSecret gives a client another secret; the old one is good for grace
// seconds more.
func (c *Client) NewSecret(ctx context.Context, id string, grace int64) (r authapi.RegistrationSecret, err error) {
	err = c.call(ctx, request{method: "POST", path: thing("clients", id, "secret")}, Change{"grace": grace}, &r)
	return r, err
}

// SigningKeys lists the keys that tokens are signed with.
func (c *Client) SigningKeys(ctx context.Context) ([]authapi.SigningKey, error) {
	keys, _, err := page[authapi.SigningKey](ctx, c, "/admin/keys", "keys", nil)
	return keys, err
}

// RotateKeys makes new ones.
func (c *Client) RotateKeys(ctx context.Context, r authapi.KeyRotation) ([]authapi.SigningKey, error) {
	var out authapi.SigningKeys
	err := c.call(ctx, request{method: "POST", path: "/admin/keys/rotate"}, r, &out)
	return out.Keys, err
}

// Audit gets up to n entries, newest first.
func (c *Client) Audit(ctx context.Context, q url.Values, n int) ([]authapi.AuditEntry, error) {
	var out []authapi.AuditEntry
	for n > 0 {
		q.Set("limit", strconv.Itoa(min(n, 1000)))
		part, next, err := page[authapi.AuditEntry](ctx, c, "/admin/audit", "entries", q)
		if err != nil {
			return nil, err
		}
		out = append(out, part[:min(n, len(part))]...)
		if n -= len(part); next == "" {
			break
		}
		q.Set("cursor", next)
	}
	return out, nil
}

// Slots compares what runners hold with what they say.
func (c *Client) Slots(ctx context.Context) (audit jobsapi.SlotAudit, err error) {
	err = c.call(ctx, request{method: "GET", path: "/admin/slots"}, nil, &audit)
	return audit, err
}
