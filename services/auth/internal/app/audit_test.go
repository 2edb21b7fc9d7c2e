package app

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// as is a call of a user of the fixture, who is an operator if so said.
func (f fixture) as(t *testing.T, name string, roles ...string) context.Context {
	t.Helper()
	return who.With(t.Context(), who.Principal{ID: idOf("user", name), Name: name, Roles: roles, Method: who.MethodSession, Credential: "session"})
}

func (f fixture) operator(t *testing.T) context.Context {
	t.Helper()
	return f.as(t, "root", who.RoleOperator)
}

// people registers users without groups.
func (f fixture) people(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := f.RegisterUser(f.operator(t), authapi.RegisterRequest{Name: name, Password: name + "123"}); err != nil {
			t.Fatal(err)
		}
	}
}

// told is an answer's sentences.
func told(page authapi.AuditPage) (out []string) {
	for _, e := range page.Entries {
		out = append(out, e.Text)
	}
	return out
}

func TestAuditShowsEverybodyTheirOwn(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.people(t, "root", "alice", "bob")
	if _, err := f.DisableUser(f.operator(t), authapi.UserRequest{Name: "bob"}); err != nil {
		t.Fatal(err)
	}
	through := who.With(t.Context(), who.Principal{ID: idOf("user", "root"), Roles: []string{who.RoleOperator}, Client: "heddle-cli", Credential: "grant/g1"})
	if _, err := f.EnableUser(through, authapi.UserRequest{Name: "bob"}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		ctx  context.Context
		q    authapi.AuditQuery
		want []string
	}{
		"one's own":            {f.as(t, "alice"), authapi.AuditQuery{}, []string{"alice was registered"}},
		"one's own by name":    {f.as(t, "alice"), authapi.AuditQuery{Subject: "alice"}, []string{"alice was registered"}},
		"one's own in full":    {f.as(t, "bob"), authapi.AuditQuery{Subject: "user/bob"}, []string{"bob was enabled again", "bob was disabled", "bob was registered"}},
		"not another's things": {f.as(t, "alice"), authapi.AuditQuery{Actor: "root", Type: "auth.user.disabled.v1"}, nil},
		"an operator, of bob":  {f.operator(t), authapi.AuditQuery{Subject: "bob", Limit: 1}, []string{"bob was enabled again"}},
		"what the operator did": {f.operator(t), authapi.AuditQuery{Actor: "ROOT", Type: "auth.user.registered.v1"},
			[]string{"bob was registered", "alice was registered", "root was registered"}},
	} {
		if page, err := f.Audit(c.ctx, c.q); err != nil || !slices.Equal(told(page), c.want) {
			t.Errorf("%s: %q, %v", name, told(page), err)
		}
	}
	page, err := f.Audit(f.operator(t), authapi.AuditQuery{Subject: "user/bob", Limit: 1})
	if err != nil || page.Entries[0].Actor != "root" || page.Entries[0].Credential != "grant/g1 of heddle-cli" || page.Entries[0].Subject != "user/bob" {
		t.Errorf("%+v, %v", page, err)
	}
}

func TestAuditRefuses(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.people(t, "alice", "bob")
	for name, c := range map[string]struct {
		ctx  context.Context
		q    authapi.AuditQuery
		want string
	}{
		"another's":          {f.as(t, "alice"), authapi.AuditQuery{Subject: "bob"}, "access.role"},
		"another's in full":  {f.as(t, "alice"), authapi.AuditQuery{Subject: "user/bob"}, "access.role"},
		"of nobody":          {f.operator(t), authapi.AuditQuery{Subject: "eve"}, "user.unknown"},
		"of no name":         {f.operator(t), authapi.AuditQuery{Subject: "user/"}, "user.unknown"},
		"a strange cursor":   {f.operator(t), authapi.AuditQuery{Cursor: "1-0x"}, "auth.invalid"},
		"a negative limit":   {f.operator(t), authapi.AuditQuery{Limit: -1}, "auth.invalid"},
		"too many":           {f.operator(t), authapi.AuditQuery{Limit: 501}, "auth.invalid"},
		"before time itself": {f.operator(t), authapi.AuditQuery{From: time.Date(1, 2, 3, 0, 0, 0, 0, time.UTC)}, "auth.invalid"},
	} {
		if page, err := f.Audit(c.ctx, c.q); err == nil || fault.From(err).Code != c.want {
			t.Errorf("%s: %+v, %v", name, page, err)
		}
	}
	f.journal.Down(errors.New("no stream"))
	_, err := f.Audit(f.operator(t), authapi.AuditQuery{})
	wantUnavailable(t, "without a journal", err)
}

// TestAuditByPages walks from page to page and meets every entry once.
func TestAuditByPages(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.people(t, "a", "b", "c", "d", "e")
	var got []string
	for q := (authapi.AuditQuery{Limit: 2}); ; {
		page, err := f.Audit(f.operator(t), q)
		if err != nil || len(page.Entries) > 2 {
			t.Fatalf("%+v, %v", page, err)
		}
		got = append(got, told(page)...)
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	if want := []string{"e was registered", "d was registered", "c was registered", "b was registered", "a was registered"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// Whom an application acts as, and what it may otherwise, is a right like any
// other: the audit says who gave it.
func TestAuditTellsWhatApplicationsMay(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.people(t, "root", "alice")
	if _, err := f.PutRegistration(f.operator(t), authapi.Registration{ID: "nightly", Name: "Nightly", Method: "client_secret_basic",
		Grants: []string{"client_credentials"}, RunAs: "alice", Resource: true, Scopes: []string{"api:read"}}); err != nil {
		t.Fatal(err)
	}
	page, err := f.Audit(f.operator(t), authapi.AuditQuery{Type: "auth.client.registered.v1"})
	want := []string{"the client Nightly (nightly) was registered; it acts as alice by itself, may look into the tokens of others and may ask for api:read"}
	if err != nil || !slices.Equal(told(page), want) {
		t.Errorf("%q, %v", told(page), err)
	}
}
