package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/apikey"
	"github.com/heddle-dev/heddle/services/auth/internal/keytext"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
)

// keyed gives alice, in person, who is a member of users and cms and an
// operator.
func keyed(t *testing.T) (fixture, context.Context) {
	t.Helper()
	f := newFixture(t)
	for _, g := range []string{"users", "cms"} {
		if _, err := f.CreateGroup(t.Context(), authapi.GroupRequest{Name: g}); err != nil {
			t.Fatal(err)
		}
	}
	u, err := f.RegisterUser(t.Context(), authapi.RegisterRequest{Name: "alice", Password: "correct horse",
		Groups: []string{"users", "cms"}, Roles: []string{"operator"}})
	if err != nil {
		t.Fatal(err)
	}
	return f, as(t, u.ID, "alice")
}

func made(t *testing.T, f fixture, ctx context.Context, r authapi.NewAPIKey) authapi.APIKeySecret {
	t.Helper()
	k, err := f.CreateAPIKey(ctx, r)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func comeIn(f fixture, ctx context.Context, secret string) (authapi.Resolved, error) {
	return f.Token(ctx, authapi.TokenProof{Value: secret, Accept: []authapi.Kind{authapi.KindAPIKey}})
}

func TestAKeyIsItsUserWithLimits(t *testing.T) {
	t.Parallel()
	f, alice := keyed(t)
	k := made(t, f, alice, authapi.NewAPIKey{Name: "laptop"})
	if left := time.Until(k.Expires); !slices.Equal(k.Scopes, []string{"api:read"}) || left < 89*24*time.Hour || left > 90*24*time.Hour {
		t.Errorf("defaults: %+v", k.APIKey)
	}
	r, err := comeIn(f, t.Context(), k.Secret)
	p := r.Principal
	if err != nil || p.ID != k.User || p.Name != "alice" || p.Group != "users" || len(p.Groups) != 2 || p.Method != who.MethodAPIKey || p.Credential != "apikey/"+k.ID {
		t.Errorf("%+v, %v", p, err)
	}
	if !slices.Equal(p.Scopes, k.Scopes) || p.Operator() || slices.Contains(r.Permissions, "cop") || p.InPerson() {
		t.Errorf("it may more than it was made for: %+v, %v", p, r.Permissions)
	}
	if r.Facts.User != k.User || r.Facts.APIKey != k.ID || r.Facts.Position == 0 || !r.Facts.Expires.Equal(k.Expires) {
		t.Errorf("%+v", r.Facts)
	}
	op := made(t, f, alice, authapi.NewAPIKey{Name: "robot", Scopes: []string{"operator", "api", "api"}, Group: "cms", Lifetime: time.Hour})
	if r, err = comeIn(f, t.Context(), op.Secret); err != nil || !r.Principal.Operator() || r.Principal.Group != "cms" || !slices.Equal(r.Principal.Groups, []string{"cms"}) || !slices.Equal(r.Principal.Scopes, []string{"api", "operator"}) {
		t.Errorf("%+v, %v", r.Principal, err)
	}
	if _, err := f.Token(t.Context(), authapi.TokenProof{Value: op.Secret}); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("at a door that takes no keys: %v", err)
	}
}

// TestKeysAreMadeInPerson: what a program was entrusted with makes no further
// credentials.
func TestKeysAreMadeInPerson(t *testing.T) {
	t.Parallel()
	f, alice := keyed(t)
	k := made(t, f, alice, authapi.NewAPIKey{Name: "laptop", Scopes: []string{"api", "operator"}})
	r, err := comeIn(f, t.Context(), k.Secret)
	if err != nil {
		t.Fatal(err)
	}
	for what, p := range map[string]who.Principal{
		"an API key":  r.Principal,
		"a token":     {ID: k.User, Name: "alice", Method: who.MethodToken},
		"a client":    {ID: k.User, Name: "alice", Method: who.MethodSession, Client: "c"},
		"a component": who.Component("gateway"),
		"nobody":      {},
	} {
		_, err := f.CreateAPIKey(who.With(t.Context(), p), authapi.NewAPIKey{Name: "more"})
		wantFault(t, what, err, fault.Denied, "access.in_person")
	}
}

func TestUnfitKeysAreNotMade(t *testing.T) {
	t.Parallel()
	f, alice := keyed(t)
	for field, r := range map[string]authapi.NewAPIKey{
		"name": {}, "scopes": {Name: "x", Scopes: []string{"api", "root"}}, "group": {Name: "x", Group: "atlas"},
		"expires_in": {Name: "x", Lifetime: 366 * 24 * time.Hour},
	} {
		_, err := f.CreateAPIKey(alice, r)
		if e := fault.From(err); e == nil || e.Kind != fault.Invalid || len(e.Fields) != 1 || e.Fields[0].Name != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	for _, r := range []authapi.NewAPIKey{{Name: "x", Lifetime: -time.Hour}, {Name: strings.Repeat("x", 101)}, {Name: "x", Scopes: []string{"offline_access"}}, {Name: "x", Scopes: []string{"bound"}}} {
		if _, err := f.CreateAPIKey(alice, r); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", r, err)
		}
	}
	for i := range f.KeyRules.Most {
		made(t, f, alice, authapi.NewAPIKey{Name: fmt.Sprint("k", i)})
	}
	_, err := f.CreateAPIKey(alice, authapi.NewAPIKey{Name: "one more"})
	wantFault(t, "one too many", err, fault.Conflict, "apikey.too_many")
	if kept, _ := f.vault.Hashes(t.Context(), apiKeySecrets); len(kept) != f.KeyRules.Most {
		t.Errorf("%d hashes", len(kept))
	}
}

// TestEveryRefusalIsTheSame: neither text nor work tells an unknown key from a
// wrong one.
func TestEveryRefusalIsTheSame(t *testing.T) {
	t.Parallel()
	f, alice := keyed(t)
	k := made(t, f, alice, authapi.NewAPIKey{Name: "laptop", Group: "cms"})
	_, stranger, _ := keytext.New()
	// another secret under the known id
	id, forged, _ := keytext.New()
	forged = strings.Replace(forged, id, k.ID, 1)
	var want string
	refused := func(what, secret string) {
		t.Helper()
		reads := f.vault.reads.Load()
		_, err := comeIn(f, t.Context(), secret)
		got := fmt.Sprintf("%+v, %d reads of the vault", fault.From(err), f.vault.reads.Load()-reads)
		if !fault.Is(err, fault.Unauthenticated) || want != "" && got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
		want = got
	}
	refused("unknown", stranger)
	refused("another secret", summed(forged))
	if _, err := f.change(t.Context(), "alice", user.Leave{Group: "cms"}); err != nil {
		t.Fatal(err)
	}
	refused("its group was left", k.Secret)
	k = made(t, f, alice, authapi.NewAPIKey{Name: "desktop"})
	now := f.Now
	f.App.Now = func() time.Time { return k.Expires }
	refused("expired", k.Secret)
	f.App.Now = now
	if _, err := comeIn(f, t.Context(), k.Secret); err != nil {
		t.Error(err)
	}
	if _, err := f.change(t.Context(), "alice", user.Disable{}); err != nil {
		t.Fatal(err)
	}
	refused("its user is kept out", k.Secret)
	if _, err := f.change(t.Context(), "alice", user.Enable{}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.RevokeAPIKey(alice, authapi.APIKeyRef{ID: k.ID}); err != nil {
		t.Fatal(err)
	}
	refused("revoked", k.Secret)
	want = ""
	refused("no key at all", "hdl_nonsense")
	f.vault.fail(errors.New("down"))
	_, err := comeIn(f, t.Context(), stranger)
	wantUnavailable(t, "the vault is down", err)
}

// summed writes the sum of a key anew.
func summed(text string) string {
	i := strings.LastIndex(text, "_")
	return text[:i+1] + keytext.Sum(text[:i])
}

func TestKeysAreListedAndRevoked(t *testing.T) {
	t.Parallel()
	f, alice := keyed(t)
	k := made(t, f, alice, authapi.NewAPIKey{Name: "laptop"})
	other := made(t, f, alice, authapi.NewAPIKey{Name: "robot"})
	eve, op := as(t, "eve", "eve"), as(t, "op", "op", who.RoleOperator)
	list, err := f.APIKeys(alice, authapi.Owner{})
	if err != nil || len(list.Keys) != 2 || list.Keys[0].ID != k.ID || !list.Keys[0].Used.IsZero() || list.Keys[0].Created.IsZero() {
		t.Fatalf("%+v, %v", list, err)
	}
	if list, err := f.APIKeys(op, authapi.Owner{User: "alice"}); err != nil || len(list.Keys) != 2 {
		t.Errorf("%+v, %v", list, err)
	}
	wantFault(t, "another's list", second(f.APIKeys(eve, authapi.Owner{User: "alice"})), fault.Denied, "access.role")
	wantFault(t, "another's key", second(f.RevokeAPIKey(eve, authapi.APIKeyRef{ID: k.ID})), fault.Denied, "access.owner")
	wantFault(t, "no key", second(f.RevokeAPIKey(eve, authapi.APIKeyRef{ID: "k9"})), fault.Missing, "apikey.unknown")
	for _, c := range []struct {
		ctx context.Context
		id  string
	}{{alice, k.ID}, {alice, k.ID}, {op, other.ID}} {
		if _, err := f.RevokeAPIKey(c.ctx, authapi.APIKeyRef{ID: c.id}); err != nil {
			t.Error(err)
		}
	}
	if list, err := f.APIKeys(alice, authapi.Owner{}); err != nil || len(list.Keys) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	if kept, _ := f.vault.Hashes(t.Context(), apiKeySecrets); len(kept) != 0 {
		t.Errorf("hashes are left: %v", kept)
	}
	if over, err := f.View.Over(t.Context(), who.Facts{APIKey: k.ID}); err != nil || !over {
		t.Errorf("gateways are not told: %v", err)
	}
}

// TestSecretsAreNowhere but in the answer.
func TestSecretsAreNowhere(t *testing.T) {
	t.Parallel()
	f, alice := keyed(t)
	k := made(t, f, alice, authapi.NewAPIKey{Name: "laptop"})
	parts := strings.SplitN(k.Secret, "_", 3)
	secret := parts[2][:43]
	commits, err := f.journal.Load(t.Context(), authapi.APIKeyTopic(k.User, k.ID), 0)
	if err != nil || len(commits) != 1 {
		t.Fatal(commits, err)
	}
	_, sum, _ := keytext.Parse(k.Secret)
	data := commits[0].Events[0].Data
	if bytes.Contains(data, []byte(secret)) || bytes.Contains(data, sum) {
		t.Errorf("the event holds it: %s", data)
	}
	if strings.Contains(fmt.Sprintf("%v %+v %#v", k, k, k), secret) {
		t.Error("it is printed")
	}
}

// TestUseIsNotedOncePerHour, by whichever replicas, in the owner's name, and
// nobody waits for it.
func TestUseIsNotedOncePerHour(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, alice := keyed(t)
		other := f.replica(t)
		k := made(t, f, alice, authapi.NewAPIKey{Name: "laptop"})
		working(t, f.App)
		working(t, other)
		used := func() (events int, last time.Time) {
			t.Helper()
			commits, err := f.journal.Load(t.Context(), authapi.APIKeyTopic(k.User, k.ID), 0)
			if err != nil {
				t.Fatal(err)
			}
			list, err := f.APIKeys(alice, authapi.Owner{})
			if err != nil {
				t.Fatal(err)
			}
			if e := commits[len(commits)-1].Events[0]; len(commits) > 1 && (e.Actor != k.User || e.Type != "auth.apikey.used.v1") {
				t.Errorf("%+v", e)
			}
			return len(commits) - 1, list.Keys[0].Used
		}
		time.Sleep(90 * time.Minute)
		for hour := range 3 {
			for range 5 {
				for _, a := range []*App{f.App, other} {
					if _, err := a.Token(t.Context(), authapi.TokenProof{Value: k.Secret, Accept: []authapi.Kind{authapi.KindAPIKey}}); err != nil {
						t.Fatal(err)
					}
				}
				time.Sleep(time.Minute)
			}
			if n, last := used(); n != hour+1 || !last.Equal(time.Now().UTC().Truncate(time.Hour)) {
				t.Errorf("hour %d: %d events, the last at %v", hour, n, last)
			}
			time.Sleep(55 * time.Minute)
		}
	})
}

// TestUseIsNotLost: while the journal is away, keys that a gateway knows work
// on, and their use is written when it is back.
func TestUseIsNotLost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, alice := keyed(t)
		k := made(t, f, alice, authapi.NewAPIKey{Name: "laptop"})
		if _, err := comeIn(f, t.Context(), k.Secret); err != nil {
			t.Fatal(err)
		}
		f.journal.Down(errors.New("away"))
		working(t, f.App)
		time.Sleep(time.Minute)
		f.journal.Down(nil)
		time.Sleep(time.Minute)
		if got, err := f.View.APIKeyByID(t.Context(), k.ID); err != nil || got.Used.IsZero() {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestUsesAreBounded(t *testing.T) {
	t.Parallel()
	u := newUses()
	for i := range 2 * maxUses {
		u.put(fmt.Sprint(i), use{"u1", time.Unix(1, 0)})
	}
	u.put("0", use{"u1", time.Unix(2, 0)})
	u.put("0", use{"u1", time.Unix(1, 0)})
	if got := u.take(); len(got) != maxUses || got["0"].at.Unix() != 2 || len(u.take()) != 0 {
		t.Errorf("%d, %+v", len(got), got["0"])
	}
}

// TestTheSweepForgetsWhatIsOver, and leaves what may still be told of.
func TestTheSweepForgetsWhatIsOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, alice := keyed(t)
		good := made(t, f, alice, authapi.NewAPIKey{Name: "good"})
		brief := made(t, f, alice, authapi.NewAPIKey{Name: "brief", Lifetime: time.Hour})
		gone := made(t, f, alice, authapi.NewAPIKey{Name: "gone"})
		if err := f.apiKeyCommand(t.Context(), gone.User, gone.ID, apikey.Revoke{}); err != nil { // and dies before it forgets the hash
			t.Fatal(err)
		}
		if err := f.vault.PutHash(t.Context(), apiKeySecrets, "untold", []byte("x")); err != nil {
			t.Fatal(err)
		}
		kept := func(want ...string) {
			t.Helper()
			got, _ := f.vault.Hashes(t.Context(), apiKeySecrets)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("kept %v, want %v", got, want)
			}
		}
		if err := f.TakeKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		working(t, f.App)
		time.Sleep(time.Minute)
		kept(good.ID, brief.ID, "untold")
		time.Sleep(25 * time.Hour)
		kept(good.ID, "untold")
	})
}
