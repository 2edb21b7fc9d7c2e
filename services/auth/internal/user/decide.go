package user

import (
	"fmt"
	"slices"
)

// Decide says what happens when c is asked of u. No events and no error mean
// that it is so already.
func Decide(u User, c Command) ([]Event, error) {
	if r, ok := c.(Register); ok {
		return register(u, r)
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
	case SetCore4:
		return setCore4(u, c), nil
	case ChangeProfile:
		return when(u.RealName != c.RealName || u.Email != c.Email, ProfileChanged(c)), nil
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

// register leaves the credential out of the comparison: whether a password is
// the same only its hash can tell, so that is the application's to find out.
func register(u User, c Register) ([]Event, error) {
	core4, profile := Core4Changed{set(c.Perms), set(c.RoleNames)}, ProfileChanged{c.RealName, c.Email}
	switch {
	case !u.Exists():
		events := []Event{Registered{ID: c.ID, Name: c.Name, Credential: c.Credential, Groups: c.Groups, Roles: c.Roles}}
		events = append(events, when(profile != ProfileChanged{}, profile)...)
		return append(events, when(len(core4.Perms)+len(core4.RoleNames) > 0, core4)...), nil
	case u.Name != c.Name, !slices.Equal(u.Groups, c.Groups), !slices.Equal(u.Roles, c.Roles),
		profile != ProfileChanged{u.RealName, u.Email},
		!slices.Equal(u.Perms, core4.Perms), !slices.Equal(u.RoleNames, core4.RoleNames):
		return nil, ErrTaken
	default:
		return nil, nil
	}
}

// setCore4 compares sets: another order is no change.
func setCore4(u User, c SetCore4) []Event {
	e := Core4Changed{set(c.Perms), set(c.RoleNames)}
	return when(!slices.Equal(u.Perms, e.Perms) || !slices.Equal(u.RoleNames, e.RoleNames), e)
}

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
