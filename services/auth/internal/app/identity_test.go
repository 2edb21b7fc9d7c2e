package app

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/group"
	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
	"github.com/heddle-dev/heddle/services/auth/internal/role"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
)

// do asks one thing of a user, a group or a role by name.
func (f fixture) do(t *testing.T, name string, c any) {
	t.Helper()
	var err error
	switch c := c.(type) {
	case user.Command:
		_, err = handle(t.Context(), f.App, users, authapi.UserTopic(idOf("user", name)), "user/"+name, c)
	case group.Command:
		_, err = handle(t.Context(), f.App, groups, authapi.GroupTopic(idOf("group", name)), "group/"+name, c)
	case role.Command:
		_, err = handle(t.Context(), f.App, roles, authapi.RoleTopic(idOf("role", name)), "role/"+name, c)
	default:
		t.Fatalf("%T", c)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// inGroups makes bob a member of groups with these rights, in their order.
func (f fixture) inGroups(t *testing.T, names []string, rights ...group.Rights) {
	t.Helper()
	for i, name := range names {
		f.do(t, name, group.Create{ID: idOf("group", name), Name: group.Name(name)})
		f.do(t, name, group.Change{Rights: rights[i]})
	}
	r := bob()
	r.Groups = names
	if _, err := f.RegisterUser(t.Context(), r); err != nil {
		t.Fatal(err)
	}
}

func (f fixture) bob(t *testing.T) authapi.Resolved {
	t.Helper()
	r, err := f.Password(t.Context(), authapi.PasswordProof{Name: "bob", Password: "bob123"})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestMembershipEntitles(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.inGroups(t, []string{"lhcb_user", "lhcb_admin", "plain"},
		group.Rights{VO: "lhcb", Properties: []string{"NormalUser"}, Setups: []string{"Prod"}},
		group.Rights{VO: "lhcb", Properties: []string{"JobAdministrator"}, Setups: []string{"Test", "Unknown"}},
		group.Rights{Setups: []string{"Prod"}})
	r := f.bob(t)
	p := r.Principal
	if p.Group != "lhcb_user" || !slices.Equal(p.Groups, []string{"lhcb_user", "lhcb_admin", "plain"}) ||
		!slices.Equal(p.Properties, []string{"NormalUser"}) || !slices.Equal(r.Setups, []string{"Prod", "Test"}) {
		t.Errorf("%+v, setups %v", p, r.Setups)
	}
	f.do(t, "bob", user.Suspend{VO: "lhcb"})
	r = f.bob(t)
	if p := r.Principal; p.Group != "plain" || len(p.Groups) != 1 || len(p.Properties) != 0 || !slices.Equal(r.Setups, []string{"Prod"}) {
		t.Errorf("suspended in their VO: %+v, setups %v", p, r.Setups)
	}
	if _, _, err := NewUsers(f.App).Identity(t.Context(), p.ID, "lhcb_user"); !errors.Is(err, oauth.ErrNoMember) {
		t.Errorf("acting in a group of it: %v", err)
	}
	f.do(t, "bob", user.Resume{VO: "lhcb"})
	if r = f.bob(t); r.Principal.Group != "lhcb_user" {
		t.Errorf("resumed: %+v", r.Principal)
	}
}

// TestARememberedUserChangesAtOnce: what the protocol was told of a user is
// over with whatever changes it.
func TestARememberedUserChangesAtOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.inGroups(t, []string{"plain", "lhcb_user"}, group.Rights{}, group.Rights{VO: "lhcb", Properties: []string{"NormalUser"}})
	id, u := f.bob(t).Principal.ID, NewUsers(f.App)
	before := uint64(0)
	for _, step := range []struct {
		change     user.Command
		groups     int
		properties []string
		operator   bool
		err        error
	}{
		{user.Resume{VO: "lhcb"}, 2, []string{"NormalUser"}, false, nil},
		{user.Give{Role: user.Operator}, 2, []string{"NormalUser"}, true, nil},
		{user.Take{Role: user.Operator}, 2, []string{"NormalUser"}, false, nil},
		{user.Suspend{VO: "lhcb"}, 1, nil, false, oauth.ErrNoMember},
		{user.Resume{VO: "lhcb"}, 2, []string{"NormalUser"}, false, nil},
	} {
		f.do(t, "bob", step.change)
		for range 2 { // the second time from memory
			groups, err := u.Groups(t.Context(), id)
			if err != nil || len(groups) != step.groups {
				t.Errorf("%T: groups %+v, %v", step.change, groups, err)
			}
			p, position, err := u.Identity(t.Context(), id, "lhcb_user")
			if !errors.Is(err, step.err) || !slices.Equal(p.Properties, step.properties) || p.Operator() != step.operator {
				t.Errorf("%T: %+v, %v", step.change, p, err)
			}
			if position < before || position == 0 {
				t.Errorf("%T: known as of %d, and before as of %d", step.change, position, before)
			}
			before = position
		}
	}
}

// TestOneNotionOfOperator: core4's cop and the platform's operator are one.
func TestOneNotionOfOperator(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.inGroups(t, nil)
	if r := f.bob(t); r.Principal.Operator() || len(r.Permissions) != 0 {
		t.Fatalf("%+v", r)
	}
	f.do(t, "bob", user.Give{Role: user.Operator})
	if r := f.bob(t); !r.Principal.Operator() || !slices.Equal(r.Permissions, []string{"cop"}) {
		t.Errorf("an operator: %+v", r)
	}
	f.do(t, "bob", user.Take{Role: user.Operator})
	f.do(t, "chief", role.Create{ID: "r1", Name: "chief", Perms: []string{"cop"}, Active: true})
	f.do(t, "helper", role.Create{ID: "r2", Name: "helper", Perms: []string{"job://a/x"}, Parents: []string{"chief"}, Active: true})
	f.do(t, "bob", user.SetRoleNames{RoleNames: []string{"helper"}})
	if r := f.bob(t); !r.Principal.Operator() || !slices.Equal(r.Permissions, []string{"cop", "job://a/x"}) {
		t.Errorf("cop by a role of a role: %+v", r)
	}
}

func TestCertificateIsWhoItSays(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.inGroups(t, []string{"users", "others"}, group.Rights{}, group.Rights{})
	f.do(t, "bob", user.AddCertificate{DN: "/O=Grid/CN=Bob"})
	good := authapi.Certificate{DN: "/O=Grid/CN=Bob", SHA256: "x", Trusted: true, Limited: true, Expires: time.Now().Add(time.Hour)}
	r, err := f.Certificate(t.Context(), authapi.CertificateProof{Certificate: good, Group: "others", Login: true})
	if p := r.Principal; err != nil || p.Name != "bob" || p.Group != "others" || p.DN != good.DN || !p.Limited || p.Method != who.MethodCertificate ||
		!r.Facts.Expires.Equal(good.Expires) || r.Facts.Position == 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	_, want := f.Token(t.Context(), authapi.TokenProof{Value: "x"})
	for name, change := range map[string]func(*authapi.CertificateProof){
		"untrusted":     func(p *authapi.CertificateProof) { p.Certificate.Trusted = false },
		"over":          func(p *authapi.CertificateProof) { p.Certificate.Expires = time.Now() },
		"no name":       func(p *authapi.CertificateProof) { p.Certificate.DN = "" },
		"unknown":       func(p *authapi.CertificateProof) { p.Certificate.DN = "/O=Grid/CN=Eve" },
		"foreign group": func(p *authapi.CertificateProof) { p.Group = "operators" },
	} {
		p := authapi.CertificateProof{Certificate: good}
		change(&p)
		if _, err := f.Certificate(t.Context(), p); !reflect.DeepEqual(err, want) || !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("%s: %v", name, err)
		}
	}
	f.do(t, "bob", user.Disable{})
	if _, err := f.Certificate(t.Context(), authapi.CertificateProof{Certificate: good}); !reflect.DeepEqual(err, want) {
		t.Errorf("of a disabled user: %v", err)
	}
}

// TestKindIsByItsLooks: what a door does not list is not opened, and nothing
// is tried as two kinds.
func TestKindIsByItsLooks(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]authapi.Kind{
		"hdl_abc_def_1":                                              authapi.KindAPIKey,
		"2|1:0|10:1|5:token|1:x|sig":                                 authapi.KindCore4Seal,
		b64(`{"alg":"HS512"}`) + "." + b64(`{}`) + ".x":              authapi.KindCore4JWT,
		b64(`{"alg":"RS256"}`) + "." + b64(`{"etd":"true"}`) + ".x":  authapi.KindSiteJWT,
		b64(`{"alg":"ES256"}`) + "." + b64(`{"etd":"false"}`) + ".x": authapi.KindUserJWT,
		b64(`{"alg":"RS256"}`) + "." + b64(`{"iss":"x"}`) + ".x":     authapi.KindUpstream,
		"": "", "x": "", "a.b.c": "", b64(`[]`) + "." + b64(`{}`) + ".": "",
	} {
		if got := kindOf(value); got != want {
			t.Errorf("%q is a %q, want %q", value, got, want)
		}
	}
}
