package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

var _ authapi.Audit = (*App)(nil)

// How many entries of the audit a page has, if nothing is said, and at most.
const (
	auditPage    = 50
	maxAuditPage = 500
)

// Audit implements authapi.Audit.
func (a *App) Audit(ctx context.Context, r authapi.AuditQuery) (authapi.AuditPage, error) {
	if err := a.View.Fresh(ctx); err != nil {
		return authapi.AuditPage{}, problem(err)
	}
	q, err := a.auditQuery(ctx, r)
	if err != nil {
		return authapi.AuditPage{}, err
	}
	limit := q.Limit
	q.Limit++ // is there more?
	found, err := a.View.Audit(ctx, q)
	if err != nil {
		return authapi.AuditPage{}, problem(err)
	}
	var out authapi.AuditPage
	for i, e := range found {
		if i == limit {
			out.Next = cursorOf(found[i-1].Place)
			break
		}
		out.Entries = append(out.Entries, e.AuditEntry)
	}
	return out, nil
}

func (a *App) auditQuery(ctx context.Context, r authapi.AuditQuery) (view.AuditQuery, error) {
	var c checks
	q := view.AuditQuery{Actor: strings.ToLower(r.Actor), Type: r.Type, From: r.From, To: r.To, Limit: r.Limit,
		Before: parsed(&c, "cursor", r.Cursor, parseCursor)}
	c.add("from", recordable(r.From))
	c.add("to", recordable(r.To))
	switch {
	case r.Limit < 0 || r.Limit > maxAuditPage:
		c.add("limit", fmt.Errorf("must be 1 to %d", maxAuditPage))
	case r.Limit == 0:
		q.Limit = auditPage
	}
	if err := c.err(); err != nil {
		return q, err
	}
	return q, a.auditOf(ctx, &q, r.Subject)
}

// auditOf narrows a query to a subject, and to what the caller may see. A user
// is all that is theirs, not their name alone.
func (a *App) auditOf(ctx context.Context, q *view.AuditQuery, subject string) error {
	p := who.From(ctx)
	if !p.Operator() {
		q.Concerns = p.ID
	}
	kind, name, ok := strings.Cut(subject, "/")
	switch {
	case subject == "":
		return nil
	case !ok:
		name = subject
	case kind != "user":
		q.Subject = subject
		return nil
	case name == "":
		return problem(user.ErrUnknown)
	}
	owner, err := a.owner(ctx, authapi.Owner{User: name})
	q.Owner = owner
	return err
}

var errTime = errors.New("must be a time between 1970 and 2200")

// recordable reports what is wrong with a bound.
func recordable(t time.Time) error {
	if y := t.Year(); !t.IsZero() && (y < 1970 || y > 2200) {
		return errTime
	}
	return nil
}

// A cursor is the place of the last entry of a page.
func cursorOf(p view.Place) string { return fmt.Sprintf("%d-%d", p.Position, p.N) }

var errCursor = errors.New("must be the cursor of a page before")

func parseCursor(s string) (p view.Place, err error) {
	if s == "" {
		return p, nil
	}
	if n, err := fmt.Sscanf(s, "%d-%d", &p.Position, &p.N); n != 2 || err != nil || cursorOf(p) != s {
		return view.Place{}, errCursor
	}
	return p, nil
}
