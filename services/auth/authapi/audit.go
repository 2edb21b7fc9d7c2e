package authapi

import (
	"context"
	"time"
)

// Audit is who gave what right, and when. Everybody may read what concerns
// themselves, operators everything.
type Audit interface {
	Audit(context.Context, AuditQuery) (AuditPage, error)
}

// AuditQuery selects entries, newest first; what is empty selects all.
type AuditQuery struct {
	Subject string    `json:"subject,omitempty"` // "client/ID", "group/NAME", …; "user/NAME" or a bare name: all that is the user's
	Actor   string    `json:"actor,omitempty"`   // login name
	Type    string    `json:"type,omitempty"`    // of the event
	From    time.Time `json:"from,omitzero"`
	To      time.Time `json:"to,omitzero"`
	Cursor  string    `json:"cursor,omitempty"`
	Limit   int       `json:"limit,omitempty"`
}

// AuditEntry is one change.
type AuditEntry struct {
	Position   uint64    `json:"position"`
	Time       time.Time `json:"time"`
	Actor      string    `json:"actor"`                // login name, or "svc-…"
	Credential string    `json:"credential,omitempty"` // what the actor showed: "grant/ID of CLIENT"
	Type       string    `json:"type"`
	Subject    string    `json:"subject"` // "user/NAME", "grant/ID", …
	Text       string    `json:"text"`    // a sentence
}

// AuditPage is a part of the list; Next is the cursor of the rest.
type AuditPage struct {
	Entries []AuditEntry `json:"entries,omitempty"`
	Next    string       `json:"next,omitempty"`
}
