package token_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/pkg/who/oidcverify"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/token"
)

const issuer = "http://heddle.test"

func newKey(t *testing.T) token.Key {
	t.Helper()
	k, err := token.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// jwks serves the public halves of the keys.
func jwks(t *testing.T, keys ...token.Key) oidcverify.FetchKeys {
	set := struct {
		Keys []json.RawMessage `json:"keys"`
	}{}
	for _, k := range keys {
		public, err := k.Public()
		if err != nil {
			t.Fatal(err)
		}
		set.Keys = append(set.Keys, public)
	}
	body, err := json.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	return func(context.Context) (json.RawMessage, error) { return body, nil }
}

func TestSignedTokenIsVerified(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 5e8)
	clock := func() time.Time { return now }
	older, newest := newKey(t), newKey(t)
	s := token.NewSigner(issuer, 20*time.Minute, clock)
	if err := s.Use(older, newest); err != nil {
		t.Fatal(err)
	}
	p := who.Principal{ID: "u1", Name: "alice", Group: "users", Groups: []string{"users", "admins"},
		Roles: []string{who.RoleOperator}, Method: "password"}
	got, err := s.Sign(p)
	if err != nil {
		t.Fatal(err)
	}
	if got.TokenType != "Bearer" || got.ExpiresIn != 1200 {
		t.Errorf("%+v", got)
	}
	v := oidcverify.NewVerifier(oidcverify.Config{Issuer: issuer, Audience: authapi.Audience, Keys: jwks(t, newest), Now: clock})
	p.Method = "token"
	back, facts, err := v.Verify(t.Context(), got.AccessToken)
	p.Credential = facts.Credential()
	if err != nil || !reflect.DeepEqual(back, p) {
		t.Errorf("verified as %+v, %v", back, err)
	}
	stranger := oidcverify.NewVerifier(oidcverify.Config{Issuer: issuer, Audience: authapi.Audience, Keys: jwks(t, older), Now: clock})
	if _, _, err := stranger.Verify(t.Context(), got.AccessToken); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("with the older key alone: %v", err)
	}
	now = now.Add(20*time.Minute + oidcverify.Skew)
	if _, _, err := v.Verify(t.Context(), got.AccessToken); fault.From(err).Code != "token.expired" {
		t.Errorf("after its lifetime: %v", err)
	}
	if again, _ := s.Sign(p); again.AccessToken == got.AccessToken {
		t.Error("two tokens are equal")
	}
}

func TestKeySurvivesTheVault(t *testing.T) {
	t.Parallel()
	k := newKey(t)
	if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(k.ID) {
		t.Errorf("kid %q is no subject token", k.ID)
	}
	secret, err := k.Secret()
	if err != nil {
		t.Fatal(err)
	}
	back, err := token.ParseKey(secret)
	if err != nil || !reflect.DeepEqual(back, k) {
		t.Errorf("ParseKey: %v, %v", back.ID, err)
	}
	public, err := k.Public()
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"public half": public, "empty": nil, "text": []byte("x"), "cut off": secret[:len(secret)/2]} {
		if _, err := token.ParseKey(b); !errors.Is(err, token.ErrKey) {
			t.Errorf("ParseKey of %s: %v", name, err)
		}
	}
}

func TestPrivateHalfStaysInside(t *testing.T) {
	t.Parallel()
	k := newKey(t)
	secret, err := k.Secret()
	if err != nil {
		t.Fatal(err)
	}
	var jwk struct{ D string }
	if err := json.Unmarshal(secret, &jwk); err != nil || jwk.D == "" {
		t.Fatalf("the vault's form has no private member: %v", err)
	}
	public, err := k.Public()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"public JWK": string(public),
		"%v": fmt.Sprintf("%v", k), "%+v": fmt.Sprintf("%+v", k), "%#v": fmt.Sprintf("%#v", k)} {
		if strings.Contains(text, jwk.D) || !strings.Contains(text, k.ID) {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestNoKeyNoToken(t *testing.T) {
	t.Parallel()
	s := token.NewSigner(issuer, time.Hour, time.Now)
	if _, err := s.Sign(who.Principal{ID: "u1"}); !errors.Is(err, token.ErrNoKey) {
		t.Errorf("Sign: %v", err)
	}
	if err := s.Use(); !errors.Is(err, token.ErrNoKey) {
		t.Errorf("Use: %v", err)
	}
}

func BenchmarkSign(b *testing.B) {
	k, err := token.NewKey()
	if err != nil {
		b.Fatal(err)
	}
	s := token.NewSigner(issuer, time.Hour, time.Now)
	if err := s.Use(k); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.Sign(who.Principal{ID: "u1", Name: "alice", Group: "users"}); err != nil {
			b.Fatal(err)
		}
	}
}
