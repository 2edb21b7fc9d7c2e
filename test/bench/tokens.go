package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/heddle-dev/heddle/pkg/who/oidcverify"
)

// tokens are access tokens as the auth service makes them, and what they are
// verified with. There are twice as many as a verifier remembers, so that, in
// turn, each comes as if for the first time.
type tokens struct {
	key  ed25519.PrivateKey
	list []string
}

const tokenIssuer, tokenAudience = "https://heddle.test", "heddle"

func mint() (*tokens, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	t := &tokens{key: key}
	now := time.Now().Unix()
	for i := range 2*oidcverify.MaxRemembered + 1 {
		claims, err := json.Marshal(object{
			"iss": tokenIssuer, "aud": []string{tokenAudience}, "sub": "0f3k9m2p1qs", "exp": now + 3600, "iat": now, "nbf": now,
			"jti": fmt.Sprintf("0f3k9m2p%05d", i), "client_id": "heddle-cli", "scope": "openid api", "sid": "0f3k9m2p1qt", "pos": 4711,
			"preferred_username": "alice", "group": "users", "groups": []string{"users", "physics"}, "roles": []string{},
		})
		if err != nil {
			return nil, err
		}
		text := encode([]byte(`{"alg":"EdDSA","kid":"k1","typ":"at+jwt"}`)) + "." + encode(claims)
		t.list = append(t.list, text+"."+encode(ed25519.Sign(key, []byte(text))))
	}
	return t, nil
}

func (t *tokens) public() ed25519.PublicKey { return t.key.Public().(ed25519.PublicKey) }

// keys is the JSON Web Key Set (RFC 7517, RFC 8037).
func (t *tokens) keys(context.Context) (json.RawMessage, error) {
	return json.Marshal(object{"keys": []object{{
		"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "k1", "x": encode(t.public())}}})
}

// bareVerification verifies the signature of one of them, and nothing else.
func (t *tokens) bareVerification() contender {
	text := []byte(t.list[0])
	signature := ed25519.Sign(t.key, text)
	return contender{runtime.NumCPU(), func(int64) error {
		if !ed25519.Verify(t.public(), text, signature) {
			return fmt.Errorf("the signature is wrong")
		}
		return nil
	}}
}

// verification verifies them as a gateway does, each as if for the first time.
func (t *tokens) verification(ctx context.Context) contender {
	v := oidcverify.NewVerifier(oidcverify.Config{Issuer: tokenIssuer, Audience: tokenAudience, Keys: t.keys})
	var next atomic.Int64
	return contender{runtime.NumCPU(), func(int64) error {
		_, _, err := v.Verify(ctx, t.list[next.Add(1)%int64(len(t.list))])
		return err
	}}
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// measureTokens sets the verification of access tokens beside that of their
// signatures.
func measureTokens(ctx context.Context, r *report) error {
	t, err := mint()
	if err != nil {
		return err
	}
	rates, err := inTurns(ctx, t.bareVerification(), t.verification(ctx))
	if err != nil {
		return fmt.Errorf("access tokens: %w", err)
	}
	r.yardstick("ed25519", "signatures verified, one a processor", rates[0], "1/s")
	r.ratio("access tokens verified, each for the first time", rates[1], "ed25519", 0.5)
	return nil
}
