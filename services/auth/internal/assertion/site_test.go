package assertion_test

import (
	"errors"
	"testing"
	"time"

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
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v", alg, got, err)
		}
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
