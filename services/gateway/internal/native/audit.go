package native

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

func (d *door) auditRoutes() []rest.Route {
	return []rest.Route{rest.Handle("GET /admin/audit", who.Authenticated, rest.Doc{
		Title: "Read who gave what right, and when", Tags: adminTags,
		Text:     "Newest first. Operators read everything, everybody what concerns themselves.",
		Response: AuditPage{Entries: []authapi.AuditEntry{exampleEntry}}, Errors: []fault.Kind{fault.Denied},
	}, d.audit)}
}

// AuditPage is a page of entries.
type AuditPage struct {
	Entries []authapi.AuditEntry `json:"entries"`
	Next    string               `json:"next,omitempty" doc:"cursor of the following page; absent at the end"`
}

type auditRequest struct {
	Subject string     `query:"subject" doc:"whom or what it is about: a login name, or user/NAME, client/ID, group/NAME"`
	Actor   string     `query:"actor" doc:"login name of who did it"`
	Type    string     `query:"type" doc:"type of the event, such as auth.user.role_given.v1"`
	From    *time.Time `query:"from" doc:"not before"`
	To      *time.Time `query:"to" doc:"before"`
	Limit   int        `query:"limit" default:"100" doc:"entries in a page, at most 1000"`
	Cursor  string     `query:"cursor" doc:"next of the page before"`
}

func (d *door) audit(ctx context.Context, q auditRequest) (rest.Reply, error) {
	if q.Limit < 1 || q.Limit > maxPage {
		return rest.Reply{}, fault.New(fault.Invalid, "request.invalid", "The request is not acceptable.").
			WithField("limit", "is %d; it may be 1 to %d", q.Limit, maxPage)
	}
	ask := authapi.AuditQuery{Subject: q.Subject, Actor: q.Actor, Type: q.Type, Cursor: q.Cursor, Limit: q.Limit}
	set(&ask.From, q.From)
	set(&ask.To, q.To)
	page, err := d.Backend.Audit.Audit(ctx, ask)
	return paged(ctx, "/admin/audit", page.Next, AuditPage{list(page.Entries), page.Next}), err
}
