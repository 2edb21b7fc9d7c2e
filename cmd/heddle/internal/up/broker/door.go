package broker

import (
	"context"
	"crypto/subtle"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/heddle-dev/heddle/pkg/who"
)

// Verify says who a name and password belong to that came from an address.
type Verify func(ctx context.Context, name, password string, from net.Addr) (who.Principal, error)

// door decides who may connect. Components hold the service token and may do
// everything. People log in with their name and password and may do one
// thing: listen to their own events (operators: to all).
type door struct {
	token  string
	verify atomic.Pointer[Verify]
	log    *slog.Logger
}

// Admit lets people in that verify knows.
func (b *Broker) Admit(verify Verify) { b.door.verify.Store(&verify) }

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
	verify := d.verify.Load()
	if verify == nil || opts.Username == "" {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	p, err := (*verify)(ctx, opts.Username, opts.Password, c.RemoteAddress())
	if err != nil || p.Anonymous() {
		d.log.Info("nats: login refused", "remote", c.RemoteAddress())
		return false
	}
	c.RegisterUser(&server.User{Username: p.Name, Permissions: follower(p)})
	return true
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
