package user

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// Decide says what happens when c is asked of u. No events and no error mean
// that it is so already.
func Decide(u User, c Command) ([]Event, error) {
	switch c := c.(type) {
	case Register:
		return register(u, c)
	case Several:
		return several(u, c)
	}
	if !u.Exists() {
		return nil, ErrUnknown
	}
	switch c := c.(type) {
	case ChangePassword:
		return when(u.Credential != c.Credential, PasswordChanged(c)), nil
	case Disable:
		if c.Last && !u.Disabled && u.operates() {
			return nil, ErrLastOperator
		}
		return when(!u.Disabled, Disabled{}), nil
	case Enable:
		return when(u.Disabled, Enabled{}), nil
	case SetPerms:
		return when(!slices.Equal(u.Perms, set(c.Perms)), Core4Changed{set(c.Perms), u.RoleNames}), nil
	case SetRoleNames:
		return when(!slices.Equal(u.RoleNames, set(c.RoleNames)), Core4Changed{u.Perms, set(c.RoleNames)}), nil
	case DropRoleName:
		return when(slices.Contains(u.RoleNames, c.Name), Core4Changed{u.Perms, without(u.RoleNames, c.Name)}), nil
	case SetRealName:
		return when(u.RealName != c.RealName, ProfileChanged{c.RealName, u.Email}), nil
	case SetEmail:
		return when(u.Email != c.Email, ProfileChanged{u.RealName, c.Email}), nil
	case SignIn:
		return []Event{SignedIn(c)}, nil
	case EndSessions:
		return []Event{SessionsEnded{}}, nil
	case Join, Leave, SetDefault, Give, Take, Suspend, Resume:
		return belong(u, c)
	default:
		return recognise(u, c)
	}
}

// when is the event, if it makes a difference.
func when(different bool, e Event) []Event {
	if !different {
		return nil
	}
	return []Event{e}
}

func register(u User, c Register) ([]Event, error) {
	e := Registered(c)
	switch {
	case !u.Exists():
		return []Event{e}, nil
	case !same(u, Evolve(User{}, e)):
		return nil, ErrTaken
	default:
		return nil, nil
	}
}

// same leaves the credential out of the comparison: whether a password is the
// same only its hash can tell, so that is the application's to find out.
func same(u, v User) bool {
	u.Credential, v.Credential = "", ""
	x, err1 := json.Marshal(u)
	y, err2 := json.Marshal(v)
	return err1 == nil && err2 == nil && bytes.Equal(x, y)
}

// set compares and keeps lists as sets: another order is no change.
func set(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }

// belong decides on what a user is a member of.
func belong(u User, c Command) ([]Event, error) {
	switch c := c.(type) {
	case Join:
		return when(!slices.Contains(u.Groups, c.Group), GroupJoined(c)), nil
	case Leave:
		return when(slices.Contains(u.Groups, c.Group), GroupLeft(c)), nil
	case SetDefault:
		if !slices.Contains(u.Groups, c.Group) {
			return nil, ErrNoMember
		}
		return when(u.Groups[0] != c.Group, DefaultGroupSet(c)), nil
	case Give:
		return when(!slices.Contains(u.Roles, c.Role), RoleGiven(c)), nil
	case Take:
		if c.Last && c.Role == Operator && !u.Disabled && u.operates() {
			return nil, ErrLastOperator
		}
		return when(slices.Contains(u.Roles, c.Role), RoleTaken{c.Role}), nil
	case Suspend:
		return when(!slices.Contains(u.Suspended, c.VO), Suspended(c)), nil
	case Resume:
		return when(slices.Contains(u.Suspended, c.VO), Resumed(c)), nil
	default:
		return nil, fmt.Errorf("user: unknown command %T", c)
	}
}
