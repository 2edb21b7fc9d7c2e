package assertion_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/pkg/who/oidcverify"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/assertion"
	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
	"github.com/heddle-dev/heddle/services/auth/internal/token"
)

const issuer = "https://heddle.test"

// oneKey is a vault with one key of each type; the test uses the Ed25519 one
// for everything, so that no door is saved by not knowing a key.
type oneKey struct {
	signing [][]byte
	secrets map[string][][]byte
	ids     []string
	pair    pair
	jwks    json.RawMessage
	public  json.RawMessage
}

func (v *oneKey) SigningKeys(context.Context) ([][]byte, error) { return v.signing, nil }

func (v *oneKey) Secrets(_ context.Context, kind string) ([][]byte, error) {
	return v.secrets[kind], nil
}

func (v *oneKey) AddSecret(_ context.Context, kind string, _ int, secret []byte) (bool, error) {
	v.secrets[kind] = [][]byte{secret}
	return true, nil
}

func newOneKey(t *testing.T) *oneKey {
	t.Helper()
	v := &oneKey{secrets: map[string][][]byte{}}
	var publics []json.RawMessage
	for _, make := range []func() (token.Key, error){token.NewIDKey, token.NewKey} {
		k, err := make()
		if err != nil {
			t.Fatal(err)
		}
		secret, err1 := k.Secret()
		public, err2 := k.Public()
		var jwk jose.JSONWebKey
		if err := errors.Join(err1, err2, json.Unmarshal(secret, &jwk)); err != nil {
			t.Fatal(err)
		}
		v.signing, v.ids, publics = append(v.signing, secret), append(v.ids, k.ID), append(publics, public)
		v.public, v.pair = public, pair{jose.EdDSA, jwk.Key}
	}
	v.jwks = set(publics...)
	return v
}

func (v *oneKey) mint(t *testing.T) *token.Mint {
	t.Helper()
	ring := token.NewRing(v)
	secrets, err := token.TakeSecrets(t.Context(), v)
	if err := errors.Join(err, ring.Use(t.Context(), v.ids, v.ids)); err != nil {
		t.Fatal(err)
	}
	return token.NewMint(issuer, ring, secrets, func() time.Time { return now })
}

// TestNoKindOfTokenIsTakenForAnother shows every kind of credential at every
// door that reads one. All signatures are good at all doors.
func TestNoKindOfTokenIsTakenForAnother(t *testing.T) {
	t.Parallel()
	v := newOneKey(t)
	m := v.mint(t)
	kinds, doors := v.kinds(t, m), v.doors(t, m)
	for kind, text := range kinds {
		for door, enter := range doors {
			err := enter(text)
			if belongs := slices.Contains(takes[door], kind); belongs != (err == nil) {
				t.Errorf("%s at the door for %s: %v", kind, door, err)
			}
		}
	}
}

// takes says which kinds are good where; everything else is refused.
var takes = map[string][]string{
	"access tokens":     {"access token"},
	"introspection":     {"access token"},
	"logout hints":      {"ID token, RS256", "ID token, EdDSA"},
	"refresh tokens":    {"refresh token"},
	"core4's tokens":    {"core4 token"},
	"core4's cookies":   {"core4 cookie"},
	"password resets":   {"reset token"},
	"client assertions": {"client assertion"},
	"user JWTs":         {"user JWT"},
	"site JWTs":         {"site JWT"},
}

func (v *oneKey) kinds(t *testing.T, m *token.Mint) map[string]string {
	t.Helper()
	end, id := now.Add(time.Hour), v.ids[1]
	headers := map[string]any{"kid": id, "typ": "JWT"}
	access, err1 := m.Access(oauth.AccessClaims{Principal: who.Principal{ID: "u1", Name: "alice", Client: "c1"},
		Facts: who.Facts{User: "u1", Client: "c1", Grant: "g1", Expires: end}, Audience: []string{"c1"}})
	rs, err2 := m.ID(oauth.IDClaims{Subject: "u1", Client: authapi.Audience, Alg: "RS256", Expires: end})
	ed, err3 := m.ID(oauth.IDClaims{Subject: "u1", Client: authapi.Audience, Alg: "EdDSA", Expires: end})
	refresh, err4 := m.Refresh("g1", 1, "c1")
	core4, err5 := m.Core4("alice", now, end, 7)
	reset, err6 := m.Reset("alice", "a@b.test", "cred", end)
	if err := errors.Join(err1, err2, err3, err4, err5, err6); err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"access token": access, "ID token, RS256": rs, "ID token, EdDSA": ed, "refresh token": refresh,
		"core4 token": core4, "core4 cookie": m.Seal(core4, now), "reset token": reset,
		"client assertion": v.pair.sign(t, headers, clientClaims()),
		"user JWT":         v.pair.sign(t, headers, userClaims()),
		"site JWT":         v.pair.sign(t, headers, siteClaims()),
		"code":             rand.Text(), "device code": rand.Text(), "API key": "hdl_" + rand.Text() + "_" + rand.Text() + "_abcdef",
		"nothing": "",
	}
}

func (v *oneKey) doors(t *testing.T, m *token.Mint) map[string]func(string) error {
	verifier := oidcverify.NewVerifier(oidcverify.Config{Issuer: issuer, Audience: authapi.Audience,
		Keys: func(context.Context) (json.RawMessage, error) { return v.jwks, nil }, Now: func() time.Time { return now }})
	site := func(id string) (assertion.SiteKey, error) {
		return assertion.SiteKey{JWK: v.public, Expires: now.Add(24 * time.Hour)}, nil
	}
	user := func(string) ([]json.RawMessage, error) { return []json.RawMessage{v.public}, nil }
	return map[string]func(string) error{
		"access tokens":     func(s string) error { _, _, err := verifier.Verify(t.Context(), s); return err },
		"introspection":     func(s string) error { _, err := m.OpenAccess(s); return err },
		"logout hints":      func(s string) error { _, err := m.OpenID(s); return err },
		"refresh tokens":    func(s string) error { _, _, err := m.OpenRefresh(s, "c1"); return err },
		"core4's tokens":    func(s string) error { _, _, _, _, err := m.OpenCore4(s); return err },
		"core4's cookies":   func(s string) error { _, err := m.Unseal(s, now); return err },
		"password resets":   func(s string) error { _, _, _, _, err := m.OpenReset(s); return err },
		"client assertions": func(s string) error { return v.client(s) },
		"user JWTs":         func(s string) error { _, err := assertion.VerifyUser(s, server, now, user); return err },
		"site JWTs":         func(s string) error { _, err := assertion.VerifySite(s, server, now, site); return err },
	}
}

// client judges what clientauth does of an assertion whose signature is good.
func (v *oneKey) client(jwt string) error {
	a, err := assertion.Clients{}.Assertion(jwt, v.jwks)
	if err == nil && (a.Issuer != a.Subject || a.ID == "" || !slices.Contains(a.Audience, issuer)) {
		return assertion.ErrInvalid
	}
	return err
}
