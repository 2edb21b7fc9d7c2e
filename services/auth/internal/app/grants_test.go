package app

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
)

// begun gives a user with a grant of one client.
func begun(t *testing.T, f fixture) (userID string, b oauth.Begun) {
	t.Helper()
	u, err := f.RegisterUser(t.Context(), authapi.RegisterRequest{Name: "alice", Password: "correct horse"})
	if err != nil {
		t.Fatal(err)
	}
	b = oauth.Begun{ID: "g1", User: u.ID, Client: "demo.X", Group: "users", Scopes: []string{"api", "openid"},
		Expires: f.Now().Add(time.Hour), AuthTime: f.Now(), Offline: true}
	position, err := NewGrants(f.App).Begin(t.Context(), b)
	if err != nil || position == 0 {
		t.Fatal(position, err)
	}
	return u.ID, b
}

func TestAGrantIsRefreshedUntilItsTokenComesAgain(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, b := begun(t, f)
	first, err := NewGrants(f.App).Rotate(t.Context(), "g1", oauth.First, "demo.X")
	if err != nil || first.Generation != oauth.First+1 || first.User != b.User || first.Position == 0 {
		t.Fatalf("%+v, %v", first, err)
	}
	for _, c := range []struct {
		id, client string
		generation uint64
		want       error
	}{
		{"g2", "demo.X", 1, oauth.ErrForged}, {"g1", "other", 2, oauth.ErrForged}, {"g1", "demo.X", 3, oauth.ErrForged},
		{"g1", "demo.X", 1, oauth.ErrReused}, {"g1", "demo.X", 2, oauth.ErrRevoked},
	} {
		if got, err := NewGrants(f.App).Rotate(t.Context(), c.id, c.generation, c.client); !errors.Is(err, c.want) {
			t.Errorf("%+v: %+v, %v", c, got, err)
		}
	}
	if _, err := NewGrants(f.App).Begin(t.Context(), b); !errors.Is(err, oauth.ErrRevoked) {
		t.Errorf("begun again: %v", err)
	}
}

// TestTwoRefreshesAtOnce: at most one gets a token, and then none is good.
func TestTwoRefreshesAtOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	begun(t, f)
	var wg sync.WaitGroup
	var mu sync.Mutex
	good := 0
	for range 8 {
		wg.Go(func() {
			if _, err := NewGrants(f.App).Rotate(t.Context(), "g1", 1, "demo.X"); err == nil {
				mu.Lock()
				defer mu.Unlock()
				good++
			} else if !errors.Is(err, oauth.ErrReused) && !errors.Is(err, oauth.ErrRevoked) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if good != 1 {
		t.Errorf("%d of them got a token", good)
	}
	if _, err := NewGrants(f.App).Rotate(t.Context(), "g1", 2, "demo.X"); !errors.Is(err, oauth.ErrRevoked) {
		t.Errorf("afterwards: %v", err)
	}
}

// TestANewPasswordEndsTheGrant, but not one that begins afterwards.
func TestANewPasswordEndsTheGrant(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id, b := begun(t, f)
	given := func() bool {
		ok, err := NewGrants(f.App).Given(t.Context(), id, "demo.X", "users", []string{"api"})
		if err != nil {
			t.Error(err)
		}
		return ok
	}
	if !given() {
		t.Error("it is given before")
	}
	if _, err := f.SetPassword(t.Context(), authapi.PasswordRequest{Name: "alice", Password: "another horse"}); err != nil {
		t.Fatal(err)
	}
	if given() {
		t.Error("it is given afterwards")
	}
	if _, err := NewGrants(f.App).Rotate(t.Context(), "g1", 1, "demo.X"); !errors.Is(err, oauth.ErrRevoked) {
		t.Errorf("refreshed: %v", err)
	}
	b.ID = "g2"
	if _, err := NewGrants(f.App).Begin(t.Context(), b); err != nil || !given() {
		t.Errorf("a new one: %v", err)
	}
	for _, scopes := range [][]string{{"operator"}, {"api", "groups"}} {
		if ok, err := NewGrants(f.App).Given(t.Context(), id, "demo.X", "users", scopes); ok || err != nil {
			t.Errorf("%v is given: %v", scopes, err)
		}
	}
}

// TestAReplayedCodeNeverBegins: the loser of two redeemers revokes a grant
// that the winner has not begun yet.
func TestAReplayedCodeNeverBegins(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	if err := NewGrants(f.App).Revoke(t.Context(), "u1", "g1", oauth.ByReplay); err != nil {
		t.Fatal(err)
	}
	if _, err := NewGrants(f.App).Begin(t.Context(), oauth.Begun{ID: "g1", User: "u1", Client: "c", Expires: f.Now().Add(time.Hour)}); !errors.Is(err, oauth.ErrRevoked) {
		t.Errorf("begun: %v", err)
	}
}

// TestASteadyGrantGoesOnUntilItEnds: without an event, and no longer than any
// other.
func TestASteadyGrantGoesOnUntilItEnds(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, b := begun(t, f)
	g := NewGrants(f.App)
	before := f.View.Position()
	for range 3 {
		got, err := g.Go(t.Context(), "g1", oauth.First, "demo.X")
		if err != nil || got.Generation != oauth.First || got.User != b.User || got.Position != before {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	for _, c := range []struct {
		id, client string
		generation uint64
	}{{"g2", "demo.X", 1}, {"g1", "other", 1}, {"g1", "demo.X", 2}, {"g1", "demo.X", 0}} {
		if _, err := g.Go(t.Context(), c.id, c.generation, c.client); !errors.Is(err, oauth.ErrForged) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if _, err := f.SetPassword(t.Context(), authapi.PasswordRequest{Name: "alice", Password: "another"}); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Go(t.Context(), "g1", oauth.First, "demo.X"); !errors.Is(err, oauth.ErrRevoked) {
		t.Errorf("after a new password: %v", err)
	}
}
