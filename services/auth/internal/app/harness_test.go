package app

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/es/esmem"
	"github.com/heddle-dev/heddle/pkg/es/estest"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/flow/memory"
	"github.com/heddle-dev/heddle/services/auth/internal/key"
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
	made      int // passwords so far
	keys      []vault.Entry
	secrets   map[string][][]byte // by kind
	hashes    map[string][]byte   // by kind and id
	reads     atomic.Int64        // of hashes
}

func (s *safe) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = err
}

func (s *safe) PutPassword(_ context.Context, phc string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	credential := fmt.Sprint("c", s.made)
	s.made++
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

func (s *safe) SigningKeys(ctx context.Context) ([][]byte, error) {
	entries, err := s.SigningEntries(ctx)
	var out [][]byte
	for _, e := range entries {
		out = append(out, e.Secret)
	}
	return out, err
}

func (s *safe) SigningEntries(context.Context) ([]vault.Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.keys), s.down
}

func (s *safe) AddSigningKey(_ context.Context, newest int, secret []byte) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down != nil || len(s.keys) > 0 && newest != s.keys[len(s.keys)-1].Number {
		return false, s.down
	}
	s.keys = append(s.keys, vault.Entry{Number: newest + 1, Secret: secret})
	return true, nil
}

func (s *safe) ForgetSigningKey(_ context.Context, number int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys = slices.DeleteFunc(s.keys, func(e vault.Entry) bool { return e.Number == number })
	return s.down
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
	s.reads.Add(1)
	s.mu.Lock()
	defer s.mu.Unlock()
	sum, ok := s.hashes[kind+"."+id]
	if s.down == nil && !ok {
		return nil, vault.ErrMissing
	}
	return sum, s.down
}

func (s *safe) Hashes(_ context.Context, kind string) (ids []string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name := range s.hashes {
		if id, ok := strings.CutPrefix(name, kind+"."); ok {
			ids = append(ids, id)
		}
	}
	return ids, s.down
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
	timers  *esmem.Store
	vault   *safe
	flow    *memory.Store
	post    *letters
}

const issuer = "http://heddle.test"

func newFixture(t *testing.T) fixture {
	t.Helper()
	store := esmem.New()
	f := fixture{journal: &estest.Faulty{Store: store}, timers: store, vault: &safe{passwords: map[string]string{}, secrets: map[string][][]byte{}, hashes: map[string][]byte{}}, post: &letters{}}
	f.flow = memory.New(time.Now)
	f.App = f.replica(t)
	return f
}

// replica is a further one on the same journal, vault and short-lived state.
func (f fixture) replica(t *testing.T) *App {
	t.Helper()
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
	ring := token.NewRing(f.vault)
	secrets, err := token.TakeSecrets(t.Context(), f.vault)
	if err != nil {
		t.Fatal(err)
	}
	return New(Deps{Store: f.journal, Timers: f.timers, View: v, Vault: f.vault, Gate: password.NewGate(2, 8), Ring: ring, Log: logx.Discard(),
		Mint: token.NewMint(issuer, ring, secrets, time.Now), Flow: f.flow, Now: time.Now,
		Resets: throttle.New(f.flow, throttle.Limits{Of: "reset", Pair: 3, Window: time.Minute}), Post: f.post,
		Throttle: throttle.New(f.flow, throttle.Limits{Of: "password", Pair: 5, Name: 20, Address: 50, Window: time.Minute}),
		Config: Config{Issuer: issuer, Setups: []string{"Prod", "Test"}, TokenLifetime: time.Hour, Core4Lifetime: 8 * time.Hour, ResetLifetime: 8 * time.Hour,
			KeyPlan:  key.Plan{Lifetime: 30 * 24 * time.Hour, Notice: time.Hour, Overlap: 25 * time.Hour},
			KeyRules: APIKeyRules{Scopes: []string{"api:read"}, Lifetime: 90 * 24 * time.Hour, Longest: 365 * 24 * time.Hour, Most: 5}}})
}

// Verify says whose a name and a password are.
func (f fixture) Verify(ctx context.Context, r authapi.PasswordRequest) (who.Principal, error) {
	known, err := f.Password(ctx, authapi.PasswordProof{Name: r.Name, Password: r.Password})
	return known.Principal, err
}
