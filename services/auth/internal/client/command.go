package client

import (
	"bytes"
	"fmt"
	"slices"
	"time"
)

// Command is something asked of a client. The set is sealed.
type Command interface{ command() }

type (
	// Register makes the client. Secret is the vault's entry of its secret, if
	// its method is by secret.
	Register struct {
		ID ID
		Details
		Secret string
	}
	// Change replaces all details. A client whose new method is by secret, and
	// whose old was not, gets Secret.
	Change struct {
		Details
		Secret string
	}
	// RotateSecret replaces the secret; the old one is good until OldUntil.
	RotateSecret struct {
		Secret   string
		OldUntil time.Time
	}
	// Remove ends the client.
	Remove struct{}
)

func (Register) command()     {}
func (Change) command()       {}
func (RotateSecret) command() {}
func (Remove) command()       {}

// Decide says what happens when cmd is asked of c. No events and no error
// mean that it is so already.
func Decide(c Client, cmd Command) ([]Event, error) {
	switch cmd := cmd.(type) {
	case Register:
		return register(c, cmd)
	case Change:
		return change(c, cmd)
	case RotateSecret:
		return rotate(c, cmd)
	case Remove:
		if !c.Exists() {
			return nil, nil
		}
		return []Event{Removed{ID: c.ID}}, nil
	default:
		return nil, fmt.Errorf("client: unknown command %T", cmd)
	}
}

// register leaves the secret out of the comparison: each try has made its own.
func register(c Client, r Register) ([]Event, error) {
	if err := valid(r.Details, r.Secret); err != nil {
		return nil, err
	}
	switch {
	case !c.Exists():
		return []Event{Registered(r)}, nil
	case !same(c.Details, r.Details):
		return nil, ErrTaken
	default:
		return nil, nil
	}
}

func change(c Client, r Change) ([]Event, error) {
	secret := c.Secret
	switch {
	case !c.Exists():
		return nil, ErrUnknown
	case !r.AuthMethod().BySecret():
		secret = ""
	case secret == "":
		secret = r.Secret
	}
	if err := valid(r.Details, secret); err != nil {
		return nil, err
	}
	if same(c.Details, r.Details) {
		return nil, nil
	}
	return []Event{Changed{ID: c.ID, Details: r.Details, Secret: secret, Narrowed: narrowed(c.Details, r.Details)}}, nil
}

func rotate(c Client, r RotateSecret) ([]Event, error) {
	switch {
	case !c.Exists():
		return nil, ErrUnknown
	case !c.AuthMethod().BySecret() || r.Secret == "":
		return nil, ErrNoSecret
	case c.Secret == r.Secret:
		return nil, nil
	default:
		return []Event{SecretRotated{ID: c.ID, Secret: r.Secret, OldUntil: r.OldUntil}}, nil
	}
}

func same(a, b Details) bool {
	return a.Name == b.Name && a.Public == b.Public && a.AuthMethod() == b.AuthMethod() && a.URL == b.URL && a.Icon == b.Icon &&
		slices.Equal(a.Redirects, b.Redirects) && slices.Equal(a.Grants, b.Grants) && slices.Equal(a.PostLogout, b.PostLogout) &&
		slices.Equal(a.Scopes, b.Scopes) && bytes.Equal(a.Keys, b.Keys) && a.TLSSubject == b.TLSSubject && a.Bound == b.Bound &&
		a.IDTokenAlg == b.IDTokenAlg && a.Native == b.Native && a.Trusted == b.Trusted && a.Steady == b.Steady && a.Resource == b.Resource && a.RunAs == b.RunAs
}

// narrowed reports whether something that the client had or was recognised by
// is gone: then what it was given so far must end. In doubt it is.
func narrowed(old, now Details) bool {
	return lost(old.Grants, now.Grants) || lost(old.Redirects, now.Redirects) || lostScopes(old.Scopes, now.Scopes) ||
		old.AuthMethod() != now.AuthMethod() || !bytes.Equal(old.Keys, now.Keys) || old.TLSSubject != now.TLSSubject ||
		old.RunAs != now.RunAs || old.Resource && !now.Resource || old.Trusted && !now.Trusted || !old.Bound && now.Bound
}

func lost[T comparable](old, now []T) bool {
	return slices.ContainsFunc(old, func(one T) bool { return !slices.Contains(now, one) })
}

// lostScopes knows that no list means everything but the operator's.
func lostScopes(old, now []string) bool {
	switch {
	case len(now) == 0:
		return slices.Contains(old, "operator")
	case len(old) == 0:
		return true
	default:
		return lost(old, now)
	}
}
