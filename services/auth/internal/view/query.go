package view

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/heddle-dev/heddle/services/auth/internal/group"
	"github.com/heddle-dev/heddle/services/auth/internal/key"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
)

const timeLayout = time.RFC3339Nano

// User is a user as the view knows it.
type User struct {
	user.User
	Stamp
}

// Stamp is when, and where in the journal, a thing began and changed last.
type Stamp struct {
	Since    time.Time
	Position uint64 // of its beginning
	Updated  time.Time
	Version  uint64    // position of its last change
	Used     time.Time // last sign-in of a user; zero: never
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

// GroupsByName returns those of the named groups that exist, oldest first.
func (v *View) GroupsByName(ctx context.Context, names []string) ([]group.Group, error) {
	list, err := json.Marshal(names)
	if err != nil || len(names) == 0 {
		return nil, err
	}
	return v.groupMemo.Get(v, string(list), func() (out []group.Group, err error) {
		err = v.each(ctx, `kind = 'group' AND name IN (SELECT value FROM json_each(?))`, []any{string(list)}, func(raw []byte, _ time.Time, _ uint64) error {
			return appendState(&out, raw)
		})
		return out, err
	})
}

// Keys returns all announced keys, oldest first.
func (v *View) Keys(ctx context.Context) ([]key.Dated, error) {
	var out []key.Dated
	err := v.each(ctx, `kind = 'key'`, nil, func(raw []byte, _ time.Time, _ uint64) error {
		return appendState(&out, raw)
	})
	return out, err
}

// KeysChanged is the position of the last commit about a key.
func (v *View) KeysChanged(ctx context.Context) (position uint64, err error) {
	err = v.DB().QueryRowContext(ctx, `SELECT coalesce(max(version), 0) FROM aggregate WHERE kind = 'key'`).Scan(&position)
	return position, err
}

func (v *View) user(ctx context.Context, where, arg string) (User, error) {
	return v.userMemo.Get(v, where+"\n"+arg, func() (User, error) { return only(v.users(ctx, where, arg)) })
}

func (v *View) users(ctx context.Context, where string, args ...any) ([]User, error) {
	var out []User
	err := v.eachStamped(ctx, where, args, func(raw []byte, s Stamp) error {
		u := User{Stamp: s}
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
	return v.eachStamped(ctx, where, args, func(state []byte, s Stamp) error { return f(state, s.Since, s.Position) })
}

func (v *View) eachStamped(ctx context.Context, where string, args []any, f func(state []byte, s Stamp) error) error {
	rows, err := v.DB().QueryContext(ctx, `SELECT state, since, seq, updated, version, used FROM aggregate WHERE `+where+` ORDER BY seq`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var state sql.RawBytes
		var s Stamp
		if err := rows.Scan(&state, stored{&s.Since}, &s.Position, stored{&s.Updated}, &s.Version, stored{&s.Used}); err != nil {
			return err
		}
		if err := f(state, s); err != nil {
			return err
		}
	}
	return rows.Err()
}

// stored reads a time of the tables; an empty text is the zero time.
type stored struct{ at *time.Time }

// Scan implements sql.Scanner.
func (s stored) Scan(value any) (err error) {
	switch text := value.(type) {
	case string:
		*s.at = time.Time{}
		if text != "" {
			*s.at, err = time.Parse(timeLayout, text)
		}
		return err
	default:
		return fmt.Errorf("view: %T is no time", value)
	}
}
