package assertion_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/assertion"
)

// announced is one gateway's key.
func announced(t testing.TB, p pair, until time.Time) assertion.SiteKeys {
	public := p.public(t)
	return func(id string) (assertion.SiteKey, error) {
		if id != "s1" {
			return assertion.SiteKey{}, nil
		}
		return assertion.SiteKey{JWK: public, Expires: until}, nil
	}
}

func TestGatewaysSign(t *testing.T) {
	t.Parallel()
	claims := but(siteClaims(), map[string]any{"aud": server, "renewable": "true", "uid": "alice1", "preferences": "role:user"})
	for _, alg := range []string{"EdDSA", "ES256", "RS256"} {
		key := pairs()[alg]
		got, err := assertion.VerifySite(key.sign(t, map[string]any{"kid": "s1"}, claims), server, now, announced(t, key, now.Add(time.Hour)))
		want := assertion.Site{User: "u1", DN: "CN=Alice", Issuer: server, Key: "s1", Position: 7, Issued: now, Expires: now.Add(5 * time.Minute),
			Limited: true, Renewable: true, Login: "alice1", Preferences: "role:user"}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", alg, got, err)
		}
	}
}

// TestSiteTokenSaysWhatItsCredentialWas reads what gateways write.
func TestSiteTokenSaysWhatItsCredentialWas(t *testing.T) {
	t.Parallel()
	key, scope := pairs()["ES256"], "api:read"
	text, err := json.Marshal(authapi.SiteClaims{
		Issuer: server, Subject: "CN=Alice", Audience: server, Issued: now.Unix(), Expires: now.Unix() + 300, Delegated: "true", Renewable: "true",
		Login: "alice1", Preferences: "uid:alice1", User: "u1", Position: 7, Scope: &scope, Groups: []string{"users"},
		Client: "c1", Grant: "g1", APIKey: "k1", Confirm: &authapi.Confirmation{CertSHA256: "x"}, Proxy: "true", Longest: now.Unix() + 600,
	})
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(text, &claims); err != nil {
		t.Fatal(err)
	}
	verify := func() (assertion.Site, error) {
		return assertion.VerifySite(key.sign(t, map[string]any{"kid": "s1"}, claims), server, now, announced(t, key, now.Add(time.Hour)))
	}
	want := assertion.Site{User: "u1", DN: "CN=Alice", Issuer: server, Key: "s1", Position: 7, Issued: now, Expires: now.Add(5 * time.Minute),
		Limited: true, Renewable: true, Login: "alice1", Preferences: "uid:alice1", Scopes: []string{"api:read"}, Groups: []string{"users"},
		Client: "c1", Grant: "g1", APIKey: "k1", Thumb: "x", Proxy: true, Longest: now.Add(10 * time.Minute)}
	if got, err := verify(); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	claims["scope"] = ""
	if got, err := verify(); err != nil || got.Scopes == nil || len(got.Scopes) > 0 {
		t.Errorf("a token that may do nothing: %#v, %v", got.Scopes, err)
	}
}

func TestSiteTokensHaveTheirRules(t *testing.T) {
	t.Parallel()
	key := pairs()["ES256"]
	at := now.Unix()
	for name, c := range map[string]struct {
		changes map[string]any
		server  string
		good    bool
	}{
		"anywhere":             {nil, "CN=other", true},
		"limited, at home":     {map[string]any{"aud": server}, server, true},
		"limited, elsewhere":   {map[string]any{"aud": server}, "CN=other", false},
		"limited, nowhere":     {map[string]any{"aud": server}, "", false},
		"limited to another":   {map[string]any{"aud": "CN=other"}, "CN=other", false},
		"limited to two":       {map[string]any{"aud": []string{server, "CN=other"}}, server, false},
		"not renewable":        {map[string]any{"renewable": "false"}, server, true},
		"renewable, who knows": {map[string]any{"renewable": "yes"}, server, false},
		"a user's":             {map[string]any{"etd": "false"}, server, false},
		"no etd":               {map[string]any{"etd": nil}, server, false},
		"nobody":               {map[string]any{"uidh": nil}, server, false},
		"no name":              {map[string]any{"sub": nil}, server, false},
		"no server":            {map[string]any{"iss": nil}, server, false},
		"over":                 {map[string]any{"iat": at - 60, "exp": at - 5}, server, false},
		"of the future":        {map[string]any{"iat": at + 6}, server, false},
		"beyond the key":       {map[string]any{"exp": at + 3601}, server, false},
		"negative position":    {map[string]any{"pos": -1}, server, false},
		"as long as it may":    {map[string]any{"longest": at + 300}, server, true},
		"longer than it may":   {map[string]any{"longest": at + 299}, server, false},
		"bound to nothing":     {map[string]any{"cnf": map[string]any{}}, server, false},
		"a proxy, who knows":   {map[string]any{"limited_proxy": "yes"}, server, false},
	} {
		jwt := key.sign(t, map[string]any{"kid": "s1", "typ": "JWT"}, but(siteClaims(), c.changes))
		got, err := assertion.VerifySite(jwt, c.server, now, announced(t, key, now.Add(time.Hour)))
		if c.good != (err == nil) || !c.good && !errors.Is(err, assertion.ErrInvalid) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for name, headers := range map[string]map[string]any{"no kid": nil, "unknown kid": {"kid": "s2"}, "access": {"kid": "s1", "typ": "at+jwt"}} {
		if _, err := assertion.VerifySite(key.sign(t, headers, siteClaims()), server, now, announced(t, key, now.Add(time.Hour))); !errors.Is(err, assertion.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	down := errors.New("down")
	failing := func(string) (assertion.SiteKey, error) { return assertion.SiteKey{}, down }
	if _, err := assertion.VerifySite(key.sign(t, map[string]any{"kid": "s1"}, siteClaims()), server, now, failing); !errors.Is(err, down) {
		t.Errorf("keys that cannot be had: %v", err)
	}
}
