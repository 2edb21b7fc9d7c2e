package user

import (
	"errors"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

func TestSeveralAreOne(t *testing.T) {
	t.Parallel()
	alice := Evolve(User{}, Registered{ID: "u1", Name: "alice", Groups: []string{"a"}})
	for name, c := range map[string]struct {
		all  Several
		want []Event
		part int // of the refusal; -1: none
		err  error
	}{
		"nothing":                   {nil, nil, -1, nil},
		"so already":                {Several{Join{"a"}, Enable{}}, nil, -1, nil},
		"one on the other":          {Several{Join{"b"}, SetDefault{"b"}}, []Event{GroupJoined{"b"}, DefaultGroupSet{"b"}}, -1, nil},
		"one refused":               {Several{Join{"b"}, SetDefault{"c"}, Join{"d"}}, nil, 1, ErrNoMember},
		"the last says it all":      {Several{SetRealName{"A"}, SetEmail{"a@b"}}, []Event{ProfileChanged{"A", "a@b"}}, -1, nil},
		"what is between is kept":   {Several{SetRealName{"A"}, Join{"b"}, SetEmail{"a@b"}}, []Event{ProfileChanged{"A", ""}, GroupJoined{"b"}, ProfileChanged{"A", "a@b"}}, -1, nil},
		"two logins are two events": {Several{AddLogin{"x"}, AddLogin{"y"}}, []Event{LoginAdded{"x"}, LoginAdded{"y"}}, -1, nil},
	} {
		got, err := Decide(alice, c.all)
		var part *PartError
		if c.part >= 0 != errors.As(err, &part) || c.part >= 0 && part.Index != c.part || !errors.Is(err, c.err) {
			t.Errorf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestRegisteredWithMore(t *testing.T) {
	t.Parallel()
	all := Several{Register{ID: "u1", Name: "alice", Credential: "c1"}, SetPerms{[]string{"b", "a", "b"}}, SetEmail{"a@b"}}
	events, err := Decide(User{}, all)
	want := []Event{Registered{ID: "u1", Name: "alice", Credential: "c1"}, Core4Changed{Perms: []string{"a", "b"}}, ProfileChanged{Email: "a@b"}}
	if err != nil || !reflect.DeepEqual(events, want) {
		t.Fatalf("%+v, %v", events, err)
	}
	var alice User
	for _, e := range events {
		alice = Evolve(alice, e)
	}
	all[0] = Register{ID: "u1", Name: "alice", Credential: "c2"}
	if again, err := Decide(alice, all); err != nil || again != nil {
		t.Errorf("the same again: %+v, %v", again, err)
	}
	if _, err := Decide(alice, all[:2]); !errors.Is(err, ErrTaken) {
		t.Errorf("with less: %v", err)
	}
	if _, err := Decide(User{}, Several{SetEmail{"a@b"}}); !errors.Is(err, ErrUnknown) {
		t.Errorf("nobody: %v", err)
	}
}

// TestSeveralIsOneAfterTheOther: all at once gives what one by one gives, and
// a refusal what was before.
func TestSeveralIsOneAfterTheOther(t *testing.T) {
	t.Parallel()
	group := rapid.SampledFrom([]string{"a", "b", "c"})
	command := rapid.Custom(func(t *rapid.T) Command {
		g := group.Draw(t, "group")
		return rapid.SampledFrom([]Command{Join{g}, Leave{g}, SetDefault{g}, SetRealName{g}, SetEmail{Email(g)}, SetPerms{[]string{g}},
			SetRoleNames{[]string{g}}, Give{Operator}, Take{Operator, false}, Disable{}, Enable{}}).Draw(t, "command")
	})
	rapid.Check(t, func(t *rapid.T) {
		before := Evolve(User{}, Registered{ID: "u1", Name: "alice"})
		all := rapid.SliceOfN(command, 0, 8).Draw(t, "commands")
		step, refused := before, error(nil)
		for _, c := range all {
			events, err := Decide(step, c)
			if refused = err; err != nil {
				break
			}
			for _, e := range events {
				step = Evolve(step, e)
			}
		}
		events, err := Decide(before, Several(all))
		if (err != nil) != (refused != nil) || !errors.Is(err, refused) {
			t.Fatalf("%v, one by one %v", err, refused)
		}
		after := before
		for _, e := range events {
			after = Evolve(after, e)
		}
		if err == nil && !same(after, step) {
			t.Fatalf("%+v, one by one %+v", after, step)
		}
		if err != nil && len(events) > 0 {
			t.Fatalf("refused, and yet %+v", events)
		}
	})
}
