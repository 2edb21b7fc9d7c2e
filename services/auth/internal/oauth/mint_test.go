package oauth_test

import (
	"context"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/grant"
	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
	"github.com/heddle-dev/heddle/services/auth/internal/token"
)

// safe is a vault in memory.
type safe struct {
	signing [][]byte
	secrets map[string][][]byte
}

func (s *safe) SigningKeys(context.Context) ([][]byte, error) { return s.signing, nil }

func (s *safe) Secrets(_ context.Context, kind string) ([][]byte, error) { return s.secrets[kind], nil }

func (s *safe) AddSecret(_ context.Context, kind string, _ int, secret []byte) (bool, error) {
	s.secrets[kind] = append(s.secrets[kind], secret)
	return true, nil
}

// sign makes the world sign with real keys.
func (w *world) sign(t testing.TB) {
	t.Helper()
	vault := &safe{secrets: map[string][][]byte{}}
	var ids []string
	for _, make := range []func() (token.Key, error){token.NewKey, token.NewIDKey} {
		k, err := make()
		if err != nil {
			t.Fatal(err)
		}
		secret, err := k.Secret()
		if err != nil {
			t.Fatal(err)
		}
		vault.signing, ids = append(vault.signing, secret), append(ids, k.ID)
	}
	ring := token.NewRing(vault)
	if err := ring.Use(t.Context(), ids, ids); err != nil {
		t.Fatal(err)
	}
	secrets, err := token.TakeSecrets(t.Context(), vault)
	if err != nil {
		t.Fatal(err)
	}
	mint := token.NewMint("https://h", ring, secrets, w.now)
	w.Minter, w.Opener = mint, mint
}

// The protocol and the mint understand each other: what one gives, the other
// opens, and no kind of token passes for another.
func TestWithTheMint(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.sign(t)
	first := w.tokens(redeem(w.code(authapi.FormOIDC, ask("nonce", "n", "scope", "openid email groups offline_access api"))))
	second := w.tokens(refreshing(first.RefreshToken))
	if got := w.introspect("web", second.AccessToken); !strings.Contains(got, `"active":true`) || !strings.Contains(got, `"aud":["heddle"]`) {
		t.Error(got)
	}
	for kind, other := range map[string]string{"id": second.IDToken, "refresh": second.RefreshToken, "broken": second.AccessToken + "x"} {
		if w.lives(other) {
			t.Errorf("a token of kind %s is active", kind)
		}
	}
	for kind, other := range map[string]string{"id": second.IDToken, "access": second.AccessToken} {
		if _, err := w.exchange(refreshing(other)); authapi.ErrorCode(err) != authapi.InvalidGrant {
			t.Errorf("a token of kind %s refreshes: %v", kind, err)
		}
	}
	bye := authapi.LogoutRequest{IDTokenHint: second.IDToken, RedirectURI: "https://app.example/bye"}
	if got, err := w.Logout(t.Context(), bye); err != nil || got.User != "u1" || got.URL != bye.RedirectURI {
		t.Errorf("%+v, %v", got, err)
	}
	bye.IDTokenHint = second.AccessToken
	if got, err := w.Logout(t.Context(), bye); err == nil {
		t.Errorf("an access token is a hint: %+v", got)
	}
	w.refused(authapi.InvalidGrant, refreshing(first.RefreshToken))
	if w.lives(second.AccessToken) {
		t.Error("the family lives on")
	}
}

// The domain of grants counts from the same number.
func TestFirst(t *testing.T) {
	t.Parallel()
	if oauth.First != grant.First {
		t.Errorf("the first refresh token is %d here, and %d there", oauth.First, grant.First)
	}
}
