package oauth_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// protocol is an authorization server that lets everything pass, and notes
// what it was asked.
type protocol struct {
	authapi.OAuth
	mu        sync.Mutex
	pending   map[string]authapi.Pending
	refuse    map[string]error // by method
	asked     []authapi.AuthorizeRequest
	exchanged []authapi.ExchangeRequest
	decided   []authapi.Decision
	deciders  []who.Principal
	failed    []authapi.Failure
	logout    authapi.LogoutAnswer
	made      func() time.Time
}

const target = "https://app.example"

func (p *protocol) Authorize(ctx context.Context, r authapi.AuthorizeRequest) (authapi.Pending, error) {
	p.mu.Lock()
	p.asked = append(p.asked, r)
	p.mu.Unlock()
	if err := p.refuse["Authorize"]; err != nil {
		return authapi.Pending{}, err
	}
	if r.Params.Get("refused") != "" {
		return authapi.Pending{Refused: target + "/cb?error=invalid_scope"}, nil
	}
	q := authapi.Pending{
		ID: "req1", Form: r.Form, Client: authapi.ClientCard{ID: "c1", Name: "<b>Portal</b>", URL: "https://app.example"},
		Scopes: []authapi.ScopeText{{Scope: "api", Text: "Do everything that you may."}}, Lifetime: 24 * time.Hour,
		Prompt: strings.Fields(r.Params.Get("prompt")), FormTarget: target, Made: p.made(), Expires: p.made().Add(15 * time.Minute),
		Consented: r.Params.Get("consented") != "",
	}
	if age := r.Params.Get("max_age"); age != "" {
		n := int64(len(age)) // as many seconds as letters
		q.MaxAge = &n
	}
	p.mu.Lock()
	p.pending[q.ID] = q
	p.mu.Unlock()
	return p.Pending(ctx, authapi.PendingRequest{ID: q.ID})
}

func (p *protocol) Pending(ctx context.Context, r authapi.PendingRequest) (authapi.Pending, error) {
	if err := p.refuse["Pending"]; err != nil {
		return authapi.Pending{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	q, ok := p.pending[r.ID]
	if !ok {
		return q, authapi.Refuse(authapi.InvalidRequest, "This sign-in has expired; start again at the application.")
	}
	if who.From(ctx).Anonymous() {
		q.Consented = false
	} else {
		q.Groups, q.Setups = []string{"users", "physics"}, []string{"Production"}
	}
	return q, nil
}

func (p *protocol) Decide(ctx context.Context, d authapi.Decision) (authapi.Redirect, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.refuse["Decide"]; err != nil {
		return authapi.Redirect{}, err
	}
	p.decided, p.deciders = append(p.decided, d), append(p.deciders, who.From(ctx))
	delete(p.pending, d.ID)
	if !d.Grant {
		return authapi.Redirect{URL: target + "/cb?error=access_denied"}, nil
	}
	return authapi.Redirect{URL: target + "/cb?code=abc"}, nil
}

func (p *protocol) Fail(_ context.Context, f authapi.Failure) (authapi.Redirect, error) {
	p.failed = append(p.failed, f)
	return authapi.Redirect{URL: target + "/cb?error=" + f.Code}, nil
}

// note keeps a request as the service reads it.
func (p *protocol) note(r authapi.ExchangeRequest) {
	r, _ = r.Read()
	p.exchanged = append(p.exchanged, r)
}

func (p *protocol) Exchange(_ context.Context, r authapi.ExchangeRequest) (natsrpc.Encoded, error) {
	p.note(r)
	return natsrpc.Encoded(`{"access_token":"t","token_type":"Bearer","expires_in":3600}`), p.refuse["Exchange"]
}

func (p *protocol) StartDevice(_ context.Context, r authapi.ExchangeRequest) (authapi.Device, error) {
	p.note(r)
	return authapi.Device{DeviceCode: "d", UserCode: "BCDF-GHJK", ExpiresIn: 600, Interval: 5}, nil
}

func (p *protocol) Device(_ context.Context, u authapi.UserCode) (authapi.Pending, error) {
	if err := p.refuse["Device"]; err != nil {
		return authapi.Pending{}, err
	}
	if u.Code != "BCDF-GHJK" && u.Code != "bcdfghjk" {
		return authapi.Pending{}, authapi.Refuse(authapi.InvalidRequest, "No device waits with this code; look at its screen again.")
	}
	return authapi.Pending{
		ID: "BCDF-GHJK", Client: authapi.ClientCard{ID: "cli", Name: "Heddle command line"}, Lifetime: 30 * 24 * time.Hour,
		Scopes: []authapi.ScopeText{{Scope: "api", Text: "Do everything that you may."}}, Groups: []string{"users"},
	}, nil
}

func (p *protocol) DecideDevice(ctx context.Context, d authapi.Decision) (authapi.Empty, error) {
	p.decided, p.deciders = append(p.decided, d), append(p.deciders, who.From(ctx))
	return authapi.Empty{}, p.refuse["DecideDevice"]
}

func (p *protocol) Introspect(_ context.Context, r authapi.ExchangeRequest) (json.RawMessage, error) {
	p.note(r)
	return json.RawMessage(`{"active":false}`), p.refuse["Introspect"]
}

func (p *protocol) Revoke(_ context.Context, r authapi.ExchangeRequest) (authapi.Empty, error) {
	p.note(r)
	return authapi.Empty{}, p.refuse["Revoke"]
}

func (p *protocol) UserInfo(ctx context.Context, _ authapi.Empty) (json.RawMessage, error) {
	if !slices.Contains(who.From(ctx).Scopes, "openid") {
		return nil, authapi.Refuse(authapi.InsufficientScope, "The token was not given for openid.")
	}
	return json.RawMessage(`{"sub":"` + who.From(ctx).ID + `"}`), nil
}

func (p *protocol) Logout(_ context.Context, r authapi.LogoutRequest) (authapi.LogoutAnswer, error) {
	if err := p.refuse["Logout"]; err != nil {
		return authapi.LogoutAnswer{}, err
	}
	a := p.logout
	if r.IDTokenHint == "" {
		a.User = ""
	}
	if r.RedirectURI == "" {
		a.URL = ""
	}
	return a, nil
}

// people proves identities: everybody's password is their name.
type people struct {
	authapi.Credentials
	refuse error
	logins []string
}

var demouser = who.Principal{ID: "u1", Name: "demouser", Group: "users", Groups: []string{"users", "physics"}}

func (p *people) Password(_ context.Context, q authapi.PasswordProof) (authapi.Resolved, error) {
	p.logins = append(p.logins, q.Name)
	if p.refuse != nil {
		return authapi.Resolved{}, p.refuse
	}
	if q.Name != q.Password || q.Name != "demouser" && q.Name != "alice" {
		return authapi.Resolved{}, fault.New(fault.Unauthenticated, "auth.wrong", "The credentials are wrong.")
	}
	u := demouser
	if q.Name == "alice" {
		u.ID, u.Name = "u2", "alice"
	}
	u.Method = who.MethodPassword
	return authapi.Resolved{Principal: u, Facts: who.Facts{User: u.ID, Position: 7}}, nil
}

const dn = "/DC=org/DC=grid/CN=Jane Doe"

func (p *people) Certificate(_ context.Context, q authapi.CertificateProof) (authapi.Resolved, error) {
	p.logins = append(p.logins, q.Certificate.DN)
	if q.Certificate.DN != dn {
		return authapi.Resolved{}, fault.New(fault.Unauthenticated, "auth.wrong", "The credentials are wrong.")
	}
	u := demouser
	u.Method, u.DN = who.MethodCertificate, dn
	return authapi.Resolved{Principal: u, Facts: who.Facts{User: u.ID, Position: 7}, Setups: []string{"Production"}}, nil
}

// elsewhere is one other provider.
type elsewhere struct {
	authapi.Federation
	begun  []authapi.UpstreamStart
	refuse error
}

func (e *elsewhere) Providers(context.Context, authapi.Empty) (authapi.Providers, error) {
	return authapi.Providers{List: []authapi.Provider{{Name: "uni", Title: "University"}}}, nil
}

func (e *elsewhere) StartLogin(_ context.Context, s authapi.UpstreamStart) (authapi.UpstreamGo, error) {
	e.begun = append(e.begun, s)
	return authapi.UpstreamGo{URL: "https://idp.example/authorize?state=s1"}, nil
}

func (e *elsewhere) FinishLogin(_ context.Context, b authapi.UpstreamBack) (authapi.UpstreamDone, error) {
	if e.refuse != nil {
		return authapi.UpstreamDone{}, e.refuse
	}
	last := e.begun[len(e.begun)-1]
	if b.State != "s1" || b.Browser != last.Browser {
		return authapi.UpstreamDone{}, fault.New(fault.Invalid, "federation.state", "This sign-in is not known.")
	}
	u := demouser
	u.Method = who.MethodUpstream
	return authapi.UpstreamDone{Resolved: authapi.Resolved{Principal: u, Facts: who.Facts{User: u.ID}}, Pending: last.Pending}, nil
}

// belongings are what a person let act for them.
type belongings struct {
	away    error
	revoked []string
	out     []string
}

func (b *belongings) Grants(context.Context, authapi.Owner) (authapi.GrantList, error) {
	return authapi.GrantList{Grants: []authapi.Grant{{ID: "g1", User: "u1", Client: authapi.ClientCard{ID: "c1", Name: "Portal"},
		Scopes: []string{"api"}, Begun: clock(), Expires: clock().Add(time.Hour)}}}, b.away
}

func (b *belongings) RevokeGrant(ctx context.Context, g authapi.GrantRef) (authapi.Empty, error) {
	switch g.ID {
	case "foreign":
		return authapi.Empty{}, fault.New(fault.Denied, "grant.foreign", "It is somebody else's.")
	case "none":
		return authapi.Empty{}, fault.New(fault.Missing, "grant.unknown", "There is no such grant.")
	}
	b.revoked = append(b.revoked, who.From(ctx).Name+" "+g.ID)
	return authapi.Empty{}, b.away
}

func (b *belongings) APIKeys(context.Context, authapi.Owner) (authapi.APIKeyList, error) {
	return authapi.APIKeyList{Keys: []authapi.APIKey{{ID: "k1", Name: "nightly", Scopes: []string{"api:read"}, Created: clock()}}}, b.away
}

func (b *belongings) RevokeAPIKey(ctx context.Context, k authapi.APIKeyRef) (authapi.Empty, error) {
	b.revoked = append(b.revoked, who.From(ctx).Name+" "+k.ID)
	return authapi.Empty{}, b.away
}

func (b *belongings) CreateAPIKey(context.Context, authapi.NewAPIKey) (authapi.APIKeySecret, error) {
	return authapi.APIKeySecret{}, nil
}

func (b *belongings) SignOut(ctx context.Context, _ authapi.Empty) (authapi.Empty, error) {
	b.out = append(b.out, who.From(ctx).Name)
	return authapi.Empty{}, b.away
}

func (b *belongings) Me(ctx context.Context, _ authapi.Empty) (authapi.Account, error) {
	return authapi.Account{User: authapi.User{Name: who.From(ctx).Name, Groups: []string{"users", "physics"}}}, nil
}

func (b *belongings) ChangeMe(context.Context, authapi.ProfileChange) (authapi.Account, error) {
	return authapi.Account{}, nil
}

// register keeps applications.
type register struct {
	authapi.Admin
	list []authapi.Registration
}

func (g *register) Registrations(context.Context, authapi.Empty) (authapi.Registrations, error) {
	return authapi.Registrations{Clients: g.list}, nil
}

func (g *register) PutRegistration(ctx context.Context, c authapi.Registration) (authapi.RegistrationSecret, error) {
	if !who.From(ctx).Operator() {
		return authapi.RegistrationSecret{}, fault.New(fault.Denied, "access.role", "This needs the role operator.")
	}
	c.ID = "new1"
	g.list = append(g.list, c)
	return authapi.RegistrationSecret{Registration: c}, nil
}

func (g *register) RemoveRegistration(_ context.Context, c authapi.ClientRef) (authapi.Empty, error) {
	for i, one := range g.list {
		if one.ID == c.ID || one.Name == c.ID {
			g.list = slices.Delete(g.list, i, i+1)
			return authapi.Empty{}, nil
		}
	}
	return authapi.Empty{}, fault.New(fault.Missing, "client.unknown", "There is no such client.")
}

// prover knows the tokens "openid", "api", "operator" and the certificate dn.
type prover struct{}

func (prover) Prove(d edge.Door, r *http.Request) (edge.Proven, error) {
	token, bears := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if before, ok := strings.CutSuffix(strings.ToLower(r.Header.Get("Authorization")), " bearer"); ok && d.Reversed {
		token, bears = before, true
	}
	if q := r.URL.Query(); d.Query != "" && q.Has(d.Query) {
		token, bears = q.Get(d.Query), true
	}
	u := demouser
	u.Method, u.Groups, u.Setup = who.MethodToken, []string{"users"}, "Production"
	switch peer := edge.Peer(r); {
	case bears && slices.Contains([]string{"openid", "api", "operator"}, token):
		u.Scopes = []string{token}
		if token == "operator" {
			u.Roles = []string{who.RoleOperator}
		}
		return edge.Proven{Principal: u}, nil
	case bears:
		return edge.Proven{}, fault.New(fault.Unauthenticated, "credentials.invalid", "The token is not valid.")
	case d.Certificate && peer.Certificate != nil:
		res, err := (&people{}).Certificate(r.Context(), authapi.CertificateProof{Certificate: *peer.Certificate})
		return edge.Proven{Principal: res.Principal, Resolved: &res}, err
	}
	return edge.Proven{}, nil
}

func values(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}
