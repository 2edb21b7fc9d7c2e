package app

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/es/esmem"
	"github.com/heddle-dev/heddle/pkg/es/estest"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/auth/internal/flow/memory"
	"github.com/heddle-dev/heddle/services/auth/internal/password"
	"github.com/heddle-dev/heddle/services/auth/internal/throttle"
	"github.com/heddle-dev/heddle/services/auth/internal/token"
	"github.com/heddle-dev/heddle/services/auth/internal/vault"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// safe is a vault in memory that fails on demand.
type safe struct {
	mu        sync.Mutex
	down      error
	passwords map[string]string
	keys      [][]byte
	secrets   map[string][][]byte // by kind
	hashes    map[string][]byte   // by kind and id
}

func (s *safe) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = err
}

func (s *safe) PutPassword(_ context.Context, phc string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	credential := fmt.Sprint("c", len(s.passwords))
	s.passwords[credential] = phc
	return credential, s.down
}

func (s *safe) Password(_ context.Context, credential string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	phc, ok := s.passwords[credential]
	if s.down == nil && !ok {
		return "", vault.ErrMissing
	}
	return phc, s.down
}

func (s *safe) Forget(_ context.Context, credential string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.passwords, credential)
	return s.down
}

func (s *safe) SigningKeys(context.Context) ([][]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.keys), s.down
}

func (s *safe) AddSigningKey(_ context.Context, have int, secret []byte) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down != nil || have != len(s.keys) {
		return false, s.down
	}
	s.keys = append(s.keys, secret)
	return true, nil
}

func (s *safe) Secrets(_ context.Context, kind string) ([][]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.secrets[kind], s.down
}

func (s *safe) AddSecret(_ context.Context, kind string, have int, secret []byte) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down != nil || have != len(s.secrets[kind]) {
		return false, s.down
	}
	s.secrets[kind] = append(s.secrets[kind], secret)
	return true, nil
}

func (s *safe) PutHash(_ context.Context, kind, id string, sum []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down == nil {
		s.hashes[kind+"."+id] = sum
	}
	return s.down
}

func (s *safe) Hash(_ context.Context, kind, id string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sum, ok := s.hashes[kind+"."+id]
	if s.down == nil && !ok {
		return nil, vault.ErrMissing
	}
	return sum, s.down
}

func (s *safe) ForgetHash(_ context.Context, kind, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.hashes, kind+"."+id)
	return s.down
}

// fixture is the use cases on a journal and a vault that fail on demand.
type fixture struct {
	*App
	journal *estest.Faulty
	vault   *safe
	flow    *memory.Store
}

const issuer = "http://heddle.test"

func newFixture(t *testing.T) fixture {
	t.Helper()
	f := fixture{journal: &estest.Faulty{Store: esmem.New()}, vault: &safe{passwords: map[string]string{}, secrets: map[string][][]byte{}, hashes: map[string][]byte{}}}
	v, err := view.Open(filepath.Join(t.TempDir(), "view.db"), f.journal, logx.Discard())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- v.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-done
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	ring, store := token.NewRing(f.vault), memory.New(time.Now)
	secrets, err := token.TakeSecrets(t.Context(), f.vault)
	if err != nil {
		t.Fatal(err)
	}
	f.flow = store
	f.App = New(Deps{Store: f.journal, View: v, Vault: f.vault, Gate: password.NewGate(2, 8), Ring: ring,
		Mint: token.NewMint(issuer, ring, secrets, time.Now), Flow: store, Now: time.Now,
		Throttle: throttle.New(store, throttle.Limits{Of: "password", Pair: 5, Name: 20, Address: 50, Window: time.Minute}),
		Config:   Config{Issuer: issuer, Setups: []string{"Prod", "Test"}, TokenLifetime: time.Hour}})
	return f
}
