package oidcverify_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/pkg/who/oidcverify"
)

func TestGoodTokenIsItsUser(t *testing.T) {
	t.Parallel()
	i, v := newIssuer(t)
	want := who.Principal{ID: "u1", Name: "alice", Group: "users", Groups: []string{"users"},
		Roles: []string{who.RoleOperator}, Method: who.MethodToken, Credential: "token/t1"}
	facts := who.Facts{User: "u1", Key: "ed", JTI: "t1", Group: "users", Expires: i.clock().Add(time.Hour)}
	token := i.token("ed", i.edKey("ed"), map[string]any{"jti": "t1"})
	for range 2 { // verified, and remembered
		got, stands, err := v.Verify(t.Context(), token)
		if err != nil || !reflect.DeepEqual(got, want) || !reflect.DeepEqual(stands, facts) {
			t.Errorf("%+v %+v, %v", got, stands, err)
		}
	}
}

func TestTokenSaysWhatItIsLimitedToAndStandsOn(t *testing.T) {
	t.Parallel()
	i, v := newIssuer(t)
	p, f, err := v.Verify(t.Context(), i.token("k1", i.edKey("k1"), map[string]any{
		"jti": "t1", "client_id": "c1", "scope": "api  openid", "sid": "g1", "pos": uint64(1<<53 + 1),
		"cnf": map[string]any{"x5t#S256": "thumb"}, "setup": "Prod", "vo": "lhcb", "dirac_properties": []string{"NormalUser"},
		"dn": "/O=Grid/CN=Alice", "limited": true,
	}))
	want := who.Principal{ID: "u1", Name: "alice", Group: "users", Groups: []string{"users"}, Roles: []string{who.RoleOperator},
		Method: who.MethodToken, Client: "c1", Scopes: []string{"api", "openid"}, DN: "/O=Grid/CN=Alice", Setup: "Prod", VO: "lhcb",
		Properties: []string{"NormalUser"}, Limited: true, Credential: "grant/g1"}
	facts := who.Facts{User: "u1", Client: "c1", Grant: "g1", Key: "k1", JTI: "t1", Group: "users", Position: 1<<53 + 1,
		Expires: i.clock().Add(time.Hour), CertSHA256: "thumb"}
	if err != nil || !reflect.DeepEqual(p, want) || !reflect.DeepEqual(f, facts) {
		t.Errorf("%+v\n%+v, %v", p, f, err)
	}
}

// TestBorrowedPropertiesStandOnTheVO: which of its groups lent them is not in
// the token.
func TestBorrowedPropertiesStandOnTheVO(t *testing.T) {
	t.Parallel()
	i, v := newIssuer(t)
	key := i.edKey("k1")
	for scope, want := range map[string]string{"api vo:cms": "user/u1 key/k1 token/t1 group/users", "api property:Admin": "user/u1 key/k1 token/t1 group/users vo/cms"} {
		_, f, err := v.Verify(t.Context(), i.token("k1", key, map[string]any{"jti": "t1", "scope": scope, "vo": "cms", "dirac_properties": []string{"Admin"}}))
		if got := strings.Join(f.Names(), " "); err != nil || got != want {
			t.Errorf("%s stands on %q, %v", scope, got, err)
		}
	}
}

// TestScopeOfNothingIsALimit: an absent claim and an empty one are opposites.
func TestScopeOfNothingIsALimit(t *testing.T) {
	t.Parallel()
	i, v := newIssuer(t)
	key := i.edKey("k1")
	for scope, want := range map[any][]string{nil: nil, "": {}, " ": {}, "api": {"api"}} {
		p, _, err := v.Verify(t.Context(), i.token("k1", key, map[string]any{"scope": scope}))
		if err != nil || !reflect.DeepEqual(p.Scopes, want) {
			t.Errorf("scope %#v: %#v, %v", scope, p.Scopes, err)
		}
	}
}

func TestBadTokensAreRefused(t *testing.T) {
	t.Parallel()
	i, v := newIssuer(t)
	key := i.edKey("k1")
	_, forger, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	good := i.token("k1", key, nil)
	parts := strings.Split(good, ".")
	now := i.now.Load()
	cases := map[string]struct{ token, code string }{
		"expired":                 {i.token("k1", key, map[string]any{"exp": now - 6}), "token.expired"},
		"without an end":          {i.token("k1", key, map[string]any{"exp": nil}), "token.expired"},
		"not yet valid":           {i.token("k1", key, map[string]any{"nbf": now + 60}), "token.not_yet_valid"},
		"forged signature":        {i.token("k1", forger, nil), "token.invalid"},
		"other claims":            {parts[0] + "." + segment(t, i.claims(map[string]any{"sub": "root"})) + "." + parts[2], "token.invalid"},
		"other audience":          {i.token("k1", key, map[string]any{"aud": "elsewhere"}), "token.invalid"},
		"no audience":             {i.token("k1", key, map[string]any{"aud": nil}), "token.invalid"},
		"other issuer":            {i.token("k1", key, map[string]any{"iss": "https://evil.test"}), "token.invalid"},
		"unknown key":             {i.token("k9", key, nil), "token.invalid"},
		"no subject":              {i.token("k1", key, map[string]any{"sub": nil}), "token.invalid"},
		"a component's role":      {i.token("k1", key, map[string]any{"roles": []string{who.RoleService}}), "token.invalid"},
		"wrong type of claim":     {i.token("k1", key, map[string]any{"groups": 7}), "token.invalid"},
		"ID token":                {i.sign(jose.EdDSA, "k1", "JWT", key, i.claims(nil)), "token.invalid"},
		"ES256, published":        {i.sign(jose.ES256, "ec", "at+jwt", i.ecKey("ec"), i.claims(nil)), "token.invalid"},
		"RS256, published":        {i.sign(jose.RS256, "rsa", "at+jwt", i.rsaKey("rsa"), i.claims(nil)), "token.invalid"},
		"kid of another type":     {i.sign(jose.EdDSA, "ec", "at+jwt", key, i.claims(nil)), "token.invalid"},
		"no kid":                  {i.sign(jose.EdDSA, "", "at+jwt", key, i.claims(nil)), "token.invalid"},
		"embedded jwk":            {i.embedded(forger, i.claims(nil)), "token.invalid"},
		"bound to something else": {i.token("k1", key, map[string]any{"cnf": map[string]any{"jkt": "x"}}), "token.invalid"},
		"scope that is a list":    {i.token("k1", key, map[string]any{"scope": []string{"api"}}), "token.invalid"},
		"negative position":       {i.token("k1", key, map[string]any{"pos": -1}), "token.invalid"},
		"untyped":                 {i.sign(jose.EdDSA, "k1", "", key, i.claims(nil)), "token.invalid"},
		"alg none":                {segment(t, map[string]any{"alg": "none", "typ": "at+jwt", "kid": "k1"}) + "." + parts[1] + ".", "token.invalid"},
		"alg none, signature":     {segment(t, map[string]any{"alg": "none", "typ": "at+jwt", "kid": "k1"}) + "." + parts[1] + "." + parts[2], "token.invalid"},
		"HS256 with public key":   {i.sign(jose.HS256, "k1", "at+jwt", []byte(key.Public().(ed25519.PublicKey)), i.claims(nil)), "token.invalid"},
		"truncated signature":     {good[:len(good)-4], "token.invalid"},
		"truncated claims":        {parts[0] + "." + parts[1][:20] + "." + parts[2], "token.invalid"},
		"two segments":            {parts[0] + "." + parts[1], "token.invalid"},
		"five segments (JWE)":     {good + ".a.b", "token.invalid"},
		"JSON serialization":      {`{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`, "token.invalid"},
		"one megabyte":            {parts[0] + "." + strings.Repeat("A", 1<<20) + "." + parts[2], "token.invalid"},
		"empty":                   {"", "token.invalid"},
		"dots":                    {"..", "token.invalid"},
		"text":                    {"a.b.c", "token.invalid"},
		"white space at the end":  {good + " ", "token.invalid"},
		"line break in the claim": {parts[0] + "." + parts[1][:9] + "\n" + parts[1][9:] + "." + parts[2], "token.invalid"},
	}
	for name, c := range cases {
		p, _, err := v.Verify(t.Context(), c.token)
		if !fault.Is(err, fault.Unauthenticated) || fault.From(err).Code != c.code {
			t.Errorf("%s: want %s, got %+v, %v", name, c.code, p, err)
		}
	}
	if _, _, err := v.Verify(t.Context(), good); err != nil {
		t.Fatalf("the token that the bad ones were made of: %v", err)
	}
}

func TestClocksMayDifferALittle(t *testing.T) {
	t.Parallel()
	i, v := newIssuer(t)
	key, now := i.edKey("k1"), i.now.Load()
	skew := int64(oidcverify.Skew / time.Second)
	for name, changes := range map[string]map[string]any{
		"just expired": {"exp": now - skew + 1},
		"just not yet": {"nbf": now + skew},
	} {
		if _, _, err := v.Verify(t.Context(), i.token("k1", key, changes)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for code, changes := range map[string]map[string]any{
		"token.expired":       {"exp": now - skew},
		"token.not_yet_valid": {"nbf": now + skew + 1},
	} {
		if _, _, err := v.Verify(t.Context(), i.token("k1", key, changes)); fault.From(err).Code != code {
			t.Errorf("%v: %v", changes, err)
		}
	}
}

func TestRememberedTokenStillExpires(t *testing.T) {
	t.Parallel()
	i, v := newIssuer(t)
	token := i.token("k1", i.edKey("k1"), nil)
	for range 2 {
		if _, _, err := v.Verify(t.Context(), token); err != nil {
			t.Fatal(err)
		}
	}
	i.now.Add(3600 + int64(oidcverify.Skew/time.Second))
	if _, _, err := v.Verify(t.Context(), token); fault.From(err).Code != "token.expired" {
		t.Fatalf("after its end: %v", err)
	}
}

func segment(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}
