package broker

import (
	"context"
	"crypto/subtle"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/heddle-dev/heddle/pkg/rest/miniapp"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Verify says who a name and password belong to that came from an address.
type Verify func(ctx context.Context, name, password string, from net.Addr) (who.Principal, error)

// VerifyToken says who an API key or access token belongs to that came from an
// address.
type VerifyToken func(ctx context.Context, token string, from net.Addr) (who.Principal, error)

// door decides who may connect. Components hold the service token and may do
// everything. People log in with their name and password and may do one
// thing: listen to their own events (operators: to all). Programs show a token
// and may do one thing: ask the gateway to take them in.
type door struct {
	token  string
	verify atomic.Pointer[Verify]
	tokens atomic.Pointer[VerifyToken]
	log    *slog.Logger
}

// Admit lets people in that verify knows, and programs whose tokens tokens
// knows.
func (b *Broker) Admit(verify Verify, tokens VerifyToken) {
	b.door.verify.Store(&verify)
	b.door.tokens.Store(&tokens)
}

// patience bounds a login; the server's own limit is 2 s.
const patience = 1500 * time.Millisecond

// Check implements server.Authentication.
func (d *door) Check(c server.ClientAuthentication) bool {
	opts := c.GetOpts()
	if opts.Username == serviceUser {
		if subtle.ConstantTimeCompare([]byte(opts.Password), []byte(d.token)) != 1 {
			return false
		}
		c.RegisterUser(&server.User{Username: serviceUser})
		return true
	}
	p, may, err := d.admit(opts, c.RemoteAddress())
	if err != nil || p.Anonymous() {
		d.log.Info("nats: login refused", "remote", c.RemoteAddress())
		return false
	}
	c.RegisterUser(&server.User{Username: p.Name, Permissions: may})
	return true
}

// admit says who connects and what they may do; nobody may do nothing.
func (d *door) admit(opts *server.ClientOpts, from net.Addr) (who.Principal, *server.Permissions, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	verify, tokens := d.verify.Load(), d.tokens.Load()
	switch {
	case verify != nil && opts.Username != "":
		p, err := (*verify)(ctx, opts.Username, opts.Password, from)
		return p, follower(p), err
	case tokens != nil && opts.Username == "" && opts.Token != "":
		p, err := (*tokens)(ctx, opts.Token, from)
		return p, program(opts.Token), err
	default:
		return who.Principal{}, nil, nil
	}
}

// program is what a program that joins may do: ask, and hear its answer.
func program(token string) *server.Permissions {
	return &server.Permissions{
		Publish:   &server.SubjectPermission{Allow: []string{miniapp.Subject}},
		Subscribe: &server.SubjectPermission{Allow: []string{miniapp.Inbox(token) + ".>"}},
	}
}

// follower is what a person may do: publish nothing, hear their own.
func follower(p who.Principal) *server.Permissions {
	own := "evt.*.*." + p.ID + ".>"
	if p.Operator() {
		own = "evt.>"
	}
	return &server.Permissions{
		Publish:   &server.SubjectPermission{Deny: []string{">"}},
		Subscribe: &server.SubjectPermission{Allow: []string{own}},
	}
}
