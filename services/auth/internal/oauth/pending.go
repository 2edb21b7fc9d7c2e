package oauth

import (
	"cmp"
	"context"
	"net/url"
	"slices"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/clientauth"
	"github.com/heddle-dev/heddle/services/auth/internal/flow"
	"github.com/heddle-dev/heddle/services/auth/internal/scope"
)

// Pending returns a kept request.
func (s *Server) Pending(ctx context.Context, r authapi.PendingRequest) (authapi.Pending, error) {
	req, found, err := load[request](ctx, s.Store.Get, flow.Request, r.ID)
	if err != nil || !found {
		return authapi.Pending{}, cmp.Or(err, errGone())
	}
	c, err := s.Clients.Client(ctx, req.Client)
	if err != nil {
		return authapi.Pending{}, gone(err)
	}
	return s.pending(ctx, r.ID, req, c)
}

// pending is a request as pages show it.
func (s *Server) pending(ctx context.Context, id string, req request, c clientauth.Client) (authapi.Pending, error) {
	asked := req.asked()
	p := authapi.Pending{
		ID: id, Form: req.Form, Client: card(c), Scopes: lines(asked),
		Lifetime: s.lifetime(req.Form, asked, Group{}, 0), Prompt: req.Prompt, MaxAge: req.MaxAge,
		LoginHint: req.LoginHint, FormTarget: origin(req.Redirect), Made: req.Made, Expires: req.Made.Add(requestLifetime),
	}
	return s.chosen(ctx, p, asked, req.Setup, c)
}

// chosen adds what depends on the caller. Consent given before counts for
// clients that prove who they are; a public one can be anybody's program (RFC
// 8252, section 8.6), unless the operator trusts it.
func (s *Server) chosen(ctx context.Context, p authapi.Pending, asked scope.Request, setup string, c clientauth.Client) (authapi.Pending, error) {
	caller := who.From(ctx)
	if caller.Anonymous() {
		return p, nil
	}
	if !caller.Operator() { // nobody is asked to give what they have not
		asked.Plain = without(asked.Plain, scope.Operator)
		p.Scopes = lines(asked)
	}
	groups, err := s.Users.Groups(ctx, caller.ID)
	if err != nil {
		return authapi.Pending{}, refusal(err)
	}
	may := fitting(groups, asked)
	for _, g := range may {
		p.Groups = append(p.Groups, g.Name)
		for _, one := range s.setups(g) {
			if !slices.Contains(p.Setups, one) && (setup == "" || setup == one) {
				p.Setups = append(p.Setups, one)
			}
		}
	}
	if len(may) != 1 || c.Public() && !c.Trusted || slices.Contains(p.Prompt, "consent") {
		return p, nil
	}
	p.Consented, err = s.Grants.Given(ctx, caller.ID, c.ID, may[0].Name, asked.Words())
	return p, err
}

// failures are what a request may end with that nobody decided.
var failures = []string{authapi.LoginRequired, authapi.InteractionRequired, authapi.ConsentRequired, authapi.ServerError}

// Fail ends a request that nobody decides.
func (s *Server) Fail(ctx context.Context, f authapi.Failure) (authapi.Redirect, error) {
	if !slices.Contains(failures, f.Code) {
		return authapi.Redirect{}, fault.New(fault.Invalid, "oauth.failure", "code must be one of %v.", failures)
	}
	req, found, err := load[request](ctx, s.Store.Take, flow.Request, f.ID)
	if err != nil || !found {
		return authapi.Redirect{}, cmp.Or(err, errGone())
	}
	return s.answerAt(req.Redirect, req.State, url.Values{"error": {f.Code}}), nil
}

func card(c clientauth.Client) authapi.ClientCard {
	return authapi.ClientCard{ID: c.ID, Name: c.Name, URL: c.URL, Icon: c.Icon}
}

func lines(r scope.Request) []authapi.ScopeText {
	var out []authapi.ScopeText
	for _, l := range r.Lines() {
		out = append(out, authapi.ScopeText{Scope: l.Word, Text: l.Text})
	}
	return out
}
