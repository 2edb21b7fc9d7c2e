package app

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
)

// pair is a key of somebody outside.
type pair ed25519.PrivateKey

func newPair(t *testing.T) pair {
	t.Helper()
	_, k, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return pair(k)
}

func (p pair) jwk() json.RawMessage {
	x := base64.RawURLEncoding.EncodeToString(ed25519.PrivateKey(p).Public().(ed25519.PublicKey))
	return json.RawMessage(`{"kty":"OKP","crv":"Ed25519","x":"` + x + `"}`)
}

func (p pair) sign(t *testing.T, kid string, claims any) string {
	t.Helper()
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"EdDSA","kid":"`+kid+`"}`)) + "." + base64.RawURLEncoding.EncodeToString(payload)
	return text + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(ed25519.PrivateKey(p), []byte(text)))
}

// certificate is a gateway's, as PEM.
func (p pair) certificate(t *testing.T, end time.Time) string {
	t.Helper()
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "gw"}, NotBefore: end.Add(-24 * time.Hour), NotAfter: end}
	der, err := x509.CreateCertificate(rand.Reader, c, c, ed25519.PrivateKey(p).Public(), ed25519.PrivateKey(p))
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func wantWrong(t *testing.T, what string, r authapi.Resolved, err error) {
	t.Helper()
	if f := fault.From(err); f == nil || f.Kind != fault.Unauthenticated || f.Code != "auth.wrong" {
		t.Errorf("%s: %+v, %v", what, r, err)
	}
}

// covers: U4-006
func TestUserSignsForThemselves(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	if _, err := f.RegisterUser(t.Context(), bob()); err != nil {
		t.Fatal(err)
	}
	p, other := newPair(t), newPair(t)
	for _, cmd := range []user.Command{user.AddKey{ID: "k1", JWK: p.jwk()}, user.AddLogin{UID: "bob1"}} {
		if _, err := f.change(t.Context(), "bob", cmd); err != nil {
			t.Fatal(err)
		}
	}
	now := f.Now().Unix()
	claims := func(name string) map[string]any {
		return map[string]any{"sub": name, "iss": name, "etd": "false", "iat": now, "exp": now + 300}
	}
	proof := func(value string, accept ...authapi.Kind) authapi.TokenProof {
		return authapi.TokenProof{Value: value, Accept: accept}
	}
	good := p.sign(t, "x", claims("bob"))
	r, err := f.Token(t.Context(), proof(good, authapi.KindUserJWT, authapi.KindSiteJWT))
	if err != nil || r.Principal.Name != "bob" || r.Principal.Method != who.MethodToken || r.Principal.Credential != "user-jwt" ||
		r.Facts.User != r.Principal.ID || r.Facts.Position == 0 || r.Facts.Expires.Unix() != now+300 || !slices.Equal(r.Logins, []string{"bob1"}) {
		t.Errorf("%+v, %v", r, err)
	}
	if r.Principal.InPerson() {
		t.Error("a key is not a person")
	}
	for what, q := range map[string]authapi.TokenProof{
		"another's key":       proof(other.sign(t, "x", claims("bob")), authapi.KindUserJWT),
		"nobody":              proof(p.sign(t, "x", claims("nobody")), authapi.KindUserJWT),
		"no name":             proof(p.sign(t, "x", claims("a b")), authapi.KindUserJWT),
		"a kind not accepted": proof(good, authapi.KindSiteJWT, authapi.KindAPIKey),
		"for another server":  proof(p.sign(t, "x", map[string]any{"sub": "bob", "iss": "bob", "etd": "false", "iat": now, "exp": now + 300, "aud": "CN=x"}), authapi.KindUserJWT),
		"as a site's":         proof(p.sign(t, "x", map[string]any{"sub": "bob", "iss": "bob", "etd": "true", "iat": now, "exp": now + 300, "uidh": r.Principal.ID}), authapi.KindSiteJWT),
	} {
		r, err := f.Token(t.Context(), q)
		wantWrong(t, what, r, err)
	}
	if _, err := f.change(t.Context(), "bob", user.RemoveKey{ID: "k1"}); err != nil {
		t.Fatal(err)
	}
	r, err = f.Token(t.Context(), proof(good, authapi.KindUserJWT))
	wantWrong(t, "with a key that was removed", r, err)
	f.journal.Down(errors.New("no stream"))
	_, err = f.Token(t.Context(), proof(good, authapi.KindUserJWT))
	wantUnavailable(t, "nobody knows", err)
}

// gatewayKey announces the key of a gateway.
func gatewayKey(t *testing.T, f fixture, id string, end time.Time) pair {
	t.Helper()
	p := newPair(t)
	if _, err := f.AnnounceSite(t.Context(), authapi.SiteKey{ID: id, JWK: p.jwk(), Certificate: p.certificate(t, end), Expires: end}); err != nil {
		t.Fatal(err)
	}
	return p
}

// covers: U4-222 U4-223 U4-226
func TestGatewaySignsForItsUsers(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	u, err := f.RegisterUser(t.Context(), authapi.RegisterRequest{Name: "bob", Password: "bob123", Roles: []string{who.RoleOperator}})
	if err != nil {
		t.Fatal(err)
	}
	kid, late := "00000000000000000000000000000001", "00000000000000000000000000000002"
	p := gatewayKey(t, f, kid, f.Now().Add(time.Hour))
	short := gatewayKey(t, f, late, f.Now().Add(time.Minute))
	begun := f.View.Position()
	now := f.Now().Unix()
	claims := func(change func(*authapi.SiteClaims)) authapi.SiteClaims {
		c := authapi.SiteClaims{Issuer: "CN=gw", Subject: "CN=bob", Issued: now, Expires: now + 300, Delegated: "true", User: u.ID, Position: begun}
		if change != nil {
			change(&c)
		}
		return c
	}
	ask := func(value string) (authapi.Resolved, error) {
		return f.Token(t.Context(), authapi.TokenProof{Value: value, Accept: []authapi.Kind{authapi.KindSiteJWT}, Server: "CN=gw"})
	}
	good := p.sign(t, kid, claims(nil))
	r, err := ask(good)
	if err != nil || r.Principal.ID != u.ID || !r.Principal.Operator() || r.Principal.Scopes != nil || r.Principal.Credential != "site-jwt" ||
		r.Renewable || r.Facts.Key != kid || r.Facts.Position != begun || r.Facts.Expires.Unix() != now+300 {
		t.Errorf("%+v, %v", r, err)
	}
	none, some := "", "api:read"
	r, err = ask(p.sign(t, kid, claims(func(c *authapi.SiteClaims) {
		c.Scope, c.Client, c.Grant, c.APIKey, c.Proxy = &some, "c1", "g1", "a1", "true"
		c.Confirm, c.Renewable, c.Preferences, c.Longest = &authapi.Confirmation{CertSHA256: "x"}, "true", "uid:bob1", now+900
	})))
	if err != nil || r.Principal.Operator() || slices.Contains(r.Permissions, "cop") || !slices.Equal(r.Principal.Scopes, []string{"api:read"}) ||
		!r.Principal.Limited || r.Principal.Client != "c1" || r.Facts.Grant != "g1" || r.Facts.APIKey != "a1" || r.Facts.Client != "c1" ||
		r.Facts.CertSHA256 != "x" || !r.Renewable || r.Preferences != "uid:bob1" || r.Longest.Unix() != now+900 {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err = ask(p.sign(t, kid, claims(func(c *authapi.SiteClaims) { c.Scope = &none }))); err != nil || r.Principal.Scopes == nil || len(r.Principal.Scopes) > 0 {
		t.Errorf("a token that may do nothing: %#v, %v", r.Principal.Scopes, err)
	}
	for what, value := range map[string]string{
		"another gateway's key": short.sign(t, kid, claims(nil)),
		"an unknown key":        p.sign(t, "00000000000000000000000000000003", claims(nil)),
		"beyond its key":        short.sign(t, late, claims(nil)),
		"nobody's":              p.sign(t, kid, claims(func(c *authapi.SiteClaims) { c.User = "nobody" })),
		"limited to another":    p.sign(t, kid, claims(func(c *authapi.SiteClaims) { c.Audience, c.Issuer = "CN=other", "CN=other" })),
		"of a group not theirs": p.sign(t, kid, claims(func(c *authapi.SiteClaims) { c.Groups = []string{"physics"} })),
	} {
		r, err := ask(value)
		wantWrong(t, what, r, err)
	}
	if _, err := f.SetPassword(t.Context(), prove("other")); err != nil {
		t.Fatal(err)
	}
	r, err = ask(good)
	wantWrong(t, "after a change of the password", r, err)
	if _, err := f.change(t.Context(), "bob", user.Disable{}); err != nil {
		t.Fatal(err)
	}
	r, err = ask(p.sign(t, kid, claims(func(c *authapi.SiteClaims) { c.Position = f.View.Position() })))
	wantWrong(t, "of somebody who is kept out", r, err)
}

// TestTokenKeepsToItsGroups: who was limited to a group is so with the token.
func TestTokenKeepsToItsGroups(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, g := range []string{"users", "physics"} {
		if _, err := f.CreateGroup(t.Context(), authapi.GroupRequest{Name: g}); err != nil {
			t.Fatal(err)
		}
	}
	u, err := f.RegisterUser(t.Context(), authapi.RegisterRequest{Name: "bob", Password: "bob123", Groups: []string{"users", "physics"}})
	if err != nil {
		t.Fatal(err)
	}
	kid, now := "00000000000000000000000000000001", f.Now().Unix()
	p, scope := gatewayKey(t, f, kid, f.Now().Add(time.Hour)), "api"
	value := p.sign(t, kid, authapi.SiteClaims{Issuer: "CN=gw", Subject: "CN=bob", Issued: now, Expires: now + 300, Delegated: "true", User: u.ID,
		Position: f.View.Position(), Scope: &scope, Groups: []string{"physics"}})
	ask := func() (authapi.Resolved, error) {
		return f.Token(t.Context(), authapi.TokenProof{Value: value, Accept: []authapi.Kind{authapi.KindSiteJWT}})
	}
	if r, err := ask(); err != nil || r.Principal.Group != "physics" || !slices.Equal(r.Principal.Groups, []string{"physics"}) {
		t.Errorf("%+v, %v", r.Principal, err)
	}
	if _, err := f.change(t.Context(), "bob", user.Leave{Group: "physics"}); err != nil {
		t.Fatal(err)
	}
	r, err := ask()
	wantWrong(t, "when they have left it", r, err)
}

// TestANarrowedGroupEndsSessions that a token began: they have its rights.
func TestANarrowedGroupEndsSessions(t *testing.T) {
	t.Parallel()
	f := world(t)
	f.must(t, "alice", authapi.Edit{Do: authapi.JoinGroup, Value: "cms_user"}, authapi.Edit{Do: authapi.SetDefaultGroup, Value: "cms_user"})
	u, err := f.View.UserByName(t.Context(), "alice")
	if err != nil {
		t.Fatal(err)
	}
	kid, now := "00000000000000000000000000000001", f.Now().Unix()
	p := gatewayKey(t, f, kid, f.Now().Add(time.Hour))
	position := f.View.Position()
	site := func(scope string) string {
		return p.sign(t, kid, authapi.SiteClaims{Issuer: "CN=gw", Subject: "CN=alice", Issued: now, Expires: now + 300, Delegated: "true",
			User: u.ID, Position: position, Scope: &scope})
	}
	core4, err := f.IssueCore4(t.Context(), authapi.Core4Request{User: u.ID, Position: position})
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{"a gateway's token": site("api"), "one with a property": site("api property:NormalUser"), "core4's": core4.Token}
	kinds := []authapi.Kind{authapi.KindSiteJWT, authapi.KindCore4JWT}
	for what, value := range values {
		r, err := f.open(t, value, kinds...)
		if lent := what == "one with a property"; err != nil || r.Facts.Group != "cms_user" || r.Facts.Borrows != lent || lent && r.Facts.VO != "cms" {
			t.Errorf("%s: %+v, %v", what, r.Facts, err)
		}
	}
	if _, err := f.PutGroup(f.operator(t), authapi.Group{Name: "cms_user", VO: "cms"}); err != nil {
		t.Fatal(err)
	}
	for what, value := range values {
		r, err := f.open(t, value, kinds...)
		wantWrong(t, what, r, err)
	}
}
