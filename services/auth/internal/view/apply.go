package view

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/services/auth/internal/apikey"
	"github.com/heddle-dev/heddle/services/auth/internal/client"
	"github.com/heddle-dev/heddle/services/auth/internal/grant"
	"github.com/heddle-dev/heddle/services/auth/internal/group"
	"github.com/heddle-dev/heddle/services/auth/internal/key"
	"github.com/heddle-dev/heddle/services/auth/internal/role"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
)

// The codecs of the domains.
var (
	users   = es.NewCodec(user.Events())
	groups  = es.NewCodec(group.Events())
	roles   = es.NewCodec(role.Events())
	clients = es.NewCodec(client.Events())
	keys    = es.NewCodec(key.Events())
	grants  = es.NewCodec(grant.Events())
	apikeys = es.NewCodec(apikey.Events())
)

func apply(tx *sql.Tx, batch []es.Recorded) error {
	for _, c := range batch {
		if err := applyCommit(tx, c); err != nil {
			return fmt.Errorf("commit %d: %w", c.Seq, err)
		}
	}
	return nil
}

// applyCommit folds a commit into its aggregate's row. Kinds that this
// version does not know are passed over.
func applyCommit(tx *sql.Tx, c es.Recorded) error {
	tokens := strings.Split(c.Topic, ".") // evt.auth.<kind>.<owner>.<id>
	if len(tokens) != 5 || len(c.Events) == 0 {
		return nil
	}
	r := row{kind: tokens[2], owner: tokens[3], id: tokens[4], commit: c}
	before, err := nameOf(tx, r.kind, r.id)
	return errors.Join(err, applyTo(tx, r), revoke(tx, c), audit(tx, r, before))
}

func applyTo(tx *sql.Tx, r row) error {
	switch r.kind {
	case "user":
		u, err := fold(tx, r, users, user.Evolve, func(u user.User) (string, bool) { return string(u.Name), u.Exists() })
		return errors.Join(err, identify(tx, r.id, u))
	case "group":
		return settled(fold(tx, r, groups, group.Evolve, func(g group.Group) (string, bool) { return string(g.Name), g.Exists() }))
	case "role":
		return settled(fold(tx, r, roles, role.Evolve, func(o role.Role) (string, bool) { return string(o.Name), o.Exists() }))
	case "client":
		return settled(fold(tx, r, clients, client.Evolve, func(c client.Client) (string, bool) { return c.Name, c.Exists() }))
	case "key":
		evolve := func(k key.Dated, e key.Event) key.Dated { return k.After(e, r.at()) }
		return settled(fold(tx, r, keys, evolve, func(k key.Dated) (string, bool) { return k.ID, k.ID != "" }))
	case "grant":
		evolve := func(g Grant, e grant.Event) Grant { return g.after(e, r.at()) }
		return settled(fold(tx, r, grants, evolve, func(g Grant) (string, bool) { return g.Client, g.Exists() }))
	case "apikey":
		return settled(fold(tx, r, apikeys, apikey.Evolve, func(k apikey.Key) (string, bool) { return k.Name, k.Exists() }))
	default:
		return nil
	}
}

// settled drops a state that nobody asks for.
func settled[S any](_ S, err error) error { return err }

// row is the row that a commit goes to.
type row struct {
	kind, id, owner string
	commit          es.Recorded
}

// at is the time of the commit's decision.
func (r row) at() time.Time { return r.commit.Events[0].Time.UTC() }

// fold brings the row up to date; about gives the name that the state goes by
// and whether there still is such a thing.
func fold[S, E any](tx *sql.Tx, r row, codec es.Codec[E], evolve func(S, E) S,
	about func(S) (string, bool)) (S, error) {
	state, err := load[S](tx, r.kind, r.id)
	if err != nil {
		return state, err
	}
	for _, e := range r.commit.Events {
		event, ok, err := codec.Decode(e.Type, e.Data)
		if err != nil {
			return state, fmt.Errorf("event %s (%s): %w", e.ID, e.Type, err)
		}
		if ok {
			state = evolve(state, event)
		}
	}
	if Unchanging(r.commit) {
		return state, used(tx, r)
	}
	name, exists := about(state)
	if !exists {
		_, err := tx.Exec(`DELETE FROM aggregate WHERE kind = ? AND id = ?`, r.kind, r.id)
		return state, err
	}
	return state, save(tx, r, name, state)
}

func load[S any](tx *sql.Tx, kind, id string) (state S, err error) {
	var raw []byte
	err = tx.QueryRow(`SELECT state FROM aggregate WHERE kind = ? AND id = ?`, kind, id).Scan(&raw)
	if errors.Is(err, sql.ErrNoRows) {
		return state, nil
	}
	if err != nil {
		return state, err
	}
	return state, json.Unmarshal(raw, &state)
}

func save(tx *sql.Tx, r row, name string, state any) error {
	raw, err := json.Marshal(state)
	if err != nil {
		return err
	}
	at := r.at().Format(timeLayout)
	_, err = tx.Exec(`INSERT INTO aggregate (kind, id, owner, name, seq, since, version, updated, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (kind, id) DO UPDATE SET name = excluded.name, version = excluded.version, updated = excluded.updated, state = excluded.state`,
		r.kind, r.id, r.owner, name, r.commit.Seq, at, r.commit.Seq, at, string(raw))
	return err
}

// Unchanging reports whether the commit is a sign-in and nothing else: that
// leaves the user as they were, so it is no new version of them.
func Unchanging(c es.Recorded) bool {
	return len(c.Events) == 1 && strings.HasPrefix(c.Events[0].Type, "auth.user.signed_in.")
}

func used(tx *sql.Tx, r row) error {
	_, err := tx.Exec(`UPDATE aggregate SET used = ? WHERE kind = ? AND id = ?`, r.at().Format(timeLayout), r.kind, r.id)
	return err
}

// nameOf is what people call the thing; empty if there is none.
func nameOf(tx *sql.Tx, kind, id string) (name string, err error) {
	err = tx.QueryRow(`SELECT name FROM aggregate WHERE kind = ? AND id = ?`, kind, id).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return name, err
}
