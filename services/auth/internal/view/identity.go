package view

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/heddle-dev/heddle/services/auth/internal/user"
)

// Identity is a kind of what users are recognised by.
type Identity string

// The kinds.
const (
	DN    Identity = "dn"
	Key   Identity = "key"
	Link  Identity = "link" // its value is that of LinkOf
	Email Identity = "email"
	Login Identity = "login" // of Unix
)

// identify writes down what the user is recognised by, and nothing else.
func identify(tx *sql.Tx, id string, u user.User) error {
	if _, err := tx.Exec(`DELETE FROM identity WHERE user = ?`, id); err != nil {
		return err
	}
	var errs []error
	put := func(kind Identity, value string) {
		_, err := tx.Exec(`INSERT INTO identity (kind, value, user) VALUES (?, ?, ?)`, kind, value, id)
		errs = append(errs, err)
	}
	for _, dn := range u.Certificates {
		put(DN, string(dn))
	}
	for _, k := range u.Keys {
		put(Key, k.ID)
	}
	for _, l := range u.Logins {
		put(Login, string(l))
	}
	for _, l := range u.Links {
		put(Link, LinkOf(l.Provider, l.Subject))
	}
	if u.Email != "" {
		put(Email, strings.ToLower(string(u.Email)))
	}
	return errors.Join(errs...)
}

// LinkOf is a link as one text: no provider's name has a line break.
func LinkOf(provider, subject string) string { return provider + "\n" + subject }

// UserByCertificate returns whoever is recognised by a distinguished name, or ErrNone.
func (v *View) UserByCertificate(ctx context.Context, dn string) (User, error) {
	return v.recognised(ctx, DN, dn)
}

// UserByKey returns the owner of a public key, or ErrNone.
func (v *View) UserByKey(ctx context.Context, id string) (User, error) {
	return v.recognised(ctx, Key, id)
}

// UserByLink returns whoever a provider calls subject, or ErrNone.
func (v *View) UserByLink(ctx context.Context, provider, subject string) (User, error) {
	return v.recognised(ctx, Link, LinkOf(provider, subject))
}

// UserByEmail returns whoever has an address, in any case, or ErrNone.
func (v *View) UserByEmail(ctx context.Context, address string) (User, error) {
	return v.recognised(ctx, Email, strings.ToLower(address))
}

// Taken reports whether somebody else than the user of that id has it.
func (v *View) Taken(ctx context.Context, kind Identity, value, except string) (taken bool, err error) {
	err = v.DB().QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM identity WHERE kind = ? AND value = ? AND user <> ?)`,
		kind, value, except).Scan(&taken)
	return taken, err
}

// recognised returns the one user; of two who claim the same it is neither.
func (v *View) recognised(ctx context.Context, kind Identity, value string) (User, error) {
	us, err := v.users(ctx, `kind = 'user' AND id IN (SELECT user FROM identity WHERE kind = ? AND value = ?)`, kind, value)
	switch {
	case err != nil:
		return User{}, err
	case len(us) != 1:
		return User{}, ErrNone
	default:
		return us[0], nil
	}
}
