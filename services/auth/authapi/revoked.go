package authapi

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
)

// longest is more than the life of any credential that stands on a position:
// grants live 30 days.
const longest = 31 * 24 * time.Hour

// tolerance is more than verifiers allow for clocks that differ.
const tolerance = time.Minute

// Revoked are the revocations that a commit of the journal means. It is here,
// and not in the service, because gateways read the same journal and must
// come to the same answer. A commit that it cannot read is an error: passing
// over it would let somebody in.
func Revoked(c es.Recorded) ([]Revocation, error) {
	tokens := strings.Split(c.Topic, ".") // evt.auth.<kind>.<owner>.<id>
	if len(tokens) != 5 || c.Seq == 0 {
		return nil, fmt.Errorf("authapi: %q is no topic of the journal", c.Topic)
	}
	var list []Revocation
	for _, e := range c.Events {
		ends, found := revoking[e.Type]
		if !found {
			continue
		}
		var d payload
		if err := json.Unmarshal(e.Data, &d); err != nil {
			return nil, fmt.Errorf("authapi: event %s (%s): %w", e.ID, e.Type, err)
		}
		if !ends(d, e.Time) {
			continue
		}
		facts, err := facts(tokens[2], tokens[4], d)
		if err != nil {
			return nil, fmt.Errorf("authapi: event %s (%s): %w", e.ID, e.Type, err)
		}
		until := e.Time.Add(longest)
		if d.Expires != nil {
			until = d.Expires.Add(tolerance)
		}
		for _, fact := range facts {
			list = append(list, Revocation{Fact: fact, After: c.Seq - 1, Until: until})
		}
	}
	return list, nil
}

// facts are those that end, by the names that credentials have for them:
// tokens name clients and groups as people do, and not as topics do.
func facts(kind, id string, d payload) ([]string, error) {
	switch {
	case kind == "client" && d.ID == "", kind == "group" && d.Name == "":
		return nil, fmt.Errorf("it does not name the %s", kind)
	case kind == "client":
		return []string{"client/" + d.ID}, nil
	case kind == "group":
		return []string{"group/" + d.Name, "vo/" + d.FormerVO}, nil
	default:
		return []string{kind + "/" + id}, nil
	}
}

// payload is what of the events' payloads decides.
type payload struct {
	ID          string     `json:"id"`          // of a client
	Name        string     `json:"name"`        // of a group
	FormerVO    string     `json:"former_vo"`   // of a group: the VO that it was in
	Narrowed    bool       `json:"narrowed"`    // client.changed, group.changed: they may do less than before
	OldUntil    *time.Time `json:"old_until"`   // client.secret_rotated: the old secret's grace
	Compromised bool       `json:"compromised"` // key.retired
	Expires     *time.Time `json:"expires"`     // token.revoked
}

// revoking are the events that can end credentials, and when they do.
var revoking = map[string]func(p payload, at time.Time) bool{
	"auth.user.disabled.v1":            always,
	"auth.user.password_changed.v1":    always,
	"auth.user.group_left.v1":          always,
	"auth.user.role_taken.v1":          always,
	"auth.user.suspended.v1":           always,
	"auth.user.certificate_removed.v1": always,
	"auth.user.key_removed.v1":         always,
	"auth.user.login_removed.v1":       always,
	"auth.user.unlinked.v1":            always,
	"auth.user.sessions_ended.v1":      always,
	"auth.client.removed.v1":           always,
	"auth.client.changed.v1":           narrowed,
	"auth.group.changed.v1":            narrowed,
	"auth.client.secret_rotated.v1": func(p payload, at time.Time) bool {
		return p.OldUntil == nil || !p.OldUntil.After(at) // without grace: it is thought stolen
	},
	"auth.grant.revoked.v1":  always,
	"auth.apikey.revoked.v1": always,
	"auth.token.revoked.v1":  always,
	"auth.key.retired.v1":    func(p payload, _ time.Time) bool { return p.Compromised },
}

func always(payload, time.Time) bool { return true }

func narrowed(p payload, _ time.Time) bool { return p.Narrowed }
