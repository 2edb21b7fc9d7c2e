package token_test

import (
	"context"
	"crypto"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/heddle-dev/heddle/services/auth/internal/token"
)

// safe is a vault in memory.
type safe struct {
	mu      sync.Mutex
	signing [][]byte
	secrets map[string][][]byte
	err     error
}

func (s *safe) SigningKeys(context.Context) ([][]byte, error) { return s.signing, s.err }

func (s *safe) Secrets(_ context.Context, kind string) ([][]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.secrets[kind], s.err
}

func (s *safe) AddSecret(_ context.Context, kind string, have int, secret []byte) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.secrets[kind]) != have {
		return false, s.err
	}
	s.secrets[kind] = append(s.secrets[kind], secret)
	return true, s.err
}

// keep puts keys in the vault and returns their ids.
func (s *safe) keep(t testing.TB, keys ...token.Key) (ids []string) {
	t.Helper()
	for _, k := range keys {
		secret, err := k.Secret()
		if err != nil {
			t.Fatal(err)
		}
		s.signing = append(s.signing, secret)
		ids = append(ids, k.ID)
	}
	return ids
}

// counted is n bytes: 0, 1, 2, …
func counted(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i)
	}
	return b
}

func newSafe() *safe {
	return &safe{secrets: map[string][][]byte{
		token.RefreshKeys: {counted(32)}, token.Core4Keys: {counted(64)}, token.CookieKeys: {counted(32)},
	}}
}

// theIDKey is made once: an RSA key takes a while.
var theIDKey = sync.OnceValues(token.NewIDKey)

// mint is a mint with one key of each kind and a clock that the test holds.
type mint struct {
	*token.Mint
	ring   *token.Ring
	safe   *safe
	access token.Key
	id     token.Key
	now    time.Time
}

func newMint(t testing.TB) *mint {
	t.Helper()
	m := &mint{safe: newSafe(), now: time.Unix(1_800_000_000, 5e8).UTC()}
	var err error
	if m.access, err = token.NewKey(); err != nil {
		t.Fatal(err)
	}
	if m.id, err = theIDKey(); err != nil {
		t.Fatal(err)
	}
	ids := m.safe.keep(t, m.access, m.id)
	m.ring = token.NewRing(m.safe)
	if err := m.ring.Use(t.Context(), ids, ids); err != nil {
		t.Fatal(err)
	}
	secrets, err := token.TakeSecrets(t.Context(), m.safe)
	if err != nil {
		t.Fatal(err)
	}
	m.Mint = token.NewMint(issuer, m.ring, secrets, func() time.Time { return m.now })
	return m
}

func publicHalf(t testing.TB, k token.Key) crypto.PublicKey {
	t.Helper()
	raw, err := k.Public()
	if err != nil {
		t.Fatal(err)
	}
	var jwk jose.JSONWebKey
	if err := json.Unmarshal(raw, &jwk); err != nil || !jwk.IsPublic() {
		t.Fatalf("%s: %v", raw, err)
	}
	return jwk.Key
}
