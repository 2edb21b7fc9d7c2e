package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/estest"
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
	"github.com/heddle-dev/heddle/services/auth/internal/token"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
)

func bob() authapi.RegisterRequest { return authapi.RegisterRequest{Name: "bob", Password: "bob123"} }

func prove(password string) authapi.PasswordRequest {
	return authapi.PasswordRequest{Name: "bob", Password: password}
}

func wantUnavailable(t *testing.T, what string, err error) {
	t.Helper()
	if f := fault.From(err); f == nil || f.Kind != fault.Unavailable || f.RetryAfter <= 0 {
		t.Errorf("%s: %v", what, err)
	}
}

func TestRoleIsThePlatforms(t *testing.T) {
	t.Parallel()
	if string(user.Operator) != who.RoleOperator {
		t.Errorf("the domain's operator is %q, the platform's %q", user.Operator, who.RoleOperator)
	}
}

func TestUnavailableStoresAreNobodysFault(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	if _, err := f.RegisterUser(t.Context(), bob()); err != nil {
		t.Fatal(err)
	}
	all := func(what string) {
		t.Helper()
		_, err := f.Verify(t.Context(), prove("bob123"))
		wantUnavailable(t, what+", Verify", err)
		_, err = f.Verify(t.Context(), authapi.PasswordRequest{Name: "nobody", Password: "x"})
		wantUnavailable(t, what+", Verify of nobody", err)
		_, err = f.RegisterUser(t.Context(), authapi.RegisterRequest{Name: "eve", Password: "x"})
		wantUnavailable(t, what+", RegisterUser", err)
		_, err = f.SetPassword(t.Context(), prove("other"))
		wantUnavailable(t, what+", SetPassword", err)
		wantUnavailable(t, what+", TakeKeys", f.TakeKeys(t.Context()))
	}
	f.vault.fail(errors.New("no responders"))
	all("vault")
	f.vault.fail(nil)
	f.journal.Down(errors.New("no stream"))
	all("journal")
	f.journal.Down(nil)
	if _, err := f.Verify(t.Context(), prove("bob123")); err != nil {
		t.Errorf("all is back: %v", err)
	}
	if us, err := f.Users(t.Context(), authapi.Empty{}); err != nil || len(us.Users) != 1 {
		t.Errorf("what failed has left %+v, %v", us, err)
	}
}

func TestLostAcknowledgementCanBeRepeated(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.journal.LoseAcks(1)
	_, err := f.RegisterUser(t.Context(), bob())
	wantUnavailable(t, "the first try", err)
	u, err := f.RegisterUser(t.Context(), bob())
	if err != nil || u.Name != "bob" {
		t.Fatalf("the second try: %+v, %v", u, err)
	}
	if _, err := f.Verify(t.Context(), prove("bob123")); err != nil {
		t.Error(err)
	}
}

func TestLostCredentialIsNoWrongPassword(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	if _, err := f.RegisterUser(t.Context(), bob()); err != nil {
		t.Fatal(err)
	}
	f.vault.mu.Lock()
	f.vault.passwords["c0"] = "damaged"
	f.vault.mu.Unlock()
	if _, err := f.Verify(t.Context(), prove("bob123")); !fault.Is(err, fault.Internal) {
		t.Errorf("damaged: %v", err)
	}
	if err := f.vault.Forget(t.Context(), "c0"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Verify(t.Context(), prove("bob123")); !fault.Is(err, fault.Internal) {
		t.Errorf("lost: %v", err)
	}
}

// TestSecretIsThereBeforeItsEvent looks into the vault at the moment of the append.
func TestSecretIsThereBeforeItsEvent(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	looked := 0
	look := func() {
		looked++
		if phc, err := f.vault.Password(t.Context(), "c0"); phc == "" || err != nil {
			t.Errorf("at the event the vault has %q, %v", phc, err)
		}
	}
	f.journal.Meet(look)
	if _, err := f.RegisterUser(t.Context(), bob()); err != nil || looked != 1 {
		t.Fatalf("looked %d times, %v", looked, err)
	}
	if _, err := f.SetPassword(t.Context(), prove("new")); err != nil {
		t.Fatal(err)
	}
	if _, ok := f.vault.passwords["c0"]; ok || len(f.vault.passwords) != 1 {
		t.Errorf("after the change the vault holds %d passwords, the old one: %v", len(f.vault.passwords), ok)
	}
}

// TestRaceForAName lets another replica register the same name just before
// this one's append.
func TestRaceForAName(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		other authapi.RegisterRequest
		want  string
	}{
		"the same user":    {bob(), ""},
		"another password": {authapi.RegisterRequest{Name: "bob", Password: "other"}, "user.taken"},
		"other roles":      {authapi.RegisterRequest{Name: "bob", Password: "bob123", Roles: []string{"operator"}}, "user.taken"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.journal.Meet(func() {
				if _, err := f.RegisterUser(t.Context(), c.other); err != nil {
					t.Error(err)
				}
			})
			_, err := f.RegisterUser(t.Context(), bob())
			if c.want == "" && err != nil || c.want != "" && fault.From(err).Code != c.want {
				t.Error(err)
			}
			if _, err := f.Verify(t.Context(), prove(c.other.Password)); err != nil {
				t.Errorf("the one who was first: %v", err)
			}
		})
	}
}

func anybody() oauth.AccessClaims {
	return oauth.AccessClaims{Principal: who.Principal{ID: "u1"}, Facts: who.Facts{User: "u1", Expires: time.Now().Add(time.Hour)}}
}

func TestKeyIsAnnouncedBeforeItSigns(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.journal.Meet(func() {
		if _, err := f.Mint.Access(anybody()); !errors.Is(err, token.ErrNoKey) {
			t.Errorf("before its announcement: %v", err)
		}
	})
	if err := f.TakeKeys(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Mint.Access(anybody()); err != nil {
		t.Error(err)
	}
	next, err := token.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	secret, err := next.Secret()
	if err != nil {
		t.Fatal(err)
	}
	if added, err := f.vault.AddSigningKey(t.Context(), 2, secret); !added || err != nil {
		t.Fatal(added, err)
	}
	if err := f.TakeKeys(t.Context()); err != nil {
		t.Fatal(err)
	}
	raw, err := f.Keys(t.Context(), authapi.Empty{})
	if err != nil {
		t.Fatal(err)
	}
	var set struct{ Keys []struct{ Kid string } }
	if err := json.Unmarshal(raw, &set); err != nil || len(set.Keys) != 3 || set.Keys[2].Kid != next.ID {
		t.Errorf("keys %s, %v", raw, err)
	}
}

func TestEventsSayWhoAndWhy(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx := logx.WithRequest(who.With(t.Context(), who.Principal{ID: "op1"}), "req1")
	if _, err := f.CreateGroup(ctx, authapi.GroupRequest{Name: "users"}); err != nil {
		t.Fatal(err)
	}
	id := idOf("group", "users")
	got, err := f.journal.Load(t.Context(), authapi.GroupTopic(id), 0)
	if err != nil || len(got) != 1 || len(got[0].Events) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	e := got[0].Events[0]
	if e.Type != "auth.group.created.v1" || e.Source != "/auth" || e.Subject != "group/"+id ||
		e.Actor != "op1" || e.Correlation != "req1" || e.Time.IsZero() {
		t.Errorf("%+v", e)
	}
}

func TestProblemsAreFaults(t *testing.T) {
	t.Parallel()
	for want, err := range map[fault.Kind]error{
		fault.Conflict:    es.ErrConflict,
		fault.Exhausted:   es.ErrTooLarge,
		fault.Timeout:     context.DeadlineExceeded,
		fault.Unavailable: estest.ErrLost,
		fault.Missing:     user.ErrUnknown,
	} {
		if got := problem(err); !fault.Is(got, want) {
			t.Errorf("%v is %v", err, got)
		}
	}
	if err := problem(nil); err != nil {
		t.Errorf("nothing is %v", err)
	}
}

// It is not asked over NATS: eight hashes take a slow machine longer than a
// caller waits.
func TestOneNameIsOneUser(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	replicas := []*App{f.App, New(f.Deps)}
	const all = 8
	answers := make(chan error, all)
	for i := range all {
		go func() {
			_, err := replicas[i%2].RegisterUser(t.Context(), authapi.RegisterRequest{Name: "bob", Password: fmt.Sprint("password", i)})
			answers <- err
		}()
	}
	won := 0
	for range all {
		err := <-answers
		switch {
		case err == nil:
			won++
		case !fault.Is(err, fault.Conflict):
			t.Error(err)
		}
	}
	us, err := f.Users(t.Context(), authapi.Empty{})
	if won != 1 || err != nil || len(us.Users) != 1 {
		t.Errorf("%d registrations won; users %+v, %v", won, us, err)
	}
}
