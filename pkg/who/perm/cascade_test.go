package perm_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/heddle-dev/heddle/pkg/who/perm"
)

type role struct {
	perms, parents []string
	inactive       bool
}

func look(roles map[string]role) func(string) ([]string, []string, bool) {
	return func(name string) ([]string, []string, bool) {
		r, ok := roles[name]
		return r.perms, r.parents, ok && !r.inactive
	}
}

func TestCascade(t *testing.T) {
	t.Parallel()
	roles := look(map[string]role{
		"user":   {perms: []string{"api://b", "api://a"}, parents: []string{"guest"}},
		"guest":  {perms: []string{"api://a"}, parents: []string{"user", "guest"}}, // a circle
		"ghost":  {perms: []string{"cop"}, inactive: true},
		"behind": {perms: []string{"api://c"}, parents: []string{"ghost"}},
	})
	for _, c := range []struct{ own, roles, perms, names []string }{
		{nil, nil, nil, nil},
		{[]string{"app://x", "api://a"}, []string{"user"}, []string{"api://a", "api://b", "app://x"}, []string{"guest", "user"}},
		{nil, []string{"guest", "user", "guest"}, []string{"api://a", "api://b"}, []string{"guest", "user"}},
		{nil, []string{"ghost", "unknown"}, nil, nil},
		{nil, []string{"behind"}, []string{"api://c"}, []string{"behind"}},
	} {
		own := slices.Clone(c.own)
		perms, names := perm.Cascade(c.own, c.roles, roles)
		if !slices.Equal(perms, c.perms) || !slices.Equal(names, c.names) {
			t.Errorf("%v and %v give %v and %v", c.own, c.roles, perms, names)
		}
		if !slices.Equal(own, c.own) {
			t.Error("the argument was changed")
		}
	}
}

// TestCascadeIsTheClosure: over any graph it ends, and is what repeating "and
// their parents" until nothing is new gives.
func TestCascadeIsTheClosure(t *testing.T) {
	t.Parallel()
	name := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "missing"})
	rapid.Check(t, func(t *rapid.T) {
		roles := map[string]role{}
		for _, n := range []string{"a", "b", "c", "d", "e"} {
			roles[n] = role{[]string{"app://" + n}, rapid.SliceOfN(name, 0, 4).Draw(t, n), rapid.Bool().Draw(t, n+" inactive")}
		}
		direct := rapid.SliceOfN(name, 0, 3).Draw(t, "direct")
		want := map[string]bool{}
		for todo := direct; len(todo) > 0; {
			var next []string
			for _, n := range todo {
				if r, ok := roles[n]; ok && !r.inactive && !want[n] {
					want[n] = true
					next = append(next, r.parents...)
				}
			}
			todo = next
		}
		perms, names := perm.Cascade(nil, direct, look(roles))
		if len(names) != len(want) || len(perms) != len(want) {
			t.Fatalf("%v gives %v and %v, want %v", direct, names, perms, want)
		}
		for i, n := range names {
			if !want[n] || perms[i] != "app://"+n {
				t.Fatalf("%v gives %v and %v, want %v", direct, names, perms, want)
			}
		}
	})
}

func TestWhoMayGive(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		held, given string
		may         bool
	}{
		{"cop", "cop", true}, {"cop", "api://a", true}, {"cop", "app://x", true}, {"COP", "job://a/x", true},
		{"api://.*", "cop", false},
		{"api://a", "api://a", true}, {"api://a", "api://a/r", true}, {"api://a", "api://a/", true},
		{"api://a/cr", "api://a/r", true}, {"api://a/r", "api://a/cr", false}, {"api://a/crud", "api://a", false},
		{"api://a/", "api://a/r", false}, {"api://a", "api://a.b", false}, {"api://a", "job://a/r", false},
		{"job://a/x", "job://a/r", true}, {"job://a/r", "job://a/x", false},
		{"app://client/a", "app://client/a", true}, {"app://client/a", "app://client/b", false}, {"app://a", "mongodb://a", false},
		{"nonsense", "app://a", false},
	} {
		p, err := perm.Parse(c.given)
		if err != nil {
			t.Fatal(err)
		}
		if got := (perm.Holds{"app://other", c.held}).Cover(p); got != c.may {
			t.Errorf("who holds %s may give %s: %v", c.held, c.given, got)
		}
	}
	if (perm.Holds{"cop"}).Cover(perm.Perm{}) != true || (perm.Holds{}).Cover(perm.Perm{}) {
		t.Error("the zero permission")
	}
}
