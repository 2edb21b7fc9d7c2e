package token_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
)

// BenchmarkEd25519 is the yardstick: the signature alone, of as many bytes as
// an access token has.
func BenchmarkEd25519(b *testing.B) {
	m := newMint(b)
	at, err := m.Access(full(m))
	if err != nil {
		b.Fatal(err)
	}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("sign", func(b *testing.B) {
		for b.Loop() {
			ed25519.Sign(private, []byte(at))
		}
	})
	signature := ed25519.Sign(private, []byte(at))
	b.Run("verify", func(b *testing.B) {
		for b.Loop() {
			if !ed25519.Verify(public, []byte(at), signature) {
				b.Fatal("bad")
			}
		}
	})
}

func BenchmarkMint(b *testing.B) {
	m := newMint(b)
	m.now = time.Now()
	claims := full(m)
	at, err := m.Access(claims)
	if err != nil {
		b.Fatal(err)
	}
	rt, _ := m.Refresh("g1", 1, "c1")
	core4, _ := m.Core4("alice", m.now, m.now.Add(time.Hour), 1)
	hint := oauth.IDClaims{Subject: "u1", Client: "c1", AccessToken: at, Expires: m.now.Add(time.Hour)}
	for name, f := range map[string]func() error{
		"access":       func() error { _, err := m.Access(claims); return err },
		"open access":  func() error { _, err := m.OpenAccess(at); return err },
		"ID EdDSA":     func() error { hint.Alg = "EdDSA"; _, err := m.ID(hint); return err },
		"ID RS256":     func() error { hint.Alg = "RS256"; _, err := m.ID(hint); return err },
		"open refresh": func() error { _, _, err := m.OpenRefresh(rt, "c1"); return err },
		"open core4":   func() error { _, _, _, _, err := m.OpenCore4(core4); return err },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := f(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
