package view

import (
	"database/sql"
	"encoding/json"
	"fmt"
)

// audit writes down who did what to whom, a row an event: also of kinds and
// types that this version does not know. before is what the thing was called
// until the commit.
func audit(tx *sql.Tx, r row, before string) error {
	name, err := nameOf(tx, r.kind, r.id)
	if err != nil {
		return err
	}
	if name == "" {
		name = before
	}
	owner, err := nameOf(tx, "user", r.owner)
	if err != nil {
		return err
	}
	for n, e := range r.commit.Events {
		var f fields
		if err := json.Unmarshal(e.Data, &f); err != nil {
			return fmt.Errorf("event %s (%s): %w", e.ID, e.Type, err)
		}
		actorID := e.Actor
		if actorID == "" && r.owner != "-" { // what nobody in particular asked for was proved in the asking
			actorID = r.owner
		}
		actor, err := nameOf(tx, "user", actorID)
		if err != nil {
			return err
		}
		if actor == "" {
			actor = actorID
		}
		runner, err := nameOf(tx, "user", f.RunAs)
		if err != nil {
			return err
		}
		about := story{Kind: r.kind, ID: r.id, Name: name, Owner: owner, Runner: runner, fields: f}
		_, err = tx.Exec(`INSERT INTO audit (position, n, time, actor_id, actor, credential, type, subject, owner, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			r.commit.Seq, n, e.Time.UnixNano(), actorID, actor, e.Credential, e.Type, about.subject(), r.owner, about.sentence(e.Type))
		if err != nil {
			return err
		}
	}
	return nil
}
