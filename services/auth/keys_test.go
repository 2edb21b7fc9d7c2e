package auth_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// TestARobotComesInWithAKey that its user makes, sees and takes back.
func TestARobotComesInWithAKey(t *testing.T) {
	t.Parallel()
	_, s := start(t)
	alice := newSignedIn(t, s)
	mine, ctx := authapi.NewAPIKeysRPC(s.Conn(t)), who.With(t.Context(), alice.Principal)
	key, err := mine.CreateAPIKey(ctx, authapi.NewAPIKey{Name: "robot", Scopes: []string{"api"}, Lifetime: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	come := func() (authapi.Resolved, error) {
		return alice.creds.Token(t.Context(), authapi.TokenProof{Value: key.Secret, Accept: []authapi.Kind{authapi.KindAPIKey}})
	}
	r, err := come()
	if err != nil || r.Principal.Name != "alice" || r.Principal.Method != who.MethodAPIKey || over(t, s, r.Facts) {
		t.Fatalf("%+v, %v", r, err)
	}
	if list, err := mine.APIKeys(ctx, authapi.Owner{}); err != nil || len(list.Keys) != 1 || list.Keys[0].ID != key.ID {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := mine.RevokeAPIKey(ctx, authapi.APIKeyRef{ID: key.ID}); err != nil {
		t.Fatal(err)
	}
	if _, err := come(); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("a revoked key: %v", err)
	}
	if !over(t, s, r.Facts) {
		t.Error("gateways that know the key let it in")
	}
}

// TestKeysTurnByTheServersTimers: nobody calls; the broker wakes a replica,
// and both end with the same keys.
func TestKeysTurnByTheServersTimers(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	told, err := s.Conn(t).SubscribeSync("evt.auth.key.>")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		run(t, s.Conn(t), auth.Config{Demo: true, KeyLifetime: 2 * time.Second, KeyNotice: time.Second}, nil).await(t)
	}
	activated := 0
	for activated < 2 { // the first keys are announced and activated at once
		m, err := told.NextMsg(30 * time.Second)
		if err != nil {
			t.Fatalf("%d keys had their turn: %v", activated, err)
		}
		if m.Header.Get("ce-type") == "auth.key.activated.v1" {
			activated++
		}
	}
	raw, err := dial(s.Conn(t)).Keys(t.Context(), authapi.Empty{})
	var set struct{ Keys []struct{ Alg string } }
	if err == nil {
		err = json.Unmarshal(raw, &set)
	}
	if err != nil || len(set.Keys) < 4 {
		t.Errorf("%d keys, %v", len(set.Keys), err)
	}
}

// TestAnOperatorRotatesWhileOthersWork: the answer waits until everybody knows
// the new keys, and nobody else may ask for it.
func TestAnOperatorRotatesWhileOthersWork(t *testing.T) {
	t.Parallel()
	c, s := start(t)
	admin := authapi.NewAdminRPC(s.Conn(t))
	alice := newSignedIn(t, s)
	if _, err := admin.RotateKeys(who.With(t.Context(), alice.Principal), authapi.KeyRotation{}); !fault.Is(err, fault.Denied) {
		t.Errorf("a user rotates: %v", err)
	}
	old, err := alice.redeem(alice.code())
	if err != nil {
		t.Fatal(err)
	}
	list, err := admin.RotateKeys(operator(t), authapi.KeyRotation{Now: true})
	if err != nil || len(list.Keys) != 4 || list.Keys[0].Activated.IsZero() {
		t.Fatalf("%+v, %v", list, err)
	}
	fresh, err := alice.redeem(alice.code())
	if err != nil {
		t.Fatal(err)
	}
	v := verifier(c)
	_, before, err := v.Verify(t.Context(), old.AccessToken)
	if err != nil {
		t.Errorf("a token of before: %v", err)
	}
	_, after, err := v.Verify(t.Context(), fresh.AccessToken)
	if err != nil || after.Key == before.Key {
		t.Errorf("signed with %s and then %s: %v", before.Key, after.Key, err)
	}
}
