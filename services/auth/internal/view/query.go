package view

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/heddle-dev/heddle/services/auth/internal/client"
	"github.com/heddle-dev/heddle/services/auth/internal/key"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
)

const timeLayout = time.RFC3339Nano

// User is a user as the view knows it.
type User struct {
	user.User
	Since time.Time // when it was registered
}

// ErrNone says that there is no such thing.
var ErrNone = errors.New("view: no such row")

// UserByName returns the user of a login name, or ErrNone.
func (v *View) UserByName(ctx context.Context, name user.Name) (User, error) {
	return v.user(ctx, `kind = 'user' AND name = ?`, string(name))
}

// UserByID returns the user of an id, or ErrNone.
func (v *View) UserByID(ctx context.Context, id string) (User, error) {
	return v.user(ctx, `kind = 'user' AND id = ?`, id)
}

// Users returns all users, oldest first.
func (v *View) Users(ctx context.Context) ([]User, error) {
	return v.users(ctx, `kind = 'user'`)
}

// Clients returns all OAuth clients, oldest first.
func (v *View) Clients(ctx context.Context) ([]client.Client, error) {
	var out []client.Client
	err := v.each(ctx, `kind = 'client'`, nil, func(raw []byte, _ time.Time, _ uint64) error {
		return appendState(&out, raw)
	})
	return out, err
}

// Keys returns all announced keys, oldest first.
func (v *View) Keys(ctx context.Context) ([]key.Dated, error) {
	var out []key.Dated
	err := v.each(ctx, `kind = 'key'`, nil, func(raw []byte, _ time.Time, _ uint64) error {
		return appendState(&out, raw)
	})
	return out, err
}

func (v *View) user(ctx context.Context, where string, arg any) (User, error) {
	us, err := v.users(ctx, where, arg)
	switch {
	case err != nil:
		return User{}, err
	case len(us) == 0:
		return User{}, ErrNone
	default:
		return us[0], nil
	}
}

func (v *View) users(ctx context.Context, where string, args ...any) ([]User, error) {
	var out []User
	err := v.each(ctx, where, args, func(raw []byte, since time.Time, _ uint64) error {
		u := User{Since: since}
		err := json.Unmarshal(raw, &u.User)
		out = append(out, u)
		return err
	})
	return out, err
}

func appendState[S any](out *[]S, raw []byte) error {
	var s S
	err := json.Unmarshal(raw, &s)
	*out = append(*out, s)
	return err
}

// each calls f with the rows that match, oldest first. where is one of this
// file's own texts; what comes from outside is in args.
func (v *View) each(ctx context.Context, where string, args []any, f func(state []byte, since time.Time, seq uint64) error) error {
	rows, err := v.DB().QueryContext(ctx, `SELECT state, since, seq FROM aggregate WHERE `+where+` ORDER BY seq`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var state sql.RawBytes
		var since string
		var seq uint64
		if err := rows.Scan(&state, &since, &seq); err != nil {
			return err
		}
		at, err := time.Parse(timeLayout, since)
		if err != nil {
			return err
		}
		if err := f(state, at, seq); err != nil {
			return err
		}
	}
	return rows.Err()
}
