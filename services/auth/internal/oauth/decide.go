package oauth

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/flow"
	"github.com/heddle-dev/heddle/services/auth/internal/scope"
)

// Decide ends a request with its person's answer.
func (s *Server) Decide(ctx context.Context, d authapi.Decision) (authapi.Redirect, error) {
	caller, err := s.present(ctx, d)
	if err != nil {
		return authapi.Redirect{}, err
	}
	req, found, err := load[request](ctx, s.Store.Get, flow.Request, d.ID)
	if err != nil || !found {
		return authapi.Redirect{}, cmp.Or(err, errGone())
	}
	var grant Begun
	if d.Grant {
		if err := req.recent(d.AuthTime, s.Now()); err != nil {
			return authapi.Redirect{}, err
		}
		if grant, err = s.granted(ctx, caller, req, d); err != nil {
			return authapi.Redirect{}, err
		}
	}
	if req, found, err = load[request](ctx, s.Store.Take, flow.Request, d.ID); err != nil || !found {
		return authapi.Redirect{}, cmp.Or(err, errGone())
	}
	if !d.Grant {
		return s.answerAt(req.Redirect, req.State, url.Values{"error": {authapi.AccessDenied}}), nil
	}
	code, err := s.code(ctx, coded{req, grant})
	if err != nil {
		return authapi.Redirect{}, err
	}
	return s.answerAt(req.Redirect, req.State, url.Values{"code": {code}}), nil
}

// present is the caller, if they are here in person and their session stands.
func (s *Server) present(ctx context.Context, d authapi.Decision) (who.Principal, error) {
	caller := who.From(ctx)
	if !caller.InPerson() {
		return caller, fault.New(fault.Denied, "oauth.in_person", "Only the person themselves can decide this.")
	}
	over, err := s.Standing.Over(ctx, who.Facts{User: caller.ID, Position: d.Position})
	if err == nil && over {
		err = fault.New(fault.Unauthenticated, "oauth.session_over", "Your session is over; sign in again.")
	}
	return caller, err
}

// recent holds the person's proof against what the client demands.
func (r request) recent(proved, now time.Time) error {
	old := r.MaxAge != nil && now.Sub(proved) > time.Duration(*r.MaxAge)*time.Second
	if old || slices.Contains(r.Prompt, "login") && proved.Before(r.Made) {
		return authapi.Refuse(authapi.LoginRequired, "The application wants you to sign in again.")
	}
	return nil
}

// granted is the grant that a decision would begin.
func (s *Server) granted(ctx context.Context, caller who.Principal, req request, d authapi.Decision) (Begun, error) {
	asked := req.asked()
	group := cmp.Or(d.Group, asked.Group)
	role, err := s.role(ctx, caller.ID, group, asked)
	if err != nil {
		return Begun{}, err
	}
	setup, err := s.setup(role.group, req.Setup, d.Setup)
	if err != nil {
		return Begun{}, err
	}
	lives := s.lifetime(req.Form, asked, role.group, d.Lifetime)
	return Begun{
		ID: grantID(), User: caller.ID, Client: req.Client, Group: role.group.Name, Setup: setup,
		Scopes: role.asked.Words(), AuthTime: d.AuthTime,
		Expires: s.Now().Add(lives), Lives: lives,
		Offline: req.Form == authapi.FormDIRAC || asked.Has(scope.OfflineAccess),
	}, nil
}

// lifetime is the least of all bounds.
func (s *Server) lifetime(f authapi.Form, asked scope.Request, g Group, chosen time.Duration) time.Duration {
	life := s.grantLifetime(f)
	if chosen > 0 {
		life = chosen
	}
	for _, bound := range []time.Duration{asked.Lifetime, g.Lifetime, scope.MaxLifetime} {
		if bound > 0 {
			life = min(life, bound)
		}
	}
	return life
}

// code keeps what a code stands for. What notices its replay is there before
// the code is, and stays for as long as a token of it can.
func (s *Server) code(ctx context.Context, c coded) (string, error) {
	code := secret()
	keep := s.CodeLifetime + max(s.AccessLifetime, s.DIRACLifetime)
	if err := add(ctx, s.Store, flow.CodeGrant, code, family{c.Grant.User, c.Grant.ID}, keep); err != nil {
		return "", err
	}
	return code, add(ctx, s.Store, flow.Code, code, c, s.CodeLifetime)
}
