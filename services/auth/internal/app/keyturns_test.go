package app

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/pkg/who/oidcverify"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/key"
	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
	"github.com/heddle-dev/heddle/services/auth/internal/token"
)

// working lets a replica do its work until the test ends.
func working(t *testing.T, a *App) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); a.Work(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
}

// minted is an access token of that life.
func minted(t *testing.T, a *App, life time.Duration) (jwt, keyID string) {
	t.Helper()
	jwt, err := a.Mint.Access(oauth.AccessClaims{Principal: who.Principal{ID: "u1", Name: "alice", Scopes: []string{"api"}},
		Facts: who.Facts{User: "u1", Expires: a.Now().Add(life)}})
	if err != nil {
		t.Fatal(err)
	}
	c, err := a.Mint.OpenAccess(jwt)
	if err != nil {
		t.Fatal(err)
	}
	return jwt, c.Facts.Key
}

func verifier(a *App) *oidcverify.Verifier {
	return oidcverify.NewVerifier(oidcverify.Config{Issuer: issuer, Audience: authapi.Audience, Now: a.Now,
		Keys: func(ctx context.Context) (json.RawMessage, error) { return a.Keys(ctx, authapi.Empty{}) }})
}

// TestNobodyNoticesFiveRotations: one replica signs every hour, a second
// before any key can have its turn. A second replica and a stranger's verifier
// verify it soon, and again a day later, in its last second.
func TestNobodyNoticesFiveRotations(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		other := f.replica(t)
		for _, a := range []*App{f.App, other} {
			a.KeyPlan.Lifetime = 3 * 24 * time.Hour
			if err := a.TakeKeys(t.Context()); err != nil {
				t.Fatal(err)
			}
			working(t, a)
		}
		v := verifier(other)
		var old []string // of yesterday
		var signed []string
		const day = 24 * time.Hour
		for range 5*3 + 2 {
			var fresh []string
			for hour := range 24 {
				time.Sleep(time.Hour - time.Second)
				for i, jwt := range []string{at(old, hour), at(fresh, hour-1)} {
					if _, _, err := v.Verify(t.Context(), jwt); jwt != "" && err != nil {
						t.Fatalf("%d: %v", i, err)
					}
					if _, err := other.Mint.OpenAccess(jwt); jwt != "" && err != nil {
						t.Fatalf("%d at the other replica: %v", i, err)
					}
				}
				jwt, id := minted(t, f.App, day+time.Second)
				fresh = append(fresh, jwt)
				if !slices.Contains(signed, id) {
					signed = append(signed, id)
				}
				time.Sleep(time.Second)
			}
			old = fresh
		}
		if len(signed) != 6 {
			t.Errorf("%d keys signed: %v", len(signed), signed)
		}
		list, err := f.SigningKeys(t.Context(), authapi.Empty{})
		if err != nil || len(list.Keys) != 12 || list.Keys[0].Retired.After(list.Keys[0].Activated) {
			t.Errorf("%+v, %v", list, err)
		}
		for _, k := range list.Keys[2:] {
			if k.Retired.IsZero() {
				t.Errorf("%+v was not retired", k)
			}
		}
		if kept, err := f.vault.SigningEntries(t.Context()); len(kept) != 2 || err != nil {
			t.Errorf("the vault keeps %d private halves, %v", len(kept), err)
		}
	})
}

// at is one of a list, or nothing.
func at(list []string, i int) string {
	if i < 0 || i >= len(list) {
		return ""
	}
	return list[i]
}

// TestReplicasAgreeOnTheNextKey: all look at once, at the start and when the
// month is over, and again and again.
func TestReplicasAgreeOnTheNextKey(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		replicas := []*App{f.App, f.replica(t), f.replica(t)}
		all := func(do func(a *App) error) {
			t.Helper()
			var wg sync.WaitGroup
			for _, a := range replicas {
				for range 2 {
					wg.Go(func() {
						if err := do(a); err != nil {
							t.Error(err)
						}
					})
				}
			}
			wg.Wait()
		}
		take := func(a *App) error { return a.TakeKeys(t.Context()) }
		for _, c := range []struct {
			sleep         time.Duration
			known, active int
		}{{0, 2, 2}, {30 * 24 * time.Hour, 4, 2}, {time.Hour, 4, 4}, {25 * time.Hour, 4, 2}} {
			time.Sleep(c.sleep)
			all(take)
			known := known(t, f.App)
			if len(known) != c.known || len(key.Staged(known, key.Signing)) != c.active {
				t.Errorf("after %v: %d keys, %+v", c.sleep, len(known), known)
			}
		}
		all(func(a *App) error {
			_, err := a.RotateKeys(t.Context(), authapi.KeyRotation{})
			return err
		})
		if known := known(t, f.App); len(known) != 6 {
			t.Errorf("rotated by all at once: %d keys", len(known))
		}
	})
}

// TestTheRingOfAnotherReplicaFollows without being told.
func TestTheRingOfAnotherReplicaFollows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		other := f.replica(t)
		for _, a := range []*App{f.App, other} {
			if err := a.TakeKeys(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		working(t, other)
		_, before := minted(t, other, time.Hour)
		if _, err := f.RotateKeys(t.Context(), authapi.KeyRotation{Now: true}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if _, after := minted(t, other, time.Hour); after == before {
			t.Error("the other replica signs with the old key")
		}
	})
}

// TestWhoDiesHalfWayIsOvertaken: a private half that nobody was told of is
// told of, by whoever comes next, and is the one successor.
func TestWhoDiesHalfWayIsOvertaken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		if err := f.TakeKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, first := minted(t, f.App, time.Hour)
		time.Sleep(30 * 24 * time.Hour)
		if err := f.addKey(t.Context(), key.Access, 2); err != nil { // and dies
			t.Fatal(err)
		}
		if err := f.replica(t).keepKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		all := known(t, f.App)
		waiting := key.Staged(all, key.Waiting)
		if len(all) != 4 || len(waiting) != 2 {
			t.Fatalf("%+v", all)
		}
		if err := f.TakeKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, id := minted(t, f.App, time.Hour); id != first {
			t.Error("a key signs before its time")
		}
		time.Sleep(time.Hour)
		if err := f.TakeKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, id := minted(t, f.App, time.Hour); id != waiting[0].ID && id != waiting[1].ID {
			t.Errorf("signed by %s", id)
		}
	})
}

// TestALostVaultMakesNewKeys: tokens of the old ones are still verified by
// whoever has their public halves.
func TestALostVaultMakesNewKeys(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		if err := f.TakeKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		jwt, before := minted(t, f.App, 24*time.Hour)
		f.vault.keys = nil
		if err := f.TakeKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, after := minted(t, f.App, time.Hour); after == before {
			t.Error("a key that is lost signs")
		}
		if _, _, err := verifier(f.App).Verify(t.Context(), jwt); err != nil {
			t.Error(err)
		}
		time.Sleep(25 * time.Hour)
		if err := f.TakeKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		if all := known(t, f.App); len(key.Staged(all, key.Over)) != 2 {
			t.Errorf("%+v", all)
		}
	})
}

func TestOperatorsRotate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		if err := f.TakeKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		working(t, f.App)
		_, first := minted(t, f.App, time.Hour)
		list, err := f.RotateKeys(t.Context(), authapi.KeyRotation{})
		if err != nil || len(list.Keys) != 4 || !list.Keys[0].Activated.IsZero() || list.Keys[3].Alg != "EdDSA" || list.Keys[2].Alg != "RS256" {
			t.Fatalf("%+v, %v", list, err)
		}
		if _, id := minted(t, f.App, time.Hour); id != first {
			t.Error("it signs before anybody knows it")
		}
		began := time.Now()
		now, err := f.RotateKeys(t.Context(), authapi.KeyRotation{Now: true})
		if err != nil || len(now.Keys) != 4 || now.Keys[0].Activated.IsZero() || time.Since(began) < heartbeat {
			t.Fatalf("the key that waited is the one that signs now: %+v, %v", now, err)
		}
		_, second := minted(t, f.App, time.Hour)
		if second == first {
			t.Error("the old key signs")
		}
		time.Sleep(25*time.Hour + time.Second)
		if list, err = f.SigningKeys(t.Context(), authapi.Empty{}); err != nil || list.Keys[3].ID != first || list.Keys[3].Retired.IsZero() || !list.Keys[0].Retired.IsZero() {
			t.Errorf("%+v, %v", list, err)
		}
		_, err = f.RotateKeys(t.Context(), authapi.KeyRotation{Compromised: "k9"})
		wantFault(t, "an unknown key", err, fault.Missing, "key.unknown")
	})
}

// TestACompromisedKeyEndsItsTokens, whichever state it is in, and the service
// signs on.
func TestACompromisedKeyEndsItsTokens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		if err := f.TakeKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		over := func(jwt, id string) bool {
			t.Helper()
			_, err := f.Mint.OpenAccess(jwt)
			revoked, _ := f.View.Over(t.Context(), who.Facts{Key: id})
			return err != nil && revoked
		}
		for range 2 {
			jwt, id := minted(t, f.App, time.Hour)
			list, err := f.RotateKeys(t.Context(), authapi.KeyRotation{Compromised: id})
			if err != nil || !over(jwt, id) {
				t.Fatalf("%s is good: %+v, %v", id, list, err)
			}
			next, nextID := minted(t, f.App, time.Hour)
			if over(next, nextID) {
				t.Error("the new key is over")
			}
			if raw, err := f.Keys(t.Context(), authapi.Empty{}); err != nil || !json.Valid(raw) || slices.Contains(ids(t, raw), id) {
				t.Errorf("%s, %v", raw, err)
			}
			for _, p := range f.vault.keys {
				if k, err := token.ParseKey(p.Secret); err != nil || k.ID == id {
					t.Errorf("the vault keeps it: %v", err)
				}
			}
		}
		list, err := f.RotateKeys(t.Context(), authapi.KeyRotation{})
		if err != nil {
			t.Fatal(err)
		}
		waiting := list.Keys[0].ID
		if list, err = f.RotateKeys(t.Context(), authapi.KeyRotation{Compromised: waiting}); err != nil {
			t.Fatal(err)
		}
		for _, k := range list.Keys {
			if k.ID == waiting && (!k.Activated.IsZero() || k.Retired.IsZero()) {
				t.Errorf("a compromised key had its turn: %+v", k)
			}
		}
	})
}

// known are the keys of the journal.
func known(t *testing.T, a *App) []key.Dated {
	t.Helper()
	if err := a.View.Fresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	all, err := a.View.Keys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// ids are those of a key set.
func ids(t *testing.T, raw json.RawMessage) (all []string) {
	t.Helper()
	var set struct{ Keys []struct{ Kid string } }
	if err := json.Unmarshal(raw, &set); err != nil {
		t.Fatal(err)
	}
	for _, k := range set.Keys {
		all = append(all, k.Kid)
	}
	return all
}
