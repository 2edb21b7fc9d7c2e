package view

import (
	"context"
	"database/sql"
	"errors"

	"github.com/heddle-dev/heddle/services/auth/internal/user"
)

// identify writes down what the user is recognised by, and nothing else.
func identify(tx *sql.Tx, id string, u user.User) error {
	if _, err := tx.Exec(`DELETE FROM identity WHERE user = ?`, id); err != nil {
		return err
	}
	var errs []error
	put := func(kind, value string) {
		_, err := tx.Exec(`INSERT INTO identity (kind, value, user) VALUES (?, ?, ?)`, kind, value, id)
		errs = append(errs, err)
	}
	for _, dn := range u.Certificates {
		put("dn", string(dn))
	}
	for _, k := range u.Keys {
		put("key", k.ID)
	}
	for _, l := range u.Links {
		put("link", linkOf(l.Provider, l.Subject))
	}
	return errors.Join(errs...)
}

// linkOf joins what cannot be in a provider's name.
func linkOf(provider, subject string) string { return provider + "\n" + subject }

// UserByCertificate returns whoever is recognised by a distinguished name, or ErrNone.
func (v *View) UserByCertificate(ctx context.Context, dn string) (User, error) {
	return v.recognised(ctx, "dn", dn)
}

// UserByKey returns the owner of a public key, or ErrNone.
func (v *View) UserByKey(ctx context.Context, id string) (User, error) {
	return v.recognised(ctx, "key", id)
}

// UserByLink returns whoever a provider calls subject, or ErrNone.
func (v *View) UserByLink(ctx context.Context, provider, subject string) (User, error) {
	return v.recognised(ctx, "link", linkOf(provider, subject))
}

// recognised returns the one user; of two who claim the same it is neither.
func (v *View) recognised(ctx context.Context, kind, value string) (User, error) {
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
