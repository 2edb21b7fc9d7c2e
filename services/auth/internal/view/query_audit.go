package view

import (
	"context"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// Place is where in the audit an entry stands.
type Place struct {
	Position uint64
	N        int // which of the commit's
}

// AuditQuery selects entries; what is empty selects all.
type AuditQuery struct {
	Concerns string // id of a user: what is theirs, or was done by them
	Owner    string // id of a user: what is theirs
	Subject  string
	Actor    string // login name
	Type     string
	From, To time.Time
	Before   Place // of the last entry that is known already
	Limit    int
}

// Entry is an entry of the audit and its place.
type Entry struct {
	authapi.AuditEntry
	Place
}

// Audit returns entries, newest first.
func (v *View) Audit(ctx context.Context, q AuditQuery) ([]Entry, error) {
	where, args := q.where()
	rows, err := v.DB().QueryContext(ctx, `SELECT position, n, time, actor, credential, type, subject, text FROM audit WHERE `+
		where+` ORDER BY position DESC, n DESC LIMIT ?`, append(args, q.Limit)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Entry
	for rows.Next() {
		var e Entry
		var at int64
		if err := rows.Scan(&e.Place.Position, &e.N, &at, &e.Actor, &e.Credential, &e.Type, &e.Subject, &e.Text); err != nil {
			return nil, err
		}
		e.AuditEntry.Position, e.Time = e.Place.Position, time.Unix(0, at).UTC()
		out = append(out, e)
	}
	return out, rows.Err()
}

// where is made of texts of this file; what comes from outside is in args.
func (q AuditQuery) where() (text string, args []any) {
	conditions := []string{"1"}
	add := func(wanted bool, condition string, values ...any) {
		if wanted {
			conditions, args = append(conditions, condition), append(args, values...)
		}
	}
	add(q.Concerns != "", "(owner = ? OR actor_id = ?)", q.Concerns, q.Concerns)
	add(q.Owner != "", "owner = ?", q.Owner)
	add(q.Subject != "", "subject = ?", q.Subject)
	add(q.Actor != "", "actor = ?", q.Actor)
	add(q.Type != "", "type = ?", q.Type)
	add(!q.From.IsZero(), "time >= ?", q.From.UnixNano())
	add(!q.To.IsZero(), "time < ?", q.To.UnixNano())
	add(q.Before != Place{}, "(position, n) < (?, ?)", q.Before.Position, q.Before.N)
	return strings.Join(conditions, " AND "), args
}
