package edge_test

import (
	"context"
	"encoding/base64"
	"net/http/httptest"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

type passwords struct{}

func (passwords) Verify(_ context.Context, r authapi.PasswordRequest) (who.Principal, error) {
	switch {
	case r.Name == "down":
		return who.Principal{}, fault.New(fault.Unavailable, "service.unavailable", "x")
	case r.Name == "alice" && r.Password == "alice:123":
		return who.Principal{ID: "u1", Name: "alice"}, nil
	case r.Name == "nobody":
		return who.Principal{}, nil
	}
	return who.Principal{}, fault.New(fault.Unauthenticated, "login.wrong", "x")
}

type tokens struct{}

func (tokens) Verify(_ context.Context, token string) (who.Principal, who.Facts, error) {
	if token == "good" {
		return who.Principal{ID: "u2", Method: "token"}, who.Facts{User: "u2"}, nil
	}
	return who.Principal{}, who.Facts{}, fault.New(fault.Unauthenticated, "token.invalid", "x")
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	basic := func(s string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(s)) }
	a := &edge.Authenticator{Passwords: passwords{}, Tokens: tokens{}}
	for name, c := range map[string]struct {
		headers []string
		id      string
		kind    fault.Kind
	}{
		"none":             {nil, "", ""},
		"password":         {[]string{basic("alice:alice:123")}, "u1", ""},
		"any case":         {[]string{"bEARER good"}, "u2", ""},
		"wrong password":   {[]string{basic("alice:x")}, "", fault.Unauthenticated},
		"no password":      {[]string{basic("alice")}, "", fault.Unauthenticated},
		"no name":          {[]string{basic(":x")}, "", fault.Unauthenticated},
		"no base64":        {[]string{"Basic !!"}, "", fault.Unauthenticated},
		"nobody's":         {[]string{basic("nobody:x")}, "", fault.Unauthenticated},
		"auth is away":     {[]string{basic("down:x")}, "", fault.Unavailable},
		"bad token":        {[]string{"Bearer bad"}, "", fault.Unauthenticated},
		"no token":         {[]string{"Bearer"}, "", fault.Unauthenticated},
		"unknown scheme":   {[]string{"Digest x"}, "", fault.Unauthenticated},
		"two, one of them": {[]string{"Bearer good", "Bearer bad"}, "", fault.Unauthenticated},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		for _, h := range c.headers {
			r.Header.Add("Authorization", h)
		}
		p, err := a.Authenticate(nil, r)
		if p.ID != c.id || (err == nil) != (c.kind == "") || err != nil && !fault.Is(err, c.kind) {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
}
