package app

import (
	"context"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
)

// as is the context of a caller; roles are platform roles.
func as(t *testing.T, id, name string, roles ...string) context.Context {
	return who.With(t.Context(), who.Principal{ID: id, Name: name, Roles: roles, Method: who.MethodPassword})
}

func wantFault(t *testing.T, what string, err error, kind fault.Kind, code string) {
	t.Helper()
	if f := fault.From(err); f == nil || f.Kind != kind || f.Code != code {
		t.Errorf("%s: %v, want %v %s", what, err, kind, code)
	}
}

func TestUsersSeeAndEndWhatTheyAllowed(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id, b := begun(t, f)
	if _, err := f.PutRegistration(f.operator(t), authapi.Registration{ID: "demo.X", Name: "Demo", Grants: []string{"device_code"}}); err != nil {
		t.Fatal(err)
	}
	later := b
	later.ID, later.Client = "g2", "gone"
	if _, err := NewGrants(f.App).Begin(t.Context(), later); err != nil {
		t.Fatal(err)
	}
	alice := as(t, id, "alice")
	if _, err := NewGrants(f.App).Rotate(t.Context(), "g1", oauth.First, "demo.X"); err != nil {
		t.Fatal(err)
	}
	list, err := f.Grants(alice, authapi.Owner{})
	if err != nil || len(list.Grants) != 2 {
		t.Fatalf("%+v, %v", list, err)
	}
	first, second := list.Grants[0], list.Grants[1]
	if first.ID != "g1" || first.Client != (authapi.ClientCard{ID: "demo.X", Name: "Demo"}) || first.Used.IsZero() || first.Begun.IsZero() || !first.Expires.Equal(b.Expires) || len(first.Scopes) != 2 {
		t.Errorf("%+v", first)
	}
	if second.Client.Name != "gone" || !second.Used.IsZero() {
		t.Errorf("%+v", second)
	}
	for range 2 { // ended is ended
		if _, err := f.RevokeGrant(alice, authapi.GrantRef{ID: "g1"}); err != nil {
			t.Error(err)
		}
	}
	if list, err := f.Grants(alice, authapi.Owner{User: "alice"}); err != nil || len(list.Grants) != 1 || list.Grants[0].ID != "g2" {
		t.Errorf("%+v, %v", list, err)
	}
	if g, err := f.View.GrantByID(t.Context(), "g1"); err != nil || g.Revoked != "user" {
		t.Errorf("%+v, %v", g, err)
	}
	if _, err := f.SetPassword(t.Context(), authapi.PasswordRequest{Name: "alice", Password: "another horse"}); err != nil {
		t.Fatal(err)
	}
	if list, err := f.Grants(alice, authapi.Owner{}); err != nil || len(list.Grants) != 0 {
		t.Errorf("a new password has ended them all, but %+v, %v", list, err)
	}
}

func TestGrantsOfOthersAreTheOperators(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	begun(t, f)
	eve, op := as(t, "eve", "eve"), as(t, "op", "op", who.RoleOperator)
	for _, c := range []struct {
		what string
		err  error
		kind fault.Kind
		code string
	}{
		{"another's list", second(f.Grants(eve, authapi.Owner{User: "alice"})), fault.Denied, "access.role"},
		{"the list of nobody", second(f.Grants(eve, authapi.Owner{User: "nobody"})), fault.Denied, "access.role"},
		{"another's grant", second(f.RevokeGrant(eve, authapi.GrantRef{ID: "g1"})), fault.Denied, "access.owner"},
		{"no grant", second(f.RevokeGrant(eve, authapi.GrantRef{ID: "g9"})), fault.Missing, "grant.unknown"},
		{"an operator for nobody", second(f.Grants(op, authapi.Owner{User: "nobody"})), fault.Missing, "user.unknown"},
		{"an operator for a strange name", second(f.Grants(op, authapi.Owner{User: "no body"})), fault.Missing, "user.unknown"},
		{"without a caller", second(f.Grants(t.Context(), authapi.Owner{})), fault.Unauthenticated, "access.credentials"},
		{"ended without a caller", second(f.RevokeGrant(t.Context(), authapi.GrantRef{ID: "g1"})), fault.Unauthenticated, "access.credentials"},
	} {
		wantFault(t, c.what, c.err, c.kind, c.code)
	}
	if list, err := f.Grants(op, authapi.Owner{User: "alice"}); err != nil || len(list.Grants) != 1 {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := f.RevokeGrant(op, authapi.GrantRef{ID: "g1"}); err != nil {
		t.Error(err)
	}
	if g, err := f.View.GrantByID(t.Context(), "g1"); err != nil || g.Revoked != "admin" {
		t.Errorf("%+v, %v", g, err)
	}
}

func TestExpiredGrantsAreNotListed(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id, b := begun(t, f)
	f.App.Now = func() time.Time { return b.Expires }
	if list, err := f.Grants(as(t, id, "alice"), authapi.Owner{}); err != nil || len(list.Grants) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
}

func second[T any](_ T, err error) error { return err }
