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

	"github.com/heddle-dev/heddle/pkg/who/oidcverify"
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
