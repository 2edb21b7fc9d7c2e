package rest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/miniapp"
	"github.com/heddle-dev/heddle/pkg/who"
)

// joined is a program that is a part of a gateway. It answers nobody else.
type joined struct {
	*program
	reg    miniapp.Registration
	caller *miniapp.Verifier
}

func newJoined(p *program) *joined {
	reg := miniapp.Registration{
		Token: miniapp.Secret(p.cfg.Token), Instance: miniapp.NewInstance(), Key: miniapp.NewKey(), Program: p.Name, URL: p.cfg.Announce,
	}
	for _, c := range p.containers {
		reg.Apps = append(reg.Apps, miniapp.App{
			Name: c.Name, Root: c.Root, Title: c.Title, Doc: c.Doc, Cards: c.Listing(), Routes: registered(c), Permissions: c.Find != nil,
			Handlers: slices.Clone(c.Handlers), OpenAPI: c.OpenAPI})
	}
	if left := reg.Fit(); len(left) > 0 {
		p.log.Warn("handlers are not told to the gateway, so that no listing there has them", "handlers", left)
	}
	return &joined{p, reg, miniapp.NewVerifier(reg.Key, time.Now)}
}

// registered are the routes that a gateway is told of. Where the container
// finds its routes by itself, the gateway sends it all there is under the root,
// and who may have it is the program's to say.
func registered(c Container) []miniapp.Route {
	if c.Find != nil {
		return []miniapp.Route{{Pattern: "/{rest...}", Access: who.Public.Name, Title: c.Title}}
	}
	var out []miniapp.Route
	for _, r := range c.Routes {
		out = append(out, miniapp.Route{Pattern: r.Pattern, Access: told(r.Access), Title: r.Doc.Title})
	}
	return out
}

// told is the rule that a gateway is asked to enforce. Of a rule that only the
// program knows it enforces the beginning, that somebody must be signed in; the
// program enforces all of it, here as everywhere.
func told(rule who.Rule) string {
	if _, known := who.Named(rule.Name); known {
		return rule.Name
	}
	if rule.Check(who.Principal{}) == nil {
		return who.Public.Name
	}
	return who.Authenticated.Name
}

// listen takes a port that is this process's alone, since the gateway must
// reach the one that registered.
func (j *joined) listen(ctx context.Context) (net.Listener, error) {
	port := 0
	if j.cfg.Announce != "" {
		port = j.cfg.Port
	}
	l, err := listenAlone(ctx, j.cfg.at(port))
	if err != nil || !j.cfg.Encrypts() {
		return l, err
	}
	identity, pin, err := miniapp.NewIdentity(j.Name)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	j.reg.Pin = pin
	return tls.NewListener(l, miniapp.Listening(identity)), nil
}

// fit makes the containers believe the gateway and nobody else. Routes that
// ask for themselves are told what the gateway says.
func (j *joined) fit(containers []Container) []Container {
	out := slices.Clone(containers)
	for i := range out {
		out[i].Authenticate = func(_ http.ResponseWriter, r *http.Request) (who.Principal, error) {
			return callerOf(r.Context()).Principal, nil
		}
	}
	return out
}

type callerKey struct{}

func callerOf(ctx context.Context) miniapp.Caller {
	c, _ := ctx.Value(callerKey{}).(miniapp.Caller)
	return c
}

// Permissions are core4's permissions of the caller of a request that came
// through a gateway, as far as the credential tells them.
func Permissions(ctx context.Context) []string { return callerOf(ctx).Permissions }

// around refuses what does not come from a gateway that took the registration.
func (j *joined) around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == miniapp.ChallengePath {
			miniapp.Answer(w, r, j.reg.Key)
			return
		}
		c, err := j.caller.Verify(r.Header.Get(miniapp.HeaderCaller), r.Method, r.RequestURI)
		if err != nil {
			Problem(w, r, fault.From(err))
			return
		}
		r.Header.Del(miniapp.HeaderCaller)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, c)))
	})
}

// begin joins, and keeps the lease until ctx ends.
func (j *joined) begin(ctx context.Context, at net.Addr) (string, func(), error) {
	if j.reg.URL == "" {
		j.reg.URL = map[bool]string{false: "http://", true: "https://"}[j.cfg.Encrypts()] + at.String()
	}
	m, err := miniapp.NewMember(j.cfg.Join, j.reg, j.log)
	if err != nil {
		return "", nil, fmt.Errorf("join: %w", err)
	}
	lease, err := m.Join(ctx)
	if err != nil {
		m.Close()
		return "", nil, fmt.Errorf("join: %w", err)
	}
	left := make(chan struct{})
	go func() {
		defer close(left)
		defer m.Close()
		m.Keep(ctx, lease)
	}()
	return lease.URL, func() { <-left }, nil
}
