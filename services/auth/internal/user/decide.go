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
	case Join:
		if slices.Contains(u.Groups, c.Group) {
			return nil, nil
		}
		return []Event{GroupJoined(c)}, nil
	case ChangePassword:
		if u.Credential == c.Credential {
			return nil, nil
		}
		return []Event{PasswordChanged(c)}, nil
	case Disable:
		if u.Disabled {
			return nil, nil
		}
		return []Event{Disabled{}}, nil
	case Enable:
		if !u.Disabled {
			return nil, nil
		}
		return []Event{Enabled{}}, nil
	default:
		return nil, fmt.Errorf("user: unknown command %T", c)
	}
}

// register leaves the credential out of the comparison: whether a password is
// the same only its hash can tell, so that is the application's to find out.
func register(u User, c Register) ([]Event, error) {
	switch {
	case !u.Exists():
		return []Event{Registered(c)}, nil
	case u.Name != c.Name, !slices.Equal(u.Groups, c.Groups), !slices.Equal(u.Roles, c.Roles):
		return nil, ErrTaken
	default:
		return nil, nil
	}
}
