// Package view is what the auth service reads from: the users, groups,
// clients and keys of the journal as rows of an SQLite file. It is separate
// from the domains because it is made of their events and can be deleted at
// any time, and from app because it knows SQL.
package view

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/view"
	"github.com/heddle-dev/heddle/services/auth/internal/client"
	"github.com/heddle-dev/heddle/services/auth/internal/group"
	"github.com/heddle-dev/heddle/services/auth/internal/key"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
)

// View is the read model of one replica.
type View struct{ *view.View }

// schema: one row an aggregate, whose state is the domain's own fold.
const schema = `
CREATE TABLE aggregate (
	kind  TEXT    NOT NULL, -- user, group, client, key
	id    TEXT    NOT NULL,
	name  TEXT    NOT NULL, -- what people call it
	seq   INTEGER NOT NULL, -- position of its first event
	since TEXT    NOT NULL, -- time of its first event
	state TEXT    NOT NULL, -- JSON
	PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX aggregate_seq ON aggregate (kind, seq);
CREATE INDEX aggregate_name ON aggregate (kind, name);
`

// Open opens or makes the file.
func Open(path string, st es.Store, log *slog.Logger) (*View, error) {
	v, err := view.Open(path, st, view.Projection{Name: "auth", Version: 2, Schema: schema, Apply: apply}, log)
	if err != nil {
		return nil, err
	}
	return &View{v}, nil
}

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
	if len(tokens) != 5 {
		return nil
	}
	kind, id := tokens[2], tokens[4]
	switch kind {
	case "user":
		return fold(tx, kind, id, c, user.Decode, user.Evolve, func(u user.User) string { return string(u.Name) })
	case "group":
		return fold(tx, kind, id, c, group.Decode, group.Evolve, func(g group.Group) string { return string(g.Name) })
	case "client":
		return fold(tx, kind, id, c, client.Decode, client.Evolve, func(c client.Client) string { return c.Name })
	case "key":
		return fold(tx, kind, id, c, key.Decode, key.Evolve, func(k key.Key) string { return k.ID })
	default:
		return nil
	}
}

func fold[S, E any](tx *sql.Tx, kind, id string, c es.Recorded,
	decode func(string, json.RawMessage) (E, bool, error), evolve func(S, E) S, name func(S) string) error {
	state, err := load[S](tx, kind, id)
	if err != nil {
		return err
	}
	for _, e := range c.Events {
		event, ok, err := decode(e.Type, e.Data)
		if err != nil {
			return fmt.Errorf("event %s (%s): %w", e.ID, e.Type, err)
		}
		if ok {
			state = evolve(state, event)
		}
	}
	return save(tx, kind, id, name(state), c, state)
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

func save(tx *sql.Tx, kind, id, name string, c es.Recorded, state any) error {
	raw, err := json.Marshal(state)
	if err != nil || len(c.Events) == 0 {
		return err
	}
	since := c.Events[0].Time.UTC().Format(timeLayout)
	_, err = tx.Exec(`INSERT INTO aggregate (kind, id, name, seq, since, state) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (kind, id) DO UPDATE SET name = excluded.name, state = excluded.state`,
		kind, id, name, c.Seq, since, string(raw))
	return err
}
