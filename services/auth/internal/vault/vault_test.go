package vault_test

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/services/auth/internal/token"
	"github.com/heddle-dev/heddle/services/auth/internal/vault"
)

func open(t *testing.T, s *natstest.Server) *vault.Vault {
	t.Helper()
	v, err := vault.Open(t.Context(), s.Conn(t), 0)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestPasswordsSurviveARestart(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	credential, err := open(t, s).PutPassword(t.Context(), "$argon2id$x")
	if err != nil {
		t.Fatal(err)
	}
	s.Restart(t)
	v := open(t, s)
	if phc, err := v.Password(t.Context(), credential); phc != "$argon2id$x" || err != nil {
		t.Fatalf("Password = %q, %v", phc, err)
	}
	if err := v.Forget(t.Context(), credential); err != nil {
		t.Fatal(err)
	}
	for _, missing := range []string{credential, "never", "", "not a key"} {
		if _, err := v.Password(t.Context(), missing); !errors.Is(err, vault.ErrMissing) {
			t.Errorf("Password(%q): %v", missing, err)
		}
	}
}

func TestReplicasAgreeOnTheFirstKey(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	added := make([]bool, 8)
	var all sync.WaitGroup
	for i := range added {
		v := open(t, s)
		all.Go(func() {
			var err error
			if added[i], err = v.AddSigningKey(t.Context(), 0, []byte{byte(i)}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	winner := slices.Index(added, true)
	if winner < 0 || slices.Contains(added[winner+1:], true) {
		t.Fatalf("exactly one must win: %v", added)
	}
	keys, err := open(t, s).SigningKeys(t.Context())
	if err != nil || len(keys) != 1 || keys[0][0] != byte(winner) {
		t.Fatalf("keys %v, %v", keys, err)
	}
}

func TestKeysAreInTheOrderOfTheirAge(t *testing.T) {
	t.Parallel()
	v := open(t, natstest.Start(t))
	if keys, err := v.SigningKeys(t.Context()); len(keys) != 0 || err != nil {
		t.Fatalf("a new vault has %v, %v", keys, err)
	}
	for n := range 11 { // the eleventh sorts before the second as text
		if added, err := v.AddSigningKey(t.Context(), n, []byte{byte(n)}); !added || err != nil {
			t.Fatal(added, err)
		}
	}
	keys, err := v.SigningKeys(t.Context())
	if err != nil || len(keys) != 11 {
		t.Fatalf("%d keys, %v", len(keys), err)
	}
	for n, k := range keys {
		if k[0] != byte(n) {
			t.Errorf("key %d is at place %d", k[0], n)
		}
	}
}

func TestForgottenKeysLeaveAGap(t *testing.T) {
	t.Parallel()
	v := open(t, natstest.Start(t))
	add := func(newest int, want bool) {
		t.Helper()
		if added, err := v.AddSigningKey(t.Context(), newest, []byte{byte(newest + 1)}); added != want || err != nil {
			t.Fatal(newest, added, err)
		}
	}
	add(0, true)
	add(1, true)
	for range 2 { // what is forgotten is forgotten
		if err := v.ForgetSigningKey(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
	}
	add(1, false)
	add(2, true)
	want := []vault.Entry{{Number: 2, Secret: []byte{2}}, {Number: 3, Secret: []byte{3}}}
	if got, err := v.SigningEntries(t.Context()); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v", got, err)
	}
}

// TestSecretsOfAKindAreApart: the token package's kinds share a vault with
// each other and with the signing keys.
func TestSecretsOfAKindAreApart(t *testing.T) {
	t.Parallel()
	v := open(t, natstest.Start(t))
	for have, kind := range []string{"mac.refresh", "mac.refresh", "hmac.core4"} {
		if added, err := v.AddSecret(t.Context(), kind, have%2, []byte{byte(have)}); !added || err != nil {
			t.Fatal(kind, added, err)
		}
	}
	if added, err := v.AddSecret(t.Context(), "hmac.core4", 0, []byte{9}); added || err != nil {
		t.Errorf("what another replica added is replaced: %v, %v", added, err)
	}
	if added, err := v.AddSigningKey(t.Context(), 0, []byte{7}); !added || err != nil {
		t.Fatal(added, err)
	}
	for kind, want := range map[string]string{"mac.refresh": "\x00\x01", "hmac.core4": "\x02", "hmac.cookie": "", "hmac": "", "signing": "\x07"} {
		keys, err := v.Secrets(t.Context(), kind)
		if got := string(bytes.Join(keys, nil)); got != want || err != nil {
			t.Errorf("%s: %q, %v", kind, got, err)
		}
	}
}

// What the token package asks of a vault is what this one is.
var (
	_ token.Keys        = (*vault.Vault)(nil)
	_ token.SecretStore = (*vault.Vault)(nil)
)
