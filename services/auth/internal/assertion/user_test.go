package assertion_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/auth/internal/assertion"
)

const server = "CN=server"

// only is a directory with one user or key.
func only(name string, keys ...json.RawMessage) assertion.UserKeys {
	return func(asked string) ([]json.RawMessage, error) {
		if asked == name {
			return keys, nil
		}
		return nil, nil
	}
}

func TestUsersSign(t *testing.T) {
	t.Parallel()
	for _, alg := range []string{"EdDSA", "ES256", "RS256"} {
		key := pairs()[alg]
		jwt := key.sign(t, map[string]any{"typ": "JWT"}, userClaims())
		got, err := assertion.VerifyUser(jwt, server, now, only("alice", pairs()["ES384"].public(t), key.public(t)))
		if want := (assertion.User{Name: "alice", Issued: now, Expires: now.Add(5 * time.Minute)}); err != nil || got != want {
			t.Errorf("%s: %+v, %v", alg, got, err)
		}
	}
}

func TestUserTokensHaveTheirRules(t *testing.T) {
	t.Parallel()
	key, other := pairs()["EdDSA"], pairs()["PS256"]
	at := now.Unix()
	for name, c := range map[string]struct {
		changes map[string]any
		good    bool
	}{
		"for this server":   {map[string]any{"aud": server}, true},
		"and another":       {map[string]any{"aud": []string{"x", server}}, true},
		"for another":       {map[string]any{"aud": "CN=other"}, false},
		"for nobody":        {map[string]any{"aud": []string{}}, false},
		"a whole day":       {map[string]any{"exp": at + 86400}, true},
		"more than a day":   {map[string]any{"exp": at + 86401}, false},
		"just over":         {map[string]any{"iat": at - 60, "exp": at - 4}, true},
		"over":              {map[string]any{"iat": at - 60, "exp": at - 5}, false},
		"just begun":        {map[string]any{"iat": at + 5}, true},
		"of the future":     {map[string]any{"iat": at + 6}, false},
		"not yet":           {map[string]any{"nbf": at + 6}, false},
		"no beginning":      {map[string]any{"iat": nil}, false},
		"no end":            {map[string]any{"exp": nil}, false},
		"end before":        {map[string]any{"iat": at + 2, "exp": at + 1}, false},
		"about another":     {map[string]any{"sub": "bob"}, false},
		"by another":        {map[string]any{"iss": "bob"}, false},
		"by a stranger":     {map[string]any{"iss": "bob", "sub": "bob"}, false},
		"nobody":            {map[string]any{"iss": "", "sub": ""}, false},
		"a server's":        {map[string]any{"etd": "true"}, false},
		"no etd":            {map[string]any{"etd": nil}, false},
		"etd not text":      {map[string]any{"etd": false}, false},
		"name that is none": {map[string]any{"iss": 7, "sub": 7}, false},
	} {
		got, err := assertion.VerifyUser(key.sign(t, nil, but(userClaims(), c.changes)), server, now, only("alice", key.public(t)))
		if c.good != (err == nil) || !c.good && !errors.Is(err, assertion.ErrInvalid) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	forged := other.sign(t, nil, userClaims())
	if _, err := assertion.VerifyUser(forged, server, now, only("alice", other.public(t))); !errors.Is(err, assertion.ErrInvalid) {
		t.Errorf("PS256 is not on the list: %v", err)
	}
	if _, err := assertion.VerifyUser(pairs()["ES256"].sign(t, nil, userClaims()), server, now, only("alice", key.public(t))); !errors.Is(err, assertion.ErrInvalid) {
		t.Errorf("another's key: %v", err)
	}
	down := errors.New("down")
	failing := func(string) ([]json.RawMessage, error) { return nil, down }
	if _, err := assertion.VerifyUser(key.sign(t, nil, userClaims()), server, now, failing); !errors.Is(err, down) {
		t.Errorf("keys that cannot be had: %v", err)
	}
	if _, err := assertion.VerifyUser(key.sign(t, nil, but(userClaims(), map[string]any{"aud": ""})), "", now, only("alice", key.public(t))); err == nil {
		t.Error("an empty audience is not an unnamed server")
	}
}
