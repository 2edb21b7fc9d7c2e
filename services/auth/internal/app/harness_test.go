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
	"github.com/heddle-dev/heddle/services/auth/internal/password"
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

// fixture is the use cases on a journal and a vault that fail on demand.
type fixture struct {
	*App
	journal *estest.Faulty
	vault   *safe
}

func newFixture(t *testing.T) fixture {
	t.Helper()
	f := fixture{journal: &estest.Faulty{Store: esmem.New()}, vault: &safe{passwords: map[string]string{}}}
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
	f.App = New(Deps{Store: f.journal, View: v, Vault: f.vault, Gate: password.NewGate(2, 8),
		Signer: token.NewSigner("http://heddle.test", time.Hour, time.Now), Now: time.Now})
	return f
}
