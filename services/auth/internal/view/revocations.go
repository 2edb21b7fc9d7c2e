package view

import (
	"context"
	"database/sql"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// revoke writes down what the commit revokes, and drops what by its time can
// matter no more.
func revoke(tx *sql.Tx, c es.Recorded) error {
	list, err := authapi.Revoked(c)
	if err != nil || len(list) == 0 {
		return err
	}
	for _, r := range list {
		_, err := tx.Exec(`INSERT INTO revocation (fact, after, until) VALUES (?, ?, ?) ON CONFLICT (fact) DO UPDATE
			SET after = max(after, excluded.after), until = max(until, excluded.until)`, r.Fact, r.After, ceiling(r.Until))
		if err != nil {
			return err
		}
	}
	_, err = tx.Exec(`DELETE FROM revocation WHERE until < ?`, c.Events[0].Time.Unix())
	return err
}

// ceiling rounds up: a revocation never ends before its time.
func ceiling(t time.Time) int64 { return t.Add(time.Second - time.Nanosecond).Unix() }

// Revocations are those that matter at a time, complete to the position.
// Later ones may be among them.
func (v *View) Revocations(ctx context.Context, now time.Time) (authapi.Revocations, error) {
	out := authapi.Revocations{Position: v.Position()}
	rows, err := v.DB().QueryContext(ctx, `SELECT fact, after, until FROM revocation WHERE until >= ? ORDER BY fact`, now.Unix())
	if err != nil {
		return out, err
	}
	defer rows.Close()
	for rows.Next() {
		var r authapi.Revocation
		var until int64
		if err := rows.Scan(&r.Fact, &r.After, &until); err != nil {
			return out, err
		}
		r.Until = time.Unix(until, 0).UTC()
		out.List = append(out.List, r)
	}
	return out, rows.Err()
}

// Over reports whether one of the facts has been revoked since the credential
// was made.
func (v *View) Over(ctx context.Context, f who.Facts) (bool, error) {
	for _, fact := range f.Names() {
		var over bool
		err := v.DB().QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM revocation WHERE fact = ? AND after >= ?)`, fact, f.Position).Scan(&over)
		if over || err != nil {
			return over, err
		}
	}
	return false, nil
}
