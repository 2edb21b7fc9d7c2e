package password

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

func TestHashAndVerify(t *testing.T) {
	t.Parallel()
	g := NewGate(2, 2)
	phc, err := g.Hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$") || strings.Contains(phc, "horse") {
		t.Errorf("PHC string %q", phc)
	}
	if again, _ := g.Hash(t.Context(), "correct horse"); again == phc {
		t.Error("two hashes of one password are equal: no salt")
	}
	for password, want := range map[string]bool{"correct horse": true, "correct Horse": false, "": false, "correct horse ": false} {
		if ok, err := g.Verify(t.Context(), phc, password); ok != want || err != nil {
			t.Errorf("Verify(%q) = %v, %v", password, ok, err)
		}
	}
}

func TestVerifiesTheReferenceVector(t *testing.T) {
	t.Parallel()
	// From the test suite of the reference implementation: "password", "somesalt", t=2, m=2^16, p=1.
	const phc = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if ok, err := matches(phc, "password"); !ok || err != nil {
		t.Errorf("matches = %v, %v", ok, err)
	}
}

func TestDamagedHashIsAnError(t *testing.T) {
	t.Parallel()
	good := hash("x")
	for _, phc := range []string{"", "x", "$2b$12$abc", strings.Replace(good, "argon2id", "argon2i", 1),
		strings.Replace(good, "m=19456", "m=4294967295", 1), strings.Replace(good, "t=2", "t=0", 1),
		strings.Replace(good, "p=1", "p=x", 1), good[:len(good)-30], good + "$"} {
		if ok, err := matches(phc, "x"); ok || !errors.Is(err, ErrHash) {
			t.Errorf("matches(%q) = %v, %v", phc, ok, err)
		}
	}
}

func TestGateIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := NewGate(1, 2)
		release := make(chan struct{})
		answers := make(chan error, 3)
		for range 3 { // one works, two wait
			go func() { answers <- g.through(t.Context(), func() error { <-release; return nil }) }()
		}
		synctest.Wait()
		err := g.through(t.Context(), func() error { t.Error("a fourth was let in"); return nil })
		if f := fault.From(err); f == nil || f.Kind != fault.Exhausted || f.Status != 429 || f.RetryAfter <= 0 {
			t.Errorf("the fourth got %v", err)
		}
		close(release)
		for range 3 {
			if err := <-answers; err != nil {
				t.Errorf("one that was let in got %v", err)
			}
		}
		if err := g.through(t.Context(), func() error { return nil }); err != nil {
			t.Errorf("afterwards there is room again: %v", err)
		}
	})
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := NewGate(1, 1)
		release := make(chan struct{})
		go g.through(t.Context(), func() error { <-release; return nil })
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := g.through(ctx, func() error { t.Error("it was let in"); return nil }); !fault.Is(err, fault.Timeout) {
			t.Errorf("got %v", err)
		}
		close(release)
	})
}

func TestNobodyWaitsForLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := NewGate(1, 1)
		release := make(chan struct{})
		go g.through(t.Context(), func() error { <-release; return nil })
		synctest.Wait()
		began := time.Now()
		err := g.through(t.Context(), func() error { t.Error("it was let in"); return nil })
		if f := fault.From(err); f == nil || f.Status != 429 || f.RetryAfter <= 0 || time.Since(began) != patience {
			t.Errorf("after %v it got %v", time.Since(began), err)
		}
		close(release)
	})
}

func TestProofs(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	p := NewProofs(func() time.Time { return now })
	p.Add("alice", "c1", "secret")
	if !p.Has("alice", "c1", "secret") {
		t.Error("a verified password is not remembered")
	}
	for _, other := range [][3]string{{"alice", "c1", "Secret"}, {"alice", "c2", "secret"}, {"bob", "c1", "secret"},
		{"alicec1", "", "secret"}, {"alice", "c1s", "ecret"}} {
		if p.Has(other[0], other[1], other[2]) {
			t.Errorf("%v was never verified", other)
		}
	}
	now = now.Add(proofTTL)
	if p.Has("alice", "c1", "secret") {
		t.Error("it is remembered for too long")
	}
}

func BenchmarkVerify(b *testing.B) {
	g := NewGate(1, 1)
	phc := hash("secret")
	for b.Loop() {
		if ok, err := g.Verify(b.Context(), phc, "secret"); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
