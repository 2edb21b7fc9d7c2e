package auth_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/services/auth"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

func TestRegisteringAgainChangesNothing(t *testing.T) {
	t.Parallel()
	c, _ := start(t)
	r := authapi.RegisterRequest{Name: "Bob", Password: "bob123", Groups: []string{"users"}}
	first, err := c.RegisterUser(operator(t), r)
	if err != nil || first.Name != "bob" || first.ID == "" || first.Since.IsZero() || !slices.Equal(first.Groups, r.Groups) {
		t.Fatalf("%+v, %v", first, err)
	}
	if again, err := c.RegisterUser(operator(t), r); err != nil || !reflect.DeepEqual(again, first) {
		t.Errorf("the same again: %+v, %v", again, err)
	}
	for name, other := range map[string]authapi.RegisterRequest{
		"password": {Name: "bob", Password: "other", Groups: r.Groups},
		"groups":   {Name: "bob", Password: r.Password},
		"roles":    {Name: "bob", Password: r.Password, Groups: r.Groups, Roles: []string{"operator"}},
	} {
		if _, err := c.RegisterUser(operator(t), other); !fault.Is(err, fault.Conflict) || fault.From(err).Code != "user.taken" {
			t.Errorf("with another %s: %v", name, err)
		}
	}
	if _, err := c.Verify(t.Context(), pw("bob", "bob123")); err != nil {
		t.Errorf("after all that: %v", err)
	}
}

func TestBadRegistrationsNameTheField(t *testing.T) {
	t.Parallel()
	c, _ := start(t)
	before, err := c.Users(operator(t), authapi.Empty{})
	if err != nil {
		t.Fatal(err)
	}
	for want, r := range map[string]authapi.RegisterRequest{
		"name":                             {Name: "no body", Password: "x"},
		"name password":                    {},
		"password":                         {Name: "eve", Password: strings.Repeat("x", 2000)},
		"groups[1]":                        {Name: "eve", Password: "x", Groups: []string{"users", "nobodies"}},
		"groups[0]":                        {Name: "eve", Password: "x", Groups: []string{"*"}},
		"roles[0]":                         {Name: "eve", Password: "x", Roles: []string{"service"}},
		"name password groups[0] roles[0]": {Name: "../x", Groups: []string{""}, Roles: []string{"root"}},
	} {
		_, err := c.RegisterUser(operator(t), r)
		f := fault.From(err)
		if f == nil || f.Kind != fault.Invalid || names(f) != want {
			t.Errorf("%s: %v", want, f)
		}
	}
	after, err := c.Users(operator(t), authapi.Empty{})
	if err != nil || !reflect.DeepEqual(before, after) {
		t.Errorf("users before %v, after %v, %v", before, after, err)
	}
}

func names(f *fault.Error) string {
	var out []string
	for _, field := range f.Fields {
		out = append(out, field.Name)
	}
	return strings.Join(out, " ")
}

// TestAWriteIsSeenEverywhere asks for what was written of whichever replica answers.
func TestAWriteIsSeenEverywhere(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	run(t, s.Conn(t), auth.Config{Demo: true}, nil).await(t)
	run(t, s.Conn(t), auth.Config{}, nil).await(t)
	c := dial(s.Conn(t))
	for i := range 100 {
		group := fmt.Sprintf("group%d", i)
		if _, err := c.CreateGroup(operator(t), authapi.GroupRequest{Name: group}); err != nil {
			t.Fatal(err)
		}
		if u, err := c.JoinGroup(operator(t), authapi.MemberRequest{Group: group, User: "alice"}); err != nil || !slices.Contains(u.Groups, group) {
			t.Fatalf("%+v, %v", u, err)
		}
		p, err := c.Verify(t.Context(), pw("alice", "alice123"))
		if err != nil || !slices.Contains(p.Groups, group) || p.Group != "users" {
			t.Fatalf("round %d: %+v, %v", i, p, err)
		}
	}
}

func TestJoiningNeedsBoth(t *testing.T) {
	t.Parallel()
	c, _ := start(t)
	for code, r := range map[string]authapi.MemberRequest{
		"group.unknown": {Group: "nobodies", User: "alice"},
		"user.unknown":  {Group: "users", User: "nobody"},
	} {
		if _, err := c.JoinGroup(operator(t), r); !fault.Is(err, fault.Missing) || fault.From(err).Code != code {
			t.Errorf("%s: %v", code, err)
		}
	}
	if _, err := c.SetPassword(operator(t), pw("nobody", "x")); fault.From(err).Code != "user.unknown" {
		t.Errorf("SetPassword: %v", err)
	}
	if _, err := c.CreateGroup(operator(t), authapi.GroupRequest{Name: "No Group"}); !fault.Is(err, fault.Invalid) || names(fault.From(err)) != "name" {
		t.Errorf("CreateGroup: %v", err)
	}
}
