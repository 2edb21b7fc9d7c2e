package user

import (
	"slices"
	"strings"
	"testing"
)

func TestParseName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Name{
		"alice": "alice", "Alice": "alice", "a": "a", "j.r-r_t0": "j.r-r_t0", strings.Repeat("x", 64): Name(strings.Repeat("x", 64)),
	} {
		if got, err := ParseName(in); got != want || err != nil {
			t.Errorf("ParseName(%q) = %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "0a", ".a", "-a", "_a", "a b", "a\n", "a/b", "a:b", "älice", "alicé",
		"\u212Aelvin", "a\x00", strings.Repeat("x", 65), "a@b", "*", "a>b"} {
		if got, err := ParseName(in); err == nil {
			t.Errorf("ParseName(%q) = %q", in, got)
		}
	}
}

func TestParseRole(t *testing.T) {
	t.Parallel()
	if r, err := ParseRole("operator"); r != Operator || err != nil {
		t.Errorf("operator: %q, %v", r, err)
	}
	for _, in := range []string{"", "service", "Operator", "root"} {
		if r, err := ParseRole(in); err == nil {
			t.Errorf("ParseRole(%q) = %q", in, r)
		}
	}
}

func TestEvolveLeavesThePastAlone(t *testing.T) {
	t.Parallel()
	before := Evolve(User{}, Registered{ID: "u1", Name: "alice", Groups: append(make([]string, 0, 4), "users")})
	one, other := Evolve(before, GroupJoined{Group: "a"}), Evolve(before, GroupJoined{Group: "b"})
	if len(before.Groups) != 1 || one.Groups[1] != "a" || other.Groups[1] != "b" {
		t.Errorf("states share memory: %v, %v, %v", before.Groups, one.Groups, other.Groups)
	}
}

// TestEvolveSharesNothing: removing from one state leaves the one before as it was.
func TestEvolveSharesNothing(t *testing.T) {
	t.Parallel()
	before := User{ID: "u1", Groups: []string{"a", "b", "c"}, Keys: []KeyAdded{{ID: "k1"}, {ID: "k2"}}, Links: []Linked{{"p", "1"}, {"p", "2"}}}
	for _, e := range []Event{GroupLeft{"a"}, DefaultGroupSet{"b"}, KeyRemoved{"k1"}, Unlinked{"p", "1"}} {
		_ = Evolve(before, e)
	}
	if !slices.Equal(before.Groups, []string{"a", "b", "c"}) || before.Keys[0].ID != "k1" || before.Links[0].Subject != "1" {
		t.Errorf("the past has changed: %+v", before)
	}
}
