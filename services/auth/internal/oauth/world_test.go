package oauth_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/clientauth"
	"github.com/heddle-dev/heddle/services/auth/internal/flow/memory"
	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
	"github.com/heddle-dev/heddle/services/auth/internal/throttle"
)

var at = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

const (
	verifier = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	callback = "https://app.example/cb?x=1"
)

func s256(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

type world struct {
	*oauth.Server
	*everything
	t     *testing.T
	clock atomic.Int64
	store *memory.Store
}

func (w *world) now() time.Time          { return at.Add(time.Duration(w.clock.Load())) }
func (w *world) advance(d time.Duration) { w.clock.Add(int64(d)) }

func start(t *testing.T) *world {
	w := &world{t: t, everything: &everything{
		position: 100, grants: map[string]*family{}, over: map[string]uint64{},
		users: map[string]*person{
			"u1": {name: "alice", dn: "/O=x/CN=alice", roles: []string{"operator"}, groups: []oauth.Group{
				{Name: "users", VO: "lhcb", Properties: []string{"NormalUser"}},
				{Name: "admins", VO: "lhcb", Properties: []string{"JobAdministrator"}, Setups: []string{"Prod"}}}},
			"u2": {name: "bob", dn: "/O=x/CN=bob", groups: []oauth.Group{{Name: "users", VO: "lhcb", Properties: []string{"NormalUser"}}}},
		},
	}}
	all := []string{"authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code"}
	w.clients = map[string]clientauth.Client{}
	for _, c := range []clientauth.Client{
		{ID: "web", Method: clientauth.Post, Credentials: []string{"secret"}, Redirects: []string{callback}, RunAs: "u2", PostLogout: []string{"https://app.example/bye"}},
		{ID: "native", Method: clientauth.None, Native: true, Redirects: []string{"http://127.0.0.1:1/cb"}},
		{ID: "other", Method: clientauth.None, Redirects: []string{callback}},
		{ID: "two", Method: clientauth.Post, Credentials: []string{"secret"}, Redirects: []string{callback, "https://two.example/"}},
		{ID: "resource", Method: clientauth.Post, Credentials: []string{"secret"}, Resource: true, Redirects: []string{callback}},
		{ID: "bound", Method: clientauth.Post, Credentials: []string{"secret"}, Bound: true, Redirects: []string{callback}, RunAs: "u2"},
		{ID: "operators", Method: clientauth.Post, Credentials: []string{"secret"}, Redirects: []string{callback}, Scopes: []string{"api", "operator", "openid"}},
	} {
		c.Grants = all
		w.clients[c.ID] = c
	}
	w.store = memory.New(w.now)
	m := &minter{}
	w.Server = oauth.New(oauth.Needs{
		Config: oauth.Config{Issuer: "https://h", Setups: []string{"Prod", "Test"}, CodeLifetime: 5 * time.Minute, DeviceLifetime: 10 * time.Minute,
			GrantLifetime: 720 * time.Hour, AccessLifetime: time.Hour, DIRACLifetime: 24 * time.Hour},
		Clients: w.everything, Users: w.everything, Grants: w.everything, Standing: w.everything, Minter: m, Opener: m,
		Auth: clientauth.New(clientauth.Needs{Clients: w.everything, Assertions: unsigned{}, Store: w.store, Now: w.now, Audiences: []string{"https://h"},
			Failures: throttle.New(w.store, throttle.Limits{Of: "client", Pair: 20, Window: 15 * time.Minute})}),
		Store: w.store, Now: w.now, Guesses: throttle.New(w.store, throttle.Limits{Of: "device", Pair: 10, Window: 15 * time.Minute}),
	})
	return w
}

// vals makes parameters from a base and pairs; an empty value removes one.
func vals(base url.Values, pairs ...string) url.Values {
	v := maps.Clone(base)
	if v == nil {
		v = url.Values{}
	}
	for i := 0; i < len(pairs); i += 2 {
		v.Del(pairs[i])
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	return v
}

// ask is a good authorization request of web, changed by pairs.
func ask(pairs ...string) url.Values {
	return vals(url.Values{"response_type": {"code"}, "client_id": {"web"}, "redirect_uri": {callback}, "state": {"st"},
		"scope": {"openid offline_access api"}, "code_challenge": {s256(verifier)}, "code_challenge_method": {"S256"}}, pairs...)
}

func (w *world) authorize(f authapi.Form, v url.Values) (authapi.Pending, error) {
	return w.Authorize(w.t.Context(), authapi.AuthorizeRequest{Form: f, Params: v})
}

func as(ctx context.Context, user string) context.Context {
	return who.With(ctx, who.Principal{ID: user, Name: user, Method: who.MethodSession})
}

func (w *world) decision(id string) authapi.Decision {
	w.mu.Lock()
	defer w.mu.Unlock()
	return authapi.Decision{ID: id, Grant: true, AuthTime: w.now(), Position: w.position}
}

// code is one that u1 gave for a request.
func (w *world) code(f authapi.Form, v url.Values) string {
	w.t.Helper()
	p, err := w.authorize(f, v)
	if err != nil || p.Refused != "" {
		w.t.Fatalf("%v, %s", err, p.Refused)
	}
	to, err := w.Decide(as(w.t.Context(), "u1"), w.decision(p.ID))
	if err != nil {
		w.t.Fatal(err)
	}
	return answer(w.t, to.URL).Get("code")
}

func answer(t *testing.T, uri string) url.Values {
	t.Helper()
	u, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

// redeem is a good redemption of web, changed by pairs.
func redeem(code string, pairs ...string) url.Values {
	return vals(url.Values{"grant_type": {"authorization_code"}, "code": {code}, "client_id": {"web"}, "client_secret": {"secret"},
		"redirect_uri": {callback}, "code_verifier": {verifier}}, pairs...)
}

func (w *world) exchange(v url.Values) (authapi.Tokens, error) {
	return w.Exchange(w.t.Context(), authapi.ExchangeRequest{Form: authapi.FormOIDC, Params: v})
}

func (w *world) tokens(v url.Values) authapi.Tokens {
	w.t.Helper()
	t, err := w.exchange(v)
	if err != nil {
		w.t.Fatal(err)
	}
	return t
}

func (w *world) refused(code string, v url.Values) {
	w.t.Helper()
	if _, err := w.exchange(v); authapi.ErrorCode(err) != code {
		w.t.Errorf("%v, want %s", err, code)
	}
}

// lives reports whether an access token still stands, as a resource server is
// told.
func (w *world) lives(token string) bool {
	w.t.Helper()
	got, err := w.Introspect(w.t.Context(), authapi.ExchangeRequest{Params: url.Values{
		"client_id": {"resource"}, "client_secret": {"secret"}, "token": {token}}})
	if err != nil {
		w.t.Fatal(err)
	}
	return string(got) != `{"active":false}`
}

func claims(t *testing.T, token string) (c oauth.AccessClaims) {
	t.Helper()
	if err := unseal("access", token, &c); err != nil {
		t.Fatal(err)
	}
	return c
}
