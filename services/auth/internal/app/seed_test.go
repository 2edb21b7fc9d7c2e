package app

import (
	"testing"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
)

// TestSeedBringsNothingBack: what an operator removed or changed stays so.
func TestSeedBringsNothingBack(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx := who.With(t.Context(), who.Component("auth"))
	seed := Seed{
		Groups:  []authapi.Group{{Name: "cms", VO: "cms"}},
		Roles:   []authapi.Role{{Name: "reader", Perms: []string{"app://x"}, Active: true}},
		Users:   []authapi.RegisterRequest{{Name: "alice", Password: "x", Groups: []string{"cms"}, Edits: []authapi.Edit{{Do: authapi.SetRoleNames, List: []string{"reader"}}}}},
		Clients: []authapi.Registration{{ID: "demo", Name: "demo", Redirects: []string{"https://x.test/"}}},
	}
	sow := func() uint64 {
		t.Helper()
		if err := f.Sow(ctx, seed); err != nil {
			t.Fatal(err)
		}
		last, _ := f.journal.Last(t.Context())
		return last
	}
	if n := sow(); n != 4 {
		t.Errorf("it took %d commits", n)
	}
	if _, err := f.RemoveRole(ctx, authapi.RoleRef{ID: idOf("role", "reader")}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.RemoveRegistration(ctx, authapi.ClientRef{ID: "demo"}); err != nil {
		t.Fatal(err)
	}
	f.must(t, "alice", authapi.Edit{Do: authapi.LeaveGroup, Value: "cms"})
	if _, err := f.PutGroup(f.operator(t), authapi.Group{Name: "cms", VO: "atlas"}); err != nil {
		t.Fatal(err)
	}
	before, _ := f.journal.Last(t.Context())
	if n := sow(); n != before {
		t.Errorf("sown again it took %d commits", n-before)
	}
}

// TestSomebodyCanAlwaysComeIn: a new operator is made whenever none is active.
func TestSomebodyCanAlwaysComeIn(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, want := range []string{"admin", "admin2", "admin3"} {
		name, pw, err := f.Bootstrap(t.Context())
		if err != nil || name != want {
			t.Fatalf("%q, want %q, %v", name, want, err)
		}
		known, err := f.Password(t.Context(), authapi.PasswordProof{Name: name, Password: pw})
		if err != nil || !known.Principal.Operator() {
			t.Errorf("%s is %+v, %v", name, known.Principal, err)
		}
		if name, _, err := f.Bootstrap(t.Context()); name != "" || err != nil {
			t.Errorf("there is one, and yet %q, %v", name, err)
		}
		// Two who keep each other out at the same moment can both succeed.
		f.do(t, want, user.Disable{})
	}
}
