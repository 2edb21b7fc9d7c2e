package oidcverify_test

import (
	"crypto/ed25519"
	"testing"
)

// BenchmarkVerify verifies tokens that come for the first time, one that comes
// again, and beside them the signature alone.
func BenchmarkVerify(b *testing.B) {
	i, v := newIssuer(b)
	key := i.edKey("k1")
	b.Run("first", func(b *testing.B) {
		tokens := make([]string, 2048)
		for n := range tokens {
			tokens[n] = i.token("k1", key, nil)
		}
		n, fresh := 0, v
		for b.Loop() {
			if n%len(tokens) == 0 { // a verifier that remembers none of them
				fresh = i.verifier()
			}
			if _, _, err := fresh.Verify(b.Context(), tokens[n%len(tokens)]); err != nil {
				b.Fatal(err)
			}
			n++
		}
	})
	token := i.token("k1", key, nil)
	b.Run("again", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := v.Verify(b.Context(), token); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("ed25519", func(b *testing.B) {
		public, signature := key.Public().(ed25519.PublicKey), ed25519.Sign(key, []byte(token))
		for b.Loop() {
			if !ed25519.Verify(public, []byte(token), signature) {
				b.Fatal("bad")
			}
		}
	})
}
