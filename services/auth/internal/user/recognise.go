package user

import (
	"encoding/json"
	"fmt"
	"slices"
)

// most bounds what one user may be recognised by, of each kind: the state of
// a user is read at every change of it.
const most = 100

// recognise decides on the ways in which others recognise the user.
func recognise(u User, c Command) ([]Event, error) {
	switch c := c.(type) {
	case AddCertificate:
		return add(u.Certificates, c.DN, CertificateAdded(c))
	case RemoveCertificate:
		return when(slices.Contains(u.Certificates, c.DN), CertificateRemoved(c)), nil
	case AddLogin:
		return add(u.Logins, c.UID, LoginAdded(c))
	case RemoveLogin:
		return when(slices.Contains(u.Logins, c.UID), LoginRemoved(c)), nil
	case Link:
		return add(u.Links, Linked(c), Linked(c))
	case Unlink:
		return when(slices.Contains(u.Links, Linked(c)), Unlinked(c)), nil
	case AddKey:
		return addKey(u, c)
	case RemoveKey:
		return when(u.hasKey(c.ID), KeyRemoved(c)), nil
	default:
		return nil, fmt.Errorf("user: unknown command %T", c)
	}
}

func add[T comparable](have []T, one T, e Event) ([]Event, error) {
	switch {
	case slices.Contains(have, one):
		return nil, nil
	case len(have) >= most:
		return nil, ErrTooMany
	default:
		return []Event{e}, nil
	}
}

// addKey takes an id for the key: it is its thumbprint.
func addKey(u User, c AddKey) ([]Event, error) {
	switch {
	case !public(c.JWK):
		return nil, ErrPrivate
	case u.hasKey(c.ID):
		return nil, nil
	case len(u.Keys) >= most:
		return nil, ErrTooMany
	default:
		return []Event{KeyAdded(c)}, nil
	}
}

func (u User) hasKey(id string) bool {
	return slices.ContainsFunc(u.Keys, func(k KeyAdded) bool { return k.ID == id })
}

// public reports whether the JWK is an asymmetric key without a secret
// member: "d" stands in every private RSA, EC and OKP key, "k" in symmetric
// ones (RFC 7518, section 6; RFC 8037).
func public(jwk json.RawMessage) bool {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(jwk, &members); err != nil || len(members) == 0 {
		return false
	}
	for _, secret := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
		if _, found := members[secret]; found {
			return false
		}
	}
	return true
}
