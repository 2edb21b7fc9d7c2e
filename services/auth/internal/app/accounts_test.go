package app

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

const publicKey = `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`

// fieldsOf are the names of the fields that an error complains of.
func fieldsOf(err error) string {
	var out []string
	for _, f := range fault.From(err).Fields {
		out = append(out, f.Name)
	}
	return strings.Join(out, " ")
}

// edit asks for edits of whatever version.
func (f fixture) edit(t *testing.T, name string, edits ...authapi.Edit) (authapi.Account, error) {
	t.Helper()
	return f.ChangeAccount(f.operator(t), authapi.AccountChange{Name: name, Edits: edits})
}

func (f fixture) must(t *testing.T, name string, edits ...authapi.Edit) authapi.Account {
	t.Helper()
	got, err := f.edit(t, name, edits...)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// world has operators root and boss, users alice and bob, a group of cms and a role.
func world(t *testing.T) fixture {
	t.Helper()
	f := newFixture(t)
	f.people(t, "root", "boss", "alice", "bob")
	f.must(t, "root", authapi.Edit{Do: authapi.GiveRole, Value: "operator"})
	f.must(t, "boss", authapi.Edit{Do: authapi.GiveRole, Value: "operator"})
	if _, err := f.PutGroup(f.operator(t), authapi.Group{Name: "cms_user", VO: "cms", Properties: []string{"NormalUser"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.PutRole(f.operator(t), authapi.Role{Name: "reader", Perms: []string{"api://app.read/r"}, Active: true}); err != nil {
		t.Fatal(err)
	}
	return f
}

// everyEdit is an account with all that can be added to it.
func everyEdit() []authapi.Edit {
	return []authapi.Edit{
		{Do: authapi.JoinGroup, Value: "cms_user"}, {Do: authapi.SetDefaultGroup, Value: "cms_user"},
		{Do: authapi.SetRealName, Value: "Alice Liddell"}, {Do: authapi.SetEmail, Value: "Alice@Example.org"},
		{Do: authapi.AddCertificate, Value: "/O=Org/CN=Alice"}, {Do: authapi.AddLogin, Value: "al"},
		{Do: authapi.AddKey, Value: publicKey, Detail: "laptop"}, {Do: authapi.AddLink, Value: "egi", Detail: "0815@egi.eu"},
		{Do: authapi.SuspendIn, Value: "cms"}, {Do: authapi.SetPermissions, List: []string{"app://x", "COP", "api://a/r"}},
		{Do: authapi.SetRoleNames, List: []string{"reader"}}, {Do: authapi.EndSessions},
	}
}

func TestEveryEditOfAnAccount(t *testing.T) {
	t.Parallel()
	f := world(t)
	before, _ := f.journal.Last(t.Context())
	got := f.must(t, "alice", everyEdit()...)
	if now, _ := f.journal.Last(t.Context()); now != before+1 {
		t.Errorf("it took %d commits", now-before)
	}
	want := authapi.Account{
		User:    authapi.User{ID: idOf("user", "alice"), Name: "alice", Groups: []string{"cms_user"}, Roles: []string{"operator"}},
		Version: before + 1, RealName: "Alice Liddell", Email: "alice@example.org",
		Certificates: []string{"/O=Org/CN=Alice"}, Logins: []string{"al"}, Links: []authapi.Link{{Provider: "egi", Subject: "0815@egi.eu"}},
		Suspended:   []string{"cms"},
		Permissions: []string{"api://a/r", "app://x", "cop"}, PermissionsTotal: []string{"api://a/r", "api://app.read/r", "app://x", "cop"},
		RoleNames: []string{"reader"}, RoleNamesTotal: []string{"reader"},
	}
	if len(got.Keys) != 1 || got.Keys[0].Comment != "laptop" || !strings.Contains(string(got.Keys[0].JWK), "Ed25519") {
		t.Errorf("keys %+v", got.Keys)
	}
	want.Since, want.Updated, want.Keys = got.Since, got.Updated, got.Keys
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
	if shown, err := f.Account(f.operator(t), authapi.UserRequest{Name: "Alice"}); err != nil || !reflect.DeepEqual(shown, got) {
		t.Errorf("shown %+v, %v", shown, err)
	}
	same := slices.DeleteFunc(everyEdit(), func(e authapi.Edit) bool { return e.Do == authapi.EndSessions })
	if again := f.must(t, "alice", same...); again.Version != got.Version {
		t.Errorf("the same again is version %d", again.Version)
	}
	gone := f.must(t, "alice", authapi.Edit{Do: authapi.LeaveGroup, Value: "cms_user"}, authapi.Edit{Do: authapi.TakeRole, Value: "operator"},
		authapi.Edit{Do: authapi.SetRealName}, authapi.Edit{Do: authapi.SetEmail}, authapi.Edit{Do: authapi.RemoveCertificate, Value: "/O=Org/CN=Alice"},
		authapi.Edit{Do: authapi.RemoveLogin, Value: "al"}, authapi.Edit{Do: authapi.RemoveKey, Value: got.Keys[0].ID},
		authapi.Edit{Do: authapi.RemoveLink, Value: "egi", Detail: "0815@egi.eu"}, authapi.Edit{Do: authapi.ResumeIn, Value: "cms"},
		authapi.Edit{Do: authapi.SetPermissions}, authapi.Edit{Do: authapi.SetRoleNames})
	plain := authapi.Account{User: authapi.User{ID: want.ID, Name: "alice", Since: got.Since}, Version: before + 2, Updated: gone.Updated}
	if fmt.Sprintf("%+v", gone) != fmt.Sprintf("%+v", plain) {
		t.Errorf("\n got %+v\nwant %+v", gone, plain)
	}
}

// TestBadEditsChangeNothing: each is refused for its own part of the request,
// and what is beside it does not happen either.
func TestBadEditsChangeNothing(t *testing.T) {
	t.Parallel()
	f := world(t)
	f.must(t, "bob", everyEdit()[3:8]...)
	before, _ := f.journal.Last(t.Context())
	for _, c := range []struct {
		edit         authapi.Edit
		code, fields string
	}{
		{authapi.Edit{Do: "fly"}, "auth.invalid", "edits[1].do"},
		{authapi.Edit{Do: authapi.JoinGroup, Value: "nobodies"}, "group.unknown", "edits[1].value"},
		{authapi.Edit{Do: authapi.SetDefaultGroup, Value: "cms_user"}, "auth.invalid", "edits[1].value"},
		{authapi.Edit{Do: authapi.LeaveGroup}, "auth.invalid", "edits[1].value"},
		{authapi.Edit{Do: authapi.GiveRole, Value: "service"}, "auth.invalid", "edits[1].value"},
		{authapi.Edit{Do: authapi.TakeRole, Value: "service"}, "auth.invalid", "edits[1].value"},
		{authapi.Edit{Do: authapi.SetRealName, Value: "a\nb"}, "auth.invalid", "edits[1].value"},
		{authapi.Edit{Do: authapi.SetEmail, Value: "a@b\r\nBcc: c@d"}, "auth.invalid", "edits[1].value"},
		{authapi.Edit{Do: authapi.SetEmail, Value: "ALICE@example.org"}, "email.taken", "edits[1].value"},
		{authapi.Edit{Do: authapi.AddCertificate, Value: "CN=Alice,O=Org"}, "auth.invalid", "edits[1].value"},
		{authapi.Edit{Do: authapi.AddCertificate, Value: "/O=Org/CN=Alice"}, "certificate.taken", "edits[1].value"},
		{authapi.Edit{Do: authapi.AddLogin, Value: "root"}, "auth.invalid", "edits[1].value"},
		{authapi.Edit{Do: authapi.AddLogin, Value: "al"}, "login.taken", "edits[1].value"},
		{authapi.Edit{Do: authapi.AddKey, Value: strings.Replace(publicKey, "{", `{"d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",`, 1)}, "auth.invalid", "edits[1].value"},
		{authapi.Edit{Do: authapi.AddKey, Value: `{"kty":"oct","k":"AAAA"}`}, "auth.invalid", "edits[1].value"},
		{authapi.Edit{Do: authapi.AddKey, Value: publicKey}, "key.taken", "edits[1].value"},
		{authapi.Edit{Do: authapi.AddKey, Value: publicKey, Detail: "\x00"}, "auth.invalid", "edits[1].detail edits[1].value"},
		{authapi.Edit{Do: authapi.AddLink, Value: "e gi", Detail: ""}, "auth.invalid", "edits[1].value edits[1].detail"},
		{authapi.Edit{Do: authapi.AddLink, Value: "egi", Detail: "0815@egi.eu"}, "link.taken", "edits[1].value"},
		{authapi.Edit{Do: authapi.SuspendIn, Value: "cmss"}, "virtual_organisation.unknown", "edits[1].value"},
		{authapi.Edit{Do: authapi.SetPermissions, List: []string{"cop", "api://("}}, "auth.invalid", "edits[1].list[1]"},
		{authapi.Edit{Do: authapi.SetRoleNames, List: []string{"reader", "writer"}}, "role.unknown", "edits[1].list[1]"},
		{authapi.Edit{Do: authapi.SetRoleNames, List: make([]string, 201)}, "auth.invalid", "edits[1].list"},
	} {
		_, err := f.edit(t, "alice", authapi.Edit{Do: authapi.SetRealName, Value: "Somebody Else"}, c.edit)
		if err == nil || fault.From(err).Code != c.code || fieldsOf(err) != c.fields {
			t.Errorf("%s %q: %v, fields %s", c.edit.Do, c.edit.Value, err, fieldsOf(err))
		}
	}
	if _, err := f.edit(t, "alice", make([]authapi.Edit, 101)...); fieldsOf(err) != "edits" {
		t.Errorf("too many: %v", err)
	}
	for _, name := range []string{"nobody", "../x", ""} {
		if _, err := f.edit(t, name); !fault.Is(err, fault.Missing) || fieldsOf(err) != "name" {
			t.Errorf("%q: %v", name, err)
		}
	}
	if now, _ := f.journal.Last(t.Context()); now != before {
		t.Errorf("%d commits came of it", now-before)
	}
}

func TestUserWithEditsFromTheBeginning(t *testing.T) {
	t.Parallel()
	f := world(t)
	before, _ := f.journal.Last(t.Context())
	carol := authapi.RegisterRequest{Name: "carol", Password: "x", Groups: []string{"cms_user"}, Edits: []authapi.Edit{
		{Do: authapi.SetEmail, Value: "c@example.org"}, {Do: authapi.SetPermissions, List: []string{"cop"}}, {Do: authapi.AddLogin, Value: "cc"}}}
	for range 2 {
		u, err := f.RegisterUser(f.operator(t), carol)
		if err != nil || !slices.Contains(u.Roles, "operator") {
			t.Fatalf("%+v, %v", u, err)
		}
	}
	if now, _ := f.journal.Last(t.Context()); now != before+1 {
		t.Errorf("it took %d commits", now-before)
	}
	carol.Edits[0].Value = "other@example.org"
	if _, err := f.RegisterUser(f.operator(t), carol); fault.From(err).Code != "user.taken" {
		t.Errorf("with another address: %v", err)
	}
	_, err := f.RegisterUser(f.operator(t), authapi.RegisterRequest{Name: "dave", Password: "x", Edits: []authapi.Edit{{Do: authapi.SetDefaultGroup, Value: "cms_user"}}})
	if fieldsOf(err) != "edits[0].value" {
		t.Errorf("dave: %v", err)
	}
	if _, err := f.Account(f.operator(t), authapi.UserRequest{Name: "dave"}); !fault.Is(err, fault.Missing) {
		t.Errorf("dave is there: %v", err)
	}
}

func TestVersionsOfAccounts(t *testing.T) {
	t.Parallel()
	f := world(t)
	seen, err := f.Account(f.operator(t), authapi.UserRequest{Name: "alice"})
	if err != nil {
		t.Fatal(err)
	}
	change := func(version uint64, name string) error {
		_, err := f.ChangeAccount(f.operator(t), authapi.AccountChange{Name: "alice", Version: version, Edits: []authapi.Edit{{Do: authapi.SetRealName, Value: name}}})
		return err
	}
	if _, err := f.Password(t.Context(), authapi.PasswordProof{Name: "alice", Password: "alice123", Login: true}); err != nil {
		t.Fatal(err)
	}
	now, err := f.Account(f.operator(t), authapi.UserRequest{Name: "alice"})
	if err != nil || now.Version != seen.Version || now.LastLogin.IsZero() || !seen.LastLogin.IsZero() {
		t.Errorf("after a sign-in: %+v, %v", now, err)
	}
	// Somebody signs in while the change is under way: that is no other version.
	f.journal.Meet(func() {
		if _, err := f.Password(t.Context(), authapi.PasswordProof{Name: "alice", Password: "alice123", Login: true}); err != nil {
			t.Error(err)
		}
	})
	if err := change(seen.Version, "One"); err != nil {
		t.Errorf("the version that was seen: %v", err)
	}
	for _, name := range []string{"Two", "One"} {
		if err := change(seen.Version, name); fault.From(err).Code != "auth.stale" {
			t.Errorf("%s on an old version: %v", name, err)
		}
	}
	now, err = f.Account(f.operator(t), authapi.UserRequest{Name: "alice"})
	if err != nil {
		t.Fatal(err)
	}
	// Somebody changes the account while the change is under way.
	f.journal.Meet(func() { f.must(t, "alice", authapi.Edit{Do: authapi.SetRealName, Value: "Three"}) })
	if err := change(now.Version, "Four"); fault.From(err).Code != "auth.stale" {
		t.Errorf("the loser of a race: %v", err)
	}
	if got, err := f.Account(f.operator(t), authapi.UserRequest{Name: "alice"}); err != nil || got.RealName != "Three" {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestSomebodyStaysOperator: the last active one can be neither kept out nor
// made less, whichever way.
func TestSomebodyStaysOperator(t *testing.T) {
	t.Parallel()
	f := world(t)
	if _, err := f.DisableUser(f.operator(t), authapi.UserRequest{Name: "boss"}); err != nil {
		t.Fatal(err)
	}
	// A role that gives everything makes nobody an operator who counts.
	if _, err := f.PutRole(f.operator(t), authapi.Role{Name: "ops", Perms: []string{"cop"}, Active: true}); err != nil {
		t.Fatal(err)
	}
	f.must(t, "bob", authapi.Edit{Do: authapi.SetRoleNames, List: []string{"ops"}})
	for name, try := range map[string]func() error{
		"disabled": func() error {
			_, err := f.DisableUser(f.operator(t), authapi.UserRequest{Name: "root"})
			return err
		},
		"demoted": func() error {
			_, err := f.edit(t, "root", authapi.Edit{Do: authapi.TakeRole, Value: "operator"})
			return err
		},
		"without cop": func() error {
			_, err := f.edit(t, "root", authapi.Edit{Do: authapi.SetPermissions, List: []string{"app://x"}})
			return err
		},
	} {
		if err := try(); fault.From(err).Code != "user.last_operator" || !fault.Is(err, fault.Conflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	f.must(t, "alice", authapi.Edit{Do: authapi.SetPermissions, List: []string{"cop"}})
	if got := f.must(t, "root", authapi.Edit{Do: authapi.SetPermissions, List: []string{"app://x"}}); len(got.Roles) != 0 || !slices.Equal(got.Permissions, []string{"app://x"}) {
		t.Errorf("with another operator: %+v", got)
	}
	if _, err := f.DisableUser(f.operator(t), authapi.UserRequest{Name: "root"}); err != nil {
		t.Errorf("who is none any more: %v", err)
	}
}

func TestAccountsAreListedByName(t *testing.T) {
	t.Parallel()
	f := world(t)
	list, err := f.Accounts(f.operator(t), authapi.Empty{})
	var names []string
	for _, a := range list.Accounts {
		names = append(names, a.Name)
	}
	if err != nil || !slices.Equal(names, []string{"alice", "bob", "boss", "root"}) || !slices.Equal(list.Accounts[3].PermissionsTotal, []string{"cop"}) {
		t.Errorf("%v, %v", names, err)
	}
	f.journal.Down(errors.New("no stream"))
	_, err = f.Accounts(f.operator(t), authapi.Empty{})
	wantUnavailable(t, "without a journal", err)
	_, err = f.edit(t, "alice", everyEdit()...)
	wantUnavailable(t, "a change without a journal", err)
}

func TestGroups(t *testing.T) {
	t.Parallel()
	f := world(t)
	made, err := f.PutGroup(f.operator(t), authapi.Group{Name: "atlas", VO: "atlas", Properties: []string{"B", "A"}, Setups: []string{"Prod"}, IdPRoles: []string{"/vo/atlas"}, Lifetime: 3600e9})
	if err != nil || made.Version == 0 || made.ID == "" || !slices.Equal(made.Properties, []string{"A", "B"}) || made.Lifetime != 3600e9 {
		t.Fatalf("%+v, %v", made, err)
	}
	if again, err := f.PutGroup(f.operator(t), made); err != nil || !reflect.DeepEqual(again, made) {
		t.Errorf("the same again: %+v, %v", again, err)
	}
	next := made
	next.VO = ""
	changed, err := f.PutGroup(f.operator(t), next)
	if err != nil || changed.VO != "" || changed.Version <= made.Version {
		t.Errorf("%+v, %v", changed, err)
	}
	if _, err := f.PutGroup(f.operator(t), made); fault.From(err).Code != "auth.stale" {
		t.Errorf("an old version: %v", err)
	}
	for want, g := range map[string]authapi.Group{
		"name":          {Name: "No Group"},
		"vo":            {Name: "x", VO: "a b"},
		"properties[1]": {Name: "x", Properties: []string{"A", "a-b"}},
		"setups[0]":     {Name: "x", Setups: []string{""}},
		"setups[1]":     {Name: "x", Setups: []string{"Prod", "Prodd"}},
		"idp_roles[0]":  {Name: "x", IdPRoles: []string{"a b"}},
		"lifetime":      {Name: "x", Lifetime: -1e9},
		"id":            {Name: "x", ID: made.ID},
		"":              {Name: "x", Version: 7},
	} {
		if _, err := f.PutGroup(f.operator(t), g); err == nil || fieldsOf(err) != want {
			t.Errorf("%s: %v", want, err)
		}
	}
	list, err := f.Groups(f.operator(t), authapi.Empty{})
	if err != nil || len(list.Groups) != 2 || list.Groups[0].Name != "atlas" || list.Groups[1].VO != "cms" {
		t.Errorf("%+v, %v", list, err)
	}
}

// me is a call of alice's with a method.
func (f fixture) me(t *testing.T, method string) context.Context {
	t.Helper()
	return who.With(t.Context(), who.Principal{ID: idOf("user", "alice"), Name: "alice", Method: method})
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	f := world(t)
	f.must(t, "bob", authapi.Edit{Do: authapi.SetEmail, Value: "bob@example.org"})
	me, err := f.Me(f.me(t, who.MethodToken), authapi.Empty{})
	if err != nil || me.Name != "alice" {
		t.Fatalf("%+v, %v", me, err)
	}
	me, err = f.ChangeMe(f.me(t, who.MethodToken), authapi.ProfileChange{Version: me.Version, RealName: ptr("Alice")})
	if err != nil || me.RealName != "Alice" {
		t.Errorf("%+v, %v", me, err)
	}
	if _, err := f.ChangeMe(f.me(t, who.MethodToken), authapi.ProfileChange{Version: me.Version - 1, RealName: ptr("B")}); fault.From(err).Code != "auth.stale" {
		t.Errorf("an old version: %v", err)
	}
	for name, c := range map[string]struct {
		method       string
		change       authapi.ProfileChange
		code, fields string
	}{
		"password by token":           {who.MethodToken, authapi.ProfileChange{Password: ptr("new")}, "access.in_person", "old_password"},
		"address by token":            {who.MethodToken, authapi.ProfileChange{Email: ptr("a@example.org")}, "access.in_person", "old_password"},
		"password by key":             {who.MethodAPIKey, authapi.ProfileChange{Password: ptr("new")}, "access.in_person", "old_password"},
		"a wrong old password":        {who.MethodToken, authapi.ProfileChange{Password: ptr("new"), OldPassword: ptr("wrong")}, "auth.invalid", "old_password"},
		"no password":                 {who.MethodSession, authapi.ProfileChange{Password: ptr("")}, "auth.invalid", "password"},
		"another's address":           {who.MethodSession, authapi.ProfileChange{Email: ptr("Bob@example.org")}, "email.taken", "email"},
		"several at once":             {who.MethodSession, authapi.ProfileChange{Email: ptr("b"), RealName: ptr("\n")}, "auth.invalid", "real_name email"},
		"everything else refused too": {who.MethodToken, authapi.ProfileChange{RealName: ptr("X"), Password: ptr("new")}, "access.in_person", "old_password"},
	} {
		if _, err := f.ChangeMe(f.me(t, c.method), c.change); err == nil || fault.From(err).Code != c.code || fieldsOf(err) != c.fields {
			t.Errorf("%s: %v, fields %s", name, err, fieldsOf(err))
		}
	}
	if me, err = f.ChangeMe(f.me(t, who.MethodToken), authapi.ProfileChange{Password: ptr("new"), OldPassword: ptr("alice123"), Email: ptr("A@example.org")}); err != nil || me.Email != "a@example.org" || me.RealName != "Alice" {
		t.Errorf("%+v, %v", me, err)
	}
	if _, err := f.Verify(t.Context(), authapi.PasswordRequest{Name: "alice", Password: "new"}); err != nil {
		t.Errorf("the new password: %v", err)
	}
	if _, err := f.ChangeMe(f.me(t, who.MethodSession), authapi.ProfileChange{Password: ptr("newer")}); err != nil {
		t.Errorf("in person: %v", err)
	}
	if n := len(f.vault.passwords); n != 4 {
		t.Errorf("the vault holds %d passwords of 4 users", n)
	}
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	f := world(t)
	before := f.View.Position()
	if _, err := f.SignOut(f.me(t, who.MethodToken), authapi.Empty{}); err != nil {
		t.Fatal(err)
	}
	if over, err := f.View.Over(t.Context(), who.Facts{User: idOf("user", "alice"), Position: before}); !over || err != nil {
		t.Errorf("what was given before still stands: %v", err)
	}
	for _, call := range []func(context.Context, authapi.Empty) error{
		func(ctx context.Context, e authapi.Empty) error { _, err := f.SignOut(ctx, e); return err },
		func(ctx context.Context, e authapi.Empty) error { _, err := f.Me(ctx, e); return err },
		func(ctx context.Context, _ authapi.Empty) error {
			_, err := f.ChangeMe(ctx, authapi.ProfileChange{})
			return err
		},
	} {
		if err := call(who.With(t.Context(), who.Component("gateway")), authapi.Empty{}); !fault.Is(err, fault.Missing) {
			t.Errorf("a component: %v", err)
		}
	}
}

func ptr[T any](v T) *T { return &v }
