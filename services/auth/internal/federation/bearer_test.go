package federation_test

import (
	"errors"
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/auth/internal/federation"
	"github.com/heddle-dev/heddle/services/auth/internal/federation/federationtest"
)

const bearer = "bearer: true\n  audiences: [heddle-api, other-name]"

// access is an access token with changes; nil removes a claim.
func (h house) access(header map[string]any, changes map[string]any) string {
	c := h.Claims("")
	delete(c, "nonce")
	c["aud"] = "heddle-api"
	maps.Copy(c, changes)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	return h.JWT(c, header)
}

func TestBearer(t *testing.T) {
	t.Parallel()
	h := start(t, bearer)
	for name, token := range map[string]string{
		"plain":            h.access(nil, nil),
		"RFC 9068":         h.access(map[string]any{"typ": "at+jwt"}, nil),
		"several audience": h.access(nil, map[string]any{"aud": []string{"x", "other-name"}}),
		"Keycloak's":       h.access(nil, map[string]any{"typ": "Bearer", "azp": "some-app"}),
	} {
		id, err := h.Bearer(t.Context(), token)
		if err != nil || id.Provider != "uni" || id.Subject != "sub-1" || id.Create || len(id.Managed) != 0 {
			t.Errorf("%s: %+v, %v", name, id, err)
		}
	}
}

func TestBearerThatIsNone(t *testing.T) {
	t.Parallel()
	h := start(t, bearer)
	other := federationtest.Start(t, h.clock.now)
	at := h.clock.at
	for name, token := range map[string]string{
		"nothing":                 "",
		"no token":                "x.y.z",
		"our own audience absent": h.access(nil, map[string]any{"aud": nil}),
		"another's audience":      h.access(nil, map[string]any{"aud": "another"}),
		"an ID token of ours":     h.access(nil, map[string]any{"aud": federationtest.Client}),
		"an ID token for both":    h.access(nil, map[string]any{"aud": []string{"heddle-api", federationtest.Client}}),
		"said to be an ID token":  h.access(nil, map[string]any{"typ": "ID"}),
		"a refresh token":         h.access(nil, map[string]any{"typ": "Refresh"}),
		"a type of a wrong type":  h.access(nil, map[string]any{"typ": 7}),
		"bound to a key":          h.access(nil, map[string]any{"cnf": map[string]any{"jkt": "x"}}),
		"a logout token":          h.access(map[string]any{"typ": "logout+jwt"}, nil),
		"expired":                 h.access(nil, map[string]any{"exp": at.Unix() - 1}),
		"without an end":          h.access(nil, map[string]any{"exp": nil}),
		"not yet":                 h.access(nil, map[string]any{"nbf": at.Add(time.Hour).Unix()}),
		"nobody's":                h.access(nil, map[string]any{"sub": nil}),
		"of an unknown issuer":    h.access(nil, map[string]any{"iss": "https://evil.test"}),
		"another's key":           other.JWT(map[string]any{"iss": h.Issuer(), "aud": "heddle-api", "sub": "sub-1", "exp": at.Unix() + 60}, nil),
		"alg none":                unsigned(map[string]any{"iss": h.Issuer(), "aud": "heddle-api", "sub": "sub-1", "exp": at.Unix() + 60}, "none") + ".AAAA",
	} {
		if id, err := h.Bearer(t.Context(), token); !errors.Is(err, federation.ErrNoToken) {
			t.Errorf("%s: %+v, %v", name, id, err)
		}
	}
	closed := start(t)
	if _, err := closed.Bearer(t.Context(), closed.access(nil, nil)); !errors.Is(err, federation.ErrNoToken) || closed.Questions() != 0 {
		t.Errorf("a provider whose tokens are not taken: %v, asked %d times", err, closed.Questions())
	}
}

// TestBearerAsksRarely: made-up key ids do not make us a nuisance, and what is
// known needs no provider.
func TestBearerAsksRarely(t *testing.T) {
	t.Parallel()
	h := start(t, bearer)
	good := h.access(nil, nil)
	for _, kid := range []string{"a", "b", "c", "d"} {
		if _, err := h.Bearer(t.Context(), h.access(map[string]any{"kid": kid}, nil)); !errors.Is(err, federation.ErrNoToken) {
			t.Error(err)
		}
	}
	if n := h.Asked("/jwks"); n != 1 {
		t.Errorf("four made-up keys cost %d questions", n)
	}
	if _, err := h.Bearer(t.Context(), good); err != nil {
		t.Error(err)
	}
	h.Instead("/jwks", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	h.clock.at = h.clock.at.Add(3 * time.Second)
	if _, err := h.Bearer(t.Context(), good); err != nil {
		t.Errorf("its keys are known: %v", err)
	}
	_, err := h.Bearer(t.Context(), h.access(map[string]any{"kid": "new"}, nil))
	wantCode(t, "a key that may be new", err, "federation.unreachable", http.StatusBadGateway)
	h.clock.at = h.clock.at.Add(5 * time.Minute)
	if _, err := h.Bearer(t.Context(), good); !errors.Is(err, federation.ErrNoToken) {
		t.Errorf("beyond its end: %v", err)
	}
}

// TestKeysGetOld: keys that the provider has taken back are not taken for long
// because it does not answer.
func TestKeysGetOld(t *testing.T) {
	t.Parallel()
	h := start(t, bearer)
	long := map[string]any{"exp": h.clock.at.Add(48 * time.Hour).Unix()}
	if _, err := h.Bearer(t.Context(), h.access(nil, long)); err != nil {
		t.Fatal(err)
	}
	h.Stop()
	h.clock.at = h.clock.at.Add(2 * time.Hour)
	if _, err := h.Bearer(t.Context(), h.access(nil, long)); err != nil {
		t.Errorf("two hours without an answer: %v", err)
	}
	h.clock.at = h.clock.at.Add(23 * time.Hour)
	_, err := h.Bearer(t.Context(), h.access(nil, long))
	wantCode(t, "a day without an answer", err, "federation.unreachable", http.StatusBadGateway)
}
